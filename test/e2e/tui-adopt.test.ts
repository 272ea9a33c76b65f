/**
 * The program in a real terminal, a stick's life on its screens: Ventoy's stick is adopted, its boot stage saved, damage mended, and what
 * starts it brought back after its tables were destroyed. What lies in the image is judged after each.
 */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../src/block/file.ts";
import { verifyTarget } from "../../src/stick/verify/on-target.ts";
import { run } from "../../src/system/run.ts";
import { compile } from "../support/cli.ts";
import { foreignStick, isoFiles } from "../support/foreign-sticks.ts";
import { quietJob } from "../support/jobs.ts";
import { smallKit } from "../support/small-kit.ts";
import {
  MIB,
  expectCleanStick,
  fixtureIso,
  hashesByOthers,
  sfdiskTable,
  sha256OfFile,
  withStick,
} from "../support/sticks.ts";
import { WALKED_LAYOUTS } from "../support/layout.ts";
import { TmuxTerminal } from "../support/tmux.ts";
import { imagesFolder } from "./support.ts";
import { copySparse } from "../support/copy-sparse.ts";

const folder = await imagesFolder("tui-adopt");
const PATHS = ["/debian.iso", "/镜像/救援 盘.iso"];
let kit: string;
let ventoy: string;
let originals: string[];

beforeAll(async () => {
  await compile();
  kit = (await smallKit(join(folder, "kit"), "one")).folder;
  originals = [
    await fixtureIso("debian-live", join(folder, "isos")),
    await fixtureIso("memtest86+", join(folder, "isos")),
  ];
  const files = await isoFiles(
    Object.fromEntries(PATHS.map((path, index) => [path, originals[index] ?? ""])),
  );
  ventoy = join(folder, "ventoy.img");
  await foreignStick(ventoy, { scheme: "gpt", fileSystem: "exfat", ventoy: true, files });
});

const WORDS = {
  en: {
    open: "Open an image file",
    ventoy: "It is Ventoy's",
    adopt: "Adopt it",
    plan: "All files stay.",
    type: "to go on:",
    adopted: "is a lifeboat stick: 2 images in the menu",
    openIt: "Open it",
    images: "Images (2)",
    more: "More",
    save: "Save the boot stage",
    enter: "Enter saves it",
    saved: "Saved, ",
    check: "Check",
    wrong: "1 thing is wrong",
    mend: "Mend what can be mended",
    step: "What differs of the boot stage is written anew",
    mendIt: "Mend it",
    mended: "Mended: 1",
    noTable: "has no partition table",
    restore: "Bring back a saved boot stage",
    bring: "Bring it back all the same",
    restored: "is as it was saved on",
    back: "Back",
  },
  zh: {
    open: "打开镜像文件",
    ventoy: "由 Ventoy 制作",
    adopt: "接管",
    plan: "所有文件保留。",
    type: "以继续：",
    adopted: "已是 lifeboat U 盘：菜单中有 2 个镜像",
    openIt: "打开",
    images: "镜像（2）",
    more: "更多",
    save: "保存引导部分",
    enter: "按 Enter 保存",
    saved: "已保存，",
    check: "检查",
    wrong: "发现 1 处错误",
    mend: "修复可修复的部分",
    step: "用 kit 重写引导部分中不一致的内容",
    mendIt: "开始修复",
    mended: "已修复 1 项",
    noTable: "没有分区表",
    restore: "恢复已保存的引导部分",
    bring: "仍要恢复",
    restored: "已恢复为",
    back: "返回",
  },
} as const;

/** Both tables, the gap, and the boot code. */
async function destroyTables(image: string): Promise<void> {
  const file = await openFile(image, { writable: true });
  await file.write(0, Buffer.alloc(MIB));
  await file.write(file.size - 34 * 512, Buffer.alloc(34 * 512));
  await file.close();
}

async function expectWhole(image: string): Promise<void> {
  await expectCleanStick(image, "exfat");
  const hashes = await hashesByOthers(image, "exfat", PATHS, originals);
  expect(hashes).toEqual(await Promise.all(originals.map(sha256OfFile)));
}

describe.each(WALKED_LAYOUTS)("$columns × $rows, $language", ({ columns, rows, language }) => {
  test("adopted, saved, mended, and brought back", async () => {
    const words = WORDS[language];
    const work = join(folder, `车间 ${columns} ${language}`);
    await mkdir(work);
    const image = join(work, "旧 stick.img");
    await copySparse(ventoy, image);
    const env = {
      LIFEBOAT_KIT: kit,
      LIFEBOAT_STATE: join(work, "state"),
      TERM: "screen-256color",
      NO_COLOR: "",
      LANG: "en_US.UTF-8",
    };
    const open = async (...more: readonly string[]) =>
      TmuxTerminal.open({
        columns,
        rows,
        folder: work,
        env,
        args: ["tui", "--lang", language, ...more],
      });
    const terminal = await open();
    try {
      await terminal.see(words.open);
      await terminal.button(words.open);
      await terminal.see("旧 stick.img");
      await terminal.line("旧 stick.img");
      await terminal.see(words.ventoy);
      await terminal.line(words.adopt);
      await terminal.see(words.plan);
      await terminal.button(words.adopt);
      await terminal.see(words.type);
      await terminal.type(image);
      await terminal.press("Enter");
      await terminal.see(words.adopted);
      await terminal.button(words.openIt);
      await terminal.see(words.images);
      await expectWhole(image);

      await terminal.button(words.more);
      await terminal.see(words.save);
      await terminal.line(words.save);
      await terminal.see(words.enter);
      await terminal.press("Enter");
      await terminal.see(words.saved);
      await terminal.press("Escape", "Escape");
      await terminal.see(words.images);
      const saved = (await readdir(work)).filter((name) => name.endsWith(".lifeboat-boot"));
      expect(saved).toHaveLength(2);

      await withStick(image, async ({ bootVolume: esp }) => {
        await esp.writeFile("/EFI/BOOT/BOOTX64.EFI", Buffer.from("not a shim"), new Date());
      });
      await terminal.button(words.check);
      await terminal.see(words.wrong);
      await terminal.button(words.mend);
      await terminal.see(words.step);
      await terminal.button(words.mendIt);
      await terminal.see(words.mended);
      await terminal.press("C-c");
      await terminal.see("left with 0");
      await expectWhole(image);

      await destroyTables(image);
      const again = await open(image);
      try {
        await again.see(words.noTable);
        await again.line(words.restore);
        // Of the three, the first is Ventoy's, and the last was saved by mending, of the damaged stage.
        const second = saved.toSorted()[1]?.slice(0, "旧 stick.img.2026-12-01T00-00-00".length);
        await again.see(second ?? "");
        await again.line(second ?? "");
        await again.see(words.bring);
        await again.button(words.bring);
        await again.see(words.type);
        await again.type(image);
        await again.press("Enter");
        await again.see(words.restored);
        await again.button(words.back);
        await again.see(words.images);
      } finally {
        await again.close();
      }
      expect((await sfdiskTable(image)).partitions.map(({ number }) => number)).toEqual([1, 2, 3]);
      await expectWhole(image);
      const { findings } = await verifyTarget(image, { deep: true }, run, quietJob());
      expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    } finally {
      await terminal.close();
    }
  });
});
