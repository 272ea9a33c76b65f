/** `lifeboat/stick.yaml`: what is a mistake and on which line, which ISO a pattern means, what several rules come to. */
import * as fc from "fast-check";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hashPassword } from "../../../src/menu/password.ts";
import { textOfSettings } from "../../../src/stick/settings/file.ts";
import { fitsPattern } from "../../../src/stick/settings/patterns.ts";
import { parseSettings } from "../../../src/stick/settings/read.ts";
import { ruleOf } from "../../../src/stick/settings/rules.ts";
import { namedPaths } from "../../../src/stick/ventoy-json/named-paths.ts";
import { ventoyJsonSchema } from "../../../src/stick/ventoy-json/schema.ts";
import { toVentoyJson } from "../../../src/stick/ventoy-json/to-json.ts";
import { pluginWarnings } from "../../../src/stick/ventoy-json/warnings.ts";
import { settingsSchema } from "../../../src/stick/settings/schema.ts";
import { packageRoot } from "../../../src/system/places.ts";

const RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 300);
const parse = async (text: string) => parseSettings(Buffer.from(text));
const HASH = await hashPassword("x", 1000);

/** `line: message` of each mistake. */
async function mistakes(text: string): Promise<string[]> {
  const { settings, mistakes: found } = await parse(text);
  expect(settings === undefined).toBe(found.length > 0);
  return found.map((mistake) => `${mistake.line}: ${mistake.text.en}`);
}

describe("the text of the file", () => {
  test("that isn't UTF-8 is no text: what can't be read would be lost when it is written", () => {
    // 菜单 in GBK, and ä in Latin-1, as a Windows editor may save them.
    for (const bytes of [
      [0x23, 0xb2, 0xcb, 0xb5, 0xa5],
      [0x23, 0xe4, 0x0a],
    ]) {
      const text = () => textOfSettings(Uint8Array.from(bytes));
      expect(text).toThrow(expect.objectContaining({ code: "settings-mistake", kind: "usage" }));
      expect(text).toThrow("lifeboat/stick.yaml: it is not UTF-8 text: save it as UTF-8");
    }
  });

  test("is the bytes, with a byte order mark, too", () => {
    for (const text of ["# 菜单\r\n", "\ufeffmenu:\r\n  timeout: 5\r\n", ""]) {
      expect(Buffer.from(textOfSettings(Buffer.from(text))).toString("hex")).toBe(
        Buffer.from(text).toString("hex"),
      );
    }
  });
});

