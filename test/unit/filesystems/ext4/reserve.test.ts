import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rangeOfExtents } from "../../../../src/block/concatenation.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import {
  askDebugfs,
  dumped,
  fsckIsClean,
  makeVolume,
  MIB,
  pattern,
  readPath,
  tree,
  UUID,
} from "./support.ts";

const GIB = 1024 * MIB;
const MODIFIED = new Date("2025-12-24T18:00:00.500Z");

describe("reserve and commit", () => {
  test("2 GiB on a fresh volume of 8 GiB is one extent, and the file is there", async () => {
    const { volume, range, e2fs } = await makeVolume(8 * GIB);
    const free = volume.freeBytes;
    const size = 2 * GIB - 1000;
    const reservation = await volume.reserve(size);
    expect(reservation.extents.length).toBe(1);
    expect(reservation.extents[0]?.length).toBe(size);
    await fsckIsClean(e2fs);
    const file = rangeOfExtents(range, reservation.extents);
    await file.write(0, pattern(MIB, 1));
    await file.write(size - MIB, pattern(MIB, 2));
    await volume.makeDirectory("/iso");
    await reservation.commit("/iso/large.iso", MODIFIED);
    await fsckIsClean(e2fs);
    expect(await volume.find("/iso/large.iso")).toMatchObject({
      sizeBytes: size,
      modified: MODIFIED,
    });
    expect(await volume.extents("/iso/large.iso")).toEqual(reservation.extents);
    expect(await askDebugfs(e2fs, "filefrag /iso/large.iso")).toContain("1 contiguous extents");
    expect(await askDebugfs(e2fs, "ex /iso/large.iso")).not.toContain("Uninit");
    const said = await askDebugfs(e2fs, "stat /iso/large.iso");
    expect(said).toMatch(/Type: regular +Mode: +0644/);
    expect(said).toMatch(/Links: 1 /);
    expect(said).toContain(`Size: ${size}\n`);
    expect(free - volume.freeBytes).toBeLessThan(size + 64 * 1024);
    const opened = await volume.open("/iso/large.iso");
    const end = Buffer.alloc(MIB);
    await opened.read(size - MIB, end);
    expect(end.equals(pattern(MIB, 2))).toBe(true);
    await volume.remove("/iso/large.iso");
    await volume.remove("/iso");
    expect(volume.freeBytes).toBe(free);
    await fsckIsClean(e2fs);
  });

  test("a file of 60 GiB needs a tree of several blocks, and is one extent still", async () => {
    const { volume, e2fs } = await makeVolume(128 * GIB);
    const reservation = await volume.reserve(60 * GIB);
    expect(reservation.extents.length).toBe(1);
    await fsckIsClean(e2fs);
    await reservation.commit("/sixty", MODIFIED);
    expect(await volume.extents("/sixty")).toEqual(reservation.extents);
    expect(await askDebugfs(e2fs, "ex -n /sixty")).toMatch(/ 0\/ 1 +2\/ +2/);
    await fsckIsClean(e2fs);
  });

  test("free space in pieces: as few extents as possible, and the bytes are debugfs'", async () => {
    const { volume, range, e2fs } = await makeVolume(64 * MIB);
    const pieces: string[] = [];
    for (let index = 0; index < 12; index++) {
      const path = `/piece ${index}`;
      const size = (index % 2 === 0 ? 3 + index / 2 : 1) * MIB;
      await (await volume.reserve(size)).commit(path, MODIFIED);
      if (index % 2 === 0) pieces.push(path);
    }
    const rest = await volume.reserve(volume.freeBytes - MIB);
    await rest.commit("/rest", MODIFIED);
    for (const path of pieces) await volume.remove(path);
    // Holes of 3, 4, 5, 6, 7 and 8 MiB and one at the end: the hole of 5 MiB fits best, 20 MiB take three.
    expect((await volume.reserve(5 * MIB)).extents.length).toBe(1);
    const data = Buffer.alloc(20 * MIB, pattern(MIB + 13, 3));
    const reservation = await volume.reserve(data.length);
    expect(reservation.extents.length).toBe(3);
    await rangeOfExtents(range, reservation.extents).write(0, data);
    await reservation.commit("/in three", MODIFIED);
    await fsckIsClean(e2fs);
    expect((await dumped(e2fs, '"/in three"')).equals(data)).toBe(true);
    expect((await readPath(volume, "/in three")).equals(data)).toBe(true);
    await expect(volume.reserve(volume.freeBytes + 4096)).rejects.toMatchObject({
      code: "volume-full",
    });
    await fsckIsClean(e2fs);
  });

  test("release gives everything back; a reservation is used once", async () => {
    const { volume, e2fs } = await makeVolume(64 * MIB);
    const free = volume.freeBytes;
    const before = await tree(volume);
    const reservation = await volume.reserve(10 * MIB);
    expect(volume.freeBytes).toBe(free - 10 * MIB);
    await reservation.release();
    expect(volume.freeBytes).toBe(free);
    expect(await tree(volume)).toEqual(before);
    await expect(reservation.commit("/late", MODIFIED)).rejects.toMatchObject({
      code: "reservation-used",
    });
    await fsckIsClean(e2fs);
  });

  test("a commit where something is already, or nowhere, can be made good", async () => {
    const { volume, e2fs } = await makeVolume(64 * MIB);
    await volume.writeFile("/there", Buffer.from("1"));
    const reservation = await volume.reserve(5000);
    const commit = async (path: string) => reservation.commit(path, MODIFIED);
    await expect(commit("/there")).rejects.toMatchObject({ code: "already-exists" });
    await expect(commit("/none/x")).rejects.toMatchObject({ code: "no-such-file" });
    await expect(commit("/there/x")).rejects.toMatchObject({ code: "not-a-directory" });
    await expect(commit("/new\nline")).rejects.toMatchObject({ code: "ext4-bad-name" });
    await commit("/good");
    expect(await volume.find("/good")).toMatchObject({ sizeBytes: 5000 });
    await fsckIsClean(e2fs);
  });

  test("several reservations at a time, finished in another order", async () => {
    const { volume, e2fs } = await makeVolume(64 * MIB);
    const all = await Promise.all([MIB, 0, 3 * MIB].map(async (size) => volume.reserve(size)));
    await Promise.all(all.reverse().map(async (one, index) => one.commit(`/${index}`, MODIFIED)));
    const files = (await tree(volume)).filter((line) => line.startsWith("file"));
    expect(files).toEqual(["file 0 /1", `file ${MIB} /2`, `file ${3 * MIB} /0`]);
    await fsckIsClean(e2fs);
  });

  test("GRUB reads the volume: names, bytes, and the blocks that lifeboat says", async () => {
    const { volume, range, path } = await makeVolume(256 * MIB, 0);
    const data = Buffer.alloc(140 * MIB + 777, pattern(MIB + 13, 4));
    await volume.makeDirectory("/iso");
    const reservation = await volume.reserve(data.length);
    await rangeOfExtents(range, reservation.extents).write(0, data);
    await reservation.commit("/iso/large 中文.iso", MODIFIED);
    const copy = join(await temporaryFolder(), "copy");
    await writeFile(copy, data);
    const name = "(loop0)/iso/large 中文.iso";
    await judge("grub-fstest", [path, "cmp", name, copy]);
    const blockList = await judge("grub-fstest", [path, "blocklist", name]);
    const theirs = [...blockList.matchAll(/(\d+)\+(\d+)/g)].map((match) => Number(match[1]));
    const [extent] = (await volume.extents("/iso/large 中文.iso")) ?? [];
    expect(theirs[0]).toBe((extent?.start ?? 0) / 512);
    expect(await judge("grub-fstest", [path, "ls", "--", "-l", "(loop0)"])).toContain(UUID);
  });
});
