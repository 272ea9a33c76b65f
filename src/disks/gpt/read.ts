/** Reading a GPT: both copies, each checked by itself; which one was used is said, not hidden (UEFI 2.10 §5.3.2). */
import type { ByteRange } from "../../block/byte-range.ts";
import { errorFinding, warningFinding } from "../finding.ts";
import type { Finding } from "../finding.ts";
import { geometryOf } from "../geometry.ts";
import { say } from "../messages.ts";
import { readCopy } from "./copy.ts";
import type { GptCopy } from "./copy.ts";
import type { CopyName } from "./header.ts";
import { partitionFindings } from "./table.ts";
import type { GptTable } from "./table.ts";

export interface GptReport {
  readonly sectorSize: number;
  /** The copy that `table` comes from: the primary wherever it is valid. */
  readonly used: CopyName | "none";
  readonly table: GptTable | undefined;
  readonly primary: GptCopy;
  readonly backup: GptCopy;
  /** Those of both copies, and of the table as a whole. Empty: nothing is wrong. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a disk's GPT with `sectorSize` (default: the range's own). The protective MBR isn't looked at: `readMbr` tells.
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function readGpt(
  range: ByteRange,
  sectorSize: number = range.sectorSize,
): Promise<GptReport> {
  const geometry = geometryOf(range, sectorSize);
  const end = geometry.sectors - 1;
  const primary = await readCopy(range, geometry, "primary", 1);
  const stated = primary.header?.alternateLba ?? end;
  let backup = await readCopy(range, geometry, "backup", stated);
  // The primary may state a wrong place, or the disk was cut or grown: the end is where a backup belongs.
  if (!backup.valid && stated !== end) {
    const atEnd = await readCopy(range, geometry, "backup", end);
    if (atEnd.valid) backup = atEnd;
  }
  const chosen = primary.valid ? primary : backup;
  const used = primary.valid ? "primary" : backup.valid ? "backup" : "none";
  const table = chosen.table && withEntriesPlace(chosen.table, primary);
  const findings = [...primary.findings, ...backup.findings];
  if (table !== undefined) {
    findings.push(...pairFindings(primary, backup, end), ...partitionFindings(table));
  }
  return { sectorSize, used, table, primary, backup, findings };
}

/** What only shows when both copies are looked at. */
function pairFindings(primary: GptCopy, backup: GptCopy, end: number): Finding[] {
  const findings: Finding[] = [];
  if (backup.valid && backup.lba !== end) {
    findings.push(warningFinding("gpt-backup-not-at-end", say.gptBackupNotAtEnd(backup.lba, end)));
  }
  if (!primary.valid || !backup.valid) return findings;
  const first = primary.header;
  const second = backup.header;
  if (first === undefined || second === undefined) return findings;
  if (first.alternateLba !== backup.lba || second.alternateLba !== primary.lba) {
    findings.push(errorFinding("gpt-alternate-lba", say.gptAlternateLba()));
  }
  const same =
    first.diskGuid === second.diskGuid &&
    first.entriesCrc === second.entriesCrc &&
    first.firstUsableLba === second.firstUsableLba &&
    first.lastUsableLba === second.lastUsableLba;
  if (!same) findings.push(errorFinding("gpt-copies-differ", say.gptCopiesDiffer()));
  return findings;
}

/** A backup doesn't say where the primary entries belong; a primary header that is right but for its entries does. */
function withEntriesPlace(table: GptTable, primary: GptCopy): GptTable {
  const place = primary.header?.entriesLba ?? table.entriesLba;
  const possible = place >= 2 && place < table.firstUsableLba;
  return possible ? { ...table, entriesLba: place } : table;
}
