import type { Text } from "../system/text.ts";

/** What this room says to people. */
export const say = {
  outOfRange: (what: string, offset: number, length: number, size: number): Text => ({
    en: `${what}: ${length} bytes at ${offset} lie beyond its end at ${size}`,
    zh: `${what}：偏移 ${offset} 处的 ${length} 字节超出了末尾 ${size}`,
  }),
  shortRead: (what: string, offset: number, length: number, got: number): Text => ({
    en: `${what}: wanted ${length} bytes at ${offset}, got ${got}`,
    zh: `${what}：在偏移 ${offset} 处需要 ${length} 字节，只读到 ${got}`,
  }),
  readFailed: (what: string, offset: number, reason: Text): Text => ({
    en: `${what}: reading at ${offset} failed: ${reason.en}`,
    zh: `${what}：在偏移 ${offset} 处读取失败：${reason.zh}`,
  }),
  writeFailed: (what: string, offset: number, reason: Text): Text => ({
    en: `${what}: writing at ${offset} failed: ${reason.en}`,
    zh: `${what}：在偏移 ${offset} 处写入失败：${reason.zh}`,
  }),
  shortWrite: (what: string, offset: number, length: number, done: number): Text => ({
    en: `${what}: of ${length} bytes to be written at ${offset}, it took only ${done}`,
    zh: `${what}：在偏移 ${offset} 处要写入 ${length} 字节，只写入了 ${done}`,
  }),
  deviceGone: (path: string): Text => ({
    en: `${path} is gone: was it pulled out?`,
    zh: `${path} 已消失：是否被拔出？`,
  }),
  deviceGoneHint: (): Text => ({
    en: "Plug it in again and run lifeboat verify: it says what is missing",
    zh: "请重新插入并运行 lifeboat verify：它会说明缺少什么",
  }),
  hostFullHint: (path: string): Text => ({
    en: `The disk that holds ${path} is full: make room there, then run the command again`,
    zh: `存放 ${path} 的磁盘已满：请腾出空间后再次运行该命令`,
  }),
  flushFailed: (what: string, reason: Text): Text => ({
    en: `${what}: flushing to the medium failed: ${reason.en}`,
    zh: `${what}：写回介质失败：${reason.zh}`,
  }),
  readOnly: (what: string): Text => ({
    en: `${what} is open for reading only`,
    zh: `${what} 以只读方式打开`,
  }),
  notAllowedHere: (what: string, offset: number, length: number): Text => ({
    en: `${what}: ${length} bytes at ${offset} were to be written, where nothing may be written; they were not`,
    zh: `${what}：拒绝在偏移 ${offset} 处写入 ${length} 字节：此处不允许写入`,
  }),
  openFailed: (path: string, reason: Text): Text => ({
    en: `Can't open ${path}: ${reason.en}`,
    zh: `无法打开 ${path}：${reason.zh}`,
  }),
  notAFile: (path: string): Text => ({
    en: `${path} is not a file`,
    zh: `${path} 不是文件`,
  }),
  deviceBusy: (path: string): Text => ({
    en: `${path} is in use by another program or mounted`,
    zh: `${path} 正被其他程序使用或已挂载`,
  }),
  deviceBusyHint: (): Text => ({
    en: "Unmount it and close the programs that use it, then try again",
    zh: "请卸载它并关闭使用它的程序，然后重试",
  }),
  needsPermission: (path: string): Text => ({
    en: `No permission to open ${path}`,
    zh: `没有打开 ${path} 的权限`,
  }),
  needsPermissionHint: (): Text => ({
    en: "Run the command with sudo (Windows: as administrator)",
    zh: "请用 sudo 运行该命令（Windows：以管理员身份运行）",
  }),
  truncatedStructure: (name: string, wanted: number, got: number): Text => ({
    en: `${name}: needs ${wanted} bytes, only ${got} are there`,
    zh: `${name}：需要 ${wanted} 字节，只有 ${got} 字节`,
  }),
  unalignedSize: (size: number, sectorSize: number): Text => ({
    en: `A device of ${size} bytes isn't a whole number of ${sectorSize}-byte sectors`,
    zh: `设备大小 ${size} 字节不是 ${sectorSize} 字节扇区的整数倍`,
  }),
  noDirectAccess: (path: string): Text => ({
    en: `${path} can't be read past the system's cache`,
    zh: `无法绕过系统缓存读取 ${path}`,
  }),
  deviceSizeUnknown: (path: string): Text => ({
    en: `Can't tell how large ${path} is`,
    zh: `无法得知 ${path} 的大小`,
  }),
};
