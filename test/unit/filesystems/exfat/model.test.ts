import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { formatExfat, openExfat } from "../../../../src/filesystems/exfat/index.ts";
import type { WritableVolume } from "../../../../src/filesystems/volume.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import { contentOf, expectClean, FORMAT, MiB, NOW, pattern, tree } from "./support.ts";

const RUNS = Math.ceil(Number(process.env["LIFEBOAT_FUZZ"] ?? 200) / 10);

type Change =
  | { kind: "write" | "reserve"; path: string; size: number; seed: number }
  | { kind: "drop"; size: number }
  | { kind: "mkdir" | "remove"; path: string }
  | { kind: "reopen" };

const names = ["a", "B.txt", "x".repeat(240), "名字".repeat(40), "ends in digit 7"];
const folders = ["", "/one", "/one/TWO", "/three"];
const path = fc
  .tuple(fc.constantFrom(...folders), fc.constantFrom(...names), fc.nat(9))
  .map(([folder, name, digit]) => `${folder}/${name}${digit}`);
const folder = fc.constantFrom(...folders.slice(1));
const size = fc.oneof(fc.constant(0), fc.nat(2000), fc.nat(60_000), fc.nat(400_000));
const seed = fc.nat(1000);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("write" as const), path, size, seed }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reserve" as const), path, size, seed }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), path: folder }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("mkdir" as const), path: folder }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("drop" as const), size }) },
  { weight: 1, arbitrary: fc.constant({ kind: "reopen" as const }) },
);

/** What a volume should hold: paths to contents, null for directories. */
type Model = Map<string, Buffer | null>;

/** The code of the error that a change must end with, undefined where it must work; `volume-full` may come at any time. */
function expected(model: Model, change: Change): string | undefined {
  if (change.kind === "drop" || change.kind === "reopen") return undefined;
  const parent = change.path.slice(0, change.path.lastIndexOf("/"));
  if (parent !== "" && !model.has(parent)) return "no-such-file";
  const there = model.has(change.path);
  if (change.kind === "remove") {
    if (!there) return "no-such-file";
    const children = [...model.keys()].some((key) => key.startsWith(`${change.path}/`));
    return children ? "directory-not-empty" : undefined;
  }
  return there && change.kind !== "write" ? "file-exists" : undefined;
}

async function perform(medium: MemoryRange, volume: WritableVolume, change: Change): Promise<void> {
  switch (change.kind) {
    case "write":
      return volume.writeFile(change.path, pattern(change.size, change.seed), NOW);
    case "mkdir":
      return volume.makeDirectory(change.path);
    case "remove":
      return volume.remove(change.path);
    case "drop":
      return (await volume.reserve(change.size)).release();
    case "reserve": {
      const reservation = await volume.reserve(change.size);
      const bytes = pattern(change.size, change.seed);
      let at = 0;
      for (const extent of reservation.extents) {
        await medium.write(extent.start, bytes.subarray(at, at + extent.length));
        at += extent.length;
      }
      try {
        return await reservation.commit(change.path, NOW);
      } catch (error) {
        await reservation.release();
        throw error;
      }
    }
    case "reopen":
  }
  return undefined;
}

function apply(model: Model, change: Change): void {
  if (change.kind === "write" || change.kind === "reserve") {
    model.set(change.path, pattern(change.size, change.seed));
  } else if (change.kind === "mkdir") {
    model.set(change.path, null);
  } else if (change.kind === "remove") {
    model.delete(change.path);
  }
}

async function compare(volume: WritableVolume, model: Model): Promise<void> {
  const entries = await tree(volume);
  expect(entries.map((entry) => entry.path).sort()).toEqual([...model.keys()].sort());
  for (const entry of entries) {
    const content = model.get(entry.path);
    expect(entry.kind).toBe(content === null ? "directory" : "file");
    if (content instanceof Buffer) {
      expect((await contentOf(volume, entry.path)).equals(content), entry.path).toBe(true);
    }
  }
}

test("any sequence of changes leaves what a model says, and fsck.exfat finds nothing", async () => {
  const image = join(await temporaryFolder(), "model.img");
  const clusterBytes = fc.constantFrom(512, 1024, 4096);
  await fc.assert(
    fc.asyncProperty(
      clusterBytes,
      fc.array(change, { minLength: 20, maxLength: 120, size: "max" }),
      async (clusterBytes, changes) => {
        const medium = new MemoryRange(MiB);
        await formatExfat(medium, { ...FORMAT, clusterBytes });
        let volume = await openExfat(medium);
        const model: Model = new Map();
        for (const change of changes) {
          if (change.kind === "reopen") volume = await openExfat(medium);
          const code = expected(model, change);
          try {
            await perform(medium, volume, change);
            expect(code, JSON.stringify(change)).toBeUndefined();
            apply(model, change);
          } catch (error) {
            if (!(error instanceof LifeboatError)) throw error;
            if (error.code !== "volume-full") expect(error.code).toBe(code);
          }
        }
        await compare(volume, model);
        const again = await openExfat(medium);
        await compare(again, model);
        expect(again.freeBytes).toBe(volume.freeBytes);
        await writeFile(image, medium.bytes);
        const directories = [...model.values()].filter((content) => content === null).length;
        const files = model.size - directories;
        expect(await expectClean(image)).toEqual({ directories: directories + 1, files });
      },
    ),
    { numRuns: RUNS },
  );
});
