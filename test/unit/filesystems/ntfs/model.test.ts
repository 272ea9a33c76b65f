/** Random changes against a model in memory, judged by ntfsresize, and cut short at every point. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { createFile } from "../../../../src/block/file.ts";
import { formatNtfs } from "../../../../src/filesystems/ntfs/format.ts";
import { openNtfs } from "../../../../src/filesystems/ntfs/reader.ts";
import { openNtfsWritable } from "../../../../src/filesystems/ntfs/writer.ts";
import type { WritableVolume } from "../../../../src/filesystems/volume.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import { join } from "node:path";
import { checkVolume, MIB, NOW, pattern, wholeFile } from "./support.ts";

type Change =
  | { kind: "write"; name: string; size: number }
  | { kind: "reserve"; name: string; size: number }
  | { kind: "folder"; name: string }
  | { kind: "remove"; name: string };

const letters = ["a", "B", "é", "Ж", "中", "long name with room for more, number "];
const name = fc
  .tuple(fc.constantFrom(...letters), fc.nat(30), fc.constantFrom("", "d/", "e/"))
  .map(([letter, number, folder]) => `/${folder}${letter}${number}`);
const size = fc.oneof(fc.nat(600), fc.nat(300_000));
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), name, size }),
  fc.record({ kind: fc.constant("reserve" as const), name, size }),
  fc.record({ kind: fc.constant("folder" as const), name }),
  fc.record({ kind: fc.constant("remove" as const), name }),
);

/** Files by upper-case path; undefined: a directory. */
type Model = Map<string, Buffer | undefined>;

async function apply(volume: WritableVolume, range: ByteRange, model: Model, one: Change) {
  const key = one.name.toUpperCase();
  const known = model.has(key);
  if (one.kind === "folder") {
    if (known) return expect(volume.makeDirectory(one.name)).rejects.toThrow();
    await volume.makeDirectory(one.name);
    model.set(key, undefined);
  } else if (one.kind === "remove") {
    if (!known)
      return expect(volume.remove(one.name)).rejects.toMatchObject({ code: "no-such-file" });
    await volume.remove(one.name);
    model.delete(key);
  } else if (one.kind === "write") {
    const bytes = pattern(one.size, one.size + 1);
    if (known && model.get(key) === undefined) {
      return expect(volume.writeFile(one.name, bytes)).rejects.toMatchObject({
        code: "is-a-directory",
      });
    }
    await volume.writeFile(one.name, bytes);
    model.set(key, bytes);
  } else {
    const bytes = pattern(one.size, one.size + 2);
    const reservation = await volume.reserve(bytes.length);
    let at = 0;
    for (const { start, length } of reservation.extents) {
      await range.write(start, bytes.subarray(at, at + length));
      at += length;
    }
    if (known) {
      await expect(reservation.commit(one.name, NOW)).rejects.toMatchObject({
        code: "file-exists",
      });
      return reservation.release();
    }
    await reservation.commit(one.name, NOW);
    model.set(key, bytes);
  }
  return undefined;
}

async function contentsOf(range: ByteRange): Promise<Model> {
  const volume = await openNtfs(range);
  const found: Model = new Map();
  const walk = async (path: string): Promise<void> => {
    for (const entry of await volume.list(path)) {
      const isDirectory = entry.kind === "directory";
      const key = entry.path.toUpperCase();
      expect(found.has(key)).toBe(false);
      found.set(key, isDirectory ? undefined : await wholeFile(await volume.open(entry.path)));
      if (isDirectory) await walk(entry.path);
    }
  };
  await walk("/");
  return found;
}

