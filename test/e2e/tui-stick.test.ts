/**
 * A stick's own screens in a real terminal, at every size and in both languages: what is asked of them is done on the image file, and
 * what stands on the screen fits on it.
 */
import { mkdir, readdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildSay } from "../../src/tui/build/messages.ts";
import { diskSay } from "../../src/tui/disk/messages.ts";
import { frameSay } from "../../src/tui/frame/messages.ts";
import { widthOf } from "../../src/tui/frame/words.ts";
import { homeSay } from "../../src/tui/home/messages.ts";
import { jobSay } from "../../src/tui/jobs/messages.ts";
import { kitSay } from "../../src/tui/kit/messages.ts";
import { mediaSay } from "../../src/tui/media/messages.ts";
import { stickSay } from "../../src/tui/stick/messages.ts";
import { targetsSay } from "../../src/tui/targets/messages.ts";
import { verifySay } from "../../src/tui/verify/messages.ts";
import { compile, lifeboat, lifeboatJson } from "../support/cli.ts";
import { testKit } from "../support/kit.ts";
import { buildStick, fixtureIso, named } from "../support/sticks.ts";
import type { Layout } from "../support/layout.ts";
import { WALKED_LAYOUTS } from "../support/layout.ts";
import { TmuxTerminal } from "../support/tmux.ts";
import { imagesFolder } from "./support.ts";
import { copySparse } from "../support/copy-sparse.ts";

const folder = await imagesFolder("tui-stick");
const made = join(folder, "made.img");
let iso: string;
let kit: string;

beforeAll(async () => {
  await compile();
  kit = (await testKit()).folder;
  const fixtures = join(folder, "fixtures");
  iso = await fixtureIso("arch", fixtures);
  const debian = await named(await fixtureIso("debian-live", fixtures), folder, "debian 直播.iso");
  await buildStick(made, { isos: [debian], sizeBytes: 512 << 20 });
}, 300_000);

