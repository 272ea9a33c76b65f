/** The screens in a real terminal, from the first one to a stick that was started: keys go in, and the screen is read. */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../support/cli.ts";
import { testKit } from "../support/kit.ts";
import { fixtureIso } from "../support/sticks.ts";
import { TmuxTerminal } from "../support/tmux.ts";
import { imagesFolder } from "./support.ts";
import { copySparse } from "../support/copy-sparse.ts";

const folder = await imagesFolder("tui");
let iso: string;
let kit: string;

beforeAll(async () => {
  await compile();
  iso = await fixtureIso("debian-live", join(folder, "fixtures"));
  kit = (await testKit()).folder;
});

async function open(columns: number, rows: number, language = "en"): Promise<TmuxTerminal> {
  const work = join(folder, `车间 ${columns}`);
  await mkdir(work, { recursive: true });
  await copySparse(iso, join(work, "debian 直播.iso"));
  const env = {
    LIFEBOAT_KIT: kit,
    TERM: "screen-256color",
    NO_COLOR: "",
    LANG: `${language}.UTF-8`,
  };
  const args = language === "en" ? [] : ["tui", "--lang", language];
  return TmuxTerminal.open({ columns, rows, folder: work, env, args });
}

const WORDS = {
  en: {
    home: "Make a stick",
    target: "not chosen yet",
    image: "An image file",
    size: "Size: 8G",
    target1: "Take 1 target",
    begin: "Make the stick",
    empty: "None yet",
    one: "Take 1 file",
    made: "is a rescue stick",
    images: "Images (1)",
    check: "Check",
    whole: "The stick is whole",
    menu: "It started",
  },
  zh: {
    home: "制作 U 盘",
    target: "尚未选择",
    image: "镜像文件",
    size: "大小： 8G",
    target1: "选定 1 个目标",
    begin: "开始制作",
    empty: "尚无镜像",
    one: "选定 1 个文件",
    made: "已是救援 U 盘",
    images: "镜像（1）",
    check: "检查",
    whole: "U 盘完整",
    menu: "已启动",
  },
} as const;

describe.each([
  { columns: 60, rows: 20, language: "en" },
  { columns: 80, rows: 24, language: "zh" },
  { columns: 200, rows: 50, language: "en" },
] as const)("$columns × $rows, $language", ({ columns, rows, language }) => {
  test("a stick is made and checked", async () => {
    const words = WORDS[language];
    const terminal = await open(columns, rows, language);
    try {
      await terminal.see(words.home);
      await terminal.press("Tab", "Enter");
      await terminal.see(words.target);
      await terminal.press("Enter");
      await terminal.see(words.image);
      await terminal.press("Enter");
      await terminal.see(words.size);
      await terminal.press("Down", "BSpace", "BSpace");
      await terminal.type("600M");
      await terminal.press("Enter");
      await terminal.see(words.target1);
      await terminal.press("Tab", "Enter");
      await terminal.see(words.empty);
      await terminal.press("Right", "Enter");
      await terminal.see("debian 直播.iso");
      await terminal.type("deb");
      await terminal.press("Enter", "Tab");
      await terminal.see(words.one);
      await terminal.press("Enter");
      await terminal.see("BIOS · UEFI");
      await terminal.press("Left", "Left", "Enter");
      await terminal.see(words.made);
      const image = join(folder, `车间 ${columns}`, "stick.img");
      expect((await stat(image)).size).toBe(600 << 20);
      await terminal.press("Enter");
      await terminal.see(words.images);
      await terminal.button(words.check);
      await terminal.see(words.whole);
      await terminal.press("C-c");
      await terminal.see("left with 0");
      // What stood on the terminal before is there again, and nothing of the screens.
      expect(await terminal.screen()).not.toContain("lifeboat ");
    } finally {
      await terminal.close();
    }
  });
});

test("a stick that was made on the screens is started from them, and shows its menu", async () => {
  const terminal = await open(100, 40);
  const image = join(folder, "车间 60", "stick.img");
  try {
    await terminal.see("Make a stick");
    await copySparse(image, join(folder, "车间 100", "made.img"));
    await terminal.press("Tab", "Right", "Enter");
    await terminal.see("made.img");
    await terminal.type("made");
    await terminal.press("Enter");
    await terminal.see("Images (1)");
    await terminal.button("Try in QEMU");
    await terminal.see("Which kind of machine");
    await terminal.press("Enter");
    await terminal.see("It started", 240_000);
    await terminal.see("*Debian GNU/Linux Live");
  } finally {
    await terminal.close();
  }
});

test("the size of the window changes in the middle, and all of it is drawn anew", async () => {
  const terminal = await open(120, 30);
  try {
    await terminal.see("Make a stick");
    for (const [columns, rows] of [
      [60, 20],
      [90, 25],
      [61, 21],
    ] as const) {
      await terminal.resize(columns, rows);
      const line = async (index: number) => (await terminal.screen()).split("\n")[index];
      await expect.poll(async () => line(1), { timeout: 20_000 }).toBe("─".repeat(columns));
      await expect.poll(async () => line(0), { timeout: 20_000 }).toContain("lifeboat");
      await expect.poll(async () => line(rows - 1), { timeout: 20_000 }).toContain("Esc back");
    }
  } finally {
    await terminal.close();
  }
});

test("on a terminal that can do nothing it goes line by line", async () => {
  const work = join(folder, "车间 plain");
  await mkdir(work, { recursive: true });
  const env = { LIFEBOAT_KIT: kit, TERM: "dumb", LANG: "en_US.UTF-8" };
  const terminal = await TmuxTerminal.open({ columns: 80, rows: 40, folder: work, env });
  try {
    await terminal.see("Number, b for back, ? for help, q to leave:");
    await terminal.type("q");
    await terminal.press("Enter");
    await terminal.see("left with 0");
  } finally {
    await terminal.close();
  }
});
