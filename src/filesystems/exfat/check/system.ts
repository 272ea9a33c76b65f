/** What is the volume's own: root directory, allocation bitmap, up-case table, label, the FAT's first entries. */
import { readBytes } from "../../../block/byte-range.ts";
import { offsetOfCluster } from "../boot-sector.ts";
import {
  ALLOCATION_BITMAP,
  BitmapEntry,
  ENTRY_SIZE,
  IN_USE,
  LabelEntry,
  MAX_LABEL_UNITS,
  UPCASE_TABLE,
  UpcaseEntry,
  VOLUME_LABEL,
} from "../entries.ts";
import {
  compressUpcaseTable,
  expandUpcaseTable,
  MAX_UPCASE_TABLE_BYTES,
  recommendedUpcaseTable,
  upcaseChecksum,
} from "../upcase.ts";
import type { Bitmap } from "./bitmap.ts";
import { readFolder } from "./folders.ts";
import type { Folder, FolderContent } from "./folders.ts";
import { fix, say } from "./messages.ts";
import { parseDirectory } from "./sets.ts";
import { END_OF_CHAIN, STAGE } from "./survey.ts";
import type { Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

const MEDIA_ENTRY = 0xfffffff8;

export async function checkFatHead(survey: Survey): Promise<void> {
  for (const [index, value] of [MEDIA_ENTRY, END_OF_CHAIN].entries()) {
    if ((await survey.entry(index)) === value) continue;
    survey.report({
      id: index === 0 ? "fat-media" : "fat-reserved-entry",
      severity: "warning",
      where: `FAT[${index}]`,
      what: say.fatHead(),
      fix: fix.setFields(),
      stage: STAGE.system,
      mend: async (writer) => writer.setEntry(index, value),
    });
  }
}

export function checkRoot(survey: Survey, root: Folder | undefined): void {
  const end = root?.chain.end;
  if (root === undefined || end === "unreadable") {
    const what = say.noRoot(survey.geometry.rootCluster);
    const rest = { where: "/", what, fix: fix.saveAndRebuild() };
    survey.report({ id: "root-directory", severity: "error", ...rest });
    return;
  }
  if (end === "end") return;
  const { last } = root.chain;
  survey.report({
    id: "root-chain",
    severity: "error",
    where: "/",
    what: say.chain(root.chain),
    fix: fix.cutFolder(),
    mend: async (writer) => writer.setEntry(last, END_OF_CHAIN),
  });
}

/** The entries of the root that describe the volume. Their clusters are claimed before any file's. */
export async function checkSystemEntries(
  survey: Survey,
  root: Folder,
): Promise<Bitmap | undefined> {
  const content = await readFolder(survey, root);
  let bitmap: Bitmap | undefined;
  const seen = new Set<number>();
  for (const item of parseDirectory(content.bytes)) {
    if (item.kind !== "scrap") continue;
    const { type, slot } = item;
    if (![ALLOCATION_BITMAP, UPCASE_TABLE, VOLUME_LABEL].includes(type)) continue;
    if (seen.has(type)) {
      reportSecond(survey, content, slot, type);
      continue;
    }
    seen.add(type);
    if (type === ALLOCATION_BITMAP) bitmap = await checkBitmapEntry(survey, content, slot);
    else if (type === UPCASE_TABLE) await checkUpcase(survey, content, slot);
    else checkLabel(survey, content, slot);
  }
  const missing = [
    [ALLOCATION_BITMAP, "bitmap-entry", say.noBitmap()] as const,
    [UPCASE_TABLE, "upcase-table", say.noUpcase()] as const,
  ];
  for (const [type, id, what] of missing) {
    if (seen.has(type)) continue;
    // Its clusters belong to nobody now, and must not be given away.
    survey.complete = false;
    survey.report({ id, severity: "error", where: "/", what, fix: fix.saveAndRebuild() });
  }
  return bitmap;
}

/** TexFAT has two bitmaps; the check doesn't look at such volumes. */
function reportSecond(survey: Survey, content: FolderContent, slot: number, type: number): void {
  survey.report({
    id: "stray-entry",
    severity: "error",
    where: `/#${slot}`,
    what: say.strayEntry(type),
    fix: fix.removeEntry(),
    mend: async (writer) => writer.patch(content.offsetOf(slot), Buffer.from([type & ~IN_USE])),
  });
}

async function checkBitmapEntry(
  survey: Survey,
  { bytes, offsetOf }: FolderContent,
  slot: number,
): Promise<Bitmap | undefined> {
  const { clusterCount, clusterSize } = survey.geometry;
  const entry = BitmapEntry.decode(bytes, slot * ENTRY_SIZE);
  const length = Math.ceil(clusterCount / 8);
  const clusters = Math.ceil(length / clusterSize);
  if (!isFree(survey, entry.firstCluster, clusters)) {
    survey.complete = false;
    const what = say.badBitmap(entry.firstCluster);
    survey.report({
      id: "bitmap-entry",
      severity: "error",
      where: "/",
      what,
      fix: fix.saveAndRebuild(),
    });
    return undefined;
  }
  if (entry.dataLength !== BigInt(length) || entry.bitmapFlags !== 0) {
    const right = BitmapEntry.encode({ ...entry, bitmapFlags: 0, dataLength: BigInt(length) });
    survey.report({
      id: "bitmap-entry",
      severity: "error",
      where: "/",
      what: say.bitmapLength(entry.dataLength, length),
      fix: fix.setFields(),
      stage: STAGE.system,
      mend: async (writer) => writer.patch(offsetOf(slot), right),
    });
  }
  await checkRun(survey, entry.firstCluster, clusters, "bitmap-chain");
  return { start: offsetOfCluster(survey.geometry, entry.firstCluster), bytes: length };
}

/**
 * Inside the volume, and none of them the root directory's or the other table's: what is written there for the one would destroy
 * the other.
 */
function isFree(survey: Survey, first: number, count: number): boolean {
  if (!survey.isCluster(first) || !survey.isCluster(first + count - 1)) return false;
  for (let cluster = first; cluster < first + count; cluster++) {
    if (survey.claimed.has(cluster)) return false;
  }
  return true;
}

/** Every formatter puts bitmap and up-case table in one piece, and drivers read them so; the FAT must say the same. */
async function checkRun(survey: Survey, first: number, count: number, id: string): Promise<void> {
  const wrong: [number, number][] = [];
  survey.system.push({ first, count });
  for (let index = 0; index < count; index++) {
    const value = index === count - 1 ? END_OF_CHAIN : first + index + 1;
    if ((await survey.entry(first + index)) !== value) wrong.push([first + index, value]);
    survey.claimed.add(first + index);
  }
  if (wrong.length === 0) return;
  survey.report({
    id,
    severity: "error",
    where: `cluster ${first}`,
    what: say.systemChain(),
    fix: fix.writeChain(),
    stage: STAGE.system,
    mend: async (writer) => {
      for (const [cluster, value] of wrong) await writer.setEntry(cluster, value);
    },
  });
}

async function checkUpcase(
  survey: Survey,
  { bytes, offsetOf }: FolderContent,
  slot: number,
): Promise<void> {
  const { clusterSize } = survey.geometry;
  const entry = UpcaseEntry.decode(bytes, slot * ENTRY_SIZE);
  const own = compressUpcaseTable(recommendedUpcaseTable());
  const bytesSaid = Number(entry.dataLength);
  const isSize = bytesSaid > 0 && bytesSaid <= MAX_UPCASE_TABLE_BYTES && bytesSaid % 2 === 0;
  const length = isSize ? bytesSaid : own.length;
  const clusters = Math.ceil(length / clusterSize);
  const { firstCluster } = entry;
  if (!isFree(survey, firstCluster, clusters)) {
    survey.complete = false;
    const what = say.badUpcase(firstCluster);
    survey.report({
      id: "upcase-table",
      severity: "error",
      where: "/",
      what,
      fix: fix.saveAndRebuild(),
    });
    return;
  }
  await checkRun(survey, firstCluster, clusters, "upcase-chain");
  const start = offsetOfCluster(survey.geometry, firstCluster);
  const stored = await readBytes(survey.range, start, clusters * clusterSize);
  if (isSize && upcaseChecksum(stored.subarray(0, length)) === entry.tableChecksum) {
    survey.upcase = expandUpcaseTable(stored.subarray(0, length));
    return;
  }
  const isOwn = stored.subarray(0, own.length).equals(own);
  const fits = own.length <= clusters * clusterSize;
  const right = UpcaseEntry.encode({
    ...entry,
    tableChecksum: upcaseChecksum(own),
    dataLength: BigInt(own.length),
  });
  survey.report({
    id: "upcase-checksum",
    severity: "error",
    where: "/",
    what: say.upcaseChecksum(),
    fix: !fits ? fix.saveAndRebuild() : isOwn ? fix.setFields() : fix.writeUpcase(),
    stage: STAGE.system,
    ...(fits
      ? {
          mend: async (writer: RepairWriter) => {
            if (!isOwn) await writer.patch(start, own);
            await writer.flush();
            await writer.patch(offsetOf(slot), right);
          },
        }
      : {}),
  });
}

function checkLabel(survey: Survey, { bytes, offsetOf }: FolderContent, slot: number): void {
  const entry = LabelEntry.decode(bytes, slot * ENTRY_SIZE);
  if (entry.characterCount <= MAX_LABEL_UNITS) return;
  const text = entry.volumeLabel.toString("utf16le");
  const end = text.indexOf("\0");
  const characterCount = end < 0 ? MAX_LABEL_UNITS : end;
  survey.report({
    id: "label-length",
    severity: "warning",
    where: "/",
    what: say.labelLength(entry.characterCount),
    fix: fix.setFields(),
    stage: STAGE.system,
    mend: async (writer) =>
      writer.patch(offsetOf(slot), LabelEntry.encode({ ...entry, characterCount })),
  });
}
