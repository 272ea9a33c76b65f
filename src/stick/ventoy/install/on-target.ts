/** Carries out a plan for a Ventoy stick on its target. */
import { randomBytes } from "node:crypto";
import { withoutSecureBoot } from "../../../boot/ventoy/esp.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Run } from "../../../system/run.ts";
import { writeTarget } from "../../build/write-target.ts";
import { partitionOf } from "../../layout.ts";
import { openPlanned } from "../../target.ts";
import type { MenuOnTargetTools } from "../menu/on-target.ts";
import { putMenuBeside } from "../menu/beside.ts";
import type { InstalledVentoy, VentoyImages } from "./install.ts";
import { installVentoy } from "./install.ts";
import type { VentoyPlan } from "./plan.ts";

/**
 * @param menuTools there where the plan has lifeboat's menu beside Ventoy's.
 * @throws LifeboatError what `openPlanned`, `writeTarget`, `installVentoy` and `putMenuBeside` throw.
 */
export async function installOnTarget(
  plan: VentoyPlan,
  release: VentoyImages,
  run: Run,
  job: JobContext,
  menuTools?: MenuOnTargetTools,
): Promise<InstalledVentoy & { readonly entries?: number }> {
  const diskImage = plan.secureBoot ? release.diskImage : withoutSecureBoot(release.diskImage);
  const images = { ...release, diskImage };
  const opened = await openPlanned(plan.target, run, job, true);
  return writeTarget(plan.target, opened, run, job, async (disk, beforeReadBack) => {
    const volumeSerial = randomBytes(4).readUInt32LE();
    const tools = { images, now: new Date(), volumeSerial, beforeReadBack };
    const installed = await installVentoy(plan, disk, tools, job);
    if (plan.menu === undefined || menuTools === undefined) return installed;
    const { layout, ventoyUuid: uuid, secureBoot } = plan;
    const facts = { scheme: layout.scheme, uuid, secureBoot, data: partitionOf(layout, "data") };
    const hashes = new Map(installed.files.map(({ path, sha256 }) => [path, sha256]));
    const options = { language: plan.menu.language, first: plan.menu.first, hashes };
    const all = { ...menuTools, beforeReadBack };
    const { entries } = await putMenuBeside(disk, opened.path, facts, options, all, job);
    return { ...installed, entries };
  });
}
