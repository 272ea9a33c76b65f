import type { Text } from "../system/text.ts";
import { formatSize } from "../system/sizes.ts";

/** What `inspect` says of a WIM. */
export const wimWords = {
  compression: (name: string, chunkSize: number): Text =>
    name === "none"
      ? { en: "not compressed", zh: "未压缩" }
      : {
          en: `${name.toUpperCase()} in chunks of ${formatSize(chunkSize)}`,
          zh: `${name.toUpperCase()} 压缩，块大小 ${formatSize(chunkSize)}`,
        },
  solid: (): Text => ({ en: "solid (ESD)", zh: "固实压缩（ESD）" }),
  pipable: (): Text => ({
    en: "pipable (wimlib's own variant, not for Microsoft's programs)",
    zh: "可管道传输（wimlib 自有变体，Microsoft 程序无法读取）",
  }),
  integrityTable: (): Text => ({ en: "with an integrity table", zh: "含完整性表" }),
  noIntegrityTable: (): Text => ({ en: "no integrity table", zh: "无完整性表" }),
  integrityFits: (): Text => ({
    en: "Everything fits the integrity table",
    zh: "所有内容均与完整性表相符",
  }),
  onlyThisPart: (part: number, total: number): Text => ({
    en: `Only part ${part} of ${total} was checked: check each of the others by itself`,
    zh: `仅校验了第 ${part} 部分（共 ${total} 部分）：其他部分请分别校验`,
  }),
  bootIndex: (index: number): Text => ({ en: `image ${index} boots`, zh: `可启动映像：${index}` }),
  part: (part: number, total: number): Text => ({
    en: `Part ${part} of ${total} of a split WIM`,
    zh: `拆分 WIM 的第 ${part} 部分，共 ${total} 部分`,
  }),
  partsMissing: (parts: string): Text => ({
    en: `Not beside it: part ${parts}`,
    zh: `旁边缺少第 ${parts} 部分`,
  }),
};
