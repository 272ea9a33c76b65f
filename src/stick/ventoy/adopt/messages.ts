import { commandLine } from "../../../system/command-line.ts";
import type { Text } from "../../../system/text.ts";
import { SOME_ARCHIVE, adoptCommand, upgradeCommand } from "../upgrade/messages.ts";

/** What making a lifeboat stick a Ventoy stick says to people. */
export const say = {
  looking: (): Text => ({
    en: "Looking at the partitions and at what is on the stick",
    zh: "正在检查分区和 U 盘内容",
  }),
  largeSectorsHint: (): Text => ({
    en: "It stays a lifeboat stick: copy the ISOs to a disk with 512-byte sectors for Ventoy",
    zh: "它将保持为 lifeboat U 盘：如需 Ventoy，请将 ISO 复制到 512 字节扇区的磁盘",
  }),
  already: (path: string): Text => ({
    en: `${path} is a Ventoy stick already`,
    zh: `${path} 已经是 Ventoy U 盘`,
  }),
  alreadyHint: (path: string): Text => {
    const menu = commandLine(["lifeboat", "adopt", path, "--menu", "f6"]);
    const upgrade = upgradeCommand(path, SOME_ARCHIVE);
    return {
      en: `Another release on it: ${upgrade}. lifeboat's menu beside Ventoy's: ${menu}`,
      zh: `更换版本：${upgrade}。将 lifeboat 菜单与 Ventoy 菜单并排放入：${menu}`,
    };
  },
  notLifeboats: (path: string): Text => ({
    en: `${path} is no lifeboat stick: --ventoy makes a Ventoy stick of one of those`,
    zh: `${path} 不是 lifeboat U 盘：--ventoy 用于将 lifeboat U 盘转为 Ventoy U 盘`,
  }),
  notLifeboatsHint: (path: string): Text => {
    const first = commandLine(["lifeboat", "adopt", path]);
    const then = adoptCommand(path, SOME_ARCHIVE);
    return {
      en: `In two steps, which both keep the files: ${first}, then ${then}`,
      zh: `可分两步进行，均保留文件：先 ${first}，再 ${then}`,
    };
  },
  dataStart: (startLba: number, wanted: number): Text => ({
    en: `Partition 1 begins at sector ${startLba}, and Ventoy wants it at ${wanted}`,
    zh: `分区 1 从扇区 ${startLba} 开始，而 Ventoy 要求从 ${wanted} 开始`,
  }),
  anewHint: (): Text => ({
    en: "Copy the files to another place and make the stick anew: lifeboat build STICK --ventoy ARCHIVE",
    zh: "请将文件复制到别处，再重新制作：lifeboat build U盘 --ventoy 发行包",
  }),
  inTheWay: (number: number, about: string): Text => ({
    en: `Partition ${number} (${about}) lies where Ventoy needs the room: before partition 1, or in the 32 MiB right behind it`,
    zh: `分区 ${number}（${about}）占用了 Ventoy 所需的位置：分区 1 之前，或紧接其后的 32 MiB`,
  }),
  inTheWayHint: (): Text => ({
    en: "Copy what is on it to another place and delete it with a partitioning tool, or leave the stick lifeboat's",
    zh: "请将其内容复制到别处并用分区工具删除该分区，或保持为 lifeboat U 盘",
  }),
  noRoom: (): Text => ({
    en: "There are no 32 MiB right behind partition 1 for Ventoy's",
    zh: "分区 1 之后没有 32 MiB 空间供 Ventoy 分区使用",
  }),
  noRoomHint: (): Text => ({
    en: "Make partition 1 smaller with a partitioning tool first",
    zh: "请先用分区工具缩小分区 1",
  }),
  givenUp: (): Text => ({
    en: "lifeboat's menu doesn't start from this stick any more: its boot partition gives way to Ventoy's. Data partition, ISOs and lifeboat/stick.yaml stay, and the saved file brings lifeboat's boot part back",
    zh: "此 U 盘将不再启动 lifeboat 菜单：其启动分区让位于 Ventoy 分区。数据分区、ISO 和 lifeboat/stick.yaml 保留，可用保存的文件恢复 lifeboat 的启动部分",
  }),
  goesOn: (to: string): Text => ({
    en: `Making this a Ventoy ${to} stick was cut short; this brings it to an end`,
    zh: `此前转为 Ventoy ${to} U 盘时中断；本次将完成转换`,
  }),
  earlier: (backup: string): Text => ({
    en: `An earlier run wrote to where Ventoy's partition comes to lie. What started the stick before it is in ${backup}: keep that file`,
    zh: `此前的运行已写入 Ventoy 分区将占用的位置。当时 U 盘的启动内容保存在 ${backup}：请保留该文件`,
  }),
  noEsp: (number: number, type: string): Text => ({
    en: `Partition ${number} starts the stick, and the table calls it ${type}: it would not be saved before it is overwritten`,
    zh: `分区 ${number} 用于启动此 U 盘，但分区表中其类型为 ${type}：覆盖前不会保存其内容`,
  }),
  noEspHint: (number: number): Text => ({
    en: `Give partition ${number} the type of an EFI system partition again (sgdisk --typecode=${number}:EF00, in an MBR sfdisk --part-type ef)`,
    zh: `请将分区 ${number} 的类型改回 EFI 系统分区（sgdisk --typecode=${number}:EF00；MBR 用 sfdisk --part-type 改为 ef）`,
  }),
  removed: (number: number): Text => ({
    en: `Partition ${number} (GRUB's core image) leaves the table: Ventoy's core image lies there`,
    zh: `分区 ${number}（GRUB 核心映像）将从分区表中移除：Ventoy 核心映像位于该处`,
  }),
  kept: (number: number): Text => ({
    en: `Partition ${number} stays as it is`,
    zh: `分区 ${number} 保持不变`,
  }),
  jsonToo: (): Text => ({
    en: "What the stick's settings mean to Ventoy is saved as a ventoy.json beside the saved file: copy it to /ventoy/ventoy.json of the stick",
    zh: "U 盘设置中 Ventoy 可用的部分将另存为 ventoy.json（与保存的文件放在一起）：请复制到 U 盘的 /ventoy/ventoy.json",
  }),
  noJson: (why: Text): Text => ({
    en: `No ventoy.json is made from the stick's settings: ${why.en}`,
    zh: `未能由 U 盘设置生成 ventoy.json：${why.zh}`,
  }),
  jsonSaved: (file: string): Text => ({
    en: `Ventoy's settings were saved to ${file}: copy it to /ventoy/ventoy.json of the stick`,
    zh: `Ventoy 设置已保存到 ${file}：请复制到 U 盘的 /ventoy/ventoy.json`,
  }),
  persistenceListed: (): Text => ({
    en: "Ventoy's menu lists the files in /lifeboat/persistence as images: an empty file /lifeboat/.ventoyignore hides them",
    zh: "Ventoy 菜单会把 /lifeboat/persistence 中的文件列为映像：放一个空文件 /lifeboat/.ventoyignore 即可隐藏",
  }),
  changed: (path: string): Text => ({
    en: `${path} has changed since the plan was made; nothing was written`,
    zh: `${path} 在制定计划后发生了变化；未写入任何内容`,
  }),
  changedHint: (path: string): Text => ({
    en: `See that nothing writes to it, and run it again: ${adoptCommand(path, SOME_ARCHIVE)}`,
    zh: `请确认没有程序正在写入，然后重新运行：${adoptCommand(path, SOME_ARCHIVE)}`,
  }),
  saved: (file: string, command: string): Text => ({
    en: `What starts the stick now was saved to ${file}; to bring it back: ${command}`,
    zh: `现有的启动内容已保存到 ${file}；恢复命令：${command}`,
  }),
  writing: (): Text => ({ en: "Writing Ventoy", zh: "正在写入 Ventoy" }),
  checking: (): Text => ({
    en: "Reading back and checking, before it counts",
    zh: "生效之前正在读回并校验",
  }),
  switching: (): Text => ({ en: "Switching to Ventoy", zh: "正在切换到 Ventoy" }),
  undoing: (): Text => ({ en: "Bringing back the lifeboat stick", zh: "正在恢复 lifeboat U 盘" }),
  mismatch: (part: Text): Text => ({
    en: `${part.en}: what was read back is not what was written. The medium is bad, or not as large as it says`,
    zh: `${part.zh}：读回的数据与写入的不同。介质已损坏，或容量虚标`,
  }),
  mismatchHint: (): Text => ({
    en: "Don't trust this stick: copy its files to another one",
    zh: "请勿信任此 U 盘：请将其中的文件复制到其他 U 盘",
  }),
  undone: (reason: Text, path: string): Text => ({
    en: `${reason.en}. ${path} is the lifeboat stick that it was`,
    zh: `${reason.zh}。${path} 仍是原来的 lifeboat U 盘`,
  }),
  stillInterrupted: (reason: Text, path: string): Text => ({
    en: `${reason.en}. ${path} is as it was: it doesn't start until what was cut short has been brought to an end`,
    zh: `${reason.zh}。${path} 保持原状：完成此前中断的转换之前无法启动`,
  }),
  notUndone: (reason: Text, second: Text, path: string): Text => ({
    en: `${reason.en}. And it could not be brought back: ${second.en}. The files on ${path} were not touched; nothing starts it until one of the two is whole`,
    zh: `${reason.zh}。且无法恢复：${second.zh}。${path} 上的文件未被改动；两者之一完整之前无法启动`,
  }),
  gone: (reason: Text): Text => ({
    en: `${reason.en}. Its files were not touched; it may not start until it has been brought to an end`,
    zh: `${reason.zh}。其中的文件未被改动；完成转换之前可能无法启动`,
  }),
  waysOn: (finish: string, back: string): Text => ({
    en: `Plug it in again and run: ${finish}. Back to the lifeboat stick: ${back}`,
    zh: `请重新插入后运行：${finish}。若要恢复为 lifeboat U 盘：${back}`,
  }),
  withoutMenuHint: (path: string): Text => {
    const command = commandLine(["lifeboat", "adopt", path, "--menu", "f6"]);
    return {
      en: `To put it there: ${command}`,
      zh: `要放入菜单：${command}`,
    };
  },
  withoutMenu: (reason: Text, path: string): Text => ({
    en: `${reason.en}. ${path} is a Ventoy stick with all its files, and without lifeboat's menu`,
    zh: `${reason.zh}。${path} 已是 Ventoy U 盘，文件齐全，但没有 lifeboat 菜单`,
  }),
};
