/** A stick that follows a folder, and then a web server, on the screens of the program itself in a real terminal. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../support/cli.ts";
import { testKit } from "../support/kit.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  hashesByOthers,
  sha256OfFile,
} from "../support/sticks.ts";
import { imagesOn, lay } from "../support/sync.ts";
import { TmuxTerminal } from "../support/tmux.ts";
import { WALKED_LAYOUTS } from "../support/layout.ts";
import { imagesFolder } from "./support.ts";
import { copySparse } from "../support/copy-sparse.ts";

const folder = await imagesFolder("tui-sync");
const large = randomBytes(12 * MIB);
const sum = createHash("sha256").update(large).digest("hex");
let made: string;
let kit: string;
let iso: string;

const server = createServer((request, response) => {
  if (request.url === "/SHA256SUMS") return response.end(`${sum}  web.iso\n`);
  if (request.url !== "/web.iso") return response.writeHead(404).end();
  response.writeHead(200, { "content-length": large.length });
  return request.method === "HEAD" ? response.end() : response.end(large);
});
let address: string;

beforeAll(async () => {
  await compile();
  kit = (await testKit()).folder;
  iso = await fixtureIso("debian-live", join(folder, "fixtures"));
  made = join(folder, "made.img");
  await buildStick(made, { fileSystem: "fat32", sizeBytes: 400 * MIB });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const WORDS = {
  en: {
    images: "Images (",
    more: "More",
    sync: "Follow a folder or address",
    choose: "Choose a folder",
    take: "Take this folder",
    plan: "Show the plan",
    two: "2 new, 0 replaced, 0 removed",
    carryOut: "Carry it out",
    copied: "2 files copied",
    toPlan: "Back to the plan",
    nothing: "There is nothing to copy",
    changes: "0 new, 1 replaced, 1 removed",
    lost: "2 files of the stick are replaced or removed",
    begins: "Enter begins",
    done: "1 file copied, read back and compared; 1 removed",
    one: "1 new, 0 replaced, 0 removed",
    web: "1 file copied, read back and compared; 0 removed",
  },
  zh: {
    images: "镜像（",
    more: "更多",
    sync: "跟随文件夹或网址",
    choose: "选择文件夹",
    take: "选定此文件夹",
    plan: "显示方案",
    two: "添加 2，替换 0，移除 0",
    carryOut: "执行",
    copied: "已复制 2 个文件",
    toPlan: "返回方案",
    nothing: "没有需要复制或移除的文件",
    changes: "添加 0，替换 1，移除 1",
    lost: "U 盘上有 2 个文件将被替换或删除",
    begins: "按 Enter 开始",
    done: "已复制 1 个文件并读回比较；已移除 1 个",
    one: "添加 1，替换 0，移除 0",
    web: "已复制 1 个文件并读回比较；已移除 0 个",
  },
} as const;

describe.each(WALKED_LAYOUTS)("$columns × $rows, $language", ({ columns, rows, language }) => {
  test("a folder is followed, and again when it has changed, and then a web server", async () => {
    const words = WORDS[language];
    const work = join(folder, `车间 ${columns} ${language}`);
    const library = join(work, "库 isos");
    await mkdir(library, { recursive: true });
    const stick = join(work, "stick 中.img");
    await copySparse(made, stick);
    await lay(library, "live/debian 直播.iso", await readFile(iso));
    await lay(library, "old.iso", "old");
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
      await terminal.see(words.sync);
      await terminal.line(words.sync);
      await terminal.see(words.plan);
      await terminal.button(words.choose);
      await terminal.see("库 isos/");
      await terminal.line("库 isos/");
      await terminal.see("old.iso");
      await terminal.button(words.take);
      await terminal.see(words.plan);
      await terminal.button(words.plan);
      await terminal.see(words.two);
      await terminal.button(words.carryOut);
      await terminal.see(words.copied);
      await expectCleanStick(stick, "fat32");
      expect(await hashesByOthers(stick, "fat32", ["/live/debian 直播.iso"])).toEqual([
        await sha256OfFile(iso),
      ]);

      // The library changes: one goes, and one is another.
      await rm(join(library, "old.iso"));
      await lay(library, "live/debian 直播.iso", "another", "2025-03-04T05:06:08Z");
      await terminal.button(words.toPlan);
      await terminal.see(words.changes);
      await terminal.button(words.carryOut);
      await terminal.see(words.lost);
      await terminal.type(stick);
      await terminal.see(words.begins);
      await terminal.press("Enter");
      await terminal.see(words.done);
      expect(await imagesOn(stick)).toEqual(["/live/debian 直播.iso"]);

      // Back to the field, and another source.
      await terminal.button(words.toPlan);
      await terminal.see(words.nothing);
      await terminal.press("Escape");
      await terminal.see(words.plan);
      await terminal.press("Tab", "End");
      await terminal.press(...Array.from({ length: library.length }, () => "BSpace"));
      await terminal.type(address);
      await terminal.press("Enter");
      await terminal.see(words.one);
      await terminal.button(words.carryOut);
      await terminal.see(words.web);
      await terminal.press("C-c");
      await terminal.see("left with 0");
    } finally {
      await terminal.close();
    }
    await expectCleanStick(stick, "fat32");
    expect(await imagesOn(stick)).toEqual(["/live/debian 直播.iso", "/web.iso"]);
    expect(await hashesByOthers(stick, "fat32", ["/web.iso"])).toEqual([sum]);
  });
});
