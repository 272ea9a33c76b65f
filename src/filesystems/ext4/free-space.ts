import { damaged } from "./errors.ts";
import { RO_COMPAT } from "./features.ts";
import { BLOCK_UNINIT, blocksOf, firstBlockOf, leadingMetadataBlocks } from "./group-descriptor.ts";
import type { GroupDescriptor } from "./group-descriptor.ts";
import { say } from "./messages.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Metadata } from "./metadata.ts";

/** Consecutive free blocks of the volume. */
export interface FreeRun {
  readonly start: number;
  readonly length: number;
}

export interface FreeSpace {
  /** In ascending order, joined across groups. */
  readonly runs: readonly FreeRun[];
  /** One a group. */
  readonly groups: readonly GroupDescriptor[];
}

/**
 * Reads all block bitmaps (not for bigalloc, where bits are clusters).
 * @throws LifeboatError `ext4-counts-disagree` where a bitmap and its group's count don't agree: such a volume needs a check
 * before anything is allocated on it.
 */
export async function readFreeSpace(metadata: Metadata): Promise<FreeSpace> {
  const { superblock } = metadata;
  const collector = new FreeRunCollector();
  const groups: GroupDescriptor[] = [];
  for (let group = 0; group < superblock.groupCount; group++) {
    const descriptor = await metadata.descriptor(group);
    groups.push(descriptor);
    const before = collector.total;
    const first = firstBlockOf(superblock, group);
    const length = blocksOf(superblock, group);
    if (hasWrittenBitmap(metadata, descriptor)) {
      collectBitmap(collector, await metadata.block(descriptor.blockBitmap), first, length);
    } else {
      collectUnwritten(collector, metadata, group, descriptor);
    }
    if (collector.total - before !== descriptor.freeBlocks) {
      throw new LifeboatError("ext4-counts-disagree", say.countsDisagree(group), {
        kind: "damaged",
        hint: say.damagedHint(),
      });
    }
  }
  return { runs: collector.runs, groups };
}

class FreeRunCollector {
  readonly runs: FreeRun[] = [];
  total = 0;

  add(start: number, length: number): void {
    if (length <= 0) return;
    this.total += length;
    const last = this.runs.at(-1);
    if (last !== undefined && last.start + last.length === start) {
      this.runs[this.runs.length - 1] = { start: last.start, length: last.length + length };
    } else {
      this.runs.push({ start, length });
    }
  }
}

function hasWrittenBitmap({ superblock }: Metadata, descriptor: GroupDescriptor): boolean {
  // The flag means something only where the descriptors carry checksums.
  const checked = superblock.roCompat & (RO_COMPAT.uninit_bg | RO_COMPAT.metadata_csum);
  return !checked || (descriptor.flags & BLOCK_UNINIT) === 0;
}

function collectBitmap(
  collector: FreeRunCollector,
  bitmap: Buffer,
  first: number,
  length: number,
): void {
  let runStart = -1;
  for (let bit = 0; bit < length;) {
    const byte = bitmap[bit >> 3] ?? 0xff;
    // Whole bytes that continue what came before, in one step.
    if ((bit & 7) === 0 && bit + 8 <= length && byte === (runStart < 0 ? 0xff : 0)) {
      bit += 8;
      continue;
    }
    const free = ((byte >> (bit & 7)) & 1) === 0;
    if (free && runStart < 0) runStart = bit;
    if (!free && runStart >= 0) {
      collector.add(first + runStart, bit - runStart);
      runStart = -1;
    }
    bit++;
  }
  if (runStart >= 0) collector.add(first + runStart, length - runStart);
}

/** A group whose bitmap was never written: all free but the copies at its start and its own tables, where they lie inside. */
function collectUnwritten(
  collector: FreeRunCollector,
  { superblock }: Metadata,
  group: number,
  descriptor: GroupDescriptor,
): void {
  const start = firstBlockOf(superblock, group);
  const end = start + blocksOf(superblock, group);
  const { inodesPerGroup, inodeSize, blockSize } = superblock;
  const tableBlocks = Math.ceil((inodesPerGroup * inodeSize) / blockSize);
  const used: FreeRun[] = [
    { start, length: leadingMetadataBlocks(superblock, group) },
    { start: descriptor.blockBitmap, length: 1 },
    { start: descriptor.inodeBitmap, length: 1 },
    { start: descriptor.inodeTable, length: tableBlocks },
  ];
  let at = start;
  for (const piece of used.sort((a, b) => a.start - b.start)) {
    if (piece.start < start || piece.start >= end) continue;
    if (piece.start + piece.length > end) throw damaged(`the tables of block group ${group}`);
    collector.add(at, piece.start - at);
    at = Math.max(at, piece.start + piece.length);
  }
  collector.add(at, end - at);
}
