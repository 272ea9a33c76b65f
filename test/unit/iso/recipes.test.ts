/** Recipe files: what is refused, and where the message points; refinement, precedence, the user's own. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fillTemplate } from "../../../src/iso/recipes/template.ts";
import { applyRules, udevEscape } from "../../../src/iso/kernel-arguments.ts";
import { loadRecipes } from "../../../src/iso/index.ts";
import type { RecipeText } from "../../../src/iso/index.ts";
import { matchesPath } from "../../../src/iso/tree.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import { temporaryFolder } from "../../support/tools.ts";

const BUILT_IN = fileURLToPath(new URL("../../../grub/recipes", import.meta.url));
const GOOD = "family: a\nname: A\ndetect: [{exists: /a}]\n";

async function load(texts: readonly RecipeText[], own: readonly RecipeText[] = []) {
  const folder = join(await temporaryFolder(), "recipes");
  await mkdir(folder);
  for (const { name, text } of texts) await writeFile(join(folder, name), text);
  return loadRecipes(folder, own);
}

describe("mistakes are reported by file and line", () => {
  test.each([
    ["an unknown field", `${GOOD}colour: red\n`, 4, "colour"],
    [
      "an unknown field inside",
      "family: a\nname: A\ndetect:\n  - exists: /a\n    exsits: /b\n",
      5,
      "exsits",
    ],
    ["a missing field", "family: a\ndetect: [{exists: /a}]\n", 1, "name"],
    ["a wrong type", "family: a\nname: A\norder: many\ndetect: [{exists: /a}]\n", 3, "order"],
    [
      "a relative path",
      "family: a\nname: A\ndetect:\n  - missing:\n      - /b\n      - a\n",
      6,
      "/",
    ],
    [
      "a bad expression",
      "family: a\nname: A\ndetect:\n  - volumeId: '(unclosed'\n",
      4,
      "Unterminated group",
    ],
    ["a bad method", `${GOOD}entries:\n  - method: magic\n`, 5, "method"],
    [
      "a field of another method",
      `${GOOD}entries:\n  - method: memdisk\n    kernel: /x\n`,
      6,
      "kernel",
    ],
    ["broken YAML", "family: a\nname: [\n", 3, ""],
    ["a family that leads nowhere", `${GOOD}refines: nobody\n`, 1, "nobody"],
    [
      "a family name with capitals",
      "family: Debian\nname: A\ndetect: [{exists: /a}]\n",
      1,
      "lower-case",
    ],
    ["nothing", "", 1, "expected object"],
    [
      "an alias bomb",
      "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n",
      1,
      "Excessive alias count",
    ],
  ])("%s", async (_, text, line, words) => {
    const error: unknown = await load([{ name: "x.yaml", text }]).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(LifeboatError);
    expect(error).toMatchObject({ code: "recipe-invalid", kind: "usage" });
    expect((error as LifeboatError).text.en).toContain(`x.yaml:${line}: `);
    expect((error as LifeboatError).text.en).toContain(words);
  });

  test("all of them at once, also two of one family", async () => {
    const bad = GOOD.replace("name: A", "nome: A");
    const texts = ["1", "2", "3"].map((name) => ({
      name: `${name}.yaml`,
      text: name === "3" ? bad : GOOD,
    }));
    await expect(load(texts)).rejects.toThrow(
      /3\.yaml:2:.*nome.*2\.yaml:1: family a is that of 1\.yaml/s,
    );
  });
});

test("a refinement inherits, and is asked before what it refines", async () => {
  const set = await load([
    {
      name: "a.yaml",
      text: `${GOOD}order: 7\nidentify: [{volumeId: x}]\nentries: [{method: memdisk}]\n`,
    },
    { name: "b.yaml", text: "family: b\nname: B\nrefines: a\ndetect: [{volumeId: b}]\n" },
    { name: "c.yaml", text: "family: c\nname: C\norder: 3\ndetect: [{volumeId: c}]\n" },
  ]);
  expect(set.recipes.map(({ family }) => family)).toEqual(["c", "b", "a"]);
  expect(set.recipes[1]).toMatchObject({
    order: 7,
    identify: [{}],
    entries: [{ method: "memdisk" }],
  });
});

test("refinements in a circle are a mistake, not a hang", async () => {
  const one = `${GOOD}refines: b\n`;
  const other = "family: b\nname: B\nrefines: a\ndetect: [{volumeId: b}]\n";
  await expect(
    load([
      { name: "a.yaml", text: one },
      { name: "b.yaml", text: other },
    ]),
  ).rejects.toThrow("nowhere");
});

test("the user's recipes come first and replace their family; a broken one is reported and left out", async () => {
  const set = await loadRecipes(BUILT_IN, [
    {
      name: "mine.yaml",
      text: "family: mine\nname: Mine\norder: 999\ndetect: [{exists: /mine}]\n",
    },
    { name: "my-arch.yaml", text: "family: arch\nname: My Arch\ndetect: [{exists: /arch}]\n" },
    { name: "broken.yaml", text: `${GOOD}x: 1\n` },
  ]);
  expect(set.recipes.slice(0, 2).map(({ file }) => file)).toEqual(["my-arch.yaml", "mine.yaml"]);
  expect(set.recipes.filter(({ family }) => family === "arch")).toHaveLength(1);
  expect(set.mistakes).toEqual([
    { file: "broken.yaml", line: 4, text: expect.stringContaining("x") as string },
  ]);
});

test("the documentation's example is a recipe", async () => {
  const page = await readFile(new URL("../../../docs/recipes.md", import.meta.url), "utf8");
  const example = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? "";
  const set = await loadRecipes(BUILT_IN, [{ name: "example.yaml", text: example }]);
  expect(set.mistakes).toEqual([]);
  expect(set.recipes[0]?.family).toBe("my-rescue");
});

test("argument rules: drop, replace, append before what is for the installed system", () => {
  const rules = {
    drop: ["findiso", "img_*"],
    replace: { root: "new", gone: "x" },
    append: ["added", "quiet"],
  };
  const words = ["root=old", "findiso=/x", "img_dev=a", "quiet", "---", "splash"];
  expect(applyRules(words, rules)).toEqual(["root=new", "quiet", "added", "---", "splash"]);
  expect(applyRules(["__proto__=1", "constructor"], { ...rules, append: [] })).toEqual([
    "__proto__=1",
    "constructor",
  ]);
});

test("labels as udev spells them", () => {
  expect(udevEscape("RHEL-7.4 Server.x86_64")).toBe("RHEL-7.4\\x20Server.x86_64");
  expect(udevEscape('a/b"c')).toBe("a\\x2fb\\x22c");
  expect(udevEscape("救生艇")).toBe("救生艇");
});

test("a label that GRUB would spoil on the kernel line is not used: the UUID names the image", () => {
  const values = { name: "", version: "", label: "", uuid: "2026-01-01-00-00-00-00" };
  const fill = (template: string, label: string, uuid = values.uuid) =>
    fillTemplate(template, { ...values, uuid, label, udevLabel: udevEscape(label) });
  expect(fill("root=live:CDLABEL={udevLabel} ro", "VOID_LIVE")).toBe(
    "root=live:CDLABEL=VOID_LIVE ro",
  );
  expect(fill("root=live:CDLABEL={udevLabel} ro", "VOID LIVE")).toBe(
    "root=live:UUID=2026-01-01-00-00-00-00 ro",
  );
  expect(fill("hd:LABEL={udevLabel}", "CentOS 7")).toBe("hd:UUID=2026-01-01-00-00-00-00");
  expect(fill("hd:LABEL={udevLabel}", "CentOS 7", "")).toBe(String.raw`hd:LABEL=CentOS\x207`);
});

test.each([
  ["/live/vmlinuz*", "/live/vmlinuz-6.1", true],
  ["/LIVE/VMLINUZ", "/live/vmlinuz", true],
  ["/live/vmlinuz?", "/live/vmlinuz", false],
  ["/*/vmlinuz", "/a/b/vmlinuz", false],
  ["/a*b*c", "/aXbYbZc", true],
  ["/[a-c]x", "/bx", true],
  ["/[!a-c]x", "/bx", false],
  ["/[x", "/[x", true],
])("%s and %s: %s", (pattern, path, expected) => {
  expect(matchesPath(pattern, path)).toBe(expected);
});
