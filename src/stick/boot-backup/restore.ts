/**
 * Brings a saved boot stage back. The whole file is read and checked before the first write; only what differs is written; the
 * ESP first, then the gap, the tables, and the first sector last; then everything is read back. Nothing is written outside the
 * places of the plan, and none of those lies in another partition. The mark of an upgrade of Ventoy's that was cut short is
 * overwritten when all the rest is back: cut again, the stick still says what happened to it.
 */
import { createHash } from "node:crypto";
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { rangeOfExtents } from "../../block/concatenation.ts";
import { GuardedRange } from "../../block/guarded.ts";
import { OverlayRange } from "../../block/overlay.ts";
import { SliceRange } from "../../block/slice.ts";
import { readMbr } from "../../disks/mbr/read.ts";
import { recognise } from "../../filesystems/recognise.ts";
import { commandLine } from "../../system/command-line.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import { removalOf } from "../removal.ts";
import { MARK_BYTES, decodeMark } from "../ventoy/mark.ts";
import { EFI_BYTES } from "../ventoy/recognise.ts";
import type { BackupSection } from "./header.ts";
import { contentBytes, damaged } from "./header.ts";
import { say } from "./messages.ts";
import type { BootPlace, BootPlaces } from "./places.ts";
import { PLACE_KINDS, findBootPlaces } from "./places.ts";
import type { BootBackup } from "./read.ts";

export interface RestorePlan {
  readonly target: string;
  readonly file: string;
  readonly created: string;
  readonly lifeboat: string;
  /** Everything that may be written, and nothing else is. */
  readonly places: readonly BootPlace[];
  /** What tells that the disk isn't the one that the file was saved from; to be agreed to. */
  readonly differences: readonly Text[];
}

export interface RestoreOptions {
  /** `--other-disk`: the differences are known and meant. */
  readonly otherDisk: boolean;
}

/** Compared, and written where it differs, in pieces of this size. */
const PIECE_BYTES = 64 << 10;

/**
 * Looks at file and disk; writes nothing.
 * @throws LifeboatError `backup-damaged`; `other-disk`, `other-sector-size`, `target-too-small`, `in-partition`, `in-file-system`
 * (refused).
 */
export async function planRestore(
  backup: BootBackup,
  disk: ByteRange,
  target: string,
  options: RestoreOptions,
  job: JobContext,
): Promise<RestorePlan> {
  const { header, path: file } = backup;
  job.report({ kind: "step", text: say.checkingBackup() });
  await backup.check(job.signal);
  if (header.disk.sectorSize !== disk.sectorSize) {
    throw new LifeboatError(
      "other-sector-size",
      say.otherSectors(header.disk.sectorSize, disk.sectorSize),
      { kind: "refused" },
    );
  }
  if (header.disk.sizeBytes > disk.size) {
    throw new LifeboatError("target-too-small", say.tooSmallFor(header.disk.sizeBytes, disk.size), {
      kind: "refused",
    });
  }
  const { places } = await placesOfBackup(backup, disk);
  await refuseFileSystem(disk, target);
  const now = await findBootPlaces(disk, target).catch(undefinedWithoutTable);
  const differences = differencesOf(header.disk, now, disk.size);
  if (differences.length > 0 && !options.otherDisk) {
    throw new LifeboatError("other-disk", say.otherDisk(target, differences), {
      kind: "refused",
      hint: say.otherDiskHint(),
    });
  }
  for (const other of now?.others ?? []) {
    if (!places.some((place) => overlap(place, other))) continue;
    if (differences.length === 0 && (await wasVentoys(disk, places, other))) continue;
    throw new LifeboatError("in-partition", say.inPartition(other.partition), {
      kind: "refused",
      hint: say.inPartitionHint(),
    });
  }
  const { created, lifeboat } = header;
  return { target, file, created, lifeboat, places, differences };
}

/**
 * Whether a partition that nothing shows to be Ventoy's is the one that was saved: in a GPT it has the type of any other one, and what told
 * them apart may be what was lost. By the file it was Ventoy's, it has the same number, place and size, and nothing known lies in it.
 */
