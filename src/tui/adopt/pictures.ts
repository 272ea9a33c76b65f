/** A disk before it is adopted and after: where its files lie, and where the boot partition comes. */
import { extname } from "node:path";
import { openTarget } from "../../block/device.ts";
import { ReadOnlyRange } from "../../block/read-only.ts";
import type { AdoptPlan } from "../../stick/adopt/plan.ts";
import type { Survey } from "../../stick/adopt/survey.ts";
import { surveyDisk } from "../../stick/adopt/survey.ts";
import { openDataVolume, rangeOf } from "../../stick/data/volume.ts";
import type { Run } from "../../system/run.ts";
import { ROLES } from "../build/messages.ts";
import type { PartitionLook } from "../disk/partition-picture.ts";
import { pictureOfPartitions, plainLook } from "../disk/partition-picture.ts";
import type { DiskPart, DiskPicture, Stretch } from "../frame/disk-picture.ts";
import { IMAGE_ENDINGS } from "../files/picker.ts";
import type { PlacedFile } from "../stick/file-extents.ts";
import { placedFiles } from "../stick/file-extents.ts";
import type { PartitionView } from "../../disks/partitions.ts";

export interface AdoptPictures {
  readonly before: DiskPicture;
  readonly after: DiskPicture;
}

/** @throws LifeboatError where it can't be read, or isn't any more what was planned for. */
export async function picturesOf(plan: AdoptPlan, run: Run): Promise<AdoptPictures> {
  const { path, sizeBytes, sectorSize } = plan.target;
  const disk = await openTarget(path, { sizeBytes, sectorSize });
  try {
    const survey = await surveyDisk(disk, path);
    const { startLba, sectors } = survey.data;
    const place = { disk, path, startLba, sectors };
    const range = new ReadOnlyRange(rangeOf(place), path);
    const volume = await openDataVolume(plan.fileSystem, place, range, run);
    const startBytes = startLba * sectorSize;
    const files = (await placedFiles(volume)).flatMap((file) => stretchesOf(file, startBytes));
    const now = await pictureOfPartitions(disk, (one) => lookOf(one, survey));
    const parts = now.parts.map((part) =>
      part.startBytes === startBytes ? { ...part, stretches: files } : part,
    );
    return { before: { ...now, parts }, after: afterOf(plan, files) };
  } finally {
    await disk.close();
  }
}

function stretchesOf({ path, extents }: PlacedFile, dataStart: number): Stretch[] {
  const isImage = IMAGE_ENDINGS.includes(extname(path).toLowerCase());
  const kind = isImage ? "file" : "used";
  return extents.map(({ start, length }) => {
    return { kind, startBytes: dataStart + start, bytes: length };
  });
}

function lookOf(partition: PartitionView, { data, ventoy }: Survey): PartitionLook {
  if (partition.number === data.number) return { label: ROLES.data, kind: "free" };
  if (partition.number === ventoy?.number) return { label: "Ventoy", kind: "boot" };
  return plainLook(partition);
}

function afterOf({ layout, target }: AdoptPlan, files: readonly Stretch[]): DiskPicture {
  const parts = layout.partitions
    // Too small to be seen.
    .filter(({ role }) => role !== "bios-boot")
    .toSorted((a, b) => a.startLba - b.startLba)
    .map(({ role, startLba, sectors }): DiskPart => {
      const startBytes = startLba * layout.sectorSize;
      const bytes = sectors * layout.sectorSize;
      const about = { label: ROLES[role], startBytes, bytes };
      if (role !== "data") return { ...about, kind: "boot", stretches: [] };
      return { ...about, kind: "free", stretches: movedInFront(files, about) };
    });
  return { totalBytes: target.sizeBytes, parts };
}

/**
 * What lies behind the data partition's new end is moved to where there is room in front of it. Where exactly, is decided when it is moved: here it takes the
 * first room that there is.
 */
function movedInFront(
  files: readonly Stretch[],
  { startBytes: start, bytes: size }: Pick<DiskPart, "startBytes" | "bytes">,
): Stretch[] {
  const end = start + size;
  const sorted = files.toSorted((a, b) => a.startBytes - b.startBytes);
  const isBehind = ({ startBytes, bytes }: Stretch) => startBytes + bytes > end;
  const stay = sorted.filter((one) => !isBehind(one));
  const waiting = sorted.filter(isBehind).map(({ kind, bytes }) => ({ kind, bytes }));
  const filled: Stretch[] = [];
  let from = start;
  for (const one of [...stay, { startBytes: end, bytes: 0 }]) {
    const to = one.startBytes;
    for (let next = waiting[0]; next !== undefined && from < to; next = waiting[0]) {
      const taken = Math.min(next.bytes, to - from);
      filled.push({ kind: next.kind, startBytes: from, bytes: taken });
      from += taken;
      next.bytes -= taken;
      if (next.bytes === 0) waiting.shift();
    }
    from = one.startBytes + one.bytes;
  }
  return [...stay, ...filled];
}
