/** `inspect`: what a stick is, in full, as plain data by the contract of `inspect --json`. */
import { SliceRange } from "../block/slice.ts";
import { readPartitions } from "../disks/partitions.ts";
import { openVolume } from "../filesystems/open.ts";
import type { ReadableVolume } from "../filesystems/volume.ts";
import type { IsoRecord } from "./manifest.ts";
import { readActiveSlot, readSlot } from "./menu/slots.ts";
import type { Stick } from "./stick.ts";

/** A disk, an image or a stick: its partitions and what lies in each. */
export async function describePartitions(disk: Stick["disk"]) {
  const report = await readPartitions(disk);
  const partitions = [];
  for (const { number, name, typeName, startLba, sectors, container } of report.partitions) {
    const end = (startLba + sectors) * report.sectorSize;
    const inside = !container && end <= disk.size && sectors > 0;
    const volume = inside
      ? await openVolume(
          new SliceRange(disk, startLba * report.sectorSize, sectors * report.sectorSize),
        ).catch(() => undefined)
      : undefined;
    partitions.push({
      number,
      name,
      type: typeName,
      start: startLba,
      sectors,
      fileSystem: volume === undefined ? "" : nameOf(volume),
      label: volume?.label ?? "",
    });
  }
  return { scheme: report.scheme, sectorSize: report.sectorSize, partitions };
}

/** FAT12 and FAT16 are read by the same reader as FAT32, which calls all of them that. */
function nameOf(volume: ReadableVolume): string {
  return "bits" in volume ? `fat${String(volume.bits)}` : volume.fileSystem;
}

export async function inspectStick(stick: Stick) {
  const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
  const { manifest } = stick;
  return {
    kind: "stick" as const,
    name: manifest.name,
    ...(await describePartitions(stick.disk)),
    bootStage: {
      kind: manifest.bootStage.kind,
      versions: manifest.bootStage.versions,
      secureBoot: manifest.secureBoot,
    },
    isos: (slot?.records.isos ?? []).map(describeIso),
  };
}

export function describeIso(iso: IsoRecord) {
  return {
    path: iso.path,
    size: iso.size,
    extents: (iso.extents ?? []).map(({ start, length }) => ({
      start: start / 512,
      sectors: Math.ceil(length / 512),
    })),
    family: iso.family,
    name: iso.name,
    version: iso.version,
    sha256: iso.sha256,
    entries: iso.entries.map(({ title }) => title),
    problems: iso.problems.map(({ id, severity }) => ({ id, severity })),
  };
}
