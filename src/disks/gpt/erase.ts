import type { ByteRange } from "../../block/byte-range.ts";
import { writeZeroes } from "../../block/byte-range.ts";
import { readGpt } from "./read.ts";

/**
 * Removes both copies' headers, right or damaged, so that nothing takes a disk that gets an MBR for a GPT disk. Entries and
 * sector 0 stay. The range is flushed at the end.
 */
export async function eraseGpt(range: ByteRange): Promise<void> {
  const { primary, backup } = await readGpt(range);
  for (const copy of [backup, primary]) {
    if (copy.present) await writeZeroes(range, copy.lba * range.sectorSize, range.sectorSize);
  }
  await range.flush();
}
