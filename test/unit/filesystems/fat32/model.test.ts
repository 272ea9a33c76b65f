/** Random changes to a volume and to a plain map of paths: in the end both are the same, by three readers, and fsck is content. */
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatFat32, openFat, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import type { Fat32Volume } from "../../../../src/filesystems/fat32/index.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import {
  assertClean,
  createImage,
  digest,
  DIRECTORY,
  FORMAT,
  MIB,
  NOON,
  patterned,
  sorted,
  treeByMtools,
  treeOfVolume,
} from "./support.ts";
import type { Tree } from "./support.ts";

const RUNS = Math.ceil(Number(process.env["LIFEBOAT_FUZZ"] ?? 250) / 8);

const name = fc.constantFrom(
  "A",
  "b",
  "FILE.TXT",
  "A long file name.txt",
  "a long file NAME two.txt",
  "救援盘",
  "It's $5",
  "n".repeat(120),
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join("/")}`);
const size = fc.oneof(fc.nat(2000), fc.constantFrom(0, 512, 4096, 70_000, 3 * MIB));

interface Step {
  readonly kind: "write" | "directory" | "remove" | "reserve" | "tree" | "reopen";
  readonly path: string;
  readonly size: number;
  readonly seed: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    "write",
    "write",
    "directory",
    "directory",
    "remove",
    "reserve",
    "tree",
    "reopen",
  ),
  path,
  size,
  seed: fc.nat(1000),
});

/** The path as the model has it, whatever the case of its letters. */
function inModel(model: Tree, wanted: string): string | undefined {
  if (wanted === "") return "";
  return [...model.keys()].find((path) => path.toUpperCase() === wanted.toUpperCase());
}

function split(path: string): [parent: string, name: string] {
  const slash = path.lastIndexOf("/");
  return [path.slice(0, slash), path.slice(slash + 1)];
}

/** What the change does to the model; false where it must be refused. */
function applyToModel(model: Tree, step: Step, data: Buffer): boolean {
  const [above, last] = split(step.path);
  const existing = inModel(model, step.path);
  if (step.kind === "remove") {
    if (existing === undefined) return false;
    if ([...model.keys()].some((other) => other.startsWith(`${existing}/`))) return false;
    return model.delete(existing);
  }
  if (step.kind === "tree" && inModel(model, above) === undefined) {
    if (!applyToModel(model, { ...step, kind: "tree", path: above }, Buffer.alloc(0))) return false;
    model.set(inModel(model, above) ?? above, DIRECTORY);
  }
  const parent = inModel(model, above);
  if (parent === undefined || (parent !== "" && model.get(parent) !== DIRECTORY)) return false;
  const replaces = step.kind === "write" || step.kind === "tree";
  if (existing !== undefined && (!replaces || model.get(existing) === DIRECTORY)) return false;
  model.set(existing ?? `${parent}/${last}`, step.kind === "directory" ? DIRECTORY : digest(data));
  return true;
}

async function applyToVolume(volume: Fat32Volume, step: Step, data: Buffer): Promise<void> {
  switch (step.kind) {
    case "write":
      return volume.writeFile(step.path, data);
    case "directory":
      return volume.makeDirectory(step.path);
    case "remove":
      return volume.remove(step.path);
    case "tree":
      return volume.writeTree([{ path: step.path, data }]);
    case "reserve":
    case "reopen":
      return undefined;
  }
}

async function reserveAndCommit(
  volume: Fat32Volume,
  range: { write(offset: number, data: Uint8Array): Promise<void> },
  step: Step,
  data: Buffer,
): Promise<void> {
  const reservation = await volume.reserve(data.length);
  let at = 0;
  for (const { start, length } of reservation.extents) {
    await range.write(start, data.subarray(at, at + length));
    at += length;
  }
  try {
    await reservation.commit(step.path, NOON);
  } catch (error) {
    await reservation.release();
    throw error;
  }
}

test("any sequence of changes", { timeout: 60_000 + RUNS * 1000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 50 }), async (steps) => {
      const folder = await temporaryFolder();
      const image = join(folder, "image");
      const range = await createImage(image, 34 * MIB);
      await formatFat32(range, FORMAT);
      let volume = await openFat32(range);
      let model: Tree = new Map();
      for (const step of steps) {
        if (step.kind === "reopen") {
          const { freeBytes } = volume;
          volume = await openFat32(range);
          expect(volume.freeBytes).toBe(freeBytes);
          continue;
        }
        const data = patterned(step.size, step.seed);
        const next: Tree = new Map(model);
        const allowed = applyToModel(next, step, data);
        const work =
          step.kind === "reserve"
            ? reserveAndCommit(volume, range, step, data)
            : applyToVolume(volume, step, data);
        const error = await work.then(
          () => undefined,
          (error: unknown) => error,
        );
        if (error !== undefined && !(error instanceof LifeboatError)) throw error;
        if (error?.code === "volume-full") continue;
        expect([step, error?.message ?? "done"]).toEqual([
          step,
          allowed ? "done" : expect.anything(),
        ]);
        expect(error === undefined).toBe(allowed);
        if (allowed) model = next;
      }
      const expected = sorted(model);
      expect(await treeOfVolume(volume)).toEqual(expected);
      expect(await treeOfVolume(await openFat(range))).toEqual(expected);
      await assertClean(image);
      expect(await treeByMtools(image, join(folder, "out"))).toEqual(expected);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
