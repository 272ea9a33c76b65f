import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openExfat } from "../../../../src/filesystems/exfat/index.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import {
  contentByExtents,
  contentOf,
  expectClean,
  formatted,
  formattedByMkfs,
  MiB,
  mounted,
  NOW,
  opened,
  pattern,
  readByGrub,
  tree,
} from "./support.ts";

const NO_MOUNT = "exfat-fuse was not run: it needs root and a loop device";

test("mkfs.exfat's volumes are written by us, and read by GRUB's driver", async () => {
  const path = await formattedByMkfs(64 * MiB, "-L", "From mkfs");
  const range = await opened(path, true);
  const volume = await openExfat(range);
  expect(volume.label).toBe("From mkfs");
  await volume.makeDirectory("/目录");
  const bytes = pattern(3 * MiB + 5, 1);
  await volume.writeFile("/目录/file.iso", bytes, NOW);
  await range.flush();
  expect(await expectClean(path)).toEqual({ directories: 2, files: 1 });
  const local = join(await temporaryFolder(), "local");
  await writeFile(local, bytes);
  await readByGrub(path, "/目录/file.iso", local);
});

test("what exfat-fuse wrote, in pieces, is read and written on by us", async (context) => {
  const path = await formattedByMkfs(16 * MiB, "-L", "FUSE");
  const names = Array.from(
    { length: 60 },
    (_, index) => `file number ${index} with a long name.bin`,
  );
  const big = pattern(5 * MiB, 99);
  const ran = await mounted(path, async (folder) => {
    await mkdir(join(folder, "Ordner", "tief"), { recursive: true });
    for (const [index, name] of names.entries()) {
      await writeFile(join(folder, "Ordner", name), pattern(220_000, index));
    }
    for (const name of names.filter((_, index) => index % 2 === 0)) {
      await rm(join(folder, "Ordner", name));
    }
    await writeFile(join(folder, "Ordner", "tief", "big.iso"), big);
    await writeFile(join(folder, "empty"), "");
  });
  context.skip(!ran, NO_MOUNT);

  const range = await opened(path, true);
  const volume = await openExfat(range);
  expect((await volume.extents("/ORDNER/tief/BIG.iso"))?.length).toBeGreaterThan(5);
  expect((await contentOf(volume, "/Ordner/tief/big.iso")).equals(big)).toBe(true);
  expect((await contentByExtents(range, volume, "/Ordner/tief/big.iso")).equals(big)).toBe(true);
  expect(await contentOf(volume, "/empty")).toHaveLength(0);
  for (const [index, name] of names.entries()) {
    const found = await volume.find(`/Ordner/${name.toUpperCase()}`);
    expect(found?.name).toBe(index % 2 === 0 ? undefined : name);
    if (found !== undefined) {
      expect((await contentOf(volume, found.path)).equals(pattern(220_000, index))).toBe(true);
      expect(Math.abs((found.modified?.getTime() ?? 0) - Date.now())).toBeLessThan(600_000);
    }
  }

  for (const [index, name] of names.entries()) {
    if (index % 4 === 1) await volume.remove(`/Ordner/${name}`);
    if (index % 4 === 3) await volume.writeFile(`/Ordner/${name}`, pattern(index * 1000, index));
  }
  await volume.writeFile("/Ordner/tief/big.iso", pattern(volume.freeBytes - 2 * MiB, 3));
  await range.flush();
  expect(await expectClean(path)).toEqual({ directories: 3, files: 17 });
  const last = `/Ordner/${names[59]}`;
  await mounted(path, async (folder) => {
    expect(await readdir(join(folder, "Ordner"))).toHaveLength(16);
    expect((await readFile(join(folder, last))).equals(pattern(59_000, 59))).toBe(true);
  });
});

test("exfat-fuse reads what we wrote, writes on, and we read that", async (context) => {
  const { path, range } = await formatted(64 * MiB);
  const volume = await openExfat(range);
  await volume.makeDirectory("/Wörter");
  const names = ["a'; halt; ${x} b.iso", "中文.txt", "🛟.bin", "n".repeat(220)];
  for (const [index, name] of names.entries()) {
    await volume.writeFile(`/Wörter/${name}`, pattern(100_000, index), NOW);
  }
  await range.flush();
  const ran = await mounted(path, async (folder) => {
    expect((await readdir(join(folder, "Wörter"))).sort()).toEqual(names.toSorted());
    for (const [index, name] of names.entries()) {
      const file = join(folder, "wörter", name);
      expect((await readFile(file)).equals(pattern(100_000, index))).toBe(true);
      expect((await stat(file)).mtime.getTime()).toBe(Math.floor(NOW.getTime() / 1000) * 1000);
    }
    for (let index = 0; index < 100; index++) {
      await writeFile(join(folder, "Wörter", `${"more ".repeat(20)}${index}`), pattern(500, index));
    }
    await rm(join(folder, "Wörter", "中文.txt"));
  });
  context.skip(!ran, NO_MOUNT);
  const again = await openExfat(await opened(path, true));
  expect(await tree(again)).toHaveLength(104);
  const grown = `/Wörter/${"more ".repeat(20)}77`;
  expect((await contentOf(again, grown)).equals(pattern(500, 77))).toBe(true);
  await again.writeFile(grown, pattern(600, 78));
  await again.remove("/Wörter/🛟.bin");
  await expectClean(path);
});
