/** Handing over to Ventoy: which entries the menu has, and what GRUB's own interpreter makes of them on different sticks. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Firmware, IsoEntry } from "../../../src/iso/types.ts";
import type { MenuIso } from "../../../src/menu/menu-iso.ts";
import { makeMenu } from "../../../src/menu/menu.ts";
import { countStarts, placeEntries } from "../../../src/menu/model.ts";
import { renderMenu } from "../../../src/menu/render.ts";
import { ventoyLines } from "../../../src/menu/ventoy-hand-over.ts";
import type { Language } from "../../../src/system/text.ts";
import { emulateGrub } from "../../support/grub-emu.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

function byVentoy(firmware: Firmware[]): IsoEntry {
  const title = "Other 1 (by Ventoy, on a stick that has it)";
  return { title, firmware, method: { kind: "ventoy" }, via: "ventoy", secureBoot: "not-needed" };
}

function iso(entries: readonly IsoEntry[], extra: Partial<MenuIso> = {}): MenuIso {
  return {
    device: "iso0",
    title: "Other 1",
    uuid: "2026-01-01-00-00-00-00",
    extents: [{ start: 1 << 20, length: 1 << 20 }],
    entries,
    problems: [{ en: "It needs Ventoy", zh: "它需要 Ventoy" }],
    path: "/it's other.iso",
    ...extra,
  };
}

const nodesOf = (isos: readonly MenuIso[], hasVentoy: boolean, language: Language = "en") =>
  makeMenu(isos, { partition: "LIFEBOAT-1A2B3C4D", language, hasVentoy });

async function render(
  isos: readonly MenuIso[],
  hasVentoy: boolean,
  head: Omit<Parameters<typeof renderMenu>[1], "language"> & { language?: Language } = {},
): Promise<string> {
  const language = head.language ?? "en";
  const menu = renderMenu(nodesOf(isos, hasVentoy, language), { hasVentoy, ...head, language });
  const path = join(await temporaryFolder(), "menu.cfg");
  await writeFile(path, menu);
  await judge("grub-script-check", [path]);
  return menu;
}

describe("the menu of a stick with Ventoy", () => {
  test.each(["en", "zh"] as const)(
    "%s: the image has an entry, and Ventoy itself",
    async (language) => {
      const isos = [iso([byVentoy(["bios", "x64", "ia32"])])];
      const menu = await render(isos, true, { language });
      expect(menu).toContain(
        "menuentry 'Other 1 (Ventoy)' {\n  lifeboat_ventoy '/it'\\''s other.iso'\n}",
      );
      expect(menu.trimEnd()).toMatch(
        /if lifeboat_ventoy_waits; then\n {2}menuentry Ventoy \{\n {4}lifeboat_ventoy\n {2}\}\nfi$/,
      );
      const placed = placeEntries(nodesOf(isos, true), "bios");
      expect(placed.at(0)?.titles).toEqual(["Other 1 (Ventoy)"]);
      expect(placed.at(-1)?.titles).toEqual(["Ventoy"]);
    },
  );

  test("entries of lifeboat's own stay what they are, on their firmware", async () => {
    const method = { kind: "memdisk" as const };
    const own = { ...byVentoy(["bios"]), title: "Own", method, via: "memdisk" as const };
    const isos = [iso([own, byVentoy(["x64"])])];
    const menu = await render(isos, true);
    expect(menu).toMatch(/"bios" \]; then\n {2}menuentry 'Other 1' \{/);
    expect(menu).toMatch(/"x64" \]; then\n {2}menuentry 'Other 1 \(Ventoy\)' \{/);
    expect(countStarts(nodesOf(isos, true)) - countStarts(nodesOf(isos, false))).toBe(2);
  });

  test("whoever has no password for everything gets nowhere near Ventoy", async () => {
    const passwords = {
      users: { boss: "grub.pbkdf2.x", eva: "grub.pbkdf2.y" },
      superusers: ["boss"],
    };
    const menu = await render([iso([byVentoy(["bios"])], { users: ["eva"] })], true, { passwords });
    expect(menu).toContain("menuentry 'Other 1 (Ventoy)' --users '' {");
    expect(menu).toContain("menuentry Ventoy --users '' {");
  });

  test("an ISO in pieces, or one that can't be addressed, is Ventoy's business", async () => {
    for (const extents of [
      undefined,
      [
        { start: 0, length: 512 },
        { start: 2048, length: 512 },
      ],
    ]) {
      const menu = await render([iso([byVentoy(["bios", "x64"])], { extents })], true);
      expect(menu).toContain("menuentry 'Other 1 (Ventoy)' {");
    }
  });
});

test("a stick without Ventoy says what is missing, and has nothing of Ventoy's", async () => {
  const isos = [iso([byVentoy(["bios", "x64", "ia32"])])];
  const menu = await render(isos, false);
  expect(menu).toContain(
    "menuentry 'Other 1 (what is wrong with it)' {\n  lifeboat_say 'It needs Ventoy'",
  );
  expect(menu.replaceAll("It needs Ventoy", "")).not.toMatch(/ventoy/i);
  expect(await render(isos, false, { language: "zh" })).toContain("它需要 Ventoy");
});

/** What GRUB prints for one call on a disk with these files; `chainloader`, which a program has not, tells its words. */
async function run(files: readonly string[], firmware: Firmware, before: string, call: string) {
  const folder = await temporaryFolder();
  const tree = join(folder, "tree");
  await mkdir(tree);
  for (const path of ["/x", ...files]) {
    await mkdir(join(tree, path, ".."), { recursive: true });
    await writeFile(join(tree, path), "x");
  }
  const disk = join(folder, "disk.iso");
  await judge("xorriso", ["-as", "mkisofs", "-quiet", "-R", "-o", disk, tree]);
  const script = `
set lifeboat_firmware=${firmware}
function lifeboat_say { for lifeboat_line in "$@"; do echo "SAYS $lifeboat_line"; done; }
function chainloader { echo "CHAINS $@ ROOT $root"; false; }
${ventoyLines("en").join("\n")}
${before}
if ${call}; then echo YES; else echo NO; fi
echo "ROOT AFTER $root"
`;
  const said = await emulateGrub(script, disk, folder);
  return said.split("\n").filter((line) => /^(SAYS|CHAINS|YES|NO|ROOT)/.test(line));
}

