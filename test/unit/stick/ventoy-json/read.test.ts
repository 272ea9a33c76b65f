/** Reading a ventoy.json: every key of every plugin, mistakes by line, and bytes that nobody should have written. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StickSettings } from "../../../../src/stick/settings/schema.ts";
import { PLATFORMS, PLUGINS } from "../../../../src/stick/ventoy-json/names.ts";
import { readVentoyJson } from "../../../../src/stick/ventoy-json/read.ts";
import { toVentoyJson } from "../../../../src/stick/ventoy-json/to-json.ts";
import { fromVentoyJson } from "../../../../src/stick/ventoy-json/from-json.ts";
import { warningsOf } from "../../../../src/stick/ventoy-json/warnings.ts";
import { ventoyJson } from "./arbitraries.ts";

const RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 300);
const LONG = `/${"x".repeat(255)}`;
const MD5 = "0123456789abcdef0123456789ABCDEF";

/** `line: message` of each mistake. */
function mistakes(text: string | Uint8Array): string[] {
  const { plugins, mistakes: found } = readVentoyJson(Buffer.from(text));
  expect(plugins === undefined).toBe(found.length > 0);
  for (const { text: words } of found) {
    expect(words.en).not.toBe("");
    expect(words.zh).toMatch(/\p{Script=Han}/u);
  }
  return found.map((one) => `${one.line}: ${one.text.en}`);
}

/** Each value on a line of its own, the plugin's on the second. */
function inFile(plugin: string, value: unknown): string {
  return JSON.stringify({ [plugin]: value }, undefined, 1);
}

describe("a file that Ventoy reads", () => {
  test.each([
    ["control", [{ VTOY_MENU_TIMEOUT: "10" }, { VTOY_DEFAULT_IMAGE: "F6>0" }, { NEW: "" }]],
    ["control", []],
    ["theme", { file: "theme/theme.txt", gfxmode: "max", display_mode: "GUI", fonts: ["/f.pf2"] }],
    ["theme", { file: ["/a", "/b"], random: "boot_day", default_file: 2, resolution_fit: 1 }],
    [
      "theme",
      { serial_param: "--unit=0", ventoy_left: "5%", ventoy_top: "95%", ventoy_color: "#00f" },
    ],
    [
      "menu_alias",
      [
        { image: "/a.iso", alias: "A" },
        { dir: "/linux", alias: "系统" },
      ],
    ],
    [
      "menu_tip",
      {
        left: "1%",
        top: "2%",
        color: "red",
        tips: [
          { image: "/a.iso", tip: "x" },
          { dir: "/d", tip1: "y", tip2: "z" },
        ],
      },
    ],
    [
      "menu_class",
      [
        { key: "ubuntu", class: "u" },
        { parent: "/d", class: "p" },
        { dir: "/d", class: "d" },
      ],
    ],
    [
      "auto_install",
      [
        { image: "/a*.iso", template: "/t.cfg" },
        { parent: "/d", template: ["/t"], autosel: 1, timeout: 0 },
      ],
    ],
    ["persistence", [{ image: "/a.iso", backend: ["/p.dat", "/q.dat"], autosel: 0, timeout: 5 }]],
    [
      "injection",
      [
        { image: "/a.iso", archive: "/x.tar.gz" },
        { parent: "/", archive: "/y.zip" },
      ],
    ],
    ["conf_replace", [{ iso: "/a.iso", org: "/boot/grub.cfg", new: "/g.cfg", img: 1 }]],
    [
      "dud",
      [
        { image: "/a.iso", dud: "/d.iso" },
        { image: "/b.iso", dud: ["/d.iso"] },
      ],
    ],
    [
      "password",
      {
        bootpwd: "txt#x",
        isopwd: `md5#${MD5}`,
        wimpwd: `md5#salt#${MD5}`,
        efipwd: "txt#1",
        imgpwd: "txt#2",
        vhdpwd: "txt#3",
        vtoypwd: "txt#4",
        menupwd: [
          { file: "/a.iso", pwd: "txt#x" },
          { parent: "/d", pwd: "txt#y" },
        ],
      },
    ],
    ["image_list", ["/a.iso", "/b*.iso"]],
    ["image_blacklist", ["/a.iso"]],
    ["auto_memdisk", ["/a.iso"]],
    [
      "custom_boot",
      [
        { file: "/a.iso", vcfg: "/a.vcfg" },
        { dir: "/d", vcfg: "/d.vcfg" },
      ],
    ],
    ["something_new", { deep: [[{ x: null }], true, 5] }],
  ])("%s %j", (plugin, value) => {
    const names = PLUGINS.some((one) => one === plugin)
      ? [plugin, ...PLATFORMS.map((one) => `${plugin}_${one}`)]
      : [plugin];
    for (const name of names) {
      const text = inFile(name, value);
      expect(mistakes(text)).toEqual([]);
      const { settings = {} } = fromVentoyJson(Buffer.from(text));
      expect(toVentoyJson(settings).plugins).toEqual({ [name]: value });
    }
  });

  test("keys that Ventoy doesn't know stay in an item", () => {
    const item = { image: "/a.iso", alias: "A", note: { by: ["me"], 数: 1 } };
    const { settings = {} } = fromVentoyJson(Buffer.from(inFile("menu_alias", [item])));
    expect(settings).toEqual({ ventoy: { menu_alias: [item] } });
    expect(toVentoyJson(settings).plugins).toEqual({ menu_alias: [item] });
  });

  test("may begin with a byte order mark, and have Windows' line ends", () => {
    const text = '\ufeff{\r\n  "control": [\r\n    {"VTOY_MENU_TIMEOUT": "5"}\r\n  ]\r\n}\r\n';
    expect(fromVentoyJson(Buffer.from(text)).settings).toEqual({ menu: { timeout: 5 } });
  });
});

