/** The partitions of a disk, whatever kind of table it has. */
import type { ByteRange } from "../block/byte-range.ts";
import { cleanText } from "./clean.ts";
import { errorFinding, warningFinding } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { GptReport } from "./gpt/read.ts";
import { readGpt } from "./gpt/read.ts";
import type { GptTable } from "./gpt/table.ts";
import { GPT_ATTRIBUTE, gptTypeName } from "./gpt/types.ts";
import type { MbrReport } from "./mbr/read.ts";
import { readMbr } from "./mbr/read.ts";
import type { MbrTable } from "./mbr/table.ts";
import { isExtended, mbrTypeName } from "./mbr/types.ts";
import { say } from "./messages.ts";

export interface PartitionView {
  /** As Linux counts: place in the table; logical ones from 5. */
  readonly number: number;
  /** Its name in a GPT, without invisible characters; empty in an MBR. */
  readonly name: string;
  /** Type GUID in upper case, or two lower-case hex digits. */
  readonly type: string;
  readonly typeName: string;
  /** As Linux's PARTUUID says it: the partition's GUID (upper case), or `<disk signature>-<number>`, as in `1a2b3c4d-01`. */
  readonly id: string;
  readonly startLba: number;
  readonly sectors: number;
  /** MBR: marked active. GPT: has the attribute "legacy BIOS bootable". */
  readonly active?: boolean;
  /** True for an extended partition: it holds the logical ones and no file system. */
  readonly container?: boolean;
}

export interface PartitionReport {
  readonly scheme: "gpt" | "mbr" | "none";
  /** Of the table: LBAs count in it. Differs from the disk's own where a bridge changed it (see findings). */
  readonly sectorSize: number;
  /** Disk GUID in upper case, or the disk signature as eight lower-case hex digits; empty without a table. */
  readonly diskId: string;
  /** By number. */
  readonly partitions: readonly PartitionView[];
  readonly findings: readonly Finding[];
}

/**
 * Reads a disk's partitions by the table that Linux and Windows would use: a GPT counts with a protective (or hybrid) MBR, or
 * where sector 0 says nothing at all.
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function readPartitions(range: ByteRange): Promise<PartitionReport> {
  const mbr = await readMbr(range);
  const gpt = await findGpt(range);
  const { table } = gpt;
  if (mbr.kind === "mbr" && mbr.table !== undefined && mbr.table.partitions.length > 0) {
    return mbrReport(range, mbr.table, [...mbr.findings, ...remains(gpt)]);
  }
  if (table !== undefined) return gptReport(range, gpt, table, mbr);
  const present = gpt.primary.present || gpt.backup.present;
  if (mbr.table === undefined || mbr.kind === "protective") {
    const lost = mbr.kind === "protective" || present ? gpt.findings : [];
    const announced =
      mbr.kind === "protective"
        ? [errorFinding("gpt-lost", say.protectiveWithoutGpt()), ...lost]
        : lost;
    const { sectorSize } = range;
    return { scheme: "none", sectorSize, diskId: "", partitions: [], findings: announced };
  }
  const lost = mbr.kind === "hybrid" ? [errorFinding("gpt-lost", say.protectiveWithoutGpt())] : [];
  return mbrReport(range, mbr.table, [...lost, ...mbr.findings]);
}

/** The range's own sector size first; an image of the other kind, or a bridge between disk and bus, shows in the second. */
async function findGpt(range: ByteRange): Promise<GptReport> {
  const own = await readGpt(range);
  if (own.table !== undefined || own.primary.present) return own;
  const other = await readGpt(range, range.sectorSize === 512 ? 4096 : 512);
  return other.used === "primary" ? other : own;
}

function gptReport(
  range: ByteRange,
  gpt: GptReport,
  table: GptTable,
  mbr: MbrReport,
): PartitionReport {
  const findings = [...gpt.findings];
  if (gpt.sectorSize !== range.sectorSize) {
    const text = say.otherSectorSize(gpt.sectorSize, range.sectorSize);
    findings.push(errorFinding("gpt-other-sector-size", text));
  }
  if (mbr.kind === "hybrid") findings.push(warningFinding("hybrid-mbr", say.hybridMbr()));
  if (mbr.kind === "none" || mbr.kind === "mbr") {
    findings.push(errorFinding("gpt-no-protective-mbr", say.noProtectiveMbr()));
  }
  const partitions = table.partitions.map((partition): PartitionView => {
    const { number, type, guid, startLba, sectors, attributes } = partition;
    const name = cleanText(partition.name);
    const active = (attributes & GPT_ATTRIBUTE.legacyBiosBootable) !== 0n;
    return { number, name, type, typeName: gptTypeName(type), id: guid, startLba, sectors, active };
  });
  const { sectorSize } = gpt;
  return { scheme: "gpt", sectorSize, diskId: table.diskGuid, partitions, findings };
}

function mbrReport(
  range: ByteRange,
  table: MbrTable,
  findings: readonly Finding[],
): PartitionReport {
  const diskId = table.diskSignature.toString(16).padStart(8, "0");
  const partitions = table.partitions.map((partition): PartitionView => {
    const { number, type, startLba, sectors, active } = partition;
    return {
      number,
      name: "",
      type: type.toString(16).padStart(2, "0"),
      typeName: mbrTypeName(type),
      id: `${diskId}-${number.toString(16).padStart(2, "0")}`,
      startLba,
      sectors,
      active,
      ...(isExtended(type) ? { container: true } : {}),
    };
  });
  return { scheme: "mbr", sectorSize: range.sectorSize, diskId, partitions, findings };
}

function remains(gpt: GptReport): Finding[] {
  if (!gpt.primary.present && !gpt.backup.present) return [];
  return [warningFinding("gpt-remains", say.gptBesideMbr())];
}
