/** What the stick's screen shows, read from the stick: plain data. */
import { readPartitions } from "../../disks/partitions.ts";
import type { IsoRecord, StickManifest } from "../../stick/manifest.ts";
import { readActiveSlot, readSlot } from "../../stick/menu/slots.ts";
import type { Stick } from "../../stick/stick.ts";
import { openDataToRead, openStick } from "../../stick/stick.ts";
import { failureOf } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import type { DiskPart, DiskPicture, Stretch } from "../frame/disk-picture.ts";
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
    const slot = await readSlot(stick.esp, await readActiveSlot(stick.esp));
    const isos = slot?.records.isos ?? [];
    const data = await openDataToRead(stick, run).catch(failureOf);
    const freeBytes = "freeBytes" in data ? data.freeBytes : undefined;
    const picture = await pictureOf(stick, isos, freeBytes);
    return { path, manifest: stick.manifest, isos, picture, freeBytes };
  } finally {
    await stick.disk.close();
  }
}

async function pictureOf(
  stick: Stick,
  isos: readonly IsoRecord[],
  freeBytes: number | undefined,
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
        const stretches = isos.flatMap((iso) => stretchesOf(iso, startBytes));
        // Without a word of the file system, all that isn't an image could be anything.
        const kind = freeBytes === undefined ? "used" : "free";
        return { label: stickSay.data(freeBytes), startBytes, bytes, kind, stretches };
      }
      if (number === 2)
        return { label: stickSay.boot(), startBytes, bytes, kind: "boot", stretches: [] };
      return { label: name || String(number), startBytes, bytes, kind: "windows", stretches: [] };
    });
  return { totalBytes: stick.disk.size, parts };
}

function stretchesOf({ extents }: IsoRecord, dataStart: number): Stretch[] {
  const kind = (extents?.length ?? 0) > 1 ? "pieces" : "file";
  return (extents ?? []).map(({ start, length }) => ({
    kind,
    startBytes: dataStart + start,
    bytes: length,
  }));
}
