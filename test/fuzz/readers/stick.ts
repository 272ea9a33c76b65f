/** What lies on a stick as text: manifest, records, settings, recipes, checksum lists. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseManifest } from "../../../src/boot/kit/kit.ts";
import { withOwnRecipes } from "../../../src/iso/recipes/load.ts";
import { parseChecksums } from "../../../src/system/checksum-list.ts";
import { encodeJson, parseStickManifest, parseStickRecords } from "../../../src/stick/manifest.ts";
import type { StickManifest, StickRecords } from "../../../src/stick/manifest.ts";
import { parseSettings } from "../../../src/stick/settings/read.ts";
import { fromVentoyJson } from "../../../src/stick/ventoy-json/from-json.ts";
import { lookAtVentoyJson } from "../../../src/stick/ventoy-json/look.ts";
import { toVentoyJson } from "../../../src/stick/ventoy-json/to-json.ts";
import { packageRoot } from "../../../src/system/places.ts";
import { memoryVolume } from "../../support/memory-volume.ts";
import type { FuzzedReader, Seed } from "../reader.ts";

const PASSWORD = `grub.pbkdf2.sha512.10000.${"9A".repeat(64)}.${"41".repeat(64)}`;
const SHA256 = createHash("sha256").digest("hex");

const MANIFEST: StickManifest = {
  format: 1,
  lifeboat: "0.1.0",
  name: "LIFEBOAT-1A2B3C4D",
  scheme: "gpt",
  diskId: "1A2B3C4D-1111-4222-8333-444444444444",
  fileSystem: "exfat",
  secureBoot: true,
  language: "en",
  bootStage: {
    kind: "grub",
    versions: { "grub-common": "2.06-13" },
    files: { "/EFI/BOOT/BOOTX64.EFI": SHA256 },
    bios: { coreLba: 40, coreBytes: 120_000, bootCode: SHA256, core: SHA256 },
  },
};

const RECORDS: StickRecords = {
  recipes: SHA256,
  isos: [
    {
      path: "/iso/debian.iso",
      size: 3_000_000,
      modified: 1_790_000_000,
      extents: [{ start: 65_536, length: 3_000_000 }],
      sha256: SHA256,
      volumeId: "d-live 13.4.0",
      uuid: "2026-01-02-03-04-05-00",
      family: "debian-live",
      name: "Debian",
      version: "13.4.0",
      arch: ["x86_64"],
      firmware: ["bios", "uefi"],
      entries: [
        {
          title: "Live system",
          firmware: ["bios", "x64"],
          method: { kind: "linux", kernel: "/k", initrd: ["/i"], args: "quiet", hook: true },
          via: "hook",
          secureBoot: "signed-by-shim",
        },
      ],
      problems: [{ id: "p", severity: "info", text: { en: "e", zh: "z" } }],
      persistenceFile: {
        path: "/lifeboat/persistence/debian.img",
        extents: [{ start: 4096, length: 4096 }],
        uuid: "01234567-89ab-4cde-8f01-23456789abcd",
        check: `${SHA256}@0+512,1024+512`,
      },
      copies: { "/k": "/lifeboat/copies/k" },
      ownLoader: { folder: "/lifeboat/efi/x", prefix: "/boot/grub" },
      extras: { answers: [{ file: "/a.cfg", cpio: "/lifeboat/extras/a.cpio" }] },
    },
  ],
  settings: { hide: ["*.old"], users: { admin: PASSWORD }, superusers: ["admin"] },
};

const KIT = {
  format: 2,
  files: [
    { path: "bios/boot.img", bytes: 512, sha256: SHA256, package: "p", version: "1", licence: "G" },
  ],
};

const JSON_TOKENS = [
  ...'{ } [ ] , : null true false " "" {} [] 1e400 -0 \\u0000 \\ud800'.split(" "),
  '"__proto__":',
  '"constructor":',
  '"format":2',
  '"extents":null',
  '[{"start":',
  '"/"',
];

export const manifest: FuzzedReader = {
  name: "manifest",
  what: "stick.json, isos.json and the kit's manifest",
  kind: "document",
  makeSeeds: async () => [
    { name: "stick.json", bytes: encodeJson(MANIFEST) },
    { name: "isos.json", bytes: encodeJson(RECORDS) },
    { name: "kit.json", bytes: Buffer.from(JSON.stringify(KIT)) },
  ],
  tokens: JSON_TOKENS,
  read: async ({ seed, bytes }) => {
    if (seed === "stick.json") encodeJson(parseStickManifest(bytes));
    else if (seed === "isos.json") encodeJson(parseStickRecords(bytes, "isos.json"));
    else parseManifest(bytes.toString("utf8"), "kit.json");
    return "whole";
  },
};

const YAML_TOKENS = [
  ..."- ? : [ ] { } & * ! | > ' \" % @ # , &a *a <<: !!binary !!set !!map !!str --- ...".split(" "),
  "- ",
  "? ",
  ": ",
  "\n",
  "\n  ",
  "\n- ",
  "[*a,",
  "&a [",
  "{a: ",
  "|\n  ",
  ">-\n ",
  "%YAML 1.1\n---\n",
  "__proto__:",
  "*a : ",
  "(",
  "(?<",
  "[^",
  "{1,",
  "\\",
  ")*)*",
];

async function recipeSeeds(): Promise<Seed[]> {
  const folder = join(packageRoot(), "grub/recipes");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).toSorted();
  return Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })),
  );
}

const RECIPE_TOKENS =
  "detect: entries: method: linux refines: identify: matches: fromConfig: args: when: inGrub:";

export const recipes: FuzzedReader = {
  name: "recipes",
  what: "recipes of the user's (YAML): all of lifeboat's own as seeds",
  kind: "document",
  makeSeeds: recipeSeeds,
  tokens: [...YAML_TOKENS, ...RECIPE_TOKENS.split(" ")],
  read: async ({ seed, bytes }) => {
    const { mistakes } = await withOwnRecipes({ sources: [] }, [
      { name: seed, text: bytes.toString("utf8") },
    ]);
    return mistakes.length === 0 ? "whole" : "part";
  },
};

/** The examples of the page about them, and the template with its comments taken away; their passwords are cut short. */
async function settingsSeeds(): Promise<Seed[]> {
  const page = await readFile(join(packageRoot(), "docs/settings.md"), "utf8");
  const template = await readFile(join(packageRoot(), "templates/stick.en.yaml"), "utf8");
  const examples = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""]) => text);
  const bare = template.replaceAll(/^#(?! \S)/gm, "");
  return [...examples, bare].map((text, index) => ({
    name: `example ${index}`,
    bytes: Buffer.from(text.replaceAll(/grub\.pbkdf2\.\S*…/g, PASSWORD)),
  }));
}

