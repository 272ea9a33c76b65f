/**
 * `verify --fix`: mends what can be mended from what lifeboat knows of the stick. In this order, since each step stands on those
 * before it: partition table, the two file systems, boot stage, menu. Each step is safe from a power cut by itself, and a
 * second run goes on where the first one was cut. Files of the user's are never removed.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
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
import type { StageKit } from "./plan-fix.ts";
import type { ShownFix } from "./plan-fix.ts";
import { refuseUnshown, wasShown, whyNoStage } from "./plan-fix.ts";
import { repairTables } from "./tables.ts";
import type { VerifyOptions, VerifyResult } from "./verify.ts";
import { resultOf, verifyStick } from "./verify.ts";

export interface FixTools extends RefreshTools, StageKit {
  readonly now: Date;
  /** Where the boot stage is saved before it is changed. */
  readonly backupFile: string;
  /** Drops the medium's cache before something is read back. */
  readonly beforeReadBack: () => Promise<void>;
  /** What was agreed to, where somebody was asked: nothing else is written. */
  readonly shown?: ShownFix | undefined;
}

export interface FixResult extends VerifyResult {
  /** What was found before and isn't any more. */
  readonly fixed: readonly VerifyFinding[];
  /** What is left, and why or whose it is; without what is no more than information. */
  readonly left: readonly LeftFinding[];
}

export interface LeftFinding {
  readonly finding: VerifyFinding;
  readonly why: Text;
}

/** How a stick of one kind is looked at, and what each repair does to it. */
export interface Mending {
  readonly look: (how: VerifyOptions) => Promise<VerifyResult>;
  /** @returns why it wasn't carried out; undefined where it was. */
  readonly mend: (repair: Repair) => Promise<Text | undefined>;
}

/**
 * @param disk open for writing.
 * @param path of `disk`, for messages and for programs that open it themselves.
 * @throws LifeboatError `plan-changed` (refused, before anything is written); what a repair throws, `device-gone` among it; what was mended before it stays mended.
 */
export async function fixStick(
  disk: ByteRange,
  path: string,
  options: VerifyOptions,
  tools: FixTools,
  job: JobContext,
): Promise<FixResult> {
  return toldAsFix(path, async () => fix(disk, path, options, tools, job));
}

/** @throws LifeboatError `device-gone` with what to do then; what `carryOut` throws. */
export async function toldAsFix(
  path: string,
  carryOut: () => Promise<FixResult>,
): Promise<FixResult> {
  try {
    return await carryOut();
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
  const { shown } = tools;
  const lost = await mendLostEsp(disk, path, shown, job);
  const look = async (how: VerifyOptions) =>
    verifyStick(await recogniseStick(disk, path), how, tools.run, job);
  const { findings: before } = await look(quick);
  if (lost === undefined) {
    const { manifest } = await recogniseStick(disk, path);
    const repairs = before.flatMap(({ repair }) => (repair === undefined ? [] : [repair]));
    refuseUnshown(shown, manifest.name, repairs);
  }
  const mending = {
    look,
    mend: async (repair: Repair) => mend(repair, await recogniseStick(disk, path), tools, job),
  };
  return mendInOrder(disk, mending, { lost: lost ?? [], before }, options, shown, job);
}

/**
 * Carries out what the findings want, in the order of `REPAIRS`, and looks again after each.
 * @param known `lost`: what was mended already; `before`: what was found then.
 */
export async function mendInOrder(
  disk: ByteRange,
  { look, mend }: Mending,
  { lost, before }: Readonly<Record<"lost" | "before", readonly VerifyFinding[]>>,
  options: VerifyOptions,
  shown: ShownFix | undefined,
  job: JobContext,
): Promise<FixResult> {
  const quick = { ...options, deep: false };
  const found = new Map([...lost, ...before].map((finding) => [keyOf(finding), finding]));
  const refusals = new Map<Repair, Text>();
  let present = before;
  for (const repair of REPAIRS) {
    if (!present.some((finding) => finding.repair === repair)) continue;
    job.signal.throwIfAborted();
    if (shown !== undefined && !wasShown(repair, shown)) {
      refusals.set(repair, say.notShown());
      continue;
    }
    const refused = await mend(repair);
    if (refused !== undefined) refusals.set(repair, refused);
    await disk.flush();
    // What was hidden behind the damage shows now, and is for the steps that follow.
    ({ findings: present } = await look(quick));
    for (const finding of present) found.set(keyOf(finding), finding);
  }
  const { ok, findings } = options.deep ? await look(options) : resultOf(present);
  const keys = new Set(findings.map(keyOf));
  const fixed = [...found.values()].filter(
    (finding) => finding.repair !== undefined && !keys.has(keyOf(finding)),
  );
  const left = findings
    .filter(({ severity }) => severity !== "info")
    .map((finding) => ({ finding, why: whyLeft(finding, refusals) }));
  return { ok, findings, fixed, left };
}

/** For what lifeboat has no repair for, what its finding says is to be done. */
function whyLeft({ repair, fix }: VerifyFinding, refusals: ReadonlyMap<Repair, Text>): Text {
  return repair === undefined ? fix : (refusals.get(repair) ?? say.unmended());
}

/** What was found on an ESP that was too damaged for its stick to be known, and is mended now. Undefined where it isn't so. */
async function mendLostEsp(
  disk: ByteRange,
  path: string,
  shown: ShownFix | undefined,
  job: JobContext,
): Promise<readonly VerifyFinding[] | undefined> {
  try {
    await recogniseStick(disk, path);
    return undefined;
  } catch (error) {
    if (failureOf(error).code !== "not-a-stick") throw error;
    const esp = await espOfLostStick(disk);
    if (esp === undefined) throw error;
    refuseUnshown(shown, undefined, ["esp"]);
    const found = await checkVolume(esp, job);
    job.report({ kind: "step", text: say.repairingVolume("esp") });
    await esp.repair(esp.range, { signal: job.signal });
    await disk.flush();
    return found;
  }
}

/** @returns why it wasn't carried out; undefined where it was. */
async function mend(
  repair: Repair,
  stick: Stick,
  tools: FixTools,
  job: JobContext,
): Promise<Text | undefined> {
  switch (repair) {
    case "table":
      job.report({ kind: "step", text: say.repairingTable() });
      await repairTables(stick.disk, stick.manifest);
      return undefined;
    case "esp":
    case "data":
      for (const volume of await checkedVolumes(stick)) {
        if (volume.part !== repair) continue;
        job.report({ kind: "step", text: say.repairingVolume(repair) });
        await volume.repair(volume.range, { signal: job.signal });
      }
      return undefined;
    case "boot-stage":
      return mendBootStage(stick, tools, job);
    case "menu":
      await refreshStick(stick, tools, job);
      return undefined;
  }
}

async function mendBootStage(
  stick: Stick,
  tools: FixTools,
  job: JobContext,
): Promise<Text | undefined> {
  const { kit } = tools;
  const refused = whyNoStage(stick.manifest, tools);
  if (kit === undefined || refused !== undefined) {
    const text = refused ?? say.noKitForStage("esp");
    job.report({ kind: "note", level: "warning", text });
    return text;
  }
  const prepared = await planUpgrade(stick, { ...tools, kit }, job);
  await upgradeStick(stick, prepared, tools, job);
  return undefined;
}

function keyOf({ id, where }: VerifyFinding): string {
  return `${id} ${where}`;
}
