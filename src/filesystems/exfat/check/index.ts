/** exFAT checked and mended. */
export { checkExfat, repairExfat } from "./check.ts";
