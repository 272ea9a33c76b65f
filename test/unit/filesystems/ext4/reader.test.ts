import { mkdir, open, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { rangeOfExtents } from "../../../../src/block/concatenation.ts";
import { openExt4 } from "../../../../src/filesystems/ext4/reader.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import {
  askDebugfs,
  makeImage,
  MIB,
  openForTest,
  pattern,
  readAll,
  readPath,
  tree,
  useDebugfs,
  UUID,
} from "./support.ts";

const WRITTEN = new Date("2024-02-29T12:34:56Z");

const FILES: Readonly<Record<string, Buffer>> = {
  "/empty": Buffer.alloc(0),
  "/tiny": Buffer.from("sixty bytes or less"),
  "/ninety": pattern(90, 3),
  "/block": pattern(4096, 4),
  "/odd": pattern(70_001, 5),
  "/folder/deeper/big": pattern(3 * MIB + 17, 6),
  "/folder/Ünï 中文 🚢.iso": pattern(5000, 7),
};

async function makeSource(): Promise<string> {
  const folder = join(await temporaryFolder(), "source");
  await mkdir(join(folder, "folder/deeper"), { recursive: true });
  for (const [path, bytes] of Object.entries(FILES)) {
    await writeFile(join(folder, path), bytes);
    await utimes(join(folder, path), WRITTEN, WRITTEN);
  }
  await symlink("tiny", join(folder, "link"));
  const sparse = await open(join(folder, "sparse"), "w");
  await sparse.write(pattern(4096, 8), 0, 4096, MIB);
  await sparse.write(pattern(4096, 9), 0, 4096, 2 * MIB - 4096);
  await sparse.close();
  return folder;
}

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  "ext2, 1 KiB blocks": ["-t", "ext2", "-b", "1024"],
  "ext2, revision 0": ["-t", "ext2", "-r", "0", "-O", "none", "-b", "1024"],
  "ext3, 4 KiB blocks": ["-t", "ext3", "-b", "4096"],
  "ext4, defaults": ["-t", "ext4"],
  "ext4, 1 KiB blocks": ["-t", "ext4", "-b", "1024"],
  "ext4, 64 KiB blocks": ["-t", "ext4", "-b", "65536"],
  "ext4, 128-byte inodes": ["-t", "ext4", "-I", "128"],
  "ext4, 1024-byte inodes": ["-t", "ext4", "-I", "1024", "-b", "4096"],
  "ext4, no 64bit": ["-t", "ext4", "-O", "^64bit,^metadata_csum,uninit_bg"],
  "ext4, meta_bg": ["-t", "ext4", "-b", "1024", "-g", "1024", "-O", "meta_bg,^resize_inode"],
  "ext4, no flex_bg": ["-t", "ext4", "-O", "^flex_bg", "-b", "1024", "-g", "2048"],
  "ext4, inline data": ["-t", "ext4", "-O", "inline_data", "-I", "512"],
  "ext4, bigalloc": ["-t", "ext4", "-O", "bigalloc", "-C", "16384"],
  "ext4, checksum seed": ["-t", "ext4", "-O", "metadata_csum_seed"],
};

describe("volumes that mke2fs made and filled", () => {
  test.each(Object.entries(FORMATS))("%s", async (name, args) => {
    const path = await makeImage(64 * MIB, args, await makeSource());
    const range = await openForTest(path);
    const volume = await openExt4(range);
    expect(volume).toMatchObject({ label: "judge", uuid: UUID, needsRecovery: false });
    const names = await tree(volume);
    const expected = [
      ...Object.entries(FILES).map(([file, bytes]) => `file ${bytes.length} ${file}`),
      `file ${2 * MIB} /sparse`,
      "directory - /folder",
      "directory - /folder/deeper",
      "directory - /lost+found",
      "other - /link",
    ];
    expect(names).toEqual(expected.sort());
    for (const [file, bytes] of Object.entries(FILES)) {
      expect((await readPath(volume, file)).equals(bytes), file).toBe(true);
      expect((await volume.find(file))?.modified).toEqual(WRITTEN);
      const extents = await volume.extents(file);
      const inline = name.includes("inline") && bytes.length > 0 && bytes.length < 200;
      expect(extents === undefined, file).toBe(inline);
      if (extents === undefined) continue;
      expect((await readAll(rangeOfExtents(range, extents))).equals(bytes), file).toBe(true);
    }
    expect(await volume.extents("/sparse")).toBeUndefined();
    const sparse = await readPath(volume, "/sparse");
    expect(sparse.subarray(0, MIB).every((byte) => byte === 0)).toBe(true);
    expect(sparse.subarray(MIB, MIB + 4096).equals(pattern(4096, 8))).toBe(true);
    expect(sparse.subarray(MIB + 4096, -4096).every((byte) => byte === 0)).toBe(true);
    expect(sparse.subarray(-4096).equals(pattern(4096, 9))).toBe(true);
  });
});

