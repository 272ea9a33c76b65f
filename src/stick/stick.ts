/** A stick, opened: its disk, its two partitions that matter, and what it says of itself. */
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes } from "../block/byte-range.ts";
import { openTarget } from "../block/device.ts";
import { ReadOnlyRange } from "../block/read-only.ts";
import { SliceRange } from "../block/slice.ts";
import { DISK_UUID_AT, DISK_UUID_BYTES } from "../boot/ventoy/boot-area.ts";
import type { PartitionView } from "../disks/partitions.ts";
import { readPartitions } from "../disks/partitions.ts";
import type { Fat32Volume } from "../filesystems/fat32/index.ts";
import { openFat32 } from "../filesystems/fat32/index.ts";
import type { WritableVolume } from "../filesystems/volume.ts";
import { LifeboatError, failureOf } from "../system/errors.ts";
import type { Run } from "../system/run.ts";
import type { BootVolume } from "./boot-volume.ts";
import type { PartitionPlace } from "./data/volume.ts";
import { openDataVolume, rangeOf } from "./data/volume.ts";
import { readWhole } from "./esp/files.ts";
import type { StickManifest } from "./manifest.ts";
import { MANIFEST_PATH, parseStickManifest } from "./manifest.ts";
import { say } from "./messages.ts";
import { DataAsBoot, openDataAsBoot } from "./ventoy/menu/data-as-boot.ts";
import { findBootPartition } from "./boot-partition.ts";
import { CHAIN_ESP_NUMBER } from "./ventoy/chain/layout.ts";
import { isVentoySize } from "./ventoy/recognise.ts";

/** By the layout, whatever the scheme: data is the table's first entry. */
const DATA_NUMBER = 1;

export interface Stick {
  readonly path: string;
  readonly disk: ByteRange;
  readonly manifest: StickManifest;
  readonly bootVolume: BootVolume;
  readonly data: PartitionPlace;
  /** The data partition's volume, where the menu lies on it: nobody opens it a second time. */
  readonly sharedData?: WritableVolume;
  /** How the initrd hook knows the data partition: its GPT name, or the MBR's signature and the partition's number. */
  readonly hookPartition: string;
}

export interface OpenStickOptions {
  readonly writable?: boolean;
}

/** @throws LifeboatError `not-a-stick`, `stick-manifest`, `newer-format`; what opening the target throws. */
export async function openStick(path: string, options: OpenStickOptions = {}): Promise<Stick> {
  const disk = await openTarget(path, { writable: options.writable ?? false });
  try {
    return await recogniseStick(disk, path);
  } catch (error) {
    await disk.close();
    throw error;
  }
}

/**
 * The stick on a disk that is open already.
 * @throws LifeboatError `not-a-stick`, `stick-manifest`, `newer-format`.
 */
export async function recogniseStick(disk: ByteRange, path: string): Promise<Stick> {
  const notAStick = (error?: unknown) => {
    // One that was pulled out is none of those of which a stick is to be made.
    const cause = error === undefined ? undefined : failureOf(error);
    const hint = say.notAStickHint();
    return new LifeboatError("not-a-stick", say.notAStick(path), { kind: "usage", hint, cause });
  };
  const { partitions } = await readPartitions(disk).catch((error: unknown) => {
    throw notAStick(error);
  });
  const data = partitions.find(({ number }) => number === DATA_NUMBER);
  const boot = await findBootPartition(disk, partitions);
  if (data === undefined || boot === undefined) throw notAStick();
  const onVentoy = isVentoySize(disk, boot);
  const volume = await (
    onVentoy ? openDataAsBoot(sliceOf(disk, data)) : openFat32(sliceOf(disk, boot))
  ).catch((error: unknown) => {
    throw notAStick(error);
  });
  const json = await readWhole(volume, MANIFEST_PATH);
  if (json === undefined) throw notAStick();
  const manifest = parseStickManifest(json);
  const { kind, ventoyChain = false } = manifest.bootStage;
  const isBehindVentoy = boot.number === CHAIN_ESP_NUMBER;
  // By its partitions it is known which of them it is; what a file says of it doesn't count.
  if ((kind === "ventoy") !== onVentoy || ventoyChain !== isBehindVentoy) {
    const said = ventoyChain ? `${kind}, ventoyChain` : kind;
    throw new LifeboatError("stick-manifest", say.otherBootStage(MANIFEST_PATH, said), {
      kind: "damaged",
    });
  }
  // Ventoy's installer may have given the disk other bytes since.
  const diskId = onVentoy ? await ventoyUuid(disk) : manifest.diskId;
  return assembleStick(disk, path, { ...manifest, diskId }, volume, data);
}

/** The bytes by which Ventoy knows its disk, in hex. */
async function ventoyUuid(disk: ByteRange): Promise<string> {
  return (await readBytes(disk, DISK_UUID_AT, DISK_UUID_BYTES)).toString("hex");
}

/** The ESP of a stick with GRUB's boot stage, for what changes it as a whole. */
export async function openEsp(disk: ByteRange): Promise<Fat32Volume> {
  const { partitions } = await readPartitions(disk);
  const esp = await findBootPartition(disk, partitions);
  if (esp === undefined) throw new RangeError("the stick has no boot partition");
  return openFat32(sliceOf(disk, esp));
}

/** Puts a stick together from parts that are known already: what `build` has just made. */
export function assembleStick(
  disk: ByteRange,
  path: string,
  manifest: StickManifest,
  bootVolume: BootVolume,
  data: { readonly startLba: number; readonly sectors: number },
): Stick {
  return {
    path,
    disk,
    manifest,
    bootVolume,
    data: { disk, path, startLba: data.startLba, sectors: data.sectors },
    ...(bootVolume instanceof DataAsBoot && { sharedData: bootVolume.data }),
    hookPartition: hookPartitionOf(manifest),
  };
}

function hookPartitionOf({ name, scheme, diskId, bootStage }: StickManifest): string {
  if (bootStage.kind === "ventoy") return `ventoy:${diskId.toLowerCase()}:${DATA_NUMBER}`;
  return scheme === "gpt" ? name : `mbr:${diskId.toLowerCase()}:${DATA_NUMBER}`;
}

/** The data partition's volume, to be changed. */
export async function openData(stick: Stick, run: Run): Promise<WritableVolume> {
  if (stick.sharedData !== undefined) return stick.sharedData;
  return openDataVolume(stick.manifest.fileSystem, stick.data, rangeOf(stick.data), run);
}

/** The same for jobs that promise not to write there: a write throws, unless the menu lies there too. */
export async function openDataToRead(stick: Stick, run: Run): Promise<WritableVolume> {
  if (stick.sharedData !== undefined) return stick.sharedData;
  const range = new ReadOnlyRange(rangeOf(stick.data), `${stick.path} (data)`);
  return openDataVolume(stick.manifest.fileSystem, stick.data, range, run);
}

function sliceOf(disk: ByteRange, partition: PartitionView): SliceRange {
  const { sectorSize } = disk;
  return new SliceRange(disk, partition.startLba * sectorSize, partition.sectors * sectorSize);
}
