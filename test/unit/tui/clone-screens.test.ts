/** A stick copied to others on the screens; the clones are judged by other programs, and by what they hold. */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Disk } from "../../../src/disks/disk.ts";
import { openData } from "../../../src/stick/stick.ts";
import { rangeOf } from "../../../src/stick/data/volume.ts";
import { run } from "../../../src/system/run.ts";
import { diskLister } from "../../../src/disks/list.ts";
import { cloneScreen } from "../../../src/tui/clone/clone-screen.ts";
import { stickScreen } from "../../../src/tui/stick/stick-screen.ts";
import { contentsOf } from "../../support/clones.ts";
import { testDisk } from "../../support/listed-disk.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  named,
  sfdiskTable,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import type { Terminal, TerminalOptions } from "../../support/tui.tsx";
import { openTerminal, testApp } from "../../support/tui.tsx";
import { LAYOUTS } from "../../support/layout.ts";
import { expectWholeScreen } from "../../support/whole-screen.ts";
import { copySparse } from "../../support/copy-sparse.ts";

let suite: string;
let made: string;
/** Of one test: the stick, and what it is copied to. */
let folder: string;
let stick: string;
let count = 0;

beforeAll(async () => {
  suite = await suiteFolder();
  const debian = await named(
    await fixtureIso("debian-live", join(suite, "fixtures")),
    suite,
    "debian live 中.iso",
  );
  const big = join(suite, "big.iso");
  await writeFile(big, randomBytes(40 * MIB));
  made = join(suite, "made.img");
  await buildStick(made, { isos: [debian, big] });
});

beforeEach(async () => {
  folder = join(suite, `车 间 ${count++}`);
  await mkdir(folder);
  stick = join(folder, "源.img");
  await copySparse(made, stick);
});

/** A file that the computer of the test has for a disk. */
async function diskFile(name: string, bytes = 400 * MIB): Promise<Disk> {
  const path = join(folder, name);
  await writeFile(path, "what was on it before");
  await truncate(path, bytes);
  return testDisk(path, { size: bytes, serial: `S-${name}` });
}

const WORDS = {
  en: {
    more: "More",
    clone: "Copy to other sticks",
    targets: "Targets",
    none: "None yet",
    image: "An image file",
    take: (n: number) => `Take ${n} target${n === 1 ? "" : "s"}`,
    copy: "Copy to",
    planned: "[ Targets ]",
  },
  zh: {
    more: "更多",
    clone: "复制到其他 U 盘",
    targets: "目标",
    none: "尚未选择",
    image: "镜像文件",
    take: (n: number) => `选定 ${n} 个目标`,
    copy: "复制到",
    planned: "[ 目标 ]",
  },
} as const;

async function open(disks: readonly Disk[], options: TerminalOptions = {}): Promise<Terminal> {
  const words = WORDS[options.language ?? "en"];
  const terminal = await openTerminal(
    testApp(folder, disks),
    (app) => stickScreen(app, stick),
    options,
  );
  onTestFinished(() => terminal.close());
  await terminal.see(`[ ${words.more} ]`);
  await terminal.button(words.more);
  await terminal.see(words.clone);
  await terminal.line(words.clone);
  await terminal.see(words.none);
  await terminal.see(/LIFEBOAT-[0-9A-F]{8}/);
  return terminal;
}

/** Ticks all that are listed, from the page of the plan and back to it. */
async function tickAll(
  terminal: Terminal,
  disks: readonly Disk[],
  language: "en" | "zh" = "en",
): Promise<void> {
  const words = WORDS[language];
  await terminal.button(words.targets);
  await terminal.see(`[ ] ${disks.at(-1)?.path.slice(0, 20)}`);
  await terminal.press(...disks.flatMap(() => ["down", "enter"] as const));
  await terminal.button(words.take(disks.length));
}

