/**
 * Sector 0 of an MBR disk, and the same structure in each link of an extended partition (EBR). Bytes 0–439 are boot code and
 * never decoded or written here.
 */
import { Struct, bytes, u16le, u32le, u8 } from "../../block/struct.ts";
import { encodeChs } from "./chs.ts";

/** Where lifeboat's business with sector 0 begins: before it is boot code. */
export const TAIL_AT = 440;
export const SIGNATURE_AT = 510;
const BOOT_SIGNATURE = 0xaa55;
const TABLE_AT = 446;
/** Length of a sector's part that means something, whatever the sector size. */
export const MBR_BYTES = 512;

const Entry = new Struct("MBR partition entry", 16, {
  status: u8,
  firstChs: bytes(3),
  type: u8,
  lastChs: bytes(3),
  startLba: u32le,
  sectors: u32le,
});

const Tail = new Struct("MBR tail", 72, {
  diskSignature: u32le,
  copyProtected: u16le,
  entries: bytes(64),
  bootSignature: u16le,
});

/** One of the four entries, its numbers as stored (an EBR's are relative). */
export interface MbrEntry {
  /** 0x80 active, 0 not; anything else shows that this is no partition table. */
  readonly status: number;
  readonly type: number;
  readonly startLba: number;
  readonly sectors: number;
}

export interface MbrSector {
  /** True where bytes 510 and 511 are 55 AA. */
  readonly signed: boolean;
  readonly diskSignature: number;
  /** Always four. An unused one has no sectors. */
  readonly entries: readonly MbrEntry[];
}

export const NO_ENTRY: MbrEntry = { status: 0, type: 0, startLba: 0, sectors: 0 };

/** Decodes bytes 440–511 of a sector. */
export function decodeMbrSector(sector: Buffer): MbrSector {
  const tail = Tail.decode(sector, TAIL_AT);
  const entries = [0, 16, 32, 48].map((at): MbrEntry => {
    const { status, type, startLba, sectors } = Entry.decode(tail.entries, at);
    return { status, type, startLba, sectors };
  });
  return {
    signed: tail.bootSignature === BOOT_SIGNATURE,
    diskSignature: tail.diskSignature,
    entries,
  };
}

/** An entry's 16 bytes; `absoluteLba` is where it begins on the disk, for the CHS fields. */
export function encodeMbrEntry(entry: MbrEntry, absoluteLba: number = entry.startLba): Buffer {
  const used = entry.sectors > 0;
  return Entry.encode({
    ...entry,
    firstChs: used ? encodeChs(absoluteLba) : Buffer.alloc(3),
    lastChs: used ? encodeChs(absoluteLba + entry.sectors - 1) : Buffer.alloc(3),
  });
}

/** Puts up to four encoded entries and 55 AA into a sector. Everything else in it stays. */
export function putEntries(sector: Buffer, entries: readonly Buffer[]): void {
  sector.fill(0, TABLE_AT, SIGNATURE_AT);
  for (const [index, entry] of entries.entries()) entry.copy(sector, TABLE_AT + index * 16);
  sector.writeUInt16LE(BOOT_SIGNATURE, SIGNATURE_AT);
}
