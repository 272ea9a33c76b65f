/** Which paths of a ventoy.json aren't on the stick, by Ventoy's rules; and what it says in words. */
import { describe, expect, test } from "vitest";
import { explainVentoyJson } from "../../../../src/stick/ventoy-json/explain.ts";
import { lookAtStickJson, lookAtVentoyJson } from "../../../../src/stick/ventoy-json/look.ts";
import { fitsVentoyPattern } from "../../../../src/stick/ventoy-json/match.ts";
import type { Json } from "../../../../src/stick/ventoy-json/json.ts";
import { PLUGINS } from "../../../../src/stick/ventoy-json/names.ts";
import { readVentoyJson } from "../../../../src/stick/ventoy-json/read.ts";
import { ventoyJson } from "./arbitraries.ts";
import { memoryVolume } from "../../../support/memory-volume.ts";
import * as fc from "fast-check";

const STICK = memoryVolume({
  "/a.iso": "",
  "/linux/Debian 12.iso": "",
  "/linux/系统.iso": "",
  "/answers/a.cfg": "",
  "/p.dat": "",
  "/x.zip": "",
  "/f.pf2": "",
  "/big.cfg": Buffer.alloc(1024 * 1024 + 1),
  "/ventoy/theme/theme.txt": "",
  "/a.vcfg": "",
});

async function missing(json: Record<string, Json>): Promise<string[]> {
  const { mistakes, missing: found } = await lookAtVentoyJson(
    Buffer.from(JSON.stringify(json, undefined, 1)),
    STICK,
  );
  expect(mistakes).toEqual([]);
  for (const { text } of found) expect(text.zh).toMatch(/\p{Script=Han}/u);
  return found.map(({ line, text }) => `${line}: ${text.en}`);
}

describe("paths that are on the stick", () => {
  const all = {
    control: [{ VTOY_DEFAULT_IMAGE: "/a.iso" }, { VTOY_DEFAULT_SEARCH_ROOT: "/linux/" }],
    theme: { file: ["theme/theme.txt", "/ventoy/theme/theme.txt"], fonts: ["/f.pf2"] },
    menu_alias: [
      { image: "/linux/Debian **.iso", alias: "x" },
      { dir: "/linux", alias: "x" },
    ],
    menu_tip: { tips: [{ image: "/linux/******.iso", tip: "x" }] },
    menu_class: [
      { key: "anything", class: "x" },
      { parent: "/", class: "x" },
    ],
    auto_install: [{ image: "/a.iso", template: ["/answers/a.cfg"] }],
    persistence: [{ image: "/a.iso", backend: "/p.dat" }],
    injection: [{ parent: "/linux", archive: "/x.zip" }],
    conf_replace: [{ iso: "/*.iso", org: "/nobody/looks/here", new: "/answers/a.cfg" }],
    dud: [{ image: "/a.iso", dud: "/a.iso" }],
    password: { menupwd: [{ file: "/a.iso", pwd: "txt#x" }] },
    image_list: ["/a.iso"],
    auto_memdisk: ["/a.iso"],
    custom_boot: [{ file: "/a.iso", vcfg: "/a.vcfg" }],
  };
  test.each(Object.entries(all))("%s %j", async (plugin, value) => {
    expect(await missing({ [plugin]: value })).toEqual([]);
  });
});

