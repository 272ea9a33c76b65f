/**
 * NTFS 3.1, made, read and written over a byte range. Structures as in libntfs' layout.h and Microsoft's [MS-FSCC], [MS-DTYP]
 * where those describe them.
 */
export { formatNtfs } from "./format.ts";
export type { NtfsFormatOptions } from "./format.ts";
export { openNtfs } from "./reader.ts";
export { ntfsShrinkRoom, shrinkNtfs } from "./shrink.ts";
export { openNtfsWritable } from "./writer.ts";
export type { NtfsWriteOptions } from "./writer.ts";
