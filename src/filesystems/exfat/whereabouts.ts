/**
 * Where exFAT says where a file lies: its entry set (section 7.4 of the specification), and its chain in the FAT where it has one.
 * Left out: times, attributes and the checksum over them, which other programs change without moving anything.
 */
import type { Extent } from "../../block/byte-range.ts";
import type { Geometry } from "./boot-sector.ts";
import { extentsOfRuns } from "./cluster-runs.ts";
import type { ClusterRun } from "./cluster-runs.ts";
import { ENTRY_SIZE } from "./entries.ts";
import type { EntrySet } from "./entries.ts";

const FAT_ENTRY_BYTES = 4;
const UNITS_PER_NAME_ENTRY = 15;

/** In the file entry: its type with the bit "in use", and how many entries follow. */
const FILE_ENTRY_BYTES = 2;
/** In the stream extension: type, flags, length and hash of the name; behind the valid length, first cluster and length. */
const STREAM_START = { from: ENTRY_SIZE, length: 8 };
const STREAM_PLACE_AT = ENTRY_SIZE + 20;

/**
 * @param directory all clusters of the directory that holds the set.
 * @param runs all clusters of the file.
 */
export function exfatParts(
  geometry: Geometry,
  directory: readonly ClusterRun[],
  set: EntrySet,
  runs: readonly ClusterRun[],
): Extent[] {
  const names = Math.ceil(set.name.length / UNITS_PER_NAME_ENTRY);
  const end = (2 + names) * ENTRY_SIZE;
  const inSet = (from: number, length: number) =>
    extentsOfRuns(geometry, directory, set.slot * ENTRY_SIZE + from, length);
  const chain = set.contiguous ? [] : runs;
  return [
    ...inSet(0, FILE_ENTRY_BYTES),
    ...inSet(STREAM_START.from, STREAM_START.length),
    ...inSet(STREAM_PLACE_AT, end - STREAM_PLACE_AT),
    ...chain.map(({ first, count }) => ({
      start: geometry.fatStart + first * FAT_ENTRY_BYTES,
      length: count * FAT_ENTRY_BYTES,
    })),
  ];
}
