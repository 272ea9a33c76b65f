import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";

/** What the geometry of a Ventoy stick says to people. */
export const say = {
  largeSectors: (sectorSize: number): Text => ({
    en: `Ventoy starts from no disk with sectors of ${sectorSize} bytes`,
    zh: `Ventoy 无法从扇区为 ${sectorSize} 字节的磁盘启动`,
  }),
  largeSectorsHint: (): Text => ({
    en: "Take a disk with 512-byte sectors, or build a lifeboat stick without --ventoy",
    zh: "请使用 512 字节扇区的磁盘，或不加 --ventoy 制作 lifeboat U 盘",
  }),
  beyondMbr: (): Text => ({
    en: "An MBR table reaches 2 TiB only",
    zh: "MBR 分区表最多支持 2 TiB",
  }),
  beyondMbrHint: (): Text => ({ en: "Use --scheme gpt", zh: "请使用 --scheme gpt" }),
  reserveNotWhole: (bytes: number): Text => ({
    en: `Ventoy reserves whole MiB only, not ${bytes.toLocaleString("en")} bytes`,
    zh: `Ventoy 只能预留整数 MiB，不能预留 ${bytes.toLocaleString("en")} 字节`,
  }),
  reserveNotWholeHint: (): Text => ({
    en: "Write it like --reserve 512M or --reserve 8G",
    zh: "请写成 --reserve 512M 或 --reserve 8G",
  }),
  tooSmall: (size: number, needed: number): Text => ({
    en: `The target holds ${formatSize(size)}; this Ventoy stick needs at least ${formatSize(needed)}`,
    zh: `目标容量为 ${formatSize(size)}；该 Ventoy U 盘至少需要 ${formatSize(needed)}`,
  }),
  tooSmallHint: (): Text => ({
    en: "Take a larger stick, or a smaller --reserve",
    zh: "请使用更大的 U 盘，或减小 --reserve",
  }),
};
