/** File systems made by others' tools and filled, made smaller by lifeboat, and held against those tools. */
import { open, truncate, writeFile } from "node:fs/promises";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { readBytes } from "../../../src/block/byte-range.ts";
import { openFile } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { RecordingRange } from "../../../src/block/recorder.ts";
import { checkExfat, repairExfat } from "../../../src/filesystems/exfat/check/index.ts";
import { exfatShrinkRoom, openExfat, shrinkExfat } from "../../../src/filesystems/exfat/index.ts";
import { checkFat32 } from "../../../src/filesystems/fat32/check/index.ts";
import { fat32ShrinkRoom, openFat32, shrinkFat32 } from "../../../src/filesystems/fat32/index.ts";
import {
  ntfsShrinkRoom,
  openNtfsWritable,
  shrinkNtfs,
} from "../../../src/filesystems/ntfs/index.ts";
import { checkNtfs, repairNtfs } from "../../../src/filesystems/ntfs/check/index.ts";
import { isClean } from "../../../src/filesystems/check.ts";
import type { WritableVolume } from "../../../src/filesystems/volume.ts";
import { walk } from "../../../src/filesystems/walk.ts";
import { run } from "../../../src/system/run.ts";
import { statesOf, windowsOf } from "../../crash/states.ts";
import { expectCleanVolume } from "../../support/sticks.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";
import { ALL, NONE, powerCuts } from "../../support/power-cuts.ts";

const MIB = 1 << 20;
/** All that ntfs-3g.probe exits with. */
const PROBED = Array.from({ length: 23 }, (_value, code) => code);

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
    for await (const { disk, count } of powerCuts(range, log, [ALL, NONE])) {
      expect(await hashesOf(await kind.open(disk)), `after ${count}`).toEqual(before);
      if (name === "fat32") {
        const { findings } = await checkFat32(disk);
        expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
      }
      if (name === "ntfs") await ntfsShrinkRoom(disk);
      if (name === "exfat") expect(isClean((await repairExfat(disk)).after)).toBe(true);
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

describe("NTFS' records of $Bitmap and $BadClus", () => {
  /** What mounts such a volume, asked whether it would for writing. */
  const mayBeMounted = async (path: string) => judge("ntfs-3g.probe", ["-w", path]);

  /** A volume of mkntfs' with a file. */
  async function volumeOf(path: string, sizeBytes: number, clusterBytes: number) {
    await (await open(path, "w")).close();
    await truncate(path, sizeBytes);
    const geometry = ["-p", "2048", "-H", "0", "-S", "0"];
    await judge("mkntfs", ["-F", "-Q", "-c", String(clusterBytes), ...geometry, path]);
    const range = await openFile(path, { writable: true });
    const volume = await openNtfsWritable(range, {});
    await volume.writeFile("/镜像.iso", randomBytes(300_000));
    await range.flush();
    return range;
  }

  // Of clusters larger than 4 KiB, $MFTMirr holds these records too.
  test.each([4096, 8192, 65536])("clusters of %d bytes", async (clusterBytes) => {
    const path = join(await temporaryFolder(), "volume");
    const range = await volumeOf(path, 300 * MIB, clusterBytes);
    const before = await hashesOf(await openNtfsWritable(range, {}));
    const bytes = 200 * MIB;
    await shrinkNtfs(range, bytes);
    expect(await checkNtfs(range)).toMatchObject({ findings: [] });
    await range.close();
    await truncate(path, bytes);
    await mayBeMounted(path);
    await expectCleanVolume(path, "ntfs");
    const after = await openFile(path, { writable: true });
    expect(await hashesOf(await openNtfsWritable(after, {}))).toEqual(before);
    await after.close();
  });

  test.each([4096, 65536])(
    "torn at any sector, clusters of %d bytes",
    async (clusterBytes) => {
      const folder = await temporaryFolder();
      const path = join(folder, "volume");
      const file = await volumeOf(path, 24 * MIB, clusterBytes);
      const base = new MemoryRange(await readBytes(file, 0, file.size));
      await file.close();
      const before = await hashesOf(await openNtfsWritable(new OverlayRange(base), {}));
      const { leastBytes } = await ntfsShrinkRoom(base);
      const recorder = new RecordingRange(new OverlayRange(base));
      await shrinkNtfs(recorder, Math.max(leastBytes, 16 * MIB));
      const probed = join(folder, "state");
      let torn = 0;
      for (const window of windowsOf(recorder.log)) {
        for (const state of statesOf(window, 4, 1)) {
          const where = `events from ${window.first}, ${state.what}`;
          if (state.what.includes("torn")) torn++;
          const medium = new MemoryRange(Buffer.from(base.bytes));
          for (const { offset, data } of state.pieces) await medium.write(offset, data);
          expect(
            await hashesOf(await openNtfsWritable(new OverlayRange(medium), {})),
            where,
          ).toEqual(before);
          await writeFile(probed, medium.bytes);
          const { exitCode } = await run("ntfs-3g.probe", ["-w", probed], { accept: PROBED });
          // It is to be had without a repair, or by ours.
          const { after } = await repairNtfs(medium);
          expect([where, isClean(after)]).toEqual([where, true]);
          if (exitCode === 0) continue;
          await writeFile(probed, medium.bytes);
          await mayBeMounted(probed);
        }
        for (const { offset, data } of window.writes) await base.write(offset, data);
      }
      expect(torn).toBeGreaterThan(0);
    },
    120_000,
  );
});

test("exFAT, torn at any sector: every file is there, and a check puts it right", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "volume");
  await (await open(path, "w")).close();
  await truncate(path, 24 * MIB);
  await KINDS.exfat.format(path);
  const file = await openFile(path, { writable: true });
  const base = new MemoryRange(await readBytes(file, 0, file.size));
  await file.close();
  await (await openExfat(base)).writeFile("/镜像.iso", randomBytes(300_000));
  const before = await hashesOf(await openExfat(new OverlayRange(base)));
  const recorder = new RecordingRange(new OverlayRange(base));
  await shrinkExfat(recorder, 16 * MIB);
  const { log } = recorder;
  // The boot regions: what changes of them, and nothing else.
  const ofRegions = log.filter((event) => event.kind === "write" && event.offset < 24 * 512);
  const places = ofRegions.map((event) => event.kind === "write" && event.offset / 512);
  expect(places).toEqual([12, 23, 0, 11, 0]);
  for (const window of windowsOf(log)) {
    for (const state of statesOf(window, 4, 1)) {
      const where = `events from ${window.first}, ${state.what}`;
      const medium = new MemoryRange(Buffer.from(base.bytes));
      for (const { offset, data } of state.pieces) await medium.write(offset, data);
      expect(await hashesOf(await openExfat(new OverlayRange(medium))), where).toEqual(before);
      expect(isClean((await repairExfat(medium)).after), where).toBe(true);
      await writeFile(path, medium.bytes);
      await expectCleanVolume(path, "exfat");
    }
    for (const { offset, data } of window.writes) await base.write(offset, data);
  }
});
