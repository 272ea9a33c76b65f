/** Volumes as other writers make them: built byte by byte from the specification, not with our encoder. */
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { formatExfat, openExfat } from "../../../../src/filesystems/exfat/index.ts";
import { contentOf, FORMAT, MiB, NOW, pattern, tree } from "./support.ts";

const CLUSTER = 1024;

/** A volume of ours with the places that the tests change by hand. */
async function medium() {
  const range = new MemoryRange(MiB);
  await formatExfat(range, { ...FORMAT, clusterBytes: CLUSTER });
  const { bytes } = range;
  const fat = bytes.readUInt32LE(80) * 512;
  const heap = bytes.readUInt32LE(88) * 512;
  const root = bytes.readUInt32LE(96);
  const at = (cluster: number) => heap + (cluster - 2) * CLUSTER;
  const use = (...clusters: number[]) => {
    for (const cluster of clusters) {
      const bit = cluster - 2;
      const byte = heap + (bit >> 3);
      bytes[byte] = (bytes[byte] ?? 0) | (1 << (bit & 7));
    }
  };
  const link = (...chain: number[]) => {
    for (const [index, cluster] of chain.entries()) {
      bytes.writeUInt32LE(chain[index + 1] ?? 0xffffffff, fat + cluster * 4);
    }
  };
  const isUsed = (cluster: number) =>
    (((bytes[heap + ((cluster - 2) >> 3)] ?? 0) >> ((cluster - 2) & 7)) & 1) === 1;
  return { range, bytes, at, use, link, isUsed, root };
}

interface Foreign {
  readonly name: string;
  readonly attributes?: number;
  readonly flags?: number;
  readonly cluster?: number;
  readonly length?: number;
  readonly valid?: number;
  /** Entries behind the names. */
  readonly extra?: readonly Buffer[];
}

function foreignSet(file: Foreign): Buffer {
  const { name, attributes = 0x20, flags = 3, cluster = 0, length = 0, extra = [] } = file;
  const names = Math.ceil(name.length / 15);
  const set = Buffer.alloc((2 + names + extra.length) * 32);
  set.writeUInt8(0x85, 0);
  set.writeUInt8(set.length / 32 - 1, 1);
  set.writeUInt16LE(attributes, 4);
  set.writeUInt32LE(0x5d754000, 12);
  set.writeUInt8(0xc0, 32);
  set.writeUInt8(length === 0 ? 1 : flags, 33);
  set.writeUInt8(name.length, 35);
  set.writeBigUInt64LE(BigInt(file.valid ?? length), 40);
  set.writeUInt32LE(cluster, 52);
  set.writeBigUInt64LE(BigInt(length), 56);
  for (let index = 0; index < names; index++) {
    set.writeUInt8(0xc1, 64 + index * 32);
    set.write(name.slice(index * 15, index * 15 + 15), 66 + index * 32, "utf16le");
  }
  Buffer.concat(extra).copy(set, 64 + names * 32);
  let hash = 0;
  for (const byte of Buffer.from(name.toUpperCase(), "utf16le")) {
    hash = ((hash % 2) * 0x8000 + Math.floor(hash / 2) + byte) % 0x10000;
  }
  set.writeUInt16LE(hash, 36);
  let sum = 0;
  for (const [index, byte] of set.entries()) {
    if (index !== 2 && index !== 3)
      sum = ((sum % 2) * 0x8000 + Math.floor(sum / 2) + byte) % 0x10000;
  }
  set.writeUInt16LE(sum, 2);
  return set;
}

function entry(type: number, fill = 0): Buffer {
  const bytes = Buffer.alloc(32, fill);
  bytes[0] = type;
  return bytes;
}

