/** A stick's settings in a real terminal: from its page to More, changed, edited with vi, written, and in force on the image. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readActiveSlot, readSlot } from "../../src/stick/menu/slots.ts";
import { readSettingsText } from "../../src/stick/settings/file.ts";
import { run } from "../../src/system/run.ts";
import { compile } from "../support/cli.ts";
import { testKit } from "../support/kit.ts";
import { buildStick, fixtureIso, named, withStick } from "../support/sticks.ts";
import { WALKED_LAYOUTS } from "../support/layout.ts";
import { TmuxTerminal } from "../support/tmux.ts";
import { imagesFolder } from "./support.ts";
import { copySparse } from "../support/copy-sparse.ts";

const folder = await imagesFolder("tui-settings");
let made: string;
let kit: string;

beforeAll(async () => {
  await compile();
  const iso = await fixtureIso("debian-live", join(folder, "fixtures"));
  made = join(folder, "made.img");
  await buildStick(made, {
    isos: [await named(iso, folder, "debian 直播.iso")],
    sizeBytes: 512 << 20,
  });
  kit = (await testKit()).folder;
});

const WORDS = {
  en: {
    images: "Images (1)",
    more: "More",
    settings: "Settings",
    language: "Language of the menu",
    english: "English",
    timeout: "Starts after",
    seconds: "25 s",
    users: "Users and passwords",
    add: "A new user",
    superuser: "Superuser",
    file: "The file",
    edit: "Edit with",
    save: "Save",
    write: "Write it",
    written: "The settings are on the stick",
  },
  zh: {
    images: "镜像（1）",
    more: "更多",
    settings: "设置",
    language: "菜单语言",
    english: "English",
    timeout: "自动启动",
    seconds: "25 秒",
    users: "用户和密码",
    add: "新建用户",
    superuser: "超级用户",
    file: "文件内容",
    edit: "用 vi",
    save: "保存",
    write: "写入",
    written: "设置已写入 U 盘",
  },
} as const;

test("line by line, in a real terminal, a password isn't echoed, and reaches the stick as a hash", async () => {
  const stick = join(folder, "plain.img");
  await copySparse(made, stick);
  const env = { LIFEBOAT_KIT: kit, TERM: "dumb", LANG: "en_US.UTF-8" };
  const args = ["tui", stick];
  const terminal = await TmuxTerminal.open({ columns: 100, rows: 60, folder, env, args });
  const answer = async (text: string) => {
    await terminal.type(text);
    await terminal.press("Enter");
  };
  /** By the number that it has among the last that were offered. */
  const choose = async (name: string) => {
    await terminal.see(
      new RegExp(`\\d+\\. ${name}.*Number, b for back, \\? for help, q to leave: ?$`),
    );
    const lines = (await terminal.screen()).split("\n");
    const line = lines.findLast((one) => /^\d+\. /.test(one) && one.includes(name));
    await answer(line?.split(".")[0] ?? "");
  };
  try {
    await choose("More");
    await choose("Settings");
    await choose("Users and passwords");
    await choose("A new user");
    await choose("Name:");
    await terminal.see(/Name: $/);
    await answer("boss");
    await choose("Password:");
    await answer("geheim7");
    await choose("Once more:");
    await answer("geheim7");
    await terminal.see(/boss, Superuser/);
    await answer("b");
    await choose("Save");
    await choose("Write it");
    await terminal.see("The settings are on the stick");
    await answer("q");
    await terminal.see("left with 0");
    expect(await terminal.screen()).not.toContain("geheim7");
  } finally {
    await terminal.close();
  }
  await withStick(stick, async (opened) => {
    const text = String(await readSettingsText(opened, run));
    expect(text).toMatch(/boss: grub\.pbkdf2\.sha512\.10000\./);
  });
});

describe.each(WALKED_LAYOUTS)("$columns × $rows, $language", ({ columns, rows, language }) => {
  test("settings are changed by lines, by a form and with vi, and written", async () => {
    const words = WORDS[language];
    const work = join(folder, `车间 ${columns} ${language}`);
    await mkdir(work, { recursive: true });
    const stick = join(work, "stick 试.img");
    await copySparse(made, stick);
    const env = {
      LIFEBOAT_KIT: kit,
      TERM: "screen-256color",
      LANG: `${language}.UTF-8`,
      VISUAL: "",
      // Without a word on the file, which on 60 columns takes two lines and a key to go on.
      EDITOR: "vi -u NONE --cmd 'set shortmess=F'",
    };
    const args = ["tui", stick, "--lang", language];
    const terminal = await TmuxTerminal.open({ columns, rows, folder: work, env, args });
    try {
      await terminal.see(words.images);
      await terminal.button(words.more);
      await terminal.line(words.settings);
      await terminal.see(words.language);
      await terminal.press("Enter");
      await terminal.see(words.english);
      await terminal.line(words.timeout);
      await terminal.type("25");
      await terminal.press("Enter");
      await terminal.see(words.seconds);
      await terminal.line(words.users);
      await terminal.line(words.add);
      await terminal.type("boss");
      await terminal.press("Enter");
      await terminal.type("geheim7");
      await terminal.press("Enter");
      await terminal.type("geheim7");
      expect(await terminal.screen()).not.toContain("geheim7");
      await terminal.press("Enter");
      await terminal.see(words.superuser);
      await terminal.press("Escape");
      await terminal.see(words.timeout);
      await terminal.button(words.file);
      await terminal.see("lifeboat/stick.yaml");
      await terminal.button(words.edit);
      // vi has the terminal: it shows what is in the file, and every key is its own.
      await terminal.see("# The settings of this lifeboat stick");
      await terminal.type(":%s/timeout: 25/timeout: 35/");
      await terminal.press("Enter");
      await terminal.type(":wq");
      await terminal.press("Enter");
      await terminal.see(words.edit);
      await terminal.press("Escape");
      await terminal.see(words.seconds.replace("25", "35"));
      await terminal.button(words.save);
      await terminal.see("+ menu › timeout: 35");
      await terminal.button(words.write);
      await terminal.see(words.written);
      await terminal.press("C-c");
      await terminal.see("left with 0");
    } finally {
      await terminal.close();
    }
    await withStick(stick, async (opened) => {
      const slot = await readSlot(opened.bootVolume, await readActiveSlot(opened.bootVolume));
      expect(slot?.records.settings).toMatchObject({
        menu: { language: "en", timeout: 35 },
        superusers: ["boss"],
      });
      const text = String(await readSettingsText(opened, run));
      expect(text).toContain("#menu:");
      expect(text).toMatch(/boss: grub\.pbkdf2\.sha512\.10000\./);
    });
  });
});
