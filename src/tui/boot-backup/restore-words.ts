/** What a saved boot stage would bring back, in words and as a picture of the disk. */
import type { ByteRange } from "../../block/byte-range.ts";
import type { BackupHeader } from "../../stick/boot-backup/header.ts";
import { PLACE_NAMES } from "../../stick/boot-backup/place-names.ts";
import type { RestorePlan } from "../../stick/boot-backup/restore.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import { pictureOfPartitions, plainLook } from "../disk/partition-picture.ts";
import type { DiskPart, DiskPicture } from "../frame/disk-picture.ts";
import type { Fact } from "../frame/view.ts";
import { bootBackupSay } from "./messages.ts";

export function restoreFacts({
  plan,
  header: { disk },
}: {
  readonly plan: RestorePlan;
  readonly header: BackupHeader;
}): Fact[] {
  const { file, target, created, lifeboat, places } = plan;
  const about = `${disk.scheme.toUpperCase()} ${disk.id}, ${formatSize(disk.sizeBytes)}`;
  return [
    { label: bootBackupSay.target(), value: target },
    { label: bootBackupSay.from(), value: file },
    { label: bootBackupSay.savedOn(), value: bootBackupSay.savedBy(whenOf(created), lifeboat) },
    { label: bootBackupSay.disk(), value: about },
    { label: bootBackupSay.writes(), value: placesText(places) },
  ];
}

/** A day and a time that people read; the file's own words where they are none. */
export function whenOf(created: string): string {
  const date = new Date(created);
  if (Number.isNaN(date.getTime())) return created;
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function placesText(places: RestorePlan["places"]): Text {
  const named = places.map(({ kind, length }) => {
    const { en, zh } = PLACE_NAMES[kind];
    const size = formatSize(length);
    return { en: `${en} (${size})`, zh: `${zh}（${size}）` };
  });
  return {
    en: named.map(({ en }) => en).join(", "),
    zh: named.map(({ zh }) => zh).join("、"),
  };
}

/** What is written is marked as boot stage; the partitions that are there now stay. */
export async function pictureOfRestore(
  { places }: RestorePlan,
  disk: ByteRange,
): Promise<DiskPicture> {
  const now = await pictureOfPartitions(disk, plainLook);
  const written = places
    .filter(({ kind }) => kind === "esp")
    .map(({ start, length, kind }): DiskPart => {
      const label = PLACE_NAMES[kind];
      return { label, startBytes: start, bytes: length, kind: "boot", stretches: [] };
    });
  const kept = now.parts.filter((part) => !written.some((one) => overlap(one, part)));
  const parts = [...kept, ...written].toSorted((a, b) => a.startBytes - b.startBytes);
  return { totalBytes: disk.size, parts };
}

function overlap(a: DiskPart, b: DiskPart): boolean {
  return a.startBytes < b.startBytes + b.bytes && b.startBytes < a.startBytes + a.bytes;
}
