/** Handing over to an ISO's own boot loader: what the stick's menu says, and what that boot loader reads. */
import * as fc from "fast-check";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { IsoEntry } from "../../../src/iso/types.ts";
import type { MenuIso } from "../../../src/menu/menu-iso.ts";
import { makeMenu } from "../../../src/menu/menu.ts";
import { MOST_CHOICES, chosenFolder, programFolder } from "../../../src/menu/own-loader/choice.ts";
import { SHARED_CONFIG, loaderConfig, ownLoaderMenu } from "../../../src/menu/own-loader/menu.ts";
import { renderMenu } from "../../../src/menu/render.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const STICK = { partition: "LIFEBOAT-1A2B3C4D", language: "en" as const, hasVentoy: false };
const FOLDER = "/lifeboat/efi/0123456789ab";

function entry(title: string, extra: Partial<IsoEntry> = {}): IsoEntry {
  const args = "boot=casper quiet";
  return {
    title,
    firmware: ["bios", "x64", "ia32"],
    method: {
      kind: "linux",
      kernel: "/casper/vmlinuz",
      initrd: ["/casper/initrd"],
      args,
      hook: true,
    },
    via: "hook",
    secureBoot: "own-loader",
    ...extra,
  };
}

function iso(extra: Partial<MenuIso> = {}): MenuIso {
  return {
    device: "iso0",
    title: "Other Linux",
    uuid: "2026-01-01-00-00-00-00",
    extents: [{ start: 1024 * 1024, length: 600 * 1024 * 1024 }],
    entries: [entry("Try it"), entry("Safe graphics")],
    problems: [],
    path: "/other.iso",
    ownLoader: { folder: FOLDER, menu: "own-0123456789ab.cfg", always: false },
    ...extra,
  };
}

async function parsed(config: string): Promise<string> {
  const path = join(await temporaryFolder(), "grub.cfg");
  await writeFile(path, config);
  await judge("grub-script-check", [path]);
  return config;
}

const stickMenu = async (one: MenuIso) =>
  parsed(renderMenu(makeMenu([one], STICK), { language: "en" }));

/** The lines of the stick's menu for an entry, without indentation. */
async function scriptOf(one: MenuIso, title: string): Promise<string[]> {
  const lines = (await stickMenu(one)).split("\n").map((line) => line.trim());
  const start = lines.findIndex((line) => line.startsWith(`menuentry ${title}`));
  return lines.slice(start + 1, lines.indexOf("}", start));
}

describe("the name of the folder", () => {
  test("is the same for FAT, and another for each entry", () => {
    const all = Array.from({ length: MOST_CHOICES }, (_, index) => chosenFolder(FOLDER, index));
    expect(new Set(all).size).toBe(MOST_CHOICES);
    expect(all).not.toContain(programFolder(FOLDER));
    for (const path of all) expect(path.toLowerCase()).toBe(programFolder(FOLDER));
    // One too many: the second menu waits.
    expect(chosenFolder(FOLDER, MOST_CHOICES)).toBe(programFolder(FOLDER));
  });
});

describe("the stick's menu", () => {
  test("hands over under lockdown, when the ISO is still where it was, and starts the kernel itself elsewhere", async () => {
    expect(await scriptOf(iso(), "'Safe graphics'")).toEqual([
      'if [ "$lockdown" = "y" ]; then',
      "if lifeboat_open iso0 2026-01-01-00-00-00-00 2048+1228800; then",
      `chainloader ($lifeboat)${chosenFolder(FOLDER, 1)}/shimx64.efi`,
      "fi",
      "else",
      "if lifeboat_open iso0 2026-01-01-00-00-00-00 2048+1228800; then",
      expect.stringMatching(/^linux '\(iso0\)\/casper\/vmlinuz' /),
      expect.stringMatching(/^initrd /),
      "fi",
      "fi",
    ]);
  });

  test("hands over on every 64-bit UEFI where the settings want that, whoever signed the kernel", async () => {
    const ownLoader = { folder: FOLDER, menu: "own.cfg", always: true };
    const entries = [entry("Try it", { secureBoot: "signed-by-shim" })];
    const script = await scriptOf(iso({ ownLoader, entries }), "'Other Linux'");
    expect(script[0]).toBe('if [ "$lifeboat_firmware" = "x64" ]; then');
    expect(script[2]).toMatch(/^chainloader /);
  });

  test("says why under lockdown, where the ISO's boot loader can't be used", async () => {
    const noOwnLoader = { en: "Its GRUB's revoked", zh: "已吊销" };
    const { ownLoader: _loader, ...without } = iso();
    const script = await scriptOf({ ...without, noOwnLoader }, "'Try it'");
    expect(script.slice(0, 3)).toEqual([
      'if [ "$lockdown" = "y" ]; then',
      String.raw`lifeboat_say 'Its GRUB'\''s revoked'`,
      "else",
    ]);
    expect((await scriptOf(without, "'Try it'"))[1]).toBe('lifeboat_say "$lifeboat_vendor"');
  });

  test("doesn't hand over what another GRUB can't start either: unsigned kernels, programs", async () => {
    const program = entry("Program", {
      method: { kind: "chainload", path: "/EFI/x.efi" },
      secureBoot: "other-vendor",
    });
    const entries = [entry("Unsigned", { secureBoot: "unsigned" }), program];
    expect(await stickMenu(iso({ entries }))).not.toContain(FOLDER);
  });
});

