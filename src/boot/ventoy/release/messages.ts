import { formatSize } from "../../../system/sizes.ts";
import type { Text } from "../../../system/text.ts";

/** What is said of a Ventoy release that can't be used, and of its disk image. */
export const say = {
  refused: (archive: string, why: Text): Text => ({
    en: `${archive} can't be used: ${why.en}`,
    zh: `无法使用 ${archive}：${why.zh}`,
  }),
  downloadHint: (): Text => ({
    en: "Download ventoy-X.Y.Z-linux.tar.gz or ventoy-X.Y.Z-windows.zip again, from where Ventoy publishes it",
    zh: "请从 Ventoy 官方发布处重新下载 ventoy-X.Y.Z-linux.tar.gz 或 ventoy-X.Y.Z-windows.zip",
  }),
  nameHint: (): Text => ({
    en: "Name the file that was downloaded: ventoy-X.Y.Z-linux.tar.gz or ventoy-X.Y.Z-windows.zip",
    zh: "请指定下载的文件：ventoy-X.Y.Z-linux.tar.gz 或 ventoy-X.Y.Z-windows.zip",
  }),
  unreadableHint: (): Text => ({
    en: "Copy it to where you may read it, or download it again",
    zh: "请将其复制到可读取的位置，或重新下载",
  }),
  unreadable: (reason: Text): Text => ({
    en: `it can't be read: ${reason.en}`,
    zh: `无法读取：${reason.zh}`,
  }),
  notAFile: (): Text => ({ en: "it is not a file", zh: "它不是文件" }),
  noArchive: (): Text => ({
    en: "it begins neither like a .tar.gz nor like a .zip archive",
    zh: "它既不是 .tar.gz 归档，也不是 .zip 归档",
  }),
  damaged: (reason: string): Text => ({
    en: `the archive is damaged or incomplete (${reason})`,
    zh: `归档已损坏或不完整（${reason}）`,
  }),
  damagedMember: (path: string, reason: string): Text => ({
    en: `${path} in it is damaged or incomplete (${reason})`,
    zh: `其中的 ${path} 已损坏或不完整（${reason}）`,
  }),
  unknownPacking: (path: string): Text => ({
    en: `${path} in it is encrypted, or packed in a way that lifeboat doesn't know`,
    zh: `其中的 ${path} 已加密，或以 lifeboat 不支持的方式压缩`,
  }),
  noCheck: (path: string): Text => ({
    en: `${path} in it has no checksum, which Ventoy's own releases have`,
    zh: `其中的 ${path} 没有校验和，而 Ventoy 官方安装包中有`,
  }),
  badPath: (path: string): Text => ({
    en: `"${path}" in it would lead out of its folder, or is no path that a release has`,
    zh: `其中的“${path}”会超出其文件夹范围，或不是安装包中应有的路径`,
  }),
  longPath: (path: string, limit: number): Text => ({
    en: `a path in it is longer than ${limit} bytes: ${path}…`,
    zh: `其中有路径超过 ${limit} 字节：${path}…`,
  }),
  notPlain: (path: string): Text => ({
    en: `"${path}" in it is neither a file nor a folder; releases hold nothing else`,
    zh: `其中的“${path}”既不是文件也不是文件夹；安装包中不会有其他类型`,
  }),
  twice: (path: string): Text => ({
    en: `"${path}" is in it twice`,
    zh: `其中的“${path}”出现了两次`,
  }),
  tooMany: (limit: number): Text => ({
    en: `it holds more than ${limit.toLocaleString("en")} files and folders`,
    zh: `其中的文件和文件夹超过 ${limit} 个`,
  }),
  tooLarge: (limit: number): Text => ({
    en: `it is larger than ${formatSize(limit)}`,
    zh: `它大于 ${formatSize(limit)}`,
  }),
  unpacksTooLarge: (limit: number): Text => ({
    en: `unpacked it is larger than ${formatSize(limit)}`,
    zh: `解压后大于 ${formatSize(limit)}`,
  }),
  memberTooLarge: (path: string, limit: number): Text => ({
    en: `${path} in it is larger than ${formatSize(limit)}`,
    zh: `其中的 ${path} 大于 ${formatSize(limit)}`,
  }),
  wrongSize: (path: string, expected: number, found: number | undefined): Text => ({
    en:
      found === undefined
        ? `${path} in it is more than the ${expected} bytes that it must have`
        : `${path} in it has ${found} bytes and must have ${expected}`,
    zh:
      found === undefined
        ? `其中的 ${path} 超过了应有的 ${expected} 字节`
        : `其中的 ${path} 有 ${found} 字节，应为 ${expected} 字节`,
  }),
  lacks: (path: string): Text => ({ en: `it lacks ${path}`, zh: `其中缺少 ${path}` }),
  empty: (): Text => ({ en: "there is nothing in it", zh: "其中没有任何内容" }),
  otherTop: (name: string): Text => ({
    en: `it holds "${name}" where a release has one folder called ventoy-X.Y.Z`,
    zh: `其中有“${name}”，而安装包中应只有一个名为 ventoy-X.Y.Z 的文件夹`,
  }),
  mixed: (one: string, other: string): Text => ({
    en: `two versions are mixed: ${one} and ${other}`,
    zh: `混有两个版本：${one} 与 ${other}`,
  }),
  noVersion: (): Text => ({
    en: "ventoy/version in it is no version number",
    zh: "其中的 ventoy/version 不是版本号",
  }),
  noBootImage: (): Text => ({
    en: "boot/boot.img in it is not Ventoy's boot sector",
    zh: "其中的 boot/boot.img 不是 Ventoy 的启动扇区",
  }),
  noDiskImage: (why: Text): Text => ({
    en: `the disk image in it is not Ventoy's: ${why.en}`,
    zh: `其中的磁盘映像不是 Ventoy 的：${why.zh}`,
  }),
  notFat16: (): Text => ({
    en: "it is not a FAT16 file system of 32 MiB",
    zh: "它不是 32 MiB 的 FAT16 文件系统",
  }),
  otherLabel: (label: string): Text => ({
    en: `its label is "${label}" and not VTOYEFI`,
    zh: `其卷标是“${label}”，而不是 VTOYEFI`,
  }),
  lacksFile: (path: string): Text => ({ en: `it lacks ${path}`, zh: `缺少 ${path}` }),
  noSums: (path: string, reason: Text): Text => ({
    en: `The checksums in ${path} can't be read: ${reason.en}`,
    zh: `无法读取 ${path} 中的校验和：${reason.zh}`,
  }),
  sumsHint: (): Text => ({
    en: "Name the sha256.txt of the same release, or leave it out",
    zh: "请指定同一版本的 sha256.txt，或省略该选项",
  }),
  notListed: (sums: string, name: string): Text => ({
    en: `${sums} has no SHA-256 of ${name}`,
    zh: `${sums} 中没有 ${name} 的 SHA-256`,
  }),
  notListedHint: (): Text => ({
    en: "It lists files by the names under which they were published: give the archive its own name back, or name the sha256.txt of its release",
    zh: "列表按发布时的文件名记录：请恢复归档的原名，或指定其版本的 sha256.txt",
  }),
  otherSum: (sums: string, expected: string, found: string): Text => ({
    en: `by ${sums} its SHA-256 is ${expected}, and it is ${found}`,
    zh: `${sums} 记录的 SHA-256 是 ${expected}，实际为 ${found}`,
  }),
};
