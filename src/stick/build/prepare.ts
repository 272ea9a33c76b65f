/** Everything of a build that can fail without touching the target: done before its old tables are given up. */
import { randomBytes, randomUUID } from "node:crypto";
import type { ByteRange } from "../../block/byte-range.ts";
import { SliceRange } from "../../block/slice.ts";
import type { BiosStage } from "../../boot/bios-stage.ts";
import type { StageFile } from "../../boot/uefi-stage.ts";
import type { Run } from "../../system/run.ts";
import type { StickContent } from "./content.ts";
import type { BuildPlan } from "./plan.ts";
import type { StageSource } from "./stage-source.ts";
import type { PartitionPlace, VolumeIdentity } from "../data/volume.ts";
import { formatVolume } from "../data/volume.ts";
import type { DataFileSystem, PartitionRole } from "../layout.ts";
import { partitionOf } from "../layout.ts";

interface PlannedVolume {
  readonly fileSystem: DataFileSystem;
  readonly place: PartitionPlace;
  readonly identity: VolumeIdentity;
}

export interface PreparedBuild {
  readonly data: PartitionPlace;
  readonly esp: PartitionPlace;
  /** All that are to be formatted. */
  readonly volumes: readonly PlannedVolume[];
  readonly stageFiles: readonly StageFile[];
  /** Undefined where a BIOS can't start from this disk. */
  readonly bios: BiosStage | undefined;
}

interface PrepareTools {
  readonly stage: StageSource;
  readonly content: StickContent;
  readonly run: Run;
  readonly now: Date;
}

/**
 * Reads and checks the whole boot stage, looks at what is to be copied, and has every file system accept its label and size. Writes nothing.
 * @throws LifeboatError `kit-file-missing`, `kit-file-changed`, `open-failed`, `source-changed`, `tool-missing`; what makes
 * the BIOS stage and what formats throw of what they refuse.
 */
export async function prepareBuild(
  plan: BuildPlan,
  disk: ByteRange,
  path: string,
  tools: PrepareTools,
): Promise<PreparedBuild> {
  const { secureBoot, language, name } = plan;
  const { core, scheme } = plan.layout;
  const stageFiles = await tools.stage.files({ secureBoot, language, stickName: name });
  const bios = core === undefined ? undefined : await tools.stage.bios(core, scheme);
  await tools.content.check();
  const place = (role: PartitionRole): PartitionPlace => {
    const { startLba, sectors } = partitionOf(plan.layout, role);
    return { disk, path, startLba, sectors };
  };
  const volumes = volumesOf(plan, place, tools.now);
  for (const volume of volumes) await checkVolume(volume, tools.run);
  return { data: place("data"), esp: place("esp"), volumes, stageFiles, bios };
}

function volumesOf(
  plan: BuildPlan,
  place: (role: PartitionRole) => PartitionPlace,
  now: Date,
): PlannedVolume[] {
  const identity = (label: string) => {
    return { label, serial: randomBytes(8).readBigUInt64LE(), uuid: randomUUID(), now };
  };
  const volumes: PlannedVolume[] = [
    { fileSystem: "fat32", place: place("esp"), identity: identity("LIFEBOATEFI") },
    { fileSystem: plan.fileSystem, place: place("data"), identity: identity(plan.label) },
  ];
  if (plan.layout.partitions.some(({ role }) => role === "windows")) {
    volumes.push({
      fileSystem: "ntfs",
      place: place("windows"),
      identity: identity("Windows"),
    });
  }
  return volumes;
}

/** Formats for show: each format checks label and size before its first write, and nobody knows its rules better. */
async function checkVolume({ fileSystem, place, identity }: PlannedVolume, run: Run) {
  if (fileSystem === "ext4") {
    // Made and written by these. They say their version and do nothing else.
    for (const program of ["mke2fs", "debugfs"]) await run(program, ["-V"]);
    return;
  }
  const rehearsal = { ...place, disk: new RehearsalRange(place.disk) };
  try {
    await formatVolume(fileSystem, rehearsal, identity, run);
  } catch (error) {
    if (!(error instanceof FirstWrite)) throw error;
  }
}

class FirstWrite extends Error {}

/** A disk on which a format comes as far as its first write. */
class RehearsalRange extends SliceRange {
  constructor(disk: ByteRange) {
    super(disk, 0, disk.size);
  }

  override async write(): Promise<void> {
    throw new FirstWrite();
  }
}
