export { formatNtfs } from "./format.ts";
export type { NtfsFormatOptions } from "./format.ts";
export { openNtfs } from "./reader.ts";
