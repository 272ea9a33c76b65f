export { openUdf } from "./volume.ts";
export type { UdfVolume } from "./volume.ts";