/** Waits until it can be done: then it stands first. */
async function copy(terminal: Terminal): Promise<void> {
  await terminal.see(/(❯|\[) (Copy to|复制到) \d \S+( \])? (❯|\[) (Targets|目标)/);
  await terminal.button("Copy to");
}

const namesOf = (disks: readonly Disk[]) => disks.map(({ path }) => path).join(" ");

test("a stick is copied to two at once, after both names were typed, and both are its content", async () => {
  const disks = [await diskFile("one 一.img"), await diskFile("two.img", 500 * MIB)];
  const [one, two] = disks.map(({ path }) => path);
  const terminal = await open(disks);
  await tickAll(terminal, disks);
  await terminal.see("Copy to 2 targets");
  await copy(terminal);
  await terminal.see("Everything on these 2 will be lost");
  await terminal.type(two ?? "");
  await terminal.press("enter");
  await terminal.see(`Still to be typed: ${one}`);
  // Nothing is carried out by half of the names.
  expect(terminal.screen()).toContain("Really?");
  await terminal.type(` ${one}`);
  await terminal.see("Enter begins");
  await terminal.press("enter");
  await terminal.see("All 2 are clones of this stick");
  await terminal.see(/one 一\.img +a clone/);
  const content = await contentsOf(stick);
  for (const path of [one ?? "", two ?? ""]) {
    await expectCleanStick(path, "exfat");
    expect(await contentsOf(path)).toEqual(content);
  }
  await terminal.line("one 一.img");
  await terminal.see("Images (2)");
});

test("into a new image file nothing is lost, and nothing has to be typed", async () => {
  const terminal = await open([]);
  await terminal.button("Targets");
  await terminal.line("An image file");
  await terminal.see("Size: 8G");
  await terminal.press("down", "backspace", "backspace");
  await terminal.type("600M");
  await terminal.press("enter");
  await terminal.button("Take 1 target");
  await terminal.see("new image, 600 MiB");
  await terminal.see("░ free");
  await copy(terminal);
  await terminal.see("stick.img is a clone of");
  await terminal.button("Show the clone");
  await terminal.see("Images (2)");
  await expectCleanStick(join(folder, "stick.img"), "exfat");
});

describe("a target that can't be", () => {
  test("is named with the reason; the others can be copied to without it", async () => {
    const disks = [await diskFile("good.img"), await diskFile("small.img", 300 * MIB)];
    const terminal = await open(disks);
    await tickAll(terminal, disks);
    await terminal.see(/small\.img +can't be used/);
    expect(terminal.screen()).not.toContain("❯ Copy");
    await terminal.press("tab", "down");
    await terminal.see(/small\.img holds 300 MiB|needs at least/);
    await terminal.press("enter");
    await terminal.see("❯ Back");
    await terminal.see(/300 MiB/);
    await terminal.press("enter");
    await terminal.button("Leave out the 1 that can't be used");
    await terminal.see("Copy to 1 target");
    await terminal.see("░ free");
  });

  test("the stick itself under another name is refused, and so is one disk under two", async () => {
    const other = join(folder, "alias.img");
    await judge("ln", ["-s", stick, other]);
    const good = await diskFile("good.img");
    const twin = join(folder, "twin.img");
    await judge("ln", ["-s", good.path, twin]);
    const disks = [testDisk(other), good, testDisk(twin)];
    const terminal = await open(disks);
    await tickAll(terminal, disks);
    await terminal.press("tab");
    await terminal.see("alias.img is the source itself");
    await terminal.press("down", "down");
    await terminal.see(/good\.img and .*twin\.img are the same disk/);
  });
});

test("where one fails the other is made; the failure is told whole, and can be tried again", async () => {
  const disks = [await diskFile("one.img"), await diskFile("two.img")];
  const terminal = await open(disks);
  await tickAll(terminal, disks);
  await copy(terminal);
  await terminal.see("Really?");
  // Another one than was planned for.
  await truncate(disks[1]?.path ?? "", 450 * MIB);
  await terminal.type(namesOf(disks));
  await terminal.press("enter");
  await terminal.see("1 of 2 is a clone, read back and compared; 1 isn't");
  await terminal.see(/✘ .*two\.img/);
  await terminal.see(/two\.img +failed/);
  await terminal.press("down");
  await terminal.press("tab", "tab");
  await terminal.line("two.img");
  await terminal.see("is not the disk that the plan was made for any more");
  await terminal.see("nothing was written");
  await terminal.press("enter");
  expect(await contentsOf(disks[0]?.path ?? "")).toEqual(await contentsOf(stick));
  await terminal.button("Again, the one that failed");
  await terminal.see("Copy to 1 target");
  await terminal.see("Targets (1)");
  expect(terminal.screen()).not.toContain("one.img");
});

test("a damaged ISO of the source is named, and the clone has it as it is", async () => {
  await withStick(stick, async (opened) => {
    const volume = await openData(opened, run);
    const [extent] = (await volume.extents("/big.iso")) ?? [];
    await rangeOf(opened.data).write((extent?.start ?? 0) + 20 * MIB, Buffer.from("rotten"));
  });
  const disks = [await diskFile("one.img")];
  const terminal = await open(disks);
  await tickAll(terminal, disks);
  await copy(terminal);
  await terminal.see("Really?");
  await terminal.type(namesOf(disks));
  await terminal.press("enter");
  await terminal.see("1 file of the source isn't what it was");
  await terminal.see(/\/big\.iso +damaged/);
  expect(await contentsOf(disks[0]?.path ?? "")).toEqual(await contentsOf(stick));
});

test("a boot stage that isn't whole is copied to nothing", async () => {
  const { partitions } = await sfdiskTable(stick);
  const esp = `${stick}@@${(partitions.find(({ number }) => number === 2)?.start ?? 0) * 512}`;
  await writeFile(join(folder, "cfg"), "# nothing\n");
  await judge("mcopy", ["-o", "-i", esp, join(folder, "cfg"), "::/lifeboat/grub/grub.cfg"]);
  const disks = [await diskFile("one.img")];
  const terminal = await open(disks);
  await tickAll(terminal, disks);
  await copy(terminal);
  await terminal.see("Really?");
  await terminal.type(namesOf(disks));
  await terminal.press("enter");
  await terminal.see("is missing or not what was put there");
  await terminal.see("❯ Back");
  const head = await judge("head", ["-c", "21", disks[0]?.path ?? ""]);
  expect(head).toBe("what was on it before");
});

test("what is in a Windows To Go partition is left behind only where that is ticked", async () => {
  await buildStick(stick, { windowsBytes: 40 * MIB });
  const { partitions } = await sfdiskTable(stick);
  const start = ((partitions.find(({ number }) => number === 5)?.start ?? 0) * 512) / MIB;
  const volume = join(folder, "ntfs");
  const dd = async (...operands: string[]) =>
    judge("dd", [...operands, "bs=1M", "conv=notrunc", "status=none"]);
  await dd(`if=${stick}`, `of=${volume}`, `skip=${start}`, "count=40");
  await writeFile(join(folder, "cfg"), "x");
  await judge("ntfscp", [volume, join(folder, "cfg"), "Windows.txt"]);
  await dd(`if=${volume}`, `of=${stick}`, `seek=${start}`);
  const disks = [await diskFile("one.img", 500 * MIB)];
  const terminal = await openTerminal(testApp(folder, disks), (app) => stickScreen(app, stick));
  onTestFinished(() => terminal.close());
  await terminal.see("[ More ]");
  await terminal.button("More");
  await terminal.line("Copy to other sticks");
  await terminal.see("for Windows To Go, has contents");
  await tickAll(terminal, disks);
  await terminal.see("It can be left behind");
  expect(terminal.screen()).not.toContain("❯ Copy");
  await terminal.see("[ ] Leave behind what is in the Windows To Go partition");
  await terminal.press("tab", "tab");
  await terminal.line("[ ] Leave behind");
  await terminal.see("[×] Leave behind");
  await terminal.see("are not copied: it is empty on the clones");
  await copy(terminal);
  await terminal.see("Really?");
  await terminal.type(namesOf(disks));
  await terminal.press("enter");
  await terminal.see("is a clone of");
  await expectCleanStick(disks[0]?.path ?? "", "exfat");
  const clone = await sfdiskTable(disks[0]?.path ?? "");
  expect(clone.partitions.find(({ number }) => number === 5)?.size).toBe((40 * MIB) / 512);
});

test("Ctrl-C asks once, and what it says of each target is so", async () => {
  const disks = [await diskFile("old.img")];
  const terminal = await open(disks);
  await terminal.button("Targets");
  await terminal.see("[ ] /");
  await terminal.line("An image file");
  await terminal.press("enter");
  await terminal.press("enter");
  await terminal.see("[×] stick.img");
  await terminal.line("[ ] ");
  await terminal.button("Take 2 targets");
  await copy(terminal);
  await terminal.see("Really?");
  await terminal.type(namesOf(disks));
  await terminal.press("enter");
  await terminal.see("Copying big.iso");
  await terminal.press("stop");
  await terminal.see("without a partition table");
  await terminal.see("is thrown away");
  await terminal.press("enter");
  await terminal.see("0 of 2 are clones");
  await terminal.see(/old\.img +stopped/);
  expect(await readdir(folder)).not.toContain("stick.img");
  const blank = await judge("blkid", ["-p", disks[0]?.path ?? ""], { accept: [0, 2] });
  expect(blank).toBe("");
});

describe.each(LAYOUTS)("$columns × $rows, $language", (size) => {
  test("plan, one target, last question, progress and results are whole", async () => {
    const words = WORDS[size.language];
    const disks = [
      await diskFile("sdb 一.img"),
      await diskFile("sdc.img"),
      await diskFile("sdd.img"),
      await diskFile("sde.img", 300 * MIB),
    ];
    const terminal = await open(disks, size);
    expectWholeScreen(terminal, size);
    await tickAll(terminal, disks, size.language);
    await terminal.see(size.language === "en" ? "can't be used" : "无法使用");
    expectWholeScreen(terminal, size);
    await terminal.press("tab", "enter");
    await terminal.see(/LIFEBOAT-[0-9A-F]{8}/);
    expectWholeScreen(terminal, size);
    await terminal.press("escape");
    await terminal.button(size.language === "en" ? "Leave out" : "去掉");
    await terminal.see(words.planned);
    await terminal.see(`❯ ${words.copy}`);
    expectWholeScreen(terminal, size);
    await terminal.press("enter");
    await terminal.see(size.language === "en" ? "Really?" : "确认");
    expectWholeScreen(terminal, size);
    await terminal.type(namesOf(disks.slice(0, 3)));
    await terminal.press("enter");
    await terminal.see(/big\.iso/);
    // Each of them is seen while it runs.
    for (const name of ["一.img", "sdc.img", "sdd.img"]) expect(terminal.screen()).toContain(name);
    await terminal.see(size.language === "en" ? "All 3 are clones" : "3 个目标均已是");
    expectWholeScreen(terminal, size);
  });
});

test.skipIf(process.getuid?.() !== 0)(
  "a source that is mounted is unmounted from here (needs root for a loop device)",
  async () => {
    await buildStick(stick, { fileSystem: "ext4", sizeBytes: 400 * MIB });
    const place = join(folder, "挂 载");
    await mkdir(place);
    const { partitions } = await sfdiskTable(stick);
    const start = (partitions.find(({ number }) => number === 1)?.start ?? 0) * 512;
    await judge("mount", ["-o", `loop,offset=${start}`, stick, place]);
    onTestFinished(async () => void (await judge("umount", [place], { accept: [0, 1, 32] })));
    const app = { ...testApp(folder), disks: diskLister(run) };
    const terminal = await openTerminal(app, (frame) =>
      cloneScreen(frame, stick, (path) => stickScreen(frame, path)),
    );
    onTestFinished(() => terminal.close());
    // An ext4 that is mounted can't be read at all, others can, with a warning.
    await terminal.see("is mounted");
    await terminal.see("❯ Unmount it");
    await terminal.press("enter");
    await terminal.see("is unmounted");
    await terminal.press("enter");
    await terminal.see(/LIFEBOAT-[0-9A-F]{8}: \d/);
    expect(terminal.screen()).not.toContain("Unmount it");
  },
);

test.skipIf(process.getuid?.() !== 0)(
  "a target that is mounted is unmounted from its page (needs root for a loop device)",
  async () => {
    // The name that the screen proposes.
    const target = join(folder, "stick.img");
    await writeFile(target, "");
    await truncate(target, 400 * MIB);
    await judge("mke2fs", ["-q", target]);
    const place = join(folder, "挂 载");
    await mkdir(place);
    await judge("mount", ["-o", "loop", target, place]);
    onTestFinished(async () => void (await judge("umount", [place], { accept: [0, 1, 32] })));
    const app = { ...testApp(folder), disks: { list: async () => loopsOver(target) } };
    const terminal = await openTerminal(app, (frame) =>
      cloneScreen(frame, stick, (path) => stickScreen(frame, path)),
    );
    onTestFinished(() => terminal.close());
    await terminal.see(/LIFEBOAT-[0-9A-F]{8}: \d/);
    await terminal.button("Targets");
    await terminal.line("An image file");
    await terminal.see("Size: 8G");
    await terminal.press("down", "backspace", "backspace", "enter");
    await terminal.see("[×] stick.img");
    await terminal.button("Take 1 target");
    await terminal.see(/stick\.img +can't be used/);
    await terminal.press("up");
    await terminal.line("stick.img");
    await terminal.see("is mounted");
    await terminal.button("Unmount it");
    await terminal.see("is unmounted");
    await terminal.press("enter");
    await terminal.see(/stick\.img +400 MiB/);
    await copy(terminal);
    await terminal.see("will be lost");
  },
);

async function loopsOver(file: string): Promise<Disk[]> {
  return (await diskLister(run).list()).filter(({ backingFile }) => backingFile === file);
}
