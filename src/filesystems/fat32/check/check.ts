/**
 * Checks a FAT32 volume's structures, and mends them: what `fsck.fat -a` finds and more, over a byte range and in bounded memory
 * (a bit a cluster, 16 MiB of the FAT, one directory at a time).
 *
 * What is repaired, and how, follows fsck.fat: chains are cut where they are damaged, clusters that no file has are freed and not
 * made into files (they are nearly always what an interrupted write left behind, and have no names). It differs where more is
 * known: the FAT and the boot sector that make the better volume are taken; of two files with the same clusters, the one
 * whose length fits its size keeps them.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { asCheck, FindingList, repairInRounds } from "../../check.ts";
import type { CheckOptions, FileSystemCheck, FileSystemRepair, Round } from "../../check.ts";
import { CommonBpb } from "../boot-sector.ts";
import { readGeometry } from "../geometry.ts";
import {
  BACKUP_SECTOR,
  readBootSectors,
  sameBoot,
  sameGeometry,
  STATE_AT,
  STATE_FLAGS,
  wrongMarks,
  wrongPointers,
} from "./boot.ts";
import type { BootCandidate, FieldValue } from "./boot.ts";
import { FatReader } from "./fat-reader.ts";
import { checkFolder } from "./folder-check.ts";
import type { FolderFindings } from "./subfolder-check.ts";
import { findFolders } from "./folders.ts";
import { fix, say } from "./messages.ts";
import { say as sayFat } from "../messages.ts";
import { settleShared } from "./shared.ts";
import { checkAllocation, checkFlags, checkLabel, copyFat, differingFats } from "./summary.ts";
import { STAGE, Survey } from "./survey.ts";
import { checkTail } from "./tail.ts";
import { RepairWriter } from "./writer.ts";

/** As findings say where they are. */
const BOOT_SECTOR = "boot sector";

/**
 * Reads all metadata of the FAT32 volume that fills `range`. Nothing is written.
 * @throws LifeboatError `not-fat` where neither boot sector is FAT's, `not-fat32`; what reading throws outside directories.
 */
export async function checkFat32(
  range: ByteRange,
  options: CheckOptions = {},
): Promise<FileSystemCheck> {
  return asCheck(await lookAt(range, options.signal));
}

/**
 * Checks the volume and mends what can be mended; only what a finding says is written. Stopped at any moment, by a power cut
 * or by the signal, it leaves a volume that another repair completes.
 * @throws LifeboatError as `checkFat32`; `read-only`, `write-failed`.
 */
export async function repairFat32(
  range: ByteRange,
  options: CheckOptions = {},
): Promise<FileSystemRepair> {
  return repairInRounds(async () => lookAt(range, options.signal));
}

async function lookAt(
  range: ByteRange,
  signal: AbortSignal | undefined,
): Promise<Round<RepairWriter>> {
  const boot = await chooseBoot(range, signal);
  if (boot === undefined) {
    // Says why it is none, where there is a boot sector of some other FAT.
    const geometry = await readGeometry(range);
    if (geometry.bits !== 32) {
      throw new LifeboatError("not-fat32", sayFat.notFat32(geometry.bits), { kind: "usage" });
    }
    const list = new FindingList<RepairWriter>();
    list.add({
      id: "volume-beyond-end",
      severity: "error",
      where: BOOT_SECTOR,
      what: sayFat.beyondEnd(geometry.totalBytes, range.size),
      fix: fix.saveAndRebuild(),
      stage: STAGE.boot,
      mend: undefined,
    });
    return { list, files: 0, directories: 0, writer: undefined };
  }
  const { used, main, backup } = boot;
  const { survey, index, differs } = await surveyBest(range, used, signal);
  const list = new FindingList<RepairWriter>();
  reportBoot(list, used, main, backup);
  if (differs) {
    list.add({
      id: "fats-differ",
      severity: "error",
      where: "FAT",
      what: say.fatsDiffer(index + 1),
      fix: fix.copyFat(index + 1),
      stage: STAGE.fats,
      mend: async (writer) => copyFat(writer, index),
    });
  }
  const backupAt = backup?.at ?? BACKUP_SECTOR * used.geometry.bytesPerSector;
  await checkFlags(survey, used.sector, CommonBpb.decode(used.sector).media);
  checkLabel(survey, used.sector, backupAt);
  await checkAllocation(survey);
  list.addAll(survey.list);
  const { files, directories } = survey;
  return { list, files, directories, writer: new RepairWriter(range, used.geometry) };
}

interface Boot {
  readonly used: BootCandidate;
  readonly main: BootCandidate | undefined;
  readonly backup: BootCandidate | undefined;
}

/** The better of the two boot sectors. Undefined where neither is one of FAT32's, for a volume that fits here. */
async function chooseBoot(
  range: ByteRange,
  signal: AbortSignal | undefined,
): Promise<Boot | undefined> {
  const { main, backup } = await readBootSectors(range);
  if (main === undefined || backup === undefined) {
    const used = main ?? backup;
    return used === undefined ? undefined : { used, main, backup };
  }
  if (main.defects !== backup.defects) {
    return { used: main.defects < backup.defects ? main : backup, main, backup };
  }
  if (sameGeometry(main, backup)) return { used: main, main, backup };
  const byMain = await surveyBest(range, main, signal);
  const byBackup = await surveyBest(range, backup, signal);
  return { used: isBetter(byBackup.survey, byMain.survey) ? backup : main, main, backup };
}

