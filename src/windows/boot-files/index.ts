/** The files that an applied Windows is started from, put on the system partition as bcdboot does. */
export { copyBootFiles } from "./copy.ts";
export { readBootListing } from "./listing.ts";
export type { BootFile, BootFolder, BootListing } from "./listing.ts";
export { planBootFiles } from "./plan.ts";
export type { BootFilesOptions } from "./plan.ts";
export type { BootFileCopy, BootFilesPlan } from "./types.ts";
