/** Bytes changed at random over valid images: every outcome is a tree or a LifeboatError, and soon. */
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { openFat, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import type { ReadableVolume } from "../../../../src/filesystems/volume.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { contents, openImage, patterned, wholeOf } from "./support.ts";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";

const ROUNDS = Number(process.env["LIFEBOAT_FUZZ"] ?? 250);
const MOST_READ = 1 << 20;
const VALUES = [0x00, 0x01, 0x02, 0x05, 0x0f, 0x10, 0x41, 0x7f, 0x80, 0xe5, 0xf7, 0xf8, 0xff];

/** An image with a few directories, and the areas where its structures lie. */
async function sample(bits: number, kib: number) {
  const folder = await temporaryFolder();
  const image = join(folder, "image");
  await judge("mkfs.fat", ["-C", "-F", `${bits}`, "-s", "1", "-n", "FUZZ", image, `${kib}`]);
  await judge("mmd", ["-i", image, "::/a", "::/a/b b b b b b b b", "::/a/b b b b b b b b/c"]);
  const file = join(folder, "file");
  await writeFile(file, patterned(5000));
  for (const path of ["one", "a/a long name of a file.txt", "a/b b b b b b b b/c/UPPER.TXT"]) {
    await judge("mcopy", ["-i", image, file, `::/${path}`]);
  }
  const bytes = await wholeOf(await openImage(image));
  const fat = bytes.readUInt16LE(14) * 512;
  const perFat = bytes.readUInt16LE(22) || bytes.readUInt32LE(36);
  const directories = fat + 2 * perFat * 512;
  const areas = [
    { start: 0, length: 90 },
    { start: fat, length: 256 },
    { start: directories, length: bits === 32 ? 512 * 12 : 512 * 48 },
  ];
  return { range: new MemoryRange(bytes), areas };
}

async function readAll(volume: ReadableVolume, path: string, depth: number): Promise<void> {
  for (const entry of (await volume.list(path)).slice(0, 50)) {
    if (entry.kind === "directory" && depth > 0)
      await tolerate(readAll(volume, entry.path, depth - 1));
    if (entry.kind === "file") {
      await tolerate(volume.extents(entry.path));
      if (entry.sizeBytes <= MOST_READ) await tolerate(contents(volume, entry.path));
    }
  }
}

/** LifeboatErrors are answers. */
async function tolerate(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
  }
}

async function readEverything(range: MemoryRange): Promise<void> {
  await readAll(await openFat(range), "/", 6);
}

async function writeSomething(range: MemoryRange): Promise<void> {
  const volume = await openFat32(range);
  await tolerate(volume.writeFile("/one", patterned(3000)));
  await tolerate(volume.writeFile("/a/another long name", patterned(3000)));
  await tolerate(volume.makeDirectory("/a/b b b b b b b b/new directory"));
  await tolerate(volume.remove("/a/a long name of a file.txt"));
  await tolerate(volume.remove("/a"));
}

/** A fixed sequence, so that a failure can be run again. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 4;
  }
}

test.each([
  [12, 1440],
  [16, 8192],
  [32, 34_816],
])("FAT%i", { timeout: 60_000 + ROUNDS * 50 }, async (bits, kib) => {
  const { range, areas } = await sample(bits, kib);
  const original = Buffer.from(range.bytes);
  await readEverything(range);
  const random = numbers(bits);
  const next = (below: number): number => random.next().value % below;
  for (let round = 0; round < ROUNDS; round++) {
    const changes: string[] = [];
    for (let left = 1 + next(4); left > 0; left--) {
      const area = areas[next(areas.length)] ?? { start: 0, length: 1 };
      const at = area.start + next(area.length);
      const value = VALUES[next(VALUES.length + 4)] ?? next(256);
      range.bytes[at] = value;
      changes.push(`${at}=${value}`);
    }
    const writes = bits === 32 && round % 4 === 0;
    try {
      await tolerate(readEverything(range));
      if (writes) await tolerate(writeSomething(range));
    } catch (error) {
      expect.fail(`${changes.join(" ")}: ${(error as Error).stack}`);
    }
    if (writes) original.copy(range.bytes);
    else
      for (const { start, length } of areas)
        original.copy(range.bytes, start, start, start + length);
  }
});