async function wasVentoys(
  disk: ByteRange,
  places: readonly BootPlace[],
  { partition, start, length }: BootPlaces["others"][number],
): Promise<boolean> {
  const isSame = (place: BootPlace) =>
    place.whole === true &&
    place.partition === partition &&
    place.start === start &&
    place.length === length;
  if (!places.some(isSame)) return false;
  return (await recognise(new SliceRange(disk, start, length))) === undefined;
}

/**
 * A file system without partitions, or a LUKS volume, has the whole disk, and the boot stage would be written into it. A backup GPT at
 * the end, which formatting leaves there, doesn't make partitions of it again.
 */
async function refuseFileSystem(disk: ByteRange, target: string): Promise<void> {
  const { table } = await readMbr(disk);
  if (table !== undefined && table.partitions.length > 0) return;
  const found = await recognise(disk);
  if (found === undefined) return;
  throw new LifeboatError("in-file-system", say.inFileSystem(target, found), {
    kind: "refused",
    hint: say.inFileSystemHint(target),
  });
}

/**
 * The places by the table that the file brings, as they would be on this disk; each of its sections lies in one of them.
 * @throws LifeboatError `backup-damaged`: its sections don't fit its table.
 */
async function placesOfBackup(backup: BootBackup, disk: ByteRange): Promise<BootPlaces> {
  const { header, path } = backup;
  const after = new OverlayRange(disk);
  // Ventoy's partition is known by what is in it, in a GPT: what is on the disk now may not be.
  const ventoys = header.sections.find(
    ({ kind, extents: [only, ...more] }) =>
      kind === "esp" && more.length === 0 && only?.[1] === EFI_BYTES,
  );
  for (const section of header.sections) {
    if ((section.kind === "esp" && section !== ventoys) || section.kind === "gap") continue;
    // Tables: small, whatever the header says.
    if (section !== ventoys && contentBytes(section) > MIB) throw damaged(path, section.kind);
    await eachPiece(backup, section, async (at, piece) => after.write(at, piece));
  }
  const found = await findBootPlaces(after, path).catch((error: unknown) => {
    if (error instanceof LifeboatError && error.code === "no-table") throw damaged(path, "table");
    throw error;
  });
  if (found.diskId !== header.disk.id || found.scheme !== header.disk.scheme) {
    throw damaged(path, "disk");
  }
  for (const { kind, extents } of header.sections) {
    const inside = extents.every(([start, length]) =>
      found.places.some(
        (place) =>
          place.kind === kind &&
          start >= place.start &&
          start + length <= place.start + place.length,
      ),
    );
    if (inside) continue;
    throw new LifeboatError("backup-damaged", say.outsidePlace(path, kind), { kind: "damaged" });
  }
  return found;
}

/**
 * Carries the plan out.
 * @param beforeReadBack drops the medium's cache.
 * @returns bytes that differed and were written.
 * @throws LifeboatError `read-back-mismatch`, `device-gone`; what writing throws. Whatever is written by then is part of the saved stage.
 */
export async function restoreBoot(
  plan: RestorePlan,
  backup: BootBackup,
  disk: ByteRange,
  beforeReadBack: () => Promise<void>,
  job: JobContext,
): Promise<number> {
  const guarded = new GuardedRange(disk, plan.places, plan.target);
  const sections = backup.header.sections.toSorted(
    (a, b) => PLACE_KINDS.indexOf(a.kind) - PLACE_KINDS.indexOf(b.kind),
  );
  const totalBytes = sections.reduce((sum, section) => sum + contentBytes(section), 0);
  let doneBytes = 0;
  let written = 0;
  const last: { readonly at: number; readonly data: Buffer }[] = [];
  try {
    const marked = await markedSectors(sections, disk);
    for (const section of sections) {
      await eachPiece(backup, section, async (at, piece) => {
        job.signal.throwIfAborted();
        doneBytes += piece.length;
        job.report({ kind: "bytes", text: say.restoring(), doneBytes, totalBytes });
        if ((await readBytes(guarded, at, piece.length)).equals(piece)) return;
        // Of one that fails, a part may be there.
        written += piece.length;
        const held = marked.has(at) ? MARK_BYTES : 0;
        if (held > 0) last.push({ at, data: piece.subarray(0, held) });
        if (piece.length > held) await guarded.write(at + held, piece.subarray(held));
      });
      await guarded.flush();
    }
    for (const { at, data } of last) await guarded.write(at, data);
    if (last.length > 0) await guarded.flush();
    await beforeReadBack();
    for (const section of sections) await readBack(section, disk);
  } catch (error) {
    throw withState(error, plan, written > 0);
  }
  return written;
}