describe("what both menus know", () => {
  test.each<[object, StickSettings]>([
    [{ control: [{ VTOY_MENU_TIMEOUT: "10" }] }, { menu: { timeout: 10 } }],
    [{ control: [{ VTOY_MENU_LANGUAGE: "zh_CN" }] }, { menu: { language: "zh" } }],
    [{ control: [{ VTOY_MENU_LANGUAGE: "en_US" }] }, { menu: { language: "en" } }],
    [{ control: [{ VTOY_DEFAULT_MENU_MODE: "1" }] }, { menu: { folders: "tree" } }],
    [{ control: [{ VTOY_DEFAULT_MENU_MODE: "0" }] }, { menu: { folders: "flat" } }],
    [{ control: [{ VTOY_DEFAULT_IMAGE: "/a.iso" }] }, { menu: { default: { image: "/a.iso" } } }],
    [{ menu_alias: [{ image: "/a.iso", alias: "A" }] }, { images: { "/a.iso": { title: "A" } } }],
    [{ menu_alias: [{ dir: "/d", alias: "D" }] }, { folders: { "/d": { title: "D" } } }],
    [
      { auto_install: [{ image: "/a.iso", template: "/t" }] },
      { images: { "/a.iso": { unattended: [{ file: "/t" }] } } },
    ],
    [
      { auto_install: [{ image: "/a.iso", template: ["/t", "/u"] }] },
      { images: { "/a.iso": { unattended: [{ file: "/t" }, { file: "/u" }] } } },
    ],
    [
      { injection: [{ image: "/a.iso", archive: "/x.zip" }] },
      { images: { "/a.iso": { inject: ["/x.zip"] } } },
    ],
    [{ image_blacklist: ["/a.iso"] }, { hide: ["/a.iso"] }],
  ])("%j is %j", (json, settings) => {
    expect(fromVentoyJson(Buffer.from(JSON.stringify(json))).settings).toEqual(settings);
    expect(JSON.parse(toVentoyJson(settings).text)).toEqual(json);
  });

  test.each([
    { control: [{ VTOY_MENU_TIMEOUT: "0" }] },
    { control: [{ VTOY_MENU_TIMEOUT: "010" }] },
    { control: [{ VTOY_MENU_LANGUAGE: "de_DE" }] },
    { control: [{ VTOY_DEFAULT_IMAGE: "F6>0" }] },
    { menu_alias: [{ image: "/a*.iso", alias: "A" }] },
    { menu_alias: [{ image: "/a[1].iso", alias: "A" }] },
    {
      menu_alias: [
        { image: "/a.iso", alias: "A" },
        { image: "/a.iso", alias: "B" },
      ],
    },
    { auto_install: [{ parent: "/d", template: "/t" }] },
    { auto_install: [{ image: "/a.iso", template: "/t", autosel: 1 }] },
    { injection: [{ image: "/a.iso", archive: "/x.tar.xz" }] },
    { image_blacklist: ["/folder"] },
  ])("%j means something to Ventoy alone", (json) => {
    const settings = fromVentoyJson(Buffer.from(JSON.stringify(json))).settings ?? {};
    expect(Object.keys(settings)).toEqual(["ventoy"]);
    expect(JSON.parse(toVentoyJson(settings).text)).toEqual(json);
  });
});

