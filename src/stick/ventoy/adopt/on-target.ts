/** `adopt --ventoy` on what a command line names: looked at first, and again on the disk that is held. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { openTarget } from "../../../block/device.ts";
import type { VentoyRelease } from "../../../boot/ventoy/release/release.ts";
import type { SafetyOptions } from "../../../disks/safety.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Run } from "../../../system/run.ts";
import { partitionOf } from "../../layout.ts";
import { sameJson } from "../../manifest.ts";
import { asRemoval } from "../../removal.ts";
import { dropCaches, examineTarget, openPlanned } from "../../target.ts";
import type { MenuBeside } from "../menu/beside.ts";
import { checkMenuBeside, putMenuBeside } from "../menu/beside.ts";
import type { MenuOnTargetTools } from "../menu/on-target.ts";
import type { VentoyAdoptResult } from "./adopt.ts";
import { adoptToVentoy } from "./adopt.ts";
import { say } from "./messages.ts";
import type { VentoyAdoptOptions, VentoyAdoptPlan } from "./plan.ts";
import { planVentoyAdoption } from "./plan.ts";

export interface VentoyAdoptTargetTools {
  readonly run: Run;
  /** lifeboat's version. */
  readonly version: string;
  readonly now: Date;
  readonly backupFile: string;
  /** There where the plan has lifeboat's menu beside Ventoy's. */
  readonly menuTools: MenuOnTargetTools | undefined;
}

/**
 * Reads only.
 * @throws LifeboatError what the safety rules, `planVentoyAdoption` and, with a menu, `checkMenuBeside` throw.
 */
export async function planVentoyAdoptionOf(
  path: string,
  safety: SafetyOptions,
  release: VentoyRelease,
  options: VentoyAdoptOptions,
  { run, menuTools }: Pick<VentoyAdoptTargetTools, "run" | "menuTools">,
  job: JobContext,
): Promise<VentoyAdoptPlan> {
  const target = await examineTarget(path, undefined, safety, run);
  const { sizeBytes, sectorSize } = target;
  const disk = await openTarget(path, { sizeBytes, sectorSize });
  try {
    const { plan } = await planVentoyAdoption(disk, target, release, options, run, job);
    await checkMenu(disk, plan, menuTools);
    return plan;
  } finally {
    await disk.close();
  }
}

/**
 * Carries out a plan, which is made once more on the disk that is held now.
 * @throws LifeboatError `changed-since-plan` (refused), what `openPlanned`, `adoptToVentoy` and `putMenuBeside` throw.
 */
export async function adoptTargetToVentoy(
  plan: VentoyAdoptPlan,
  release: VentoyRelease,
  tools: VentoyAdoptTargetTools,
  job: JobContext,
): Promise<VentoyAdoptResult & Partial<MenuBeside>> {
  const { run, menuTools } = tools;
  const { target, secureBoot, ventoyUuid, diskSignature, menu } = plan;
  const opened = await openPlanned(target, run, job, true);
  try {
    const { disk, path } = opened;
    const options = { secureBoot, ventoyUuid, diskSignature, ...(menu && { menu }) };
    const prepared = await planVentoyAdoption(disk, target, release, options, run, job);
    if (!sameJson(prepared.plan, plan)) {
      throw new LifeboatError("changed-since-plan", say.changed(target.path), {
        kind: "refused",
        hint: say.changedHint(target.path),
      });
    }
    await checkMenu(disk, plan, menuTools);
    const beforeReadBack = async () => dropCaches(path, run);
    const result = await adoptToVentoy(disk, prepared, { ...tools, beforeReadBack }, job);
    const put = await putMenu(disk, path, plan, { menuTools, beforeReadBack }, job);
    await opened.finish();
    return { ...result, ...put };
  } catch (error) {
    await opened.abandon().catch(() => undefined);
    throw target.kind === "device" ? await asRemoval(error, target.path) : error;
  }
}

function factsOf({ layout, ventoyUuid: uuid, secureBoot }: VentoyAdoptPlan) {
  return { scheme: layout.scheme, uuid, secureBoot, data: partitionOf(layout, "data") };
}

/** Before the first write. */
async function checkMenu(
  disk: ByteRange,
  plan: VentoyAdoptPlan,
  menuTools: MenuOnTargetTools | undefined,
): Promise<void> {
  if (plan.menu === undefined || menuTools === undefined) return;
  await checkMenuBeside(disk, factsOf(plan), plan.menu.language, menuTools.kit);
}

interface PutTools {
  readonly menuTools: MenuOnTargetTools | undefined;
  readonly beforeReadBack: () => Promise<void>;
}

/** After the stick is Ventoy's, whole: what fails here leaves it that. */
async function putMenu(
  disk: ByteRange,
  path: string,
  plan: VentoyAdoptPlan,
  { menuTools, beforeReadBack }: PutTools,
  job: JobContext,
): Promise<MenuBeside | undefined> {
  if (plan.menu === undefined || menuTools === undefined) return undefined;
  const tools = { ...menuTools, beforeReadBack };
  try {
    return await putMenuBeside(disk, path, factsOf(plan), plan.menu, tools, job);
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const { code, kind, text } = error;
    throw new LifeboatError(code, say.withoutMenu(text, plan.target.path), {
      kind,
      hint: say.withoutMenuHint(plan.target.path),
      cause: error,
    });
  }
}