describe("mistakes", () => {
  test.each([
    ["menu:\n  timeout: soon\n", "2: menu › timeout must be a number"],
    ["menu:\n  timeout: 0\n", "2: menu › timeout must be a whole number from 1 to 3600"],
    ["menu:\n  timeout: 1.5\n", "2: menu › timeout must be a whole number"],
    ["menu:\n  language: fr\n", "2: menu › language must be one of en, zh"],
    ["# x\nmenu:\n\n  colour: red\n", '4: there is no setting "colour" here'],
    ["menu:\n  default: 5\n", "2: menu › default must be a text"],
    ["menu:\n  default: {entry: x}\n", "2: menu › default › image must be a text"],
    ["- menu\n", "1: stick.yaml must be a group of settings"],
    ["hide: /x\n", "1: hide must be a list"],
    [
      "images:\n  /a.iso:\n    files:\n      /etc/x: a\n",
      "4: images › /a.iso › files › /etc/x: a path begins",
    ],
    ["images:\n  /a.iso:\n    inject: [/../x]\n", "3: images › /a.iso › inject › 0: a path begins"],
    [
      "images:\n  /a.iso:\n    unattended: [{file: x}]\n",
      "3: images › /a.iso › unattended › 0 › file: a path begins",
    ],
    ["menu: [\n", "2: this is not YAML: "],
    ["menu: {}\nmenu: {}\n", "2: this is not YAML: "],
    [
      "users:\n  admin: geheim\nsuperusers: [admin]\n",
      "2: users › admin: a password must not stand here",
    ],
    [`users:\n  admin: ${HASH}\n`, "2: users: where there are users, superusers must say"],
    [`users:\n  a b: ${HASH}\n`, "2: users › a b: a user's name is"],
    [`users:\n  a: ${HASH}\nsuperusers:\n  - b\n`, '4: superusers › 0: there is no user "b"'],
    ["images:\n  /a:\n    users:\n    - b\n", '4: images › /a › users › 0: there is no user "b"'],
    [
      "images:\n  /a:\n    entries:\n      x: {users: [b]}\n",
      "4: images › /a › entries › x › users › 0: there is no user",
    ],
  ])("%j", async (text, wanted) => {
    const found = await mistakes(text);
    expect(found[0]).toContain(wanted);
  });

  test("all of them are told, in both languages", async () => {
    const { mistakes: found } = await parse("menu:\n  timeout: x\n  folders: y\nhide: 1\n");
    expect(found.map(({ line }) => line)).toEqual([2, 3, 4]);
    for (const { text } of found) expect(text.zh).toMatch(/\p{Script=Han}/u);
  });

  test("a file that isn't UTF-8 is one", async () => {
    const { mistakes: found } = await parseSettings(Buffer.from([0x61, 0x3a, 0xff]));
    expect(found[0]).toMatchObject({
      line: 0,
      text: { en: expect.stringContaining("UTF-8") as string },
    });
  });

  test("aliases that grow without end are one, quickly", async () => {
    const lines = Array.from({ length: 12 }, (_all, index) => {
      const before =
        index === 0 ? "x" : Array.from({ length: 9 }, () => `*a${index - 1}`).join(",");
      return `a${index}: &a${index} [${before}]`;
    });
    expect((await mistakes(lines.join("\n"))).length).toBeGreaterThan(0);
  });

  test("whatever the bytes are, they are settings or a mistake", async () => {
    const base = `menu:\n  timeout: 5\n  default: {image: /a.iso, entry: x}\nusers:\n  a: ${HASH}\nsuperusers: [a]\nimages:\n  "*.iso": {title: x, users: [a], entries: {y: {hide: true}}}\n`;
    const edits = fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const bytes = Buffer.from(base);
        for (const [at, value] of changes) bytes[at] = value;
        const { settings, mistakes: found } = await parseSettings(bytes);
        expect(settings === undefined).toBe(found.length > 0);
        // The records keep them as they are, and must take them back.
        if (settings !== undefined) expect(settingsSchema.parse(settings)).toEqual(settings);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("no settings", () => {
  test.each(["", "\n", "# menu:\n#  timeout: 5\r\n", "\ufeff# x\n", "{}", "~"])(
    "%j",
    async (text) => {
      expect(await parse(text)).toMatchObject({ settings: {}, mistakes: [] });
    },
  );

  test.each(["en", "zh"])(
    "the %s example sets nothing; with its comments taken away, it is right",
    async (language) => {
      const path = join(packageRoot(), "templates", `stick.${language}.yaml`);
      const text = await readFile(path, "utf8");
      expect(await parse(text)).toMatchObject({ settings: {}, mistakes: [] });
      const active = text
        .replaceAll(/^#(?= {2}|\S)/gm, "")
        .replaceAll("grub.pbkdf2.sha512.10000.…", HASH);
      const { settings, mistakes: found } = await parse(active);
      expect(found).toEqual([]);
      expect(Object.keys(settings ?? {}).toSorted()).toEqual([
        "folders",
        "hide",
        "images",
        "menu",
        "superusers",
        "users",
        "ventoy",
      ]);
      expect(Object.keys(settings?.menu ?? {})).toHaveLength(7);
      const { plugins } = toVentoyJson(settings ?? {});
      // Nothing in it that Ventoy doesn't know, and Ventoy takes all of it.
      expect(pluginWarnings(plugins)).toEqual([]);
      expect(ventoyJsonSchema.safeParse(plugins).error).toBeUndefined();
      expect(Object.keys(settings?.ventoy ?? {})).toEqual([
        "control",
        "theme",
        "persistence",
        "auto_memdisk",
      ]);
      expect(namedPaths(settings?.ventoy ?? {}).map(({ path }) => path)).toContain("/linux");
    },
  );
});

describe("patterns", () => {
  test.each([
    ["/a.iso", "/a.iso", true],
    ["/A.ISO", "/a.iso", true],
    ["a.iso", "/x/y/a.iso", true],
    ["y", "/x/y/a.iso", true],
    ["*.iso", "/x/a.iso", true],
    ["/x", "/x/y/a.iso", true],
    ["/x/", "/x/y/a.iso", true],
    ["x/y", "/x/y/a.iso", true],
    ["x/y", "/z/x/y/a.iso", false],
    ["/*/a.iso", "/x/a.iso", true],
    ["/*/a.iso", "/x/y/a.iso", false],
    ["/x*", "/y/x.iso", false],
    ["/[1] a.iso", "/[1] a.iso", true],
    ["/[12] a.iso", "/2 a.iso", true],
    ["/cafe\u0301.iso", "/caf\u00e9.iso", true],
    ["/", "/a.iso", false],
    ["/a.iso/b", "/a.iso", false],
  ])("%s and %s: %s", (pattern, path, wanted) => {
    expect(fitsPattern(pattern, path)).toBe(wanted);
  });
});

test("rules add up, and later ones win", async () => {
  const { settings = {} } = await parse(`
hide: [/private]
images:
  "*.iso": {title: all, append: a=1, drop: [quiet], entries: {x: {hide: true}}}
  /b.iso: {title: b, append: b=2, drop: [splash], entries: {y: {title: z}}}
  /private/shown.iso: {hide: false}
`);
  expect(ruleOf(settings, "/b.iso")).toMatchObject({
    title: "b",
    append: "a=1 b=2",
    drop: ["quiet", "splash"],
    entries: { x: { hide: true }, y: { title: "z" } },
  });
  expect(ruleOf(settings, "/c.iso").title).toBe("all");
  expect(ruleOf(settings, "/private/c.iso").hide).toBe(true);
  expect(ruleOf(settings, "/private/shown.iso").hide).toBe(false);
  expect(ruleOf({}, "/c.iso")).toEqual({});
});