describe("mistakes", () => {
  const cut = (plugin: string, value: unknown, line: number, words: string) =>
    [inFile(plugin, value), `${line}: ${words}`] as const;
  test.each<readonly [string, string]>([
    ["", "1: a value must stand here, and not the end of the file"],
    ["[]", "1: the file must be one JSON object"],
    ['{"a": 1,}', "1: there is a comma too many before }"],
    ['{\n"a": [1,\n]\n}', "3: there is a comma too many before ]"],
    ["{\n// x\n}", "2: a name in quotation marks must stand here, and not /"],
    ['{"a" 1}', '1: a colon must follow "a", and not 1'],
    ['{"a": 1 "b": 2}', '1: a comma or } must stand here, and not "'],
    ['{"a": x}', "1: a value must stand here, and not x"],
    ["{'a': 1}", "1: a name in quotation marks must stand here, and not '"],
    ['{"a": "x\ny"}', "1: this text doesn't end on its line"],
    ['{"a": "\\x"}', "1: this text doesn't end on its line"],
    ['{"a": "x\u0000"}', "1: this text doesn't end on its line"],
    ["{}\n\n{}", "3: something follows the end"],
    ['{\n"a": 1,\n"a": 2}', '3: "a" is here twice; Ventoy takes the first one'],
    ['{\n"__proto__": {}}', '2: "__proto__" can\'t be a name'],
    ['{\n"a": -1}', "2: -1 is no number that Ventoy reads"],
    ['{\n"a": 1.5}', "2: 1.5 is no number that Ventoy reads"],
    ['{\n"a": 1e3}', "2: 1e3 is no number that Ventoy reads"],
    ['{\n"a": 4294967296}', "2: 4294967296 is no number that Ventoy reads"],
    ['{\n"a":\n"C:\\\\"}', "3: a text that ends in a backslash keeps Ventoy from reading"],
    ['{\n"a\\\\": 1}', "2: a text that ends in a backslash"],
    ['{\n"a": "\\ud800"}', "2: this text has half of a character"],
    cut("control", {}, 2, "control must be a list"),
    cut(
      "control",
      [{ VTOY_MENU_TIMEOUT: 10 }],
      4,
      "control › 0 › VTOY_MENU_TIMEOUT must be a text",
    ),
    cut("control", [{ A: "1", B: "2" }], 3, "control › 0: each item has one key"),
    cut("control", [{}], 3, "control › 0: each item has one key"),
    cut("control_uefi", ["x"], 3, "control_uefi › 0 must be a group of settings"),
    cut("theme", [], 2, "theme must be a group of settings"),
    cut("theme", { default_file: "1" }, 3, "theme › default_file must be a number"),
    cut("theme", { fonts: ["f.pf2"] }, 4, "theme › fonts › 0: a path begins with /"),
    cut("menu_alias", [{ alias: "x" }], 3, "menu_alias › 0: one of these must be here: image, dir"),
    cut("menu_alias", [{ image: "/a.iso" }], 3, "menu_alias › 0 › alias must be a text"),
    cut(
      "menu_alias",
      [{ image: "a.iso", alias: "x" }],
      4,
      "menu_alias › 0 › image: a path begins with /",
    ),
    cut(
      "menu_alias",
      [{ image: LONG, alias: "x" }],
      4,
      "menu_alias › 0 › image: this is longer than 255 bytes",
    ),
    cut(
      "menu_alias",
      [{ image: "/a", alias: "系".repeat(86) }],
      5,
      "menu_alias › 0 › alias: this is longer than 255 bytes",
    ),
    cut("menu_tip", { left: "1" }, 2, "menu_tip › tips must be a list"),
    cut(
      "menu_tip",
      { tips: [{ image: "/a" }] },
      4,
      "menu_tip › tips › 0: one of these must be here: tip, tip1, tip2",
    ),
    cut(
      "menu_class",
      [{ key: "x", class: "c".repeat(64) }],
      5,
      "menu_class › 0 › class: this is longer than 63 bytes",
    ),
    cut(
      "auto_install",
      [{ image: "/a", template: "t" }],
      5,
      "auto_install › 0 › template: a path begins with /",
    ),
    cut(
      "auto_install",
      [{ image: "/a", template: ["/t", 5] }],
      7,
      "auto_install › 0 › template › 1 must be a text",
    ),
    cut(
      "auto_install",
      [{ image: "/a", template: "/t", autosel: "1" }],
      6,
      "auto_install › 0 › autosel must be a number",
    ),
    cut("persistence", [{ image: "/a", backend: 5 }], 5, "persistence › 0 › backend must be"),
    cut(
      "persistence",
      [{ parent: "/a", backend: "/b" }],
      3,
      "persistence › 0 › image must be a text",
    ),
    cut("injection", [{ image: "/a" }], 3, "injection › 0 › archive must be a text"),
    cut("conf_replace", [{ iso: "/a", org: "/b" }], 3, "conf_replace › 0 › new must be a text"),
    cut("dud", [{ image: "/a", dud: [] }, 5], 7, "dud › 1 must be a group"),
    cut("password", { bootpwd: "secret" }, 3, "password › bootpwd: a password is written as"),
    cut("password", { bootpwd: "txt#" }, 3, "password › bootpwd: a password is written as"),
    cut("password", { isopwd: `md5#${MD5}0` }, 3, "password › isopwd: the MD5 must have 32"),
    cut("password", { isopwd: "md5#salt#x" }, 3, "password › isopwd: the MD5 must have 32"),
    cut(
      "password",
      { isopwd: `txt#${"x".repeat(61)}` },
      3,
      "password › isopwd: a password may have 64 bytes",
    ),
    cut(
      "password",
      { menupwd: [{ file: "/a" }] },
      4,
      "password › menupwd › 0 › pwd must be a text",
    ),
    cut("image_list", ["/a", "b"], 4, "image_list › 1: a path begins with /"),
    cut("auto_memdisk", "/a", 2, "auto_memdisk must be a list"),
    cut(
      "custom_boot",
      [{ file: "/a", vcfg: "/a.cfg" }],
      5,
      "custom_boot › 0 › vcfg: the file's name must end in .vcfg",
    ),
  ])("%j: %s", (text, wanted) => {
    expect(mistakes(text)[0]).toContain(wanted);
  });

  test("all of them are told, in the order of their lines", () => {
    const text = inFile("menu_alias", [{ image: "a" }, { dir: 5, alias: "x" }, 7]);
    expect(mistakes(text).map((one) => Number(one.split(":")[0]))).toEqual([3, 4, 7, 10]);
  });

  test("of two lists of images, which of them counts is for nobody to guess", () => {
    expect(mistakes('{"image_list": [],\n"image_blacklist": []}')[0]).toMatch(/^2: .*can't both/);
    expect(mistakes('{"image_list_uefi": [], "image_blacklist": []}')).toHaveLength(1);
    expect(mistakes('{"image_list_uefi": [], "image_blacklist_legacy": []}')).toEqual([]);
  });
});

describe("warnings", () => {
  test.each([
    [inFile("password", { bootpwd: "txt#x" }), "3: password › bootpwd is a password in plain text"],
    [
      inFile("password_uefi", { menupwd: [{ file: "/a", pwd: "txt#x" }] }),
      "6: password_uefi › menupwd › 0 › pwd is a password",
    ],
    [
      inFile("control", [{ VTOY_MENU_TIMEOUT: "soon" }]),
      '4: VTOY_MENU_TIMEOUT: Ventoy knows 0, 1, 2 …, not "soon"',
    ],
    [inFile("control", [{ VTOY_NEW: "1" }]), "4: control › VTOY_NEW: no setting of Ventoy's"],
    [inFile("something", 1), '2: Ventoy knows nothing named "something"'],
    [inFile("theme", { random: "always" }), "3: random: Ventoy knows boot_second"],
    [inFile("theme", { file: ["/a"], default_file: 2 }), "6: default_file is 2, and there are 1"],
    [
      inFile("auto_install", [{ image: "/a", template: "/t", autosel: 2 }]),
      "6: autosel is 2, and there are 1",
    ],
    [inFile("menu_alias", [{ image: "/a", alias: 'a "b"' }]), "5: Ventoy doesn't undo escapes"],
    [
      inFile(
        "conf_replace",
        [1, 2, 3].map(() => ({ iso: "/a", org: "/o", new: "/n" })),
      ),
      "14: conf_replace has more than 2 files for /a",
    ],
  ])("%s: %s", (text, wanted) => {
    const found = warningsOf(readVentoyJson(Buffer.from(text)));
    expect(found.map((one) => `${one.line}: ${one.text.en}`)[0]).toContain(wanted);
    for (const one of found) expect(one.text.zh).toMatch(/\p{Script=Han}/u);
  });

  test("hashes of passwords give none", () => {
    const text = inFile("password", { bootpwd: `md5#${MD5}`, isopwd: `md5#salt#${MD5}` });
    expect(warningsOf(readVentoyJson(Buffer.from(text)))).toEqual([]);
  });
});

describe("hostile bytes", () => {
  test.each([
    ["deep lists", `{"a": ${"[".repeat(100_000)}`],
    ["deep groups", '{"a":'.repeat(40_000)],
    ["a long text without an end", `{"a": "${"x".repeat(200_000)}`],
    ["many mistakes", `{"a": [${"-1,".repeat(60_000)}1]}`],
    ["many names twice", `{${'"a":1,'.repeat(30_000)}"a":1}`],
    ["many backslashes", `{"a": "${"\\\\".repeat(100_000)}"}`],
  ])("%s are refused at once", (_name, text) => {
    const found = mistakes(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(101);
  });

  test.each([
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
    ["GBK", [0x7b, 0x22, 0xb2, 0xcb, 0x22, 0x3a, 0x31, 0x7d]],
    ["half a character", [0x7b, 0x22, 0xe7, 0xb3, 0x22, 0x3a, 0x31, 0x7d]],
  ])("%s is no UTF-8", (_name, bytes) => {
    expect(mistakes(Uint8Array.from(bytes))[0]).toContain("0: it is not UTF-8 text");
  });

  test("what is too large isn't looked at", () => {
    expect(mistakes(" ".repeat(256 * 1024 + 1))).toEqual(["0: the file is larger than 256 KiB"]);
    expect(mistakes(`{}${" ".repeat(256 * 1024 - 2)}`)).toEqual([]);
  });

  test("what JSON.parse takes and what this takes are the same, but for what Ventoy can't read", () => {
    const seed = JSON.stringify(
      { control: [{ A: "1" }], menu_alias: [{ image: "/系", alias: 'x"\\y' }], n: [0, null, true] },
      undefined,
      1,
    );
    const change = fc.tuple(fc.nat(Buffer.byteLength(seed) - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(seed);
        for (const [at, value] of changes) bytes[at] = value;
        const { plugins } = readVentoyJson(bytes);
        if (plugins === undefined) return;
        const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
        expect(plugins).toEqual(JSON.parse(text));
      }),
      { numRuns: RUNS },
    );
  });
});

/** Ventoy's own way of finding where a text ends, in short: the next quotation mark with no backslash before it; escapes stay. */
function asVentoyReads(text: string): unknown {
  let at = 0;
  const skip = () => {
    while (at < text.length && text.charCodeAt(at) <= 32) at++;
  };
  const string = () => {
    let end = text.indexOf('"', at + 1);
    while (end >= 0 && text[end - 1] === "\\") end = text.indexOf('"', end + 1);
    if (text[at] !== '"' || end < 0) throw new Error(`no text at ${at}`);
    const value = text.slice(at + 1, end);
    at = end + 1;
    return value;
  };
  const several = (end: string, one: () => void) => {
    at++;
    skip();
    if (text[at] === end) return void at++;
    for (;;) {
      one();
      skip();
      if (text[at] === ",") {
        at++;
        skip();
      } else if (text[at] === end) return void at++;
      else throw new Error(`neither comma nor ${end} at ${at}`);
    }
  };
  const value = (): unknown => {
    skip();
    if (text[at] === '"') return string();
    if (text[at] === "[") {
      const items: unknown[] = [];
      several("]", () => items.push(value()));
      return items;
    }
    if (text[at] === "{") {
      const members: Record<string, unknown> = {};
      several("}", () => {
        const name = string();
        skip();
        if (text[at++] !== ":") throw new Error(`no colon at ${at}`);
        members[name] = value();
      });
      return members;
    }
    const word = /^(?:null|true|false|\d+)/.exec(text.slice(at, at + 12))?.[0];
    if (word === undefined) throw new Error(`nothing at ${at}`);
    at += word.length;
    return JSON.parse(word);
  };
  return value();
}

test("a parser with the limits of Ventoy's reads what is written, as the same data but for escapes", () => {
  fc.assert(
    fc.property(ventoyJson, (json) => {
      const settings = fromVentoyJson(Buffer.from(JSON.stringify(json))).settings ?? {};
      const { text } = toVentoyJson(settings);
      expect(text.startsWith("{")).toBe(true);
      const raw = (value: unknown): unknown => {
        if (typeof value === "string") return JSON.stringify(value).slice(1, -1);
        if (Array.isArray(value)) return value.map(raw);
        if (typeof value !== "object" || value === null) return value;
        return Object.fromEntries(Object.entries(value).map(([key, one]) => [raw(key), raw(one)]));
      };
      expect(asVentoyReads(text)).toEqual(raw(json));
    }),
    { numRuns: Math.min(RUNS, 1000) },
  );
});