test("a file of zeroes in a volume with inline data: mke2fs leaves 60 bytes of it in the inode, the rest is a hole", async () => {
  const source = join(await temporaryFolder(), "source");
  await mkdir(source);
  await writeFile(join(source, "zeroes"), Buffer.alloc(9000));
  const args = ["-t", "ext4", "-b", "1024", "-O", "inline_data", "-I", "256"];
  const path = await makeImage(8 * MIB, args, source);
  expect(await judge("e2fsck", ["-fn", path])).toMatch(/files .* blocks/);
  expect(await askDebugfs(path, "stat /zeroes")).toMatch(/Size: 9000[^]*Size of inline data: 60/);
  const volume = await openExt4(await openForTest(path));
  expect((await readPath(volume, "/zeroes")).equals(Buffer.alloc(9000))).toBe(true);
  expect(await volume.extents("/zeroes")).toBeUndefined();
});

test("a file of more than 4 GiB, sparse at its source, and one with a tree of extents", async () => {
  const source = join(await temporaryFolder(), "source");
  await mkdir(source);
  const size = 5 * 1024 * MIB + 123;
  const file = await open(join(source, "huge"), "w");
  await file.truncate(size);
  const pieces = Array.from({ length: 700 }, (_, index) => index * 7 * MIB + 4096);
  for (const at of pieces) await file.write(pattern(4096, at), 0, 4096, at);
  await file.write(pattern(123, 9), 0, 123, size - 123);
  await file.close();
  const path = await makeImage(64 * MIB, ["-t", "ext4", "-b", "4096"], source);
  const volume = await openExt4(await openForTest(path));
  const huge = await volume.open("/huge");
  expect(huge.size).toBe(size);
  const bytes = Buffer.alloc(4096 * 3);
  for (const at of pieces.filter((_, index) => index % 50 === 0)) {
    await huge.read(at - 4096, bytes);
    const zeroes = Buffer.alloc(4096);
    expect(bytes.equals(Buffer.concat([zeroes, pattern(4096, at), zeroes]))).toBe(true);
  }
  const end = Buffer.alloc(123);
  await huge.read(size - 123, end);
  expect(end.equals(pattern(123, 9))).toBe(true);
  await expect(huge.read(size - 1, Buffer.alloc(2))).rejects.toMatchObject({
    code: "out-of-range",
  });
});

test.each(["ext2", "ext4"])("a fragmented file's extents are debugfs' (%s)", async (type) => {
  const folder = await temporaryFolder();
  const small = join(folder, "small");
  const large = join(folder, "large");
  await writeFile(small, pattern(3000, 1));
  await writeFile(large, pattern(900_000, 2));
  const path = await makeImage(8 * MIB, ["-t", type, "-b", "1024", "-O", "^has_journal"]);
  const count = 2200;
  const names = Array.from({ length: count }, (_, index) => `f${index}`);
  await useDebugfs(path, ["mkdir d", "cd d", ...names.map((name) => `write ${small} ${name}`)]);
  const removed = names.filter((_, index) => index % 2 === 1);
  await useDebugfs(path, ["cd d", ...removed.map((name) => `rm ${name}`)]);
  await useDebugfs(path, [`write ${large} large`]);
  const range = await openForTest(path);
  const volume = await openExt4(range);
  const extents = (await volume.extents("/large")) ?? [];
  expect(extents.length).toBeGreaterThan(100);
  const blocks = (await askDebugfs(path, "blocks /large")).trim().split(/\s+/).map(Number);
  const ours = extents.flatMap(({ start, length }) =>
    Array.from({ length: Math.ceil(length / 1024) }, (_, index) => start / 1024 + index),
  );
  expect(ours.filter((block) => !blocks.includes(block))).toEqual([]);
  expect(ours.length).toBe(Math.ceil(900_000 / 1024));
  expect((await readPath(volume, "/large")).equals(pattern(900_000, 2))).toBe(true);
});

