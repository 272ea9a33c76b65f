/** What a stick's manifest says of its boot stage. */
import type { BiosStage } from "../boot/bios-stage.ts";
import { sha256Of } from "../boot/kit/kit.ts";
import type { StageFile } from "../boot/uefi-stage.ts";
import type { StickManifest } from "./manifest.ts";

/**
 * @param versions package → version.
 * @param bios undefined where a BIOS can't start from the disk.
 */
export function describeBootStage(
  versions: Readonly<Record<string, string>>,
  stageFiles: readonly StageFile[],
  bios: BiosStage | undefined,
): StickManifest["bootStage"] {
  const files = stageFiles.map(({ path, data }) => [path, sha256Of(data)] as const);
  const described = bios && {
    coreLba: bios.coreLba,
    coreBytes: bios.core.length,
    bootCode: sha256Of(bios.bootCode),
    core: sha256Of(bios.core),
  };
  return {
    kind: "grub",
    versions,
    files: Object.fromEntries(files),
    ...(described === undefined ? {} : { bios: described }),
  };
}
