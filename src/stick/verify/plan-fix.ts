/** What `fixStick` would do about findings, said before it is done. Writes nothing. */
import type { Kit } from "../../boot/kit/kit.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { StickManifest } from "../manifest.ts";
import { sameJson } from "../manifest.ts";
import { menuPartOf } from "./boot-stage.ts";
import type { Repair, VerifyFinding } from "./finding.ts";
import { REPAIRS } from "./finding.ts";
import { say } from "./messages.ts";

export interface FixStep {
  readonly repair: Repair;
  /** What is written, and what is left alone. */
  readonly text: Text;
  /** What it mends. */
  readonly findings: readonly VerifyFinding[];
  /** Why it can't be carried out here; undefined where it can. */
  readonly refused: Text | undefined;
}

/** Damage of these may keep other damage from being seen. */
export const MAY_HIDE: readonly Repair[] = ["table", "esp", "data"];

/** What somebody was shown, and agreed to. */
export interface ShownFix {
  /** The stick's, in its manifest; undefined where the stick couldn't be known for one. */
  readonly name: string | undefined;
  readonly repairs: readonly Repair[];
}

/** Whether a repair was shown, or may follow one that was: what the damage hid is mended in the same way. */
export function wasShown(repair: Repair, { name, repairs }: ShownFix): boolean {
  if (repairs.includes(repair)) return true;
  const earlier = REPAIRS.slice(0, REPAIRS.indexOf(repair));
  // An ESP that hid the whole stick is mended before everything else.
  const first = name === undefined ? MAY_HIDE : MAY_HIDE.filter((one) => earlier.includes(one));
  return first.some((one) => repairs.includes(one));
}

/** @throws LifeboatError `plan-changed` (kind `refused`). */
export function refuseUnshown(
  shown: ShownFix | undefined,
  name: string | undefined,
  repairs: readonly Repair[],
): void {
  if (shown === undefined) return;
  if (shown.name === name && repairs.every((repair) => wasShown(repair, shown))) return;
  throw new LifeboatError("plan-changed", say.planChanged(), {
    kind: "refused",
    hint: say.planChangedHint(),
  });
}

/** What a boot stage is mended from. */
export interface StageKit {
  /** Undefined where there is none. */
  readonly kit: Kit | undefined;
  /** lifeboat's own. */
  readonly version: string;
}

/**
 * In the order in which they are carried out; none for findings that lifeboat mends nothing of. What the damage hides now may need more.
 * @param manifest undefined where the stick can't be known for one: its ESP comes first, then.
 */
export function planFix(
  findings: readonly VerifyFinding[],
  manifest: StickManifest | undefined,
  stage: StageKit,
): FixStep[] {
  return REPAIRS.flatMap((repair): FixStep[] => {
    const mended = findings.filter((finding) => finding.repair === repair);
    if (mended.length === 0) return [];
    const isStage = repair === "boot-stage" && manifest !== undefined;
    const refused = isStage ? whyNoStage(manifest, stage) : undefined;
    const text = say.repairs(repair, isStage ? menuPartOf(manifest) : "esp");
    return [{ repair, text, findings: mended, refused }];
  });
}

/** A boot stage is mended from the same kit that made it: another one's would be an upgrade, which nobody asked for. */
export function whyNoStage(
  { lifeboat, bootStage }: StickManifest,
  { kit, version }: StageKit,
): Text | undefined {
  const part = menuPartOf({ bootStage });
  if (kit === undefined) return say.noKitForStage(part);
  // Sticks made before files of the user's were left out of it have one word for all of them.
  const { user: _user, ...versions } = bootStage.versions;
  const same = lifeboat === version && sameJson(versions, kit.versions());
  return same ? undefined : say.otherKitForStage(part);
}
