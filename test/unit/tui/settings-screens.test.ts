/** A stick's settings on the screens, with the file on the stick and its menu as the judges. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { hashPassword } from "../../../src/menu/password.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import { parseSettings } from "../../../src/stick/settings/read.ts";
import {
  exampleSettings,
  readSettingsText,
  writeSettings,
} from "../../../src/stick/settings/file.ts";
import { openData } from "../../../src/stick/stick.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { run } from "../../../src/system/run.ts";
import { runPlain } from "../../../src/tui/frame/plain.ts";
import { Runtime } from "../../../src/tui/frame/runtime.ts";
import { imageSettingsScreen, settingsScreen } from "../../../src/tui/settings/settings-screen.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  buildStick,
  fixtureIso,
  named,
  sha256OfFile,
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
let made: string;
let stick: string;

beforeAll(async () => {
  folder = await suiteFolder();
  const fixtures = join(folder, "fixtures");
  const debian = await named(await fixtureIso("debian-live", fixtures), folder, "debian 中.iso");
  const arch = await named(await fixtureIso("arch", fixtures), folder, "arch.iso");
  made = join(folder, "made.img");
  await buildStick(made, { isos: [debian, arch], sizeBytes: 512 << 20 });
});

beforeEach(async () => {
  stick = join(folder, "stick 试.img");
  await copySparse(made, stick);
});

async function open(size: TerminalOptions = {}, image?: string) {
  const terminal = await openTerminal(
    testApp(folder),
    (app) =>
      image === undefined ? settingsScreen(app, stick) : imageSettingsScreen(app, stick, image),
    size,
  );
  onTestFinished(() => terminal.close());
  return terminal;
}

async function fileOnStick(): Promise<string> {
  return withStick(stick, async (opened) => String(await readSettingsText(opened, run)));
}

const toTop = async (terminal: Terminal) =>
  terminal.press(...Array.from({ length: 16 }, () => "up" as const));

/** What is in force according to the stick's own records, and GRUB's word on the menu that came of it. */
async function inForce() {
  return withStick(stick, async ({ bootVolume: esp }) => {
    const slot = await readSlot(esp, await readActiveSlot(esp));
    const menu = slot?.menu ?? "if";
    await writeFile(`${stick}.cfg`, menu);
    await judge("grub-script-check", [`${stick}.cfg`]);
    return { settings: slot?.records.settings ?? {}, menu };
  });
}

async function verified() {
  return withStick(stick, async (opened) => verifyStick(opened, { deep: false }, run, quietJob()));
}

const WORDS = {
  en: {
    language: "Language of the menu",
    timeout: "Starts after",
    accounts: "Users and passwords",
    images: "Settings of images",
    file: "The file",
    save: "Save",
    add: "A new user",
    wrong: "must be a number",
    written: "will be|is written to",
    leave: "Throw them away",
  },
  zh: {
    language: "菜单语言",
    timeout: "自动启动",
    accounts: "用户和密码",
    images: "镜像设置",
    file: "文件内容",
    save: "保存",
    add: "新建用户",
    wrong: "必须是数字",
    written: "以下更改将写入",
    leave: "放弃更改",
  },
} as const;

describe.each(LAYOUTS)("$columns × $rows, $language", (size) => {
  test("every page is whole", async () => {
    const words = WORDS[size.language];
    const terminal = await open(size);
    const whole = () => expectWholeScreen(terminal, size);
    await terminal.see(words.language);
    whole();
    await terminal.press("enter");
    await terminal.see(/English *\n?/);
    await terminal.line(words.timeout);
    await terminal.type("x");
    await terminal.press("enter");
    await terminal.see(words.wrong);
    whole();
    await terminal.press("escape");
    await terminal.line(words.images);
    await terminal.see("/debian 中.iso");
    whole();
    await terminal.press("enter");
    await terminal.see("/arch.iso");
    whole();
    await terminal.press("escape", "escape");
    await terminal.line(words.accounts);
    await terminal.see(words.add);
    whole();
    await terminal.press("enter");
    whole();
    await terminal.press("escape", "escape");
    await terminal.button(words.file);
    await terminal.see("lifeboat/stick.yaml");
    // On a line that isn't cut: of a long one the note says the rest, as far as it goes.
    await terminal.press("down", "down", "down", "down");
    whole();
    await terminal.press("escape");
    await terminal.button(words.save);
    await terminal.see("menu › language: en");
    whole();
    await terminal.press("escape", "escape");
    await terminal.see(words.leave);
    whole();
  });
});

