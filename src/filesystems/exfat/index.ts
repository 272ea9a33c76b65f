/**
 * exFAT, by Microsoft's exFAT file system specification (revision 1.00): made, read and written over a byte range.
 *
 * Not here: TexFAT's second FAT for writing, and repair.
 */
export { formatExfat } from "./format.ts";
export type { ExfatFormatOptions } from "./format.ts";
export { planLayout } from "./layout.ts";
export { planRelocation, relocateExfat } from "./relocate.ts";
export type { FileToMove } from "./relocate.ts";
export { exfatShrinkRoom, shrinkExfat } from "./shrink.ts";
export { openExfat } from "./volume.ts";