function sorted(model: Model): [string, string | undefined][] {
  return [...model]
    .map(([key, bytes]): [string, string | undefined] => [key, bytes?.toString("base64")])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function freshVolume(sizeBytes = 12 * MIB, clusterBytes = 1024): Promise<MemoryRange> {
  const range = new MemoryRange(sizeBytes);
  const options = { label: "model", serial: 1n, partitionStartLba: 0, now: NOW, clusterBytes };
  await formatNtfs(range, options);
  return range;
}

test("any changes leave the volume as the model has it, and sound to ntfsresize", async () => {
  const folder = await temporaryFolder();
  let round = 0;
  const runs = Number(process.env["LIFEBOAT_FUZZ"] ?? 250) / 25;
  const clusterBytes = fc.constantFrom(512, 1024, 4096, 16384);
  const changes = fc.array(change, { minLength: 5, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(clusterBytes, changes, async (cluster, all) => {
      const range = await freshVolume(24 * MIB, cluster);
      const model: Model = new Map([
        ["/D", undefined],
        ["/E", undefined],
      ]);
      const volume = await openNtfsWritable(range, { now: () => NOW });
      await volume.makeDirectory("/d");
      await volume.makeDirectory("/e");
      for (const one of all) await apply(volume, range, model, one);
      expect(sorted(await contentsOf(range))).toEqual(sorted(model));
      const path = join(folder, `${round++}.img`);
      const file = await createFile(path, range.size);
      await file.write(0, range.bytes);
      await file.close();
      await checkVolume(path);
    }),
    { numRuns: Math.ceil(runs), endOnFailure: true },
  );
});

/** Remembers writes and flushes, so that a test can replay any part of them. */
class RecordingRange implements ByteRange {
  readonly sectorSize = 512;
  readonly writable = true;
  readonly size: number;
  readonly inner: MemoryRange;
  /** Writes between two flushes. */
  readonly epochs: { offset: number; data: Buffer }[][] = [[]];

  constructor(inner: MemoryRange) {
    this.inner = inner;
    this.size = inner.size;
  }
  async read(offset: number, into: Uint8Array): Promise<void> {
    await this.inner.read(offset, into);
  }
  async write(offset: number, data: Uint8Array): Promise<void> {
    this.epochs.at(-1)?.push({ offset, data: Buffer.from(data) });
    await this.inner.write(offset, data);
  }
  async flush(): Promise<void> {
    this.epochs.push([]);
  }
  async close(): Promise<void> {}
}

test("cut short anywhere, with the last writes in any order, each change is there whole or not at all", async () => {
  const start = await freshVolume();
  const model: Model = new Map();
  const first = await openNtfsWritable(start, { now: () => NOW });
  for (let index = 0; index < 16; index++) {
    await apply(first, start, model, {
      kind: "write",
      name: `/kept file number ${index}`,
      size: 700,
    });
  }
  const changes: Change[] = [
    { kind: "write", name: "/new", size: 3000 },
    { kind: "write", name: "/kept file number 7", size: 5000 },
    { kind: "remove", name: "/kept file number 9" },
    { kind: "folder", name: "/folder" },
    { kind: "reserve", name: "/folder/large", size: 200_000 },
    { kind: "remove", name: "/new" },
  ];
  for (const one of changes) {
    const before = new Map(model);
    const base = Buffer.from(start.bytes);
    const recorder = new RecordingRange(start);
    const volume = await openNtfsWritable(recorder, { now: () => NOW });
    await apply(volume, recorder, model, one);
    const outcomes = new Set<string>();
    const allowed = [before, model].map((state) => JSON.stringify(sorted(state)));
    const check = async (bytes: Buffer) => {
      const found = JSON.stringify(sorted(await contentsOf(new MemoryRange(bytes))));
      expect(allowed).toContain(found);
      outcomes.add(found);
      // What is left can be written to again.
      const again = await openNtfsWritable(new MemoryRange(bytes), { now: () => NOW });
      await again.writeFile("/after", Buffer.from("x"));
    };
    let done = base;
    for (const epoch of recorder.epochs) {
      // Each write alone, as if it overtook the others; then all of them in order.
      for (const { offset, data } of epoch) {
        const bytes = Buffer.from(done);
        data.copy(bytes, offset);
        await check(bytes);
      }
      const next = Buffer.from(done);
      for (const { offset, data } of epoch) {
        data.copy(next, offset);
        await check(Buffer.from(next));
      }
      done = next;
    }
    expect(outcomes.size).toBe(2);
  }
}, 120_000);

test("flipped bytes never make the writer fail with anything but a LifeboatError, or hang", async () => {
  const start = await freshVolume(6 * MIB);
  const volume = await openNtfsWritable(start, { now: () => NOW });
  for (let index = 0; index < 30; index++) {
    await volume.writeFile(`/a file with a name, number ${index}`, pattern(index * 200));
  }
  const mftAt = start.bytes.indexOf("FILE0", 64 * 1024);
  const firstRecord = start.bytes.indexOf("FILE0");
  expect(mftAt).toBeGreaterThan(0);
  const spot = fc.oneof(
    fc.nat(100 * 1024).map((at) => firstRecord + at),
    fc.nat(4096).map((at) => start.bytes.lastIndexOf("INDX") + at),
    fc.nat(start.size - 1),
  );
  const flips = fc.array(fc.tuple(spot, fc.nat(255)), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(flips, async (all) => {
      const bytes = Buffer.from(start.bytes);
      for (const [at, value] of all) bytes[at] = value;
      try {
        const broken = await openNtfsWritable(new MemoryRange(bytes), { now: () => NOW });
        await broken.writeFile("/new", pattern(2000));
        await broken.writeFile("/a file with a name, number 3", pattern(20));
        await broken.remove("/a file with a name, number 5");
      } catch (error) {
        expect(error).toMatchObject({ name: "LifeboatError" });
      }
    }),
    { numRuns: Number(process.env["LIFEBOAT_FUZZ"] ?? 250) },
  );
});
