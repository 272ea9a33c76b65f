/** A stick on the screens: what lies on it, and each job that is done to it, with the stick itself as the judge. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { WritableVolume } from "../../../src/filesystems/volume.ts";
import { addFiles } from "../../../src/stick/add.ts";
import { inspectStick } from "../../../src/stick/inspect.ts";
import { openData, openStick } from "../../../src/stick/stick.ts";
import { run } from "../../../src/system/run.ts";
import { readSettingsText, writeSettings } from "../../../src/stick/settings/file.ts";
import { stickScreen } from "../../../src/tui/stick/stick-screen.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  buildStick,
  fixtureIso,
  named,
  refreshTools,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { openTerminal, testApp } from "../../support/tui.tsx";
import { copySparse } from "../../support/copy-sparse.ts";

let folder: string;
let made: string;
let stick: string;
let fresh: string;

beforeAll(async () => {
  folder = await suiteFolder();
  const debian = await named(
    await fixtureIso("debian-live", join(folder, "fixtures")),
    folder,
    "debian live 中.iso",
  );
  const arch = await named(await fixtureIso("arch", join(folder, "fixtures")), folder, "arch.iso");
  fresh = await named(
    await fixtureIso("gparted", join(folder, "fixtures")),
    join(folder, "new"),
    "fresh 新.iso",
  );
  made = join(folder, "made.img");
  await buildStick(made, { isos: [debian, arch], sizeBytes: 512 << 20 });
});

beforeEach(async () => {
  stick = join(folder, `stick ${expect.getState().currentTestName?.length}.img`);
  await copySparse(made, stick);
});

const open = async () => {
  const terminal = await openTerminal(testApp(join(folder, "new")), (app) =>
    stickScreen(app, stick),
  );
  await terminal.see("Images (2)");
  return terminal;
};

/** Fills the volume but for holes that are smaller than an image. */
async function leaveHoles(volume: WritableVolume): Promise<void> {
  const hole = 64 << 10;
  const put = async (path: string, bytes: number) =>
    (await volume.reserve(bytes)).commit(path, new Date());
  await put("/large.bin", volume.freeBytes - 40 * hole);
  let count = 0;
  while (volume.freeBytes > 2 * hole) await put(`/${count++}.bin`, hole);
  for (let index = 1; index < count; index += 2) await volume.remove(`/${index}.bin`);
}

async function isosOn(path: string) {
  const opened = await openStick(path);
  try {
    return (await inspectStick(opened)).isos;
  } finally {
    await opened.disk.close();
  }
}

