import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { IsoEntry } from "../../../src/iso/types.ts";
import type { MenuIso } from "../../../src/menu/menu-iso.ts";
import { makeMenu } from "../../../src/menu/menu.ts";
import { placeEntries } from "../../../src/menu/model.ts";
import { renderMenu } from "../../../src/menu/render.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const STICK = { partition: "LIFEBOAT-1A2B3C4D", language: "en" as const, hasVentoy: false };

function liveEntry(title: string, extra: Partial<IsoEntry> = {}): IsoEntry {
  return {
    title,
    firmware: ["bios", "x64", "ia32"],
    method: {
      kind: "linux",
      kernel: "/live/vmlinuz",
      initrd: ["/live/initrd.img"],
      args: "boot=live live-media=/dev/mapper/lifeboat quiet",
      hook: true,
    },
    via: "hook",
    secureBoot: "signed-by-shim",
    ...extra,
  };
}

function iso(extra: Partial<MenuIso> = {}): MenuIso {
  return {
    device: "iso0",
    title: "Debian live",
    uuid: "2026-01-01-00-00-00-00",
    extents: [{ start: 1024 * 1024, length: 600 * 1024 * 1024 - 100 }],
    entries: [liveEntry("Live system"), liveEntry("Safe graphics")],
    problems: [],
    path: "/debian.iso",
    ...extra,
  };
}

function render(isos: MenuIso[]): string {
  return renderMenu(makeMenu(isos, STICK), { language: "en" });
}

/** GRUB's own parser must take it. */
async function parsed(menu: string): Promise<string> {
  const path = join(await temporaryFolder(), "menu.cfg");
  await writeFile(path, menu);
  await judge("grub-script-check", [path]);
  return menu;
}

