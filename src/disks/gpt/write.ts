/**
 * Writing a GPT so that a power cut at any moment leaves one good copy: the copy that isn't the only good one first, a flush,
 * then the other. The protective MBR comes last, since it is what makes the GPT count on a disk that had another table.
 */
import { crc32 } from "node:zlib";
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { encodeMbrEntry, putEntries } from "../mbr/sector.ts";
import { fitsChs } from "../mbr/chs.ts";
import { geometryOf } from "../geometry.ts";
import type { Geometry } from "../geometry.ts";
import { ENTRY_SIZE, encodeEntries } from "./entries.ts";
import { encodeHeader } from "./header.ts";
import { readGpt } from "./read.ts";
import { checkTable, entrySectors } from "./table.ts";
import type { GptTable } from "./table.ts";

export interface WriteGptOptions {
  /** `keep` leaves sector 0 alone, where a repair must not undo a hybrid MBR. Default: `protective`. */
  readonly mbr?: "protective" | "keep";
  /** Marks the protective entry active: against the specification, but some BIOSes start no disk without one. */
  readonly activeProtective?: boolean;
  /** As parted does: the protective entry ends at FF FF FF in CHS on small disks too, whose end could be said. */
  readonly openProtective?: boolean;
}

/**
 * Writes both copies and the protective MBR; bytes 0–445 of sector 0 (boot code, disk signature) stay. The range is flushed
 * at the end.
 * @throws LifeboatError `gpt-invalid-table` before anything is written.
 */
export async function writeGpt(
  range: ByteRange,
  table: GptTable,
  options: WriteGptOptions = {},
): Promise<void> {
  const geometry = geometryOf(range);
  checkTable(table, geometry);
  const { primary, backup } = encodeGpt(table, geometry);
  const backupOnly = (await readGpt(range)).used === "backup";
  for (const copy of backupOnly ? [primary, backup] : [backup, primary]) {
    await range.write(copy.entriesLba * geometry.sectorSize, copy.entries);
    await range.write(copy.headerLba * geometry.sectorSize, copy.header);
    await range.flush();
  }
  if (options.mbr === "keep") return;
  const sector = await readBytes(range, 0, geometry.sectorSize);
  putProtectiveEntry(sector, geometry, options);
  await range.write(0, sector);
  await range.flush();
}

interface EncodedCopy {
  readonly headerLba: number;
  /** One sector. */
  readonly header: Buffer;
  readonly entriesLba: number;
  /** Whole sectors. */
  readonly entries: Buffer;
}

/** Both copies' bytes. The table must have been checked. */
function encodeGpt(table: GptTable, geometry: Geometry) {
  const { sectorSize } = geometry;
  const last = geometry.sectors - 1;
  const array = encodeEntries(table.partitions, table.entryCount);
  const sectors = entrySectors(table.entryCount, sectorSize);
  const entries = Buffer.concat([array, Buffer.alloc(sectors * sectorSize - array.length)]);
  const copy = (myLba: number, alternateLba: number, entriesLba: number): EncodedCopy => {
    const header = {
      ...table,
      myLba,
      alternateLba,
      entriesLba,
      entrySize: ENTRY_SIZE,
      entriesCrc: crc32(array),
    };
    return { headerLba: myLba, header: encodeHeader(header, sectorSize), entriesLba, entries };
  };
  return { primary: copy(1, last, table.entriesLba), backup: copy(last, 1, last - sectors) };
}

const PROTECTIVE_TYPE = 0xee;

/** UEFI 2.10 §5.2.3, table 5.4: from sector 1 to the end, or as far as 32 bits reach. */
function putProtectiveEntry(
  sector: Buffer,
  geometry: Geometry,
  { activeProtective = false, openProtective = false }: WriteGptOptions,
): void {
  const sectors = Math.min(geometry.sectors - 1, 0xffff_ffff);
  const status = activeProtective ? 0x80 : 0;
  const entry = encodeMbrEntry({ status, type: PROTECTIVE_TYPE, startLba: 1, sectors });
  // "FF FF FF if the value can't be represented": not the FE FF FF of other entries.
  if (openProtective || !fitsChs(sectors)) entry.fill(0xff, 5, 8);
  putEntries(sector, [entry]);
}
