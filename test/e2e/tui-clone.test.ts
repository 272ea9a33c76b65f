/** A stick copied to two image files at once, on the screens of the program itself in a real terminal. */
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../support/cli.ts";
import { contentsOf } from "../support/clones.ts";
import { testKit } from "../support/kit.ts";
import { MIB, buildStick, expectCleanStick, fixtureIso, named } from "../support/sticks.ts";
import { TmuxTerminal } from "../support/tmux.ts";
import { WALKED_LAYOUTS } from "../support/layout.ts";
import { imagesFolder } from "./support.ts";
import { copySparse } from "../support/copy-sparse.ts";

const folder = await imagesFolder("tui-clone");
let made: string;
let kit: string;

beforeAll(async () => {
  await compile();
  kit = (await testKit()).folder;
  const iso = await named(
    await fixtureIso("debian-live", join(folder, "fixtures")),
    folder,
    "debian 直播.iso",
  );
  const big = join(folder, "big.iso");
  await writeFile(big, randomBytes(20 * MIB));
  made = join(folder, "made.img");
  await buildStick(made, { isos: [iso, big] });
});

const WORDS = {
  en: {
    more: "More",
    clone: "Copy to other sticks",
    none: "None yet",
    targets: "Targets",
    image: "An image file",
    size: "Size: 8G",
    take: "Take it",
    takeTwo: "Take 2 targets",
    newImage: "new image, 600 MiB",
    copy: "Copy to 2 targets",
    lost: "will be lost",
    begins: "Enter begins",
    made: "All 2 are clones",
    images: "Images (2)",
  },
  zh: {
    more: "更多",
    clone: "复制到其他 U 盘",
    none: "尚未选择",
    targets: "目标",
    image: "镜像文件",
    size: "大小： 8G",
    take: "采用",
    takeTwo: "选定 2 个目标",
    newImage: "新镜像，600 MiB",
    copy: "复制到 2 个目标",
    lost: "都将丢失",
    begins: "按 Enter 开始",
    made: "2 个目标均已是",
    images: "镜像（2）",
  },
} as const;

describe.each(WALKED_LAYOUTS)("$columns × $rows, $language", ({ columns, rows, language }) => {
  test("from the stick to two clones: a new image, and one that is written over", async () => {
    const words = WORDS[language];
    const work = join(folder, `车间 ${columns} ${language}`);
    await mkdir(work, { recursive: true });
    const stick = join(work, "源 stick.img");
    const [one, two] = [join(work, "stick.img"), join(work, "stick-2.img")];
    await copySparse(made, stick);
    await writeFile(two, "what was there before");
    const terminal = await TmuxTerminal.open({
      columns,
      rows,
      folder: work,
      env: { LIFEBOAT_KIT: kit, TERM: "screen-256color", NO_COLOR: "", LANG: "C.UTF-8" },
      args: ["tui", stick, "--lang", language],
    });
    try {
      await terminal.see(words.images);
      await terminal.button(words.more);
      await terminal.see(words.clone);
      await terminal.line(words.clone);
      await terminal.see(words.none);
      await terminal.see(/LIFEBOAT-[0-9A-F]{8}/);
      await terminal.button(words.targets);
      for (const size of ["600M", "500M"]) {
        await terminal.see(words.image);
        await terminal.press("Home");
        await terminal.line(words.image);
        await terminal.see(words.size);
        await terminal.press("Down", "BSpace", "BSpace");
        await terminal.type(size);
        await terminal.press("Enter");
        await terminal.see(new RegExp(`\\[×\\] .* ${size}`));
      }
      await terminal.button(words.takeTwo);
      await terminal.see(words.newImage);
      await terminal.see(`[ ${words.copy} ]`);
      await terminal.button(words.copy);
      await terminal.see(words.lost);
      await terminal.type(two);
      await terminal.see(words.begins);
      await terminal.press("Enter");
      await terminal.see(words.made);
      await terminal.line("stick.img");
      await terminal.see(words.images);
      await terminal.press("C-c");
      await terminal.see("left with 0");
    } finally {
      await terminal.close();
    }
    const content = await contentsOf(stick);
    for (const clone of [one, two]) {
      await expectCleanStick(clone, "exfat");
      expect(await contentsOf(clone)).toEqual(content);
    }
  });
});