describe("what the ISO's own GRUB reads", () => {
  test("is taken by GRUB's parser, and has no command that vendors leave out", async () => {
    for (const config of [SHARED_CONFIG, loaderConfig(FOLDER, "own-0123456789ab.cfg")]) {
      await parsed(config);
      expect(config).not.toMatch(/^\s*(probe|regexp|insmod)\b/m);
    }
    const menu = await parsed(ownLoaderMenu(iso(), STICK) ?? "");
    expect(menu).not.toMatch(/^\s*(probe|regexp|insmod|linux|initrd)\b/m);
    expect(menu).toContain("if loopback iso0 ($data)2048+1228800; then true; fi");
    expect(menu).toContain("lifeboat_linux '(iso0)/casper/vmlinuz' rdinit=/lifeboat/init ");
    expect(menu).toContain("lifeboat_initrd ($lifeboat)/lifeboat/hook.cpio '(iso0)/casper/initrd'");
  });

  test("has the data partition, also where Ventoy's lies before lifeboat's", () => {
    const config = loaderConfig(FOLDER, "own-0123456789ab.cfg");
    for (const table of ["gpt", "msdos"]) {
      for (const number of [2, 3]) {
        const found = `"$lifeboat" = "$lifeboat_disk,${table}${number}" ]`;
        expect(config).toContain(`if [ ${found}; then set data=$lifeboat_disk,${table}1; fi`);
      }
    }
  });

  test("starts the entry that the folder's name stands for, and waits without one", () => {
    const menu = ownLoaderMenu(iso(), STICK) ?? "";
    const [safe] = /^if .*default=1;.*$/m.exec(menu) ?? [];
    expect(safe).toBe(
      `if [ "$cmdpath" = "($lifeboat)${chosenFolder(FOLDER, 1)}" ]; then set default=1; set timeout=0; fi`,
    );
    expect(menu).toContain("set timeout=-1\n");
    expect(menu.match(/^menuentry .*$/gm)).toEqual([
      "menuentry 'Try it' {",
      "menuentry 'Safe graphics' {",
    ]);
  });

  test("entries with persistence come after the others, with their own arguments", () => {
    const persistent = {
      extents: [{ start: 4096, length: 4096 }],
      uuid: "11111111-2222-3333-4444-555555555555",
      entries: [entry("Kept")],
    };
    const menu = ownLoaderMenu(iso({ persistence: persistent }), STICK) ?? "";
    const parts = menu.split(/^menuentry /m).slice(1);
    expect(parts.map((part) => part.includes("lifeboat.persist=8+8"))).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("asks for the passwords that the stick's menu asks for", async () => {
    const passwords = { users: { admin: "grub.pbkdf2.sha512.1.AA.BB" }, superusers: ["admin"] };
    const menu = await parsed(ownLoaderMenu(iso({ users: ["bench"] }), STICK, passwords) ?? "");
    expect(menu).toContain("set superusers=admin\nexport superusers");
    expect(menu).toContain("menuentry 'Try it' --users bench {");
  });

  test("nothing from outside gets out of its word", async () => {
    const word = fc.string({
      unit: fc.constantFrom(...Array.from("'\"\\${};|&<>()[]!#`~*?= \n\r\t-a救")),
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(word, word, word, word, async (title, kernel, initrd, args) => {
        const method = { kind: "linux" as const, kernel, initrd: [initrd], args, hook: false };
        const config = { kind: "configfile" as const, path: kernel };
        const entries = [entry(title, { method }), entry(title, { method: config })];
        const menu = await parsed(ownLoaderMenu(iso({ entries }), STICK) ?? "");
        expect(menu.match(/^menuentry /gm)).toHaveLength(2);
        expect(menu.match(/^\}$/gm)).toHaveLength(2);
      }),
      { numRuns: 40 },
    );
  });
});