test("a hashed directory of thousands of names", async () => {
  const source = join(await temporaryFolder(), "source");
  await mkdir(source);
  const names = Array.from({ length: 3000 }, (_, index) => `a rather long file name ${index}`);
  for (const name of names) await writeFile(join(source, name), "");
  const path = await makeImage(32 * MIB, ["-t", "ext4", "-b", "1024", "-N", "4000"], source);
  await judge("e2fsck", ["-fyD", path], { accept: [0, 1] });
  expect(await askDebugfs(path, "htree /")).toContain("Root node dump");
  const volume = await openExt4(await openForTest(path));
  const listed = (await volume.list("/")).map(({ name }) => name);
  expect(listed.sort()).toEqual([...names, "lost+found"].sort());
  expect(await volume.find("/a rather long file name 2999")).toMatchObject({ kind: "file" });
  expect(await volume.find("/a rather long file name 3000")).toBeUndefined();
});

test("uninitialised extents read as zeroes and have no address", async () => {
  const path = await makeImage(16 * MIB, ["-t", "ext4", "-b", "4096"]);
  await useDebugfs(path, ["write /dev/null f", "fallocate f 0 9", "sif f size 40960"]);
  expect(await askDebugfs(path, "ex /f")).toContain("Uninit");
  const volume = await openExt4(await openForTest(path));
  expect(await volume.extents("/f")).toBeUndefined();
  expect((await readPath(volume, "/f")).equals(Buffer.alloc(40960))).toBe(true);
});

test("a journal that needs recovery is flagged", async () => {
  const path = await makeImage(16 * MIB, ["-t", "ext4"]);
  await useDebugfs(path, ["feature needs_recovery"]);
  expect(await openExt4(await openForTest(path))).toMatchObject({ needsRecovery: true });
});

test("times before 1970 and after 2038", async () => {
  const source = join(await temporaryFolder(), "source");
  await mkdir(source);
  const times = ["1938-04-24T22:13:20Z", "1969-12-31T23:59:58Z", "2100-03-01T00:00:01.250Z"];
  for (const time of times) await writeFile(join(source, time), "");
  for (const time of times) await utimes(join(source, time), new Date(time), new Date(time));
  const path = await makeImage(16 * MIB, ["-t", "ext4", "-I", "256"]);
  for (const time of times) {
    const seconds = Math.floor(Date.parse(time) / 1000);
    const extra = Math.floor((seconds + 2 ** 31) / 2 ** 32) + (Date.parse(time) % 1000) * 4e6;
    await useDebugfs(path, [
      `write /dev/null ${time}`,
      `sif ${time} mtime @${seconds >>> 0}`,
      `sif ${time} mtime_extra ${Math.max(extra, 0)}`,
    ]);
  }
  const volume = await openExt4(await openForTest(path));
  for (const time of times) {
    expect((await volume.find(`/${time}`))?.modified).toEqual(new Date(time));
  }
});

describe("refusals", () => {
  test("what is no ext4, or has features unknown to lifeboat", async () => {
    await expect(openExt4(new MemoryRange(512))).rejects.toMatchObject({ code: "not-ext4" });
    await expect(openExt4(new MemoryRange(MIB))).rejects.toMatchObject({ code: "not-ext4" });
    const path = await makeImage(16 * MIB, ["-t", "ext4"]);
    const image = new MemoryRange(await readAll(await openForTest(path)));
    const incompat = image.bytes.readUInt32LE(1024 + 96);
    for (const [bit, name] of [
      [0x1, "compression"],
      [0x80000000, "incompat 0x80000000"],
    ] as const) {
      image.bytes.writeUInt32LE((incompat | bit) >>> 0, 1024 + 96);
      await expect(openExt4(image)).rejects.toMatchObject({
        code: "ext4-unsupported-feature",
        message: expect.stringContaining(name) as string,
      });
    }
  });

  test("an image cut short", async () => {
    const path = await makeImage(16 * MIB, ["-t", "ext4"]);
    await truncate(path, 12 * MIB);
    await expect(openExt4(await openForTest(path))).rejects.toMatchObject({
      code: "ext4-truncated",
    });
  });

  test("paths that lead nowhere", async () => {
    const path = await makeImage(16 * MIB, ["-t", "ext4"]);
    await useDebugfs(path, ["write /dev/null file"]);
    const volume = await openExt4(await openForTest(path));
    await expect(volume.list("/none")).rejects.toMatchObject({ code: "no-such-file" });
    await expect(volume.list("/file")).rejects.toMatchObject({ code: "not-a-directory" });
    await expect(volume.open("/lost+found")).rejects.toMatchObject({ code: "not-a-file" });
    expect(await volume.find("/file/below")).toBeUndefined();
    expect(await volume.find("/FILE")).toBeUndefined();
    expect(await volume.find("/")).toMatchObject({ path: "/", kind: "directory" });
  });
});