describe("an ISO's entries", () => {
  test("a live system is opened by its extent and started with the hook", async () => {
    const menu = await parsed(render([iso()]));
    expect(menu).toContain("submenu 'Debian live' {");
    expect(menu).toContain("if lifeboat_open iso0 2026-01-01-00-00-00-00 2048+1228800; then");
    expect(menu).toContain(
      "linux '(iso0)/live/vmlinuz' rdinit=/lifeboat/init lifeboat.part=LIFEBOAT-1A2B3C4D " +
        "lifeboat.iso=2048+1228800 boot=live live-media=/dev/mapper/lifeboat quiet",
    );
    expect(menu).toContain("initrd ($lifeboat)/lifeboat/hook.cpio '(iso0)/live/initrd.img'");
  });

  test("the hook is what the kernel starts, and goes on to what the ISO wants started", () => {
    const method = { kind: "linux" as const, kernel: "/k", initrd: ["/i"], hook: true };
    const entry = liveEntry("x", { method: { ...method, args: "a rdinit=/linuxrc xrdinit=b" } });
    const menu = render([iso({ entries: [entry] })]);
    expect(menu.match(/rdinit=\/\S+/g)).toEqual(["rdinit=/lifeboat/init"]);
    expect(menu).toContain(" a lifeboat.init=/linuxrc xrdinit=b\n");
  });

  test("one entry needs no submenu", () => {
    const menu = render([iso({ entries: [liveEntry("Live system")] })]);
    expect(menu).toContain("menuentry 'Debian live' {");
    expect(menu).not.toContain("submenu 'Debian live'");
  });

  test("what Secure Boot would refuse says so instead of failing", async () => {
    const unsigned = liveEntry("Live system", { secureBoot: "unsigned" });
    const menu = await parsed(render([iso({ entries: [unsigned] })]));
    expect(menu).toMatch(/if \[ "\$lockdown" = "y" \]; then\s+lifeboat_say "\$lifeboat_unsigned"/);
  });

  test("in several pieces, GRUB reads only the copies on the ESP", async () => {
    const extents = [
      { start: 1 << 20, length: 1 << 20 },
      { start: 4 << 20, length: 1 << 20 },
    ];
    const copies = { "/live/vmlinuz": "/lifeboat/boot/x/0-vmlinuz" };
    const all = { ...copies, "/live/initrd.img": "/lifeboat/boot/x/1-initrd.img" };
    const menu = await parsed(render([iso({ extents, copies: all })]));
    expect(menu).toContain("linux ($lifeboat)/lifeboat/boot/x/0-vmlinuz");
    expect(menu).toContain("lifeboat.iso=2048+2048,8192+2048");
    expect(menu).toContain(
      "initrd ($lifeboat)/lifeboat/hook.cpio $lifeboat_mapper ($lifeboat)/lifeboat/boot/x/1-initrd.img",
    );
    expect(menu).not.toContain("(iso0)");
    // Without a copy of the initrd there is nothing to start.
    expect(render([iso({ extents, copies })])).toContain("Debian live (what is wrong with it)");
  });

  test("a list too long for the kernel line travels in a cpio of its own", () => {
    const extents = [{ start: 1 << 20, length: 1 << 20 }];
    const menu = render([iso({ extents, extentList: "/lifeboat/boot/x/extents.cpio" })]);
    expect(menu).toContain("lifeboat.iso=@ ");
    expect(menu).toContain(
      "($lifeboat)/lifeboat/hook.cpio ($lifeboat)/lifeboat/boot/x/extents.cpio",
    );
  });

  test("files that the hook wants come in a cpio from the ESP, behind the hook", async () => {
    const method = { ...liveEntry("").method, hookFiles: ["/a.udeb", "/b.udeb"] };
    const entries = [liveEntry("Install", { method: method as IsoEntry["method"] })];
    const cpio = "/lifeboat/boot/x/files.cpio";
    const menu = await parsed(
      render([iso({ entries, copies: { "/a.udeb": cpio, "/b.udeb": cpio } })]),
    );
    expect(menu).toContain(
      `initrd ($lifeboat)/lifeboat/hook.cpio ($lifeboat)${cpio} '(iso0)/live/initrd.img'`,
    );
    expect(render([iso({ entries })])).toContain("Debian live (what is wrong with it)");
  });

  test("an ISO that can't start is in the menu and says why", () => {
    const text = { en: "This is not an ISO", zh: "这不是 ISO" };
    const menu = render([iso({ entries: [], problems: [text] })]);
    expect(menu).toContain("menuentry 'Debian live (what is wrong with it)' {");
    expect(menu).toContain("lifeboat_say 'This is not an ISO'");
  });

  test("hostile titles and paths break nothing", async () => {
    const title = `a'; halt; \${x} "b" \\ {救援} $(reboot)`;
    const entry = liveEntry(title, {
      method: { kind: "loopback", path: "/boot/grub/loopback.cfg" },
    });
    const menu = await parsed(render([iso({ title, path: `/${title}.iso`, entries: [entry] })]));
    expect(menu).toContain("set iso_path='/a'\\''; halt; ${x}");
  });
});

test("a title that looks like an option stays a title", () => {
  const entries = [liveEntry("--users=nobody"), liveEntry("x")];
  expect(render([iso({ title: "-x", entries })])).toContain("submenu ' -x' {");
  expect(render([iso({ entries })])).toContain("menuentry ' --users=nobody' {");
});

describe("the menu", () => {
  test("says what to do where there is no ISO yet", () => {
    expect(render([])).toContain("No ISOs yet");
  });

  test("places entries as each firmware shows them", () => {
    const bios = liveEntry("Only BIOS", { firmware: ["bios"] });
    const nodes = makeMenu(
      [iso({ entries: [bios, liveEntry("A"), liveEntry("B")] }), iso()],
      STICK,
    );
    const titles = (firmware: "bios" | "x64") =>
      placeEntries(nodes, firmware).map((entry) => [entry.titles.at(-1), ...entry.positions]);
    expect(titles("bios").slice(0, 4)).toEqual([
      ["Only BIOS", 0, 0],
      ["A", 0, 1],
      ["B", 0, 2],
      ["Live system", 1, 0],
    ]);
    expect(titles("x64").slice(0, 2)).toEqual([
      ["A", 0, 0],
      ["B", 0, 1],
    ]);
  });
});

test("the fixed part of the menu is valid GRUB script", async () => {
  await judge("grub-script-check", [join(import.meta.dirname, "../../../grub/main.cfg")]);
});
