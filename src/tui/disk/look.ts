/** What a disk that somebody chose is: a stick, or what could become of it. Seconds at most; no file system is walked. */
import type { ByteRange } from "../../block/byte-range.ts";
import { openTarget } from "../../block/device.ts";
import type { PartitionView } from "../../disks/partitions.ts";
import { readPartitions } from "../../disks/partitions.ts";
import { recognise } from "../../filesystems/recognise.ts";
import type { Survey } from "../../stick/adopt/survey.ts";
import { surveyDisk } from "../../stick/adopt/survey.ts";
import { recogniseStick } from "../../stick/stick.ts";
import { sliceOf } from "../../stick/ventoy/recognise.ts";
import { espOfLostStick } from "../../stick/verify/file-systems.ts";
import type { LifeboatError } from "../../system/errors.ts";
import { failureOf } from "../../system/errors.ts";
import type { DiskPicture } from "../frame/disk-picture.ts";
import { pictureOfPartitions, plainLook } from "./partition-picture.ts";

export type DiskLook =
  | { readonly kind: "stick" }
  | {
      readonly kind: "other";
      /** Why it is no stick. */
      readonly reason: LifeboatError;
      /** It was one, and is too damaged to be known for one. */
      readonly isLost: boolean;
      readonly picture: DiskPicture;
      /** What could be adopted, or why nothing can. */
      readonly survey: Survey | LifeboatError;
    };

/** @throws LifeboatError what opening and reading it throws. */
export async function lookAtDisk(path: string): Promise<DiskLook> {
  const disk = await openTarget(path);
  try {
    const reason = await whyNoStick(disk, path);
    if (reason === undefined) return { kind: "stick" };
    const isLost = reason.code === "not-a-stick" && (await espOfLostStick(disk)) !== undefined;
    const picture = await pictureOf(disk);
    const survey = await surveyDisk(disk, path).catch(failureOf);
    return { kind: "other", reason, isLost, picture, survey };
  } finally {
    await disk.close();
  }
}

async function whyNoStick(disk: ByteRange, path: string): Promise<LifeboatError | undefined> {
  return recogniseStick(disk, path).then(() => undefined, failureOf);
}

/** With what is in each partition, by its first sectors. */
async function pictureOf(disk: ByteRange): Promise<DiskPicture> {
  const { partitions } = await readPartitions(disk);
  const labels = new Map<number, string>();
  for (const one of partitions) {
    if (one.container === true || !isInside(one, disk)) continue;
    const found = await recognise(sliceOf(disk, one)).catch(failureOf);
    if (typeof found === "string")
      labels.set(one.number, `${one.number} ${found} ${one.name}`.trim());
  }
  return pictureOfPartitions(disk, (one) => {
    const plain = plainLook(one);
    return { ...plain, label: labels.get(one.number) ?? plain.label };
  });
}

/** A table may say anything. */
function isInside({ startLba, sectors }: PartitionView, { size, sectorSize }: ByteRange): boolean {
  return sectors > 0 && (startLba + sectors) * sectorSize <= size;
}
