import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AlignedRange } from "../../../../src/block/aligned.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { formatExfat, openExfat } from "../../../../src/filesystems/exfat/index.ts";
import { SectorsOnly } from "../../block/sectors-only.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import {
  contentByExtents,
  contentOf,
  expectClean,
  FORMAT,
  formatted,
  MiB,
  NOW,
  opened,
  pattern,
  readByGrub,
  tree,
} from "./support.ts";

const AWKWARD_NAMES = [
  "a'; halt; ${x} b.iso",
  "中文系统安装盘.iso",
  "🛟 rescue 🚑.iso",
  "Ünïcode ÇÅSÉ.txt",
  ".hidden",
  "x".repeat(251) + ".iso",
  "$(reboot) `id` %PATH% & ^ #.img",
];

test("files with awkward names are found again by us, by GRUB's driver and by fsck.exfat", async () => {
  const { path, range } = await formatted(64 * MiB);
  const volume = await openExfat(range);
  const local = join(await temporaryFolder(), "local");
  for (const [index, name] of AWKWARD_NAMES.entries()) {
    expect(volume.storableName(name)).toBe(name);
    await volume.writeFile(`/${name}`, pattern(10_000 * index, index), NOW);
  }
  await range.flush();
  expect(await expectClean(path)).toEqual({ directories: 1, files: AWKWARD_NAMES.length });
  const again = await openExfat(await opened(path));
  expect((await again.list("/")).map((entry) => entry.name)).toEqual(AWKWARD_NAMES);
  for (const [index, name] of AWKWARD_NAMES.entries()) {
    const expected = pattern(10_000 * index, index);
    expect((await contentOf(again, `/${name}`)).equals(expected)).toBe(true);
    expect((await contentByExtents(range, again, `/${name}`)).equals(expected)).toBe(true);
    await writeFile(local, expected);
    await readByGrub(path, `/${name}`, local);
  }
});

test("names are the same in any case, by the volume's table; times keep 10 ms and their zone", async () => {
  const { range } = await formatted(16 * MiB);
  const volume = await openExfat(range);
  await volume.makeDirectory("/Straße Éclair");
  await volume.writeFile("/straße éCLAIR/Ünter.TXT", Buffer.from("x"), NOW);
  const found = await volume.find("/STRAßE ÉCLAIR/üNTER.txt");
  expect(found).toEqual({
    path: "/Straße Éclair/Ünter.TXT",
    name: "Ünter.TXT",
    kind: "file",
    sizeBytes: 1,
    modified: NOW,
  });
  expect(await volume.find("/nothing/at/all")).toBeUndefined();
  expect(await volume.find("/Straße Éclair/ünter.txt/below")).toBeUndefined();
  expect(await volume.find("/")).toMatchObject({ kind: "directory", path: "/" });
  await expect(volume.list("/Straße Éclair/ünter.txt")).rejects.toMatchObject({
    code: "not-a-directory",
  });
  await expect(volume.list("/nothing")).rejects.toMatchObject({ code: "no-such-file" });
  await expect(volume.open("/nothing")).rejects.toMatchObject({ code: "no-such-file" });
  await expect(volume.open("/Straße Éclair")).rejects.toMatchObject({ code: "is-a-directory" });
  await expect(volume.makeDirectory("/straße éclair")).rejects.toMatchObject({
    code: "file-exists",
  });
  await expect(volume.writeFile("/a:b", Buffer.alloc(1))).rejects.toMatchObject({
    code: "name-not-storable",
  });
});

test("paths of 300 characters and directories many levels deep", async () => {
  const { path, range } = await formatted(64 * MiB);
  const volume = await openExfat(range);
  let folder = "";
  while (folder.length < 300) {
    folder += `/${"d".repeat(47)}${folder.length}`;
    await volume.makeDirectory(folder);
  }
  await volume.writeFile(`${folder}/end`, Buffer.from("end"));
  await range.flush();
  expect(await expectClean(path)).toEqual({ directories: 7, files: 1 });
  expect((await contentOf(await openExfat(range), `${folder}/end`)).toString()).toBe("end");
  expect(await judge("grub-fstest", [path, "cat", `(loop0)${folder}/end`])).toBe("end");
});

