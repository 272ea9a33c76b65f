/** Saves what starts a disk to a file: read once, compressed on the way, a MiB at a time. */
import { createHash } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { rangeOfExtents } from "../../block/concatenation.ts";
import { SliceRange } from "../../block/slice.ts";
import { usedExtents } from "../../filesystems/fat32/index.ts";
import { LifeboatError } from "../../system/errors.ts";
import { stateFolder } from "../../system/places.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import type { BackupHeader, BackupSection } from "./header.ts";
import { Head, encodeHeader } from "./header.ts";
import { say } from "./messages.ts";
import type { BootPlace } from "./places.ts";
import { findBootPlaces } from "./places.ts";

export interface SaveOptions {
  /** lifeboat's version, for the file. */
  readonly version: string;
  readonly now: Date;
  /** Bytes of the disk of which everything is saved, used or not, as far as they lie in an EFI system partition: what will be overwritten. */
  readonly whole?: readonly Extent[];
}

export interface SavedBoot {
  readonly file: string;
  readonly fileBytes: number;
  readonly header: BackupHeader;
}

const CHUNK_BYTES = MIB;

/** Where a target's boot stage is saved unless the user says: beside an image, in the user's own folder for a device. */
export function backupPathFor(target: string, kind: "image" | "device", now: Date): string {
  const stamp = now.toISOString().replaceAll(/[:.]/g, "-");
  return kind === "image"
    ? `${target}.${stamp}.lifeboat-boot`
    : join(
        stateFolder(),
        "boot-backups",
        `${target.replaceAll(/[^\w]+/g, "_")}-${stamp}.lifeboat-boot`,
      );
}

/**
 * Reads the boot stage of `disk` into a new file, which gets its name when it is whole.
 * @param path of the disk, for messages.
 * @throws LifeboatError `no-table`, `backup-exists`, `backup-failed`; what reading throws.
 */
export async function saveBoot(
  disk: ByteRange,
  path: string,
  file: string,
  options: SaveOptions,
  job: JobContext,
): Promise<SavedBoot> {
  const { scheme, diskId, sizeBytes, sectorSize, places } = await findBootPlaces(disk, path);
  const parts: { place: BootPlace; extents: Extent[] }[] = [];
  const { whole = [] } = options;
  for (const place of places) parts.push({ place, extents: await extentsOf(disk, place, whole) });
  if ((await stat(file).catch(() => undefined)) !== undefined) {
    throw new LifeboatError("backup-exists", say.outputExists(file), {
      kind: "usage",
      hint: say.outputExistsHint(),
    });
  }
  const totalBytes = parts
    .flatMap(({ extents }) => extents)
    .reduce((sum, { length }) => sum + length, 0);
  let doneBytes = 0;
  const progress = (bytes: number) => {
    doneBytes += bytes;
    job.report({ kind: "bytes", text: say.saving(), doneBytes, totalBytes });
  };
  const half = join(dirname(file), `.${basename(file)}.lifeboat-new`);
  const handle = await openNew(half, file);
  try {
    const sections: BackupSection[] = [];
    let offset = Head.size;
    for (const { place, extents } of parts) {
      const written = await writeSection(disk, extents, handle, offset, progress, job);
      const { kind, partition } = place;
      sections.push({
        kind,
        ...(partition === undefined ? {} : { partition }),
        extents: extents.map(({ start, length }) => [start, length]),
        offset,
        ...written,
      });
      offset += written.storedBytes;
    }
    const header: BackupHeader = {
      lifeboat: options.version,
      created: options.now.toISOString(),
      disk: { scheme, id: diskId, sizeBytes, sectorSize: sectorSize as 512 },
      sections,
    };
    const { head, json } = encodeHeader(header, offset);
    await writeAt(handle, json, offset);
    await writeAt(handle, head, 0);
    await handle.sync();
    await handle.close();
    await rename(half, file);
    await syncFolder(dirname(file));
    return { file, fileBytes: offset + json.length, header };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(half, { force: true });
    if (error instanceof LifeboatError) throw error;
    throw failed(file, error);
  }
}

/** Of an ESP what is in use, in whole sectors of the disk; of everything else, and of Ventoy's partition, all. */
async function extentsOf(
  disk: ByteRange,
  place: BootPlace,
  whole: readonly Extent[],
): Promise<Extent[]> {
  const { start, length } = place;
  if (place.kind !== "esp" || place.whole === true) return [{ start, length }];
  const inside = whole.flatMap((one) => {
    const from = Math.max(0, one.start - start);
    const to = Math.min(length, one.start + one.length - start);
    return to > from ? [{ start: from, length: to - from }] : [];
  });
  const used = [...(await usedExtents(new SliceRange(disk, start, length))), ...inside];
  used.sort((a, b) => a.start - b.start);
  const { sectorSize } = disk;
  const extents: { start: number; length: number }[] = [];
  for (const one of used) {
    const from = Math.floor(one.start / sectorSize) * sectorSize;
    const to = Math.min(length, Math.ceil((one.start + one.length) / sectorSize) * sectorSize);
    const last = extents.at(-1);
    if (last !== undefined && start + from <= last.start + last.length) {
      last.length = Math.max(last.length, start + to - last.start);
    } else extents.push({ start: start + from, length: to - from });
  }
  return extents;
}

async function writeSection(
  disk: ByteRange,
  extents: readonly Extent[],
  handle: FileHandle,
  offset: number,
  progress: (bytes: number) => void,
  job: JobContext,
): Promise<Pick<BackupSection, "sha256" | "storedBytes">> {
  const hash = createHash("sha256");
  const content = rangeOfExtents(disk, extents);
  async function* chunks() {
    for (let at = 0; at < content.size; at += CHUNK_BYTES) {
      job.signal.throwIfAborted();
      const chunk = await readBytes(content, at, Math.min(CHUNK_BYTES, content.size - at));
      hash.update(chunk);
      progress(chunk.length);
      yield chunk;
    }
  }
  let storedBytes = 0;
  await pipeline(Readable.from(chunks()), createGzip(), async (packed: AsyncIterable<Buffer>) => {
    for await (const piece of packed) {
      await writeAt(handle, piece, offset + storedBytes);
      storedBytes += piece.length;
    }
  });
  return { sha256: hash.digest("hex"), storedBytes };
}

/** The name, too, is to outlast a power cut. Windows has no such thing as a folder that can be flushed. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

async function writeAt(handle: FileHandle, data: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < data.length;) {
    const { bytesWritten } = await handle.write(data, done, data.length - done, offset + done);
    done += bytesWritten;
  }
}

async function openNew(half: string, file: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await rm(half, { force: true });
    // It holds what a stranger could learn from: only its owner reads it.
    return await open(half, "wx", 0o600);
  } catch (error) {
    throw failed(file, error);
  }
}

function failed(file: string, cause: unknown): LifeboatError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LifeboatError("backup-failed", say.outputFailed(file, reason), { cause });
}
