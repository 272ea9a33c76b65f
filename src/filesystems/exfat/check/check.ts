/**
 * Checks an exFAT volume's structures, and mends them: what fsck.exfat finds and more, over a byte range and in bounded memory (a bit
 * a cluster, 8 MiB of the FAT, one directory at a time).
 *
 * Repairs cut files where their chains are damaged, and free clusters that no file has: they are nearly always what an interrupted
 * write left behind, and have no names. An entry set with a wrong checksum is kept where the rest of it is sane, which
 * fsck.exfat would delete.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { asCheck, FindingList, repairInRounds } from "../../check.ts";
import type { CheckOptions, FileSystemCheck, FileSystemRepair, Round } from "../../check.ts";
import { checkBitmap } from "./bitmap.ts";
import type { Bitmap } from "./bitmap.ts";
import { checkBoot, checkFlags } from "./boot.ts";
import { checkFolder, PASSES } from "./folder-check.ts";
import { findFolders } from "./folders.ts";
import { fix, say } from "./messages.ts";
import { checkFatHead, checkRoot, checkSystemEntries } from "./system.ts";

import { STAGE, Survey } from "./survey.ts";
import { RepairWriter } from "./writer.ts";

/** 32 MiB of bits: 8 TiB in clusters of 32 KiB, and far more than any formatter makes. */
const MOST_CLUSTERS = 1 << 28;

/**
 * Reads all metadata of the exFAT volume that fills `range`. Nothing is written.
 * @throws LifeboatError `not-exfat`, `exfat-boot-sector`, `exfat-revision` where neither boot region can be read,
 * `exfat-not-checked` for TexFAT and for more than 268,435,456 clusters; what reading throws outside directories.
 */
export async function checkExfat(
  range: ByteRange,
  options: CheckOptions = {},
): Promise<FileSystemCheck> {
  return asCheck(await lookAt(range, options.signal));
}

/**
 * Checks the volume and mends what can be mended; only what a finding says is written. Stopped at any moment, by a power cut
 * or by the signal, it leaves a volume that another repair completes.
 * @throws LifeboatError as `checkExfat`; `read-only`, `write-failed`.
 */
export async function repairExfat(
  range: ByteRange,
  options: CheckOptions = {},
): Promise<FileSystemRepair> {
  return repairInRounds(async () => lookAt(range, options.signal));
}

async function lookAt(
  range: ByteRange,
  signal: AbortSignal | undefined,
): Promise<Round<RepairWriter>> {
  const list = new FindingList<RepairWriter>();
  const boot = await checkBoot(range, list);
  const { geometry } = boot;
  if (geometry.numberOfFats !== 1 || geometry.clusterCount > MOST_CLUSTERS) {
    throw new LifeboatError("exfat-not-checked", say.notChecked(), { kind: "refused" });
  }
  const survey = new Survey(range, geometry, signal);
  await checkFatHead(survey);
  let bitmap: Bitmap | undefined;
  const folders = await findFolders(survey, async (root) => {
    bitmap = await checkSystemEntries(survey, root);
  });
  const [root] = folders;
  checkRoot(survey, root);
  let percent: number | undefined;
  if (root !== undefined) {
    for (const pass of PASSES) {
      for (const folder of folders) await checkFolder(survey, folder, pass);
    }
    if (survey.disputedBy !== undefined) return disputed(survey, list);
    if (bitmap !== undefined) percent = await checkBitmap(survey, bitmap);
  }
  checkFlags(boot, percent, survey.list);
  list.addAll(survey.list);
  const { files, directories } = survey;
  return { list, files, directories, writer: new RepairWriter(range, geometry) };
}

/**
 * Entries of bitmap and up-case table have no checksum, those of files do: one that leads into a file is wrong, and where the bitmap
 * really lies nobody knows. A repair would write it over the file.
 */
function disputed(
  { range, geometry, disputedBy = "", files, directories }: Survey,
  list: FindingList<RepairWriter>,
): Round<RepairWriter> {
  list.add({
    id: "system-cross-linked",
    severity: "error",
    where: disputedBy,
    what: say.systemInFile(),
    fix: fix.saveAndRebuild(),
    stage: STAGE.system,
    mend: undefined,
  });
  return { list, files, directories, writer: new RepairWriter(range, geometry) };
}
