import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { formatFat32, openFat, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import { judge } from "../../../support/tools.ts";
import {
  assertClean,
  contents,
  digest,
  FORMAT,
  GIB,
  MIB,
  newVolume,
  NOON,
  patterned,
  sorted,
  treeBy7z,
  treeByMtools,
  treeOfVolume,
} from "./support.ts";

const SIZE = 40 * MIB;

test("mtools reads what was written, with its time", async () => {
  const { image, volume } = await newVolume(SIZE);
  await volume.writeFile("/Hello World.txt", Buffer.from("hello"), new Date(2001, 1, 3, 4, 5, 6));
  expect(await judge("mtype", ["-i", image, "::/hello world.TXT"])).toBe("hello");
  const listing = await judge("mdir", ["-i", image, "::/"]);
  expect(listing).toMatch(/HELLOW~1 TXT\s+5 2001-02-03\s+4:05\s+Hello World\.txt/);
  await assertClean(image);
});

test("files that mtools writes afterwards are found, and ours are still there", async () => {
  const { image, folder, range, volume } = await newVolume(SIZE);
  await volume.makeDirectory("/Ordner");
  await volume.writeFile("/Ordner/first file.bin", patterned(100_000));
  const local = join(folder, "local");
  await writeFile(local, patterned(70_000, 2));
  await judge("mcopy", ["-i", image, local, "::/Ordner/second file.bin"]);
  await judge("mdel", ["-i", image, "::/Ordner/first file.bin"]);
  const again = await openFat32(range);
  await again.writeFile("/Ordner/third file.bin", patterned(100_000, 3));
  expect((await again.list("/Ordner")).map(({ name }) => name).sort()).toEqual([
    "second file.bin",
    "third file.bin",
  ]);
  await assertClean(image);
  expect(await treeByMtools(image, join(folder, "out"))).toEqual(await treeOfVolume(again));
});

describe("names", () => {
  const NAMES = [
    "UPPER.TXT",
    "lower.txt",
    "Mixed Case.Txt",
    ".hidden",
    "no extension",
    "many.dots.in.a.name.tar.gz",
    "It's $HOME & 100% {x} [y] +,;=.iso",
    " leading space",
    "救援盘 简体中文.iso",
    "Übergrößenträger ÄÖÜ.txt",
    "emoji 😀🛟 boat.txt",
    "thirteen char",
    "twenty-six characters here",
    "a",
    "n".repeat(255),
    "😀".repeat(127) + "x",
  ];

  test.each([512, 4096])("of every kind (sectors of %i bytes)", async (sector) => {
    const { image, folder, volume } = await newVolume(
      sector === 512 ? SIZE : 300 * MIB,
      {},
      sector,
    );
    // Linux doesn't let 7-Zip make names of more than 255 bytes.
    const short = NAMES.filter((name) => Buffer.byteLength(name) <= 255);
    for (const name of NAMES) await volume.writeFile(`/${name}`, Buffer.from(name));
    expect((await volume.list("/")).map(({ name }) => name)).toEqual(NAMES);
    await assertClean(image);
    for (const name of NAMES) {
      expect(await contents(volume, `/${name.toLowerCase()}`)).toEqual(Buffer.from(name));
      if (!short.includes(name)) await volume.remove(`/${name}`);
    }
    await assertClean(image);
    const expected = sorted(new Map(short.map((name) => [`/${name}`, digest(Buffer.from(name))])));
    expect(await treeBy7z(image, join(folder, "out"))).toEqual(expected);
  });

  test("600 that begin alike get 600 different short names", async () => {
    const { image, volume } = await newVolume(SIZE);
    await volume.makeDirectory("/d");
    const names = Array.from({ length: 600 }, (_, index) => `A long common beginning ${index}.iso`);
    await volume.writeTree(names.map((name) => ({ path: `/d/${name}`, data: Buffer.from(name) })));
    expect((await volume.list("/d")).map(({ name }) => name)).toEqual(names);
    await assertClean(image);
    const listing = await judge("mdir", ["-b", "-s", "-i", image, "::/d"]);
    expect(listing.trim().split("\n")).toHaveLength(600);
  });

  test("that FAT can't have are refused, and nothing happens", async () => {
    const { image, volume } = await newVolume(SIZE);
    const bad = ["a:b", "a*", "a?", 'a"b', "a<b", "a|b", "a\\b", "a.", "a ", "\u0007", "\ud800x"];
    for (const name of [...bad, ".", "..", "n".repeat(256)]) {
      await expect(volume.writeFile(`/${name}`, Buffer.from("x"))).rejects.toMatchObject({
        code: "invalid-name",
      });
      await expect(volume.makeDirectory(`/${name}`)).rejects.toMatchObject({
        code: "invalid-name",
      });
    }
    expect(await volume.list("/")).toEqual([]);
    await assertClean(image);
  });
});

test("a path of more than 300 characters", async () => {
  const { image, folder, volume } = await newVolume(SIZE);
  let path = "";
  for (let depth = 0; depth < 12; depth++) {
    path += `/directory number ${depth} of twelve`;
    await volume.makeDirectory(path);
  }
  path += "/at the end.txt";
  expect(path.length).toBeGreaterThan(300);
  await volume.writeFile(path, Buffer.from("deep"));
  expect(await judge("mtype", ["-i", image, `::${path}`])).toBe("deep");
  await assertClean(image);
  expect(await treeByMtools(image, join(folder, "out"))).toEqual(await treeOfVolume(volume));
});

test("a directory over many clusters: filled, emptied, removed", async () => {
  const { image, volume } = await newVolume(SIZE);
  const free = volume.freeBytes;
  await volume.makeDirectory("/d");
  const paths = Array.from({ length: 150 }, (_, index) => `/d/a file with a long name, ${index}`);
  for (const path of paths) await volume.writeFile(path, Buffer.from(path));
  await assertClean(image);
  for (const path of paths.filter((_, index) => index % 2 === 0)) await volume.remove(path);
  await assertClean(image);
  await expect(volume.remove("/d")).rejects.toMatchObject({ code: "directory-not-empty" });
  for (const path of paths.filter((_, index) => index % 2 === 1)) await volume.remove(path);
  await volume.remove("/d");
  await assertClean(image);
  expect(await volume.list("/")).toEqual([]);
  expect(volume.freeBytes).toBe(free);
});

test("replacing keeps the name, the place in the directory and the time of creation", async () => {
  const { image, folder, volume } = await newVolume(SIZE);
  for (const name of ["one", "Two Words", "three"]) {
    await volume.writeFile(`/${name}`, patterned(3000));
  }
  const free = volume.freeBytes;
  await volume.writeFile("/TWO WORDS", patterned(90_000), new Date(2030, 0, 1));
  expect((await volume.list("/")).map(({ name }) => name)).toEqual(["one", "Two Words", "three"]);
  expect(volume.freeBytes).toBe(free - 90_112 + 3072);
  await volume.writeFile("/two words", Buffer.alloc(0));
  expect(volume.freeBytes).toBe(free + 3072);
  await assertClean(image);
  expect(await treeByMtools(image, join(folder, "out"))).toEqual(await treeOfVolume(volume));
});

test("what can't be done says so and changes nothing", async () => {
  const { image, volume } = await newVolume(SIZE);
  await volume.makeDirectory("/d");
  await volume.writeFile("/f", Buffer.from("f"));
  const before = await treeOfVolume(volume);
  const free = volume.freeBytes;
  const refused: [code: string, work: () => Promise<unknown>][] = [
    ["file-exists", async () => volume.makeDirectory("/D")],
    ["file-exists", async () => volume.makeDirectory("/")],
    ["no-such-file", async () => volume.makeDirectory("/x/y")],
    ["no-such-file", async () => volume.writeFile("/x/y", Buffer.from("x"))],
    ["not-a-directory", async () => volume.writeFile("/f/y", Buffer.from("x"))],
    ["not-a-file", async () => volume.writeFile("/d", Buffer.from("x"))],
    ["no-such-file", async () => volume.remove("/x")],
    ["not-a-file", async () => volume.remove("/")],
    ["volume-full", async () => volume.writeFile("/big", Buffer.alloc(SIZE))],
    ["volume-full", async () => volume.reserve(SIZE)],
    ["file-too-large", async () => volume.reserve(2 ** 32)],
    [
      "not-a-directory",
      async () =>
        volume.writeTree([
          { path: "/new/a", data: Buffer.from("a") },
          { path: "/f/b", data: Buffer.from("b") },
        ]),
    ],
    ["size-differs", async () => volume.overwriteInPlace("/f", Buffer.from("ff"))],
  ];
  for (const [code, work] of refused) await expect(work()).rejects.toMatchObject({ code });
  expect(await treeOfVolume(volume)).toEqual(before);
  expect(volume.freeBytes).toBe(free);
  await assertClean(image);
});

describe("reserving", () => {
  test("one extent, filled by its writer, named last", async () => {
    const { image, range, volume } = await newVolume(SIZE);
    const data = patterned(5_000_001);
    const reservation = await volume.reserve(data.length);
    expect(reservation.extents).toHaveLength(1);
    const [extent] = reservation.extents;
    expect(extent?.length).toBe(data.length);
    await range.write(extent?.start ?? 0, data);
    await volume.writeFile("/meanwhile", patterned(700));
    await assertClean(image); // the room counts as free on the medium until then
    await reservation.commit("/Big.iso", NOON);
    await assertClean(image);
    expect(await volume.extents("/Big.iso")).toEqual(reservation.extents);
    expect((await judge("mdir", ["-i", image, "::/"])).includes("5000001")).toBe(true);
    expect(digest(await contents(await openFat(range), "/Big.iso"))).toBe(digest(data));
    await expect(reservation.commit("/Twice.iso", NOON)).rejects.toMatchObject({
      code: "reservation-used",
    });
    await expect(reservation.release()).rejects.toMatchObject({ code: "reservation-used" });
  });

  test("released room is free again; an existing name leaves the reservation open", async () => {
    const { image, volume } = await newVolume(SIZE);
    const free = volume.freeBytes;
    await volume.writeFile("/taken", Buffer.alloc(0));
    const reservation = await volume.reserve(MIB);
    await expect(reservation.commit("/TAKEN", NOON)).rejects.toMatchObject({ code: "file-exists" });
    expect(volume.freeBytes).toBe(free - MIB);
    await reservation.release();
    expect(volume.freeBytes).toBe(free);
    const empty = await volume.reserve(0);
    expect(empty.extents).toEqual([]);
    await empty.commit("/empty", NOON);
    await assertClean(image);
  });

  test("on a fragmented volume: the gap that fits, else the fewest extents", async () => {
    const { image, volume } = await newVolume(SIZE);
    // Gaps of 1 to 12 MiB between files of one cluster, and the rest of the volume filled.
    const gaps = [3, 1, 12, 2, 6];
    for (const mib of gaps) {
      await (await volume.reserve(mib * MIB)).commit(`/gap ${mib}`, NOON);
      await volume.writeFile(`/wall ${mib}`, patterned(1));
    }
    await (await volume.reserve(volume.freeBytes - 1536)).commit("/rest", NOON);
    for (const mib of gaps) await volume.remove(`/gap ${mib}`);
    const lengths = async (bytes: number) => {
      const reservation = await volume.reserve(bytes);
      await reservation.release();
      return reservation.extents.map(({ length }) => length / MIB);
    };
    expect(await lengths(2 * MIB)).toEqual([2]);
    expect(await lengths(5 * MIB)).toEqual([5]);
    expect(await lengths(7 * MIB)).toEqual([7]);
    expect(await lengths(18 * MIB)).toEqual([12, 6]);
    expect((await lengths(20 * MIB)).reduce((sum, mib) => sum + mib, 0)).toBe(20);
    expect(await lengths(20 * MIB)).toHaveLength(3);
    await assertClean(image);
  });
});

describe("the largest files", () => {
  const LARGEST = 2 ** 32 - 1;
  // fsck.fat 4.2 can't count a chain of 2^32 bytes (dosfstools issue 208), so it sees the one a cluster shorter.
  test.each([
    [LARGEST, false],
    [LARGEST - 16_384, true],
  ])("%i bytes", async (size, forFsck) => {
    const { image, range, volume } = await newVolume(32 * GIB);
    expect(volume.maxFileBytes).toBe(LARGEST);
    const reservation = await volume.reserve(size);
    const end = Buffer.from("the end");
    await range.write((reservation.extents[0]?.start ?? 0) + size - end.length, end);
    await reservation.commit("/large.iso", NOON);
    if (forFsck) await assertClean(image);
    expect(await judge("mdir", ["-i", image, "::/"])).toMatch(new RegExp(`LARGE +ISO +${size} `));
    const clusters = await judge("mshowfat", ["-i", image, "::/large.iso"]);
    expect(clusters).toContain(`<3-${Math.ceil(size / 16_384) + 2}>`);
    const file = await (await openFat(range)).open("/large.iso");
    expect(await readBytes(file, size - end.length, end.length)).toEqual(end);
  });
});

describe("many files at once", () => {
  const FILES = Array.from({ length: 300 }, (_, index) => ({
    path: `/EFI/module folder ${index % 7}/Module number ${index}.mod`,
    data: patterned(137 * index, index),
  }));

  test("mtools reads them all", async () => {
    const { image, folder, volume } = await newVolume(64 * MIB);
    await volume.writeFile("/EFI.TXT", Buffer.from("there before"));
    await volume.writeTree(FILES);
    await assertClean(image);
    const tree = await treeByMtools(image, join(folder, "out"));
    expect(tree).toEqual(await treeOfVolume(volume));
    for (const { path, data } of FILES) expect(tree.get(path)).toBe(digest(data));
  });

  test("few writes for the metadata", async () => {
    const recorder = new RecordingRange(new MemoryRange(SIZE));
    await formatFat32(recorder, FORMAT);
    const volume = await openFat32(recorder);
    recorder.log.length = 0;
    await volume.writeTree(FILES.map(({ path }) => ({ path, data: Buffer.from("small") })));
    // A write a file, 7 folders that grow now and then; not two FATs a file.
    const writes = recorder.log.filter(({ kind }) => kind === "write").length;
    expect(writes).toBeLessThan(FILES.length * 1.5);
    expect(recorder.log.filter(({ kind }) => kind === "flush").length).toBeLessThan(5);
  });

  test("replaces what is there, from ranges too", async () => {
    const { image, volume } = await newVolume(SIZE);
    const tree = (seed: number) =>
      ["/a/x", "/a/y", "/b c/z"].map((path) => ({
        path,
        source: new MemoryRange(patterned(9_000_001, seed)),
      }));
    await volume.writeTree(tree(1));
    const free = volume.freeBytes;
    await volume.remove("/a/y");
    await volume.writeTree(tree(2).slice(0, 1));
    await volume.writeTree([{ path: "/a/y", data: patterned(9_000_001, 3) }]);
    expect(volume.freeBytes).toBe(free);
    await assertClean(image);
    expect(digest(await contents(volume, "/a/x"))).toBe(digest(patterned(9_000_001, 2)));
    expect(digest(await contents(volume, "/b c/z"))).toBe(digest(patterned(9_000_001, 1)));
  });
});

test("overwriting in place is one write of one sector", async () => {
  const recorder = new RecordingRange(new MemoryRange(SIZE));
  await formatFat32(recorder, FORMAT);
  const volume = await openFat32(recorder);
  await volume.writeTree([{ path: "/lifeboat/slot.cfg", data: patterned(512) }]);
  const [extent] = await volume.extents("/lifeboat/slot.cfg");
  recorder.log.length = 0;
  await volume.overwriteInPlace("/lifeboat/slot.cfg", patterned(512, 2));
  expect(recorder.log.map(({ kind }) => kind)).toEqual(["write", "flush"]);
  expect(recorder.log[0]).toMatchObject({ offset: extent?.start, data: patterned(512, 2) });
  expect(extent?.start).toBe(Math.floor((extent?.start ?? 1) / 512) * 512);
});

test("changes asked for at once are made one after the other", async () => {
  const { image, volume } = await newVolume(SIZE);
  const names = Array.from({ length: 40 }, (_, index) => `/file at once ${index}`);
  await Promise.all(names.map(async (name) => volume.writeFile(name, Buffer.from(name))));
  expect(await volume.list("/")).toHaveLength(40);
  await assertClean(image);
});

test("a full volume: every cluster used, then given back", async () => {
  const { image, volume } = await newVolume(34 * MIB);
  const room = volume.freeBytes;
  let index = 0;
  while (volume.freeBytes > MIB) await volume.writeFile(`/${index++}`, patterned(MIB));
  await volume.writeFile("/last", patterned(volume.freeBytes));
  expect(volume.freeBytes).toBe(0);
  await expect(volume.makeDirectory("/d")).rejects.toMatchObject({ code: "volume-full" });
  await assertClean(image);
  for (const { path } of await volume.list("/")) await volume.remove(path);
  expect(room - volume.freeBytes).toBeLessThanOrEqual(3 * 512); // the root directory has grown
  await assertClean(image);
});

test("what lies behind a directory's end doesn't come alive", async () => {
  const { image, range } = await newVolume(SIZE, { label: "" });
  const boot = await readBytes(range, 0, 512);
  const root = (boot.readUInt16LE(14) + 2 * boot.readUInt32LE(36)) * 512;
  // The end (slot 0), then what looks like fifteen entries.
  await range.write(root + 32, Buffer.alloc(512 - 32, 0x41));
  const volume = await openFat32(range);
  expect(await volume.list("/")).toEqual([]);
  await volume.writeFile("/A.TXT", Buffer.from("a"));
  expect(await openFat(range).then(async (reader) => reader.list("/"))).toHaveLength(1);
  await assertClean(image);
});

test("attributes are set and taken away, and nothing else changes", async () => {
  const { image, volume } = await newVolume(SIZE);
  await volume.writeTree([{ path: "/Boot/a long name.dat", data: patterned(5000) }]);
  const shown = async (path: string) => {
    const said = await judge("mattrib", ["-i", image, path]);
    return said.replace(/::.*/s, "").replaceAll(/\s+/g, "");
  };
  await volume.setAttributes("/Boot", { hidden: true, system: true });
  await volume.setAttributes("/boot/A LONG NAME.DAT", { readOnly: true, hidden: true });
  expect(await shown("::/Boot")).toBe("SH");
  expect(await shown("::/Boot/a long name.dat")).toBe("AHR");
  await volume.setAttributes("/Boot/a long name.dat", {});
  expect(await shown("::/Boot/a long name.dat")).toBe("A");
  expect(digest(await contents(volume, "/Boot/a long name.dat"))).toBe(digest(patterned(5000)));
  await assertClean(image);
  await expect(volume.setAttributes("/none", {})).rejects.toMatchObject({ code: "no-such-file" });
  await expect(volume.setAttributes("/", {})).rejects.toMatchObject({ code: "not-a-file" });
});
