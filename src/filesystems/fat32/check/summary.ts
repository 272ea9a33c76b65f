/** What sums a volume up: its FATs against each other, lost clusters, FSInfo, label, and the flags of a volume in use. */
import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { BPB_EXTENSION_OFFSET, EXTENDED_SIGNATURE, Fat32Bpb, NO_LABEL } from "../boot-sector.ts";
import { decodeFsInfo, encodeFsInfo, UNKNOWN } from "../fsinfo.ts";
import { FIRST_CLUSTER } from "../geometry.ts";
import type { FatGeometry } from "../geometry.ts";
import { decodeOem } from "../code-page.ts";
import { STATE_AT, STATE_FLAGS } from "./boot.ts";
import { BAD_CLUSTER, ENTRY_MASK, FREE } from "./fat-reader.ts";
import { fix, say } from "./messages.ts";
import { STAGE } from "./survey.ts";
import type { Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

const CHUNK_BYTES = 1 << 20;
/** "FAT: General Overview" 1.03, "FAT Data Structure": set is good. */
const CLEAN_SHUTDOWN = 0x08000000;
const NO_DISK_ERROR = 0x04000000;
const LABEL_AT = 71;
const LABEL_BYTES = 11;

/** Bytes of a FAT that hold entries, whole sectors. */
function usedFatBytes(geometry: FatGeometry): number {
  const { bytesPerSector, clusterCount } = geometry;
  return Math.ceil(((FIRST_CLUSTER + clusterCount) * 4) / bytesPerSector) * bytesPerSector;
}

/** Indexes of the FATs in use whose entries differ from the first one's. */
export async function differingFats(
  range: ByteRange,
  geometry: FatGeometry,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const [first = 0, ...others] = geometry.fatStarts;
  // Only entries that mean something: what lies behind the last one is nobody's.
  const used = (FIRST_CLUSTER + geometry.clusterCount) * 4;
  const differing: number[] = [];
  for (const [index, other] of others.entries()) {
    for (let at = 0; at < used; at += CHUNK_BYTES) {
      signal?.throwIfAborted();
      const length = Math.min(CHUNK_BYTES, usedFatBytes(geometry) - at);
      const one = (await readBytes(range, first + at, length)).subarray(0, used - at);
      const two = (await readBytes(range, other + at, length)).subarray(0, used - at);
      if (one.equals(two)) continue;
      differing.push(index + 1);
      break;
    }
  }
  return differing;
}

/** Makes all FATs equal to one of them. */
export async function copyFat(writer: RepairWriter, index: number): Promise<void> {
  const { geometry, range } = writer;
  const from = geometry.fatStarts[index] ?? 0;
  const used = usedFatBytes(geometry);
  for (const to of geometry.fatStarts) {
    if (to === from) continue;
    for (let at = 0; at < used; at += CHUNK_BYTES) {
      const chunk = await readBytes(range, from + at, Math.min(CHUNK_BYTES, used - at));
      await range.write(to + at, chunk);
    }
  }
}

/** The two entries of the FAT that are no cluster's, and the same flags in the boot sector. */
export async function checkFlags(survey: Survey, boot: Buffer, media: number): Promise<void> {
  const { fat } = survey;
  if ((await fat.entry(0)) !== (0x0fffff00 | media) >>> 0) {
    survey.report({
      id: "fat-media",
      severity: "warning",
      where: "FAT[0]",
      what: say.fatMedia(),
      fix: fix.setFields(),
      stage: STAGE.fats,
      mend: async (writer) => writer.setEntry(0, (0x0fffff00 | media) >>> 0),
    });
  }
  const flags = await fat.entry(1);
  const state = boot.readUInt8(STATE_AT);
  const isDirty = (flags & CLEAN_SHUTDOWN) === 0 || (state & 1) !== 0;
  const hasErrors = (flags & NO_DISK_ERROR) === 0 || (state & 2) !== 0;
  const rest = (flags | CLEAN_SHUTDOWN | NO_DISK_ERROR) !== ENTRY_MASK;
  const clear = async (writer: RepairWriter): Promise<void> => {
    await writer.setEntry(1, ENTRY_MASK);
    if ((state & STATE_FLAGS) !== 0)
      await writer.patch(STATE_AT, Buffer.from([state & ~STATE_FLAGS]));
  };
  const report = { severity: "warning" as const, where: "FAT[1]", stage: STAGE.flags, mend: clear };
  if (isDirty) {
    survey.report({ ...report, id: "dirty", what: say.dirty(), fix: fix.clearDirty() });
  }
  if (hasErrors) {
    survey.report({ ...report, id: "disk-errors", what: say.diskErrors(), fix: fix.clearErrors() });
  }
  if (rest) {
    survey.report({
      ...report,
      id: "fat-reserved-entry",
      what: say.fatReserved(),
      fix: fix.setFields(),
    });
  }
}

/** Clusters that the FAT calls used and no file has, and the counts in FSInfo. */
export async function checkAllocation(survey: Survey): Promise<void> {
  const { fat, claimed, geometry } = survey;
  let [free, lost, bad] = [0, 0, 0];
  for await (const { first, entries } of fat.all()) {
    survey.signal?.throwIfAborted();
    for (let index = 0; index < entries.length; index++) {
      const value = (entries[index] ?? 0) & ENTRY_MASK;
      if (value === FREE) free++;
      else if (value === BAD_CLUSTER) bad++;
      else if (!claimed.has(first + index)) lost++;
    }
  }
  if (bad > 0) {
    const report = { what: say.badClusters(bad), fix: fix.nothing() };
    survey.report({ id: "bad-clusters", severity: "info", where: "FAT", ...report });
  }
  if (lost > 0 && survey.complete) {
    survey.report({
      id: "lost-clusters",
      severity: "warning",
      where: "FAT",
      what: say.lostClusters(lost, lost * geometry.clusterBytes),
      fix: fix.freeLost(),
      stage: STAGE.lost,
      mend: async (writer) => freeLost(survey, writer),
    });
  }
  await checkFsInfo(survey, free);
}

/** Chunk by chunk, every FAT the same way. */
async function freeLost(survey: Survey, { geometry, range }: RepairWriter): Promise<void> {
  const used = usedFatBytes(geometry);
  const beyond = FIRST_CLUSTER + geometry.clusterCount;
  const { bytesPerSector } = geometry;
  for (const start of geometry.fatStarts) {
    for (let at = 0; at < used; at += CHUNK_BYTES) {
      survey.signal?.throwIfAborted();
      const chunk = await readBytes(range, start + at, Math.min(CHUNK_BYTES, used - at));
      const sectors = new Set<number>();
      for (let offset = 0; offset < chunk.length; offset += 4) {
        const raw = chunk.readUInt32LE(offset);
        const value = raw & ENTRY_MASK;
        if (value === FREE || value === BAD_CLUSTER) continue;
        const cluster = (at + offset) / 4;
        if (cluster < FIRST_CLUSTER || cluster >= beyond || survey.claimed.has(cluster)) continue;
        chunk.writeUInt32LE((raw & ~ENTRY_MASK) >>> 0, offset);
        sectors.add(Math.floor(offset / bytesPerSector));
      }
      // Those that changed and no others: a FAT has megabytes.
      for (const [first, count] of runsOf(sectors)) {
        const from = first * bytesPerSector;
        await range.write(start + at + from, chunk.subarray(from, from + count * bytesPerSector));
      }
    }
  }
}

/** Ascending numbers as runs of consecutive ones: the first of each, and how many. */
function runsOf(numbers: Iterable<number>): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === number) last[1]++;
    else runs.push([number, 1]);
  }
  return runs;
}

