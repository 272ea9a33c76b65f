/** Making a stick on the screens: from home to a stick in an image file, in each size and both languages, and all that can go wrong. */
import { mkdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Disk } from "../../../src/disks/disk.ts";
import { diskLister } from "../../../src/disks/list.ts";
import { inspectStick } from "../../../src/stick/inspect.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { Language } from "../../../src/system/text.ts";
import { run } from "../../../src/system/run.ts";
import { buildScreen } from "../../../src/tui/build/build-screen.ts";
import { homeScreen } from "../../../src/tui/home/home.ts";
import { testDisk } from "../../support/listed-disk.ts";
import {
  MIB,
  expectCleanStick,
  fixtureIso,
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

let folder: string;
let iso: string;

beforeAll(async () => {
  folder = await suiteFolder();
  iso = await fixtureIso("debian-live", join(folder, "fixtures"));
});

/** A folder with spaces and Chinese characters, and one image in it. */
async function workFolder(name: string): Promise<string> {
  const path = join(folder, `试 用 ${name}`);
  await mkdir(path, { recursive: true });
  await copySparse(iso, join(path, "debian live 中.iso"));
  return path;
}

const WORDS = {
  en: {
    make: "Make a stick",
    images: "Images",
    take: "Take it",
    takeTarget: "Take 1 target",
    takeOne: "Take 1 file",
    begin: "Make the stick",
    done: "is a rescue stick",
    imageFile: "An image file",
    newImage: "new image",
  },
  zh: {
    make: "制作 U 盘",
    images: "镜像",
    take: "采用",
    takeTarget: "选定 1 个目标",
    takeOne: "选定 1 个文件",
    begin: "开始制作",
    done: "已是救援 U 盘",
    imageFile: "镜像文件",
    newImage: "新镜像",
  },
} as const;

/** To the page of a new image of `size`, with nothing chosen but the target. */
async function toPlan(terminal: Terminal, size: string, language: Language = "en"): Promise<void> {
  const words = WORDS[language];
  await toSize(terminal, size, language);
  await terminal.see(words.takeTarget);
  await terminal.press("tab", "enter");
}

/** From home to the field for the size of a new image, and Enter there. */
async function toSize(terminal: Terminal, size: string, language: Language = "en"): Promise<void> {
  const words = WORDS[language];
  await terminal.see(words.make);
  await terminal.press("tab", "enter");
  await terminal.see(language === "en" ? "not chosen yet" : "尚未选择");
  await terminal.press("enter");
  await terminal.see(words.imageFile);
  await terminal.press("enter");
  await terminal.see(words.take);
  await terminal.press("down", "backspace", "backspace");
  await terminal.type(size);
  await terminal.press("enter");
}

async function pickIso(
  terminal: Terminal,
  language: Language = "en",
  make: string = WORDS[language].begin,
): Promise<void> {
  const words = WORDS[language];
  await terminal.see(make);
  await terminal.press("right", "enter");
  await terminal.see("debian live 中.iso");
  await terminal.type("live");
  await terminal.press("enter", "tab");
  await terminal.see(words.takeOne);
  await terminal.press("enter");
}

/** From the button that the target was chosen by. */
async function begin(terminal: Terminal): Promise<void> {
  await terminal.see("░ free");
  await terminal.press("left", "enter");
}

describe.each([
  { columns: 60, rows: 20, language: "en" },
  { columns: 80, rows: 24, language: "zh" },
  { columns: 200, rows: 50, language: "en" },
] satisfies TerminalOptions[])("$columns × $rows, $language", (options) => {
  test("from home to a stick that is opened", async () => {
    const words = WORDS[options.language];
    const work = await workFolder(`${options.columns}`);
    const terminal = await openTerminal(testApp(work), homeScreen, options);
    await toPlan(terminal, "512M", options.language);
    await terminal.see(words.newImage);
    await pickIso(terminal, options.language);
    await terminal.see("BIOS · UEFI");
    await terminal.see(words.begin);
    await terminal.press("left", "left", "enter");
    await terminal.see(words.done);
    expect((await stat(join(work, "stick.img"))).size).toBe(512 * 2 ** 20);
    await terminal.press("enter");
    await terminal.see(/LIFEBOAT-[0-9A-F]{8}/);
    await terminal.see("debian live 中.iso");
    terminal.close();
  });
});

describe("what can go wrong", () => {
  test("a size that is none is said at the field, and can't be taken", async () => {
    const terminal = await openTerminal(testApp(await workFolder("size")), homeScreen);
    await toSize(terminal, "huge");
    await terminal.see("Write it like 512M, 8G or 8GiB");
    terminal.close();
  });

  test("a target that is too small is said where the plan would be, and nothing can be made", async () => {
    const terminal = await openTerminal(testApp(await workFolder("small")), homeScreen);
    await toPlan(terminal, "100M");
    await terminal.see("needs at least 322 MiB");
    expect(terminal.screen()).toContain("[ Make the stick ]");
    expect(terminal.screen()).toContain("❯ Targets");
    terminal.close();
  });

  test("an image that is there is overwritten only when its name is typed", async () => {
    const work = await workFolder("there");
    const image = join(work, "stick.img");
    await copySparse(iso, image);
    const terminal = await openTerminal(testApp(work), homeScreen);
    await toPlan(terminal, "400M");
    await begin(terminal);
    await terminal.see("will be lost");
    await terminal.type("stick.img");
    await terminal.see("Esc goes back");
    await terminal.press("enter");
    await terminal.see("Not confirmed, nothing was written");
    await terminal.press("escape");
    await terminal.see("❯ Make the stick");
    expect((await stat(image)).size).toBe((await stat(iso)).size);
    await terminal.press("enter");
    await terminal.see("will be lost");
    await terminal.type(image);
    await terminal.see("Enter begins");
    await terminal.press("enter");
    await terminal.see("is a rescue stick");
    terminal.close();
  });

  test("without a kit it says so, and offers to collect one", async () => {
    const app = {
      ...testApp(await workFolder("kit")),
      openKit: async () => {
        throw new LifeboatError(
          "no-kit",
          { en: "There is no kit", zh: "没有 kit" },
          { kind: "missing" },
        );
      },
    };
    const terminal = await openTerminal(app, homeScreen);
    await toPlan(terminal, "400M");
    await begin(terminal);
    await terminal.see("There is no kit");
    expect(terminal.screen()).toContain("❯ Collect the kit");
    terminal.close();
  });

  test("Ctrl-C asks once; Esc goes on, Enter stops at a safe point and says what is left", async () => {
    const work = await workFolder("stop");
    const terminal = await openTerminal(testApp(work), homeScreen);
    await toPlan(terminal, "2G");
    await begin(terminal);
    await terminal.press("stop");
    await terminal.see("Enter stops it");
    await terminal.press("enter");
    await terminal.see(/[Cc]ancelled|stick\.img is as it was/);
    await expect(stat(join(work, "stick.img"))).rejects.toThrow("ENOENT");
    await terminal.press("escape");
    await terminal.see("❯ Make the stick");
    terminal.close();
  });
});

/** A file that the computer of the test has for a disk. */
async function diskFile(name: string, bytes = 400 * MIB): Promise<Disk> {
  const path = join(await workFolder("disks"), name);
  await writeFile(path, "what was on it before");
  await truncate(path, bytes);
  return testDisk(path, { size: bytes, serial: `S-${name}` });
}

async function openOn(disks: readonly Disk[], options: TerminalOptions = {}) {
  const terminal = await openTerminal(
    testApp(await workFolder("several"), disks),
    (app) => buildScreen(app, undefined),
    options,
  );
  onTestFinished(() => terminal.close());
  await terminal.see(options.language === "zh" ? "尚未选择" : "not chosen yet");
  return terminal;
}

/** Ticks all that are listed, from the page of the plan and back to it. */
async function tickAll(terminal: Terminal, disks: readonly Disk[]): Promise<void> {
  await terminal.press("enter");
  await terminal.see("[ ] ");
  await terminal.press(...disks.flatMap(() => ["down", "enter"] as const));
  await terminal.press("tab", "enter");
}

describe("several targets at once", () => {
  test("each is planned, named, made, and told of", async () => {
    const disks = [await diskFile("one 一.img"), await diskFile("two.img", 500 * MIB)];
    const [one = "", two = ""] = disks.map(({ path }) => path);
    const terminal = await openOn(disks);
    await tickAll(terminal, disks);
    await terminal.see("❯ Targets");
    await pickIso(terminal, "en", "Make 2 sticks");
    await terminal.see("BIOS · UEFI");
    await terminal.see("Make 2 sticks");
    await terminal.button("Make 2 sticks");
    await terminal.see("Everything on these 2 will be lost");
    await terminal.type(two);
    await terminal.see(`Still to be typed: ${one}`);
    await terminal.press("enter");
    expect(terminal.screen()).toContain("Really?");
    await terminal.type(` ${one}`);
    await terminal.see("Enter begins");
    await terminal.press("enter");
    await terminal.see("All 2 are rescue sticks");
    await terminal.see(/two\.img +a rescue stick/);
    for (const path of [one, two]) {
      await expectCleanStick(path, "exfat");
      await withStick(path, async (stick) => {
        const { isos } = await inspectStick(stick);
        expect(isos.map((found) => found.path)).toEqual(["/debian live 中.iso"]);
      });
    }
    // They are two sticks, not one twice.
    const ids = await Promise.all([one, two].map(async (path) => (await sfdiskTable(path)).id));
    expect(new Set(ids).size).toBe(2);
  });

  test("one that can't be made is said, and can be left out", async () => {
    const disks = [await diskFile("fits.img"), await diskFile("small.img", 100 * MIB)];
    const terminal = await openOn(disks);
    await tickAll(terminal, disks);
    await terminal.see(/small\.img +can't be made/);
    expect(terminal.screen()).not.toContain("❯ Make");
    await terminal.press("up", "up", "up");
    await terminal.line(disks[1]?.path ?? "");
    await terminal.see("needs at least 322 MiB");
    await terminal.button("Leave it out");
    await terminal.see("░ free");
    expect(terminal.screen()).toContain("[ Make the stick ]  ❯ Targets");
  });

  test("where one of them fails, the other is made, and the failed one is planned anew", async () => {
    const disks = [await diskFile("good.img"), await diskFile("gone.img")];
    const [good = "", gone = ""] = disks.map(({ path }) => path);
    const terminal = await openOn(disks);
    await tickAll(terminal, disks);
    await terminal.see("Make 2 sticks");
    await terminal.button("Make 2 sticks");
    await terminal.see("Everything on these 2");
    await terminal.type(`${good} ${gone}`);
    await terminal.see("Enter begins");
    // In the meantime somebody took it away.
    await rm(gone);
    await terminal.press("enter");
    await terminal.see("1 of 2 are rescue sticks; the others are not");
    await terminal.see(/good\.img +a rescue stick/);
    await terminal.see(/gone\.img +failed/);
    await expectCleanStick(good, "exfat");
    await terminal.button("Plan it anew");
    await terminal.see("gone.img");
    expect(terminal.screen()).not.toContain("good.img");
  });

  test("stopped in the middle, each says what it is then", async () => {
    const disks = [await diskFile("a.img", 2048 * MIB), await diskFile("b.img", 2048 * MIB)];
    const paths = disks.map(({ path }) => path);
    const terminal = await openOn(disks);
    await tickAll(terminal, disks);
    await terminal.see("Make 2 sticks");
    await terminal.button("Make 2 sticks");
    await terminal.see("Everything on these 2");
    await terminal.type(paths.join(" "));
    await terminal.see("Enter begins");
    await terminal.press("enter", "stop");
    await terminal.see(
      "Stop all of them? Sticks that are done stay. Targets that are being written are then empty",
    );
    await terminal.press("enter");
    await terminal.see(/0 of 2 are rescue sticks|stopped/);
    for (const path of paths) {
      // No partition table: neither of ours, nor of anybody else's.
      const found = await judge("sfdisk", ["--json", path], { accept: [0, 1] });
      expect(found).not.toContain('"label"');
    }
  });
});

describe.each(LAYOUTS)("$columns × $rows, $language: the pages are whole", (size) => {
  test("with several targets, their settings, and the last question", async () => {
    const disks = [await diskFile("一.img"), await diskFile("二.img")];
    const terminal = await openOn(disks, size);
    const whole = () => expectWholeScreen(terminal, size);
    // Until the frame has heard of the terminal's size.
    await vi.waitFor(whole);
    await tickAll(terminal, disks);
    const make = size.language === "en" ? "Make 2 sticks" : "开始制作 2 个";
    await terminal.see(make);
    whole();
    await terminal.button(size.language === "en" ? "Settings" : "设置");
    await terminal.see("Windows To Go");
    whole();
    await terminal.press("escape");
    await terminal.see(make);
    await terminal.button(make);
    await terminal.see(size.language === "en" ? "Everything on these 2" : "以下 2 个目标");
    whole();
  });
});

describe("what build can do", () => {
  test("room for Windows To Go is a partition of the size that was typed", async () => {
    const disks = [await diskFile("windows.img", 900 * MIB)];
    const [path = ""] = disks.map((disk) => disk.path);
    const terminal = await openOn(disks);
    await terminal.button("Settings");
    await terminal.see("For Windows To Go");
    await terminal.press("tab", "tab");
    await terminal.type("lots");
    await terminal.see("Write it like 512M, 8G or 8GiB");
    await terminal.press("backspace", "backspace", "backspace", "backspace");
    await terminal.type("300M");
    await terminal.press("escape");
    await terminal.see("Windows 300M");
    await terminal.button("Targets");
    await terminal.see("[ ] ");
    await terminal.press("down", "enter", "tab", "enter");
    await terminal.see("Windows To Go");
    await terminal.button("Make the stick");
    await terminal.type(path);
    await terminal.see("Enter begins");
    await terminal.press("enter");
    await terminal.see("is a rescue stick");
    const { partitions } = await sfdiskTable(path);
    expect(partitions.some(({ size }) => size * 512 === 300 * MIB)).toBe(true);
  });

  test("disks that aren't removable, or larger than 2 TiB, can be allowed", async () => {
    const fixed = testDisk("/dev/lifeboat-fixed", { removable: false });
    const terminal = await openOn([fixed]);
    await terminal.press("enter");
    await terminal.see("/dev/lifeboat-fixed");
    await terminal.press("down", "enter");
    await terminal.see("Take 0 targets");
    await terminal.press("escape");
    await terminal.button("Settings");
    await terminal.line("[ ] Allow disks that aren't removable");
    await terminal.see("[×] Allow disks that aren't removable");
    await terminal.press("escape");
    await terminal.button("Targets");
    await terminal.press("up", "up");
    await terminal.line("[ ] /dev/lifeboat-fixed");
    await terminal.see("Take 1 target");
  });

  test("the quick test goes first, and what it found is told", async () => {
    const work = await workFolder("tested");
    const image = join(work, "stick.img");
    await writeFile(image, "");
    await truncate(image, 400 * MIB);
    const terminal = await openTerminal(testApp(work), (app) =>
      buildScreen(app, { kind: "device", path: image }),
    );
    onTestFinished(() => terminal.close());
    await terminal.see("░ free");
    await terminal.button("Settings");
    await terminal.line("[ ] Test it first");
    await terminal.see("[×] Test it first");
    await terminal.press("escape");
    await terminal.see("░ free");
    await terminal.button("Make the stick");
    await terminal.see("The medium is tested first");
    await terminal.type(image);
    await terminal.see("Enter begins");
    await terminal.press("enter");
    await terminal.see("is a rescue stick");
    await terminal.see(/stick\.img: (genuine|it holds|slow)/);
    await expectCleanStick(image, "exfat");
  });
});

describe.skipIf(process.getuid?.() !== 0)(
  "a real block device (needs root for loop devices)",
  () => {
    async function loopDevice(name: string): Promise<string> {
      const file = join(await workFolder("loop"), name);
      await writeFile(file, "");
      await truncate(file, 400 * MIB);
      const device = (await judge("losetup", ["--find", "--show", file])).trim();
      onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
      return device;
    }

    test("that is mounted says so on the page, is unmounted by a button, and can be made then; the test is offered", async () => {
      const device = await loopDevice("mounted.bin");
      await judge("mkfs.ext4", ["-q", device]);
      const place = join(await workFolder("mount"), "挂 载");
      await mkdir(place, { recursive: true });
      await judge("mount", [device, place]);
      onTestFinished(async () => void (await judge("umount", [place], { accept: [0, 1, 32] })));
      const work = await workFolder("device");
      const app = { ...testApp(work), disks: diskLister(run) };
      const terminal = await openTerminal(app, (computer) =>
        buildScreen(computer, { kind: "device", path: device }),
      );
      onTestFinished(() => terminal.close());
      await terminal.see("is mounted");
      expect(terminal.screen()).toContain("❯ Unmount it");
      const mounted = async () => judge("findmnt", ["--mountpoint", place], { accept: [0, 1] });
      expect(await mounted()).toContain(device);
      await terminal.press("enter");
      await terminal.see("is unmounted");
      expect(await mounted()).toBe("");
      await terminal.press("enter");
      await terminal.see("░ free");
      await terminal.see("[ ] Test it first");
      await terminal.button("Make the stick");
      await terminal.see("It isn't tested first");
      await terminal.press("escape");
      await terminal.see("❯ Make the stick");
      await terminal.press("up", "up");
      await terminal.see("❯ [ ] Test it first");
      await terminal.press("enter");
      await terminal.see("[×] Test it first");
    });
  },
);

describe("the disks of the computer", () => {
  test("one that may not be used says why, and can't be chosen", async () => {
    const disks = [testDisk("/dev/lifeboat-none", { system: true, removable: false })];
    const terminal = await openTerminal(testApp(await workFolder("disks"), disks), homeScreen);
    await terminal.see("/dev/lifeboat-none");
    await terminal.see("is the disk that this system runs from");
    await terminal.press("enter");
    expect(terminal.screen()).toContain("Disks of this computer");
    terminal.close();
  });

  test("none are found, and it says what to do", async () => {
    const terminal = await openTerminal(testApp(await workFolder("none")), homeScreen);
    await terminal.see("Plug in a stick");
    terminal.close();
  });

  test("a listing that fails is told, and the rest can be used", async () => {
    const failing = {
      ...testApp(await workFolder("fails")),
      disks: {
        list: async () => {
          throw new LifeboatError("disk-list-unreadable", {
            en: "lsblk said nothing",
            zh: "lsblk 无输出",
          });
        },
      },
    };
    const terminal = await openTerminal(failing, homeScreen);
    await terminal.see("lsblk said nothing");
    await terminal.see("❯ Make a stick");
    terminal.close();
  });

  test("the language is changed at once", async () => {
    const terminal = await openTerminal(testApp(await workFolder("zh")), homeScreen);
    await terminal.see("中文");
    await terminal.press("tab", "right", "right", "right", "right", "enter");
    await terminal.see("本机磁盘");
    expect(terminal.screen()).toContain("English");
    terminal.close();
  });
});
