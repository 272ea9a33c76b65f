/** The settings on a real stick: they change the menu, a mistake in them changes nothing, and refresh writes no more than it must. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { hashPassword } from "../../../src/menu/password.ts";
import type { PlacedEntry } from "../../../src/menu/model.ts";
import { addFiles } from "../../../src/stick/add.ts";
import { listEntries } from "../../../src/stick/menu/entries.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { readSettingsText, writeSettings } from "../../../src/stick/settings/file.ts";
import { openData } from "../../../src/stick/stick.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { listeningJob, quietJob } from "../../support/jobs.ts";
import {
  buildStick,
  expectCleanStick,
  fixtureIso,
  named,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

let image = "";
let tools: RefreshTools;
const HASH = await hashPassword("x", 1000);

beforeAll(async () => {
  const folder = await suiteFolder();
  tools = await refreshTools();
  image = join(folder, "stick.img");
  const debian = await fixtureIso("debian-live", folder);
  const memtest = await fixtureIso("memtest86+", folder);
  await buildStick(image);
  await withStick(image, async (stick) => {
    const data = await openData(stick, tools.run);
    for (const path of ["/linux", "/linux/old", "/secret"]) await data.makeDirectory(path);
    await data.writeFile("/secret/.lifeboatignore", Buffer.alloc(0));
    await stick.disk.flush();
  });
  const put: [string, string, string][] = [
    ["/", memtest, "memtest.iso"],
    ["/linux", debian, "debian.iso"],
    ["/linux/old", debian, "old.iso"],
    ["/secret", debian, "hidden.iso"],
  ];
  for (const [to, source, name] of put) {
    const file = await named(source, folder, name);
    await withStick(image, async (stick) =>
      addFiles(stick, [file], tools, quietJob(), { folder: to }),
    );
  }
}, 300_000);

/** Puts the settings on the stick and refreshes; the warnings and whether the menu changed. */
async function refreshWith(text: string | undefined) {
  const { job, events } = listeningJob();
  const result = await withStick(image, async (stick) => {
    if (text !== undefined) await writeSettings(stick, Buffer.from(text), tools.run);
    return refreshStick(stick, tools, job);
  });
  const warnings = events.flatMap((event) => (event.kind === "note" ? [event.text.en] : []));
  return { ...result, warnings };
}

async function activeSlot() {
  return withStick(image, async ({ bootVolume: esp }) => readSlot(esp, await readActiveSlot(esp)));
}

async function menuText(): Promise<string> {
  const slot = await activeSlot();
  await writeFile(`${image}.cfg`, slot?.menu ?? "if");
  await judge("grub-script-check", [`${image}.cfg`]);
  return slot?.menu ?? "";
}

/** What `verify` says, but for what the ISOs' own kernels lack. */
async function findings() {
  const { ok, findings: all } = await withStick(image, async (stick) =>
    verifyStick(stick, { deep: false }, tools.run, quietJob()),
  );
  return { ok, findings: all.filter(({ id }) => !id.startsWith("secure-boot-")) };
}

/** The entries of ISOs, as `boot --list` shows them. */
async function titles(): Promise<string[]> {
  const entries: PlacedEntry[] = await listEntries(image, "uefi");
  return entries
    .map((entry) => entry.titles.join(" › "))
    .filter((title) => !/Tools|This computer/.test(title));
}

describe("a new stick", () => {
  test("has a commented example, and no settings; folders are submenus", async () => {
    const text = await withStick(image, async (stick) => readSettingsText(stick, tools.run));
    expect(text?.toString("utf8")).toContain("#menu:");
    const all = await titles();
    expect(all[0]).toMatch(/^linux › old › .*\/linux\/old\/old\.iso/);
    expect(all.some((title) => title.startsWith("Memtest86+"))).toBe(true);
    expect(all.join()).not.toContain("hidden.iso");
    expect((await findings()).findings).toEqual([]);
  });
});

