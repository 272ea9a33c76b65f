/** File systems made by others' tools and filled, made smaller by lifeboat, and held against those tools. */
import { open, truncate } from "node:fs/promises";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { readBytes } from "../../../src/block/byte-range.ts";
import { openFile } from "../../../src/block/file.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { RecordingRange, replayCrash } from "../../../src/block/recorder.ts";
import { checkExfat, repairExfat } from "../../../src/filesystems/exfat/check/index.ts";
import { exfatShrinkRoom, openExfat, shrinkExfat } from "../../../src/filesystems/exfat/index.ts";
import { checkFat32 } from "../../../src/filesystems/fat32/check/index.ts";
import { fat32ShrinkRoom, openFat32, shrinkFat32 } from "../../../src/filesystems/fat32/index.ts";
import {
  ntfsShrinkRoom,
  openNtfsWritable,
  shrinkNtfs,
} from "../../../src/filesystems/ntfs/index.ts";
import { isClean } from "../../../src/filesystems/check.ts";
import type { WritableVolume } from "../../../src/filesystems/volume.ts";
import { walk } from "../../../src/filesystems/walk.ts";
import { expectCleanVolume } from "../../support/sticks.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const MIB = 1 << 20;

interface Kind {
  readonly format: (path: string) => Promise<unknown>;
  readonly open: (range: ByteRange) => Promise<WritableVolume>;
  readonly room: (range: ByteRange) => Promise<{ presentBytes: number; leastBytes: number }>;
  readonly shrink: (range: ByteRange, bytes: number) => Promise<void>;
}

const KINDS: Readonly<Record<"exfat" | "fat32" | "ntfs", Kind>> = {
  exfat: {
    // Small clusters, so that the bitmap has more than one and gets shorter by some.
    format: async (path) => judge("mkfs.exfat", ["-c", "512", "-L", "Ventoy", path]),
    open: openExfat,
    room: exfatShrinkRoom,
    shrink: shrinkExfat,
  },
  fat32: {
    format: async (path) => judge("mkfs.fat", ["-F", "32", "-s", "2", path]),
    open: openFat32,
    room: fat32ShrinkRoom,
    shrink: shrinkFat32,
  },
  ntfs: {
    format: async (path) => judge("mkntfs", ["-F", "-Q", "-p", "2048", "-H", "0", "-S", "0", path]),
    open: openNtfsWritable,
    room: ntfsShrinkRoom,
    shrink: shrinkNtfs,
  },
};

async function hashesOf(volume: WritableVolume): Promise<string[]> {
  const hashes: string[] = [];
  for await (const { path, kind } of walk(volume)) {
    if (kind !== "file") continue;
    const file = await volume.open(path);
    const hash = createHash("sha256").update(await readBytes(file, 0, file.size));
    hashes.push(`${path} ${hash.digest("hex")}`);
  }
  return hashes.toSorted();
}

async function filled(kind: Kind, path: string): Promise<ByteRange> {
  await (await open(path, "w")).close();
  await truncate(path, 300 * MIB);
  await kind.format(path);
  const range = await openFile(path, { writable: true });
  const volume = await kind.open(range);
  await volume.makeDirectory("/镜像");
  for (const [name, size] of [
    ["a.iso", 5 * MIB + 17],
    ["镜像/系统 盘.iso", 3 * MIB],
    ["small", 100],
  ] as const) {
    await volume.writeFile(`/${name}`, randomBytes(size));
  }
  await range.flush();
  return range;
}

describe.each(Object.entries(KINDS))("%s", (name, kind) => {
  test.each([150 * MIB + 512, 201 * MIB])("to %d bytes", async (wanted) => {
    const path = join(await temporaryFolder(), "volume");
    const range = await filled(kind, path);
    const before = await hashesOf(await kind.open(range));
    const { presentBytes, leastBytes } = await kind.room(range);
    expect(presentBytes).toBeLessThanOrEqual(300 * MIB);
    expect(presentBytes).toBeGreaterThan(299 * MIB);
    // mkntfs puts the copy of the MFT's first records in the middle.
    const bytes = Math.max(wanted, leastBytes);
    expect(leastBytes).toBeLessThan(200 * MIB);
    await kind.shrink(range, bytes);
    await range.close();
    await truncate(path, bytes);
    await expectCleanVolume(path, name);
    const after = await openFile(path, { writable: true });
    const volume = await kind.open(after);
    expect(await hashesOf(volume)).toEqual(before);
    expect((await kind.room(after)).presentBytes).toBeGreaterThan(bytes - 4096);
    // It is one that can be written on.
    await volume.writeFile("/new", randomBytes(MIB));
    await after.close();
    await expectCleanVolume(path, name);
  });

  test("to the least, and not to less", async () => {
    const path = join(await temporaryFolder(), "volume");
    const range = await filled(kind, path);
    const before = await hashesOf(await kind.open(range));
    const { leastBytes } = await kind.room(range);
    await expect(kind.shrink(range, leastBytes - 4096)).rejects.toThrow(RangeError);
    await kind.shrink(range, leastBytes);
    expect((await kind.room(range)).leastBytes).toBe(leastBytes);
    expect(await hashesOf(await kind.open(range))).toEqual(before);
    await range.close();
    await truncate(path, leastBytes);
    await expectCleanVolume(path, name);
  });

  test("cut off after each write: every file is there", async () => {
    const path = join(await temporaryFolder(), "volume");
    const range = await filled(kind, path);
    const before = await hashesOf(await kind.open(range));
    const { leastBytes } = await kind.room(range);
    const recorder = new RecordingRange(new OverlayRange(range));
    await kind.shrink(recorder, Math.max(leastBytes, 160 * MIB));
    const { log } = recorder;
    expect(log.length).toBeGreaterThan(3);
    for (let count = 0; count <= log.length; count++) {
      for (const reached of [() => true, () => false]) {
        const cut = new OverlayRange(range);
        await replayCrash(log, count, cut, reached);
        expect(await hashesOf(await kind.open(cut)), `after ${count}`).toEqual(before);
        if (name === "fat32") {
          const { findings } = await checkFat32(cut);
          expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
        }
        if (name === "ntfs") await ntfsShrinkRoom(cut);
        if (name === "exfat") expect(isClean((await repairExfat(cut)).after)).toBe(true);
      }
    }
    await range.close();
  });
});

test("a shrunk exFAT volume has no findings of our own checker", async () => {
  const range = await filled(KINDS.exfat, join(await temporaryFolder(), "volume"));
  await shrinkExfat(range, 200 * MIB);
  expect(await checkExfat(range)).toMatchObject({ findings: [] });
  await range.close();
});