const SETTINGS_TOKENS =
  "menu: default: folders: tree users: images: entries: hide: inject: files: unattended: /[*?]";

export const settings: FuzzedReader = {
  name: "settings",
  what: "lifeboat/stick.yaml",
  kind: "document",
  makeSeeds: settingsSeeds,
  tokens: [...YAML_TOKENS, ...SETTINGS_TOKENS.split(" ")],
  read: async ({ bytes }) => {
    const { settings: read, lineOf } = await parseSettings(bytes);
    lineOf(["images", "/linux/debian.iso", "entries"]);
    return read === undefined ? "part" : "whole";
  },
};

/** Each plugin of Ventoy's with all of its keys, as lifeboat writes and as its own configurator lays it out. */
const VENTOY_PLUGINS = {
  control: [{ VTOY_MENU_TIMEOUT: "10" }, { VTOY_DEFAULT_IMAGE: "F6>0" }],
  theme: { file: ["/t/theme.txt"], random: "boot_day", default_file: 1, fonts: ["/t/a.pf2"] },
  menu_alias: [
    { image: "/linux/debian.iso", alias: 'Debian "13" 系统' },
    { dir: "/linux", alias: "Linux" },
  ],
  menu_tip: { left: "1%", tips: [{ image: "/a*.iso", tip1: "x", tip2: "y" }] },
  menu_class_uefi: [
    { key: "ubuntu", class: "ubuntu" },
    { parent: "/", class: "x" },
  ],
  auto_install: [{ image: "/a.iso", template: ["/a.cfg", "/b.cfg"], autosel: 1, timeout: 5 }],
  persistence_legacy: [{ image: "/a.iso", backend: "/p.dat" }],
  injection: [{ parent: "/linux", archive: "/x.tar.gz" }],
  conf_replace: [{ iso: "/a.iso", org: "/boot/grub.cfg", new: "/g.cfg", img: 1 }],
  dud: [{ image: "/a.iso", dud: ["/d.iso"] }],
  password: {
    bootpwd: "txt#x",
    isopwd: `md5#salt#${"0".repeat(32)}`,
    menupwd: [{ file: "/a.iso", pwd: "txt#y" }],
  },
  image_blacklist: ["/old.iso"],
  auto_memdisk: ["/small.iso"],
  custom_boot: [{ file: "/a.iso", vcfg: "/a.vcfg" }],
  something: { new: [null, true, 4_294_967_295, { deep: [[]] }] },
};

