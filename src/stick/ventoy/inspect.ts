/** `inspect` of a Ventoy stick, by the contract of `inspect --json`; and its ISOs, found and scanned as on lifeboat's own. */
import type { ByteRange } from "../../block/byte-range.ts";
import { openVolume } from "../../filesystems/open.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { failureOf } from "../../system/errors.ts";
import type { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { collectIsos } from "../data/collect.ts";
import { describeIso, describePartitions } from "../inspect.ts";
import type { IsoRecord } from "../manifest.ts";
import { sliceOf } from "./recognise.ts";
import type { VentoySurvey } from "./survey.ts";

/** The user's partition; undefined with the reason where lifeboat doesn't read its file system. */
export interface UserVolume {
  readonly volume: ReadableVolume | undefined;
  /** Why it can't be read, though it has a file system that lifeboat knows. */
  readonly failure: LifeboatError | undefined;
}

/** @throws LifeboatError only where the medium was pulled out. */
export async function openUserVolume(
  disk: ByteRange,
  { data }: Pick<VentoySurvey, "data">,
): Promise<UserVolume> {
  try {
    return { volume: await openVolume(sliceOf(disk, data)), failure: undefined };
  } catch (error) {
    return { volume: undefined, failure: failureOf(error) };
  }
}

export async function inspectVentoy(
  disk: ByteRange,
  survey: VentoySurvey,
  recipes: RecipeLibrary,
  job: JobContext,
) {
  const { interrupted, version, uuid, secureBoot, reservedBytes, deviceCheck } = survey;
  const { volume } = await openUserVolume(disk, survey);
  let isos: IsoRecord[] = [];
  if (volume !== undefined) {
    try {
      isos = await collectIsos(volume, [], new Map(), recipes, job);
    } catch (error) {
      // What is wrong with the partition is for `verify` to say; what the stick is doesn't hang on it.
      failureOf(error);
    }
  }
  return {
    kind: "stick" as const,
    ...(await describePartitions(disk)),
    bootStage: {
      kind: "ventoy" as const,
      versions: version === undefined ? {} : { ventoy: version },
      secureBoot: secureBoot ?? false,
    },
    uuid,
    reservedBytes,
    deviceCheck: checksOf(deviceCheck),
    interrupted: interrupted ?? null,
    isos: isos.map(describeIso),
  };
}

/** What lies behind lifeboat's menu on a stick that lifeboat starts. */
export function describeBehind(survey: VentoySurvey) {
  const { version, uuid, secureBoot, deviceCheck, interrupted } = survey;
  return {
    version: version ?? null,
    secureBoot: secureBoot ?? false,
    uuid,
    deviceCheck: checksOf(deviceCheck),
    interrupted: interrupted ?? null,
  };
}

function checksOf(checks: VentoySurvey["deviceCheck"]) {
  return checks.map(({ code, ok, what }) => ({ code, ok, what }));
}