describe("paths that aren't", () => {
  test.each([
    [
      { control: [{ VTOY_DEFAULT_IMAGE: "/b.iso" }] },
      "4: control › VTOY_DEFAULT_IMAGE: /b.iso isn't on the stick",
    ],
    [
      { control: [{ VTOY_DEFAULT_IMAGE: "/*.iso" }] },
      "4: control › VTOY_DEFAULT_IMAGE: /*.iso isn't on the stick",
    ],
    [
      { control: [{ VTOY_DEFAULT_SEARCH_ROOT: "/a.iso" }] },
      "4: control › VTOY_DEFAULT_SEARCH_ROOT: /a.iso is no folder",
    ],
    [{ theme: { file: "theme.txt" } }, "3: theme › file: /ventoy/theme.txt isn't on the stick"],
    [{ theme: { fonts: ["/f.pf2", "/g.pf2"] } }, "5: theme › fonts: /g.pf2 isn't on the stick"],
    [
      { menu_alias: [{ image: "/A.iso", alias: "x" }] },
      "4: menu_alias › image: /A.iso is /a.iso on the stick, and Ventoy tells",
    ],
    [{ menu_alias: [{ image: "/linux", alias: "x" }] }, "4: menu_alias › image: /linux is no file"],
    [
      { menu_alias: [{ image: "/linux/系*.iso", alias: "x" }] },
      "4: menu_alias › image: no file on the stick fits",
    ],
    [
      { menu_alias: [{ dir: "/LINUX", alias: "x" }] },
      "4: menu_alias › dir: /LINUX is /linux on the stick",
    ],
    [
      { menu_alias: [{ dir: "/a.iso/x", alias: "x" }] },
      "4: menu_alias › dir: /a.iso/x isn't on the stick",
    ],
    [
      { menu_tip: { tips: [{ dir: "/d", tip: "x" }] } },
      "5: menu_tip › tips › dir: /d isn't on the stick",
    ],
    [{ menu_class: [{ dir: "/d", class: "x" }] }, "4: menu_class › dir: /d isn't on the stick"],
    [
      { auto_install_uefi: [{ image: "/a.iso", template: ["/answers/b.cfg"] }] },
      "6: auto_install_uefi › template: /answers/b.cfg isn't",
    ],
    [
      { auto_install: [{ parent: "/d", template: "/answers" }] },
      "4: auto_install › parent: /d isn't",
    ],
    [
      { persistence: [{ image: "/a.iso", backend: "/linux" }] },
      "5: persistence › backend: /linux is no file",
    ],
    [
      { injection: [{ image: "//a.iso", archive: "/x.zip" }] },
      "4: injection › image: //a.iso is /a.iso on the stick",
    ],
    [
      { injection: [{ image: "/a.iso", archive: "/y.zip" }] },
      "5: injection › archive: /y.zip isn't",
    ],
    [
      { conf_replace: [{ iso: "/a.iso", org: "/o", new: "/big.cfg" }] },
      "6: conf_replace › new: /big.cfg is larger than the 1.00 MiB",
    ],
    [
      { conf_replace: [{ iso: "/a.is*", org: "/o", new: "/a.iso" }] },
      "4: conf_replace › iso: no file on the stick fits /a.is*",
    ],
    [{ dud: [{ image: "/a.iso", dud: ["/d.iso"] }] }, "6: dud › dud: /d.iso isn't"],
    [
      { password: { menupwd: [{ parent: "/d", pwd: "txt#x" }] } },
      "5: password › menupwd › parent: /d isn't",
    ],
    [{ image_blacklist: ["/a.iso", "/b.iso"] }, "4: image_blacklist: /b.iso isn't"],
    [{ auto_memdisk: ["/b.iso"] }, "3: auto_memdisk: /b.iso isn't"],
    [
      { custom_boot: [{ file: "/a.iso", vcfg: "/b.vcfg" }] },
      "5: custom_boot › vcfg: /b.vcfg isn't",
    ],
  ])("%j: %s", async (json, wanted) => {
    const found = await missing(json);
    expect(found[0]).toContain(wanted);
  });
});

test("a stick's own file is read, and one that is too large isn't", async () => {
  const json = '{\n"menu_alias": [{"image": "/b.iso", "alias": "B"}]\n}';
  const look = await lookAtStickJson(memoryVolume({ "/ventoy/ventoy.json": json }));
  expect(look?.missing.map(({ line, path }) => [line, path])).toEqual([[2, "/b.iso"]]);
  expect(look?.explained[0]?.en).toBe('menu_alias: /b.iso: called "B" in the menu');
  expect(await lookAtStickJson(STICK)).toBeUndefined();
  const large = memoryVolume({ "/ventoy/ventoy.json": Buffer.alloc(300_000, 0x20) });
  expect((await lookAtStickJson(large))?.mistakes[0]?.text.en).toContain("larger than 256 KiB");
});

