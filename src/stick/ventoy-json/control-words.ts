import type { Text } from "../../system/text.ts";

/** What the settings of Ventoy's `control` do. */
export const sayControl = {
  menuMode: (isTree: boolean): Text =>
    isTree
      ? { en: "the menu is a tree of folders", zh: "菜单按文件夹分级显示" }
      : { en: "the menu is one list of all images", zh: "菜单以一个列表显示全部映像" },
  treeStyle: (isOn: boolean): Text =>
    isOn
      ? {
          en: 'folders stand in the menu without "DIR" before them',
          zh: "菜单中的文件夹前不显示“DIR”",
        }
      : { en: 'folders stand in the menu with "DIR" before them', zh: "菜单中的文件夹前显示“DIR”" },
  dotUnderscore: (isOn: boolean): Text =>
    isOn
      ? { en: "files whose names begin with ._ are not shown", zh: "不显示名称以 ._ 开头的文件" }
      : { en: "files whose names begin with ._ are shown too", zh: "也显示名称以 ._ 开头的文件" },
  trash: (isOn: boolean): Text =>
    isOn
      ? { en: "folders with deleted files are not searched", zh: "不搜索回收站文件夹" }
      : { en: "folders with deleted files are searched too", zh: "也搜索回收站文件夹" },
  sortCase: (isOn: boolean): Text =>
    isOn
      ? { en: "upper case is sorted before lower case", zh: "排序时区分大小写" }
      : { en: "upper and lower case are sorted alike", zh: "排序时不区分大小写" },
  searchLevel: (value: string): Text =>
    value === "max"
      ? { en: "folders are searched at any depth", zh: "搜索任意深度的文件夹" }
      : {
          en: `folders are searched ${value} levels below the first one`,
          zh: `搜索起始文件夹以下 ${value} 级`,
        },
  vhdWarning: (isOn: boolean): Text =>
    isOn
      ? {
          en: "no warning before a VHD on a file system that Windows can't start from",
          zh: "启动位于 Windows 不支持的文件系统上的 VHD 前不提示",
        }
      : {
          en: "a warning before a VHD on a file system that Windows can't start from",
          zh: "启动位于 Windows 不支持的文件系统上的 VHD 前给出提示",
        },
  fileType: (type: string, isHidden: boolean): Text =>
    isHidden
      ? { en: `${type} files are not shown`, zh: `不显示 ${type} 文件` }
      : { en: `${type} files are shown`, zh: `显示 ${type} 文件` },
  windows11Check: (isOn: boolean): Text =>
    isOn
      ? { en: "Windows 11's setup doesn't check the hardware", zh: "Windows 11 安装程序不检查硬件" }
      : { en: "Windows 11's setup checks the hardware", zh: "Windows 11 安装程序检查硬件" },
  windows11Account: (isOn: boolean): Text =>
    isOn
      ? {
          en: "Windows 11's setup doesn't ask for an online account",
          zh: "Windows 11 安装程序不要求联机账户",
        }
      : {
          en: "Windows 11's setup asks for an online account",
          zh: "Windows 11 安装程序要求联机账户",
        },
  linuxRemount: (isOn: boolean): Text =>
    isOn
      ? {
          en: "Linux systems may mount the partition with the images",
          zh: "Linux 系统可以挂载映像所在的分区",
        }
      : {
          en: "Linux systems don't mount the partition with the images",
          zh: "Linux 系统不挂载映像所在的分区",
        },
  secondMenu: (isOn: boolean): Text =>
    isOn
      ? {
          en: "a second menu asks how to start an image",
          zh: "启动映像前显示选择启动方式的二级菜单",
        }
      : {
          en: "no second menu: images start as usual at once",
          zh: "不显示二级菜单，直接以普通方式启动映像",
        },
  asterisk: (isOn: boolean): Text =>
    isOn
      ? { en: "an asterisk is shown for each letter of a password", zh: "输入密码时以星号显示" }
      : { en: "nothing is shown while a password is typed", zh: "输入密码时不显示任何字符" },
  timeout: (value: string): Text => ({
    en: `after ${value} seconds without a key the default entry starts`,
    zh: `${value} 秒内没有按键则启动默认条目`,
  }),
  secondTimeout: (value: string): Text =>
    Number(value) === 0
      ? { en: "the second menu waits for ever", zh: "二级菜单一直等待" }
      : {
          en: `after ${value} seconds the second menu goes on by itself`,
          zh: `${value} 秒后二级菜单自动继续`,
        },
  resolutionLock: (value: string): Text =>
    value === "1" || value === "2"
      ? {
          en: `Windows' UEFI loader: lock of the screen resolution, way ${value}`,
          zh: `Windows UEFI 引导：锁定屏幕分辨率，方式 ${value}`,
        }
      : {
          en: "Windows' UEFI loader: the screen resolution isn't locked",
          zh: "Windows UEFI 引导：不锁定屏幕分辨率",
        },
  cdPrompt: (isOn: boolean): Text =>
    isOn
      ? {
          en: 'Windows asks for a key ("press any key to boot from CD")',
          zh: "启动 Windows 时需要按任意键（“press any key to boot from CD”）",
        }
      : { en: "Windows starts without asking for a key", zh: "启动 Windows 时无需按键" },
  secureBoot: (isOn: boolean): Text =>
    isOn
      ? { en: "under Secure Boot, what isn't signed is refused", zh: "安全启动下拒绝未签名的程序" }
      : {
          en: "under Secure Boot, what isn't signed starts too",
          zh: "安全启动下也允许启动未签名的程序",
        },
  keyboard: (value: string): Text => ({
    en: `the keyboard's layout is ${value}`,
    zh: `键盘布局为 ${value}`,
  }),
  language: (value: string): Text => ({
    en: `the menu's language is ${value}`,
    zh: `菜单语言为 ${value}`,
  }),
  searchRoot: (value: string): Text => ({
    en: `images are searched in ${value} alone`,
    zh: `只在 ${value} 中搜索映像`,
  }),
  defaultImage: (value: string): Text =>
    value.startsWith("/")
      ? { en: `the default entry is ${value}`, zh: `默认条目为 ${value}` }
      : {
          en: `the menu of ${value.slice(0, 2)} opens by itself, at its entry ${value.slice(3)}`,
          zh: `自动打开 ${value.slice(0, 2)} 的菜单，并选中条目 ${value.slice(3)}`,
        },
};
