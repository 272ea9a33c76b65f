/** lifeboat's menu beside Ventoy's, on what a command line names: looked at first, and again on the disk that is held. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { openTarget } from "../../../block/device.ts";
import type { SafetyOptions } from "../../../disks/safety.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import { asRemoval } from "../../removal.ts";
import type { Target } from "../../target.ts";
import { dropCaches, examineTarget, openPlanned } from "../../target.ts";
import type { MenuBeside, MenuBesideOptions, MenuBesideTools, VentoyStickFacts } from "./beside.ts";
import { checkMenuBeside, putMenuBeside } from "./beside.ts";
import { say as sayChain } from "../chain/messages.ts";
import { refuseUnreadableChain } from "../chain/refuse.ts";
import { refuseHalfAdopted } from "../interrupted.ts";
import { say } from "./messages.ts";
import { surveyVentoy } from "../survey.ts";

export type MenuOnTargetTools = Omit<MenuBesideTools, "beforeReadBack">;

export interface MenuPlan {
  readonly target: Target;
  readonly facts: VentoyStickFacts;
  /** Of Ventoy; undefined where its partition doesn't say. */
  readonly version: string | undefined;
}

/**
 * Reads only.
 * @throws LifeboatError `not-a-ventoy-stick`, `already-a-stick`, `ventoy-not-whole`; what the safety rules and `checkMenuBeside` throw.
 */
export async function planMenu(
  path: string,
  safety: SafetyOptions,
  { language }: MenuBesideOptions,
  { kit, run }: MenuOnTargetTools,
): Promise<MenuPlan> {
  const target = await examineTarget(path, undefined, safety, run);
  const { sizeBytes, sectorSize } = target;
  const disk = await openTarget(path, { sizeBytes, sectorSize });
  try {
    const { facts, version } = await surveyFor(disk, path);
    await checkMenuBeside(disk, facts, language, kit);
    return { target, facts, version };
  } finally {
    await disk.close();
  }
}

/**
 * @throws LifeboatError `changed-since-plan` where another stick is there now; what `planMenu`, `openPlanned` and `putMenuBeside` throw.
 */
export async function putMenuOnTarget(
  { target, facts }: MenuPlan,
  options: MenuBesideOptions,
  tools: MenuOnTargetTools,
  job: JobContext,
): Promise<MenuBeside> {
  const opened = await openPlanned(target, tools.run, job, true);
  try {
    const now = await surveyFor(opened.disk, target.path);
    if (now.facts.uuid !== facts.uuid || now.facts.data.startLba !== facts.data.startLba) {
      const text = say.otherStick(target.path);
      throw new LifeboatError("changed-since-plan", text, { kind: "refused" });
    }
    const all = { ...tools, beforeReadBack: async () => dropCaches(opened.path, tools.run) };
    const result = await putMenuBeside(opened.disk, opened.path, now.facts, options, all, job);
    await opened.finish();
    return result;
  } catch (error) {
    await opened.abandon().catch(() => undefined);
    throw target.kind === "device" ? await asRemoval(error, target.path) : error;
  }
}

/**
 * @throws LifeboatError `not-a-ventoy-stick`; `already-a-stick`, `ventoy-chain-unreadable` where lifeboat starts it; `ventoy-adoption-interrupted`; `ventoy-not-whole`
 * for what Ventoy itself wouldn't start from.
 */
async function surveyFor(disk: ByteRange, path: string) {
  const survey = await surveyVentoy(disk);
  if (survey === undefined) {
    throw new LifeboatError("not-a-ventoy-stick", say.noVentoy(path), {
      kind: "usage",
      hint: say.noVentoyHint(path),
    });
  }
  if (survey.chain !== undefined) {
    throw new LifeboatError("already-a-stick", sayChain.hasMenu(path), {
      kind: "refused",
      hint: sayChain.hasMenuHint(path),
    });
  }
  refuseUnreadableChain(path, survey);
  const { interrupted, deviceCheck, data, scheme, uuid, secureBoot = false, version } = survey;
  refuseHalfAdopted(path, interrupted);
  const failed = deviceCheck.find(({ ok }) => !ok);
  if (interrupted !== undefined || failed !== undefined || data.number !== 1) {
    throw new LifeboatError("ventoy-not-whole", say.notWhole(path), {
      kind: "refused",
      hint: say.notWholeHint(path),
    });
  }
  return { facts: { scheme, uuid, secureBoot, data }, version };
}
