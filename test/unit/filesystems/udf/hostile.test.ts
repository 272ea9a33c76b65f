import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { openUdf } from "../../../../src/filesystems/udf/index.ts";
import { walk } from "../../../../src/filesystems/walk.ts";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { noise } from "../../../support/sample-tree.ts";
import { SCATTERED_METADATA, seal, writeUdfImage } from "../../../support/udf-image.ts";

const BLOCK = 512;
/** The test writer's partition, and in it: file set, root, the root's entries, and what the root holds in order. */
const PARTITION = 272;
const ROOT_ENTRY = 1;

function makeImage(metadata = false): Buffer {
  return writeUdfImage({
    blockBytes: BLOCK,
    revision: metadata ? 0x250 : 0x102,
    label: "HOSTILE",
    ...(metadata ? { metadata: SCATTERED_METADATA } : {}),
    root: {
      kind: "directory",
      embedded: true,
      children: {
        sub: {
          kind: "directory",
          children: {
            inner: { kind: "directory", embedded: true, children: {} },
            file: { kind: "file", data: noise(9000), allocation: "short" },
          },
        },
        continued: { kind: "file", data: noise(9 * BLOCK), allocation: "continued" },
        link: { kind: "link", target: "sub/file" },
        tiny: { kind: "file", data: noise(30), allocation: "embedded" },
      },
    },
  });
}

async function readAll(range: MemoryRange): Promise<void> {
  const volume = await openUdf(range);
  for await (const entry of walk(volume, { maxEntries: 2000 })) {
    if (entry.kind === "file") {
      await volume.extents(entry.path);
      const content = await volume.open(entry.path);
      await content.read(0, Buffer.alloc(Math.min(content.size, 4096)));
    } else if (entry.kind === "other") {
      await volume.readLink(entry.path);
      await volume.find(entry.path);
    }
  }
}

/** Calls `change` on the descriptor at a block of the partition, and makes its tag right again. */
function patch(image: Buffer, block: number, change: (descriptor: Buffer) => void): void {
  const at = (PARTITION + block) * BLOCK;
  const id = image.readUInt16LE(at);
  const length = 16 + image.readUInt16LE(at + 10);
  const location = image.readUInt32LE(at + 12);
  const descriptor = image.subarray(at, at + length);
  change(descriptor);
  seal(id, descriptor, location);
}

/** Block of the file entry whose name the root's embedded entries give. */
function entryBlock(image: Buffer, name: string): number {
  const root = (PARTITION + ROOT_ENTRY) * BLOCK;
  const nameAt = image.indexOf(Buffer.from(`\x08${name}`, "latin1"), root);
  return image.readUInt32LE(nameAt - 38 + 24);
}

test("a directory that holds its ancestor is an error, not a journey", async () => {
  const image = makeImage();
  // The inner directory's identifier in `sub` leads back to the root.
  const sub = entryBlock(image, "sub");
  const content = image.readUInt32LE((PARTITION + sub) * BLOCK + 176 + 4);
  const at = (PARTITION + content) * BLOCK;
  const fid = image.subarray(at + 40, at + 40 + ((38 + 6 + 3) & ~3));
  fid.writeUInt32LE(ROOT_ENTRY, 24);
  seal(257, fid, content);
  await expect(readAll(new MemoryRange(image))).rejects.toMatchObject({ code: "directory-loop" });
});

test("allocation descriptors that run in a circle", async () => {
  const image = makeImage();
  const entry = entryBlock(image, "continued");
  const table = (PARTITION + entry) * BLOCK + 176;
  const next = image.readUInt32LE(table + 2 * 16 + 4);
  patch(image, next, (extent) => {
    // The extent's own first descriptor says: go on here.
    extent.writeUInt32LE(BLOCK + 3 * 2 ** 30, 24);
    extent.writeUInt32LE(next, 28);
  });
  await expect(readAll(new MemoryRange(image))).rejects.toMatchObject({ code: "allocation-loop" });
});

