/** Making a stick on the screens: from home to a stick in an image file, in each size and both languages, and all that can go wrong. */
import { copyFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { Language } from "../../../src/system/text.ts";
import { homeScreen } from "../../../src/tui/home/home.ts";
import { testDisk } from "../../support/listed-disk.ts";
import { fixtureIso, suiteFolder } from "../../support/sticks.ts";
import type { Terminal, TerminalOptions } from "../../support/tui.tsx";
import { openTerminal, testApp } from "../../support/tui.tsx";

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
  await copyFile(iso, join(path, "debian live 中.iso"));
  return path;
}

const WORDS = {
  en: {
    make: "Make a stick",
    images: "Images",
    take: "Take it",
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

async function pickIso(terminal: Terminal, language: Language = "en"): Promise<void> {
  const words = WORDS[language];
  await terminal.see(words.begin);
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
    await toPlan(terminal, "huge");
    await terminal.see("Write it like 512M, 8G or 8GiB");
    terminal.close();
  });

  test("a target that is too small is said where the plan would be, and nothing can be made", async () => {
    const terminal = await openTerminal(testApp(await workFolder("small")), homeScreen);
    await toPlan(terminal, "100M");
    await terminal.see("needs at least 322 MiB");
    expect(terminal.screen()).toContain("[ Make the stick ]");
    expect(terminal.screen()).toContain("❯ Target");
    terminal.close();
  });

  test("an image that is there is overwritten only when its name is typed", async () => {
    const work = await workFolder("there");
    const image = join(work, "stick.img");
    await copyFile(iso, image);
    const terminal = await openTerminal(testApp(work), homeScreen);
    await toPlan(terminal, "400M");
    await begin(terminal);
    await terminal.see("will be lost");
    await terminal.type("stick.img");
    await terminal.press("enter");
    expect(terminal.screen()).toContain("Esc goes back");
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
