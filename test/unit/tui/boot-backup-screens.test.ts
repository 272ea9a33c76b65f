/** Saving a boot stage and bringing it back on the screens; the image byte for byte, and the real tools, are the judges. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import type { Kit } from "../../../src/boot/kit/kit.ts";
import { diskLister } from "../../../src/disks/list.ts";
import { openBackup } from "../../../src/stick/boot-backup/read.ts";
import { run } from "../../../src/system/run.ts";
import { diskScreen } from "../../../src/tui/disk/disk-screen.ts";
import { emptyFile } from "../../support/foreign-sticks.ts";
import { LAYOUTS, expectFits, readPages } from "../../support/layout.ts";
import { smallKit, smallStick } from "../../support/small-kit.ts";
import { stopAt } from "../../support/stopping.ts";
import { MIB, expectCleanStick, sha256OfFile, suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import type { Terminal, TerminalOptions } from "../../support/tui.tsx";
import { openTerminal, testApp } from "../../support/tui.tsx";
import { stands } from "../../support/wrapped.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const folder = await suiteFolder();
const SIZE = 368 * MIB;
let kit: Kit;
let made: string;
let stick: string;
let count = 0;

beforeAll(async () => {
  kit = await smallKit(join(folder, "kit"), "one");
  made = join(folder, "made.img");
  await (await smallStick(made, kit)).close();
});

beforeEach(async () => {
  const own = join(folder, `车间 no ${count++}`);
  await mkdir(own);
  stick = join(own, "启动 stick.img");
  await copySparse(made, stick);
});

const open = async (options: TerminalOptions = {}, image = stick) => {
  const computer = { ...testApp(folder), openKit: async () => kit };
  return openTerminal(computer, (app) => diskScreen(app, image), options);
};

/** Both partition tables, the gap and the boot code; the ESP's boot sector. */
async function destroy(image: string): Promise<void> {
  const file = await openFile(image, { writable: true });
  const table = JSON.parse(await judge("sfdisk", ["--json", image])) as {
    partitiontable: { partitions: { start: number }[] };
  };
  const esp = (table.partitiontable.partitions[1]?.start ?? 0) * 512;
  await file.write(esp, Buffer.alloc(8 * 512, 0xa7));
  await file.write(0, Buffer.alloc(MIB));
  await file.write(SIZE - 34 * 512, Buffer.alloc(34 * 512));
  await file.close();
}

async function savedFiles(): Promise<string[]> {
  const names = await readdir(dirname(stick));
  return names.filter((name) => name.endsWith(".lifeboat-boot"));
}

const WORDS = {
  en: {
    images: "Images (0)",
    more: "More",
    save: "Save the boot stage",
    enter: "Enter saves it",
    saved: "Saved, ",
    none: "has no partition table.",
    restore: "Bring back a saved boot stage",
    plan: [
      "Of the disk",
      "by lifeboat",
      "EFI system partition (256 MiB)",
      "first sector (512 B)",
      "this disk has no partition table by which it could be known",
      "partitions that aren't in that are lost",
    ],
    bring: "Bring it back all the same …",
    type: "to go on:",
    done: "is as it was saved on",
    back: "Back",
  },
  zh: {
    images: "镜像（0）",
    more: "更多",
    save: "保存引导部分",
    enter: "按 Enter 保存",
    saved: "已保存，",
    none: "没有分区表。",
    restore: "恢复已保存的引导部分",
    plan: [
      "所属磁盘",
      "lifeboat 0.",
      "EFI 系统分区（256 MiB）",
      "第一扇区（512 B）",
      "此磁盘没有可用于识别的分区表",
      "不在其中的分区及其全部内容将丢失",
    ],
    bring: "仍要恢复……",
    type: "以继续：",
    done: "已恢复为",
    back: "返回",
  },
} as const;

async function save(terminal: Terminal, words: (typeof WORDS)["en" | "zh"]): Promise<string> {
  await terminal.see(words.images);
  await terminal.button(words.more);
  await terminal.see(words.save);
  await terminal.line(words.save);
  await terminal.see(words.enter);
  await terminal.press("enter");
  await terminal.see(words.saved);
  const [file = ""] = await savedFiles();
  return join(dirname(stick), file);
}

/** From the disk's page to what is in the file. */
async function look(terminal: Terminal, file: string): Promise<void> {
  await terminal.line("Bring back");
  await terminal.see("the folder above");
  await terminal.line(file);
}