describe("Ventoy's patterns", () => {
  test.each([
    ["/a*.iso", "/ab.iso", "whole", true],
    ["/a*.iso", "/abc.iso", "whole", false],
    ["/a*.iso", "/a.iso", "whole", false],
    ["/*", "/x", "whole", true],
    ["/*", "/x", "counted", false],
    ["/***.iso", "/系.iso", "whole", true],
    ["/*.iso", "/系.iso", "whole", false],
    ["/a*b", "/a/b", "whole", true],
    ["/A", "/a", "whole", false],
    ["*a", "/a", "counted", true],
  ] as const)("%s and %s, %s: %s", (pattern, path, comparison, wanted) => {
    expect(fitsVentoyPattern(pattern, path, comparison)).toBe(wanted);
  });
});

describe("in words", () => {
  test.each([
    [
      { control: [{ VTOY_MENU_TIMEOUT: "10" }] },
      "control: VTOY_MENU_TIMEOUT: after 10 seconds without a key the default entry starts",
    ],
    [
      { control_uefi: [{ VTOY_SECURE_BOOT_POLICY: "1" }] },
      "on 64-bit UEFI: control: VTOY_SECURE_BOOT_POLICY: under Secure Boot, what isn't signed is refused",
    ],
    [
      { control_legacy: [{ VTOY_DEFAULT_IMAGE: "F6>2" }] },
      "on a BIOS: control: VTOY_DEFAULT_IMAGE: the menu of F6 opens by itself, at its entry 2",
    ],
    [{ control: [{ X: "1" }] }, "control: X: unknown to lifeboat: 1"],
    [
      { menu_class: [{ key: "ubuntu", class: "u" }] },
      'menu_class: images with "ubuntu" in their names: the theme\'s icon "u"',
    ],
    [
      { auto_install: [{ parent: "/d", template: ["/t"], autosel: 1, timeout: 5 }] },
      "auto_install: the images right in /d: installed unattended with /t; number 1 without asking, after 5 seconds",
    ],
    [{ password: { bootpwd: "txt#geheim" } }, "password: a password before the menu appears"],
    [{ password: { isopwd: "txt#geheim" } }, "password: a password for every .iso file"],
    [{ theme: { gfxmode: "max" } }, "theme: gfxmode: max"],
    [{ image_list: ["/a.iso"] }, "image_list: the menu shows these alone: /a.iso"],
    [{ other: 1 }, "other: unknown to Ventoy; kept"],
    [{}, "nothing is set"],
  ])("%j: %s", (json, wanted) => {
    expect(explainVentoyJson(json)[0]?.en).toBe(wanted);
  });

  test("every plugin says something, and no password", async () => {
    const told = new Set<string>();
    await fc.assert(
      fc.asyncProperty(ventoyJson, async (json) => {
        const { plugins, explained } = {
          ...readVentoyJson(Buffer.from(JSON.stringify(json))),
          ...(await lookAtVentoyJson(Buffer.from(JSON.stringify(json)), STICK)),
        };
        for (const { en, zh } of explained) {
          expect(en).not.toMatch(/txt#|md5#/);
          expect(zh).not.toBe("");
          told.add(en.replace(/^on [^:]*: /, "").split(":")[0] ?? "");
        }
        const entries = Object.entries(plugins ?? {});
        expect(explained.length).toBeGreaterThan(entries.length === 0 ? 0 : -1);
      }),
      { numRuns: 60 },
    );
    for (const plugin of PLUGINS) expect(told).toContain(plugin);
  });
});