const FOUND = "/lifeboat/ventoy/boot.img";
const CALL = `lifeboat_ventoy '/it'\\''s "$root" other.iso'`;
const IMAGE = `SAYS /it's "$root" other.iso`;

describe("in GRUB", () => {
  test("Ventoy's GRUB says where its list is, whatever lies on the stick", async () => {
    const before = "set vtoy_iso_part='(hd0,1)'";
    const said = await run([FOUND], "bios", before, CALL);
    expect(said.slice(0, 2)).toEqual([expect.stringMatching(/^SAYS .*Press Esc/), IMAGE]);
    expect(said.join("\n")).not.toContain("CHAINS");
    expect(await run([FOUND], "bios", before, "lifeboat_ventoy_waits")).toContain("NO");
  });

  test("BIOS: Ventoy's boot sector is started with the whole disk as root", async () => {
    const said = await run([FOUND], "bios", "set root=hd0", CALL);
    expect(said.slice(0, 5)).toEqual([
      expect.stringMatching(/^SAYS .*Its menu opens next/),
      IMAGE,
      "CHAINS --force (hd0)/lifeboat/ventoy/boot.img ROOT hd0",
      expect.stringMatching(/^SAYS .*could not be started/),
      "SAYS (hd0)/lifeboat/ventoy/boot.img",
    ]);
    expect(said).toContain("ROOT AFTER hd0");
    expect(await run([FOUND], "bios", "", "lifeboat_ventoy_waits")).toContain("YES");
  });

  test("Ventoy's own list is opened without a word", async () => {
    const said = await run([FOUND], "bios", "", "lifeboat_ventoy");
    expect(said[0]).toMatch(/^CHAINS --force/);
  });

  test.each([
    ["bios", "", "(hd0)/lifeboat/ventoy/boot.img"],
    ["x64", "", "(hd0,2)/EFI/BOOT/grubx64_real.efi"],
    ["x64", "set lockdown=y", "(hd0,2)/EFI/ventoy/BOOTX64.EFI"],
    ["ia32", "", "(hd0,2)/EFI/BOOT/grubia32_real.efi"],
    ["ia32", "set lockdown=y", "(hd0,2)/EFI/BOOT/grubia32_real.efi"],
  ] as const)("%s %s: what isn't there is named", async (firmware, lockdown, path) => {
    const said = await run([], firmware, lockdown, CALL);
    expect(said.slice(0, 2)).toEqual([
      expect.stringMatching(/^SAYS .*isn't on this stick/),
      `SAYS ${path}`,
    ]);
    expect(await run([], firmware, lockdown, "lifeboat_ventoy_waits")).toContain("NO");
  });
});
