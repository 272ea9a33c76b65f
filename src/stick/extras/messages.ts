import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";

/** What is said of answer files, and of what is put into initrds. */
export const say = {
  installUnattended: (name: string): Text => ({
    en: `Install unattended: ${name}`,
    zh: `无人值守安装：${name}`,
  }),
  /** @param why what is wrong with it. */
  leftOut: (iso: string, path: string, why: Text): Text => ({
    en: `for ${iso}, ${path} is left out: ${why.en}`,
    zh: `对于 ${iso}，已略过 ${path}：${why.zh}`,
  }),
  notThere: (): Text => ({
    en: "there is no such file on the data partition",
    zh: "数据分区上没有该文件",
  }),
  noFile: (): Text => ({ en: "it is not a file", zh: "它不是文件" }),
  unreadable: (reason: Text): Text => ({
    en: `it can't be read: ${reason.en}`,
    zh: `无法读取：${reason.zh}`,
  }),
  tooLarge: (limit: number): Text => ({
    en: `it is larger than ${formatSize(limit)}`,
    zh: `它大于 ${formatSize(limit)}`,
  }),
  firstLine: (line: string): Text => ({
    en: `its first line must be ${line}`,
    zh: `其第一行必须是 ${line}`,
  }),
  notUnattended: (): Text => ({
    en: "how this system takes answers is not known (docs/unattended.md lists those of which it is)",
    zh: "尚不清楚该系统如何读取应答文件（docs/unattended.md 列出了已支持的系统）",
  }),
  noLinux: (): Text => ({
    en: "this ISO has no entry with an initrd that could get it",
    zh: "此 ISO 没有可接收它的带 initrd 的条目",
  }),
  espFull: (): Text => ({
    en: "there is no room for it on the stick's EFI partition",
    zh: "U 盘的 EFI 分区上没有空间存放它",
  }),
  noArchive: (): Text => ({
    en: "it is neither a folder nor an archive that lifeboat knows (tar, cpio, both also with gzip, and zip)",
    zh: "它既不是文件夹，也不是 lifeboat 能识别的归档（tar、cpio，二者均可用 gzip 压缩，以及 zip）",
  }),
  damaged: (reason: string): Text => ({
    en: `the archive is damaged: ${reason}`,
    zh: `归档已损坏：${reason}`,
  }),
  tooMuch: (limit: number): Text => ({
    en: `all that goes into this initrd is together larger than ${formatSize(limit)}`,
    zh: `放入此 initrd 的内容总计大于 ${formatSize(limit)}`,
  }),
  tooMany: (limit: number): Text => ({
    en: `more than ${limit} files and folders would go into this initrd`,
    zh: `放入此 initrd 的文件和文件夹超过 ${limit} 个`,
  }),
  badPath: (path: string): Text => ({
    en: `"${path}" would lead out of the initrd, or is no path that Linux takes`,
    zh: `“${path}”会超出 initrd 的范围，或不是 Linux 可用的路径`,
  }),
  ownFolder: (path: string): Text => ({
    en: `"${path}" lies in /lifeboat, which belongs to the hook`,
    zh: `“${path}”位于 /lifeboat 中，该文件夹属于启动钩子`,
  }),
  throughLink: (path: string, parent: string): Text => ({
    en: `"${path}" lies below "${parent}", which is no folder`,
    zh: `“${path}”位于“${parent}”之下，而后者不是文件夹`,
  }),
  isFolder: (path: string): Text => ({
    en: `"${path}" is a folder and something else as well`,
    zh: `“${path}”既是文件夹又是其他类型`,
  }),
  noTarget: (path: string, target: string): Text => ({
    en: `"${path}" is to be the same file as "${target}", which isn't in the archive before it`,
    zh: `“${path}”应与“${target}”为同一文件，但归档中在它之前没有后者`,
  }),
  special: (path: string): Text => ({
    en: `"${path}" in it is neither a file, a folder nor a symbolic link`,
    zh: `其中的“${path}”既不是文件、文件夹，也不是符号链接`,
  }),
  encrypted: (path: string): Text => ({
    en: `"${path}" in it is encrypted, or packed in a way that lifeboat doesn't know`,
    zh: `其中的“${path}”已加密，或以 lifeboat 不支持的方式压缩`,
  }),
  changed: (path: string): Text => ({
    en: `What the settings put into the initrd of ${path} was changed since the last refresh`,
    zh: `自上次 refresh 后，设置中放入 ${path} 的 initrd 的内容已更改`,
  }),
};
