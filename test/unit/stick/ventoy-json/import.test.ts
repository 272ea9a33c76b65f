/** Taking a ventoy.json into a stick.yaml that somebody wrote, and what is said of settings that Ventoy can't hold. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hashPassword } from "../../../../src/menu/password.ts";
import { settingsChanges } from "../../../../src/stick/settings/changes.ts";
import { exampleSettings } from "../../../../src/stick/settings/file.ts";
import { parseSettings } from "../../../../src/stick/settings/read.ts";
import { placesOfUser } from "../../../../src/stick/settings/users.ts";
import { fromVentoyJson } from "../../../../src/stick/ventoy-json/from-json.ts";
import { commonOrder } from "../../../../src/stick/ventoy-json/image-order.ts";
import { importVentoyJson } from "../../../../src/stick/ventoy-json/merge.ts";
import { readVentoyJson } from "../../../../src/stick/ventoy-json/read.ts";
import { toVentoyJson } from "../../../../src/stick/ventoy-json/to-json.ts";
import { warningsOf } from "../../../../src/stick/ventoy-json/warnings.ts";
import { packageRoot } from "../../../../src/system/places.ts";

async function settingsIn(text: string) {
  const { settings, mistakes } = await parseSettings(Buffer.from(text));
  expect(mistakes).toEqual([]);
  return settings ?? {};
}

const take = async (text: string, json: unknown, context = {}) =>
  importVentoyJson(text, Buffer.from(JSON.stringify(json)), context);

const OWN = `# mine
menu:
  # the boss wanted ten
  timeout: 10 # seconds
  sort: name
  default: {image: /a.iso, entry: "*safe*"}
hide: ["*-old.iso", /x.iso] # not these
images:
  # the workshop's
  /a.iso:
    title: Debian
    append: console=ttyS0
    unattended: [{file: /answers/a.cfg, title: Office}]
  "*.iso": {title: Any}
# the end
`;

describe("importing", () => {
  test("changes what Ventoy says otherwise, and keeps comments and what only lifeboat knows", async () => {
    const text = await take(OWN, {
      control: [{ VTOY_MENU_TIMEOUT: "30" }, { VTOY_DEFAULT_IMAGE: "/a.iso" }, { NEW: "1" }],
      menu_alias: [{ image: "/a.iso", alias: "Debian 13" }],
      auto_install: [{ image: "/a.iso", template: "/answers/a.cfg" }],
      image_blacklist: ["/y.iso"],
      dud: [{ image: "/a.iso", dud: "/d.iso" }],
    });
    const comments = (of: string) => of.match(/#.*$/gm) ?? [];
    expect(comments(text)).toEqual(comments(OWN));
    expect(await settingsIn(text)).toEqual({
      menu: { timeout: 30, sort: "name", default: { image: "/a.iso", entry: "*safe*" } },
      hide: ["*-old.iso", "/y.iso"],
      images: {
        "/a.iso": {
          title: "Debian 13",
          append: "console=ttyS0",
          unattended: [{ file: "/answers/a.cfg", title: "Office" }],
        },
        "*.iso": { title: "Any" },
      },
      ventoy: { control: { NEW: "1" }, dud: [{ image: "/a.iso", dud: "/d.iso" }] },
    });
  });

  test("an empty file takes away what both know, and nothing else", async () => {
    expect(await settingsIn(await take(OWN, {}))).toEqual({
      menu: { sort: "name" },
      hide: ["*-old.iso"],
      images: { "/a.iso": { append: "console=ttyS0" }, "*.iso": { title: "Any" } },
    });
  });

  test("a file of comments alone, every language's example, keeps them", async () => {
    for (const language of ["en", "zh"] as const) {
      const example = await exampleSettings(language);
      const text = await take(example, { control: [{ VTOY_MENU_TIMEOUT: "5" }] });
      expect(text.startsWith(example.trimEnd())).toBe(true);
      expect(await settingsIn(text)).toEqual({ menu: { timeout: 5 } });
    }
  });

  test("an order that the images of the settings don't have is kept by items without a value", async () => {
    const json = {
      menu_alias: [
        { image: "/b.iso", alias: "B" },
        { image: "/*.iso", alias: "one letter" },
        { image: "/a.iso", alias: "A" },
      ],
    };
    const text = await take("images: {/a.iso: {append: x}}\n", json);
    const settings = await settingsIn(text);
    expect(settings.images).toEqual({
      "/a.iso": { append: "x", title: "A" },
      "/b.iso": { title: "B" },
    });
    expect(settings.ventoy).toEqual({
      menu_alias: [{ image: "/b.iso" }, json.menu_alias[1], { image: "/a.iso" }],
    });
    expect(toVentoyJson(settings).plugins).toEqual(json);
  });

  test("keys of control that stand in another order than the file's are put in its", async () => {
    const json = { control: [{ VTOY_MENU_TIMEOUT: "1" }, { Y: "" }, { X: "" }] };
    const text = 'menu: {timeout: 1}\nventoy:\n  control:\n    X: ""\n    Y: ""\n';
    const settings = await settingsIn(await take(text, json));
    expect(toVentoyJson(settings).plugins).toEqual(json);
    const uefi = { control_uefi: [{ Y: "" }, { X: "" }] };
    const other = await take('ventoy: {control_uefi: {X: "", Y: ""}, x: 1}\n', uefi);
    expect(toVentoyJson(await settingsIn(other)).plugins).toEqual(uefi);
  });

  test("what is said for Ventoy alone stays apart from lifeboat's own", async () => {
    const text = "menu: {timeout: 10}\nventoy: {control: {VTOY_MENU_TIMEOUT: 20}}\n";
    const settings = await settingsIn(text);
    expect(toVentoyJson(settings).plugins).toEqual({ control: [{ VTOY_MENU_TIMEOUT: "20" }] });
    const after = await settingsIn(await take(text, { control: [{ VTOY_MENU_TIMEOUT: "30" }] }));
    expect(after).toEqual({
      menu: { timeout: 10 },
      ventoy: { control: { VTOY_MENU_TIMEOUT: "30" } },
    });
  });

  test("persistence files that are found on the stick don't get into the settings", async () => {
    const backend = "/lifeboat/persistence/a.iso.img";
    const context = { persistence: [{ image: "/a.iso", backend, label: "casper-rw" }] };
    const { plugins } = toVentoyJson({}, context);
    expect(plugins).toEqual({ persistence: [{ image: "/a.iso", backend }] });
    expect(fromVentoyJson(Buffer.from(JSON.stringify(plugins)), context).settings).toEqual({});
    expect((await take("", plugins, context)).trim()).toBe("");
    const other = { image: "/a.iso", backend, label: "lifeboat-cow" };
    const { text, notes } = toVentoyJson({}, { persistence: [other] });
    expect(text).toBe("{}\n");
    expect(notes[0]?.en).toContain('don\'t look for its label "lifeboat-cow"');
  });

  test("mistakes are told by line, and nothing comes of the file", async () => {
    const wrong = Buffer.from('{\n"control": [\n{"A": 1}]\n}');
    await expect(importVentoyJson(OWN, wrong, {}, "x.json")).rejects.toMatchObject({
      code: "ventoy-json-mistake",
      kind: "usage",
      text: { en: "x.json:3: control › 0 › A must be a text" },
    });
    await expect(take("menu: 5\n", {})).rejects.toMatchObject({ code: "settings-mistake" });
  });
});

describe("the section ventoy of stick.yaml", () => {
  test.each([
    ["ventoy: 5\n", "1: ventoy must be a group of settings"],
    ["ventoy:\n  control:\n    A: [1]\n", "3: ventoy › control › A must be a text"],
    [
      "ventoy:\n  menu_alias:\n  - {image: a, alias: x}\n",
      "3: ventoy › menu_alias › 0 › image: a path begins",
    ],
    [
      "ventoy:\n  menu_alias:\n  - {dir: /a, alias: 5}\n",
      "3: ventoy › menu_alias › 0 › alias must be a text",
    ],
    [
      "ventoy:\n  password:\n    bootpwd: geheim\n",
      "3: ventoy › password › bootpwd: a password is written",
    ],
    ["ventoy:\n  x:\n    y: 1.5\n", "3: ventoy › x › y: 1.5 is no number that Ventoy reads"],
    ["ventoy:\n  x:\n  - 'C:\\'\n", "3: ventoy › x › 0: a text that ends in a backslash"],
    ["ventoy:\n  x: .nan\n", "2: ventoy › x: NaN is no number"],
    [
      "ventoy:\n  image_list: []\n  image_blacklist: []\n",
      "3: ventoy › image_blacklist: image_list and image_blacklist can't both",
    ],
  ])("%j: %s", async (text, wanted) => {
    const { mistakes } = await parseSettings(Buffer.from(text));
    expect(`${mistakes[0]?.line}: ${mistakes[0]?.text.en}`).toContain(wanted);
    expect(mistakes[0]?.text.zh).toMatch(/\p{Script=Han}/u);
  });

  test("takes numbers without quotation marks in control, and a list where a map can't hold it", async () => {
    const map = await settingsIn("ventoy: {control: {VTOY_MAX_SEARCH_LEVEL: 2}}\n");
    expect(map.ventoy).toEqual({ control: { VTOY_MAX_SEARCH_LEVEL: "2" } });
    const list = await settingsIn("ventoy: {control: [{A: x}, {B: y}]}\n");
    expect(list.ventoy).toEqual({ control: { A: "x", B: "y" } });
    const twice = await settingsIn("ventoy: {control: [{A: x}, {A: y}]}\n");
    expect(toVentoyJson(twice).plugins).toEqual({ control: [{ A: "x" }, { A: "y" }] });
  });

  test("a plugin for one platform may have the other settings in it, without a value", async () => {
    const settings = await settingsIn(
      "menu: {timeout: 5}\nventoy: {control_uefi: {VTOY_MENU_TIMEOUT: , X: 1, VTOY_MENU_LANGUAGE: }}\n",
    );
    const { plugins, notes } = toVentoyJson(settings);
    expect(plugins).toEqual({
      control: [{ VTOY_MENU_TIMEOUT: "5" }],
      control_uefi: [{ VTOY_MENU_TIMEOUT: "5" }, { X: "1" }],
    });
    expect(notes.map(({ en }) => en)).toEqual([
      expect.stringContaining("ventoy › control_uefi takes the place of all of control"),
      expect.stringContaining("ventoy › control_uefi isn't written: no other setting"),
    ]);
  });

  test("its passwords aren't shown in changes, nor its lists taken for lifeboat's users", () => {
    const before = { ventoy: { password: { bootpwd: "txt#old" } } };
    const after = { ventoy: { password: { bootpwd: "txt#new" }, x: { users: ["me"] } } };
    const said = settingsChanges(before, after).map(({ text }) => text.en);
    expect(said.join()).not.toMatch(/txt#/);
    expect(said[0]).toContain("ventoy › password › bootpwd");
    expect(placesOfUser(after, "me")).toEqual([]);
  });
});

test("settings that Ventoy can't hold are named", async () => {
  const hash = await hashPassword("x", 1000);
  const settings = await settingsIn(`
menu: {sort: size, default: "*.iso"}
users: {me: ${hash}}
superusers: [me]
hide: [/private, "*-old.iso"]
images:
  "*.iso": {title: Any, unattended: [/a.cfg], inject: [/x.zip]}
  /a.iso: {title: ${"x".repeat(256)}, inject: [/x.zip, /y.zip], append: x, unattended: [/a"b]}
`);
  const { text, notes } = toVentoyJson(settings);
  expect(text).toBe("{}\n");
  for (const { zh } of notes) expect(zh).toMatch(/\p{Script=Han}/u);
  const said = notes.map(({ en }) => en).join("\n");
  for (const key of [
    "menu › default",
    "users and superusers",
    "hide › /private",
    "hide › *-old.iso",
    "images › *.iso › title",
    "images › *.iso › unattended",
    "images › *.iso › inject",
    "images › /a.iso › title",
    "images › /a.iso › inject",
    "images › /a.iso › unattended",
    "Only lifeboat's menu knows: menu › sort; images › /a.iso › append",
  ]) {
    expect(said).toContain(key);
  }
});

test("beside a list of images to show, none is hidden", async () => {
  const settings = await settingsIn("hide: [/a.iso]\nventoy: {image_list: [/b.iso]}\n");
  const { plugins, notes } = toVentoyJson(settings);
  expect(plugins).toEqual({ image_list: ["/b.iso"] });
  expect(notes[0]?.en).toContain("with ventoy › image_list, Ventoy shows what that names alone");
});

test("one order for several lists, where there is one", () => {
  expect(commonOrder([["b"], ["a", "b"], ["b", "c"]])).toEqual(["a", "b", "c"]);
  expect(
    commonOrder([
      ["a", "b"],
      ["b", "a"],
    ]),
  ).toEqual(["a", "b"]);
  expect(commonOrder([])).toEqual([]);
});

test("the documentation's example is right, and comes to a file that Ventoy reads", async () => {
  const page = await readFile(join(packageRoot(), "docs/settings.md"), "utf8");
  const example = /^```yaml\n(ventoy:\n.*?)^```/ms.exec(page)?.[1] ?? "";
  const settings = await settingsIn(`menu: {timeout: 10}\n${example}`);
  const { text, plugins, notes } = toVentoyJson(settings);
  expect(Object.keys(plugins).toSorted()).toEqual(Object.keys(settings.ventoy ?? {}).toSorted());
  expect(plugins["control_uefi"]).toContainEqual({ VTOY_MENU_TIMEOUT: "10" });
  expect(notes).toHaveLength(1);
  const read = readVentoyJson(Buffer.from(text));
  expect(read.mistakes).toEqual([]);
  expect(warningsOf(read)).toEqual([]);
});
