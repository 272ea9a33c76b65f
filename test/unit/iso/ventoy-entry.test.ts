/** Which ISOs get an entry that hands over to Ventoy, and for which firmware. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { inspectIso, loadRecipes } from "../../../src/iso/index.ts";
import type { RecipeText } from "../../../src/iso/index.ts";
import { secureBootOf } from "../../../src/iso/secure-boot-summary.ts";
import type { DiscBoot } from "../../support/disc-iso.ts";
import { buildDisc } from "../../support/disc-iso.ts";
import { buildFixture, describeEntry, loadFixtures } from "../../support/iso-fixtures.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const RECIPES = fileURLToPath(new URL("../../../grub/recipes", import.meta.url));
const fixtures = await loadFixtures();
const UNKNOWN = {
  id: "unknown",
  volumeId: "SOMETHING",
  files: { "/readme.txt": "nothing to boot" },
};
const BOTH: DiscBoot = { bios: true, efi: { "BOOTX64.EFI": "@efi64" } };

function fixtureOf(id: string) {
  const fixture = fixtures.find((one) => one.id === id);
  if (fixture === undefined) throw new Error(`no fixture ${id}`);
  return fixture;
}

async function inspect(path: string, own: readonly RecipeText[] = []) {
  const range = await openFile(path);
  const set = await loadRecipes(RECIPES, own);
  expect(set.mistakes).toEqual([]);
  const report = await inspectIso(range, basename(path), set);
  await range.close();
  const byVentoy = report.entries.filter(({ via }) => via === "ventoy").map(describeEntry);
  return { ...report, byVentoy, ids: report.problems.map(({ id }) => id) };
}

const entryFor = (name: string, firmware: string) =>
  `${name} (by Ventoy, on a stick that has it) | ${firmware} | ventoy |  | ventoy, not-needed`;

describe("what only Ventoy starts", () => {
  test("an ISO that no recipe has a way for, on all firmware that a disc would start on", async () => {
    const iso = await buildDisc(fixtureOf("windows"), BOTH, await temporaryFolder());
    const report = await inspect(iso);
    expect(await judge("xorriso", ["-indev", iso, "-report_el_torito", "plain"])).toMatch(
      /BIOS[^]*UEFI/,
    );
    expect(report.entries.map(describeEntry)).toEqual([entryFor("Windows 26100", "bios x64")]);
    expect(report.ids).toEqual(["unsupported", "needs-ventoy"]);
    expect(report.problems.at(-1)?.text.en).toContain("On BIOS and UEFI it needs Ventoy");
    expect(secureBootOf(report.entries)).toBe("ventoy");
  });

  test("an ISO that lifeboat starts on BIOS alone, on the others", async () => {
    const efi = { "BOOTX64.EFI": "@efi64", "BOOTIA32.EFI": "@efi32" };
    const folder = await temporaryFolder();
    const report = await inspect(
      await buildDisc(fixtureOf("freebsd"), { bios: true, efi }, folder),
    );
    expect(report.byVentoy).toEqual([entryFor("FreeBSD 14.1", "x64 ia32")]);
    expect(report.entries.map(({ via }) => via)).toEqual(["native", "ventoy"]);
    expect(report.ids).toEqual(["bios-only", "needs-ventoy"]);
  });

  test("an ISO that no recipe knows", async () => {
    const report = await inspect(await buildDisc(UNKNOWN, { bios: true }, await temporaryFolder()));
    expect(report.family).toBe("unknown");
    expect(report.byVentoy).toEqual([entryFor("unknown", "bios")]);
    expect(report.ids).toEqual(["unknown-image", "needs-ventoy"]);
  });
});

describe("what gets no such entry", () => {
  test.each([
    ["a way of lifeboat's own on all firmware", fixtureOf("debian-live"), BOTH],
    ["a family that Ventoy fails with too", fixtureOf("haiku"), BOTH],
    ["the same on one firmware", fixtureOf("netbsd"), BOTH],
    ["no boot image", UNKNOWN, {}],
    ["programs for other processors", UNKNOWN, { efi: { "BOOTAA64.EFI": "@efiarm" } }],
    ["a boot image that is no FAT volume", UNKNOWN, { efi: "garbage" as const }],
  ])("%s", async (_what, fixture, boot) => {
    const folder = await temporaryFolder();
    const plain = Object.keys(boot).length === 0;
    const iso = plain
      ? await buildFixture(fixture, folder)
      : await buildDisc(fixture, boot, folder);
    const report = await inspect(iso);
    expect(report.byVentoy).toEqual([]);
    expect(report.ids).not.toContain("needs-ventoy");
  });
});

describe("a recipe", () => {
  const detect = "detect: [{volumeId: '^SOMETHING$'}]\n";

  test("can say that Ventoy fails too, and a special case the opposite", async () => {
    const iso = await buildDisc(UNKNOWN, BOTH, await temporaryFolder());
    const general = { name: "a.yaml", text: `family: a\nname: A\n${detect}ventoy: false\n` };
    const special = `family: b\nname: B\nrefines: a\n${detect}`;
    expect((await inspect(iso, [general])).byVentoy).toEqual([]);
    const same = await inspect(iso, [general, { name: "b.yaml", text: special }]);
    expect(same).toMatchObject({ family: "b", byVentoy: [] });
    const text = `${special}ventoy: true\n`;
    const other = await inspect(iso, [general, { name: "b.yaml", text }]);
    expect(other.byVentoy).toEqual([entryFor("B", "bios x64")]);
  });

  test("can't call a start of lifeboat's own one of Ventoy's", async () => {
    const entry = "entries: [{method: memdisk, via: ventoy}]\n";
    const text = `family: a\nname: A\n${detect}${entry}`;
    const set = await loadRecipes(RECIPES, [{ name: "a.yaml", text }]);
    expect(set.mistakes).toMatchObject([{ file: "a.yaml", line: 4 }]);
  });
});
