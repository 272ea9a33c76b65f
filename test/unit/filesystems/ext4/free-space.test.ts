import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFreeSpace } from "../../../../src/filesystems/ext4/free-space.ts";
import type { FreeRun } from "../../../../src/filesystems/ext4/free-space.ts";
import { openExt4 } from "../../../../src/filesystems/ext4/reader.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { makeImage, MIB, openForTest, pattern, useDebugfs } from "./support.ts";

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  "ext2, 1 KiB blocks": ["-t", "ext2", "-b", "1024"],
  "ext4, defaults": ["-t", "ext4", "-b", "4096"],
  "1 KiB blocks, small groups": ["-t", "ext4", "-b", "1024", "-g", "1024"],
  "no flex_bg": ["-t", "ext4", "-b", "1024", "-g", "1024", "-O", "^flex_bg"],
  uninit_bg: ["-t", "ext4", "-b", "1024", "-g", "2048", "-O", "^metadata_csum,uninit_bg"],
  meta_bg: ["-t", "ext4", "-b", "1024", "-g", "256", "-O", "meta_bg,^resize_inode"],
  sparse_super2: "-t ext4 -b 1024 -g 1024 -O sparse_super2,^resize_inode -E num_backup_sb=2".split(
    " ",
  ),
  "no sparse_super": [
    "-t",
    "ext4",
    "-b",
    "1024",
    "-g",
    "1024",
    "-O",
    "^sparse_super,^resize_inode",
  ],
};

async function theirFreeRuns(path: string): Promise<FreeRun[]> {
  const said = await judge("dumpe2fs", [path]);
  const runs: { start: number; length: number }[] = [];
  for (const [, list] of said.matchAll(/^ {2}Free blocks: (.+)$/gm)) {
    for (const piece of (list ?? "").split(", ")) {
      const [start = 0, end = start] = piece.split("-").map(Number);
      const last = runs.at(-1);
      if (last !== undefined && last.start + last.length === start) last.length += end - start + 1;
      else runs.push({ start, length: end - start + 1 });
    }
  }
  return runs;
}

test.each(Object.entries(FORMATS))("free runs are dumpe2fs': %s", async (_, args) => {
  const path = await makeImage(50 * MIB + 4096, args);
  const fresh = await openExt4(await openForTest(path));
  expect((await readFreeSpace(fresh.metadata)).runs).toEqual(await theirFreeRuns(path));

  // Holes of many lengths, some of them across bytes and groups of the bitmap.
  const folder = await temporaryFolder();
  const commands: string[] = [];
  for (const size of [900, 5000, 13_000, 40_000, 1_500_000]) {
    await writeFile(join(folder, `${size}`), pattern(size));
    for (let index = 0; index < 12; index++) {
      commands.push(`write ${folder}/${size} ${size}-${index}`);
    }
  }
  await useDebugfs(path, commands);
  const removed = commands
    .filter((line) => /[02468]$/.test(line))
    .map((line) => line.split(" ")[2]);
  await useDebugfs(
    path,
    removed.map((name) => `rm ${name}`),
  );
  const used = await openExt4(await openForTest(path));
  const { runs } = await readFreeSpace(used.metadata);
  expect(runs).toEqual(await theirFreeRuns(path));
  expect(runs.length).toBeGreaterThan(10);
});
