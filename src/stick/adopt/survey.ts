/** What is on a disk that is to become a stick: its table, the partition with the ISOs, and what else there is. Reads only. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { readGpt } from "../../disks/gpt/read.ts";
import { GPT_TYPE } from "../../disks/gpt/types.ts";
import type { PartitionReport, PartitionView } from "../../disks/partitions.ts";
import { readPartitions } from "../../disks/partitions.ts";
import { openFat } from "../../filesystems/fat32/index.ts";
import { recognise } from "../../filesystems/recognise.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import type { DataFileSystem, Scheme } from "../layout.ts";
import { DATA_FILE_SYSTEMS } from "../layout.ts";
import { recogniseStick } from "../stick.ts";
import { refuseHalfAdopted } from "../ventoy/interrupted.ts";
import { MARK_BYTES, decodeMark } from "../ventoy/mark.ts";
import { findVentoyEsp, sliceOf } from "../ventoy/recognise.ts";
import { say } from "./messages.ts";

export interface Survey {
  readonly scheme: Scheme;
  /** As a manifest has it: a GUID, or eight upper-case hex digits; "00000000" for an MBR without a signature. */
  readonly diskId: string;
  readonly data: PartitionView;
  readonly fileSystem: DataFileSystem;
  /** Ventoy's boot partition, where it is Ventoy's stick. */
  readonly ventoy: PartitionView | undefined;
  /** Microsoft reserved partitions, which hold nothing. */
  readonly reserved: readonly PartitionView[];
}

/** 128 entries of 128 bytes, behind the header: what lies in front of the core image. */
const MOST_ENTRIES = 128;
const ENTRIES_LBA = 2;

/**
 * @throws LifeboatError (all refused) `already-a-stick`, `adopt-no-table`, `adopt-table-damaged`, `adopt-other-partition`,
 * `adopt-no-data`, `adopt-file-system`, `adopt-bitlocker`, `ventoy-adoption-interrupted`.
 */
export async function surveyDisk(disk: ByteRange, path: string): Promise<Survey> {
  await refuseStick(disk, path);
  const report = await readPartitions(disk);
  if (report.scheme === "none") throw await noTable(disk, path, report);
  await refuseTable(disk, report);
  const inside = report.partitions.filter(
    ({ sectors, startLba }) => sectors > 0 && (startLba + sectors) * disk.sectorSize <= disk.size,
  );
  const ventoy = await findVentoyEsp(disk, inside);
  if (ventoy !== undefined) {
    refuseHalfAdopted(path, decodeMark(await readBytes(sliceOf(disk, ventoy), 0, MARK_BYTES)));
  }
  const reserved = inside.filter(({ type }) => type === GPT_TYPE.microsoftReserved);
  const rest = inside.filter((one) => one !== ventoy && !reserved.includes(one));
  const [data, ...others] = rest.toSorted((a, b) => b.sectors - a.sectors);
  if (data === undefined) {
    throw refusal("adopt-no-data", say.noData(path), say.buildHint(path));
  }
  const [other] = others;
  if (other !== undefined) {
    const about = [other.typeName, other.name, formatSize(other.sectors * disk.sectorSize)];
    const text = say.otherPartition(other.number, about.filter(Boolean).join(", "));
    throw refusal("adopt-other-partition", text, say.otherPartitionHint());
  }
  const fileSystem = await fileSystemOf(disk, data, path);
  const diskId = report.scheme === "gpt" ? report.diskId : report.diskId.toUpperCase();
  return { scheme: report.scheme, diskId, data, fileSystem, ventoy, reserved };
}

export function refusal(code: string, text: Text, hint?: Text, cause?: unknown): LifeboatError {
  return new LifeboatError(code, text, {
    kind: "refused",
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** One whose manifest is damaged, or of a later lifeboat, is a stick too; one that Ventoy starts may become lifeboat's. */
async function refuseStick(disk: ByteRange, path: string): Promise<void> {
  try {
    const { manifest } = await recogniseStick(disk, path);
    if (manifest.bootStage.kind === "ventoy") return;
  } catch (error) {
    if (failureOf(error).code === "not-a-stick") return;
  }
  throw refusal("already-a-stick", say.already(path), say.alreadyHint(path));
}

async function noTable(disk: ByteRange, path: string, { findings }: PartitionReport) {
  const [damage] = findings;
  if (damage !== undefined) {
    return refusal("adopt-table-damaged", say.tableDamaged(damage.text), say.tableHint());
  }
  const found = await recognise(disk);
  const text = found === undefined ? say.noTable(path) : say.superfloppy(path, found);
  return refusal("adopt-no-table", text, say.buildHint(path));
}

/**
 * @param cutShort codes of findings that a power cut has left, where it is known that there was one.
 * @throws LifeboatError `adopt-table-damaged`.
 */
export async function refuseTable(
  disk: ByteRange,
  report: PartitionReport,
  cutShort?: RegExp,
): Promise<void> {
  // A hybrid MBR says something else of the disk than its GPT: who wrote it must say which.
  const wrong = report.findings.find(
    ({ level, code }) =>
      (level === "error" || code === "hybrid-mbr") && cutShort?.test(code) !== true,
  );
  if (wrong !== undefined) {
    throw refusal("adopt-table-damaged", say.tableDamaged(wrong.text), say.tableHint());
  }
  if (report.scheme !== "gpt") return;
  const { table } = await readGpt(disk);
  if (table?.entriesLba === ENTRIES_LBA && table.entryCount <= MOST_ENTRIES) return;
  throw refusal("adopt-table-damaged", say.tablePlace(), say.tableHint());
}

async function fileSystemOf(
  disk: ByteRange,
  data: PartitionView,
  path: string,
): Promise<DataFileSystem> {
  const { number } = data;
  const range = sliceOf(disk, data);
  const found = data.container === true ? undefined : await recognise(range);
  if (found === "bitlocker") {
    throw refusal("adopt-bitlocker", say.bitLocker(number), say.bitLockerHint());
  }
  const known = DATA_FILE_SYSTEMS.find((name) => name === found);
  let name: string | undefined = found;
  if (known === "fat32") {
    // FAT12 and FAT16 are recognised under the same name.
    const bits = await openFat(range).then(
      (volume) => volume.bits,
      () => 32,
    );
    if (bits !== 32) name = `FAT${bits}`;
    else return known;
  } else if (known !== undefined) return known;
  const text = name === undefined ? say.noFileSystem(number) : say.fileSystem(number, name);
  throw refusal("adopt-file-system", text, say.buildHint(path));
}