describe("a stick", () => {
  test("shows its images, where they start, and where they lie", async () => {
    const terminal = await open();
    await terminal.see(/arch\.iso .*BIOS · UEFI/);
    await terminal.see("debian live 中.iso");
    await terminal.see("█ an image ░ free ▓ boot stage");
    terminal.close();
  });

  test("an image in pieces is seen in the bar and said", async () => {
    await withStick(stick, async (opened) => {
      await leaveHoles(await openData(opened, run));
      await addFiles(opened, [fresh], await refreshTools(), quietJob());
    });
    const terminal = await openTerminal(testApp(folder), (app) => stickScreen(app, stick));
    await terminal.see("▄ an image in pieces");
    await terminal.press("down", "down", "enter");
    await terminal.see("[gparted]");
    await terminal.see(/Pieces +[2-9]/);
    terminal.close();
  });

  test("an image is added, read back, and in the menu", async () => {
    const terminal = await open();
    await terminal.button("Add images");
    await terminal.see("fresh 新.iso");
    await terminal.type("fresh");
    await terminal.press("enter", "tab");
    await terminal.see("Take 1 file");
    await terminal.press("enter");
    await terminal.see("1 file is on the stick, read back and compared");
    await terminal.see("+ /fresh 新.iso");
    await terminal.press("enter");
    await terminal.see("Images (3)");
    expect((await isosOn(stick)).map(({ path }) => path)).toContain("/fresh 新.iso");
    terminal.close();
  });

  test("one that is there is refused with a reason, and the stick is as it was", async () => {
    await copySparse(fresh, join(folder, "new", "arch.iso"));
    const terminal = await open();
    await terminal.button("Add images");
    await terminal.see("arch.iso");
    await terminal.type("arch");
    await terminal.press("enter", "tab", "enter");
    await terminal.see(/arch\.iso is on the stick already|already/);
    await terminal.see("Try again");
    terminal.close();
  });

  test("an image is removed only after it was asked again", async () => {
    const terminal = await open();
    await terminal.press("enter");
    await terminal.see("In the menu");
    await terminal.see("[arch]");
    await terminal.press("right", "right", "enter");
    await terminal.see("Take /arch.iso off the stick?");
    await terminal.press("enter");
    expect((await isosOn(stick)).length).toBe(2);
    await terminal.see("❯ Remove …");
    await terminal.press("enter");
    await terminal.see("❯ Keep it");
    await terminal.press("right", "enter");
    await terminal.see("/arch.iso is off the stick");
    expect((await isosOn(stick)).map(({ path }) => path)).toEqual(["/debian live 中.iso"]);
    await terminal.press("enter");
    await terminal.see("Images (1)");
    terminal.close();
  });

  test("its name in the menu is kept in the stick's settings, whose comments stay", async () => {
    const terminal = await open();
    await terminal.press("enter");
    await terminal.see("❯ Name in the menu");
    await terminal.press("enter");
    await terminal.see("Name:");
    for (let count = 0; count < 30; count++) await terminal.press("backspace");
    await terminal.type("Arch, 车间专用");
    await terminal.press("enter");
    await terminal.see("The menu has");
    await withStick(stick, async (opened) => {
      const text = (await readSettingsText(opened, run))?.toString("utf8") ?? "";
      expect(text).toContain("Arch, 车间专用");
      expect(text).toContain("# What not to show.");
    });
    terminal.close();
  });

  test("settings that aren't UTF-8 are left as they are, and a name isn't put in", async () => {
    // 菜单 as Notepad saves it in a Chinese Windows' own code page.
    const gbk = Buffer.from([0x23, 0xb2, 0xcb, 0xb5, 0xa5, 0x0a]);
    await withStick(stick, async (opened) => writeSettings(opened, gbk, run));
    const terminal = await open();
    await terminal.press("enter");
    await terminal.see("❯ Name in the menu");
    await terminal.press("enter");
    await terminal.see("Name:");
    await terminal.type(" 2");
    await terminal.press("enter");
    await terminal.see("lifeboat/stick.yaml: it is not UTF-8 text");
    await withStick(stick, async (opened) => {
      expect((await readSettingsText(opened, run))?.toString("hex")).toBe(gbk.toString("hex"));
    });
    terminal.close();
  });

  test("a live system gets a file for its changes", async () => {
    const terminal = await open();
    await terminal.press("down", "enter");
    await terminal.see("[debian-live]");
    await terminal.press("right", "enter");
    await terminal.see("How much room");
    await terminal.press("backspace", "backspace");
    await terminal.type("10M");
    await terminal.press("enter");
    await terminal.see("64.0 MiB");
    await terminal.press("escape");
    await terminal.see("❯ Persistence");
    await terminal.press("enter");
    await terminal.press("backspace", "backspace");
    await terminal.type("64M");
    await terminal.press("enter");
    await terminal.see("Its changes are kept in a file of 64.0 MiB");
    terminal.close();
  });

  test("a whole stick is found whole, and a damaged one isn't", async () => {
    const terminal = await open();
    await terminal.button("Check all");
    await terminal.see("The stick is whole");
    terminal.close();
    await withStick(stick, async ({ bootVolume: esp }) => {
      await esp.writeFile("/EFI/BOOT/BOOTX64.EFI", Buffer.from("not a shim"), new Date());
    });
    const again = await open();
    await again.button("Check");
    await again.see(/\d+ things? (is|are) wrong/);
    await again.see("/EFI/BOOT/BOOTX64.EFI");
    again.close();
  });

  test("one with the present kit's boot stage isn't written", async () => {
    const terminal = await open();
    await terminal.button("More");
    await terminal.line("Upgrade");
    await terminal.see("nothing was written");
    terminal.close();
  });
});

describe("what is no stick", () => {
  test("is said, with a way back", async () => {
    await mkdir(join(folder, "none"), { recursive: true });
    const path = await named(fresh, join(folder, "none"), "none.img");
    const terminal = await openTerminal(testApp(folder), (app) => stickScreen(app, path));
    await terminal.see("none.img is not a stick");
    await terminal.see("❯ Back");
    terminal.close();
  });
});
