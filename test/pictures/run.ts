/**
 * `npm run pictures`: the pictures of docs/pictures, made from the program itself in tmux, and of the boot menu in QEMU, in both
 * languages. SVG, so that no binary is kept, and a picture that changes shows what changed. `-- screens` or `-- menu` makes those only.
 */
import { copyFile, mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/system/places.ts";
import type { Language } from "../../src/system/text.ts";
import { LANGUAGES } from "../../src/system/text.ts";
import { testKit } from "../support/kit.ts";
import { MIB, fixtureIso } from "../support/sticks.ts";
import { TmuxTerminal } from "../support/tmux.ts";
import { parseScreen } from "./ansi.ts";
import { bootMenu } from "./boot-menu.ts";
import { computerWith } from "./computer.ts";
import { svgOf } from "./svg.ts";

const PICTURES = join(packageRoot(), "docs", "pictures");
const ENVIRONMENT = { NO_COLOR: "", TERM: "screen-256color" };
/** Each stick has a name of its own, which the pictures don't change for. */
const RANDOM_NAME = /LIFEBOAT-[0-9A-F]{8}/g;
const FIXED_NAME = "LIFEBOAT-5EAB0A7D";
/** What the screens make when no size is typed. */
const STICK_BYTES = 8192 * MIB;
const SIZE = { columns: 92, rows: 26 };
/** Fixtures of a few hundred KiB, enlarged to what such images have, so that the pictures show what sticks look like. */
const ISOS: Readonly<Record<string, number>> = {
  "debian-live": 1400 * MIB,
  arch: 1100 * MIB,
  gparted: 500 * MIB,
  kali: 2300 * MIB,
};
const FAMILIES = Object.keys(ISOS);
/** By the names that their entries in the menu have: the last one comes last. */
const IN_THE_MENU = [...FAMILIES, "systemrescue", "ubuntu"];
const LAST_TITLE = "Ubuntu 25.10";

const WORDS = {
  en: {
    make: "Make a stick",
    target: "Target",
    image: "An image file",
    size: "Size: 8G",
    empty: "None yet",
    choose: "Images",
    take: "Take ",
    begin: "Make the stick",
    done: "is a rescue stick",
    images: "Images (",
  },
  zh: {
    make: "制作 U 盘",
    target: "目标",
    image: "镜像文件",
    size: "大小： 8G",
    empty: "尚无镜像",
    choose: "镜像",
    take: "选定 ",
    begin: "开始制作",
    done: "已是救援 U 盘",
    images: "镜像（",
  },
} as const;

async function main(): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  // A fixed name: it is in the pictures.
  const folder = join(tmpdir(), "lifeboat-workshop");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  try {
    const wanted = process.argv.slice(2);
    const wants = (what: string) => wanted.length === 0 || wanted.includes(what);
    for (const language of LANGUAGES) {
      if (wants("screens")) {
        await screens(await workshop(folder), language);
        await home(folder, language);
      }
      if (wants("menu")) await menu(folder, language);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder that the screens show, with nothing but the ISOs in it. */
async function workshop(folder: string): Promise<string> {
  for (const family of FAMILIES) {
    const path = join(folder, `${family}.iso`);
    await copyFile(await fixtureIso(family, join(folder, "made")), path);
    await truncate(path, ISOS[family]);
  }
  return folder;
}

async function menu(folder: string, language: Language): Promise<void> {
  const made = join(folder, "made");
  const isos = await Promise.all(IN_THE_MENU.map(async (family) => fixtureIso(family, made)));
  await save(`menu.${language}`, await bootMenu(made, isos, LAST_TITLE, language));
}

/** The first screen of a computer with the stick that was just made in a port, and an empty one in another. */
async function home(folder: string, language: Language): Promise<void> {
  const image = join(folder, "stick.img");
  const through = await computerWith(join(folder, "made"), { image, bytes: STICK_BYTES });
  const args = ["tui", "--lang", language];
  const terminal = await TmuxTerminal.open({ ...SIZE, folder, env: ENVIRONMENT, args, through });
  try {
    await terminal.see("/dev/sdb");
    await keep(terminal, `home.${language}`);
  } finally {
    await terminal.close();
  }
}

async function keep(terminal: TmuxTerminal, name: string): Promise<void> {
  const screen = (await terminal.screen(true)).replaceAll(RANDOM_NAME, FIXED_NAME);
  await save(name, svgOf(parseScreen(screen), SIZE.columns));
}

/** What a picture says, without its figures and its bars: two runs of a job say the same so. */
function wordsOf(svg: string): string {
  return svg.replaceAll(/<[^>]*>|[\d.█▉▊▋▌▍▎▏░]+/g, " ").replaceAll(/\s+/g, " ");
}

/** From home to the stick that was made; what is worth a picture is kept on the way. */
async function screens(folder: string, language: Language): Promise<void> {
  const words = WORDS[language];
  await rm(join(folder, "stick.img"), { force: true });
  const env = { ...ENVIRONMENT, LIFEBOAT_KIT: (await testKit()).folder };
  const args = ["tui", "--lang", language];
  const terminal = await TmuxTerminal.open({ ...SIZE, folder, env, args });
  try {
    await terminal.see(words.make);
    await terminal.see("/dev/");
    await terminal.button(words.make);
    await terminal.see(words.target);
    await terminal.button(words.target);
    await terminal.see(words.image);
    await terminal.line(words.image);
    await terminal.see(words.size);
    await terminal.press("Down", "Enter");
    await terminal.button(words.take);
    await terminal.see(words.empty);
    await terminal.button(words.choose);
    await terminal.see("arch.iso");
    for (const family of FAMILIES) {
      await terminal.type(family);
      await terminal.press("Enter");
    }
    await terminal.press("Tab");
    await terminal.see(`❯ ${words.take}`);
    await keep(terminal, `images.${language}`);
    await terminal.press("Enter");
    await terminal.see("BIOS · UEFI");
    await terminal.press("Left", "Left");
    await terminal.see(`❯ ${words.begin}`);
    await keep(terminal, `plan.${language}`);
    await terminal.press("Enter");
    await terminal.see(/Copying|复制/);
    await terminal.see(/[2-9]\d%.*\/s/);
    await keep(terminal, `progress.${language}`);
    await terminal.see(words.done);
    await keep(terminal, `done.${language}`);
    await terminal.press("Enter");
    await terminal.see(words.images);
    await terminal.see("LIFEBOAT-");
    await keep(terminal, `stick.${language}`);
  } finally {
    await terminal.close();
  }
}

async function save(name: string, svg: string): Promise<void> {
  const path = join(PICTURES, `${name}.svg`);
  // How far and how fast a job is differs in each run: that is no reason for a new picture.
  const old = name.startsWith("progress.") ? await readFile(path, "utf8").catch(() => "") : "";
  if (wordsOf(old) !== wordsOf(svg)) await writeFile(path, svg);
  process.stdout.write(`${name}.svg\n`);
}

await main();
