import { VENTOY_CHECK } from "../../../boot/ventoy/device-check.ts";
import { commandLine } from "../../../system/command-line.ts";
import type { Text } from "../../../system/text.ts";
import { counted } from "../../../system/text.ts";
import type { StagePart } from "./new-stage.ts";

export const PART_NAMES: Readonly<Record<StagePart, Text>> = {
  "efi-partition": { en: "Ventoy's partition", zh: "Ventoy 分区" },
  "core-image": { en: "core image", zh: "核心映像" },
  "partition-table": { en: "the partition table's entry", zh: "分区表项" },
  "hand-over": {
    en: "lifeboat's entry for Ventoy, on its own partition",
    zh: "lifeboat 分区上用于启动 Ventoy 的文件",
  },
  "boot-code": { en: "first sector", zh: "第一扇区" },
};

export function restoreCommand(path: string, file: string): string {
  return commandLine(["lifeboat", "restore-boot", path, file]);
}

export function upgradeCommand(path: string, archive: string): string {
  return commandLine(["lifeboat", "upgrade", path, "--ventoy", archive]);
}

/** From a lifeboat stick to a Ventoy stick. */
export function adoptCommand(path: string, archive: string): string {
  return commandLine(["lifeboat", "adopt", path, "--ventoy", archive]);
}

/** What is written where a release archive's name isn't known. */
export const SOME_ARCHIVE = "ventoy-X.Y.Z-linux.tar.gz";