test("FAT chains of contiguous files, chained directories, volume GUID, TexFAT padding, deleted entries", async () => {
  const { range, bytes, at, use, link, root } = await medium();
  use(100, 101, 110, 120);
  link(100, 101);
  link(110, 120);
  bytes.fill("A", at(100), at(102));
  const deleted = foreignSet({ name: "deleted" }).map((byte, index) =>
    index % 32 === 0 ? byte & 0x7f : byte,
  );
  Buffer.concat([
    entry(0xa0, 7),
    entry(0xa1, 0),
    deleted,
    foreignSet({ name: "chained.txt", flags: 1, cluster: 100, length: 1500, valid: 1200 }),
    foreignSet({ name: "folder", attributes: 0x10, flags: 1, cluster: 110, length: 2 * CLUSTER }),
    foreignSet({ name: "nothing", attributes: 0x10 }),
  ]).copy(bytes, at(root) + 96);
  // 32 entries of the folder's first cluster, two of its second.
  const inside = Array.from({ length: 11 }, (_, index) => foreignSet({ name: `inside ${index}` }));
  const content = Buffer.concat(inside);
  content.copy(bytes, at(110), 0, CLUSTER);
  content.copy(bytes, at(120), CLUSTER);

  const volume = await openExfat(range);
  expect((await tree(volume)).map((found) => found.path)).toEqual([
    "/chained.txt",
    "/folder",
    ...inside.map((_, index) => `/folder/inside ${index}`),
    "/nothing",
  ]);
  // Bytes behind ValidDataLength were never written: they read as zeroes, and aren't on the medium.
  const chained = await contentOf(volume, "/chained.txt");
  expect(chained.equals(Buffer.concat([Buffer.alloc(1200, "A"), Buffer.alloc(300)]))).toBe(true);
  expect(await volume.extents("/chained.txt")).toBeUndefined();
  expect((await volume.open("/chained.txt")).writable).toBe(false);

  await volume.writeFile("/nothing/first.txt", pattern(700, 1));
  for (let index = 0; index < 60; index++) {
    await volume.writeFile(`/folder/own ${index}`, pattern(index, index));
  }
  await volume.writeFile("/chained.txt", pattern(2000, 4));
  const again = await openExfat(range);
  expect((await contentOf(again, "/nothing/first.txt")).equals(pattern(700, 1))).toBe(true);
  expect(await again.list("/folder")).toHaveLength(71);
  expect((await again.extents("/CHAINED.TXT"))?.length).toBe(1);
  expect(bytes.subarray(at(root) + 96, at(root) + 128).equals(entry(0xa0, 7))).toBe(true);
});

test("vendor entries stay when a file is replaced, and their clusters go when it is removed", async () => {
  const { range, bytes, at, use, isUsed, root } = await medium();
  use(200, 210, 211);
  const extension = entry(0xe0, 0x55);
  extension.writeUInt8(0, 1);
  const allocation = entry(0xe1, 0x66);
  allocation.writeUInt8(3, 1);
  allocation.writeUInt32LE(210, 20);
  allocation.writeBigUInt64LE(2048n, 24);
  const extra = [extension, allocation];
  foreignSet({ name: "vendor", cluster: 200, length: 10, extra }).copy(bytes, at(root) + 96);
  const volume = await openExfat(range);
  await volume.writeFile("/VENDOR", Buffer.from("new"), NOW);
  expect(bytes.subarray(at(root) + 192, at(root) + 256).equals(Buffer.concat(extra))).toBe(true);
  expect([200, 210, 211].map(isUsed)).toEqual([false, true, true]);
  const again = await openExfat(range);
  expect((await contentOf(again, "/vendor")).toString()).toBe("new");
  await again.remove("/vendor");
  expect([200, 210, 211].map(isUsed)).toEqual([false, false, false]);
});

test("sets across sectors are replaced and removed", async () => {
  const { range, bytes, at, use, root, isUsed } = await medium();
  use(300);
  // The file entry is the last of the first sector.
  const padding = Array.from({ length: 4 }, (_, index) => foreignSet({ name: `pad ${index}` }));
  Buffer.concat([...padding, foreignSet({ name: "across", cluster: 300, length: 5 })]).copy(
    bytes,
    at(root) + 96,
  );
  const volume = await openExfat(range);
  await volume.writeFile("/Across", Buffer.from("replaced"));
  expect(isUsed(300)).toBe(false);
  const again = await openExfat(range);
  expect((await again.list("/")).map((found) => found.name)).toEqual([
    ...padding.map((_, index) => `pad ${index}`),
    "across",
  ]);
  expect((await contentOf(again, "/across")).toString()).toBe("replaced");
  await again.remove("/across");
  expect(await (await openExfat(range)).list("/")).toHaveLength(4);
});

test("damaged and malicious sets are passed over, their neighbours are not", async () => {
  const { range, bytes, at, root } = await medium();
  const wrongSum = foreignSet({ name: "wrong sum" });
  wrongSum.writeUInt16LE(wrongSum.readUInt16LE(2) ^ 1, 2);
  const sets = [
    foreignSet({ name: "first" }),
    wrongSum,
    foreignSet({ name: ".." }),
    foreignSet({ name: "a/b" }),
    foreignSet({ name: "nul\0" }),
    foreignSet({ name: "valid > length", cluster: 100, length: 10, valid: 11 }),
    foreignSet({ name: "critical", extra: [entry(0xc5)] }),
    foreignSet({ name: "too long", cluster: 100, length: 2 ** 53 }),
    foreignSet({ name: "last" }),
  ];
  Buffer.concat(sets).copy(bytes, at(root) + 96);
  const volume = await openExfat(range);
  expect((await volume.list("/")).map((found) => found.name)).toEqual(["first", "last"]);
});