test("directories grow: in place, by moving, and the root by its chain", async () => {
  const { path, range } = await formatted(64 * MiB, { clusterBytes: 512 });
  const volume = await openExfat(range);
  await volume.makeDirectory("/one");
  await volume.makeDirectory("/two");
  const names = Array.from({ length: 60 }, (_, index) => `${"long name ".repeat(12)}${index}.txt`);
  for (const [index, name] of names.entries()) {
    for (const folder of ["", "/one", "/two"]) {
      await volume.writeFile(`${folder}/${name}`, pattern(index * 20, index));
    }
  }
  for (const name of names.filter((_, index) => index % 3 === 0))
    await volume.remove(`/one/${name}`);
  for (const name of names.filter((_, index) => index % 2 === 0)) {
    await volume.writeFile(`/two/${name}`, pattern(3000, 7));
  }
  await range.flush();
  expect(await expectClean(path)).toEqual({ directories: 3, files: 160 });
  // A set of up to 16 entries appears, changes and goes with one sector: none lies in two.
  const bytes = await readBytes(range, 0, range.size);
  for (let at = 24 * 512; at < bytes.length; at += 32) {
    if (bytes[at] !== 0x85 || bytes[at + 32] !== 0xc0) continue;
    const entries = (bytes[at + 1] ?? 0) + 1;
    expect((at % 512) / 32 + entries).toBeLessThanOrEqual(16);
  }
  const again = await openExfat(range);
  expect(await tree(again)).toEqual(await tree(volume));
  expect(again.freeBytes).toBe(volume.freeBytes);
  expect((await contentOf(again, `/two/${names[8]}`)).equals(pattern(3000, 7))).toBe(true);
});

test("what was removed gives back every cluster, and its entries are used again", async () => {
  const { path, range } = await formatted(16 * MiB);
  const volume = await openExfat(range);
  await volume.writeFile("/first", Buffer.alloc(100));
  const free = volume.freeBytes;
  for (let round = 0; round < 40; round++) {
    await volume.makeDirectory("/folder");
    await volume.writeFile("/folder/file", Buffer.alloc(50_000));
    await expect(volume.remove("/folder")).rejects.toMatchObject({ code: "directory-not-empty" });
    await volume.remove("/FOLDER/file");
    await volume.remove("/folder");
  }
  expect(volume.freeBytes).toBe(free);
  await expect(volume.remove("/folder")).rejects.toMatchObject({ code: "no-such-file" });
  await range.flush();
  expect(await expectClean(path)).toEqual({ directories: 1, files: 1 });
});

test("a reservation changes nothing on the medium until it is committed", async () => {
  const { path, range } = await formatted(64 * MiB);
  const volume = await openExfat(range);
  const before = await readBytes(range, 0, range.size);
  const free = volume.freeBytes;
  const dropped = await volume.reserve(5 * MiB);
  const kept = await volume.reserve(3 * MiB + 1);
  expect((await readBytes(range, 0, range.size)).equals(before)).toBe(true);
  expect(kept.extents).toHaveLength(1);
  expect(kept.extents[0]?.length).toBe(3 * MiB + 1);
  const bytes = pattern(3 * MiB + 1, 5);
  for (const extent of kept.extents) await range.write(extent.start, bytes);
  await expect(kept.commit("/missing/x.iso", NOW)).rejects.toMatchObject({ code: "no-such-file" });
  await kept.commit("/x.iso", NOW);
  await expect(kept.commit("/y.iso", NOW)).rejects.toMatchObject({ code: "reservation-closed" });
  await dropped.release();
  expect(free - volume.freeBytes).toBe(Math.ceil((3 * MiB + 1) / 4096) * 4096);
  expect(await volume.extents("/x.iso")).toEqual(kept.extents);
  await range.flush();
  expect(await expectClean(path)).toEqual({ directories: 1, files: 1 });
  expect((await contentOf(await openExfat(range), "/x.iso")).equals(bytes)).toBe(true);
});

