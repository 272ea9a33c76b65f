/**
 * Writing an MBR partition table. The links of the extended partition go first, the last one before those that lead to it;
 * then a flush; then sector 0, which makes them count.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { geometryOf } from "../geometry.ts";
import { say } from "../messages.ts";
import { readMbr } from "./read.ts";
import { NO_ENTRY, TAIL_AT, encodeMbrEntry, putEntries } from "./sector.ts";
import { FIRST_LOGICAL, MAX_LBA, checkMbr, contains, refuse } from "./table.ts";
import type { MbrPartition, MbrTable } from "./table.ts";
import { MBR_TYPE, isExtended } from "./types.ts";

/** How far before a logical partition sfdisk and Windows put its link, with 512-byte sectors. */
const LINK_GAP_BYTES = 1 << 20;

/**
 * Writes the table, the links of its extended partition and the disk signature; bytes 0–439 of sector 0 stay, and so does
 * what else lies in links that exist already. The range is flushed at the end.
 * @throws LifeboatError `mbr-invalid-table` before anything is written.
 */
export async function writeMbr(range: ByteRange, table: MbrTable): Promise<void> {
  const { sectorSize, sectors } = geometryOf(range);
  checkMbr(table, sectors);
  const links = linksOf(table, sectorSize);
  const old = (await readMbr(range)).table?.partitions.map(({ ebrLba }) => ebrLba) ?? [];
  for (const link of [...links].reverse()) {
    const kept = old.includes(link.lba)
      ? await readBytes(range, link.lba * sectorSize, sectorSize)
      : Buffer.alloc(sectorSize);
    putEntries(kept, link.entries);
    await range.write(link.lba * sectorSize, kept);
  }
  if (links.length > 0) await range.flush();

  const sector = await readBytes(range, 0, sectorSize);
  sector.writeUInt32LE(table.diskSignature, TAIL_AT);
  const entries = [1, 2, 3, 4].map((number) =>
    entryOf(table.partitions.find((partition) => partition.number === number)),
  );
  putEntries(sector, entries);
  await range.write(0, sector);
  await range.flush();
}

interface Link {
  readonly lba: number;
  readonly entries: readonly Buffer[];
}

function entryOf(partition: MbrPartition | undefined): Buffer {
  if (partition === undefined) return encodeMbrEntry(NO_ENTRY);
  const { type, startLba, sectors, active } = partition;
  return encodeMbrEntry({ status: active ? 0x80 : 0, type, startLba, sectors });
}

/** The chain's links in its order. An extended partition without logical ones gets one empty link. */
function linksOf(table: MbrTable, sectorSize: number): Link[] {
  const extended = table.partitions.find(({ number, type }) => number < 5 && isExtended(type));
  if (extended === undefined) return [];
  const logical = table.partitions
    .filter(({ number }) => number >= FIRST_LOGICAL)
    .sort((a, b) => a.number - b.number);
  if (logical.length === 0) return [{ lba: extended.startLba, entries: [] }];
  const places = placeLinks(extended, logical, Math.floor(LINK_GAP_BYTES / sectorSize));
  return logical.map((partition, index) => {
    const lba = places[index] ?? extended.startLba;
    const { type, startLba, sectors, active } = partition;
    const status = active ? 0x80 : 0;
    const own = encodeMbrEntry({ status, type, startLba: startLba - lba, sectors }, startLba);
    const next = logical[index + 1];
    const nextLba = places[index + 1];
    if (next === undefined || nextLba === undefined) return { lba, entries: [own] };
    // The pointer covers the next link and its partition.
    const pointer = {
      status: 0,
      type: MBR_TYPE.extendedChs,
      startLba: nextLba - extended.startLba,
      sectors: next.startLba + next.sectors - nextLba,
    };
    return { lba, entries: [own, encodeMbrEntry(pointer, nextLba)] };
  });
}

/** Where each link lies: the first at the extended partition's start, the others where they were or in the gap before. */
function placeLinks(
  extended: MbrPartition,
  logical: readonly MbrPartition[],
  gap: number,
): number[] {
  const places = logical.map((partition, index) => {
    if (index === 0) return extended.startLba;
    const kept = partition.ebrLba;
    if (kept !== undefined && kept < partition.startLba) return kept;
    const before = logical
      .map(({ startLba, sectors }) => startLba + sectors)
      .filter((end) => end <= partition.startLba);
    return Math.max(extended.startLba + 1, partition.startLba - gap, ...before);
  });
  for (const [index, lba] of places.entries()) {
    const partition = logical[index];
    const usable =
      partition !== undefined &&
      lba < partition.startLba &&
      contains(extended, { startLba: lba, sectors: 1 }) &&
      places.indexOf(lba) === index &&
      partition.startLba - lba <= MAX_LBA;
    if (!usable) refuse(say.mbrField(partition?.number ?? FIRST_LOGICAL));
    const inside = logical.find((other) => contains(other, { startLba: lba, sectors: 1 }));
    if (inside !== undefined) refuse(say.ebrInPartition(lba, inside.number));
  }
  return places;
}