describe("the settings of a stick", () => {
  test("are changed, shown as a list, written, and in the menu; the comments stay", async () => {
    const terminal = await open();
    await terminal.see("Language of the menu");
    await terminal.press("enter");
    await terminal.see(/Language of the menu +English/);
    await terminal.press("enter");
    await terminal.see(/Language of the menu +中文/);
    await terminal.line("Starts after");
    await terminal.type("25");
    await terminal.press("enter");
    await terminal.see("25 s");
    await terminal.line("Order");
    await terminal.see("by name");
    await toTop(terminal);
    await terminal.line("Starts by default");
    await terminal.line("[ ] this computer");
    await terminal.see(/Starts by default +this computer's own disk/);
    await terminal.button("Save");
    await terminal.see("4 changes");
    for (const line of ["language: zh", "timeout: 25", "sort: name", "default: computer"]) {
      await terminal.see(`+ menu › ${line}`);
    }
    const before = await sha256OfFile(stick);
    expect(before).toBe(await sha256OfFile(made));
    await terminal.button("Write it");
    await terminal.see("The settings are on the stick");
    const text = await fileOnStick();
    expect(text.startsWith((await exampleSettings("en")).trimEnd())).toBe(true);
    const wanted = {
      menu: { language: "zh", timeout: 25, sort: "name", default: { image: "computer" } },
    };
    expect((await parseSettings(Buffer.from(text))).settings).toEqual(wanted);
    const { settings, menu } = await inForce();
    expect(settings).toEqual(wanted);
    expect(menu).toContain("timeout=25");
    expect((await verified()).findings.filter(({ id }) => id.startsWith("settings"))).toEqual([]);
    // Saved: there is nothing to ask when it is left.
    await terminal.press("enter");
    await terminal.see("Starts by default");
    await terminal.press("stop");
    await terminal.runtime.over;
  });

  test("that aren't saved are asked about, and thrown away they leave the stick as it was", async () => {
    const terminal = await open();
    await terminal.see("Language of the menu");
    await terminal.press("enter");
    await terminal.see(/Language of the menu +English/);
    await terminal.press("escape");
    await terminal.see("1 change");
    await terminal.see("+ menu › language: en");
    await terminal.press("escape");
    await terminal.see("Starts by default");
    await terminal.line("Settings of images");
    await terminal.press("stop");
    await terminal.see("are changed and not saved. Leave all the same?");
    await terminal.press("escape");
    await terminal.see("A rule for several");
    await terminal.press("escape", "escape");
    await terminal.button("Throw them away");
    expect(await sha256OfFile(stick)).toBe(await sha256OfFile(made));
  });

  test("what is set and taken back is no change", async () => {
    const terminal = await open();
    await terminal.see("Folders");
    await terminal.line("Folders");
    await terminal.see("one list of all");
    await terminal.press("enter");
    await terminal.see("are submenus");
    await terminal.press("escape");
    expect(terminal.screen()).not.toContain("not saved");
  });

  test("of a file with mistakes: they are shown by line, nothing can be saved, the editor mends them", async () => {
    await withStick(stick, async (opened) =>
      writeSettings(opened, Buffer.from("# mine\nmenu:\n  timeout: soon\n"), run),
    );
    vi.stubEnv("VISUAL", "");
    vi.stubEnv("EDITOR", "sed -i s/soon/5/");
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const terminal = await open();
    await terminal.see("Line 3: menu › timeout must be a number");
    expect(terminal.screen()).toContain("[ Save … ]");
    expect(terminal.screen()).not.toContain("❯ Save");
    await terminal.button("The file");
    await terminal.see("3 timeout: soon");
    await terminal.button("Edit with sed");
    await terminal.see("3 timeout: 5");
    await terminal.press("escape");
    await terminal.see("5 s");
    await terminal.button("Save");
    await terminal.see("The file as it was had mistakes in it");
    await terminal.button("Write it");
    await terminal.see("The settings are on the stick");
    expect(await fileOnStick()).toBe("# mine\nmenu:\n  timeout: 5\n");
    expect((await inForce()).settings).toEqual({ menu: { timeout: 5 } });
  });

  test("an editor that fails changes nothing, and it is said which way is left", async () => {
    vi.stubEnv("VISUAL", "false");
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const terminal = await open();
    await terminal.see("Language of the menu");
    await terminal.button("The file");
    await terminal.button("Edit with false");
    await terminal.see("false ended with 1; its text was thrown away");
    await terminal.see("lifeboat settings STICK > stick.yaml");
    await terminal.press("escape", "escape");
    expect(terminal.screen()).not.toContain("not saved");
  });

  test("of a stick without the file begin with the example, which is written with them", async () => {
    await withStick(stick, async (opened) => {
      await (await openData(opened, run)).remove("/lifeboat/stick.yaml");
      await opened.disk.flush();
    });
    const terminal = await open({ language: "zh" });
    await terminal.see("菜单语言");
    await terminal.press("escape");
    // Nothing was changed: nothing is asked.
    expect(terminal.screen()).not.toContain("尚未保存");
    await terminal.press("enter");
    await terminal.see(/菜单语言 +English/);
    await terminal.button("保存");
    await terminal.button("写入");
    await terminal.see("设置已写入 U 盘");
    const text = await fileOnStick();
    expect(text.startsWith((await exampleSettings("zh")).trimEnd())).toBe(true);
    expect((await inForce()).settings).toEqual({ menu: { language: "en" } });
  });

  test("larger than any settings are told, and not written over", async () => {
    const large = Buffer.alloc(130 << 10, "# x\n");
    await withStick(stick, async (opened) => writeSettings(opened, large, run));
    const before = await sha256OfFile(stick);
    const terminal = await open();
    await terminal.see("lifeboat/stick.yaml: the file is larger than 128 KiB");
    expect(terminal.screen()).toContain("❯ Back");
    expect(await sha256OfFile(stick)).toBe(before);
  });

  test("that somebody else changed meanwhile are refused, and stay", async () => {
    const terminal = await open();
    await terminal.see("Language of the menu");
    await terminal.press("enter");
    await terminal.see(/Language of the menu +English/);
    await withStick(stick, async (opened) =>
      writeSettings(opened, Buffer.from("menu:\n  timeout: 7\n"), run),
    );
    await terminal.button("Save");
    await terminal.button("Write it");
    await terminal.see("Somebody else changed the settings on the stick");
    expect(await fileOnStick()).toBe("menu:\n  timeout: 7\n");
    // What was changed here is still there.
    await terminal.button("Back");
    await terminal.see(/Language of the menu +English/);
  });

  test("of one stick aren't written to another at its path, though its file is the same", async () => {
    const terminal = await open();
    await terminal.see("Language of the menu");
    await terminal.press("enter");
    await terminal.see(/Language of the menu +English/);
    const mine = await withStick(stick, async ({ manifest }) => manifest.name);
    const before = await fileOnStick();
    await buildStick(stick, { sizeBytes: 400 << 20 });
    const other = await withStick(stick, async ({ manifest }) => manifest.name);
    expect(await fileOnStick()).toBe(before);
    const untouched = await sha256OfFile(stick);
    await terminal.button("Save");
    await terminal.button("Write it");
    await terminal.see(`The settings are those of ${mine}, and the stick is ${other} now`);
    await terminal.see(`Plug ${mine} in again`);
    expect(await sha256OfFile(stick)).toBe(untouched);
  });

  test("that aren't UTF-8 are told, and not opened: what can't be read would be lost", async () => {
    // As Notepad saves it in a Chinese Windows' own code page: GBK.
    const gbk = Buffer.concat([Buffer.from("# "), Buffer.from([0xb2, 0xcb, 0xb5, 0xa5, 0x0a])]);
    await withStick(stick, async (opened) => writeSettings(opened, gbk, run));
    const before = await sha256OfFile(stick);
    const terminal = await open();
    await terminal.see("lifeboat/stick.yaml: it is not UTF-8 text");
    await terminal.see("Open the file in an editor and save it as UTF-8");
    expect(terminal.screen()).toContain("❯ Back");
    expect(await sha256OfFile(stick)).toBe(before);
  });

  test("stopped while they are written, the stick is whole and what is in force is one of both", async () => {
    const terminal = await open();
    await terminal.see("Language of the menu");
    await terminal.press("enter");
    await terminal.see(/Language of the menu +English/);
    await terminal.button("Save");
    await terminal.button("Write it");
    await terminal.press("stop", "enter");
    await terminal.see(/Cancelled|The settings are on the stick/);
    const { settings } = await inForce();
    expect([{}, { menu: { language: "en" } }]).toContainEqual(settings);
    expect((await verified()).ok).toBe(true);
  });

  test("what is no stick is told", async () => {
    stick = join(folder, "arch.iso");
    const terminal = await open();
    await terminal.see("Back");
    expect(terminal.screen()).toMatch(/not a|no rescue|isn't/);
  });
});

describe("passwords", () => {
  const addUser = async (terminal: Terminal, name: string, password: string, again = password) => {
    await terminal.line("A new user");
    await terminal.type(name);
    await terminal.press("enter");
    await terminal.type(password);
    await terminal.press("enter");
    await terminal.type(again);
    await terminal.press("enter");
  };

  test("are typed unseen and hashed; the first user is a superuser, who can't be taken out before the others", async () => {
    const terminal = await open();
    await terminal.see("Users and passwords");
    await terminal.line("Users and passwords");
    await addUser(terminal, "boss", "geheim7", "geheim8");
    await terminal.see("The two are not the same");
    expect(terminal.screen()).not.toContain("geheim");
    await terminal.press("backspace");
    await terminal.type("7");
    await terminal.press("enter");
    await terminal.see(/boss +Superuser/);
    await addUser(terminal, "bench", "x");
    await terminal.see("bench");
    await toTop(terminal);
    await terminal.line("boss");
    await terminal.press("down");
    await terminal.see("The only superuser");
    await terminal.press("escape");
    await terminal.line("bench");
    await terminal.line("[ ] Superuser");
    await terminal.see("[×] Superuser");
    await terminal.press("enter");
    await terminal.see("[ ] Superuser");
    await terminal.press("escape", "escape");
    await terminal.line("Password for the menu");
    await terminal.line("[ ] bench");
    await terminal.see("[×] bench");
    await terminal.press("escape");
    await terminal.see(/Password for the menu +bench/);
    await toTop(terminal);
    await terminal.line("Users and passwords");
    await terminal.line("bench");
    await terminal.press("down", "down");
    await terminal.see("Asked for at menu › users: take it off there first");
    await terminal.press("escape", "escape");
    await terminal.button("Save");
    await terminal.see("+ users › boss: with a password");
    await terminal.see("+ menu › users: [bench]");
    await terminal.button("Write it");
    await terminal.see("The settings are on the stick");
    const { settings, menu } = await inForce();
    expect(settings).toMatchObject({ superusers: ["boss"], menu: { users: ["bench"] } });
    expect(menu).toMatch(/password_pbkdf2 boss grub\.pbkdf2\.sha512\.10000\./);
    expect(await fileOnStick()).not.toContain("geheim");
    // The hash is that of what was typed.
    const hash = settings.users?.["boss"] ?? "";
    const salt = Buffer.from(hash.split(".")[4] ?? "", "hex");
    expect(hash).toBe(await hashPassword("geheim7", 10_000, salt));
  });

  test("that nobody could type at GRUB's prompt are refused", async () => {
    const terminal = await open();
    await terminal.see("Users and passwords");
    await terminal.line("Users and passwords");
    await addUser(terminal, "boss", "密码");
    await terminal.see("GRUB's prompt takes ASCII letters");
    await terminal.press("escape");
    await terminal.line("A new user");
    await terminal.type("a b");
    await terminal.press("enter");
    await terminal.type("x");
    await terminal.press("enter");
    await terminal.type("x");
    await terminal.press("enter");
    await terminal.see("a user's name is 1 to 32 letters");
  });

  test("line by line they aren't echoed either", async () => {
    const runtime = new Runtime("en", (frame) => [
      settingsScreen({ ...testApp(folder), ...frame }, stick),
    ]);
    const lines: string[] = [];
    const asked: [string, boolean][] = [];
    const answers = ["Users and passwords", "A new user", "Name:", "=boss", "Password:", "=geheim"];
    const left = [...answers, "Once more:", "=geheim", "=b", "Save", "Write it", "=q"];
    await runPlain(runtime, {
      write: (line) => lines.push(line),
      ask: async (prompt, hidden = false) => {
        asked.push([prompt, hidden]);
        const answer = left.shift();
        if (answer === undefined || answer.startsWith("=")) return answer?.slice(1);
        const line = lines.findLast((one) => /^\d+\. /.test(one) && one.includes(answer));
        if (line === undefined)
          throw new Error(`nothing is called ${answer}:\n${lines.join("\n")}`);
        return line.split(".")[0];
      },
    });
    expect(asked).toContainEqual(["Password:", true]);
    expect(asked).toContainEqual(["Once more:", true]);
    expect(lines.join("\n")).not.toContain("geheim");
    expect((await inForce()).settings.superusers).toEqual(["boss"]);
  });
});

describe("the settings of an image", () => {
  const IMAGE = "/debian 中.iso";

  beforeEach(async () => {
    await withStick(stick, async (opened) => {
      const data = await openData(opened, run);
      await data.makeDirectory("/answers");
      for (const name of ["a.cfg", "motd", "drivers.tar"]) {
        await data.writeFile(`/answers/${name}`, Buffer.from("x\n"), new Date());
      }
      await opened.disk.flush();
    });
  });

  test("are all on one page, and each comes into the file", async () => {
    const terminal = await open({}, IMAGE);
    await terminal.see("Name in the menu");
    await terminal.press("enter");
    await terminal.see("Empty: its own name again");
    await terminal.type(" 维修");
    await terminal.press("enter");
    await terminal.see("维修");
    await terminal.line("[ ] Comes first");
    await terminal.see("[×] Comes first");
    await terminal.line("Kernel arguments added");
    await terminal.type("console=ttyS0");
    await terminal.press("enter");
    await terminal.see(/Kernel arguments added +console=ttyS0/);
    await terminal.line("Kernel arguments left out");
    await terminal.line("Add");
    await terminal.type("quiet");
    await terminal.press("enter");
    await terminal.see("quiet");
    await terminal.press("escape");
    await terminal.line("Its entries");
    await terminal.line("Live system (amd64) (safe");
    await terminal.line("Shown");
    await terminal.see("no: hidden");
    await terminal.press("escape", "escape");
    await terminal.line("Answer files");
    await terminal.line("Add");
    await terminal.line("/answers/a.cfg");
    await terminal.see("On the stick: /answers/a.cfg");
    await terminal.press("enter");
    await terminal.type("Office");
    await terminal.press("enter");
    await terminal.see(/\/answers\/a\.cfg +Office/);
    await terminal.press("escape");
    await terminal.line("Files of the initrd replaced");
    await terminal.line("Add");
    await terminal.line("/answers/motd");
    await terminal.type("etc/motd");
    await terminal.press("enter", "enter");
    await terminal.see("a path begins with /");
    await terminal.press("up", ...Array.from({ length: 8 }, () => "backspace" as const));
    await terminal.type("/etc/motd");
    await terminal.press("enter", "enter");
    await terminal.see(/\/etc\/motd +\/answers\/motd/);
    await terminal.press("escape");
    await terminal.button("Save");
    await terminal.button("Write it");
    await terminal.see("The settings are on the stick");
    const { settings, menu } = await inForce();
    expect(settings.menu).toEqual({ first: [IMAGE] });
    expect(settings.images?.[IMAGE]).toEqual({
      title: expect.stringMatching(/ 维修$/) as string,
      append: "console=ttyS0",
      drop: ["quiet"],
      entries: { "Live system (amd64) (safe graphics)": { hide: true } },
      unattended: [{ file: "/answers/a.cfg", title: "Office" }],
      files: { "/etc/motd": "/answers/motd" },
    });
    expect(menu).toContain("维修");
    expect(menu).toContain("console=ttyS0");
  });

  test("lists are put in order, changed and emptied; patterns are chosen from what is there", async () => {
    const terminal = await open();
    await terminal.see("Come first");
    await terminal.line("Come first");
    await terminal.see("Nothing comes first");
    await terminal.line("Add");
    await terminal.line("/arch.iso");
    await terminal.see("/arch.iso");
    await terminal.line("Add");
    await terminal.line("Type it");
    await terminal.type("debian*");
    await terminal.press("enter");
    await terminal.see("debian*");
    await toTop(terminal);
    await terminal.line("debian*");
    await terminal.button("Up");
    await terminal.see(/debian\*.*\/arch\.iso/);
    await toTop(terminal);
    await terminal.line("/arch.iso");
    await terminal.button("Take it out");
    await terminal.see(/debian\*.*Add/);
    await terminal.press("escape");
    await terminal.button("Save");
    await terminal.see("+ menu › first: [debian*]");
  });
});
