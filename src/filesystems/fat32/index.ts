/** FAT32 read and written, FAT12 and FAT16 read, over a byte range; a FAT16 volume changed in memory. */
export { Fat16Editor } from "./fat16-editor.ts";
export { Fat16Image } from "./fat16-image.ts";
export { formatFat32 } from "./format.ts";
export type { FormatFat32Options } from "./format.ts";
export { layoutFat32 } from "./layout.ts";
export { fat32ShrinkRoom, shrinkFat32 } from "./shrink.ts";
export { usedExtents } from "./used.ts";
export { openFat } from "./volume.ts";
export type { FatVolume } from "./volume.ts";
export { openFat32 } from "./writable-volume.ts";
export type {
  Fat32Volume,
  FatAttributes,
  OpenFat32Options,
  TreeChange,
  TreeFile,
} from "./writable-volume.ts";
