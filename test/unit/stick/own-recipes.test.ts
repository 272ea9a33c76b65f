/** Recipes of the user's on the stick: they win, a change leads to a refresh, and a mistake in one harms nothing else. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { openRecipes } from "../../../src/iso/recipes/library.ts";
import { addFiles } from "../../../src/stick/add.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { packageRoot } from "../../../src/system/places.ts";
import { compile, lifeboat } from "../../support/cli.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  buildStick,
  fixtureIso,
  refreshTools,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const MINE = `family: mine
name: My own tools
detect: [{exists: /boot/vmlinuz*}]
entries:
  - kernel: /boot/vmlinuz*
    initrd: /boot/core*.gz
    title: "{name}"
    args: from=my-recipe
`;

let folder = "";
let image = "";
let iso = "";
let tools: RefreshTools;

beforeAll(async () => {
  await compile();
  folder = await suiteFolder();
  image = join(folder, "own.img");
  tools = await refreshTools();
  await buildStick(image, { fileSystem: "fat32" });
  iso = await fixtureIso("tinycore", folder);
  await withStick(image, async (stick) => addFiles(stick, [iso], tools, quietJob()));
});

/** As a user does it on another computer: with somebody else's FAT driver. */
async function put(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, text);
  const data = `${image}@@1M`;
  await judge("mmd", ["-D", "s", "-i", data, "::/lifeboat/recipes"], { accept: [0, 1] });
  await judge("mcopy", ["-o", "-i", data, path, "::/lifeboat/recipes/"]);
}

async function refresh() {
  const notes: string[] = [];
  const job = {
    ...quietJob(),
    report: (event: { kind: string; text?: { en: string } }) => {
      if (event.kind === "note") notes.push(event.text?.en ?? "");
    },
  };
  const result = await withStick(image, async (stick) => refreshStick(stick, tools, job));
  const record = await withStick(image, async (stick) => {
    const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
    return slot?.records.isos[0];
  });
  return { result, notes, record };
}

const verify = async () =>
  withStick(image, async (stick) =>
    verifyStick(stick, { deep: false, recipes: tools.recipes }, tools.run, quietJob()),
  );

test("a recipe that is put on the stick wins at the next refresh, and is written once", async () => {
  expect((await refresh()).record?.family).toBe("tinycore");
  expect((await verify()).findings.map(({ id }) => id)).not.toContain("recipes-changed");
  await put("mine.yaml", MINE);
  expect((await verify()).findings.map(({ id }) => id)).toContain("recipes-changed");
  const after = await refresh();
  expect(after.result).toMatchObject({ changed: true, updated: ["/tinycore.iso"] });
  expect(after.record).toMatchObject({ family: "mine", name: "My own tools" });
  expect(after.record?.entries[0]?.method).toMatchObject({ args: "from=my-recipe" });
  expect((await refresh()).result.changed).toBe(false);
  expect((await verify()).findings.map(({ id }) => id)).not.toContain("recipes-changed");
});

test("a mistake is told by file and line; the other recipes and the menu stay", async () => {
  await put("broken.yaml", "family: broken\nname: Broken\ndetect:\n  - volumeId: '(unclosed'\n");
  const { notes, record } = await refresh();
  expect(notes.join("\n")).toMatch(/lifeboat\/recipes\/broken\.yaml, line 4: .*Unterminated group/);
  expect(record?.family).toBe("mine");
  const { ok, findings } = await verify();
  expect(ok).toBe(true);
  expect(findings.find(({ id }) => id === "recipe-mistake")?.what.en).toContain("line 4");
});

test("what isn't UTF-8, or no recipe by its name or size, is left out", async () => {
  await put("large.yaml", `# ${"x".repeat(300 * 1024)}\n`);
  await writeFile(join(folder, "latin.yaml"), Buffer.from([0x66, 0xe9, 0x0a]));
  await judge("mcopy", [
    "-o",
    "-i",
    `${image}@@1M`,
    join(folder, "latin.yaml"),
    "::/lifeboat/recipes/",
  ]);
  await put("notes.txt", "not: [a recipe");
  const { notes, record } = await refresh();
  expect(notes.filter((note) => note.includes("large.yaml is too large"))).toHaveLength(1);
  expect(notes.filter((note) => note.includes("latin.yaml can't be read"))).toHaveLength(1);
  expect(notes.join("\n")).not.toContain("notes.txt");
  expect(record?.family).toBe("mine");
});

test("scan --stick uses them, and without it does not", async () => {
  const plain = await lifeboat(["scan", "--json", iso]);
  expect(JSON.parse(plain.stdout)).toMatchObject({ isos: [{ family: "tinycore" }] });
  const own = await lifeboat(["scan", "--json", "--stick", image, iso]);
  expect(JSON.parse(own.stdout)).toMatchObject({ isos: [{ family: "mine", recipe: "mine.yaml" }] });
  expect(own.stderr).toContain("broken.yaml, line 4");
});

test("the digest tells recipes apart, and which are the user's makes no difference to the built-in ones", async () => {
  const library = await openRecipes(join(packageRoot(), "grub", "recipes"));
  const own = library.withOwn([{ name: "mine.yaml", text: MINE }]);
  expect(own.digest).not.toBe(library.digest);
  expect(library.withOwn([]).digest).toBe(library.digest);
  expect((await own.load()).recipes[0]?.family).toBe("mine");
  expect((await library.load()).recipes.map(({ family }) => family)).not.toContain("mine");
});
