/** What every file system's reader is asked for, and what must be true of its answers. */
import assert from "node:assert/strict";
import type { ByteRange, Extent } from "../../../src/block/byte-range.ts";
import type { ReadableVolume, VolumeEntry } from "../../../src/filesystems/volume.ts";
import { walk } from "../../../src/filesystems/walk.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { Understood } from "../reader.ts";

const MOST_ENTRIES = 200;
/** Spread over the tree, others in each input: the readers look a path up from the root each time. Of a seed, all are. */
const MOST_LOOKED_AT = 6;
const MOST_READ = 4096;

/** Remembers whether anything was refused. */
export class Tolerance {
  #refused = false;

  get understood(): Understood {
    return this.#refused ? "part" : "whole";
  }

  /** @returns undefined where it was refused in lifeboat's words. */
  async try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      this.#refused = true;
      return undefined;
    }
  }
}

type Linked = ReadableVolume & { readLink?(path: string): Promise<string | undefined> };

/** Walks the tree, and looks at some entries in all ways there are. @param number that of the input. */
export async function readWholeVolume(
  volume: Linked,
  range: ByteRange,
  { number, tolerance = new Tolerance() }: { number: number; tolerance?: Tolerance },
): Promise<Understood> {
  const entries: VolumeEntry[] = [];
  await tolerance.try(async () => {
    for await (const entry of walk(volume, { maxEntries: MOST_ENTRIES, maxDepth: 16 })) {
      checkEntry(entry);
      entries.push(entry);
    }
  });
  const isSeed = number < 0;
  const step = isSeed ? 1 : Math.max(1, Math.ceil(entries.length / MOST_LOOKED_AT));
  for (let index = isSeed ? 0 : number % step; index < entries.length; index += step) {
    const path = entries[index]?.path ?? "/";
    // Not always the one that was listed: damage gives two of them the same name.
    const entry = await tolerance.try(async () => volume.find(path));
    if (entry?.kind === "file") await readFile(volume, entry, range, tolerance);
    if (entry?.kind === "other") await tolerance.try(async () => volume.readLink?.(path));
  }
  return tolerance.understood;
}

async function readFile(
  volume: Linked,
  { path, sizeBytes }: VolumeEntry,
  range: ByteRange,
  tolerance: Tolerance,
): Promise<void> {
  const extents = await tolerance.try(async () => volume.extents(path));
  if (extents !== undefined) checkExtents(path, extents, sizeBytes, range);
  const where = await tolerance.try(async () => volume.whereabouts?.(path));
  for (const { start, length } of where?.parts ?? []) {
    assert(start >= 0 && start + length <= range.size, `${path}: whereabouts outside`);
  }
  await tolerance.try(async () => {
    const content = await volume.open(path);
    assert(Number.isSafeInteger(content.size) && content.size >= 0, `${path}: size`);
    const piece = Buffer.alloc(Math.min(content.size, MOST_READ));
    await content.read(0, piece);
    await content.read(content.size - piece.length, piece);
  });
}

/** As `VolumeEntry` says. */
function checkEntry({ path, name, sizeBytes, modified }: VolumeEntry): void {
  assert(name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name), `name ${name}`);
  assert(path.startsWith("/") && path.endsWith(`/${name}`), `path ${path}`);
  assert(Number.isFinite(sizeBytes) && sizeBytes >= 0, `${path}: ${sizeBytes} bytes`);
  assert(modified === undefined || !Number.isNaN(modified.getTime()), `${path}: time`);
}

/** As `ReadableVolume.extents` says: inside the volume, and together exactly the file. */
function checkExtents(path: string, extents: Extent[], size: number, range: ByteRange): void {
  for (const { start, length } of extents) {
    assert(start >= 0 && length > 0 && start + length <= range.size, `${path}: extent outside`);
  }
  const sum = extents.reduce((total, { length }) => total + length, 0);
  assert.equal(sum, size, `${path}: extents`);
}
