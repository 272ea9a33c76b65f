/**
 * Where FAT32 says where a file lies: its directory entry with those of its long name, and its chain in the first FAT. Left out:
 * times and attributes, which other programs change without moving anything.
 */
import type { Extent } from "../../block/byte-range.ts";
import { partOf } from "../whereabouts.ts";
import type { FatRecord } from "./directory.ts";
import { SLOT_BYTES } from "./geometry.ts";
import type { FatGeometry } from "./geometry.ts";
import type { ClusterRun } from "./table.ts";

const FAT_ENTRY_BYTES = 4;
/** Of the short entry (Microsoft, "FAT: General Overview", "FAT Directory Structure"). */
const NAME_BYTES = 11;
const CLUSTER_HIGH = { from: 20, length: 2 };
/** The low half of the first cluster, and the size. */
const CLUSTER_LOW_AND_SIZE = { from: 26, length: 6 };

/**
 * @param directory where the directory that holds the record lies.
 * @param runs all clusters of the file.
 */
export function fat32Parts(
  geometry: FatGeometry,
  directory: readonly Extent[],
  record: FatRecord,
  runs: readonly ClusterRun[],
): Extent[] {
  const [fat = 0] = geometry.fatStarts;
  const first = record.slot * SLOT_BYTES;
  const short = first + (record.slots - 1) * SLOT_BYTES;
  return [
    ...partOf(directory, first, short - first + NAME_BYTES),
    ...partOf(directory, short + CLUSTER_HIGH.from, CLUSTER_HIGH.length),
    ...partOf(directory, short + CLUSTER_LOW_AND_SIZE.from, CLUSTER_LOW_AND_SIZE.length),
    ...runs.map(({ start, count }) => ({
      start: fat + start * FAT_ENTRY_BYTES,
      length: count * FAT_ENTRY_BYTES,
    })),
  ];
}
