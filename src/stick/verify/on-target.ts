/** `verify`, its repairs, and what they would do, on what a command line names. */
import type { ByteRange } from "../../block/byte-range.ts";
import { openTarget } from "../../block/device.ts";
import { isDevice } from "../../block/file.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import { backupPathFor } from "../boot-backup/save.ts";
import { MANIFEST_PATH, UNKNOWN_MENU } from "../manifest.ts";
import type { Stick } from "../stick.ts";
import { recogniseStick } from "../stick.ts";
import { dropCaches, openDiskToWrite } from "../target.ts";
import { refuseHalfAdopted } from "../ventoy/interrupted.ts";
import type { VentoySurvey } from "../ventoy/survey.ts";
import { surveyVentoy } from "../ventoy/survey.ts";
import { noVentoyStick } from "../ventoy/upgrade/plan.ts";
import { say as sayVentoy } from "../ventoy/verify/messages.ts";
import { fixVentoy, ventoyName } from "../ventoy/verify/fix.ts";
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
    if (ventoy !== undefined) return await verifyBoth(disk, path, ventoy, options, run, job);
    const stick = await stickOrLost(disk, path);
    if (stick?.manifest.bootStage.kind === "ventoy") {
      const findings = await verifyLostVentoy(disk, path);
      const menu = await verifyMenu(stick, options, run, job);
      // Nothing is mended of it before something starts it again.
      return resultOf([...findings, ...menu.map(({ repair: _repair, ...finding }) => finding)]);
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
    const ventoy = await surveyVentoy(disk);
    const stick = ventoy === undefined ? await stickOrLost(disk, path) : await menuOf(disk, path);
    const steps = planFix(findings, stick?.manifest, stage);
    const repairs = steps.map(({ repair }) => repair);
    const name = ventoy === undefined ? stick?.manifest.name : ventoyName(ventoy);
    return { steps, shown: { name, repairs } };
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
      // Each time as it is then: what is written may be what was looked at.
      const look = async (how: VerifyOptions) =>
        verifyBoth(disk, path, (await surveyVentoy(disk)) ?? ventoy, how, run, job);
      return await fixVentoy(disk, path, ventoy, look, options, all, job);
    }
    const isLost = (await ownStick(disk, path))?.manifest.bootStage.kind === "ventoy";
    if (isLost || options.ventoy !== undefined) throw await noVentoyStick(disk, path);
    return await fixStick(disk, path, options, all, job);
  } finally {
    await disk.close();
  }
}

/** Of a Ventoy stick: Ventoy's part, the user's partition, and lifeboat's menu. */
async function verifyBoth(
  disk: ByteRange,
  path: string,
  ventoy: VentoySurvey,
  options: VerifyOptions,
  run: Run,
  job: JobContext,
): Promise<VerifyResult> {
  const { findings } = await verifyVentoy(disk, path, ventoy, options.ventoy, job);
  const own = await whatIsLifeboats(disk, path, ventoy, options, run, job);
  // Where Ventoy starts it, its boot code is another one: the upgrade without an archive that this names would be refused.
  const isLost = findings.some(({ id }) => id === "ventoy-chain-lost");
  const rest = isLost ? own.filter(({ id }) => id !== "boot-code-changed") : own;
  return resultOf([...findings, ...rest]);
}

/** Of a stick with Ventoy: all of lifeboat's where that starts it, and else its menu. */
async function whatIsLifeboats(
  disk: ByteRange,
  path: string,
  { chain, chainUnreadable, scheme }: VentoySurvey,
  options: VerifyOptions,
  run: Run,
  job: JobContext,
): Promise<VerifyFinding[]> {
  // Ventoy's part says that already, and that nothing is to be made of it.
  if (chain === undefined && chainUnreadable) return [];
  if (chain === undefined) return menuBesideVentoys(disk, path, options, run, job);
  const { findings } = await verifyStick(await recogniseStick(disk, path), options, run, job);
  // `verify --fix` mends the data of such a stick and nothing that starts it: those findings say which upgrade does.
  return findings.map(({ repair, ...finding }) => {
    if (repair === "data") return { ...finding, repair };
    if (repair === "table") return { ...finding, fix: sayVentoy.repairTable(scheme) };
    return repair === "esp" ? { ...finding, fix: sayVentoy.checkOwn() } : finding;
  });
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

/** The same, and undefined as well where lifeboat can't go by what the menu's own file says. */
async function menuOf(disk: ByteRange, path: string): Promise<Stick | undefined> {
  try {
    return await ownStick(disk, path);
  } catch (error) {
    if (!UNKNOWN_MENU.includes(failureOf(error).code)) throw error;
    return undefined;
  }
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
