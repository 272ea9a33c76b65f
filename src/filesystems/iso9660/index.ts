export { readElTorito } from "./el-torito.ts";
export type { BootCatalog, BootEmulation, BootImage, BootPlatform } from "./el-torito.ts";
export { hasHybridBoot } from "./hybrid.ts";
export type { HybridBoot } from "./hybrid.ts";
export { openIso9660 } from "./volume.ts";
export type { Iso9660Volume, OpenIso9660Options } from "./volume.ts";
export type { TreeKind } from "./directory.ts";