/** What a stick has for the paths to be looked for. */
const VENTOY_STICK = memoryVolume({ "/a.iso": "", "/linux/debian.iso": "", "/a.cfg": "" });

export const ventoyJson: FuzzedReader = {
  name: "ventoy-json",
  what: "ventoy.json: read, explained, looked for on a stick, into settings and back",
  kind: "document",
  makeSeeds: async () => [
    { name: "compact", bytes: Buffer.from(JSON.stringify(VENTOY_PLUGINS)) },
    { name: "indented", bytes: Buffer.from(JSON.stringify(VENTOY_PLUGINS, undefined, 4)) },
    ...Object.entries(VENTOY_PLUGINS).map(([name, value]) => ({
      name,
      bytes: Buffer.from(`\ufeff${JSON.stringify({ [name]: value }, undefined, "\t")}\r\n`),
    })),
  ],
  tokens: [
    ...'{ } [ ] , : " \\" \\u0000 \\ null true 1.5 -1 // "image": "dir": "/a.iso" txt# md5# _uefi'.split(
      " ",
    ),
    '{"VTOY_MENU_TIMEOUT":"5"},',
    '"image_list":["/a.iso"],',
  ],
  read: async ({ bytes }) => {
    await lookAtVentoyJson(bytes, VENTOY_STICK);
    const { settings: read } = fromVentoyJson(bytes);
    if (read === undefined) return "part";
    const { text, plugins } = toVentoyJson(read);
    // What JSON.parse makes of the same bytes is the judge of what was understood, and of what was written.
    assert.deepEqual(JSON.parse(text), plugins);
    assert.deepEqual(plugins, JSON.parse(new TextDecoder().decode(bytes)));
    return "whole";
  },
};

const DIGITS = "0123456789abcdef".repeat(4);

export const checksums: FuzzedReader = {
  name: "checksums",
  what: "lists of checksums beside ISOs",
  kind: "document",
  makeSeeds: async () => [
    { name: "coreutils", bytes: Buffer.from(`${DIGITS}  a b.iso\n${DIGITS} *c.iso\n`) },
    { name: "escaped", bytes: Buffer.from(`\\${DIGITS}  a\\nb\\\\c.iso\r\n${DIGITS}\tx\n`) },
    {
      name: "BSD",
      bytes: Buffer.from(`SHA256 (a (1).iso) = ${DIGITS}\nMD5(x)= ${"0".repeat(32)}`),
    },
    { name: "alone", bytes: Buffer.from(`\ufeff# comment\n${DIGITS}${DIGITS}\n`) },
  ],
  tokens: [
    "SHA256 (",
    ") = ",
    "MD5",
    "SHA2-512 (",
    "  ",
    " *",
    "\\",
    "\r\n",
    "\n",
    DIGITS,
    "\t",
    "(",
  ],
  read: async ({ bytes }) => (parseChecksums(bytes.toString("utf8")).length > 0 ? "whole" : "part"),
};