describe("settings", () => {
  test("change titles, order, folders, entries and arguments; nothing is left to do then", async () => {
    const { changed, warnings } = await refreshWith(`
menu: {language: zh, timeout: 9, folders: flat, sort: size, default: {image: debian.iso}, first: [old.iso]}
images:
  /linux/old: {title: Old one}
  /linux/debian.iso: {title: "De'bian", append: console=ttyS0, drop: [quiet]}
  memtest.iso: {hide: true}
`);
    expect({ changed, warnings }).toEqual({ changed: true, warnings: [] });
    const menu = await menuText();
    expect(menu).toMatch(/^set timeout=9$/m);
    expect(menu).toMatch(/^set default='?lifeboat-0/m);
    expect(menu).toContain("submenu '工具' {");
    expect(menu).toContain("theme-zh.txt");
    expect(menu).not.toContain("memtest.iso");
    const all = await titles();
    expect(all[0]).toMatch(/^Old one( ›|$)/);
    const debian = menu.slice(menu.indexOf("De'\\''bian"));
    expect(debian).toContain("console=ttyS0");
    expect(debian.slice(0, debian.indexOf("工具"))).not.toMatch(/ quiet/);
    const before = await sha256OfFile(image);
    expect((await refreshWith(undefined)).changed).toBe(false);
    expect(await sha256OfFile(image)).toBe(before);
    expect((await findings()).findings).toEqual([]);
    await expectCleanStick(image, "exfat");
  });

  test("of which something is wrong change nothing, and are told by line", async () => {
    const before = await menuText();
    const { changed, warnings } = await refreshWith("menu:\n  timeout: x\n");
    expect(changed).toBe(false);
    expect(warnings[0]).toBe("lifeboat/stick.yaml:2: menu › timeout must be a number");
    expect(await menuText()).toBe(before);
    const { ok, findings: found } = await findings();
    expect(ok).toBe(true);
    expect(found).toMatchObject([
      { id: "settings-mistake", severity: "warning", where: "lifeboat/stick.yaml:2" },
    ]);
  });

  test("that were not refreshed yet, and rules that fit nothing, are found by verify", async () => {
    const text = "menu:\n  default: none.iso\nhide:\n  - /gone\nimages:\n  /a.iso: {title: x}\n";
    await withStick(image, async (stick) => writeSettings(stick, Buffer.from(text), tools.run));
    const ids = (await findings()).findings.map(({ id, where }) => `${id} ${where}`);
    expect(ids).toEqual([
      "settings-changed lifeboat/stick.yaml",
      "settings-idle lifeboat/stick.yaml:6",
      "settings-idle lifeboat/stick.yaml:4",
      "settings-idle lifeboat/stick.yaml:2",
    ]);
    expect((await refreshWith(undefined)).warnings).toHaveLength(3);
  });

  test("paths that only Ventoy is told of are looked for, by line", async () => {
    await refreshWith(`ventoy:
  control:
    VTOY_DEFAULT_SEARCH_ROOT: /gone
    VTOY_DEFAULT_IMAGE: F6>0
  persistence:
    - image: /linux/debian.iso
      backend: /linux/debian.dat
  conf_replace: [{iso: /linux/Debian.iso, org: /x.cfg, new: /memtest.iso}]
  auto_memdisk: [/memtest.iso]
`);
    const { ok, findings: found } = await findings();
    expect(ok).toBe(true);
    expect(found.map(({ id, where, what }) => `${id} ${where} ${what.en}`)).toEqual([
      expect.stringMatching(/^settings-ventoy-path lifeboat\/stick.yaml:3 .*\/gone/),
      expect.stringMatching(/^settings-ventoy-path lifeboat\/stick.yaml:7 .*debian\.dat/),
      expect.stringMatching(/^settings-ventoy-path lifeboat\/stick.yaml:8 .*Debian\.iso/),
    ]);
  });

  test("passwords: each entry says who may open it", async () => {
    await refreshWith(`
users: {admin: ${HASH}, bench: ${HASH}}
superusers: [admin]
folders: {/linux/old: {users: [bench], title: Museum}}
images:
  memtest.iso: {users: [bench]}
`);
    const menu = await menuText();
    expect(menu).toContain(`password_pbkdf2 admin ${HASH}`);
    expect(menu).toContain("set superusers=admin\nexport superusers\n");
    expect(menu).toContain("submenu Museum --users bench {");
    expect(menu).toMatch(/'?Memtest86\+[^\n]* --users bench \{/);
    expect(menu).toContain("submenu linux --unrestricted {");
    const nodes = menu.match(/^ *(menuentry|submenu) .*$/gm) ?? [];
    const others = nodes.filter((node) => !/--(unrestricted|users bench) \{$/.test(node));
    // Nobody has said who may start what the menu finds by itself: superusers only, and in there nothing is said otherwise.
    expect(others).toEqual(["submenu 'Look for ISOs copied since the last refresh' --users '' {"]);
    const texts = (await activeSlot())?.texts ?? {};
    expect(texts["recipes.cfg"]).toContain("  submenu ");
    for (const text of Object.values(texts)) expect(text).not.toMatch(/--unrestricted|--users/);
  });

  test("taken away again leave the menu as it was", async () => {
    const { changed } = await refreshWith("# nothing\n");
    expect(changed).toBe(true);
    expect(await menuText()).not.toMatch(/superusers|timeout|restricted/);
  });
});
