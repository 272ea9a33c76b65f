/** Checking and mending on the screens, with sgdisk, fsck and `verify` itself as judges of what is on the stick afterwards. */

import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import { run } from "../../../src/system/run.ts";
import { verifyTarget } from "../../../src/stick/verify/on-target.ts";
import { diskScreen } from "../../../src/tui/disk/disk-screen.ts";
import { stickScreen } from "../../../src/tui/stick/stick-screen.ts";
import { quietJob } from "../../support/jobs.ts";
import { smallKit } from "../../support/small-kit.ts";
import { LAYOUTS, expectFits, readPages } from "../../support/layout.ts";
import {
  buildStick,
  expectCleanStick,
  fixtureIso,
  named,
  refreshTools,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { stopAt } from "../../support/stopping.ts";
import type { TerminalOptions } from "../../support/tui.tsx";
import { stands } from "../../support/wrapped.ts";
import { openTerminal, testApp } from "../../support/tui.tsx";
import { copySparse } from "../../support/copy-sparse.ts";

let folder: string;
let made: string;
let stick: string;

beforeAll(async () => {
  folder = await suiteFolder();
  const iso = await named(
    await fixtureIso("debian-live", join(folder, "fixtures")),
    folder,
    "debian 直播.iso",
  );
  made = join(folder, "made.img");
  await buildStick(made, { isos: [iso], sizeBytes: 512 << 20 });
});

let count = 0;
beforeEach(async () => {
  stick = join(folder, `坏的 stick ${count++}.img`);
  await copySparse(made, stick);
});

async function overwrite(offset: number, data: Uint8Array): Promise<void> {
  const file = await openFile(stick, { writable: true });
  await file.write(offset, data);
  await file.close();
}

/** A boot loader, and one copy of the table. That the fixture's kernel is signed by nobody is no damage, and stays. */
async function damage(): Promise<void> {
  await withStick(stick, async ({ bootVolume }) => {
    const now = new Date();
    await bootVolume.writeFile("/EFI/BOOT/BOOTX64.EFI", Buffer.from("not a shim"), now);
  });
  await overwrite(512, Buffer.alloc(512, 0xa7));
}

async function errorsNow(): Promise<string[]> {
  const { recipes } = await refreshTools();
  const { findings } = await verifyTarget(stick, { deep: true, recipes }, run, quietJob());
  return findings.filter(({ severity }) => severity === "error").map(({ id }) => id);
}

const open = async (options: TerminalOptions = {}, kit = testApp(folder).openKit) => {
  const computer = { ...testApp(folder), openKit: kit };
  const terminal = await openTerminal(computer, (app) => stickScreen(app, stick), options);
  await terminal.see(/Images \(1\)|镜像（1）/);
  return terminal;
};

const WORDS = {
  en: {
    check: "Check",
    wrong: "are wrong",
    mend: "Mend what can be mended",
    plan: "steps would mend",
    table: "The partition table is written anew",
    stage: "saved to a file before",
    mendIt: "Mend it",
    became: "left: ",
    damage: "X damage",
    unsigned: "Switch Secure Boot off for it",
    back: "Back",
  },
  zh: {
    check: "检查",
    wrong: "处错误",
    mend: "修复可修复的部分",
    plan: "需要 2 步",
    table: "用完好的副本重写分区表",
    stage: "现有内容会先保存到文件",
    mendIt: "开始修复",
    became: "遗留 ",
    damage: "X 损坏",
    unsigned: "使用它时请关闭安全启动",
    back: "返回",
  },
} as const;

describe.each(LAYOUTS)("$columns × $rows, $language", (layout) => {
  test("a damaged stick is checked, what would be done is shown, and what became of each", async () => {
    await damage();
    const words = WORDS[layout.language];
    const terminal = await open(layout);
    await terminal.button(words.check);
    await terminal.see(words.wrong);
    const before = await sha256OfFile(stick);
    await terminal.button(words.mend);
    await terminal.see(words.mendIt);
    expectFits(terminal, layout);
    const plan = await readPages(terminal);
    for (const word of [words.plan, words.table, words.stage, words.damage]) {
      expect(stands(plan, word), plan).toBe(true);
    }
    expect(await sha256OfFile(stick)).toBe(before);
    await terminal.button(words.mendIt);
    await terminal.see(words.became);
    await terminal.see(words.damage);
    expect(terminal.screen()).toContain(words.back);
    expectFits(terminal, layout);
    await terminal.line("! /debian 直播.iso");
    await terminal.see(words.unsigned);
    expectFits(terminal, layout);
    terminal.close();
    expect(await errorsNow()).toEqual([]);
    await expectCleanStick(stick, "exfat");
  });
});

test("a stick whose boot partition can't be read is known by its table, mended, and opened", async () => {
  const { partitions } = await sfdiskTable(stick);
  await overwrite((partitions[1]?.start ?? 0) * 512, Buffer.alloc(512, 0xa7));
  const computer = testApp(folder);
  const terminal = await openTerminal(computer, (app) => diskScreen(app, stick));
  await terminal.see("By its partition table");
  await terminal.line("Check it, and mend it");
  await terminal.see("wrong");
  await terminal.button("Mend what");
  await terminal.see("The file system of the ESP is repaired");
  await terminal.see("What the damage hides now is mended in the same way");
  await terminal.button("Mend it");
  await terminal.see("Mended: 1");
  await terminal.button("Back");
  await terminal.see("Images (1)");
  terminal.close();
  expect(await errorsNow()).toEqual([]);
  await expectCleanStick(stick, "exfat");
});

test("a whole stick has nothing to be mended", async () => {
  const terminal = await open();
  await terminal.button("Check");
  await terminal.see("The stick is whole");
  expect(terminal.screen()).not.toContain("Mend");
  terminal.close();
});

test("without a kit a boot stage isn't mended, and the way to one is shown", async () => {
  await withStick(stick, async ({ bootVolume }) => {
    await bootVolume.writeFile("/EFI/BOOT/BOOTX64.EFI", Buffer.from("not a shim"), new Date());
  });
  const terminal = await open({}, async () => {
    throw new LifeboatError(
      "no-kit",
      { en: "There is no kit", zh: "没有 kit" },
      { kind: "missing" },
    );
  });
  await terminal.button("Check");
  await terminal.see("wrong");
  await terminal.button("Mend what");
  await terminal.see("Not now: The boot stage is damaged, and there is no kit");
  await terminal.see("❯ Collect the kit");
  expect(terminal.screen()).not.toContain("Mend it");
  terminal.close();
});

test("with another kit the table is mended, and the boot stage is left with the reason", async () => {
  await damage();
  const terminal = await open({}, async () => smallKit(join(folder, "other-kit"), "other"));
  await terminal.button("Check");
  await terminal.see("wrong");
  await terminal.button("Mend what");
  await terminal.see("the kit here is of another version");
  await terminal.button("Mend it");
  await terminal.see("left:");
  await terminal.line("! /EFI/BOOT/BOOTX64.EFI");
  await terminal.see("lifeboat upgrade replaces the whole of it");
  terminal.close();
  expect(await errorsNow()).toEqual(["stage-file-changed"]);
  expect(await judge("sgdisk", ["-v", stick])).toMatch(/No problems found/);
});

test("stopped in the middle, what is mended stays so, and mending again goes on", async () => {
  await damage();
  const terminal = await open();
  await terminal.button("Check");
  await terminal.see("wrong");
  await terminal.button("Mend what");
  await terminal.see("❯ Back");
  // That step is finished, and nothing is begun after it.
  const asked = stopAt(terminal, "Writing the partition table anew");
  await terminal.button("Mend it");
  await terminal.see("Cancelled");
  expect(asked()).toContain("What is mended by then stays mended, and the rest is no worse");
  expect(await errorsNow()).toEqual(["stage-file-changed"]);
  expect(await judge("sgdisk", ["-v", stick])).toMatch(/No problems found/);
  await terminal.button("Try again");
  await terminal.see("Mended: 1");
  terminal.close();
  expect(await errorsNow()).toEqual([]);
});

describe("what wasn't shown isn't written", () => {
  const shownPlan = async () => {
    const terminal = await open();
    await terminal.button("Check");
    await terminal.see("wrong");
    await terminal.button("Mend what");
    await terminal.see("❯ Back");
    return terminal;
  };

  test("to another stick that came to the same path", async () => {
    await damage();
    const terminal = await shownPlan();
    await buildStick(stick, { sizeBytes: 512 << 20 });
    await damage();
    const before = await sha256OfFile(stick);
    await terminal.button("Mend it");
    await terminal.see("This is another stick than the one that the plan was shown for");
    expect(await sha256OfFile(stick)).toBe(before);
    await terminal.button("Try again");
    await terminal.see("wrong");
    terminal.close();
  });

  test("nor where something else than the plan's is wrong by now", async () => {
    await withStick(stick, async ({ bootVolume }) => {
      await bootVolume.writeFile("/EFI/BOOT/BOOTX64.EFI", Buffer.from("not a shim"), new Date());
    });
    const terminal = await shownPlan();
    await overwrite(512, Buffer.alloc(512, 0xa7));
    const before = await sha256OfFile(stick);
    await terminal.button("Mend it");
    await terminal.see("something else is wrong with it now");
    expect(await sha256OfFile(stick)).toBe(before);
    terminal.close();
  });
});
