/**
 * Checks an NTFS volume's structures, and mends them, over a byte range: boot sectors, $MFTMirr, every record of the MFT, $Bitmap against the
 * clusters of all files, the MFT's bitmap, and every directory against the files in it. What is legal in volumes of Windows
 * (attribute lists, compressed and sparse files, hard links, streams, reparse points) is read as such; $Secure's, $ObjId's and
 * other views' contents aren't looked at.
 *
 * Memory: a bit a cluster (64 MiB for 2 TB in clusters of 4 KiB) and eight bytes a record of the MFT, one directory, and while
 * something is mended $Bitmap once more.
 *
 * A volume on which Windows has work to finish (its journal isn't empty, it is hibernated or marked dirty) is never changed: what
 * seems wrong there may be right once that work is done.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { asCheck, FindingList, repairInRounds } from "../../check.ts";
import type { CheckOptions, FileSystemCheck, FileSystemRepair, Round } from "../../check.ts";
import { TYPE } from "../attribute.ts";
import { isDamage } from "../failures.ts";
import { openPieces, piecesOf } from "../file-record.ts";
import type { NtfsFile } from "../file-record.ts";
import { Mft } from "../mft.ts";
import { RECORD } from "../mft-record.ts";
import { loadFromMft } from "../reader.ts";
import type { Loaded } from "../reader.ts";
import { emptyJournal } from "../refusal.ts";
import { checkClusters, checkRecordBitmap } from "./bitmap.ts";
import { checkBoot } from "./boot.ts";
import { readDirectories } from "./directories.ts";
import type { TreeState } from "./directories.ts";
import { fix, say } from "./messages.ts";
import { checkMirror } from "./mirror.ts";
import { findLost } from "./orphans.ts";
import { readRecords } from "./records.ts";
import { reportDirectories } from "./rebuild.ts";
import { salvageDirectory } from "./salvage.ts";
import { workOfWindows } from "./state.ts";
import { KIND, STAGE, Survey } from "./survey.ts";
import { RepairWriter } from "./writer.ts";

/** 8 TiB with clusters of 4 KiB, as the writer has it. */
const MOST_CLUSTERS = 2 ** 31;
/** 16 GiB of MFT. */
const MOST_RECORDS = 1 << 24;

/**
 * Reads all metadata of the NTFS volume that fills `range`. Nothing is written.
 * @throws LifeboatError `not-ntfs`, `ntfs-bitlocker`, `ntfs-truncated`, `ntfs-damaged` where neither boot sector leads to an MFT, or
 * the format's own files can't be read; `ntfs-not-checked` for more than 2,147,483,648 clusters or 16,777,216 records.
 */
export async function checkNtfs(
  range: ByteRange,
  options: CheckOptions = {},
): Promise<FileSystemCheck> {
  return asCheck(await lookAt(range, options.signal, nothingKnown()));
}

/**
 * Checks the volume and mends what can be mended; only what a finding says is written. Stopped at any moment, by a power cut
 * or by the signal, it leaves a volume that another repair completes.
 * @throws LifeboatError as `checkNtfs`; `read-only`, `write-failed`.
 */
export async function repairNtfs(
  range: ByteRange,
  options: CheckOptions = {},
): Promise<FileSystemRepair> {
  const past = nothingKnown();
  return repairInRounds(async () => lookAt(range, options.signal, past));
}

/** What the rounds of one repair have to know of those before. */
interface Past {
  /** Directories that couldn't be written. */
  readonly refused: Set<number>;
  /** As `Survey` has it. */
  mayFreeRecords: boolean;
  /** As `checkClusters` has it. */
  mayFreeClusters: boolean;
}

function nothingKnown(): Past {
  return { refused: new Set(), mayFreeRecords: true, mayFreeClusters: true };
}

async function lookAt(
  range: ByteRange,
  signal: AbortSignal | undefined,
  past: Past,
): Promise<Round<RepairWriter>> {
  const early = new FindingList<RepairWriter>();
  const geometry = await checkBoot(range, early);
  const mft = await Mft.open(range, geometry);
  const records = Math.min(mft.records, Math.floor(range.size / geometry.recordBytes));
  if (geometry.clusters > MOST_CLUSTERS || records > MOST_RECORDS) {
    throw new LifeboatError("ntfs-not-checked", say.tooLarge(), { kind: "refused" });
  }
  const isReadable = await checkMirror(mft, early);
  const writer = new RepairWriter(range, mft);
  if (!isReadable) return { list: early, files: 0, directories: 0, writer };
  const loaded = await loadFromMft(mft);
  const windows = await workOfWindows(loaded);
  const mayMend = windows.finding === undefined;
  const survey = new Survey(loaded, { signal, mayMend, records });
  if (windows.finding !== undefined) survey.report(windows.finding);
  if (!windows.mayBeRead) return resultOf(survey, undefined);
  for (const finding of early.planned) survey.report(finding);
  await checkRest(survey, past);
  return resultOf(survey, new RepairWriter(range, mft, async () => emptyJournal(loaded)));
}

function resultOf(survey: Survey, writer: RepairWriter | undefined): Round<RepairWriter> {
  const { list, files, directories } = survey;
  return { list, files, directories, writer };
}

async function checkRest(survey: Survey, past: Past): Promise<void> {
  const bitmaps = await openBitmaps(survey.loaded);
  if (bitmaps === undefined) {
    survey.report({
      id: "bitmap-unreadable",
      severity: "error",
      where: "$Bitmap",
      what: say.bitmapUnreadable(),
      fix: fix.letWindows(),
      stage: STAGE.boot,
    });
    return;
  }
  await readRecords(survey);
  const tree = await readDirectories(survey);
  const isStale = [...tree.faults.values()].some(({ stale }) => stale > 0);
  past.mayFreeRecords &&= survey.isTreeWhole && !isStale;
  survey.mayFreeRecords = past.mayFreeRecords;
  const salvaged = await salvageAll(survey, tree);
  const lost = await findLost(survey, tree, salvaged);
  await reportDirectories(survey, { tree, lost, salvaged, refused: past.refused });
  await checkRecordBitmap(survey, bitmaps.records);
  past.mayFreeClusters = await checkClusters(survey, bitmaps.clusters, past.mayFreeClusters);
}

/** Directories with torn records that are worth it: those that are named, and all while nobody can say which are. */
async function salvageAll(survey: Survey, tree: TreeState): Promise<Map<number, NtfsFile>> {
  const salvaged = new Map<number, NtfsFile>();
  for (let number = 0; number < survey.records; number++) {
    if (survey.kind(number) !== KIND.torn) continue;
    if (survey.isTreeWhole && !tree.tornButNamed.has(number)) continue;
    const file = await salvageDirectory(survey.loaded.mft, number);
    if (file !== undefined) salvaged.set(number, file);
  }
  return salvaged;
}

/** Undefined where one of them can't be read as a whole, and written. */
async function openBitmaps({
  mft,
  range,
  geometry,
}: Loaded): Promise<{ clusters: ByteRange; records: ByteRange } | undefined> {
  const open = (file: NtfsFile, type: number, what: string) =>
    openPieces(piecesOf(file, type), range, geometry, what, { writable: true });
  try {
    const clusters = open(await mft.file(RECORD.bitmap), TYPE.data, "$Bitmap");
    const records = open(await mft.file(RECORD.mft), TYPE.bitmap, "$MFT's bitmap");
    const isLong = clusters.size * 8 >= geometry.clusters && records.size * 8 >= mft.records;
    return isLong ? { clusters, records } : undefined;
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