test.each([
  ["a huge directory", "sub", 56, 0xffff_ffff, "udf-damaged"],
  ["allocation descriptors beyond the block", "continued", 172, 0xffff_fff0, "udf-damaged"],
  ["extended attributes beyond the block", "tiny", 168, 4000, "udf-damaged"],
  ["an unknown strategy", "tiny", 20, 4096 << 16, "unsupported-allocation"],
  ["a file longer than its extents", "continued", 56, 1 << 30, "udf-damaged"],
] as const)("%s", async (_, name, offset, value, code) => {
  const image = makeImage();
  patch(image, entryBlock(image, name), (entry) => entry.writeUInt32LE(value >>> 0, offset));
  await expect(readAll(new MemoryRange(image))).rejects.toMatchObject({ code });
});

test("a huge directory with extents to match is refused before it is read", async () => {
  const image = makeImage();
  patch(image, entryBlock(image, "sub"), (entry) => {
    entry.writeUInt32LE(0x3000_0000, 56);
    // One hole of all that length.
    entry.writeUInt32LE(0x3000_0000 + 2 * 2 ** 30, 176);
  });
  await expect(readAll(new MemoryRange(image))).rejects.toMatchObject({
    code: "directory-too-large",
  });
});

test("extents outside the partition and outside the image", async () => {
  const image = makeImage();
  const sub = entryBlock(image, "sub");
  patch(image, sub, (entry) => entry.writeUInt32LE(0x00ff_ffff, 180));
  await expect(readAll(new MemoryRange(image))).rejects.toMatchObject({
    code: "outside-partition",
  });
  // What is cut off is the content of the largest file.
  const whole = makeImage();
  const extents = await (await openUdf(new MemoryRange(whole))).extents("/continued");
  const last = extents?.at(-1);
  const cut = new MemoryRange(whole.subarray(0, (last?.start ?? 0) + 1));
  const volume = await openUdf(cut);
  await expect(volume.extents("/continued")).rejects.toMatchObject({ code: "truncated-volume" });
  const short = makeImage().subarray(0, (PARTITION + 502) * BLOCK);
  await expect(readAll(new MemoryRange(short))).rejects.toMatchObject({ code: "truncated-volume" });
});

test("a wrong checksum is not overlooked", async () => {
  const image = makeImage();
  const at = (PARTITION + entryBlock(image, "tiny")) * BLOCK + 180;
  image.writeUInt8(image.readUInt8(at) ^ 1, at);
  await expect(readAll(new MemoryRange(image))).rejects.toMatchObject({ code: "udf-damaged" });
});

/** Makes every tag right again, for damage behind it. */
function repairTags(image: Buffer): void {
  for (let at = 90 * BLOCK; at < (PARTITION + 480) * BLOCK; at += BLOCK) {
    const id = image.readUInt16LE(at);
    const length = 16 + image.readUInt16LE(at + 10);
    const isKnown = (id > 0 && id < 10) || (id >= 256 && id <= 266 && id !== 257);
    if (!isKnown || length > BLOCK) continue;
    seal(id, image.subarray(at, at + length), image.readUInt32LE(at + 12));
  }
}

test.each([
  ["plain", false],
  ["with a metadata partition", true],
] as const)("random damage, %s, is refused or survived", async (_, metadata) => {
  const image = makeImage(metadata);
  const areas = [
    { start: 96 * BLOCK, length: 512 },
    { start: 97 * BLOCK, length: 512 },
    { start: 98 * BLOCK, length: 512 },
    { start: PARTITION * BLOCK, length: 14 * BLOCK },
    ...Array.from({ length: 50 }, (_, index) => ({
      start: (PARTITION + index) * BLOCK,
      length: 400,
    })),
  ];
  const iterations = fuzzRounds(250);
  const refused = await mutate(image, { areas, iterations, seed: 3, repair: repairTags }, readAll);
  expect(refused).toBeGreaterThan(0);
  await mutate(image, { areas, iterations: iterations / 4, seed: 4 }, readAll);
});

test("any bytes at all end in a clear error", async () => {
  for (let seed = 1; seed < 20; seed++) {
    const image = Buffer.concat([Buffer.alloc(64 << 10), noise(100_000 + seed)]);
    await expect(readAll(new MemoryRange(image))).rejects.toBeInstanceOf(LifeboatError);
  }
});