describe.each(LAYOUTS)("$columns × $rows, $language", (layout) => {
  test("a boot stage is saved, and brought back to a disk whose tables are destroyed", async () => {
    const words = WORDS[layout.language];
    const before = await sha256OfFile(stick);
    const terminal = await open(layout);
    const file = await save(terminal, words);
    expectFits(terminal, layout);
    expect(stands(terminal.screen(), file)).toBe(true);
    const backup = await openBackup(file);
    await backup.check(new AbortController().signal);
    await backup.close();
    expect(await sha256OfFile(stick)).toBe(before);
    terminal.close();

    await destroy(stick);
    const destroyed = await sha256OfFile(stick);
    const again = await open(layout);
    await again.see(words.none);
    expectFits(again, layout);
    await again.line(words.restore);
    await again.see("启动 stick.img.2");
    await again.line("启动 stick.img.");
    await again.see(words.bring);
    expectFits(again, layout);
    const plan = await readPages(again);
    for (const word of words.plan) expect(stands(plan, word), `${word} in ${plan}`).toBe(true);
    await again.button(words.bring);
    await again.see(words.type);
    expect(stands(await readPages(again), words.plan.at(-1) ?? "")).toBe(true);
    expectFits(again, layout);
    await again.type("stick.img");
    await again.press("enter");
    expect(await sha256OfFile(stick)).toBe(destroyed);
    for (let index = 0; index < "stick.img".length; index++) await again.press("backspace");
    await again.type(stick);
    await again.press("enter");
    await again.see(words.done);
    expectFits(again, layout);
    // Its page is the stick's now.
    await again.button(words.back);
    await again.see(words.images);
    again.close();
    expect(await sha256OfFile(stick)).toBe(before);
    await expectCleanStick(stick, "exfat");
  });
});

test("an earlier save isn't overwritten, and another name can be typed", async () => {
  const taken = join(dirname(stick), "taken.lifeboat-boot");
  await writeFile(taken, "an earlier one");
  const terminal = await open();
  await terminal.see("Images (0)");
  await terminal.button("More");
  await terminal.see("Save the boot stage");
  await terminal.line("Save the boot stage");
  await terminal.see("Enter saves it");
  const clear = async () => {
    for (let index = 0; index < 120; index++) await terminal.press("backspace");
  };
  await clear();
  await terminal.see("Type where it is to be saved");
  await terminal.press("enter");
  await terminal.type(taken);
  await terminal.press("enter");
  await terminal.see("exists already");
  await terminal.see("an earlier save is never overwritten");
  await terminal.button("Try again");
  await terminal.see("Enter saves it");
  await clear();
  await terminal.type(join(dirname(stick), "other.lifeboat-boot"));
  await terminal.press("enter");
  await terminal.see("Saved, ");
  terminal.close();
  expect(await savedFiles()).toEqual(["other.lifeboat-boot", "taken.lifeboat-boot"]);
});

test("what isn't a saved boot stage, or is damaged, is refused before anything is written", async () => {
  const first = await open();
  const file = await save(first, WORDS.en);
  first.close();
  const own = dirname(stick);
  await writeFile(join(own, "a-letter.lifeboat-boot"), "Dear reader, ".repeat(40));
  await copySparse(file, join(own, "b-damaged.lifeboat-boot"));
  const damaged = await openFile(join(own, "b-damaged.lifeboat-boot"), { writable: true });
  await damaged.write(5000, Buffer.alloc(64, 0xa7));
  await damaged.close();
  await destroy(stick);
  const before = await sha256OfFile(stick);
  for (const [name, wanted] of [
    ["a-letter", "is no file that lifeboat backup-boot has saved"],
    ["b-damaged", "is damaged or was cut short"],
  ] as const) {
    const terminal = await open();
    await terminal.see("Bring back");
    await look(terminal, name);
    await terminal.see(wanted);
    await terminal.see("Back");
    terminal.close();
  }
  expect(await sha256OfFile(stick)).toBe(before);
});

test("another disk's is said in red, with the way back first", async () => {
  const terminal = await open();
  const file = await save(terminal, WORDS.en);
  terminal.close();
  const other = join(dirname(stick), "other.img");
  await (await smallStick(other, kit)).close();
  await copySparse(file, join(dirname(stick), "theirs.lifeboat-boot"));
  const again = await open({}, other);
  await again.see("Images (0)");
  await again.button("More");
  await again.see("Bring back");
  await look(again, "theirs");
  await again.see("This may be another disk: it was saved from disk");
  await again.see("❯ Back");
  await again.see("[ Bring it back all the same … ]");
  again.close();
});

