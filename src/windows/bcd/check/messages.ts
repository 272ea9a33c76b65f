import type { Text } from "../../../system/text.ts";

/** What the check of a store says to people: what is wrong, and what mends it. */
export const say = {
  dirty: (): Text => ({
    en: "The hive was not closed properly: changes of its last writer may be in BCD.LOG1 and BCD.LOG2 only",
    zh: "配置单元未正常关闭：最后一次写入的更改可能只在 BCD.LOG1 和 BCD.LOG2 中",
  }),
  fixDirty: (): Text => ({
    en: "Start the Windows it belongs to and shut it down; or write it anew with bcd export, which takes over what the logs beside it hold",
    zh: "启动其所属的 Windows 再正常关机；或用 bcd export 重新写出（采用其旁日志中的更改）",
  }),
  template: (): Text => ({
    en: "This is a template, BCD-Template, that bcdboot makes stores from; it is no store to start from",
    zh: "这是 bcdboot 用来生成存储的模板（BCD-Template），不能用于启动",
  }),
  noBootmgr: (): Text => ({
    en: "There is no {bootmgr}: Windows' boot manager finds no settings of its own",
    zh: "没有 {bootmgr}：Windows 启动管理器找不到自己的设置",
  }),
  fixNoBootmgr: (): Text => ({
    en: "bcdboot makes it; or bcd add <store> {bootmgr}, then bcd set {bootmgr} displayorder and default",
    zh: "可用 bcdboot 生成；或执行 bcd add <存储> {bootmgr}，再用 bcd set 设置 {bootmgr} 的 displayorder 和 default",
  }),
  emptyDisplayorder: (): Text => ({
    en: "The boot manager's menu is empty: no displayorder",
    zh: "启动管理器菜单为空：没有 displayorder",
  }),
  fixEmptyDisplayorder: (): Text => ({
    en: "bcd set <store> {bootmgr} displayorder <identifiers of loaders>",
    zh: "执行 bcd set <存储> {bootmgr} displayorder <加载器标识符>",
  }),
  noDefault: (): Text => ({
    en: "The boot manager has no default entry; it starts the first of its menu",
    zh: "启动管理器没有默认条目，将启动菜单中的第一项",
  }),
  fixNoDefault: (): Text => ({
    en: "bcd set <store> {bootmgr} default <identifier>",
    zh: "执行 bcd set <存储> {bootmgr} default <标识符>",
  }),
  dangling: (element: string, id: string): Text => ({
    en: `${element} names ${id}, which the store doesn't have`,
    zh: `${element} 指向 ${id}，但存储中没有该对象`,
  }),
  fixDangling: (object: string, element: string): Text => ({
    en: `bcd set <store> ${object} ${element} <identifier> names another one; bcd deletevalue <store> ${object} ${element} takes it away`,
    zh: `用 bcd set <存储> ${object} ${element} <标识符> 指定其他对象，或用 bcd deletevalue <存储> ${object} ${element} 删除`,
  }),
  wrongType: (element: string, type: number, wanted: number): Text => ({
    en: `${element} has the registry type ${type} and should have ${wanted}`,
    zh: `${element} 的注册表类型为 ${type}，应为 ${wanted}`,
  }),
  unreadable: (element: string, bytes: number): Text => ({
    en: `${element} can't be read: its ${bytes} bytes aren't what its identifier wants`,
    zh: `无法读取 ${element}：其 ${bytes} 字节不符合标识符要求的格式`,
  }),
  deviceLength: (element: string, stated: number, present: number): Text => ({
    en: `${element} says that it has ${stated} bytes and has ${present}`,
    zh: `${element} 声明为 ${stated} 字节，实际为 ${present} 字节`,
  }),
  unknownFormat: (element: string): Text => ({
    en: `${element} has a format that no version of Windows knows`,
    zh: `${element} 的格式不为任何 Windows 版本所知`,
  }),
  fixElement: (object: string, element: string): Text => ({
    en: `bcd set <store> ${object} ${element} … writes it as Windows does`,
    zh: `用 bcd set <存储> ${object} ${element} … 按 Windows 的方式重新写入`,
  }),
  otherDevice: (element: string, type: number): Text => ({
    en: `${element} is a device of a form that lifeboat doesn't know (type ${type}); it is kept as it is`,
    zh: `${element} 是 lifeboat 未知形式的设备（类型 ${type}），将原样保留`,
  }),
  nothingToDo: (): Text => ({ en: "Nothing needs to be done", zh: "无需处理" }),
  locate: (element: string): Text => ({
    en: `${element} is searched on all disks; where two have the same path, the first one found is taken`,
    zh: `${element} 会在所有磁盘上搜索；若两块磁盘有相同路径，则采用先找到的`,
  }),
  fixLocate: (): Text => ({
    en: "On a stick, name the partition instead: bcd set … partition={partition GUID}@{disk GUID}; otherwise an internal disk's Windows may be started",
    zh: "在 U 盘上请改为指定分区：bcd set … partition={分区 GUID}@{磁盘 GUID}；否则可能启动内置磁盘上的 Windows",
  }),
  ramdiskWithoutOptions: (element: string): Text => ({
    en: `${element} is a RAM disk without an object with its options: boot.sdi isn't found`,
    zh: `${element} 是未指定选项对象的 RAM 盘：找不到 boot.sdi`,
  }),
  fixRamdisk: (): Text => ({
    en: "End the device with the identifier of a device-options object: ramdisk=[boot]\\sources\\boot.wim,{…}",
    zh: "请在设备末尾写上设备选项对象的标识符：ramdisk=[boot]\\sources\\boot.wim,{…}",
  }),
  noType: (): Text => ({
    en: "The object doesn't say what it is: no Type in its description",
    zh: "对象未说明其类型：描述中没有 Type",
  }),
  fixNoType: (): Text => ({
    en: "Delete it with bcd delete and add it again with its type",
    zh: "请用 bcd delete 删除后，指定类型重新添加",
  }),
  unlikeType: (type: string, wanted: string): Text => ({
    en: `The object's type is ${type}; a well-known object of this identifier has ${wanted}`,
    zh: `对象类型为 ${type}；此标识符的众所周知对象应为 ${wanted}`,
  }),
  duplicateObject: (): Text => ({
    en: "The object is in the store twice",
    zh: "存储中有两个此对象",
  }),
  duplicateElement: (element: string): Text => ({
    en: `${element} is there twice`,
    zh: `${element} 重复出现`,
  }),
  fixDuplicate: (): Text => ({
    en: "The hive is damaged; restore a copy of the store, or make it anew with bcdboot",
    zh: "配置单元已损坏；请恢复存储的备份，或用 bcdboot 重新生成",
  }),
  sameEntry: (other: string): Text => ({
    en: `It starts the same Windows as ${other}: device and folder are the same`,
    zh: `与 ${other} 启动的是同一个 Windows：设备和目录相同`,
  }),
  fixSameEntry: (): Text => ({
    en: "If that isn't meant, bcd delete takes one of them away",
    zh: "如非有意，可用 bcd delete 删除其一",
  }),
  missing: (element: string): Text => ({
    en: `The loader has no ${element}: it can't be started`,
    zh: `加载器没有 ${element}：无法启动`,
  }),
  fixMissing: (object: string, element: string): Text => ({
    en: `bcd set <store> ${object} ${element} …`,
    zh: `执行 bcd set <存储> ${object} ${element} …`,
  }),
  foreignKey: (name: string): Text => ({
    en: `There is a key "${name}" that belongs to no store; it is kept`,
    zh: `存在不属于存储的键“${name}”，将予以保留`,
  }),
  badElementKey: (name: string): Text => ({
    en: `The key "${name}" under Elements holds no element`,
    zh: `Elements 下的键“${name}”不是元素`,
  }),
  noKeyName: (): Text => ({
    en: "The store's description has no KeyName of the form BCD00000000; stores of Windows ISOs have none either",
    zh: "存储描述中没有 BCD00000000 形式的 KeyName；Windows ISO 的存储也没有",
  }),
  noSystem: (): Text => ({
    en: "The store isn't marked as a system store: no System in its description",
    zh: "存储未标记为系统存储：描述中没有 System",
  }),
};
