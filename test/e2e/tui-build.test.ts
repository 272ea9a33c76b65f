/** Several sticks made at once in a real terminal: two image files, one of which was there before and has to be named. */
import { mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { inspectStick } from "../../src/stick/inspect.ts";
import { compile } from "../support/cli.ts";
import { testKit } from "../support/kit.ts";
import { MIB, expectCleanStick, fixtureIso, sfdiskTable, withStick } from "../support/sticks.ts";
import { WALKED_LAYOUTS } from "../support/layout.ts";
import { TmuxTerminal } from "../support/tmux.ts";
import { imagesFolder } from "./support.ts";
import { copySparse } from "../support/copy-sparse.ts";

const folder = await imagesFolder("tui-build");
let iso: string;
let kit: string;

beforeAll(async () => {
  await compile();
  iso = await fixtureIso("debian-live", join(folder, "fixtures"));
  kit = (await testKit()).folder;
});

const WORDS = {
  en: {
    home: "Make a stick",
    none: "not chosen yet",
    image: "An image file",
    take: "Take it",
    one: "Take 1 target",
    two: "Take 2 targets",
    settings: "Settings",
    windows: "For Windows To Go",
    windowsIs: "Windows 64M",
    images: "Images",
    oneFile: "Take 1 file",
    make: "Make 2 sticks",
    lost: "will be lost",
    begins: "Enter begins",
    done: "All 2 are rescue sticks",
  },
  zh: {
    home: "制作 U 盘",
    none: "尚未选择",
    image: "镜像文件",
    take: "采用",
    one: "选定 1 个目标",
    two: "选定 2 个目标",
    settings: "设置",
    windows: "Windows To Go",
    windowsIs: "Windows 64M",
    images: "镜像",
    oneFile: "选定 1 个文件",
    make: "开始制作 2 个",
    lost: "都将丢失",
    begins: "按 Enter 开始",
    done: "2 个均已制作成救援 U 盘",
  },
} as const;

describe.each(WALKED_LAYOUTS)("$columns × $rows, $language", ({ columns, rows, language }) => {
  test("two sticks are made at once, with room for Windows To Go", async () => {
    const words = WORDS[language];
    const work = join(folder, `车间 ${columns} ${language}`);
    await mkdir(work, { recursive: true });
    await copySparse(iso, join(work, "debian 直播.iso"));
    const [old, fresh] = [join(work, "stick.img"), join(work, "stick-2.img")];
    await writeFile(old, "what was there before");
    await truncate(old, 500 * MIB);
    const env = { LIFEBOAT_KIT: kit, TERM: "screen-256color", LANG: `${language}.UTF-8` };
    const args = ["tui", "--lang", language];
    const terminal = await TmuxTerminal.open({ columns, rows, folder: work, env, args });
    try {
      await terminal.see(words.home);
      await terminal.press("Tab", "Enter");
      await terminal.see(words.none);
      await terminal.press("Enter");
      await terminal.see(words.image);
      // The one that is there keeps its size; the other one is new.
      await terminal.press("Enter");
      await terminal.see(words.take);
      await terminal.press("Down", "BSpace", "BSpace", "Enter");
      await terminal.see(words.one);
      await terminal.press("Enter");
      await terminal.see(words.take);
      await terminal.press("Down", "BSpace", "BSpace");
      await terminal.type("480M");
      await terminal.press("Enter");
      await terminal.see(words.two);
      await terminal.button(words.two);
      await terminal.see(words.make);
      await terminal.button(words.settings);
      await terminal.see(words.windows);
      await terminal.press("Tab", "Tab");
      await terminal.type("64M");
      await terminal.press("Escape");
      await terminal.see(words.windowsIs);
      await terminal.see(words.make);
      await terminal.button(words.images);
      await terminal.see("debian 直播.iso");
      await terminal.type("deb");
      await terminal.press("Enter", "Tab");
      await terminal.see(words.oneFile);
      await terminal.press("Enter");
      await terminal.see("BIOS · UEFI");
      await terminal.see(words.make);
      await terminal.button(words.make);
      await terminal.see(words.lost);
      await terminal.type(old);
      await terminal.see(words.begins);
      await terminal.press("Enter");
      await terminal.see(words.done);
      await terminal.press("C-c");
      await terminal.see("left with 0");
    } finally {
      await terminal.close();
    }
    for (const path of [old, fresh]) {
      await expectCleanStick(path, "exfat");
      const { partitions } = await sfdiskTable(path);
      expect(partitions.some(({ size }) => size * 512 === 64 * MIB)).toBe(true);
      await withStick(path, async (stick) => {
        const { isos } = await inspectStick(stick);
        expect(isos.map((found) => found.path)).toEqual(["/debian 直播.iso"]);
      });
    }
  });
});
