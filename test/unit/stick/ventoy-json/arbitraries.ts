/** Settings and ventoy.json files of every kind that Ventoy takes, made by chance. */
import * as fc from "fast-check";
import { PLATFORMS } from "../../../../src/stick/ventoy-json/names.ts";
import type { Json } from "../../../../src/stick/ventoy-json/json.ts";

const word = fc.constantFrom("a", "linux", "Debian 12", "系统", "x[1]", "win*", "é", "..x", "b$c");
const stem = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`);
const ends = fc.constantFrom(".iso", ".wim", ".img", ".cfg", ".tar.gz", ".zip", ".xz", "");

/** Few enough that the same comes up in several plugins. */
export const path = fc.oneof(
  fc.constantFrom("/a.iso", "/b.iso", "/linux/c.iso", "/d*.iso", "/a?.iso", "/x.zip", "/系统.iso"),
  fc.tuple(stem, ends).map((parts) => parts.join("")),
);
export const sharedImage = fc.constantFrom("/a.iso", "/b.iso", "/linux/c.iso", "/系统/d e.img");

/** Anything that Ventoy's parser reads: with quotation marks, line ends, wide characters, and no backslash at the end. */
export const text = fc
  .oneof(
    fc.constantFrom(
      "",
      "1",
      "10",
      "txt",
      'a "b"',
      "back\\slash",
      "tab\there",
      "两\n行",
      "~",
      "null",
    ),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 6 }),
  )
  .filter((one) => !one.endsWith("\\") && one.isWellFormed());

const title = text.filter((one) => one.length > 0);
const count = fc.nat(9);
const hex = fc.stringMatching(/^[0-9a-fA-F]{32}$/);
const salt = fc.stringMatching(/^[a-z0-9]{1,20}$/);
export const password = fc.oneof(
  fc.stringMatching(/^[ -[\]-~]{1,40}$/).map((one) => `txt#${one}`),
  hex.map((one) => `md5#${one}`),
  fc.tuple(salt, hex).map(([one, sum]) => `md5#${one}#${sum}`),
);

/** Any JSON that Ventoy's parser reads. */
export const anything: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    text,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key(), tie("json"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).json;

function key(): fc.Arbitrary<string> {
  return fc
    .oneof(fc.constantFrom("x", "note", "12", "键", "a b"), text)
    .filter((one) => one !== "__proto__");
}

type Item = Record<string, fc.Arbitrary<Json>>;

/** @param optional keys of the item that may be missing. */
function item(needed: Item, optional: Item = {}): fc.Arbitrary<Json> {
  const extra: Item = { extra: anything, 说明: anything };
  return fc.record(
    { ...needed, ...optional, ...extra },
    {
      requiredKeys: Object.keys(needed),
      noNullPrototype: true,
    },
  );
}

/** Most often with nothing else in it, as people write it. */
function bare(needed: Item): fc.Arbitrary<Json> {
  return fc.record(needed, { noNullPrototype: true });
}

const list = (...items: fc.Arbitrary<Json>[]) => fc.array(fc.oneof(...items), { maxLength: 5 });
const paths = fc.oneof(path, fc.array(path, { maxLength: 3 }));
const selection = { autosel: count, timeout: count };
const image = { image: path };

const CONTROL_KEYS = fc.oneof(
  fc.constantFrom(
    "VTOY_DEFAULT_MENU_MODE",
    "VTOY_MENU_TIMEOUT",
    "VTOY_MENU_LANGUAGE",
    "VTOY_DEFAULT_IMAGE",
    "VTOY_SORT_CASE_SENSITIVE",
    "VTOY_NEW",
  ),
  key(),
);
const controlValue = fc.oneof(
  fc.constantFrom("0", "1", "10", "3601", "007", "en_US", "zh_CN", "de_DE", "/a.iso", "F6>0"),
  text,
);
const control = fc.array(
  fc.tuple(CONTROL_KEYS, controlValue).map(([name, value]): Json => ({ [name]: value })),
  { maxLength: 6 },
);

const tips = { tip: text, tip1: text, tip2: text };
const tip = fc.oneof(item({ image: path, tip: text }, tips), item({ dir: path, tip1: text }, tips));
const menuPassword = fc.oneof(
  item({ file: path, pwd: password }),
  item({ parent: path, pwd: password }),
);

