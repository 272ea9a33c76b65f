/** FAT32 checked and mended. */
export { checkFat32, repairFat32 } from "./check.ts";
