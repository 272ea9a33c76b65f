/** Each recipe against an ISO of its family: what it is taken for, and exactly which entries it yields. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { openIso9660 } from "../../../src/filesystems/iso9660/index.ts";
import { ImageFacts } from "../../../src/iso/image-facts.ts";
import { inspectIso, loadRecipes } from "../../../src/iso/index.ts";
import { fits } from "../../../src/iso/recipes/match.ts";
import { IsoTree } from "../../../src/iso/tree.ts";
import { buildFixture, describeEntry, loadFixtures } from "../../support/iso-fixtures.ts";

const set = await loadRecipes(fileURLToPath(new URL("../../../grub/recipes", import.meta.url)));
const fixtures = await loadFixtures();
const built = new Map<string, string>();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lifeboat-families-"));
  for (const fixture of fixtures) built.set(fixture.id, await buildFixture(fixture, folder));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test("every recipe has a fixture, and every fixture a recipe", () => {
  const families = set.recipes.map((recipe) => recipe.family);
  const shown = new Set(fixtures.map((fixture) => fixture.family));
  expect([...shown].toSorted()).toEqual(families.toSorted());
  for (const recipe of set.recipes) expect(recipe.file).toBe(`${recipe.family}.yaml`);
});

describe.each(fixtures)("$id $system", (fixture) => {
  test("is recognised, named, and yields its entries", async () => {
    const range = await openFile(built.get(fixture.id) ?? "");
    const report = await inspectIso(range, "fixture.iso", set);
    await range.close();
    expect(report.family).toBe(fixture.family);
    expect(report).toMatchObject({
      size: range.size,
      volumeId: fixture.volumeId,
      name: fixture.name,
      version: fixture.version,
      recipe: `${fixture.family}.yaml`,
    });
    expect(report.uuid).toBe("2026-01-02-03-04-05-00");
    expect(report.arch).toEqual(fixture.arch);
    expect(report.entries.map(describeEntry)).toEqual(fixture.entries);
    expect(report.problems.map(({ id }) => id)).toEqual(fixture.problems);
    for (const { method, via } of report.entries) {
      if (method.kind === "linux") expect(method.hook).toBe(via === "hook");
    }
  });

  test("no other specific recipe claims it, but those that it refines", async () => {
    const range = await openFile(built.get(fixture.id) ?? "");
    const volume = await openIso9660(range);
    const facts = new ImageFacts(new IsoTree(volume), {
      volumeId: volume.volumeId,
      uuid: volume.uuid,
      fileName: basename(range.path),
      range,
    });
    const own = set.recipes.find((recipe) => recipe.family === fixture.family);
    const allowed = new Set<string | undefined>();
    for (let one = own; one !== undefined; one = one.refines) allowed.add(one.family);
    for (const recipe of set.recipes) {
      if (recipe.generic || allowed.has(recipe.family)) continue;
      expect(await fits(facts, recipe), recipe.family).toBe(false);
    }
    expect(own !== undefined && (await fits(facts, own))).toBe(true);
    await range.close();
  });
});