/** Goes through the tree with the first FAT, and where others differ, with each: that with the least damage counts. */
async function surveyBest(
  range: ByteRange,
  { geometry }: BootCandidate,
  signal: AbortSignal | undefined,
): Promise<{ survey: Survey; index: number; differs: boolean }> {
  const differing = await differingFats(range, geometry, signal);
  let index = 0;
  let survey = await surveyTree(
    range,
    new FatReader(range, geometry, geometry.fatStarts[0] ?? 0),
    signal,
  );
  for (const other of differing) {
    const fat = new FatReader(range, geometry, geometry.fatStarts[other] ?? 0);
    const attempt = await surveyTree(range, fat, signal);
    if (isBetter(attempt, survey)) [survey, index] = [attempt, other];
  }
  return { survey, index, differs: differing.length > 0 };
}

/** Fewer errors, then more of the tree, then fewer warnings. */
function isBetter(a: Survey, b: Survey): boolean {
  const errors = a.list.count("error") + a.list.unlisted - b.list.count("error") - b.list.unlisted;
  if (errors !== 0) return errors < 0;
  const entries = a.files + a.directories - b.files - b.directories;
  if (entries !== 0) return entries > 0;
  return a.list.count("warning") < b.list.count("warning");
}

async function surveyTree(
  range: ByteRange,
  fat: FatReader,
  signal: AbortSignal | undefined,
): Promise<Survey> {
  const survey = new Survey(range, fat, signal);
  const folders = await findFolders(survey);
  const later: FolderFindings = { shared: [], tails: [] };
  if (folders.length === 0) {
    const { rootCluster } = survey.geometry;
    survey.report({
      id: "root-directory",
      severity: "error",
      where: "/",
      what: say.noRoot(rootCluster),
      fix: fix.saveAndRebuild(),
    });
  }
  for (const folder of folders) await checkFolder(survey, folder, later);
  await settleShared(survey, folders, later.shared);
  for (const tail of later.tails) await checkTail(survey, tail);
  return survey;
}

function reportBoot(
  list: FindingList<RepairWriter>,
  used: BootCandidate,
  main: BootCandidate | undefined,
  backup: BootCandidate | undefined,
): void {
  const { stage, where } = { stage: STAGE.boot, where: BOOT_SECTOR };
  if (used !== main) {
    list.add({
      id: "boot-sector",
      severity: "error",
      where,
      what: say.bootDamaged(),
      fix: fix.bootFromBackup(),
      stage,
      mend: async (writer) => writer.patch(0, used.sector),
    });
    return;
  }
  const { bytesPerSector } = used.geometry;
  const pointers = wrongPointers(used);
  const fields = wrongMarks(used.sector);
  if (pointers.fsInfo !== undefined) fields.push(pointers.fsInfo);
  if (used.geometry.fsInfoStart === undefined) {
    const canBe = pointers.fsInfo !== undefined;
    list.add({
      id: "no-fsinfo",
      severity: canBe ? "warning" : "info",
      where,
      what: say.noFsInfo(),
      fix: canBe ? fix.setFields() : fix.nothing(),
      stage,
      mend: canBe ? patchMain(fields) : undefined,
    });
  }
  if (pointers.backup !== undefined) fields.push(pointers.backup);
  if (wrongMarks(used.sector).length > 0) {
    list.add({
      id: "boot-marks",
      severity: "warning",
      where,
      what: say.bootMarks(),
      fix: fix.setFields(),
      stage,
      mend: patchMain(fields),
    });
  }
  const backupAt = pointers.backup === undefined ? used.backupAt : BACKUP_SECTOR * bytesPerSector;
  if (backup !== undefined && pointers.backup === undefined && sameBoot(used.sector, backup.sector))
    return;
  if (backupAt === undefined) return;
  const mended = Buffer.from(used.sector);
  for (const { at, data } of fields) data.copy(mended, at);
  mended[STATE_AT] = (mended[STATE_AT] ?? 0) & ~STATE_FLAGS;
  list.add({
    id: pointers.backup === undefined ? "backup-boot-sector" : "no-backup-boot-sector",
    severity: "warning",
    where: `${BOOT_SECTOR} (${backupAt / bytesPerSector})`,
    what: pointers.backup === undefined ? say.backupDiffers() : say.noBackup(),
    fix: fix.backupFromMain(),
    stage,
    mend: async (writer) => {
      await writer.patch(backupAt, mended);
      await writer.flush();
      for (const { at, data } of fields) await writer.patch(at, data);
    },
  });
}

function patchMain(fields: readonly FieldValue[]) {
  return async (writer: RepairWriter): Promise<void> => {
    for (const { at, data } of fields) await writer.patch(at, data);
  };
}
