/** The entries that check a file on the stick, and the file with the sums that they read. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findEntry } from "../../../src/stick/menu/entries.ts";
import { checkSums } from "../../../src/menu/checks.ts";
import type { MenuIso } from "../../../src/menu/menu-iso.ts";
import { makeMenu } from "../../../src/menu/menu.ts";
import { placeEntries } from "../../../src/menu/model.ts";
import { renderMenu } from "../../../src/menu/render.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const STICK = { partition: "LIFEBOAT-1A2B3C4D", language: "en" as const, hasVentoy: false };
const MIB = 1 << 20;

function iso(number: number, extra: Partial<MenuIso> = {}): MenuIso {
  return {
    device: `iso${number}`,
    title: `System ${number}`,
    uuid: "2026-01-01-00-00-00-00",
    sha256: String(number).repeat(64),
    extents: [{ start: (1 + number) * MIB, length: MIB }],
    entries: [
      {
        title: "Start",
        firmware: ["bios", "x64", "ia32"],
        method: { kind: "linux16", kernel: "/k", args: "" },
        via: "native",
        secureBoot: "not-needed",
      },
    ],
    problems: [],
    path: `/${number}.iso`,
    ...extra,
  };
}

function unknownSum({ sha256: _sum, ...rest }: MenuIso): MenuIso {
  return rest;
}

const ISOS = [
  iso(0),
  unknownSum(iso(1)),
  iso(2, { extents: [{ start: MIB, length: MIB + 1 }] }),
  iso(3, {
    extents: [
      { start: MIB, length: MIB },
      { start: 3 * MIB, length: MIB },
    ],
  }),
  iso(4, { uuidPartition: "gpt2", users: ["bench"] }),
];

test("those of known sum, in one piece and of whole sectors; each reads its own sector", async () => {
  const nodes = makeMenu(ISOS, STICK);
  const menu = renderMenu(nodes, { language: "en" });
  const path = join(await temporaryFolder(), "menu.cfg");
  await writeFile(path, menu);
  await judge("grub-script-check", [path]);
  const checks = placeEntries(nodes, "bios").filter(({ titles }) => titles.length === 3);
  expect(checks.map(({ titles }) => titles)).toEqual([
    ["Tools", "Check the files on this stick (SHA-256)", "Check System 0"],
    ["Tools", "Check the files on this stick (SHA-256)", "Check System 4"],
  ]);
  expect(menu).toMatch(
    /loopback iso0 \(\$data\)2048\+2048; then[^]{0,200}\(lifeboat_sums\)0\+1; then/,
  );
  expect(menu).toMatch(
    /loopback iso4 \(\$data\)10240\+2048; then[^]{0,200}\(lifeboat_sums\)1\+1; then/,
  );
  const sums = checkSums(ISOS);
  expect(sums.length).toBe(1024);
  expect(sums.slice(0, 512).trimEnd()).toBe(`${"0".repeat(64)}  (iso0)0+2048`);
  expect(sums.slice(512).trimEnd()).toBe(`${"4".repeat(64)}  (iso4)0+2048`);
});

test("UEFI's GRUB can't, and without anything to check there is no submenu", () => {
  const titles = (isos: readonly MenuIso[], firmware: "bios" | "x64") =>
    placeEntries(makeMenu(isos, STICK), firmware).flatMap((entry) => entry.titles);
  expect(titles(ISOS, "x64").filter((title) => title.startsWith("Check"))).toEqual([]);
  expect(titles(ISOS.slice(1, 4), "bios").filter((title) => title.startsWith("Check"))).toEqual([]);
  expect(checkSums(ISOS.slice(1, 4))).toBe("");
});

test("an entry that is asked for by an ISO's name is the ISO's, not its check", () => {
  const [first = iso(0)] = ISOS;
  const two = { ...first, entries: [...first.entries, ...first.entries] };
  const placed = placeEntries(makeMenu([two], STICK), "bios");
  expect(findEntry(placed, "System 0").titles).toEqual(["System 0", "Start"]);
});
