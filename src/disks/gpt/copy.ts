/** One of a GPT's two copies: its header and its entries, read and checked by itself. */
import { crc32 } from "node:zlib";
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { errorFinding } from "../finding.ts";
import type { Finding } from "../finding.ts";
import type { Geometry } from "../geometry.ts";
import { say } from "../messages.ts";
import { ENTRY_SIZE, decodeEntries } from "./entries.ts";
import { decodeHeader } from "./header.ts";
import type { CopyName, GptHeader } from "./header.ts";
import { MAX_ENTRIES, MAX_ENTRY_SIZE } from "./table.ts";
import type { GptTable } from "./table.ts";

export interface GptCopy {
  /** Where it was looked for. */
  readonly lba: number;
  /** True where a header's signature is there, right or damaged. */
  readonly present: boolean;
  /** True where both checksums and every field are right: then there is a table. */
  readonly valid: boolean;
  /** There where the header's own checksum is right. */
  readonly header?: GptHeader;
  readonly table?: GptTable;
  readonly findings: readonly Finding[];
}

/** Reads and checks the copy whose header should lie at `lba`. */
export async function readCopy(
  range: ByteRange,
  geometry: Geometry,
  name: CopyName,
  lba: number,
): Promise<GptCopy> {
  if (lba < 1 || lba >= geometry.sectors) {
    const finding = errorFinding(`gpt-${name}-missing`, say.gptOutsideDisk(name, lba));
    return { lba, present: false, valid: false, findings: [finding] };
  }
  const { sectorSize } = geometry;
  const decoded = decodeHeader(await readBytes(range, lba * sectorSize, sectorSize));
  const fail = (code: string, text: Finding["text"]) => errorFinding(`gpt-${name}-${code}`, text);
  if (!decoded.signature) {
    const findings = [fail("missing", say.gptMissing(name, lba))];
    return { lba, present: false, valid: false, findings };
  }
  if (!decoded.headerSizeRight) {
    const findings = [fail("header-size", say.gptHeaderSize(name, decoded.headerSize))];
    return { lba, present: true, valid: false, findings };
  }
  if (!decoded.crcRight) {
    const findings = [fail("header-crc", say.gptHeaderCrc(name))];
    return { lba, present: true, valid: false, findings };
  }
  const { header } = decoded;
  const findings: Finding[] = [];
  if (header.myLba !== lba) findings.push(fail("my-lba", say.gptMyLba(name, header.myLba, lba)));
  findings.push(...areaFindings({ ...header, myLba: lba }, geometry, name));
  if (findings.length > 0) return { lba, present: true, valid: false, header, findings };

  const array = await readBytes(
    range,
    header.entriesLba * sectorSize,
    header.entryCount * header.entrySize,
  );
  if (crc32(array) !== header.entriesCrc) {
    findings.push(fail("entries-crc", say.gptEntriesCrc(name)));
    return { lba, present: true, valid: false, header, findings };
  }
  const table: GptTable = {
    diskGuid: header.diskGuid,
    entryCount: header.entryCount,
    entriesLba: name === "primary" ? header.entriesLba : 2,
    firstUsableLba: header.firstUsableLba,
    lastUsableLba: header.lastUsableLba,
    partitions: decodeEntries(array, header.entrySize),
  };
  return { lba, present: true, valid: true, header, table, findings };
}

/** The header's numbers against the disk and each other: nothing is read or allocated by them before they pass. */
function areaFindings(header: GptHeader, geometry: Geometry, name: CopyName): Finding[] {
  const { entryCount, entrySize, entriesLba, firstUsableLba, lastUsableLba, myLba } = header;
  const sane =
    entryCount >= 1 &&
    entryCount <= MAX_ENTRIES &&
    entrySize >= ENTRY_SIZE &&
    entrySize <= MAX_ENTRY_SIZE &&
    entrySize % ENTRY_SIZE === 0;
  if (!sane) {
    return [errorFinding(`gpt-${name}-entries`, say.gptEntriesOdd(name, entryCount, entrySize))];
  }
  const sectors = Math.ceil((entryCount * entrySize) / geometry.sectorSize);
  const entriesEnd = entriesLba + sectors;
  const entriesInside =
    entriesLba >= 2 &&
    entriesEnd <= geometry.sectors &&
    (entriesEnd <= myLba || entriesLba > myLba) &&
    (entriesEnd <= firstUsableLba || entriesLba > lastUsableLba);
  const usableInside =
    firstUsableLba >= 2 && firstUsableLba <= lastUsableLba + 1 && lastUsableLba < geometry.sectors;
  if (entriesInside && usableInside) return [];
  return [errorFinding(`gpt-${name}-bounds`, say.gptBounds(name))];
}
