import { commandLine } from "../../system/command-line.ts";
import type { Text } from "../../system/text.ts";

/** What saving the boot stage and bringing it back say to people. */
export const say = {
  noTable: (path: string): Text => ({
    en: `${path} has no partition table that can be read`,
    zh: `${path} 没有可读的分区表`,
  }),
  saving: (): Text => ({ en: "Saving the boot stage", zh: "正在保存启动程序" }),
  checkingBackup: (): Text => ({ en: "Checking the saved file", zh: "正在检查已保存的文件" }),
  restoring: (): Text => ({ en: "Bringing back the boot stage", zh: "正在恢复启动程序" }),
  outputExists: (path: string): Text => ({
    en: `${path} exists already`,
    zh: `${path} 已存在`,
  }),
  outputExistsHint: (): Text => ({
    en: "Name another file (--output); an earlier save is never overwritten",
    zh: "请指定其他文件（--output）；以前保存的文件不会被覆盖",
  }),
  outputFailed: (path: string, reason: string): Text => ({
    en: `Can't write ${path}: ${reason}`,
    zh: `无法写入 ${path}：${reason}`,
  }),
  notABackup: (path: string): Text => ({
    en: `${path} is no file that lifeboat backup-boot has saved`,
    zh: `${path} 不是 lifeboat backup-boot 保存的文件`,
  }),
  newerBackup: (path: string, format: number): Text => ({
    en: `${path} has format ${format}, saved by a newer lifeboat`,
    zh: `${path} 的格式版本为 ${format}，由更新版本的 lifeboat 保存`,
  }),
  newerBackupHint: (): Text => ({ en: "Update lifeboat", zh: "请更新 lifeboat" }),
  backupDamaged: (path: string, where: string): Text => ({
    en: `${path} is damaged or was cut short (${where}); nothing of it is used`,
    zh: `${path} 已损坏或不完整（${where}）；不会使用其中任何内容`,
  }),
  backupDamagedHint: (): Text => ({
    en: "Copy it again from where it was saved, or take an earlier one",
    zh: "请从保存处重新复制，或使用更早的文件",
  }),
  outsidePlace: (path: string, kind: string): Text => ({
    en: `${path} wants to write ${kind} where, by its own partition table, something else lies`,
    zh: `${path} 要在其自身分区表中属于其他内容的位置写入 ${kind}`,
  }),
  otherDisk: (path: string, differences: readonly Text[]): Text => ({
    en: `The saved boot stage is not this disk's: ${differences.map(({ en }) => en).join("; ")} (${path})`,
    zh: `保存的启动程序不属于此磁盘：${differences.map(({ zh }) => zh).join("；")}（${path}）`,
  }),
  otherDiskHint: (): Text => ({
    en: "Look at `lifeboat disks`. If it is the right disk all the same, add --other-disk",
    zh: "请查看 `lifeboat disks`。如果确实是这块磁盘，请加 --other-disk",
  }),
  otherSize: (saved: number, now: number): Text => ({
    en: `it was saved from a disk of ${saved} bytes, this one has ${now}`,
    zh: `保存时磁盘为 ${saved} 字节，此磁盘为 ${now} 字节`,
  }),
  otherId: (saved: string, now: string): Text => ({
    en: `it was saved from disk ${saved}, this one is ${now}`,
    zh: `保存时磁盘标识为 ${saved}，此磁盘为 ${now}`,
  }),
  noTableNow: (): Text => ({
    en: "this disk has no partition table by which it could be known",
    zh: "此磁盘没有可用于识别的分区表",
  }),
  otherSectors: (saved: number, now: number): Text => ({
    en: `The saved boot stage is of a disk with sectors of ${saved} bytes; this one has ${now}`,
    zh: `保存的启动程序来自扇区为 ${saved} 字节的磁盘；此磁盘为 ${now} 字节`,
  }),
  tooSmallFor: (saved: number, size: number): Text => ({
    en: `The boot stage was saved from a disk of ${saved} bytes, and this one has only ${size}`,
    zh: `启动程序保存自 ${saved} 字节的磁盘，而此磁盘只有 ${size} 字节`,
  }),
  inPartition: (partition: number): Text => ({
    en: `The disk was partitioned anew since: bringing the boot stage back would overwrite partition ${partition}`,
    zh: `该磁盘此后已重新分区：恢复启动程序会覆盖分区 ${partition}`,
  }),
  inPartitionHint: (): Text => ({
    en: "Build the stick again: lifeboat build",
    zh: "请重新制作 U 盘：lifeboat build",
  }),
  inFileSystem: (path: string, found: string): Text => ({
    en: `${path} has no partitions: what is on it (${found}) begins in the first sector, and bringing the boot stage back would overwrite parts of it`,
    zh: `${path} 没有分区：其内容（${found}）从第一个扇区开始，恢复启动程序会覆盖其中一部分`,
  }),
  inFileSystemHint: (path: string): Text => ({
    en: `Copy what is on it to another place and make the stick anew (${commandLine(["lifeboat", "build", path])}). If nothing on it is needed, clear its start (${commandLine(["wipefs", "-a", path])}) and bring the boot stage back then`,
    zh: `请将其内容复制到别处，再重新制作 U 盘（${commandLine(["lifeboat", "build", path])}）。如果不再需要其中的内容，请清除其开头（${commandLine(["wipefs", "-a", path])}），然后恢复启动程序`,
  }),
  planChanged: (path: string): Text => ({
    en: `${path} or the saved file is not as it was when the plan was shown; nothing was written`,
    zh: `自显示方案以来，${path} 或已保存的文件发生了变化；未写入任何内容`,
  }),
  planChangedHint: (): Text => ({ en: "Look at the plan again", zh: "请重新查看方案" }),
  goneUntouched: (reason: Text): Text => ({
    en: `${reason.en}. Nothing had been written to it yet`,
    zh: `${reason.zh}。尚未写入任何内容`,
  }),
  goneWhileRestored: (reason: Text): Text => ({
    en: `${reason.en}. Its boot stage is partly the saved one: it may not start until all of it has been brought back`,
    zh: `${reason.zh}。其启动程序仅部分恢复：全部恢复之前可能无法启动`,
  }),
  goneHint: (command: string): Text => ({
    en: `Plug it in again and run: ${command}`,
    zh: `请重新插入后运行：${command}`,
  }),
  restoredWrong: (kind: string): Text => ({
    en: `${kind}: what was read back is not what was written. The medium is bad, or not as large as it says`,
    zh: `${kind}：读回的数据与写入的不同。介质已损坏，或容量虚标`,
  }),
  restoredWrongHint: (): Text => ({
    en: "Try once more; if it happens again, use another stick",
    zh: "请再试一次；若再次发生，请更换 U 盘",
  }),
};