async function checkFsInfo(survey: Survey, free: number): Promise<void> {
  const { range, geometry } = survey;
  const at = geometry.fsInfoStart;
  if (at === undefined) return;
  const hints = decodeFsInfo(await readBytes(range, at, 512));
  const where = `${say.sector().en} ${at / geometry.bytesPerSector} (FSInfo)`;
  const beyond = FIRST_CLUSTER + geometry.clusterCount;
  const isPlace = (cluster: number): boolean => cluster >= FIRST_CLUSTER && cluster < beyond;
  const nextFree = hints !== undefined && isPlace(hints.nextFree) ? hints.nextFree : UNKNOWN;
  const report = {
    where,
    fix: fix.writeFsInfo(free),
    stage: STAGE.summary,
    mend: async (writer: RepairWriter) =>
      writer.patch(at, encodeFsInfo({ freeClusters: free, nextFree })),
  };
  if (hints === undefined) {
    survey.report({
      ...report,
      id: "fsinfo-signature",
      severity: "warning",
      what: say.fsInfoSignature(),
    });
    return;
  }
  if (hints.freeClusters === UNKNOWN) {
    survey.report({
      ...report,
      id: "free-count-unknown",
      severity: "info",
      what: say.freeUnknown(),
    });
  } else if (hints.freeClusters !== free) {
    const what = say.freeCount(hints.freeClusters, free);
    survey.report({ ...report, id: "free-count", severity: "warning", what });
  }
  if (!isPlace(hints.nextFree) && hints.nextFree !== UNKNOWN) {
    const what = say.nextFree(hints.nextFree);
    survey.report({ ...report, id: "next-free", severity: "warning", what });
  }
}

/** The label in the root directory against its copy in the boot sector: the former counts, as with Windows. */
export function checkLabel(survey: Survey, boot: Buffer, backupAt: number | undefined): void {
  const bpb = Fat32Bpb.decode(boot, BPB_EXTENSION_OFFSET);
  if (bpb.extendedSignature !== EXTENDED_SIGNATURE) return;
  const inBoot = boot.subarray(LABEL_AT, LABEL_AT + LABEL_BYTES);
  const { label } = survey;
  // It may be in what couldn't be looked at.
  if (label === undefined && !survey.complete) return;
  const legal = label === undefined ? undefined : legalLabel(label.stored);
  if (label !== undefined && legal !== undefined && !legal.equals(label.stored)) {
    survey.report({
      id: "illegal-label",
      severity: "warning",
      where: "/",
      what: say.illegalLabel(),
      fix: fix.rename(decodeOem(legal).trimEnd()),
      stage: STAGE.summary,
      mend: async (writer) => writer.patch(label.offset, legal),
    });
  }
  const wanted = legal ?? Buffer.from(NO_LABEL, "latin1");
  if (inBoot.equals(wanted)) return;
  survey.report({
    id: "label-differs",
    severity: "info",
    where: "/",
    what: say.labelDiffers(decodeOem(inBoot).trimEnd(), decodeOem(wanted).trimEnd()),
    fix: fix.copyLabel(),
    stage: STAGE.summary,
    mend: async (writer) => {
      await writer.patch(LABEL_AT, wanted);
      if (backupAt !== undefined) await writer.patch(backupAt + LABEL_AT, wanted);
    },
  });
}

/** With `_` for what a label can't have; a label of nothing but spaces becomes one. */
function legalLabel(stored: Buffer): Buffer {
  const legal = Buffer.from(stored);
  for (const [index, byte] of legal.entries()) {
    const isIllegal = byte < 0x20 || '"*+,./:;<=>?[\\]|'.includes(String.fromCharCode(byte));
    if (isIllegal && !(index === 0 && byte === 0x05)) legal[index] = 0x5f;
  }
  if (legal[0] === 0x20) legal[0] = 0x5f;
  return legal;
}
