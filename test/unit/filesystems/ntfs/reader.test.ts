import * as fc from "fast-check";
import { createHash } from "node:crypto";
import { link, mkdir, open, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { nonResidentAttribute, TYPE } from "../../../../src/filesystems/ntfs/attribute.ts";
import type { Attribute } from "../../../../src/filesystems/ntfs/attribute.ts";
import { decodeFileName } from "../../../../src/filesystems/ntfs/file-name.ts";
import type { Mft } from "../../../../src/filesystems/ntfs/mft.ts";
import { encodeRecord, RECORD } from "../../../../src/filesystems/ntfs/mft-record.ts";
import { loadNtfs, openNtfs } from "../../../../src/filesystems/ntfs/reader.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import type { ReadableVolume } from "../../../../src/filesystems/volume.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { FUZZ_RUNS, MIB, mkntfs, ntfscp, pattern, wholeFile, withFile } from "./support.ts";

const isRoot = process.getuid?.() === 0;

async function namesIn(volume: ReadableVolume, path: string): Promise<string[]> {
  return (await volume.list(path)).map(({ name }) => name);
}

describe("files that ntfscp wrote to volumes of mkntfs", () => {
  test.each([
    ["512", 4096],
    ["4096", 4096],
    ["65536", 70000],
  ])("clusters of %s", async (cluster, bigBytes) => {
    const image = await mkntfs(await temporaryFolder(), 64 * MIB, ["-c", cluster, "-L", "Größe"]);
    const big = pattern(bigBytes);
    await ntfscp(image, big, "/Big File.bin");
    await ntfscp(image, Buffer.from("small"), "/small.txt");
    await ntfscp(image, Buffer.alloc(0), "/empty");
    await withFile(image, async (range) => {
      const volume = await openNtfs(range);
      expect(volume.label).toBe("Größe");
      expect(volume.allocationUnitBytes).toBe(Number(cluster));
      expect(volume.uuid).toMatch(/^[0-9A-F]{16}$/);
      expect(await namesIn(volume, "/")).toEqual(["Big File.bin", "empty", "small.txt"]);
      expect((await wholeFile(await volume.open("/BIG FILE.BIN"))).equals(big)).toBe(true);
      expect((await wholeFile(await volume.open("/small.txt"))).toString()).toBe("small");
      expect(await volume.extents("/empty")).toEqual([]);
      const extents = (await volume.extents("/Big File.bin")) ?? [];
      const pieces = await Promise.all(
        extents.map(({ start, length }) => readBytes(range, start, length)),
      );
      expect(Buffer.concat(pieces).equals(big)).toBe(true);
      // Small files lie in the MFT, where fixups replace bytes: they have no extents.
      expect(await volume.extents("/small.txt")).toBeUndefined();
      expect(await volume.find("/none")).toBeUndefined();
      expect(await volume.find("/$MFT")).toBeUndefined();
      expect((await volume.find("/SMALL.TXT"))?.path).toBe("/small.txt");
      await expect(volume.open("/none")).rejects.toMatchObject({ code: "no-such-file" });
      await expect(volume.open("/")).rejects.toMatchObject({ code: "is-a-directory" });
      await expect(volume.list("/empty")).rejects.toMatchObject({ code: "not-a-directory" });
    });
  });

  test("a damaged first MFT record is read from the mirror, a damaged one of a file only hides that file's bytes", async () => {
    const image = await mkntfs(await temporaryFolder(), 32 * MIB);
    await ntfscp(image, pattern(10_000), "/a.bin");
    await withFile(
      image,
      async (range) => {
        const { geometry } = await loadNtfs(range);
        const at = geometry.mftLcn * geometry.clusterBytes;
        await range.write(at + 510, Buffer.from("!!"));
        // The first free record, 27 or 64, took the file; spoil every record behind the system files.
        for (let number = 27; number < 80; number++) {
          await range.write(at + number * 1024 + 1022, Buffer.from("!!"));
        }
      },
      { writable: true },
    );
    await withFile(image, async (range) => {
      const volume = await openNtfs(range);
      expect(await volume.list("/")).toMatchObject([{ name: "a.bin", sizeBytes: 10_000 }]);
      await expect(volume.open("/a.bin")).rejects.toMatchObject({ code: "ntfs-damaged" });
    });
  });
});

describe.skipIf(!isRoot)("a volume that ntfs-3g filled (mounting needs root)", () => {
  test("thousands of names, Unicode, hard links, sparse and compressed files", async () => {
    const folder = await temporaryFolder();
    const image = await mkntfs(folder, 128 * MIB);
    const mount = join(folder, "mnt");
    await mkdir(mount);
    await judge("ntfs-3g", ["-o", "compression", image, mount]);
    const names = Array.from(
      { length: 1500 },
      (_, index) => `A file with a long name, number ${index}.txt`,
    );
    const deep = "Ünïcode/日本語/🚀 ß";
    const big = pattern(3 * MIB);
    try {
      await mkdir(join(mount, "many"));
      for (const name of names) await writeFile(join(mount, "many", name), name);
      await mkdir(join(mount, deep), { recursive: true });
      await writeFile(join(mount, deep, "İstanbul ǅ.bin"), big);
      await judge("ln", [join(mount, deep, "İstanbul ǅ.bin"), join(mount, "hard link.bin")]);
      await judge("sh", ["-c", `cd "$0" && truncate -s 5M sparse && printf tail >> sparse`, mount]);
      await mkdir(join(mount, "packed"));
      // FILE_ATTRIBUTE_COMPRESSED | DIRECTORY, as an extended attribute: new files in it are compressed.
      await judge("python3", [
        "-c",
        'import os, sys; os.setxattr(sys.argv[1], "system.ntfs_attrib_be", bytes.fromhex("00000810"))',
        join(mount, "packed"),
      ]);
      await writeFile(join(mount, "packed", "zeroes"), Buffer.alloc(MIB));
    } finally {
      await judge("fusermount3", ["-u", mount]);
    }
    await withFile(image, async (range) => {
      const volume = await openNtfs(range);
      expect((await namesIn(volume, "/many")).toSorted()).toEqual(names.toSorted());
      for (const name of names.filter((_, index) => index % 100 === 0)) {
        expect((await wholeFile(await volume.open(`/MANY/${name.toUpperCase()}`))).toString()).toBe(
          name,
        );
      }
      expect((await wholeFile(await volume.open(`/${deep}/İstanbul ǅ.BIN`))).equals(big)).toBe(
        true,
      );
      expect(await volume.find("/hard link.bin")).toMatchObject({
        kind: "file",
        sizeBytes: big.length,
      });
      expect(await volume.extents("/sparse")).toBeUndefined();
      const sparse = await wholeFile(await volume.open("/sparse"));
      expect(createHash("sha256").update(sparse).digest("hex")).toBe(
        createHash("sha256")
          .update(Buffer.concat([Buffer.alloc(5 * MIB), Buffer.from("tail")]))
          .digest("hex"),
      );
      expect(await volume.find("/packed/zeroes")).toMatchObject({ kind: "file", sizeBytes: MIB });
      expect(await volume.extents("/packed/zeroes")).toBeUndefined();
      await expect(volume.open("/packed/zeroes")).rejects.toMatchObject({
        code: "ntfs-unreadable-data",
      });
    });
  });

  test("attribute lists: a file of many pieces, and one of many names", async () => {
    const folder = await temporaryFolder();
    const image = await mkntfs(folder, 24 * MIB);
    const mount = join(folder, "mnt");
    await mkdir(mount);
    await judge("ntfs-3g", [image, mount]);
    const piece = 4096;
    const count = 400;
    const bytes = pattern(count * piece);
    // Every second cluster first, then the ones between from behind: ntfs-3g can't put them in order any more.
    const even = Array.from({ length: count / 2 }, (_, index) => index * 2);
    const order = [...even, ...even.map((index) => index + 1).toReversed()];
    const holes = Buffer.from(bytes);
    for (const index of even) holes.fill(0, (index + 1) * piece, (index + 2) * piece);
    try {
      // The free space is brought down to single clusters, so that a file of many clusters gets a run for each.
      await mkdir(join(mount, "filler"));
      for (let index = 0; index < 4 * count; index++) {
        await writeFile(join(mount, "filler", String(index)), bytes.subarray(0, piece));
      }
      const { bavail } = await statfs(mount);
      await writeFile(join(mount, "filler", "rest"), Buffer.alloc((bavail - 64) * piece));
      for (let index = 0; index < 4 * count; index += 2) {
        await rm(join(mount, "filler", String(index)));
      }
      for (const [name, pieces] of [
        ["pieces", order],
        ["holes", even],
      ] as const) {
        const file = await open(join(mount, name), "w");
        await file.truncate(bytes.length);
        for (const index of pieces) await file.write(bytes, index * piece, piece, index * piece);
        await file.close();
      }
      await writeFile(join(mount, "name-0"), "many names");
      for (let index = 1; index < 60; index++) {
        await link(join(mount, "name-0"), join(mount, `name-${index}`));
      }
    } finally {
      await judge("fusermount3", ["-u", mount]);
    }
    await withFile(image, async (range) => {
      const { mft } = await loadNtfs(range);
      const lists = [];
      for (let number = 64; number < mft.records; number++) {
        const file = await mft.file(number).catch(() => undefined);
        if (file?.hasList === true) lists.push(number);
      }
      expect(lists.length).toBe(3);
      const volume = await openNtfs(range);
      const extents = (await volume.extents("/pieces")) ?? [];
      expect(extents.length).toBeGreaterThan(20);
      const read = await Promise.all(
        extents.map(({ start, length }) => readBytes(range, start, length)),
      );
      expect(Buffer.concat(read).equals(bytes)).toBe(true);
      expect((await wholeFile(await volume.open("/pieces"))).equals(bytes)).toBe(true);
      expect(await volume.extents("/holes")).toBeUndefined();
      expect((await wholeFile(await volume.open("/holes"))).equals(holes)).toBe(true);
      expect((await wholeFile(await volume.open("/name-59"))).toString()).toBe("many names");
    });
  });
});

describe("hostile bytes", () => {
  test.each(["ab/cd", "/etc/x", "ab\0cd", "..", "."])(
    "the name %j leads nowhere: it is not shown and not found",
    async (name) => {
      const image = await mkntfs(await temporaryFolder(), 8 * MIB);
      await ntfscp(image, pattern(5000), `/${"n".repeat(name.length)}`);
      await ntfscp(image, pattern(5000), "/sound");
      const bytes = await readFile(image);
      // A name of as many letters, with its length before it and the namespace.
      const written = Buffer.from("n".repeat(name.length), "utf16le");
      const key = Buffer.concat([Buffer.from([name.length, 0]), written]);
      let replaced = 0;
      for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + 1)) {
        bytes.write(name, at + 2, "utf16le");
        replaced++;
      }
      expect(replaced).toBeGreaterThan(1);
      const volume = await openNtfs(new MemoryRange(bytes));
      expect(await namesIn(volume, "/")).toEqual(["sound"]);
      expect(await volume.find(`/${name}`)).toBeUndefined();
    },
  );

  test("no NTFS, nothing at all, and a volume cut short", async () => {
    await expect(openNtfs(new MemoryRange(4096))).rejects.toMatchObject({ code: "not-ntfs" });
    await expect(openNtfs(new MemoryRange(100))).rejects.toMatchObject({ code: "not-ntfs" });
    const image = await mkntfs(await temporaryFolder(), 8 * MIB);
    const whole = await readFile(image);
    await expect(openNtfs(new MemoryRange(whole.subarray(0, 4 * MIB)))).rejects.toMatchObject({
      code: "ntfs-truncated",
    });
  });

  test("an attribute list that names one piece ten thousand times is refused before its runs are gathered", async () => {
    const image = await mkntfs(await temporaryFolder(), 8 * MIB);
    await ntfscp(image, Buffer.alloc(256 << 10), "/list");
    await ntfscp(image, Buffer.alloc(9000), "/file");
    const range = new MemoryRange(await readFile(image));
    const { geometry, mft } = await loadNtfs(range);
    const volume = await openNtfs(range);
    const [list] = (await volume.extents("/list")) ?? [];
    const number = await recordOf(mft, "file");
    const { record, attributes } = await mft.file(number);
    const kept = attributes.filter(({ type }) => type < TYPE.data);
    const runs = Array.from({ length: 180 }, (_, index) => ({
      vcn: index,
      lcn: index % 2 === 0 ? 5 : undefined,
      clusters: 1,
    }));
    const data = nonResidentAttribute(TYPE.data, runs, geometry.clusterBytes, 9000);
    const listRuns = [
      { vcn: 0, lcn: (list?.start ?? 0) / geometry.clusterBytes, clusters: (256 << 10) / 4096 },
    ];
    const listed = nonResidentAttribute(
      TYPE.attributeList,
      listRuns,
      geometry.clusterBytes,
      256 << 10,
    );
    const [information, ...names] = kept.map(({ raw }) => raw);
    const raw = encodeRecord(
      {
        number,
        sequence: record.header.sequence,
        links: record.header.links,
        flags: record.header.flags,
        attributes: [information ?? Buffer.alloc(0), listed, ...names, data],
      },
      geometry.recordBytes,
    );
    await mft.stream.write(number * geometry.recordBytes, raw);
    const entry = Buffer.alloc(32);
    entry.writeUInt32LE(TYPE.data, 0);
    entry.writeUInt16LE(entry.length, 4);
    entry.writeUInt8(26, 7);
    entry.writeUInt32LE(number, 16);
    entry.writeUInt16LE(2 + names.length, 24);
    for (let at = 0; at < 256 << 10; at += entry.length) {
      await range.write((list?.start ?? 0) + at, entry);
    }
    const hostile = await openNtfs(range);
    await expect(hostile.open("/file")).rejects.toMatchObject({
      code: "ntfs-damaged",
      message: expect.stringContaining("its pieces don't join") as string,
    });
    expect((await hostile.open("/list")).size).toBe(256 << 10);
  });

  test("flipped bits end in a LifeboatError or in an answer, never in anything else", async () => {
    const image = await mkntfs(await temporaryFolder(), 4 * MIB, ["-c", "512"]);
    for (let index = 0; index < 40; index++) {
      await ntfscp(image, pattern(index * 97), `/A rather long name for a file ${index}`);
    }
    const whole = await readFile(image);
    const { geometry, places } = await withFile(image, async (range) => {
      const loaded = await loadNtfs(range);
      const root = await loaded.mft.file(5);
      const runs = root.attributes.flatMap(({ nonResident }) =>
        nonResident === undefined ? [] : [nonResident],
      );
      return { geometry: loaded.geometry, places: runs.length };
    });
    expect(places).toBeGreaterThan(0);
    const mftAt = geometry.mftLcn * geometry.clusterBytes;
    const indexAt = whole.indexOf("INDX");
    const spot = fc.oneof(
      fc.nat(511),
      fc.nat(80 * 1024).map((at) => mftAt + at),
      fc.nat(8191).map((at) => indexAt + at),
      fc.nat(511).map((at) => mftAt + 5 * 1024 + at),
    );
    const flips = fc.array(fc.tuple(spot, fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        await readEverything(new MemoryRange(bytes));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});

/** The number of the first user's file with that name. */
async function recordOf(mft: Mft, name: string): Promise<number> {
  for (let number = RECORD.firstUser; number < mft.records; number++) {
    const file = await mft.file(number).catch(() => undefined);
    if (file?.attributes.some(isNamed(name)) === true) return number;
  }
  throw new Error(`no record of ${name}`);
}

function isNamed(name: string): (attribute: Attribute) => boolean {
  return ({ type, value }) =>
    type === TYPE.fileName && value !== undefined && decodeFileName(value).name === name;
}

/** Walks a volume and reads what it can; only LifeboatErrors may happen. */
async function readEverything(range: MemoryRange): Promise<void> {
  const attempt = async (action: () => Promise<unknown>) => {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      return undefined;
    }
  };
  const volume = (await attempt(async () => openNtfs(range))) as ReadableVolume | undefined;
  if (volume === undefined) return;
  const entries = (await attempt(async () => volume.list("/"))) as { path: string }[] | undefined;
  for (const { path } of (entries ?? []).slice(0, 8)) {
    await attempt(async () => volume.find(path));
    await attempt(async () => volume.extents(path));
    await attempt(async () => {
      const file = await volume.open(path);
      await readBytes(file, 0, Math.min(file.size, 65536));
    });
  }
}
