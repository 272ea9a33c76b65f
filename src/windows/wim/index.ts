/**
 * The folder's doors: what a WIM is (`describeWim`), its images (`openWim`, `chooseImage`), whether it is
 * whole, and what is done with its contents (`wimBackend`).
 */
export { wimBackend } from "./choose-backend.ts";
export type {
  ApplyRequest,
  ApplyTarget,
  CaptureRequest,
  ExportRequest,
  ExtractRequest,
  UpdateCommand,
  UpdateRequest,
  WimBackend,
  WimFile,
} from "./backend.ts";
export { besideFile } from "./beside.ts";
export { chooseImage } from "./choose.ts";
export type { ImageChoice } from "./choose.ts";
export { isWim } from "./header.ts";
export type { WimHeader } from "./header.ts";
export { titleOf, versionText } from "./image.ts";
export type { WimImage } from "./image.ts";
export { checkIntegrity } from "./integrity.ts";
export { findParts, refuseMissingParts } from "./parts.ts";
export type { Beside, WimParts } from "./parts.ts";
export { describeWim, openWim, refuseDamaged, refuseEncrypted, refuseErrors } from "./wim.ts";
export type { Wim, WimProblem, WimReport } from "./wim.ts";