test("a full volume says so, and a fragmented one gives the fewest pieces", async () => {
  const { path, range } = await formatted(32 * MiB);
  const volume = await openExfat(range);
  const sizes = [3, 1, 2, 1, 5, 1, 4, 1];
  for (const [index, size] of sizes.entries()) {
    await volume.writeFile(`/${index}`, pattern(size * MiB, index));
  }
  const rest = volume.freeBytes;
  await volume.writeFile("/rest", Buffer.alloc(rest));
  expect(volume.freeBytes).toBe(0);
  await expect(volume.reserve(1)).rejects.toMatchObject({ code: "volume-full" });
  for (const index of [0, 2, 4, 6]) await volume.remove(`/${index}`);
  await expect(volume.reserve(14 * MiB + 1)).rejects.toMatchObject({ code: "volume-full" });
  // 5 + 4 + 3 MiB hold 11 MiB, no two of the gaps do.
  const reservation = await volume.reserve(11 * MiB);
  expect(reservation.extents.map((extent) => extent.length / MiB)).toEqual([2, 5, 4]);
  const bytes = pattern(11 * MiB, 9);
  let at = 0;
  for (const extent of reservation.extents) {
    await range.write(extent.start, bytes.subarray(at, at + extent.length));
    at += extent.length;
  }
  await reservation.commit("/big", NOW);
  await range.flush();
  await expectClean(path);
  const again = await openExfat(range);
  expect(await again.extents("/big")).toEqual(reservation.extents);
  expect((await contentOf(again, "/big")).equals(bytes)).toBe(true);
  const local = join(await temporaryFolder(), "local");
  await writeFile(local, bytes);
  await readByGrub(path, "/big", local);
  const small = await volume.reserve(2 * MiB - 5);
  expect(small.extents).toHaveLength(1);
});

test("a file above 4 GiB and a volume of 2 TiB", async () => {
  const { path, range } = await formatted(2 * 2 ** 40 + 5 * MiB, { partitionOffsetSectors: 2048 });
  const volume = await openExfat(range);
  expect(volume.allocationUnitBytes).toBe(128 * 1024);
  const size = 5 * 2 ** 30 + 77;
  const reservation = await volume.reserve(size);
  expect(reservation.extents).toHaveLength(1);
  const start = reservation.extents[0]?.start ?? 0;
  await range.write(start, Buffer.from("first"));
  await range.write(start + size - 4, Buffer.from("last"));
  await reservation.commit("/huge.img", NOW);
  const nearlyAll = await volume.reserve(volume.freeBytes);
  await nearlyAll.commit("/everything.img", NOW);
  await range.flush();
  expect(await expectClean(path)).toEqual({ directories: 1, files: 2 });
  const again = await openExfat(range);
  const huge = await again.open("/huge.img");
  expect(huge.size).toBe(size);
  expect((await readBytes(huge, size - 4, 4)).toString()).toBe("last");
  expect(again.freeBytes).toBe(0);
  const listed = await judge("grub-fstest", [path, "ls", "--", "-l", "(loop0)/"]);
  expect(listed).toContain(`${size}`);
});

test("a medium with sectors of 4,096 bytes is given whole sectors only", async () => {
  const medium = new SectorsOnly(32 * MiB, 4096);
  await formatExfat(medium, { ...FORMAT, clusterBytes: 8192 });
  const volume = await openExfat(medium);
  await volume.makeDirectory("/folder");
  for (let index = 0; index < 100; index++) {
    await volume.writeFile(`/folder/${"n".repeat(200)}${index}`, pattern(index * 300, index));
  }
  for (let index = 0; index < 100; index += 2) {
    await volume.remove(`/folder/${"n".repeat(200)}${index}`);
  }
  await volume.writeFile("/in pieces", pattern(volume.freeBytes, 3));
  expect(await volume.extents("/in pieces")).not.toHaveLength(1);
  const path = join(await temporaryFolder(), "volume.img");
  await writeFile(path, medium.bytes);
  expect(await expectClean(path)).toEqual({ directories: 2, files: 51 });
  const name = `/folder/${"n".repeat(200)}99`;
  const again = await openExfat(new AlignedRange(medium));
  expect((await contentOf(again, name)).equals(pattern(29_700, 99))).toBe(true);
});

test("a volume that can't be written can be read, and says why it can't be written", async () => {
  const { path, range } = await formatted(16 * MiB);
  await (await openExfat(range)).writeFile("/x", Buffer.from("x"));
  const volume = await openExfat(await opened(path));
  expect((await contentOf(volume, "/x")).toString()).toBe("x");
  for (const attempt of [
    volume.writeFile("/y", Buffer.alloc(0)),
    volume.remove("/x"),
    volume.makeDirectory("/d"),
    volume.reserve(1),
  ]) {
    await expect(attempt).rejects.toMatchObject({ code: "read-only" });
  }
});
