export { checkNtfs, repairNtfs } from "./check.ts";
