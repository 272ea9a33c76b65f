/**
 * `verify --fix` of a Ventoy stick: the file system of the user's partition, and lifeboat's menu on it where there is one. Everything else
 * is Ventoy's, and written by an upgrade alone, which nobody asked for here.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { recognise } from "../../../filesystems/recognise.ts";
import { failureOf } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Text } from "../../../system/text.ts";
import { refreshStick } from "../../refresh.ts";
import { recogniseStick } from "../../stick.ts";
import { checkerOf } from "../../verify/file-systems.ts";
import type { Repair, VerifyFinding } from "../../verify/finding.ts";
import type { FixResult, FixTools, Mending } from "../../verify/fix.ts";
import { mendInOrder, toldAsFix } from "../../verify/fix.ts";
import { say as sayVerify } from "../../verify/messages.ts";
import { refuseUnshown, whyNoStage } from "../../verify/plan-fix.ts";
import type { VerifyOptions } from "../../verify/verify.ts";
import { mendMenuFiles } from "../menu/mend.ts";
import { sliceOf } from "../recognise.ts";
import type { VentoySurvey } from "../survey.ts";

/** By which a plan that was shown is known to be this stick's. */
export function ventoyName({ uuid }: Pick<VentoySurvey, "uuid">): string {
  return `ventoy:${uuid}`;
}

/**
 * @param disk open for writing.
 * @param path of `disk`, for messages and for programs that open it themselves.
 * @param look `verify` of the same stick, which only reads.
 * @throws LifeboatError as `fixStick`.
 */
export async function fixVentoy(
  disk: ByteRange,
  path: string,
  survey: VentoySurvey,
  look: Mending["look"],
  options: VerifyOptions,
  tools: FixTools,
  job: JobContext,
): Promise<FixResult> {
  return toldAsFix(path, async () => {
    const { findings: before } = await look({ ...options, deep: false });
    refuseUnshown(tools.shown, ventoyName(survey), repairsOf(before));
    const mend = async (repair: Repair) => mendOne(repair, disk, path, survey, tools, job);
    const known = { lost: [], before };
    return mendInOrder(disk, { look, mend }, known, options, tools.shown, job);
  });
}

function repairsOf(findings: readonly VerifyFinding[]): Repair[] {
  return findings.flatMap(({ repair }) => (repair === undefined ? [] : [repair]));
}

/** As lifeboat made it, where its records say so: a damaged volume may look like another one, or like none. */
async function fileSystemOf(disk: ByteRange, path: string): Promise<string | undefined> {
  try {
    return (await recogniseStick(disk, path)).manifest.fileSystem;
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}

async function mendOne(
  repair: Repair,
  disk: ByteRange,
  path: string,
  survey: VentoySurvey,
  tools: FixTools,
  job: JobContext,
): Promise<Text | undefined> {
  switch (repair) {
    case "data": {
      const range = sliceOf(disk, survey.data);
      const found = (await fileSystemOf(disk, path)) ?? (await recognise(range));
      const checker = found === undefined ? undefined : await checkerOf(found);
      if (checker === undefined) return sayVerify.noChecker();
      job.report({ kind: "step", text: sayVerify.repairingVolume("data") });
      await checker.repair(range, { signal: job.signal });
      return undefined;
    }
    case "boot-stage": {
      const stick = await recogniseStick(disk, path);
      const { kit } = tools;
      const refused = whyNoStage(stick.manifest, tools);
      if (kit === undefined || refused !== undefined) {
        const text = refused ?? sayVerify.noKitForStage("data");
        job.report({ kind: "note", level: "warning", text });
        return text;
      }
      await mendMenuFiles(stick, kit, tools.beforeReadBack);
      return undefined;
    }
    case "menu":
      await refreshStick(await recogniseStick(disk, path), tools, job);
      return undefined;
    // Both are Ventoy's, and no finding of a Ventoy stick wants them.
    case "table":
    case "esp":
      return undefined;
  }
}