test("another disk that came to the same path after the look is refused, and nothing of it written", async () => {
  const first = await open();
  await save(first, WORDS.en);
  first.close();
  const becomeAnother = async () => judge("sgdisk", ["--disk-guid=R", stick]);
  // A difference that was agreed to is no leave for every other one.
  await becomeAnother();
  const terminal = await open();
  await terminal.see("Images (0)");
  await terminal.button("More");
  await terminal.see("Bring back");
  await look(terminal, "启动");
  await terminal.see("This may be another disk: it was saved from disk");
  await terminal.button("Bring it back all the same");
  await terminal.see("to go on:");
  await terminal.type(stick);
  await becomeAnother();
  const before = await sha256OfFile(stick);
  await terminal.press("enter");
  await terminal.see("is not as it was when the plan was shown");
  expect(await sha256OfFile(stick)).toBe(before);
  await terminal.button("Try again");
  await terminal.see("This may be another disk: it was saved from disk");
  terminal.close();
});

test("one of a larger disk is refused", async () => {
  const terminal = await open();
  await save(terminal, WORDS.en);
  terminal.close();
  const small = join(dirname(stick), "small.img");
  await (await smallStick(small, kit, { sizeBytes: 360 * MIB })).close();
  const again = await open({}, small);
  await again.see("Images (0)");
  await again.button("More");
  await again.see("Bring back");
  await look(again, "启动");
  await again.see("The boot stage was saved from a disk of");
  again.close();
});

test("stopped in the middle it says what is left to do, and once more brings all of it back", async () => {
  const before = await sha256OfFile(stick);
  const first = await open();
  await save(first, WORDS.en);
  first.close();
  await destroy(stick);
  const terminal = await open();
  await terminal.see("Bring back");
  await look(terminal, "启动");
  await terminal.see("Bring it back all the same");
  await terminal.button("Bring it back all the same");
  await terminal.see("to go on:");
  await terminal.type(stick);
  const asked = stopAt(terminal, "Bringing back the boot stage");
  await terminal.press("enter");
  await terminal.see("Cancelled");
  expect(asked()).toContain("may not start until all of it has been brought back");
  expect(asked()).toContain("Partitions that aren't in the saved table may be lost already");
  // The tables come last: it is known for a stick only when all of it is there.
  expect(await judge("sfdisk", ["--json", stick], { accept: [0, 1] })).not.toContain("partitions");
  await terminal.button("Try again");
  await terminal.see("Bring it back");
  await terminal.button("Bring it back");
  await terminal.see("to go on:");
  await terminal.type(stick);
  await terminal.press("enter");
  await terminal.see("is as it was saved on");
  terminal.close();
  expect(await sha256OfFile(stick)).toBe(before);
});

test.skipIf(process.getuid?.() !== 0)(
  "a disk that is mounted is unmounted from the page that says so (needs root for a loop device)",
  async () => {
    const first = await open();
    await save(first, WORDS.en);
    first.close();
    const work = dirname(stick);
    const other = join(work, "other.img");
    await emptyFile(other, SIZE);
    await judge("mke2fs", ["-q", "-t", "ext4", other]);
    const device = (await judge("losetup", ["--find", "--show", other])).trim();
    onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
    const place = join(work, "mounted");
    await judge("mount", ["--mkdir", device, place]);
    onTestFinished(async () => void (await judge("umount", [place], { accept: [0, 1, 32] })));
    vi.stubEnv("LIFEBOAT_STATE", join(work, "state"));
    onTestFinished(() => void vi.unstubAllEnvs());
    const before = await sha256OfFile(stick);

    const disks = diskLister(run);
    const computer = { ...testApp(work), openKit: async () => kit, disks };
    const terminal = await openTerminal(computer, (app) => diskScreen(app, device));
    await terminal.see("its file system (ext4) begins in the first sector");
    await look(terminal, "启动");
    await terminal.see(/mounted/);
    await terminal.button("Unmount it");
    await terminal.see("is unmounted");
    await terminal.button("Go on");
    await terminal.see("what is on it (ext4) begins in the first sector");
    expect(terminal.screen()).not.toContain("Bring it back");
    await judge("wipefs", ["--all", device]);
    await terminal.button("Try again");
    await terminal.see("this disk has no partition table by which it could be known");
    await terminal.button("Bring it back all the same");
    await terminal.see("to go on:");
    await terminal.type(device);
    await terminal.press("enter");
    await terminal.see("is as it was saved on");
    await terminal.button("Back");
    await terminal.see("Stick");
    terminal.close();
    expect(await sha256OfFile(stick)).toBe(before);
    expect(await judge("sgdisk", ["-v", other])).toMatch(/No problems found/);
  },
);