async function open(
  { columns, rows, language }: Layout,
  work: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<TmuxTerminal> {
  const env = { LIFEBOAT_KIT: kit, TERM: "screen-256color", ...more };
  return TmuxTerminal.open({
    columns,
    rows,
    folder: work,
    env,
    args: ["tui", "--lang", language, ...args],
  });
}

describe.each(WALKED_LAYOUTS)("$columns × $rows, $language", (place) => {
  const { columns, language } = place;
  const work = join(folder, `车间 ${columns} ${language}`);
  const stick = join(work, "救援 stick.img");

  /** On the stick by another program's account than the screens'. */
  const isos = async () => {
    const { status, json } = await lifeboatJson(["inspect", stick]);
    expect(status).toBe(0);
    return (json["isos"] as { readonly path: string }[]).map(({ path }) => path);
  };

  beforeEach(async () => {
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    await copySparse(made, stick);
  });

  test("an image is added, named and taken away again; the stick is checked and tested", async () => {
    await copySparse(iso, join(work, "arch 新.iso"));
    const terminal = await open(place, work, ["救援 stick.img"]);
    /** The screen has it, and nothing on it goes over its edge. */
    const see = async (wanted: string) => {
      await terminal.see(wanted);
      const lines = (await terminal.screen()).split("\n");
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
    };
    try {
      await see(stickSay.images(1)[language]);
      await terminal.button(stickSay.add()[language]);
      await see("arch 新.iso");
      await terminal.type("arch");
      await terminal.press("Enter", "Tab", "Enter");
      await see(stickSay.added(1)[language]);
      expect(await isos()).toHaveLength(2);
      await terminal.press("Enter");

      await see(stickSay.images(2)[language]);
      await terminal.type("arch");
      await terminal.press("Enter");
      await see(stickSay.what()[language]);
      await terminal.button(stickSay.rename()[language]);
      await see(stickSay.titleNote()[language]);
      await terminal.type(" 我的");
      await terminal.press("Enter");
      await see(`❯ ${jobSay.back()[language]}`);
      const { stdout: settings } = await lifeboat(["settings", stick]);
      expect(settings).toMatch(/\/arch 新\.iso:\s+title: .* 我的\n/);
      await terminal.button(jobSay.back()[language]);

      await see(stickSay.what()[language]);
      await terminal.button(stickSay.remove()[language]);
      await see(stickSay.removeIt()[language]);
      await terminal.press("Escape");
      await see(stickSay.rename()[language]);
      expect(await isos()).toHaveLength(2);
      await terminal.button(stickSay.remove()[language]);
      await terminal.button(stickSay.removeIt()[language]);
      await see(stickSay.removed("/arch 新.iso")[language]);
      expect(await isos()).toHaveLength(1);
      await terminal.press("Enter");

      await see(stickSay.images(1)[language]);
      await terminal.button(stickSay.refresh()[language]);
      await see(stickSay.nothingChanged()[language]);
      await terminal.press("Enter");
      await see(stickSay.images(1)[language]);
      await terminal.button(stickSay.verifyDeep()[language]);
      await see(verifySay.whole(0)[language]);
      await terminal.press("Escape");
      await see(stickSay.images(1)[language]);

      await terminal.button(stickSay.more()[language]);
      await terminal.line(stickSay.testMedia()[language]);
      await see(mediaSay.about("救援 stick.img")[language]);
      await terminal.press("Enter");
      await see(`❯ ${jobSay.back()[language]}`);
      expect(await isos()).toHaveLength(1);
    } finally {
      await terminal.close();
    }
  });

  test("help, the boot files, what is no stick, and the way back from each", async () => {
    await copySparse(iso, join(work, "no stick.img"));
    const terminal = await open(place, work, []);
    try {
      await terminal.see(homeSay.make()[language]);
      await terminal.press("?");
      await terminal.see(homeSay.help()[language].slice(0, 20));
      await terminal.press("Escape");
      await terminal.button(homeSay.kit()[language]);
      await terminal.see(kitSay.folder()[language]);
      await terminal.see(kitSay.collect()[language]);
      await terminal.press("Escape");
      await terminal.button(homeSay.open()[language]);
      await terminal.see("no stick.img");
      await terminal.type("no st");
      await terminal.press("Enter");
      await terminal.see(diskSay.what()[language]);
      await terminal.press("Escape");
      await terminal.see(homeSay.make()[language]);
      await terminal.press("C-c");
      await terminal.see("left with 0");
    } finally {
      await terminal.close();
    }
  });

  test("Ctrl-C while an image is written asks, then stops, and the stick is as it was", async () => {
    const large = join(work, "large 大.iso");
    await copySparse(iso, large);
    await truncate(large, 240 << 20);
    const slow = pathToFileURL(join(import.meta.dirname, "..", "support", "slow-reads.mjs"));
    const options = { NODE_OPTIONS: `--import=${slow.href}` };
    const terminal = await open(place, work, ["救援 stick.img"], options);
    try {
      await terminal.see(stickSay.images(1)[language]);
      await terminal.button(stickSay.add()[language]);
      await terminal.see("large 大.iso");
      await terminal.type("large");
      await terminal.press("Enter", "Tab");
      await terminal.send("Enter");
      await terminal.see("MiB/s");
      await terminal.send("C-c");
      await terminal.see(frameSay.stopChoice()[language]);
      await terminal.press("Escape");
      await terminal.send("C-c");
      await terminal.see(frameSay.stopChoice()[language]);
      await terminal.press("Enter");
      await terminal.see(jobSay.again()[language]);
      expect(await isos()).toHaveLength(1);
      const { status } = await lifeboatJson(["verify", "--deep", stick]);
      expect(status).toBe(0);
    } finally {
      await terminal.close();
    }
  });

  test("a target that is too small is told where the plan would be, and nothing is made", async () => {
    const terminal = await open(place, work, []);
    try {
      await terminal.see(homeSay.make()[language]);
      await terminal.button(homeSay.make()[language]);
      await terminal.see(buildSay.noTarget()[language]);
      await terminal.press("Enter");
      await terminal.line(targetsSay.anImageFile()[language]);
      await terminal.press("Down", "BSpace", "BSpace");
      await terminal.type("20M");
      await terminal.press("Enter");
      await terminal.see(targetsSay.takeThem(1)[language]);
      await terminal.button(targetsSay.takeThem(1)[language]);
      await terminal.see(/20\.0 MiB/);
      await terminal.press("C-c");
      await terminal.see("left with 0");
      expect(await readdir(work)).not.toContain("stick.img");
    } finally {
      await terminal.close();
    }
  });
});
