/** Files moved away from the end of a volume that mkfs.exfat made. */
import { createHash, randomBytes } from "node:crypto";
import { open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { openFile } from "../../../../src/block/file.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { checkExfat, repairExfat } from "../../../../src/filesystems/exfat/check/index.ts";
import {
  exfatShrinkRoom,
  openExfat,
  planRelocation,
  relocateExfat,
} from "../../../../src/filesystems/exfat/index.ts";
import { FIRST_CLUSTER, offsetOfCluster } from "../../../../src/filesystems/exfat/boot-sector.ts";
import { openBitmap } from "../../../../src/filesystems/exfat/shrink.ts";
import { ExfatTree } from "../../../../src/filesystems/exfat/tree.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import { walk } from "../../../../src/filesystems/walk.ts";
import { expectCleanVolume } from "../../../support/sticks.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { ALL, EVERY_OTHER, NONE, powerCuts } from "../../../support/power-cuts.ts";

const MIB = 1 << 20;
const LIMIT = 30 * MIB + 512;
const hooks = () => ({
  signal: new AbortController().signal,
  beforeReadBack: async () => {},
  progress: () => {},
});

/** One file in front; a folder and three files behind the limit, one of them in two pieces. */
async function volumeWithFilesAtEnd(path: string): Promise<ByteRange> {
  await (await open(path, "w")).close();
  await truncate(path, 64 * MIB);
  await judge("mkfs.exfat", ["-c", "4096", path]);
  const range = await openFile(path, { writable: true });
  const volume = await openExfat(range);
  await volume.writeFile("/front", randomBytes(2 * MIB + 5));
  await volume.writeFile("/gap", randomBytes(100_000));
  await volume.writeFile("/filler", Buffer.alloc(30 * MIB));
  await volume.makeDirectory("/镜像");
  await volume.writeFile("/镜像/一.iso", randomBytes(MIB + 1));
  await volume.writeFile("/two", randomBytes(4096));
  // All that is free is the gap and a MiB at the very end: the last file lies in both.
  await volume.remove("/gap");
  await volume.writeFile("/more", Buffer.alloc(volume.freeBytes - MIB - 102_400));
  await volume.writeFile("/pieces", randomBytes(MIB + 50_000));
  expect(await volume.extents("/pieces")).toHaveLength(2);
  await volume.remove("/more");
  await volume.remove("/filler");
  await range.flush();
  return range;
}

async function contents(range: ByteRange): Promise<string[]> {
  const volume = await openExfat(range);
  const found: string[] = [];
  for await (const { path, kind, modified } of walk(volume)) {
    if (kind !== "file") continue;
    const file = await volume.open(path);
    const hash = createHash("sha256").update(await readBytes(file, 0, file.size));
    found.push(`${path} ${modified?.toISOString()} ${hash.digest("hex")}`);
  }
  return found.toSorted();
}

test("they lie before the limit then, with their names and times", async () => {
  const path = join(await temporaryFolder(), "volume");
  const range = await volumeWithFilesAtEnd(path);
  const before = await contents(range);
  const files = await planRelocation(range, LIMIT);
  const paths = ["/pieces", "/two", "/镜像", "/镜像/一.iso"];
  expect(files?.map((file) => file.path).toSorted()).toEqual(paths);
  await relocateExfat(range, LIMIT, files ?? [], hooks());
  expect(await contents(range)).toEqual(before);
  expect(await planRelocation(range, LIMIT)).toEqual([]);
  expect((await exfatShrinkRoom(range)).leastBytes).toBeLessThanOrEqual(LIMIT);
  expect(await checkExfat(range)).toMatchObject({ findings: [] });
  await range.close();
  await expectCleanVolume(path, "exfat");
});

test("what can't be moved", async () => {
  const path = join(await temporaryFolder(), "volume");
  const range = await volumeWithFilesAtEnd(path);
  // No room for them.
  expect(await planRelocation(range, 4 * MIB)).toBeUndefined();
  // Not even for the volume's own.
  expect(await planRelocation(range, MIB)).toBeUndefined();
  await range.close();
});

test.each([
  ["lost", undefined],
  ["bad", 0xfffffff7],
])("a %s cluster behind the limit: what it is, instead of files", async (_what, inFat) => {
  const path = join(await temporaryFolder(), "volume");
  const range = await volumeWithFilesAtEnd(path);
  const tree = await ExfatTree.open(range);
  const { geometry, fat } = tree;
  const { bitmap } = await openBitmap(tree);
  let last = geometry.clusterCount + FIRST_CLUSTER - 1;
  while (!bitmap.isFree(last)) last--;
  expect(offsetOfCluster(geometry, last)).toBeGreaterThan(LIMIT);
  bitmap.use(bitmap.reserveAt({ first: last, count: 1 }));
  await bitmap.store(range);
  if (inFat !== undefined) await fat.link(last, inFat);
  await range.flush();
  // No errors: nothing else would have said so.
  const { findings } = await checkExfat(range);
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  const refused = { code: "exfat-lost-clusters", kind: "refused" };
  await expect(planRelocation(range, LIMIT)).rejects.toMatchObject(refused);
  await range.close();
});

test("folders, with folders and files in them", async () => {
  const path = join(await temporaryFolder(), "volume");
  const range = await volumeWithFilesAtEnd(path);
  const volume = await openExfat(range);
  for (const name of ["/pieces", "/two", "/镜像/一.iso"]) await volume.remove(name);
  await volume.writeFile("/filler", Buffer.alloc(40 * MIB));
  await volume.makeDirectory("/folder");
  await volume.makeDirectory("/folder/内");
  // Enough names for a second cluster.
  for (let index = 0; index < 70; index++) {
    await volume.writeFile(`/folder/内/a file with a longer name ${index}`, randomBytes(100));
  }
  await volume.remove("/filler");
  const before = await contents(range);
  const { leastBytes } = await exfatShrinkRoom(range);
  expect(leastBytes).toBeGreaterThan(40 * MIB);
  const items = (await planRelocation(range, 20 * MIB)) ?? [];
  expect(items).toHaveLength(73);
  await relocateExfat(range, 20 * MIB, items, hooks());
  expect(await contents(range)).toEqual(before);
  expect((await exfatShrinkRoom(range)).leastBytes).toBeLessThanOrEqual(20 * MIB);
  expect(await checkExfat(range)).toMatchObject({ findings: [] });
  await range.close();
  await expectCleanVolume(path, "exfat");
});

test("a copy that isn't what was read is noticed, and the file stays where it was", async () => {
  const path = join(await temporaryFolder(), "volume");
  const range = await volumeWithFilesAtEnd(path);
  const before = await contents(range);
  const files = (await planRelocation(range, LIMIT)) ?? [];
  const memory = new OverlayRange(range);
  const lossy = new Proxy(memory, {
    get: (target, key: keyof OverlayRange) => {
      if (key !== "write") {
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      }
      return async (offset: number, data: Uint8Array) =>
        target.write(offset, data.length > 100_000 ? Buffer.alloc(data.length) : data);
    },
  });
  const work = relocateExfat(lossy, LIMIT, files, hooks());
  await expect(work).rejects.toMatchObject({ code: "read-back-mismatch" });
  expect(await contents(memory)).toEqual(before);
  await range.close();
});

test("cut off after any event", async () => {
  const path = join(await temporaryFolder(), "volume");
  const range = await volumeWithFilesAtEnd(path);
  const before = await contents(range);
  const files = (await planRelocation(range, LIMIT)) ?? [];
  const recorder = new RecordingRange(new OverlayRange(range));
  await relocateExfat(recorder, LIMIT, files, hooks());
  const { log } = recorder;
  expect(log.length).toBeGreaterThan(20);
  for await (const { disk, count } of powerCuts(range, log, [ALL, NONE, EVERY_OTHER])) {
    expect(await contents(disk), `after ${count} of ${log.length}`).toEqual(before);
    expect(isClean((await repairExfat(disk)).after)).toBe(true);
    expect(await contents(disk)).toEqual(before);
  }
  await range.close();
}, 120_000);
