import type { Text } from "../../system/text.ts";

/** What the readers of ISO 9660 and UDF say alike. */
export const say = {
  noSuchFile: (path: string): Text => ({
    en: `There is no ${path} on this volume`,
    zh: `此卷上没有 ${path}`,
  }),
  notADirectory: (path: string): Text => ({
    en: `${path} is not a directory`,
    zh: `${path} 不是目录`,
  }),
  notAFile: (path: string): Text => ({
    en: `${path} is not a file`,
    zh: `${path} 不是文件`,
  }),
  directoryLoop: (path: string): Text => ({
    en: `The directory ${path} contains itself: this volume is damaged`,
    zh: `目录 ${path} 包含自身：此卷已损坏`,
  }),
  truncatedVolume: (what: string, offset: number, length: number, size: number): Text => ({
    en: `${what}: its ${length} bytes at ${offset} lie beyond the end of the image at ${size}`,
    zh: `${what}：其位于 ${offset} 的 ${length} 字节超出了映像末尾 ${size}`,
  }),
  truncatedVolumeHint: (): Text => ({
    en: "The image is cut short or damaged: compare its size and checksum with those published, and download it again",
    zh: "映像不完整或已损坏：请与发布的大小和校验值核对，然后重新下载",
  }),
  readOnly: (what: string): Text => ({
    en: `${what} can only be read`,
    zh: `${what} 只能读取`,
  }),
};
