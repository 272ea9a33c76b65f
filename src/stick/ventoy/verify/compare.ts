/** A Ventoy stick held against a release, byte for byte; of its partition, file by file what differs. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import { MemoryRange } from "../../../block/memory.ts";
import { UPGRADED_CODE_BYTES } from "../../../boot/ventoy/boot-area.ts";
import type { VentoyRelease } from "../../../boot/ventoy/release/release.ts";
import type { FatVolume } from "../../../filesystems/fat32/index.ts";
import { openFat } from "../../../filesystems/fat32/index.ts";
import { failureOf } from "../../../system/errors.ts";
import { readWhole } from "../../esp/files.ts";
import type { VerifyFinding } from "../../verify/finding.ts";
import { error, info, warning } from "../../verify/finding.ts";
import { newVentoyStage } from "../upgrade/new-stage.ts";
import type { VentoySurvey } from "../survey.ts";
import { differingParts, filesOn } from "../upgrade/plan.ts";
import { say } from "./messages.ts";

const WHERE = { "boot-code": "LBA 0", "core-image": "core image" } as const;
/** A partition of somebody else's making says no more than its first ones. */
const MOST_NAMED = 10;

export async function compareWithRelease(
  disk: ByteRange,
  survey: VentoySurvey,
  release: VentoyRelease,
  fix: VerifyFinding["fix"],
): Promise<VerifyFinding[]> {
  const { version, secureBoot = true, volume } = survey;
  if (version !== release.version) {
    // All of it differs then.
    const what = say.otherVersion(version, release.version);
    return [warning("ventoy-other-version", what, "partition 2", fix)];
  }
  const stage = await newVentoyStage(disk, survey, release, secureBoot);
  const parts = await differingParts(disk, survey, stage);
  const found: VerifyFinding[] = [];
  // Which partition is active isn't the release's business.
  const code = await readBytes(disk, 0, UPGRADED_CODE_BYTES);
  if (!code.equals(stage.bootSector.subarray(0, UPGRADED_CODE_BYTES))) {
    found.push(error("ventoy-boot-code-differs", say.bootCodeDiffers(), WHERE["boot-code"], fix));
  }
  if (parts.includes("core-image")) {
    found.push(error("ventoy-core-image-differs", say.coreDiffers(), WHERE["core-image"], fix));
  }
  if (!parts.includes("efi-partition") || volume === undefined) return found;
  const files = await compareFiles(volume, await openFat(new MemoryRange(stage.esp)), fix);
  if (files.length > 0) return [...found, ...files];
  return [...found, info("ventoy-partition-differs", say.onlyStructures(), "partition 2", fix)];
}

async function compareFiles(
  volume: FatVolume,
  wanted: FatVolume,
  fix: VerifyFinding["fix"],
): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  for await (const path of filesOn(wanted)) {
    const there = await readWhole(volume, path).catch(undefinedIfDamaged);
    const release = await readWhole(wanted, path);
    if (there === undefined) {
      found.push(error("ventoy-file-missing", say.fileMissing(path), path, fix));
    } else if (release === undefined || !there.equals(release)) {
      found.push(error("ventoy-file-differs", say.fileDiffers(path), path, fix));
    }
  }
  try {
    for await (const path of filesOn(volume)) {
      if ((await wanted.find(path)) !== undefined) continue;
      found.push(warning("ventoy-unknown-file", say.unknownFile(path), path, say.moveAway()));
    }
  } catch (cause) {
    // The check of the file system has told of it.
    failureOf(cause);
  }
  const more = found.length - MOST_NAMED;
  if (more <= 0) return found;
  const kept = found.slice(0, MOST_NAMED);
  const severe = found.some(({ severity }) => severity === "error") ? error : warning;
  return [...kept, severe("ventoy-file-differs", say.moreFiles(more), "partition 2", fix)];
}

function undefinedIfDamaged(cause: unknown): undefined {
  failureOf(cause);
  return undefined;
}
