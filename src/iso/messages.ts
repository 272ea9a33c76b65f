import type { Text } from "../system/text.ts";
import type { SecureBootSummary } from "./secure-boot-summary.ts";
import type { Firmware, Via } from "./types.ts";
import type { PartFinding } from "./recipes/conditions.ts";

/** What this room says to people. */
export const say = {
  emptyFile: (): Text => ({
    en: "The file is empty: copy or download the ISO again",
    zh: "文件是空的：请重新复制或下载该 ISO",
  }),
  notAnIso: (): Text => ({
    en: "There is no ISO 9660 or UDF file system in it: it isn't an ISO image, or its beginning is damaged",
    zh: "其中没有 ISO 9660 或 UDF 文件系统：它不是 ISO 镜像，或开头已损坏",
  }),
  truncated: (size: number, wanted: number): Text => ({
    en: `The image is cut off: it should have ${wanted} bytes and has ${size}. Download it again`,
    zh: `镜像不完整：应有 ${wanted} 字节，实际 ${size} 字节。请重新下载`,
  }),
  damagedTree: (reason: Text): Text => ({
    en: `Part of its file tree can't be read: ${reason.en}`,
    zh: `其文件树有一部分无法读取：${reason.zh}`,
  }),
  unknown: (): Text => ({
    en: "No recipe knows this image, and it has no boot configuration of its own that lifeboat could use",
    zh: "没有配方能识别此镜像，它自身也没有 lifeboat 可用的启动配置",
  }),
  nothingToBoot: (recipe: string): Text => ({
    en: `The recipe ${recipe} fits, but the kernels or programs that it starts aren't in this image`,
    zh: `配方 ${recipe} 匹配，但此镜像中没有它要启动的内核或程序`,
  }),
  foreignProcessor: (machines: string): Text => ({
    en: `It is made for ${machines} processors; lifeboat's menu runs on x86 computers`,
    zh: `它适用于 ${machines} 处理器；lifeboat 的菜单运行在 x86 计算机上`,
  }),
  secureBootUnsigned: (): Text => ({
    en: "With Secure Boot on it does not start: its kernel or program is not signed. Switch Secure Boot off for it",
    zh: "启用安全启动时无法启动：其内核或程序没有签名。使用它时请关闭安全启动",
  }),
  secureBootOtherVendor: (vendor: string, noOwnLoader?: Text): Text => {
    const why = { en: noOwnLoader?.en, zh: noOwnLoader?.zh };
    return {
      en: `It is signed with the key of "${vendor}", which lifeboat's shim does not know${why.en === undefined ? "" : `, and ${why.en}`}. Switch Secure Boot off for it`,
      zh: `它由“${vendor}”的密钥签名，lifeboat 的 shim 不认识该密钥${why.zh === undefined ? "" : `，而且${why.zh}`}。使用它时请关闭安全启动`,
    };
  },
  secureBootOwnLoader: (vendor: string): Text => ({
    en: `It is signed with the key of "${vendor}": with Secure Boot on it starts by its own shim and GRUB, which know that key`,
    zh: `它由“${vendor}”的密钥签名：启用安全启动时由它自带的、认识该密钥的 shim 和 GRUB 启动`,
  }),
  /** The summary's word, as JSON has it, comes out in words. */
  secureBoot: (summary: SecureBootSummary): Text => {
    const zh = {
      yes: "能启动",
      "own-loader": "由其自带的 shim 和 GRUB 启动",
      some: "部分条目能启动",
      no: "不能启动",
      ventoy: "仅由 Ventoy 启动，需先登记 Ventoy 的密钥",
      "not-needed": "不涉及",
    };
    const en = {
      yes: "it starts",
      "own-loader": "it starts by its own shim and GRUB",
      some: "some of its entries start",
      no: "it does not start",
      ventoy: "only Ventoy starts it, whose key must be enrolled",
      "not-needed": "does not concern it",
    };
    return { en: `Secure Boot on: ${en[summary]}`, zh: `启用安全启动时：${zh[summary]}` };
  },
  biosOnly: (): Text => ({
    en: "It starts on computers with BIOS (or UEFI in legacy mode) only",
    zh: "只能在 BIOS（或 UEFI 传统模式）的计算机上启动",
  }),
  uefiOnly: (): Text => ({
    en: "It starts on computers with UEFI only",
    zh: "只能在 UEFI 计算机上启动",
  }),
  /** @param firmware where lifeboat has no way of its own. */
  needsVentoy: (firmware: readonly Firmware[]): Text => {
    const names = { bios: "BIOS", x64: "UEFI", ia32: "32-bit UEFI" };
    const zh = { bios: "BIOS", x64: "UEFI", ia32: "32 位 UEFI" };
    return {
      en: `On ${firmware.map((one) => names[one]).join(" and ")} it needs Ventoy, which shows an image to the computer as a disc: a stick made by build with --ventoy-chain, or with --ventoy and --menu, has an entry that leads to it. That Ventoy starts this image was not tested`,
      zh: `在 ${firmware.map((one) => zh[one]).join("、")} 上它需要 Ventoy，Ventoy 会把镜像当作光盘提供给计算机：用 build 的 --ventoy-chain，或 --ventoy 加 --menu 制作的 U 盘带有转交给它的条目。Ventoy 能否启动此镜像未经测试`,
    };
  },
  /** How an entry starts, for lists. */
  via: (via: Via): Text => {
    const en = {
      hook: "lifeboat's hook",
      native: "directly",
      "loopback.cfg": "its own loopback.cfg",
      chainload: "EFI program",
      memdisk: "in memory, memdisk",
      ventoy: "by Ventoy",
    };
    const zh = {
      hook: "lifeboat 的 hook",
      native: "直接启动",
      "loopback.cfg": "其自带的 loopback.cfg",
      chainload: "EFI 程序",
      memdisk: "memdisk 载入内存",
      ventoy: "通过 Ventoy",
    };
    return { en: en[via], zh: zh[via] };
  },
  tooManyEntries: (limit: number): Text => ({
    en: `Its own menu has more than ${limit} entries; the first ${limit} are offered`,
    zh: `其自身菜单的条目超过 ${limit} 个；仅提供前 ${limit} 个`,
  }),
  recipeMistakes: (mistakes: readonly { file: string; line: number; text: string }[]): Text => {
    const list = mistakes.map(({ file, line, text }) => `${file}:${line}: ${text}`).join("; ");
    return { en: `Mistakes in recipes: ${list}`, zh: `配方有错误：${list}` };
  },
  recipeHint: (): Text => ({
    en: "Correct these lines; docs/recipes.md describes the fields",
    zh: "请更正这些行；docs/recipes.md 说明了各字段",
  }),
  noRecipe: (): Text => ({ en: "No recipe fits", zh: "没有匹配的配方" }),
  chosenRecipe: (family: string, file: string, refines: readonly string[]): Text => {
    const special = refines.join(" < ");
    return {
      en: `Recipe ${family} (${file})${special === "" ? "" : `, a special case of ${special}`}, because:`,
      zh: `配方 ${family}（${file}）${special === "" ? "" : `，是 ${special} 的特例`}，原因：`,
    };
  },
  alsoFit: (families: string): Text => ({
    en: `These fit too, and are asked later: ${families}`,
    zh: `以下配方也匹配，但排在其后：${families}`,
  }),
  didNotFit: (family: string, file: string): Text => ({
    en: `Recipe ${family} (${file}) does not fit:`,
    zh: `配方 ${family}（${file}）不匹配：`,
  }),
  /** One part of a recipe's condition: what was wanted and what is there. */
  conditionPart: ({ part, wanted, holds, found }: PartFinding): Text => {
    const nothing = { en: "there is none", zh: "没有" };
    const there = { en: found || nothing.en, zh: found || nothing.zh };
    switch (part) {
      case "partition":
        return holds
          ? { en: `partition ${wanted} is ${found}`, zh: `分区 ${wanted} 是 ${found}` }
          : {
              en: `no partition ${wanted} with a readable file system`,
              zh: `没有带可读文件系统的分区 ${wanted}`,
            };
      case "volumeId":
        return {
          en: `the volume id "${found}" ${holds ? "fits" : "does not fit"} ${wanted}`,
          zh: `卷标识“${found}”${holds ? "符合" : "不符合"} ${wanted}`,
        };
      case "exists":
        return { en: `wants ${wanted}: ${there.en}`, zh: `需要 ${wanted}：${there.zh}` };
      case "existsAny":
        return {
          en: `wants one of ${wanted}: ${there.en}`,
          zh: `需要其中之一 ${wanted}：${there.zh}`,
        };
      case "missing":
        return { en: `wants no ${wanted}: ${there.en}`, zh: `不得有 ${wanted}：${there.zh}` };
      case "file":
        return {
          en: `wants text in a file, ${wanted}: ${there.en}`,
          zh: `需要文件中有此文本 ${wanted}：${there.zh}`,
        };
      case "config":
        return holds
          ? {
              en: `its boot menu has ${wanted}: ${found}`,
              zh: `其启动菜单含有 ${wanted}：${found}`,
            }
          : {
              en: `its boot menu lacks ${wanted}${found === "" ? "" : `; its first entry is ${found}`}`,
              zh: `其启动菜单没有 ${wanted}${found === "" ? "" : `；第一项是 ${found}`}`,
            };
      case "offers":
        return wanted === "linux"
          ? {
              en: `wants a boot menu that starts a Linux kernel: ${there.en}`,
              zh: `需要能启动 Linux 内核的启动菜单：${there.zh}`,
            }
          : {
              en: `wants a boot menu that starts no Linux kernel: ${there.en}`,
              zh: `启动菜单不得启动 Linux 内核：${there.zh}`,
            };
      case "refines":
        return {
          en: `it is a special case of ${wanted}, which does not fit`,
          zh: `它是 ${wanted} 的特例，而后者不匹配`,
        };
    }
  },
  installImageEncrypted: (path: string): Text => ({
    en: `${path} is encrypted: Windows Update downloads such, and only its Setup can read them. Take the ISO from Microsoft's download page`,
    zh: `${path} 已加密：由 Windows 更新下载，只有其安装程序能读取。请使用 Microsoft 下载页面的 ISO`,
  }),
  installImageUnreadable: (path: string, reason: Text): Text => ({
    en: `The editions in ${path} can't be read: ${reason.en}`,
    zh: `无法读取 ${path} 中的版本：${reason.zh}`,
  }),
  nothingToRead: (name: string): Text => ({
    en: `${name} can't be opened`,
    zh: `无法打开 ${name}`,
  }),
};
