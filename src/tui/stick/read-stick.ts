/** What the stick's screen shows, read from the stick: plain data. */
import type { Extent } from "../../block/byte-range.ts";
import { readPartitions } from "../../disks/partitions.ts";
import type { IsoRecord, StickManifest } from "../../stick/manifest.ts";
import { readActiveSlot, readSlot } from "../../stick/menu/slots.ts";
import type { Stick } from "../../stick/stick.ts";
import { openDataToRead, openStick } from "../../stick/stick.ts";
import { failureOf } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import type { DiskPart, DiskPicture, Stretch } from "../frame/disk-picture.ts";
import { placedFiles } from "./file-extents.ts";
import { stickSay } from "./messages.ts";

export interface StickContents {
  readonly path: string;
  readonly manifest: StickManifest;
  readonly isos: readonly IsoRecord[];
  readonly picture: DiskPicture;
  /** Of the data partition; undefined where it can't be read. */
  readonly freeBytes: number | undefined;
}

/** @throws LifeboatError what `openStick` throws. */
export async function readStick(path: string, run: Run): Promise<StickContents> {
  const stick = await openStick(path);
  try {
    const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
    const isos = slot?.records.isos ?? [];
    const data = await readData(stick, isos, run);
    const picture = await pictureOf(stick, isos, data);
    return { path, manifest: stick.manifest, isos, picture, freeBytes: data?.freeBytes };
  } finally {
    await stick.disk.close();
  }
}

interface DataContents {
  readonly freeBytes: number;
  /** Where files lie that are no images, within the partition. */
  readonly others: readonly Extent[];
}

/** Undefined where the data partition can't be read: the stick's screen is for damaged sticks, too. */
async function readData(
  stick: Stick,
  isos: readonly IsoRecord[],
  run: Run,
): Promise<DataContents | undefined> {
  try {
    const volume = await openDataToRead(stick, run);
    const images = new Set(isos.map(({ path }) => path));
    const others = (await placedFiles(volume, images)).flatMap(({ extents }) => extents);
    return { freeBytes: volume.freeBytes, others };
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}

async function pictureOf(
  stick: Stick,
  isos: readonly IsoRecord[],
  data: DataContents | undefined,
): Promise<DiskPicture> {
  const { partitions, sectorSize } = await readPartitions(stick.disk);
  const parts = partitions
    // What is too small to be seen needs no name: the BIOS boot partition.
    .filter(({ sectors }) => sectors * sectorSize >= stick.disk.size / 200)
    .toSorted((a, b) => a.startLba - b.startLba)
    .map(({ number, startLba, sectors, name }): DiskPart => {
      const startBytes = startLba * sectorSize;
      const bytes = sectors * sectorSize;
      if (number === 1) {
        const others = (data?.others ?? []).map((extent) => stretchOf("used", extent, startBytes));
        const stretches = [...isos.flatMap((iso) => stretchesOf(iso, startBytes)), ...others];
        // Without a word of the file system, all that isn't an image could be anything.
        const kind = data === undefined ? "used" : "free";
        return { label: stickSay.data(data?.freeBytes), startBytes, bytes, kind, stretches };
      }
      if (number === 2)
        return { label: stickSay.boot(), startBytes, bytes, kind: "boot", stretches: [] };
      return { label: name || String(number), startBytes, bytes, kind: "windows", stretches: [] };
    });
  return { totalBytes: stick.disk.size, parts };
}

function stretchesOf({ extents }: IsoRecord, dataStart: number): Stretch[] {
  const kind = (extents?.length ?? 0) > 1 ? "pieces" : "file";
  return (extents ?? []).map((extent) => stretchOf(kind, extent, dataStart));
}

function stretchOf(kind: Stretch["kind"], { start, length }: Extent, dataStart: number): Stretch {
  return { kind, startBytes: dataStart + start, bytes: length };
}
