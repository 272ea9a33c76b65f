/** Carries out a plan for a Ventoy stick on its target. */
import { randomBytes } from "node:crypto";
import { withoutSecureBoot } from "../../boot/ventoy/esp.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import { writeTarget } from "../build/write-target.ts";
import { openPlanned } from "../target.ts";
import type { InstalledVentoy, VentoyImages } from "./install.ts";
import { installVentoy } from "./install.ts";
import type { VentoyPlan } from "./plan.ts";

/** @throws LifeboatError what `openPlanned`, `writeTarget` and `installVentoy` throw. */
export async function installOnTarget(
  plan: VentoyPlan,
  release: VentoyImages,
  run: Run,
  job: JobContext,
): Promise<InstalledVentoy> {
  const diskImage = plan.secureBoot ? release.diskImage : withoutSecureBoot(release.diskImage);
  const images = { ...release, diskImage };
  const opened = await openPlanned(plan.target, run, job, true);
  return writeTarget(plan.target, opened, run, job, async (disk, beforeReadBack) => {
    const volumeSerial = randomBytes(4).readUInt32LE();
    const tools = { images, now: new Date(), volumeSerial, beforeReadBack };
    return installVentoy(plan, disk, tools, job);
  });
}