const PLUGIN: Record<string, fc.Arbitrary<Json>> = {
  control,
  theme: item(
    {},
    {
      file: fc.oneof(title, fc.array(title, { maxLength: 3 })),
      random: fc.constantFrom("boot_second", "boot_day", "boot_month"),
      default_file: count,
      resolution_fit: fc.nat(1),
      gfxmode: fc.constantFrom("1920x1080", "max"),
      display_mode: fc.constantFrom("GUI", "CLI", "serial", "serial_console"),
      serial_param: text,
      ventoy_left: text,
      ventoy_top: text,
      ventoy_color: text,
      fonts: fc.array(path, { maxLength: 2 }),
    },
  ),
  menu_alias: list(
    bare({ image: path, alias: text }),
    bare({ image: sharedImage, alias: title }),
    bare({ dir: path, alias: title }),
    item({ image: path, alias: text }, { dir: path }),
  ),
  menu_tip: item({ tips: fc.array(tip, { maxLength: 3 }) }, { left: text, top: text, color: text }),
  menu_class: list(
    item({ key: title, class: title }),
    item({ parent: path, class: title }),
    item({ dir: path, class: title }),
  ),
  auto_install: list(
    bare({ image: sharedImage, template: paths }),
    item({ image: path, template: paths }, selection),
    item({ parent: path, template: paths }, selection),
  ),
  persistence: list(
    bare({ image: path, backend: paths }),
    bare({ image: fc.constant("/a.iso"), backend: fc.constant("/lifeboat/persistence/a.iso.img") }),
    item({ image: path, backend: paths }, selection),
  ),
  injection: list(
    bare({ image: sharedImage, archive: path }),
    item({ image: path, archive: path }),
    item({ parent: path, archive: path }),
  ),
  conf_replace: list(item({ iso: path, org: path, new: path }, { img: count })),
  dud: list(item({ ...image, dud: paths })),
  password: item(
    {},
    {
      bootpwd: password,
      isopwd: password,
      wimpwd: password,
      efipwd: password,
      imgpwd: password,
      vhdpwd: password,
      vtoypwd: password,
      menupwd: fc.array(menuPassword, { maxLength: 3 }),
    },
  ),
  image_list: fc.array(path, { maxLength: 4 }),
  image_blacklist: fc.array(path, { maxLength: 4 }),
  auto_memdisk: fc.array(path, { maxLength: 3 }),
  custom_boot: list(
    item({ file: path, vcfg: path.map((one) => `${one}.vcfg`) }),
    item({ dir: path, vcfg: path.map((one) => `${one}.vcfg`) }),
  ),
};

/** Each plugin for all platforms and for single ones, and names that Ventoy doesn't know. */
const SECTIONS = Object.entries(PLUGIN).flatMap(([name, value]) =>
  ["", ...PLATFORMS.map((one) => `_${one}`)].map((suffix) => [`${name}${suffix}`, value] as const),
);
/** Names that look like a plugin's for a platform, too. */
const nearly = fc
  .constantFrom(...Object.keys(PLUGIN))
  .chain((name) => key().map((end) => `${name}_${end}`));
const unknown = fc.dictionary(
  fc.oneof(key(), nearly).filter((one) => !SECTIONS.some(([name]) => name === one)),
  anything,
  { maxKeys: 2, noNullPrototype: true },
);

/** A whole ventoy.json that Ventoy reads, in any order. */
export const ventoyJson: fc.Arbitrary<Record<string, Json>> = fc
  .tuple(
    // Those that both menus know come up more often.
    fc.record(Object.fromEntries(Object.entries(PLUGIN)), {
      requiredKeys: [],
      noNullPrototype: true,
    }),
    fc.record(Object.fromEntries(SECTIONS.filter(([name]) => name.includes("_"))), {
      requiredKeys: [],
      noNullPrototype: true,
    }),
    unknown,
    fc.nat(3),
    fc.infiniteStream(fc.nat(1000)),
  )
  .map(([general, byPlatform, others, kind, shuffle]) => {
    const platforms = kind === 0 ? byPlatform : {};
    const all = { ...platforms, ...general, ...others } as Record<string, Json>;
    const lists = Object.keys(all).filter((name) => /^image_(?:list|blacklist)/.test(name));
    // One list alone: which of two counts is for their order to say, and a mistake.
    for (const name of lists.slice(1)) delete all[name];
    const keyed = Object.entries(all).map((entry) => [shuffle.next().value ?? 0, entry] as const);
    return Object.fromEntries(keyed.toSorted(([a], [b]) => a - b).map(([, entry]) => entry));
  });

/** The part of stick.yaml that Ventoy knows too, in stick.yaml's own keys. */
export const sharedYaml = fc.record(
  {
    menu: fc.record(
      {
        timeout: fc.integer({ min: 1, max: 3600 }),
        language: fc.constantFrom("en", "zh"),
        folders: fc.constantFrom("tree", "flat"),
        default: sharedImage.map((one) => ({ image: one })),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    folders: fc.dictionary(
      fc.constantFrom("/linux", "/系统", "/a b/c"),
      fc.record({ title }, { noNullPrototype: true }),
      { minKeys: 1, maxKeys: 2, noNullPrototype: true },
    ),
    hide: fc.uniqueArray(fc.constantFrom("/old.iso", "/x/旧.img", "/w.wim"), { minLength: 1 }),
    images: fc.dictionary(
      sharedImage,
      fc
        .record(
          {
            title,
            unattended: fc
              .uniqueArray(fc.constantFrom("/answers/a.cfg", "/答案.xml", "/k s"), { minLength: 1 })
              .map((files) => files.map((file) => ({ file }))),
            inject: fc.constantFrom("/extra/x.tar.gz", "/y.zip", "/z.TGZ").map((one) => [one]),
          },
          { requiredKeys: [], noNullPrototype: true },
        )
        .filter((rule) => Object.keys(rule).length > 0),
      { minKeys: 1, maxKeys: 3, noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);
