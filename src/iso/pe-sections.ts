/** One section of a PE/COFF file, by its name (Microsoft, "PE Format", section table; string table for names beyond eight bytes). */
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes } from "../block/byte-range.ts";
import { Struct, bytes, u16le, u32le } from "../block/struct.ts";
import type { PeHeaders } from "../windows/pe.ts";
import { readPeHeaders } from "../windows/pe.ts";

const SectionHeader = new Struct("PE section header", 40, {
  name: bytes(8),
  virtualSize: u32le,
  virtualAddress: u32le,
  rawSize: u32le,
  rawOffset: u32le,
  relocationsOffset: u32le,
  lineNumbersOffset: u32le,
  relocationCount: u16le,
  lineNumberCount: u16le,
  characteristics: u32le,
});

/** Windows' own limit for images. */
const MOST_SECTIONS = 96;
const SYMBOL_BYTES = 18;
/** The names of a hundred sections; symbol names behind them are none of ours. */
const MOST_NAME_BYTES = 64 << 10;
const LONG_NAME = /^\/(\d{1,7})$/;

/**
 * The bytes of the section called `name`; undefined where the file has none, or one that is longer than `mostBytes` or lies
 * outside of the file. @throws LifeboatError where reading fails.
 */
export async function readSection(
  file: ByteRange,
  name: string,
  mostBytes: number,
): Promise<Buffer | undefined> {
  const headers = await readPeHeaders(file);
  if (headers === undefined) return undefined;
  const table = await readTable(file, headers);
  let names: Buffer | undefined;
  for (let at = 0; at + SectionHeader.size <= table.length; at += SectionHeader.size) {
    const section = SectionHeader.decode(table, at);
    let found = untilZero(section.name, 0);
    const long = LONG_NAME.exec(found);
    if (long !== null) {
      names ??= await readNames(file, headers);
      found = untilZero(names, Number(long[1]));
    }
    if (found !== name) continue;
    // What is on the medium may be filled up to whole blocks; what counts is the shorter of both.
    const length = Math.min(section.virtualSize || section.rawSize, section.rawSize);
    if (length === 0 || length > mostBytes) return undefined;
    if (section.rawOffset + length > file.size) return undefined;
    return readBytes(file, section.rawOffset, length);
  }
  return undefined;
}

async function readTable(file: ByteRange, { sections, sectionCount }: PeHeaders): Promise<Buffer> {
  const length = Math.min(sectionCount, MOST_SECTIONS) * SectionHeader.size;
  return readBytes(file, sections, Math.min(length, Math.max(0, file.size - sections)));
}

async function readNames(file: ByteRange, headers: PeHeaders): Promise<Buffer> {
  const { symbolTableOffset, symbolCount } = headers;
  const start = symbolTableOffset + symbolCount * SYMBOL_BYTES;
  if (symbolTableOffset === 0 || start >= file.size) return Buffer.alloc(0);
  return readBytes(file, start, Math.min(MOST_NAME_BYTES, file.size - start));
}

function untilZero(from: Buffer, start: number): string {
  const end = from.indexOf(0, start);
  return from.toString("latin1", start, end < 0 ? from.length : end);
}
