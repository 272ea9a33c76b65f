/** Reads back what `build` has written: the contents before the partition table makes it a stick, the table after that. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import type { BiosStage } from "../../boot/bios-stage.ts";
import { checkBiosStage } from "../../boot/bios-stage.ts";
import type { StageFile } from "../../boot/uefi-stage.ts";
import { readPartitions } from "../../disks/partitions.ts";
import { openFat32 } from "../../filesystems/fat32/index.ts";
import { LifeboatError } from "../../system/errors.ts";
import { readWhole } from "../esp/files.ts";
import type { StickLayout } from "../layout.ts";
import type { SlotContents } from "../menu/slots.ts";
import { folderOf, readPointer, readSlot, sameContents } from "../menu/slots.ts";
import { say } from "../messages.ts";

interface Written {
  /** On the ESP. */
  readonly files: readonly StageFile[];
  readonly menu: SlotContents;
  readonly bios: BiosStage | undefined;
}

/** @throws LifeboatError `read-back-mismatch` naming the first file that isn't what was written. */
export async function verifyBuilt(
  disk: ByteRange,
  espRange: ByteRange,
  { files, menu, bios }: Written,
): Promise<void> {
  // Opened anew: what is in memory says nothing of the medium.
  const esp = await openFat32(espRange);
  for (const { path, data } of files) {
    const found = await readWhole(esp, path);
    if (found === undefined || !found.equals(data)) throw mismatch(path);
  }
  const active = await readPointer(esp);
  if (active === undefined) throw mismatch("slot.cfg");
  const slot = await readSlot(esp, active);
  if (slot === undefined || !sameContents(slot, menu)) throw mismatch(folderOf(active));
  if (bios !== undefined) {
    const core = await readBytes(disk, bios.coreLba * 512, bios.core.length);
    if (!core.equals(bios.core)) throw mismatch("core.img");
  }
}

/**
 * The partition table as any reader of disks sees it, and what a BIOS starts.
 * @throws LifeboatError `read-back-mismatch`.
 */
export async function verifyTable(
  disk: ByteRange,
  layout: StickLayout,
  bios: BiosStage | undefined,
): Promise<void> {
  const { scheme, partitions, findings } = await readPartitions(disk);
  const found = partitions.map(placeOf);
  const planned = layout.partitions.toSorted((a, b) => a.number - b.number).map(placeOf);
  const same = scheme === layout.scheme && found.join() === planned.join();
  if (!same || findings.some(({ level }) => level === "error"))
    throw mismatch(`${layout.scheme} table`);
  if (bios === undefined) return;
  const [wrong] = await checkBiosStage(disk, bios);
  if (wrong !== undefined) throw mismatch(wrong);
}

function placeOf(partition: { number: number; startLba: number; sectors: number }): string {
  return `${partition.number}:${partition.startLba}+${partition.sectors}`;
}

/** The error for what isn't on the medium as it was written. */
export function mismatch(what: string): LifeboatError {
  return new LifeboatError("read-back-mismatch", say.mismatch(what, 0), {
    kind: "damaged",
    hint: say.mismatchHint(),
  });
}
