import { readFile, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cached } from "../../setup/cache.ts";
import type { Recipe } from "../../setup/cache.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

let folder: string;
let before: string | undefined;

beforeEach(async () => {
  folder = await temporaryFolder();
  before = process.env["LIFEBOAT_TEST_CACHE"];
  process.env["LIFEBOAT_TEST_CACHE"] = folder;
});

afterEach(() => {
  if (before === undefined) delete process.env["LIFEBOAT_TEST_CACHE"];
  else process.env["LIFEBOAT_TEST_CACHE"] = before;
});

function counting(): { recipe: Recipe; made: () => number } {
  let made = 0;
  const recipe: Recipe = {
    name: "thing",
    extension: ".iso",
    sources: ["cache.ts"],
    async make(work) {
      made++;
      const path = join(work, "out");
      await writeFile(path, "content");
      return path;
    },
  };
  return { recipe, made: () => made };
}

test("a thing is made once, also when it is asked for twice at the same time", async () => {
  const { recipe, made } = counting();
  const [first, second] = await Promise.all([cached(recipe), cached(recipe)]);
  expect(second).toBe(first);
  expect(await cached(recipe)).toBe(first);
  expect(made()).toBe(1);
  expect(await readFile(first, "utf8")).toBe("content");
  // Neither the lock nor the folder it was made in is left.
  expect(await readdir(folder)).toHaveLength(1);
});

test("other sources, another thing", async () => {
  const { recipe, made } = counting();
  const first = await cached(recipe);
  const second = await cached({ ...recipe, sources: ["cache.ts", "isos.ts"] });
  expect(second).not.toBe(first);
  expect(made()).toBe(2);
});

test("what fails half-way leaves nothing, and is tried again", async () => {
  const { recipe } = counting();
  const failing: Recipe = {
    ...recipe,
    async make(work) {
      await writeFile(join(work, "half"), "");
      throw new Error("no network");
    },
  };
  await expect(cached(failing)).rejects.toThrow("no network");
  expect(await readdir(folder)).toEqual([]);
  expect(await readFile(await cached(recipe), "utf8")).toBe("content");
});

test("a lock whose process has ended doesn't hold anybody up", async () => {
  const pid = (await judge("sh", ["-c", "echo $$"])).trim();
  await writeFile(join(folder, "thing.lock"), pid);
  await cached(counting().recipe);
});

test("neither does one left empty", async () => {
  const lock = join(folder, "thing.lock");
  await writeFile(lock, "");
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  await cached(counting().recipe);
});
