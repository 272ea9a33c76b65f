import type { ByteRange } from "../../block/byte-range.ts";
import { writeZeroes } from "../../block/byte-range.ts";

/**
 * The first MiB and the place of a backup GPT: whatever stood there, nothing may take the disk for the old one any more. The first
 * sector goes before all else: without it no firmware and no system looks at a GPT, and no BIOS starts a core image that is half gone.
 */
export async function eraseTables(disk: ByteRange): Promise<void> {
  const { sectorSize } = disk;
  await writeZeroes(disk, 0, sectorSize);
  await disk.flush();
  const tail = 64 * 512;
  await writeZeroes(disk, sectorSize, (1 << 20) - sectorSize);
  await writeZeroes(disk, disk.size - tail, tail);
  await disk.flush();
}