/** Where sections of ESPs begin at the mark of an upgrade under way, in bytes of the disk. */
async function markedSectors(sections: readonly BackupSection[], disk: ByteRange) {
  const starts = sections.flatMap(({ kind, extents }) =>
    kind === "esp" ? extents.slice(0, 1).map(([start]) => start) : [],
  );
  const marked = new Set<number>();
  for (const start of starts) {
    if (decodeMark(await readBytes(disk, start, MARK_BYTES)) !== undefined) marked.add(start);
  }
  return marked;
}

/** Where the stick was pulled out: what is on it now. */
function withState(error: unknown, { target, file }: RestorePlan, touched: boolean): unknown {
  const removal = removalOf(error);
  if (removal === undefined) return error;
  const text = touched ? say.goneWhileRestored(removal.text) : say.goneUntouched(removal.text);
  const command = commandLine(["lifeboat", "restore-boot", target, file]);
  const hint = say.goneHint(command);
  return new LifeboatError(removal.code, text, { hint, cause: error });
}

async function readBack(section: BackupSection, disk: ByteRange): Promise<void> {
  const content = rangeOfExtents(disk, extentsOf(section));
  const hash = createHash("sha256");
  for (let at = 0; at < content.size; at += MIB) {
    hash.update(await readBytes(content, at, Math.min(MIB, content.size - at)));
  }
  if (hash.digest("hex") === section.sha256) return;
  throw new LifeboatError("read-back-mismatch", say.restoredWrong(section.kind), {
    kind: "damaged",
    hint: say.restoredWrongHint(),
  });
}

/** The section's content in pieces that lie in one extent each, with their place on the disk. */
async function eachPiece(
  backup: BootBackup,
  section: BackupSection,
  each: (offset: number, piece: Buffer) => Promise<void>,
): Promise<void> {
  const extents = section.extents.values();
  let [start, left] = extents.next().value ?? [0, 0];
  const pending = Buffer.alloc(PIECE_BYTES);
  let held = 0;
  const flush = async () => {
    if (held === 0) return;
    await each(start, Buffer.from(pending.subarray(0, held)));
    start += held;
    left -= held;
    held = 0;
    if (left === 0) [start, left] = extents.next().value ?? [0, 0];
  };
  await backup.read(section, async (bytes) => {
    for (let at = 0; at < bytes.length;) {
      const take = Math.min(bytes.length - at, PIECE_BYTES - held, left - held);
      bytes.copy(pending, held, at, at + take);
      held += take;
      at += take;
      if (held === PIECE_BYTES || held === left) await flush();
    }
  });
}

function extentsOf({ extents }: BackupSection): Extent[] {
  return extents.map(([start, length]) => ({ start, length }));
}

function overlap(a: Extent, b: Extent): boolean {
  return a.start < b.start + b.length && b.start < a.start + a.length;
}

function differencesOf(
  saved: { readonly id: string; readonly sizeBytes: number },
  now: BootPlaces | undefined,
  size: number,
): Text[] {
  const differences: Text[] = [];
  if (saved.sizeBytes !== size) differences.push(say.otherSize(saved.sizeBytes, size));
  if (now === undefined) differences.push(say.noTableNow());
  else if (now.diskId !== saved.id) differences.push(say.otherId(saved.id, now.diskId));
  return differences;
}

function undefinedWithoutTable(error: unknown): undefined {
  if (error instanceof LifeboatError && error.code === "no-table") return undefined;
  throw error;
}
