/** `upgrade` of a Ventoy stick over a range, with a release that needs no archive. */
import { join } from "node:path";
import type { ByteRange } from "../../src/block/byte-range.ts";
import type { VentoyRelease } from "../../src/boot/ventoy/release/release.ts";
import { planVentoyUpgrade } from "../../src/stick/ventoy/upgrade/plan.ts";
import { upgradeVentoy } from "../../src/stick/ventoy/upgrade/upgrade.ts";
import type { JobContext } from "../../src/system/progress.ts";
import type { VentoyParts } from "./ventoy-release.ts";

export function releaseOf({ version, bootImage, coreImage, diskImage }: VentoyParts) {
  const archive = `ventoy-${version}-linux.tar.gz`;
  const archiveSha256 = "0".repeat(64);
  const release = { archive, archiveSha256, version, bootImage, coreImage, diskImage };
  return { ...release, checked: "none" } satisfies VentoyRelease;
}

/** @param folder for the saved file, empty. */
export async function upgradeOver(
  disk: ByteRange,
  parts: VentoyParts,
  folder: string,
  job: JobContext,
  options: { readonly secureBoot?: boolean } = {},
) {
  const prepared = await planVentoyUpgrade(disk, "stick", releaseOf(parts), options, job);
  const tools = {
    version: "0.0.1",
    now: new Date("2026-06-01T12:00:00Z"),
    backupFile: join(folder, "old.lifeboat-boot"),
    beforeReadBack: async () => {},
  };
  const result = await upgradeVentoy(disk, prepared, tools, job);
  return { plan: prepared.plan, result };
}
