/** Reading an MBR partition table with the chain of logical partitions inside its extended one. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { errorFinding, warningFinding } from "../finding.ts";
import type { Finding } from "../finding.ts";
import { geometryOf } from "../geometry.ts";
import { say } from "../messages.ts";
import { MBR_BYTES, decodeMbrSector } from "./sector.ts";
import type { MbrEntry } from "./sector.ts";
import { FIRST_LOGICAL, partitionFindings } from "./table.ts";
import type { MbrPartition, MbrTable } from "./table.ts";
import { MBR_TYPE, isExtended } from "./types.ts";

/** More logical partitions than any system numbers: Linux ends at 256 minors a disk. */
const MAX_LOGICAL = 251;

/**
 * What sector 0 is. `protective`: one entry, of type EE. `hybrid`: an EE entry beside others. `mbr`: a table, perhaps empty.
 * `none`: unsigned, or a file system's boot sector, or nothing that could be a table.
 */
export type MbrKind = "protective" | "hybrid" | "mbr" | "none";

export interface MbrReport {
  readonly kind: MbrKind;
  /** There unless `none`. */
  readonly table: MbrTable | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Reads the table with `sectorSize` (default: the range's own).
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function readMbr(
  range: ByteRange,
  sectorSize: number = range.sectorSize,
): Promise<MbrReport> {
  if (range.size < MBR_BYTES) return { kind: "none", table: undefined, findings: [] };
  const sector = await readBytes(range, 0, MBR_BYTES);
  const { signed, diskSignature, entries } = decodeMbrSector(sector);
  const plausible = entries.every(({ status }) => status === 0 || status === 0x80);
  const empty = entries.every(({ sectors }) => sectors === 0);
  if (!signed || !plausible || (empty && isFileSystemBootSector(sector))) {
    return { kind: "none", table: undefined, findings: [] };
  }
  const primary = entries.flatMap((entry, index) =>
    entry.sectors === 0 ? [] : [partitionOf(entry, index + 1, 0)],
  );
  const findings: Finding[] = [];
  const extended = primary.find(({ type }) => isExtended(type));
  const logical =
    extended === undefined ? [] : await readChain(range, sectorSize, extended, findings);
  const table = { diskSignature, partitions: [...primary, ...logical] };
  findings.push(...partitionFindings(table, geometryOf(range, sectorSize).sectors));
  return { kind: kindOf(primary), table, findings };
}

function kindOf(primary: readonly MbrPartition[]): MbrKind {
  if (!primary.some(({ type }) => type === MBR_TYPE.gptProtective)) return "mbr";
  return primary.length === 1 ? "protective" : "hybrid";
}

function partitionOf(entry: MbrEntry, number: number, base: number): MbrPartition {
  const { type, sectors, status } = entry;
  return { number, type, startLba: base + entry.startLba, sectors, active: status === 0x80 };
}

/**
 * The chain: each link (EBR) has a partition, relative to the link, in its first entry, and the next link, relative to the
 * extended partition, in its second. Ends at the first thing that is wrong, with a finding.
 */
async function readChain(
  range: ByteRange,
  sectorSize: number,
  extended: MbrPartition,
  findings: Finding[],
): Promise<MbrPartition[]> {
  const logical: MbrPartition[] = [];
  const visited = new Set<number>();
  const end = Math.min(extended.startLba + extended.sectors, Math.floor(range.size / sectorSize));
  let ebrLba = extended.startLba;
  for (;;) {
    if (ebrLba < extended.startLba || ebrLba >= end) {
      findings.push(errorFinding("mbr-ebr-outside", say.ebrOutside(ebrLba)));
      return logical;
    }
    if (visited.has(ebrLba)) {
      findings.push(errorFinding("mbr-ebr-loop", say.ebrLoop(ebrLba)));
      return logical;
    }
    if (visited.size > MAX_LOGICAL) {
      findings.push(warningFinding("mbr-ebr-too-many", say.ebrTooMany(MAX_LOGICAL)));
      return logical;
    }
    visited.add(ebrLba);
    const link = decodeMbrSector(await readBytes(range, ebrLba * sectorSize, MBR_BYTES));
    if (!link.signed) {
      findings.push(errorFinding("mbr-ebr-unsigned", say.ebrUnsigned(ebrLba)));
      return logical;
    }
    const [partition, next] = link.entries;
    if (partition !== undefined && partition.sectors > 0 && !isExtended(partition.type)) {
      const number = FIRST_LOGICAL + logical.length;
      logical.push({ ...partitionOf(partition, number, ebrLba), ebrLba });
    }
    if (next === undefined || next.sectors === 0 || !isExtended(next.type)) return logical;
    ebrLba = extended.startLba + next.startLba;
  }
}

/** NTFS, exFAT and FAT volumes without a partition table are signed 55 AA too, and may leave the table's place zero. */
function isFileSystemBootSector(sector: Buffer): boolean {
  const at = (start: number, text: string) =>
    sector.toString("latin1", start, start + text.length) === text;
  return at(3, "NTFS    ") || at(3, "EXFAT   ") || at(54, "FAT") || at(82, "FAT32   ");
}
