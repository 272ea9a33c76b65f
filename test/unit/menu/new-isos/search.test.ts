/** The search for new ISOs in GRUB's own interpreter (grub-emu), on a disk whose names try to break out of the script. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openRecipes } from "../../../../src/iso/recipes/library.ts";
import {
  areWhole,
  prepareRecipes,
  recipeScripts,
} from "../../../../src/menu/new-isos/recipe-scripts.ts";
import type { RecipeScripts } from "../../../../src/menu/new-isos/recipe-scripts.ts";
import type { SearchFacts } from "../../../../src/menu/new-isos/search.ts";
import { searchScript } from "../../../../src/menu/new-isos/search.ts";
import { say } from "../../../../src/menu/messages.ts";
import { packageRoot } from "../../../../src/system/places.ts";
import { emulateGrub } from "../../../support/grub-emu.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

const folder = await suiteFolder();
const disk = join(folder, "disk.img");

const FOUND = [
  "/--users.iso",
  "/a'b\"c $d;e{f}.iso",
  "/back\\slash.iso",
  "/50%41.iso",
  "/UPPER.ISO",
  "/$(reboot)/`x`|&.iso",
  "/[to ols]/*?.iso",
  "/one/two/three.iso",
];
const NOT_FOUND = [
  "/one/two/three/four.iso",
  "/known's.iso",
  "/hidden/x.iso",
  "/lifeboat/x.iso",
  "/ignored/.lifeboatignore",
  "/ignored/x.iso",
  "/._x.iso",
  "/.lifeboat-x.iso",
  "/x.iso.txt",
  "/folder.iso/x.txt",
  "/System Volume Information/x.iso",
];

let scripts: RecipeScripts = {};
let script = "";

beforeAll(async () => {
  const folders = new Set<string>();
  const paths = [...FOUND, ...NOT_FOUND];
  for (const path of paths) {
    const names = path.split("/").slice(1, -1);
    for (const [index] of names.entries()) folders.add(`/${names.slice(0, index + 1).join("/")}`);
  }
  const empty = join(folder, "empty");
  await writeFile(empty, "");
  const word = (path: string) => `"${path.replaceAll('"', '""')}"`;
  const commands = [
    ...[...folders].map((path) => `mkdir ${word(path)}`),
    ...paths.map((path) => `write ${empty} ${word(path)}`),
  ];
  await writeFile(join(folder, "commands"), `${commands.join("\n")}\n`);
  await judge("mke2fs", ["-q", "-t", "ext4", "-F", disk, "16M"]);
  await judge("debugfs", ["-w", "-f", join(folder, "commands"), disk]);
  scripts = await recipeScripts(await openRecipes(join(packageRoot(), "grub", "recipes")), "en");
  script = scripts["recipes.cfg"] ?? "";
});

const FACTS: SearchFacts = {
  language: "en",
  partition: "LIFEBOAT-1A2B3C4D",
  fileSystem: "ext4",
  known: ["/known's.iso", "/gone $x.iso"],
  hidden: [
    { pattern: "/HIDDEN", hides: true },
    { pattern: "one", hides: true },
    { pattern: "three*", hides: false },
  ],
};

async function run(facts: Partial<SearchFacts>, printer: string): Promise<string[]> {
  const search = searchScript({ ...FACTS, ...facts });
  // The recipes lie beside it on a stick, and the search begins at its end.
  const [head, tail] = search.split(/^source .*$/m);
  const said = await emulateGrub(`${head}${script}${printer}${tail}`, disk, folder);
  return said.split("\n").flatMap((line) => /FOUND (.*)END/.exec(line)?.[1] ?? []);
}

test("finds what is new, and nothing that is known, hidden, too deep or none of the user's", async () => {
  const printer = `function lifeboat_new_place { echo "FOUND $1END"; }\n`;
  expect((await run({}, printer)).toSorted()).toEqual(FOUND.toSorted());
});

test("the hook gets each path whole, in one word of the kernel line", async () => {
  const printer =
    `function lifeboat_new_place { lifeboat_new_encode "$1"; echo "FOUND $lifeboat_file_wordEND"; }\n`.replace(
      "_wordEND",
      '_word""END',
    );
  const words = await run({}, printer);
  expect(words.join("")).not.toMatch(/[ "'\\]/);
  expect(words.map(decodeURIComponent).toSorted()).toEqual(FOUND.toSorted());
});

describe("looking into one ISO after the other", () => {
  const isos = join(folder, "isos.img");
  const VISITED = ["/a.iso", "/b.iso", "/damaged.iso", "/empty.iso", "/b.iso", "/a.iso"];

  beforeAll(async () => {
    const commands: string[] = [];
    const put = async (name: string, content: string | Uint8Array) => {
      await writeFile(join(folder, name), content);
      commands.push(`write ${join(folder, name)} /${name}`);
    };
    for (const name of ["a", "b"]) {
      const tree = join(folder, `tree-${name}`);
      await mkdir(tree);
      await writeFile(join(tree, "which"), `FOUND ${name} holdsEND\n`);
      await writeFile(join(tree, `only-${name}`), "");
      const iso = join(folder, `${name}.iso`);
      await judge("xorriso", ["-as", "mkisofs", "-quiet", "-V", `ISO_${name}`, "-o", iso, tree]);
      commands.push(`write ${iso} /${name}.iso`);
    }
    await put("damaged.iso", new Uint8Array(100_000).fill(0x5a));
    await put("empty.iso", "");
    // What the menu does in a submenu runs in a context of its own, and `configfile` opens just such a one. Its entry looks again.
    await put("iso.cfg", 'lifeboat_new_iso "$visited"\nconfigfile ($data)/entry.cfg\n');
    await put("entry.cfg", 'lifeboat_new_start title "$visited" - test kernel\n');
    await writeFile(join(folder, "iso-commands"), `${commands.join("\n")}\n`);
    await judge("mke2fs", ["-q", "-t", "ext4", "-F", isos, "16M"]);
    await judge("debugfs", ["-w", "-f", join(folder, "iso-commands"), isos]);
  });

  test("each shows its own content, in its submenu and when its entry starts, whatever was open before", async () => {
    const look = [
      'echo "FOUND $lifeboat_label""END"',
      "cat ($lifeboat_iso)/which",
      // A device on which a pattern was expanded can't be taken away again.
      'for found in ($lifeboat_iso)/only-*; do echo "FOUND $found""END"; done',
    ];
    const [head] = searchScript(FACTS).split(/^source .*$/m);
    const printers = [
      "function lifeboat_new_choose {",
      "set lifeboat_new_offered=yes",
      ...look,
      "}",
      "function lifeboat_go_test {",
      ...look,
      "}",
      'function lifeboat_new_explain { echo "FOUND $1""END"; }',
      'function lifeboat_say { echo "FOUND $1""END"; }',
      "export visited",
      `for visited in ${VISITED.join(" ")}; do configfile ($data)/iso.cfg; done`,
    ].join("\n");
    const said = await emulateGrub(`${head}${script}${printers}`, isos, folder);
    const found = said.split("\n").flatMap((line) => /FOUND (.*)END/.exec(line)?.[1] ?? []);
    const damaged = say.newDamaged().en;
    const content = (name: string) => [`ISO_${name}`, `${name} holds`, `only-${name}`];
    const wanted = ["a", "b", undefined, undefined, "b", "a"].map((name) =>
      name === undefined ? [damaged] : content(name),
    );
    expect(found.map((one) => one.replace(/^\(\w+\)\//, ""))).toEqual(
      // Once in the submenu, and once more in the entry.
      wanted.flatMap((one) => [...one, ...one]),
    );
  });
});

test("where GRUB can't read the file system, it says why and what helps", async () => {
  const printer = `function lifeboat_new_explain { echo "FOUND $1END"; }\nset data=none\n`;
  const facts = { fileSystem: "exfat" } as const;
  expect(await run(facts, `${printer}set lockdown=y\n`)).toEqual([say.newLocked("exfat").en]);
  expect(await run(facts, printer)).toEqual([say.newUnreadable("exfat").en]);
});

test("all scripts are GRUB's, in both languages and with hostile known names", async () => {
  const known = ["/'; reboot; '.iso", "/$(x)`y`.iso", "/\u202e.iso", "/}\n{.iso"];
  for (const language of ["en", "zh"] as const) {
    const path = join(folder, "new.cfg");
    await writeFile(path, searchScript({ ...FACTS, language, known }));
    await judge("grub-script-check", [path]);
  }
  // The checker wants a command, and there are functions alone.
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `${text}true\n`);
    await judge("grub-script-check", [join(folder, name)]);
  }
});

test("compiled recipes are kept while they are whole, and made anew where a file is missing, damaged or too many", async () => {
  const library = await openRecipes(join(packageRoot(), "grub", "recipes"));
  expect(areWhole(scripts)).toBe(true);
  expect(await recipeScripts(library, "en", scripts)).toBe(scripts);
  const { "recipes-3.cfg": third = "", ...rest } = scripts;
  const older = third.replace(/[0-9a-f]{64}/, "0".repeat(64));
  for (const damaged of [
    rest,
    { ...scripts, "recipes-3.cfg": `${third}#` },
    { ...scripts, "recipes-3.cfg": older },
    { ...scripts, "recipes-99.cfg": third },
    { "recipes-3.cfg": third },
    {},
  ]) {
    expect(areWhole(damaged)).toBe(false);
    expect(await recipeScripts(library, "en", damaged)).toEqual(scripts);
  }
});

describe("compiled when the program was built", () => {
  const recipesFolder = join(packageRoot(), "grub", "recipes");
  const own = {
    name: "own.yaml",
    text: "family: own\nname: Own\ndetect: [{exists: [/own]}]\nentries: [{kernel: [/own], initrd: [/own]}]",
  };

  /** The library, and whether somebody has parsed it. */
  async function watched() {
    let parsed = false;
    const recipes = await openRecipes(recipesFolder);
    const load = async () => {
      parsed = true;
      return recipes.load();
    };
    return { library: { ...recipes, load }, wasParsed: () => parsed };
  }

  test("recipes are not parsed again, in either language", async () => {
    const prepared = await temporaryFolder();
    await prepareRecipes(await openRecipes(recipesFolder), prepared);
    for (const language of ["en", "zh"] as const) {
      const { library, wasParsed } = await watched();
      const made = await recipeScripts(library, language, {}, prepared);
      expect(wasParsed()).toBe(false);
      // In the same order as well: a stick is to be the same, byte for byte.
      const fresh = await recipeScripts(library, language);
      expect(Object.entries(made)).toEqual(Object.entries(fresh));
      expect(wasParsed()).toBe(true);
    }
  });

  test("a user's own recipes are honoured all the same, and what is damaged or another version's is compiled", async () => {
    const prepared = await temporaryFolder();
    const library = await openRecipes(recipesFolder);
    await prepareRecipes(library, prepared);
    const withOwn = await recipeScripts(library.withOwn([own]), "en", {}, prepared);
    expect(Object.values(withOwn).join("")).toContain("set lifeboat_family=own\n");
    const path = join(prepared, "prepared-en.json");
    const good = await readFile(path, "utf8");
    const another = good.replaceAll(/made from [0-9a-f]{64}/g, `made from ${"0".repeat(64)}`);
    for (const bad of [
      "",
      "null",
      "[]",
      "{",
      '{"recipes.cfg": 1}',
      `${good.slice(0, -9)}"}`,
      another,
    ]) {
      await writeFile(path, bad);
      expect(await recipeScripts(library, "en", {}, prepared)).toEqual(scripts);
    }
    // Building the program again doesn't take over what is there.
    await writeFile(path, another);
    await prepareRecipes(library, prepared);
    expect(await readFile(path, "utf8")).toBe(good);
  });
});

test("on FAT a short name is known by its small letters too, a long one as it is", () => {
  const script = searchScript({ ...FACTS, fileSystem: "fat32", known: ["/Isos/DEBIAN.ISO"] });
  expect(script).toContain("for lifeboat_known in /Isos/DEBIAN.ISO /Isos/debian.iso;");
});

test("a recipe of the user's doesn't get out of its words", async () => {
  const name = `/boot/it's "; halt; '*`;
  const own = {
    name: "odd.yaml",
    text: [
      "family: odd",
      "name: \"Odd'; halt; '\"",
      `detect: [{exists: [${JSON.stringify(name)}]}]`,
      `entries: [{kernel: [${JSON.stringify(name)}], initrd: [${JSON.stringify(name)}], args: "x='; halt; '"}]`,
    ].join("\n"),
  };
  const library = await openRecipes(join(packageRoot(), "grub", "recipes"));
  const made = await recipeScripts(library.withOwn([own]), "en");
  const all = Object.values(made).join("\n");
  expect(all).toContain("it'");
  for (const [file, text] of Object.entries(made)) {
    await writeFile(join(folder, file), `${text}true\n`);
    await judge("grub-script-check", [join(folder, file)]);
    expect(text).not.toMatch(/^\s*halt/m);
  }
});
