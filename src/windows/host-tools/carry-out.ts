/**
 * Carries a plan out on Windows: the disk looked at once more, then one step after the other, each tool through `run`. A step that
 * fails ends it; what was given a letter loses it again.
 */
import { sameIdentity, identityOf } from "../../disks/identity.ts";
import { WindowsDisks } from "../../disks/windows.ts";
import { cancelled, LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import { checkHostPlan, diskNumber } from "./check-plan.ts";
import { askHost } from "./facts.ts";
import { askDisk, checkPartitions, checkSameDisk } from "./host-disk.ts";
import type { HostFiles } from "./host-files.ts";
import { hostFiles } from "./host-files.ts";
import { HostJob } from "./job.ts";
import { say } from "./messages.ts";
import type { HostPlan } from "./plan.ts";
import { checkSources } from "./sources.ts";
import { closeCall, hostSteps } from "./steps.ts";

/**
 * @param files for tests, which have no drive letters.
 * @throws LifeboatError what `checkHostPlan` and `hostFailure` say; before anything is written `identity-changed`, `partition-changed`,
 * `source-on-disk`, `system-disk`, `write-protected` (kind `refused`), `wim-not-found`, `drivers-missing` (kind `usage`).
 */
export async function carryOutOnWindows(
  plan: HostPlan,
  run: Run,
  context: JobContext,
  files: HostFiles = hostFiles,
): Promise<void> {
  const facts = await askHost(run);
  checkHostPlan(plan, facts);
  const steps = await hostSteps(plan, facts);
  await checkDisk(plan, run);
  const disk = await askDisk(run, plan);
  checkSameDisk(plan, disk);
  checkPartitions(plan, disk);
  await checkSources(plan, disk, run, files);
  // diskpart does what stands in a file as administrator: no folder will do that the user's other programs can write to.
  const scratch = await files.temporaryFolder(facts.system.replace(/[^\\]*$/, "Temp"));
  const job = new HostJob({ plan, run, context, files, scratch, disk });
  try {
    await job.call(closeCall(facts, scratch, "folder"));
    for (const step of steps) {
      if (context.signal.aborted) throw cancelled();
      await job.carryOut(step);
    }
  } catch (error) {
    const last = steps.at(-1);
    // What went wrong is told, not that this did as well.
    if (last?.kind === "letter-away") {
      await job.takeLetterAway(last.call).catch(() => undefined);
    }
    throw error;
  } finally {
    await files.removeFolder(scratch);
  }
}

/** It may have been pulled out, and another one put in, since the plan was shown. */
async function checkDisk(plan: HostPlan, run: Run): Promise<void> {
  const disks = await new WindowsDisks(run).list();
  const number = diskNumber(plan);
  const disk = disks.find(({ path }) => path === `\\\\.\\PhysicalDrive${number}`);
  const refused = (code: string, text: ReturnType<typeof say.diskGone>) =>
    new LifeboatError(code, text, { kind: "refused" });
  const identity = { ...plan.disk, path: disk?.path ?? "" };
  if (disk === undefined || !sameIdentity(identityOf(disk), identity)) {
    throw refused("identity-changed", say.diskGone(plan.disk.path));
  }
  if (disk.system) throw refused("system-disk", say.systemDisk(disk.path));
  if (disk.readOnly) {
    throw new LifeboatError("write-protected", say.writeProtected(disk.path), {
      kind: "refused",
      hint: say.writeProtectedHint(),
    });
  }
}
