import { expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { bootChecksum } from "../../../../src/filesystems/exfat/boot-sector.ts";
import { formatExfat, openExfat } from "../../../../src/filesystems/exfat/index.ts";
import type { WritableVolume } from "../../../../src/filesystems/volume.ts";
import { walk } from "../../../../src/filesystems/walk.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { FORMAT, MiB, NOW, pattern } from "./support.ts";

const ROUNDS = Number(process.env["LIFEBOAT_FUZZ"] ?? 200);

async function sample(): Promise<Buffer> {
  const medium = new MemoryRange(MiB);
  await formatExfat(medium, { ...FORMAT, clusterBytes: 1024 });
  const volume = await openExfat(medium);
  await volume.makeDirectory("/folder");
  await volume.makeDirectory("/folder/inner");
  for (let index = 0; index < 30; index++) {
    await volume.writeFile(`/folder/${index}${"x".repeat(index * 8)}`, pattern(index * 400, 1));
  }
  for (let index = 0; index < 30; index += 2) {
    await volume.remove(`/folder/${index}${"x".repeat(index * 8)}`);
  }
  await volume.writeFile("/in pieces", pattern(volume.freeBytes - 30_000, 2), NOW);
  return medium.bytes;
}

/** The checksums that would otherwise hide what is behind them. */
function mend(bytes: Buffer): void {
  for (const start of [0, 12 * 512]) {
    const sum = bootChecksum(bytes.subarray(start, start + 11 * 512));
    for (let at = start + 11 * 512; at < start + 12 * 512; at += 4) bytes.writeUInt32LE(sum, at);
  }
  for (let at = 24 * 512; at + 64 <= bytes.length; at += 32) {
    if (bytes[at] !== 0x85 || bytes[at + 32] !== 0xc0) continue;
    const set = bytes.subarray(at, at + 32 * ((bytes[at + 1] ?? 0) + 1));
    let sum = 0;
    for (const [index, byte] of set.entries()) {
      if (index !== 2 && index !== 3) sum = (((sum << 15) | (sum >>> 1)) + byte) & 0xffff;
    }
    set.writeUInt16LE(sum, 2);
  }
}

async function tolerant<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LifeboatError) return undefined;
    throw error;
  }
}

async function exercise(medium: MemoryRange): Promise<WritableVolume | undefined> {
  const volume = await tolerant(async () => openExfat(medium));
  if (volume === undefined) return undefined;
  const paths: string[] = [];
  await tolerant(async () => {
    for await (const entry of walk(volume, { maxEntries: 500, maxDepth: 8 }))
      paths.push(entry.path);
  });
  for (const path of paths.slice(0, 40)) {
    await tolerant(async () => {
      const file = await volume.open(path);
      await readBytes(file, 0, Math.min(file.size, 4096));
      await readBytes(file, Math.max(0, file.size - 100), Math.min(file.size, 100));
      await volume.extents(path);
    });
  }
  await tolerant(async () => volume.writeFile("/folder/new", pattern(9000, 3)));
  await tolerant(async () => volume.makeDirectory("/folder/inner/more"));
  for (const path of paths.slice(0, 20)) await tolerant(async () => volume.remove(path));
  await tolerant(async () => (await volume.reserve(volume.freeBytes)).commit("/rest", NOW));
  return volume;
}

test("bytes changed at random: errors in lifeboat's words, no hang, nothing else", async () => {
  const original = await sample();
  const heap = original.readUInt32LE(88) * 512;
  const root = heap + (original.readUInt32LE(96) - 2) * 1024;
  const areas: (readonly [number, number])[] = [
    [64, 50],
    [original.readUInt32LE(80) * 512, 4096],
    [heap, 8192],
    [root, 1024],
    [root + 1024, 16_384],
    [0, original.length],
  ];
  let opened = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = Buffer.from(original);
    const random = pattern(64, round);
    const [start, length] = areas[round % areas.length] ?? [0, bytes.length];
    for (let change = 0; change < 1 + (round % 7); change++) {
      const at = start + (random.readUInt32LE(change * 8) % length);
      bytes[at] =
        change % 2 === 0 ? (random[change * 8 + 5] ?? 0) : (bytes[at] ?? 0) ^ (1 << (round % 8));
    }
    if (round % 3 !== 0) mend(bytes);
    if ((await exercise(new MemoryRange(bytes))) !== undefined) opened++;
  }
  // Most must get past the boot sector, or nothing behind it was tried.
  expect(opened).toBeGreaterThan(ROUNDS / 2);
});

test("images cut off anywhere", async () => {
  const original = await sample();
  for (let size = 0; size < original.length; size += 40_007) {
    const medium = new MemoryRange(Buffer.from(original.subarray(0, size)));
    expect(await exercise(medium)).toBeUndefined();
  }
});
