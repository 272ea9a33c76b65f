import { mkdir, open, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { readFreeSpace } from "../../../../src/filesystems/ext4/free-space.ts";
import { openExt4 } from "../../../../src/filesystems/ext4/reader.ts";
import type { Ext4Reader } from "../../../../src/filesystems/ext4/reader.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import { makeImage, MIB, openForTest, pattern, readAll } from "./support.ts";

const RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 200);

async function source(): Promise<string> {
  const folder = join(await temporaryFolder(), "source");
  await mkdir(join(folder, "folder/deeper"), { recursive: true });
  await writeFile(join(folder, "folder/deeper/file"), pattern(300_000));
  await writeFile(join(folder, "small"), "small");
  await symlink("small", join(folder, "link"));
  for (let index = 0; index < 8; index++) await writeFile(join(folder, `folder/${index}`), "x");
  const sparse = await open(join(folder, "sparse"), "w");
  for (let piece = 0; piece < 200; piece++) await sparse.write("x", piece * 3000);
  await sparse.close();
  return folder;
}

/** Everything that the reader does, on everything that it finds; each failure must be lifeboat's own. */
async function readEverything(volume: Ext4Reader): Promise<void> {
  await guarded(async () => readFreeSpace(volume.metadata));
  const pending = ["/"];
  for (let visited = 0; visited < 60 && pending.length > 0; visited++) {
    const path = pending.pop() ?? "/";
    const entries = await guarded(async () => volume.list(path));
    for (const entry of (entries ?? []).slice(0, 30)) {
      if (entry.kind === "directory" && entry.path.length < 500) pending.push(entry.path);
      if (entry.kind !== "file") continue;
      const extents = await guarded(async () => volume.extents(entry.path));
      for (const { start, length } of extents ?? []) {
        expect(start + length).toBeLessThanOrEqual(volume.metadata.range.size);
      }
      await guarded(async () => {
        const file = await volume.open(entry.path);
        const piece = Buffer.alloc(Math.min(file.size, 65536));
        await file.read(0, piece);
        await file.read(file.size - piece.length, piece);
      });
    }
  }
}

async function guarded<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof LifeboatError) return undefined;
    throw error;
  }
}

test.each([
  ["ext2", ["-t", "ext2", "-b", "1024", "-g", "1024"]],
  ["ext4", ["-t", "ext4", "-b", "1024", "-O", "^has_journal", "-g", "1024"]],
  ["inline data", ["-t", "ext4", "-b", "1024", "-O", "inline_data,^has_journal", "-I", "256"]],
])(
  "flipped bytes end in LifeboatError or in an answer, in time: %s",
  async (_, args) => {
    const path = await makeImage(3 * MIB, args, await source());
    const image = await readAll(await openForTest(path));
    const size = image.length;
    // Where the numbers are: blocks that are neither empty nor file data.
    const blocks = Array.from({ length: size / 1024 }, (_, index) => index).filter((index) => {
      const block = image.subarray(index * 1024, (index + 1) * 1024);
      const zeroes = block.filter((byte) => byte === 0).length;
      return zeroes < 1024 && zeroes > 100;
    });
    const flip = fc.record({
      block: fc.oneof(fc.constantFrom(1, 2), fc.constantFrom(...blocks)),
      at: fc.nat(1023),
      value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 24 }), async (flips) => {
        const bytes = Buffer.from(image);
        for (const { block, at, value } of flips) bytes[block * 1024 + at] = value;
        const volume = await guarded(async () => openExt4(new MemoryRange(bytes)));
        if (volume !== undefined) await readEverything(volume);
      }),
      { numRuns: RUNS },
    );
  },
  60_000 + RUNS * 200,
);

test("loops and floods made on purpose are cut short", async () => {
  const path = await makeImage(3 * MIB, ["-t", "ext2", "-b", "1024"], await source());
  const image = await readAll(await openForTest(path));
  const volume = await openExt4(new MemoryRange(image));
  const { inode } = await volume.require("/folder/deeper/file");
  // Triple indirection whose every pointer leads to itself, and a file size to match.
  const at = image.indexOf(inode.block);
  const loop = image.subarray(MIB, MIB + 1024);
  for (let index = 0; index < 256; index++) loop.writeUInt32LE(1024, index * 4);
  for (let pointer = 0; pointer < 15; pointer++) image.writeUInt32LE(1024, at + pointer * 4);
  image.writeUInt32LE(0xffffffff, at - 40 + 4);
  image.writeUInt32LE(0xff, at - 40 + 108);
  const again = await openExt4(new MemoryRange(image));
  expect((await again.find("/folder/deeper/file"))?.sizeBytes).toBeGreaterThan(2 ** 39);
  await expect(again.extents("/folder/deeper/file")).rejects.toMatchObject({
    code: "ext4-damaged",
  });
});
