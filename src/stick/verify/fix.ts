/**
 * `verify --fix`: mends what can be mended from what lifeboat knows of the stick. In this order, since each step stands on those
 * before it: partition table, the two file systems, boot stage, menu. Each step is safe from a power cut by itself, and a
 * second run goes on where the first one was cut. Files of the user's are never removed.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import type { Kit } from "../../boot/kit/kit.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { sameJson } from "../manifest.ts";
import type { RefreshTools } from "../refresh.ts";
import { refreshStick } from "../refresh.ts";
import { asRemoval, removalOf } from "../removal.ts";
import type { Stick } from "../stick.ts";
import { recogniseStick } from "../stick.ts";
import { planUpgrade } from "../upgrade/plan.ts";
import { upgradeStick } from "../upgrade/upgrade.ts";
import { checkVolume, checkedVolumes, espOfLostStick } from "./file-systems.ts";
import type { Repair, VerifyFinding } from "./finding.ts";
import { REPAIRS } from "./finding.ts";
import { say } from "./messages.ts";
import { repairTables } from "./tables.ts";
import type { VerifyOptions, VerifyResult } from "./verify.ts";
import { resultOf, verifyStick } from "./verify.ts";

export interface FixTools extends RefreshTools {
  /** Undefined where there is none: a boot stage can't be mended then. */
  readonly kit: Kit | undefined;
  /** lifeboat's own. */
  readonly version: string;
  readonly now: Date;
  /** Where the boot stage is saved before it is changed. */
  readonly backupFile: string;
  /** Drops the medium's cache before something is read back. */
  readonly beforeReadBack: () => Promise<void>;
}

export interface FixResult extends VerifyResult {
  /** What was found before and isn't any more. */
  readonly fixed: readonly VerifyFinding[];
}

/**
 * @param disk open for writing.
 * @param path of `disk`, for messages and for programs that open it themselves.
 * @throws LifeboatError what a repair throws, `device-gone` among it; what was mended before it stays mended.
 */
export async function fixStick(
  disk: ByteRange,
  path: string,
  options: VerifyOptions,
  tools: FixTools,
  job: JobContext,
): Promise<FixResult> {
  try {
    return await fix(disk, path, options, tools, job);
  } catch (error) {
    // Refresh and upgrade say it in their own way, and what to do then: here, all of it is one command's.
    const removal = removalOf(await asRemoval(error, path));
    if (removal === undefined) throw error;
    throw new LifeboatError(removal.code, say.goneWhileFixed(removal.text), {
      hint: say.goneWhileFixedHint(),
      cause: error,
    });
  }
}

async function fix(
  disk: ByteRange,
  path: string,
  options: VerifyOptions,
  tools: FixTools,
  job: JobContext,
): Promise<FixResult> {
  const quick = { ...options, deep: false };
  const lost = await mendLostEsp(disk, path, job);
  const look = async (how: VerifyOptions) =>
    verifyStick(await recogniseStick(disk, path), how, tools.run, job);
  const { findings: before } = await look(quick);
  const found = new Map([...lost, ...before].map((finding) => [keyOf(finding), finding]));
  let present = before;
  for (const repair of REPAIRS) {
    if (!present.some((finding) => finding.repair === repair)) continue;
    job.signal.throwIfAborted();
    await mend(repair, await recogniseStick(disk, path), tools, job);
    await disk.flush();
    // What was hidden behind the damage shows now, and is for the steps that follow.
    ({ findings: present } = await look(quick));
    for (const finding of present) found.set(keyOf(finding), finding);
  }
  const { ok, findings } = options.deep ? await look(options) : resultOf(present);
  const left = new Set(findings.map(keyOf));
  const fixed = [...found.values()].filter(
    (finding) => finding.repair !== undefined && !left.has(keyOf(finding)),
  );
  return { ok, findings, fixed };
}

/** What was found on an ESP that was too damaged for its stick to be known, and is mended now. None where it isn't so. */
async function mendLostEsp(
  disk: ByteRange,
  path: string,
  job: JobContext,
): Promise<readonly VerifyFinding[]> {
  try {
    await recogniseStick(disk, path);
    return [];
  } catch (error) {
    if (failureOf(error).code !== "not-a-stick") throw error;
    const esp = await espOfLostStick(disk);
    if (esp === undefined) throw error;
    const found = await checkVolume(esp, job);
    job.report({ kind: "step", text: say.repairingVolume("esp") });
    await esp.repair(esp.range, { signal: job.signal });
    await disk.flush();
    return found;
  }
}

async function mend(repair: Repair, stick: Stick, tools: FixTools, job: JobContext): Promise<void> {
  switch (repair) {
    case "table":
      job.report({ kind: "step", text: say.repairingTable() });
      return repairTables(stick.disk, stick.manifest);
    case "esp":
    case "data":
      for (const volume of await checkedVolumes(stick)) {
        if (volume.part !== repair) continue;
        job.report({ kind: "step", text: say.repairingVolume(repair) });
        await volume.repair(volume.range, { signal: job.signal });
      }
      return;
    case "boot-stage":
      return mendBootStage(stick, tools, job);
    case "menu":
      await refreshStick(stick, tools, job);
      return;
  }
}

/** From the same kit that made it: another one's would be an upgrade, which nobody asked for here. */
async function mendBootStage(stick: Stick, tools: FixTools, job: JobContext): Promise<void> {
  const { kit } = tools;
  const { manifest } = stick;
  if (kit === undefined) {
    job.report({ kind: "note", level: "warning", text: say.noKitForStage() });
    return;
  }
  const same =
    manifest.lifeboat === tools.version && sameJson(manifest.bootStage.versions, kit.versions());
  if (!same) {
    job.report({ kind: "note", level: "warning", text: say.otherKitForStage() });
    return;
  }
  const prepared = await planUpgrade(stick, { ...tools, kit }, job);
  await upgradeStick(stick, prepared, tools, job);
}

function keyOf({ id, where }: VerifyFinding): string {
  return `${id} ${where}`;
}