/** What inspecting and upgrading a Ventoy stick says to people. */
export const say = {
  comparing: (): Text => ({
    en: "Holding the stick against the release",
    zh: "正在将 U 盘与发行包比较",
  }),
  saved: (file: string, command: string): Text => ({
    en: `What the stick had was saved to ${file}; to bring it back: ${command}`,
    zh: `U 盘原有内容已保存到 ${file}；恢复命令：${command}`,
  }),
  writing: (): Text => ({ en: "Writing the new Ventoy", zh: "正在写入新的 Ventoy" }),
  checking: (): Text => ({
    en: "Reading back and checking, before it counts",
    zh: "生效之前正在读回并校验",
  }),
  switching: (): Text => ({
    en: "Switching to the new Ventoy",
    zh: "正在切换到新的 Ventoy",
  }),
  undoing: (): Text => ({
    en: "Bringing back the old Ventoy",
    zh: "正在恢复旧的 Ventoy",
  }),
  goesOn: (from: string, to: string): Text => ({
    en: `An upgrade ${versions(from, to)} was cut short on this stick; this one brings it to an end`,
    zh: `此 U 盘上的升级（${versions(from, to)}）曾中断；本次将完成升级`,
  }),
  downgrade: (from: string, to: string): Text => ({
    en: `This is a downgrade: the stick has Ventoy ${from}, the archive ${to}`,
    zh: `这是降级：U 盘上是 Ventoy ${from}，发行包是 ${to}`,
  }),
  tableLeft: (): Text => ({
    en: "The GPT is damaged: the entry of Ventoy's partition stays as it is. `sgdisk --verify` says what is wrong, `sgdisk -e` moves the backup table to the disk's end",
    zh: "GPT 已损坏：Ventoy 分区的表项保持不变。`sgdisk --verify` 可说明问题，`sgdisk -e` 可将备份分区表移到磁盘末尾",
  }),
  lost: (path: string): Text => ({
    en: `${path} was started by Ventoy, and Ventoy's partition is not there or can't be read: nothing starts it`,
    zh: `${path} 由 Ventoy 启动，但 Ventoy 分区不存在或无法读取：U 盘无法启动`,
  }),
  lostHint: (path: string): Text => ({
    en: `Bring back what an upgrade has saved: ${restoreCommand(path, "FILE")}. Or copy what is on it to another place and make it anew: ${commandLine(["lifeboat", "build", path])} --ventoy ARCHIVE`,
    zh: `请恢复升级时保存的内容：${restoreCommand(path, "FILE")}。或将其内容复制到别处，再重新制作：${commandLine(["lifeboat", "build", path])} --ventoy ARCHIVE`,
  }),
  gap: (sectors: number): Text => ({
    en: `${counted(sectors, "sector lies", "sectors lie")} free between partition 1 and partition 2. Ventoy itself demands partition 2 right behind partition 1: its menu calls such a stick "NOT a standard Ventoy device (${VENTOY_CHECK.efiPlace})" and starts nothing, whatever release is on it`,
    zh: `分区 1 与分区 2 之间有 ${sectors} 个空闲扇区。Ventoy 自身要求分区 2 紧接在分区 1 之后：否则无论哪个版本，其菜单都会提示“NOT a standard Ventoy device (${VENTOY_CHECK.efiPlace})”并且不启动任何内容`,
  }),
  gapHint: (path: string, endLba: number): Text => {
    const command = commandLine(["parted", path, "unit", "s", "resizepart", "1", `${endLba}s`]);
    return {
      en: `Let partition 1 end where partition 2 begins, which changes the table alone: ${command}. Then go on`,
      zh: `请让分区 1 延伸到分区 2 的起点，这只改动分区表：${command}。然后继续`,
    };
  },
  tooEarly: (number: number, startLba: number): Text => ({
    en: `Partition ${number} begins at sector ${startLba}, where Ventoy's core image has to be`,
    zh: `分区 ${number} 从扇区 ${startLba} 开始，而该处必须存放 Ventoy 核心映像`,
  }),
  partitionPlaceHint: (path: string): Text => ({
    en: `Ventoy doesn't start such a stick. Copy what is on it to another place and make it anew: ${commandLine(["lifeboat", "build", path])} --ventoy ARCHIVE`,
    zh: `Ventoy 无法从这样的 U 盘启动。请将其内容复制到别处，再重新制作：${commandLine(["lifeboat", "build", path])} --ventoy ARCHIVE`,
  }),
  tablePlace: (): Text => ({
    en: "Its GPT lies where Ventoy's core image has to be (more than 128 entries, or not in the usual place)",
    zh: "其 GPT 位于 Ventoy 核心映像所需的位置（超过 128 项，或不在常规位置）",
  }),
  tablePlaceHint: (path: string): Text => {
    const command = commandLine(["sgdisk", "--move-main-table=2", "--resize-table=128", path]);
    return {
      en: `Give it the usual place and size first: ${command}`,
      zh: `请先将其改为常规位置和大小：${command}`,
    };
  },
  noVentoyStick: (path: string): Text => ({
    en: `${path} is no Ventoy stick`,
    zh: `${path} 不是 Ventoy U 盘`,
  }),
  noVentoyStickHint: (path: string): Text => ({
    en: `To make one, which destroys what is on it: ${commandLine(["lifeboat", "build", path])} --ventoy ARCHIVE`,
    zh: `要制作 Ventoy U 盘（会清除其内容）：${commandLine(["lifeboat", "build", path])} --ventoy ARCHIVE`,
  }),
  grubStick: (path: string): Text => ({
    en: `${path} starts by lifeboat's own GRUB, and there is no Ventoy on it to be upgraded`,
    zh: `${path} 使用 lifeboat 自己的 GRUB 启动，其中没有可升级的 Ventoy`,
  }),
  grubStickHint: (path: string): Text => ({
    en: `Without --ventoy it gets the boot stage of the present kit: ${commandLine(["lifeboat", "upgrade", path])}. To make it a Ventoy stick that keeps its files: ${adoptCommand(path, SOME_ARCHIVE)}`,
    zh: `不加 --ventoy 即可更新为当前 kit 的启动程序：${commandLine(["lifeboat", "upgrade", path])}。要保留文件并转为 Ventoy U 盘：${adoptCommand(path, SOME_ARCHIVE)}`,
  }),
  archiveNeeded: (path: string): Text => ({
    en: `${path} is a Ventoy stick: its upgrade needs a release archive of Ventoy's`,
    zh: `${path} 是 Ventoy U 盘：升级需要 Ventoy 的发行包`,
  }),
  archiveNeededHint: (path: string): Text => ({
    en: `Download it from Ventoy's site and run: ${upgradeCommand(path, SOME_ARCHIVE)}`,
    zh: `请从 Ventoy 网站下载后运行：${upgradeCommand(path, SOME_ARCHIVE)}`,
  }),
  mismatch: (part: Text): Text => ({
    en: `${part.en}: what was read back is not what was written. The medium is bad, or not as large as it says`,
    zh: `${part.zh}：读回的数据与写入的不同。介质已损坏，或容量虚标`,
  }),
  mismatchHint: (): Text => ({
    en: "Don't trust this stick: use another one",
    zh: "请勿信任此 U 盘：请更换",
  }),
  undone: (reason: Text, path: string): Text => ({
    en: `${reason.en}. ${path} has its old Ventoy, as it was`,
    zh: `${reason.zh}。${path} 保持原有的 Ventoy`,
  }),
  stillInterrupted: (reason: Text, path: string): Text => ({
    en: `${reason.en}. ${path} is as it was: it doesn't start until the upgrade that was cut short has been brought to an end`,
    zh: `${reason.zh}。${path} 保持原状：完成曾中断的升级之前无法启动`,
  }),
  notUndone: (reason: Text, second: Text, path: string): Text => ({
    en: `${reason.en}. And the old Ventoy could not be brought back: ${second.en}. ${path} doesn't start until one of the two is whole`,
    zh: `${reason.zh}。且无法恢复旧的 Ventoy：${second.zh}。在新旧版本之一完整之前，${path} 无法启动`,
  }),
  notUndoneHint: (path: string, archive: string, command: string): Text => ({
    en: `To bring the upgrade to an end: ${upgradeCommand(path, archive)}. Back to the old one: ${command}`,
    zh: `完成升级：${upgradeCommand(path, archive)}。恢复旧版本：${command}`,
  }),
  gone: (reason: Text): Text => ({
    en: `${reason.en}. It may not start until the upgrade has been brought to an end`,
    zh: `${reason.zh}。完成升级之前 U 盘可能无法启动`,
  }),
  goneHint: (path: string, archive: string, command: string): Text => ({
    en: `Plug it in again and run: ${upgradeCommand(path, archive)}. Back to the old one: ${command}`,
    zh: `请重新插入后运行：${upgradeCommand(path, archive)}。若要恢复旧版本：${command}`,
  }),
  interrupted: (from: string, to: string): Text => ({
    en: `An upgrade of Ventoy ${versions(from, to)} was cut short: nothing starts the stick as it is`,
    zh: `Ventoy 升级（${versions(from, to)}）曾中断：U 盘目前无法启动`,
  }),
  interruptedFix: (path: string, backup: string): Text => ({
    en: `To bring it to an end: ${upgradeCommand(path, SOME_ARCHIVE)}. Back to the old one: ${restoreCommand(path, backup || "FILE")}`,
    zh: `完成升级：${upgradeCommand(path, SOME_ARCHIVE)}。恢复旧版本：${restoreCommand(path, backup || "FILE")}`,
  }),
};

/** From which release to which; `from` is empty where the stick didn't say. */
export function versions(from: string, to: string): string {
  return from === "" ? to : `${from} → ${to}`;
}