test("chains that run in circles, leave the heap or end early, and directories in themselves", async () => {
  const { range, bytes, at, use, link, root } = await medium();
  use(100, 101, 102);
  link(100, 101);
  bytes.writeUInt32LE(100, bytes.readUInt32LE(80) * 512 + 101 * 4);
  bytes.writeUInt32LE(0x7fffffff, bytes.readUInt32LE(80) * 512 + 102 * 4);
  Buffer.concat([
    foreignSet({ name: "circle", flags: 1, cluster: 100, length: 500 * CLUSTER }),
    foreignSet({ name: "outside", flags: 1, cluster: 102, length: 5 * CLUSTER }),
    foreignSet({ name: "beyond", cluster: 950, length: 500 * CLUSTER }),
    foreignSet({ name: "itself", attributes: 0x10, cluster: root, length: CLUSTER }),
    foreignSet({ name: "huge", attributes: 0x10, cluster: 100, length: 2 ** 40 }),
  ]).copy(bytes, at(root) + 96);
  const volume = await openExfat(range);
  for (const name of ["circle", "outside", "beyond"]) {
    await expect(volume.open(`/${name}`)).rejects.toMatchObject({ code: "exfat-chain" });
  }
  await expect(volume.list("/itself")).rejects.toMatchObject({ code: "exfat-directory" });
  await expect(volume.list("/huge")).rejects.toMatchObject({ code: "exfat-directory" });
});

test("on a volume left dirty, files keep their clusters whatever the bitmap says", async () => {
  const { range, bytes, at, root } = await medium();
  foreignSet({ name: "not in the bitmap", cluster: 100, length: 300 * CLUSTER }).copy(
    bytes,
    at(root) + 96,
  );
  bytes.fill("A", at(100), at(400));
  bytes.writeUInt16LE(2, 106);
  const volume = await openExfat(range);
  await (await volume.reserve(0)).release();
  await volume.writeFile("/all the rest", Buffer.alloc(volume.freeBytes, "B"));
  const kept = await contentOf(volume, "/not in the bitmap");
  expect(kept.every((byte) => byte === 0x41)).toBe(true);
  // Only a check may say that it is clean again.
  expect(bytes.readUInt16LE(106)).toBe(2);
  expect((await openExfat(range)).freeBytes).toBe(0);
});

test("our own changes leave the volume clean, with the part in use", async () => {
  const { range, bytes } = await medium();
  const volume = await openExfat(range);
  await volume.writeFile("/half", Buffer.alloc(volume.freeBytes / 2));
  expect(bytes.readUInt16LE(106)).toBe(0);
  expect(bytes.readUInt8(112)).toBeGreaterThan(48);
  expect(bytes.readUInt8(112)).toBeLessThan(53);
});

test("a volume without its bitmap, with a broken up-case table, or with two FATs is only read", async () => {
  for (const broken of ["bitmap", "upcase", "texfat"]) {
    const { range, bytes, at, root } = await medium();
    await (await openExfat(range)).writeFile("/x", Buffer.from("x"));
    if (broken === "bitmap") bytes.writeUInt8(0x01, at(root) + 32);
    if (broken === "upcase") bytes.writeUInt32LE(1, at(root) + 64 + 4);
    if (broken === "texfat") {
      // The heap begins later to make room for a second FAT; checksum and heap follow.
      bytes.writeUInt8(2, 110);
      bytes.writeUInt32LE(bytes.readUInt32LE(88) + bytes.readUInt32LE(84), 88);
      bytes.writeUInt32LE(bytes.readUInt32LE(92) - 50, 92);
      let sum = 0;
      for (let index = 0; index < 11 * 512; index++) {
        if ([106, 107, 112].includes(index)) continue;
        sum = ((sum % 2) * 2 ** 31 + Math.floor(sum / 2) + (bytes[index] ?? 0)) % 2 ** 32;
      }
      for (let index = 11 * 512; index < 12 * 512; index += 4) bytes.writeUInt32LE(sum, index);
      bytes.copyWithin(at(2) + bytes.readUInt32LE(84) * 512, at(2), range.size);
    }
    const volume = await openExfat(range);
    expect((await contentOf(volume, "/X")).toString(), broken).toBe("x");
    await expect(volume.remove("/x"), broken).rejects.toMatchObject({ code: "read-only" });
  }
});
