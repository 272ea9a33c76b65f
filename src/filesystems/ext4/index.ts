/** ext2, ext3 and ext4 read in user space; ext4 formatted and written with the help of e2fsprogs. */
export { needsRecovery } from "./features.ts";
export { formatExt4 } from "./format.ts";
export type { Ext4Format } from "./format.ts";
export { storableName } from "./names.ts";
export { openExt4 } from "./reader.ts";
export type { Ext4Reader } from "./reader.ts";
export type { Ext4Opening } from "./session.ts";
export { openExt4Volume } from "./writer.ts";
export { formatForSmallFiles } from "./small-files.ts";
export { readSuperblock } from "./superblock.ts";
