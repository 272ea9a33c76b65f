/**
 * Every fixture's ISO in GRUB's own interpreter (grub-emu): the compiled recipes take it for what `scan` does, and offer the
 * files that `scan` does. Where they can't, it stands here why.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRecipes } from "../../../../src/iso/recipes/library.ts";
import { inspectIso } from "../../../../src/iso/index.ts";
import type { IsoReport } from "../../../../src/iso/index.ts";
import { openFile } from "../../../../src/block/file.ts";
import { searchScript } from "../../../../src/menu/new-isos/search.ts";
import { recipeScripts } from "../../../../src/menu/new-isos/recipe-scripts.ts";
import { packageRoot } from "../../../../src/system/places.ts";
import { emulateGrub } from "../../../support/grub-emu.ts";
import { buildFixture, loadFixtures } from "../../../support/iso-fixtures.ts";
import { judge } from "../../../support/tools.ts";

/** What GRUB takes another way than `scan`: fixture → its family there. Empty: no recipe, but the image's own menu. */
const OTHER_FAMILIES: Readonly<Record<string, string>> = {
  // Known by the arguments in their menus alone, or by having none.
  coreos: "",
  rancheros: "",
  linux: "",
  "linux-2": "",
  "linux-3": "",
  "linux-4": "",
  // Its folder's name, which its kernel must be told, stands in its menu alone; its own loopback.cfg tells it.
  "manjaro-garuda": "loopback",
  "memdisk-avg-rescue-cd": "",
  // By a text; the family that it refines boots it.
  deepin: "debian-live",
  // Its own loopback.cfg is there, and does the same.
  "super-grub2-disk": "loopback",
};

/** Fixtures of which the first entry starts other files in GRUB, and why. */
const OTHER_FILES: Readonly<Record<string, string>> = {
  "anaconda-9": "two sets of kernel and initrd: the menu names the second",
  "debian-installer": "the menu's first entry is the graphical installer",
  "debian-installer-2": "two sets of kernel and initrd: the menu names the second",
  "debian-installer-3": "the menu's first entry is the graphical installer",
  "fedora-live-2": "two sets of kernel and initrd: the menu names the second",
  genkernel: "arguments and initrd stand in the menu alone",
  "genkernel-2": "arguments and initrd stand in the menu alone",
  loopback: "the image's own loopback.cfg is run instead",
  nixos: "arguments stand in the menu alone",
  "nixos-2": "arguments stand in the menu alone",
  pentoo: "arguments and initrd stand in the menu alone",
  sabayon: "arguments and initrd stand in the menu alone",
  "ubuntu-9": "the menu names another of its initrds",
  "universal-blue-4": "two sets of kernel and initrd: the menu names the second",
};

interface Found {
  readonly family: string;
  /** Files of each entry on BIOS, in their order. */
  readonly offers: readonly string[];
}

const folder = await mkdtemp(join(tmpdir(), "lifeboat-dynamic-"));
afterAll(async () => rm(folder, { recursive: true, force: true }));
const reports = new Map<string, IsoReport>();
let found = new Map<string, Found>();

beforeAll(async () => {
  const library = await openRecipes(join(packageRoot(), "grub", "recipes"));
  const commands = ["mkdir /iso"];
  for (const fixture of await loadFixtures()) {
    const iso = await buildFixture(fixture, folder);
    const range = await openFile(iso);
    reports.set(fixture.id, await inspectIso(range, basename(iso), await library.load()));
    await range.close();
    commands.push(`write ${iso} /iso/${fixture.id}.iso`);
  }
  const disk = join(folder, "disk.img");
  await judge("mke2fs", ["-q", "-t", "ext4", "-F", disk, "256M"]);
  const { "recipes.cfg": choose = "", ...entries } = await recipeScripts(library, "en");
  commands.push("mkdir /lifeboat", "mkdir /lifeboat/menu-a");
  for (const [name, text] of Object.entries(entries)) {
    await writeFile(join(folder, name), text);
    commands.push(`write ${join(folder, name)} /lifeboat/menu-a/${name}`);
  }
  await writeFile(join(folder, "commands"), commands.join("\n"));
  await judge("debugfs", ["-w", "-f", join(folder, "commands"), disk]);
  found = readAnswers(await runInGrub(disk, choose));
}, 15 * 60_000);

test("the same family, for every fixture", () => {
  const families = Object.fromEntries(
    [...reports].map(([id, { family }]) => [id, OTHER_FAMILIES[id] ?? family]),
  );
  expect(Object.fromEntries([...found].map(([id, { family }]) => [id, family]))).toEqual(families);
});

test("the same kernel and initrds first, where scan has any for a BIOS", () => {
  const different = [...reports].flatMap(([id, report]) => {
    const first = report.entries.find(({ firmware }) => firmware.includes("bios"));
    if (first?.method.kind !== "linux" || id in OTHER_FAMILIES) return [];
    const wanted = [first.method.kernel, ...first.method.initrd].join(" ");
    return found.get(id)?.offers[0] === wanted ? [] : [id];
  });
  expect(different.toSorted()).toEqual(Object.keys(OTHER_FILES).toSorted());
});

/** Prints what each ISO is and what it offers, instead of a menu. */
const PRINTER = `
function lifeboat_new_offer {
  set lifeboat_new_offered=yes
  shift
  shift
  echo "OFFER|$@"
}
function lifeboat_new_explain { set lifeboat_new_offered=yes; }
for lifeboat_test in ($data)/iso/*.iso; do
  regexp --set=1:lifeboat_test '(/.*)$' "$lifeboat_test"
  echo "ISO|$lifeboat_test"
  set lifeboat_family=
  lifeboat_new_iso "$lifeboat_test"
  echo "FAMILY|$lifeboat_family"
done
exit
`;

async function runInGrub(disk: string, script: string): Promise<string> {
  const facts = { language: "en", partition: "LIFEBOAT-1", known: [], hidden: [] } as const;
  const search = searchScript({ ...facts, fileSystem: "ext4" }).replace(/^source [^]*/m, "");
  return emulateGrub(`set lifeboat_slot=a\n${search}${script}${PRINTER}`, disk, folder);
}

function readAnswers(said: string): Map<string, Found> {
  const answers = new Map<string, Found>();
  let id = "";
  let offers: string[] = [];
  for (const line of said.split("\n")) {
    const [, kind, rest = ""] = /(ISO|OFFER|FAMILY)\|(.*?)\s*$/.exec(line) ?? [];
    if (kind === "ISO") {
      id = basename(rest, ".iso");
      offers = [];
    } else if (kind === "OFFER") {
      // Behind GRUB's name for the image; the word "-" keeps the list from being empty.
      offers.push(
        rest
          .replaceAll(/\(newx*(?:,(\w+))?\)/g, (_all, part?: string) => (part ? `(${part})` : ""))
          .replace(/ -(?= |$)/, ""),
      );
    } else if (kind === "FAMILY") answers.set(id, { family: rest, offers });
  }
  return answers;
}
