/** Every foreign field of the menu at once, filled with what people and attackers put into names. */
import * as fc from "fast-check";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WHOLE_IMAGE } from "../../../src/iso/method-paths.ts";
import type { BootMethod, IsoEntry } from "../../../src/iso/types.ts";
import type { MenuIso } from "../../../src/menu/menu-iso.ts";
import { makeMenu } from "../../../src/menu/menu.ts";
import { renderMenu } from "../../../src/menu/render.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 100);

/** Never empty: an empty list of arguments is left out of its line. */
const hostile = fc.oneof(
  fc.string({
    unit: fc.constantFrom(...Array.from("'\"\\${};|&<>()[]!#`~*?= \n\r\t-a救")),
    minLength: 1,
  }),
  fc.string({ unit: "grapheme", minLength: 1 }),
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom(
    "'; halt; '",
    "}\nhalt\n",
    "$(halt)",
    "\\",
    "'",
    "--users=x",
    "${root}",
    "\u2028halt",
  ),
);

/** All fields from outside, in the order in which `menuWith` uses them. */
const fields = fc.array(
  // "/" alone isn't foreign: it is our own word for the whole image, and no path in an image.
  hostile.filter((text) => text !== "/"),
  { minLength: 12, maxLength: 12 },
);

function menuWith(words: readonly string[]): string {
  const [title = "", uuid = "", path = "", entry = "", file = "", other = ""] = words;
  const [args = "", copy = "", list = "", partition = "", en = "", second = ""] = words.slice(6);
  const methods: BootMethod[] = [
    { kind: "linux", kernel: file, initrd: [other, file], args, hook: true },
    { kind: "linux", kernel: file, initrd: [], args, hook: false },
    { kind: "linux16", kernel: file, args },
    { kind: "chainload", path: file },
    { kind: "chainload", path: file, image: other },
    { kind: "configfile", path: file },
    { kind: "loopback", path: file },
    { kind: "memdisk" },
    { kind: "memdisk", args, path: WHOLE_IMAGE },
    { kind: "chainload", path: WHOLE_IMAGE },
  ];
  const entries = methods.map((method): IsoEntry => ({
    title: entry,
    firmware: ["bios", "x64", "ia32"],
    method,
    via: "native",
    secureBoot: "unsigned",
  }));
  const whole: MenuIso = {
    device: "iso0",
    title,
    uuid,
    extents: [{ start: 1 << 20, length: 1 << 20 }],
    entries,
    problems: [],
    path,
    uuidPartition: other,
    sha256: "0".repeat(64),
  };
  const extents = [0, 1, 2].map((index) => ({ start: index << 20, length: 512 }));
  const copies = { [file]: copy, [other]: copy, [WHOLE_IMAGE]: copy };
  const isos = [
    whole,
    { ...whole, copies },
    { ...whole, title: second, extents, copies, extentList: list },
    {
      ...whole,
      entries: [],
      problems: [
        { en, zh: second },
        { en, zh: second },
      ],
    },
  ];
  return renderMenu(makeMenu(isos, { partition, language: "en", hasVentoy: false }), {
    language: "en",
  });
}

/** The script with each word, however it is quoted, and each row of words, as one letter: what is left is structure. */
function structureOf(menu: string): string {
  const word = String.raw`(?:'[^']*'|\\'|[^\s'"\\;|&<>{}()]|\((?:\$?\w|-)+\)|"[^"\n]*")+`;
  return menu.replaceAll(new RegExp(`${word}(?: +${word})*`, "g"), "w");
}

test("no field from outside leaves its word, whatever it holds", async () => {
  const folder = await temporaryFolder();
  const plain = structureOf(menuWith(Array.from({ length: 12 }, () => "a b")));
  const menus: string[] = [];
  fc.assert(
    fc.property(fields, (words) => {
      const menu = menuWith(words);
      expect(structureOf(menu)).toBe(plain);
      menus.push(menu);
    }),
    { numRuns: RUNS },
  );
  const path = join(folder, "menu.cfg");
  // All in one file: starting the judge for each would take longer than all of its work.
  await writeFile(path, menus.join("\n"));
  await judge("grub-script-check", [path]);
});
