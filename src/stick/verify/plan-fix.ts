/** What `fixStick` would do about findings, said before it is done. Writes nothing. */
import type { Kit } from "../../boot/kit/kit.ts";
import type { Text } from "../../system/text.ts";
import type { StickManifest } from "../manifest.ts";
import { sameJson } from "../manifest.ts";
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
    return [{ repair, text: say.repairs(repair), findings: mended, refused }];
  });
}

/** A boot stage is mended from the same kit that made it: another one's would be an upgrade, which nobody asked for. */
export function whyNoStage(
  { lifeboat, bootStage }: StickManifest,
  { kit, version }: StageKit,
): Text | undefined {
  if (kit === undefined) return say.noKitForStage();
  const same = lifeboat === version && sameJson(bootStage.versions, kit.versions());
  return same ? undefined : say.otherKitForStage();
}
