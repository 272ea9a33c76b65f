/** `verify`, its repairs, and what they would do, on what a command line names. */
import type { ByteRange } from "../../block/byte-range.ts";
import { openTarget } from "../../block/device.ts";
import { isDevice } from "../../block/file.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import type { Text } from "../../system/text.ts";
import { backupPathFor } from "../boot-backup/save.ts";
import { MANIFEST_PATH, UNKNOWN_MENU } from "../manifest.ts";
import type { Stick } from "../stick.ts";
import { recogniseStick } from "../stick.ts";
import { dropCaches, openDiskToWrite } from "../target.ts";
import { refuseHalfAdopted } from "../ventoy/interrupted.ts";
import { say as sayVentoy } from "../ventoy/upgrade/messages.ts";
import { surveyVentoy } from "../ventoy/survey.ts";
import { noVentoyStick } from "../ventoy/upgrade/plan.ts";
import { verifyLostVentoy, verifyVentoy } from "../ventoy/verify/verify.ts";
import { checkVolume, espOfLostStick } from "./file-systems.ts";
import type { VerifyFinding } from "./finding.ts";
import { error, warning } from "./finding.ts";
import type { FixResult } from "./fix.ts";
import { fixStick } from "./fix.ts";
import { say } from "./messages.ts";
import type { FixStep, ShownFix, StageKit } from "./plan-fix.ts";
import { planFix } from "./plan-fix.ts";
import type { VerifyOptions, VerifyResult } from "./verify.ts";
import { resultOf, verifyMenu, verifyStick } from "./verify.ts";

/**
 * Reads only. Of a stick whose ESP is so damaged that it can't be known for one, what is wrong with that. Ventoy sticks too.
 * @throws LifeboatError `not-a-stick` and the like; what opening throws.
 */
export async function verifyTarget(
  path: string,
  options: VerifyOptions,
  run: Run,
  job: JobContext,
): Promise<VerifyResult> {
  const disk = await openTarget(path, { writable: false });
  try {
    const ventoy = await surveyVentoy(disk);
    if (ventoy !== undefined) {
      const { findings } = await verifyVentoy(disk, path, ventoy, options.ventoy, job);
      return resultOf([...findings, ...(await menuBesideVentoys(disk, path, options, run, job))]);
    }
    const stick = await stickOrLost(disk, path);
    if (stick?.manifest.bootStage.kind === "ventoy") {
      const findings = await verifyLostVentoy(disk, path);
      return resultOf([...findings, ...(await verifyMenu(stick, options, run, job))]);
    }
    if (options.ventoy !== undefined) throw await noVentoyStick(disk, path);
    if (stick !== undefined) return await verifyStick(stick, options, run, job);
    const findings = await findingsOfLost(disk, job);
    // An ESP that is in order has no manifest: that says it.
    if (findings.length === 0) await recogniseStick(disk, path);
    return { ok: false, findings };
  } finally {
    await disk.close();
  }
}

/** What `fixTarget` would do about these findings of `verifyTarget`, and to which stick. @throws LifeboatError as it. */
export async function planFixOf(
  path: string,
  findings: readonly VerifyFinding[],
  stage: StageKit,
): Promise<{ readonly steps: readonly FixStep[]; readonly shown: ShownFix }> {
  const disk = await openTarget(path, { writable: false });
  try {
    const stick = await stickOrLost(disk, path);
    const steps = planFix(findings, stick?.manifest, stage);
    const repairs = steps.map(({ repair }) => repair);
    return { steps, shown: { name: stick?.manifest.name, repairs } };
  } finally {
    await disk.close();
  }
}

export interface FixTargetTools extends StageKit {
  readonly recipes: RecipeLibrary;
  readonly run: Run;
  readonly now: Date;
  /** Where somebody was shown a plan before: by `planFixOf`. */
  readonly shown?: ShownFix | undefined;
}

/**
 * Mends what can be mended of it.
 * @throws LifeboatError what the safety rules, opening and `fixStick` throw.
 */
export async function fixTarget(
  path: string,
  options: VerifyOptions,
  tools: FixTargetTools,
  job: JobContext,
): Promise<FixResult> {
  const { run, now } = tools;
  const kind = (await isDevice(path)) ? "device" : "image";
  const all = {
    ...tools,
    backupFile: backupPathFor(path, kind, now),
    beforeReadBack: async () => dropCaches(path, run),
  };
  const disk = await openDiskToWrite(path, run, job);
  try {
    const ventoy = await surveyVentoy(disk);
    if (ventoy !== undefined) {
      refuseHalfAdopted(path, ventoy.interrupted);
      throw noFixOfVentoy(path, sayVentoy.notFixedHint(path));
    }
    if ((await ownStick(disk, path))?.manifest.bootStage.kind === "ventoy") {
      throw noFixOfVentoy(path, sayVentoy.lostHint(path));
    }
    return await fixStick(disk, path, options, all, job);
  } finally {
    await disk.close();
  }
}

/** None where there is no menu of lifeboat's. What lifeboat's files say of it is no reason not to check what is Ventoy's. */
async function menuBesideVentoys(
  disk: ByteRange,
  path: string,
  options: VerifyOptions,
  run: Run,
  job: JobContext,
): Promise<VerifyFinding[]> {
  try {
    const own = await ownStick(disk, path);
    return own === undefined ? [] : await verifyMenu(own, options, run, job);
  } catch (cause) {
    const { code, text, hint } = failureOf(cause);
    if (!UNKNOWN_MENU.includes(code)) throw cause;
    const fix = hint ?? say.putMenuAgain(path);
    return [
      code === "newer-format"
        ? warning(code, text, MANIFEST_PATH, fix)
        : error(code, text, MANIFEST_PATH, fix),
    ];
  }
}

/** A stick with a menu of lifeboat's; undefined for all others. */
async function ownStick(disk: ByteRange, path: string): Promise<Stick | undefined> {
  try {
    return await recogniseStick(disk, path);
  } catch (error) {
    if (failureOf(error).code !== "not-a-stick") throw error;
    return undefined;
  }
}

function noFixOfVentoy(path: string, hint: Text): LifeboatError {
  return new LifeboatError("ventoy-not-fixed", sayVentoy.notFixed(path), {
    kind: "refused",
    hint,
  });
}

/** Undefined for a disk that was a stick by its table, and can't be opened as one. @throws LifeboatError as `recogniseStick`. */
async function stickOrLost(disk: ByteRange, path: string): Promise<Stick | undefined> {
  try {
    return await recogniseStick(disk, path);
  } catch (error) {
    const isNone = error instanceof LifeboatError && error.code === "not-a-stick";
    if (!isNone || (await espOfLostStick(disk)) === undefined) throw error;
    return undefined;
  }
}

async function findingsOfLost(disk: ByteRange, job: JobContext): Promise<VerifyFinding[]> {
  const esp = await espOfLostStick(disk);
  return esp === undefined ? [] : checkVolume(esp, job);
}
