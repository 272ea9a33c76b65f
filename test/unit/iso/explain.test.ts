/** Why an image is taken for what it is: the same answer as the scan's, and what the near recipes lack. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { explainIso, inspectIso } from "../../../src/iso/inspect.ts";
import { loadRecipes } from "../../../src/iso/index.ts";
import { say } from "../../../src/iso/messages.ts";
import { CONDITION_PARTS } from "../../../src/iso/recipes/conditions.ts";
import { buildFixture, loadFixtures } from "../../support/iso-fixtures.ts";
import { compile, lifeboat } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/tools.ts";

const set = await loadRecipes(fileURLToPath(new URL("../../../grub/recipes", import.meta.url)));
const fixtures = await loadFixtures();

beforeAll(compile);

async function explain(path: string, recipes = set) {
  const range = await openFile(path);
  const explanation = await explainIso(range, "x.iso", recipes);
  const report = await inspectIso(range, "x.iso", recipes);
  await range.close();
  return { explanation, report };
}

function fixture(id: string) {
  const found = fixtures.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no fixture ${id}`);
  return found;
}

test.each(["arch", "kali", "mfsbsd", "linux", "loopback", "alt", "windows"])(
  "%s: the recipe of the scan, with conditions that hold",
  async (id) => {
    const path = await buildFixture(fixture(id), await temporaryFolder());
    const { explanation, report } = await explain(path);
    expect(explanation?.chosen?.family).toBe(report.family);
    expect(explanation?.chosen?.recipe).toBe(report.recipe);
    expect(explanation?.chosen?.because.length).toBeGreaterThan(0);
    expect(explanation?.chosen?.because.every((part) => part.holds)).toBe(true);
    expect(explanation?.near.every(({ lacks }) => !lacks.holds)).toBe(true);
  },
);

test("a special case names what it is one of; what fits too is told", async () => {
  const path = await buildFixture(fixture("kali"), await temporaryFolder());
  const { explanation } = await explain(path);
  expect(explanation?.chosen?.refines).toEqual(["debian-live"]);
  expect(explanation?.alsoFit).toContain("linux");
  expect(explanation?.alsoFit).not.toContain("debian-live");
});

test("the first part that doesn't hold is what a near recipe lacks", async () => {
  const files = { "/live/vmlinuz": "@kernel64", "/boot/kernel/kernel": "x" };
  const iso = { id: "near", volumeId: "NEAR", files };
  const { explanation } = await explain(await buildFixture(iso, await temporaryFolder()));
  expect(explanation?.chosen).toBeUndefined();
  expect(explanation?.near.find(({ family }) => family === "debian-live")).toMatchObject({
    holds: expect.arrayContaining([
      { part: "exists", wanted: "/live/vmlinuz*", holds: true, found: "/live/vmlinuz" },
    ]) as unknown,
    lacks: { part: "exists", wanted: "/live/*.squashfs", holds: false, found: "" },
  });
  const kali = { id: "k", volumeId: "Kali Live", files };
  const special = await explain(await buildFixture(kali, await temporaryFolder()));
  expect(special.explanation?.near.find(({ family }) => family === "kali")?.lacks).toMatchObject({
    part: "refines",
    wanted: "debian-live",
  });
});

test("what is no image has no explanation", async () => {
  expect(await explainIso(new MemoryRange(Buffer.alloc(1 << 20)), "x.iso", set)).toBeUndefined();
});

test("every part has its sentences, whether it holds or not", () => {
  for (const part of CONDITION_PARTS) {
    for (const holds of [true, false]) {
      for (const found of ["", "/there"]) {
        const text = say.conditionPart({ part, wanted: "/wanted", holds, found });
        expect(text.en).not.toBe("");
        expect(text.zh).not.toBe(text.en);
      }
    }
  }
});

test("scan --explain tells it, in text and in JSON", async () => {
  const folder = await temporaryFolder();
  const path = await buildFixture(fixture("tinycore"), folder);
  const text = await lifeboat(["scan", "--explain", path]);
  expect(text.stdout).toContain("Recipe tinycore (tinycore.yaml), because:");
  expect(text.stdout).toContain("wants /boot/vmlinuz*: /boot/vmlinuz64");
  const json = await lifeboat(["scan", "--explain", "--json", path]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    isos: [{ family: "tinycore", explanation: { chosen: { family: "tinycore" } } }],
  });
  const plain = await lifeboat(["scan", "--json", join(folder, "tinycore.iso")]);
  expect(plain.stdout).not.toContain("explanation");
});
