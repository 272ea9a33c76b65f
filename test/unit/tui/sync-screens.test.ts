/** A stick that follows a folder or a web server, on the screens; what lies on it afterwards is read by other programs. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { diskLister } from "../../../src/disks/list.ts";
import { run } from "../../../src/system/run.ts";
import { syncScreen } from "../../../src/tui/sync/sync-screen.ts";
import { stickScreen } from "../../../src/tui/stick/stick-screen.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  hashesByOthers,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
} from "../../support/sticks.ts";
import { brief, imagesOn, lay, planOf, syncImage } from "../../support/sync.ts";
import { judge } from "../../support/tools.ts";
import type { Terminal, TerminalOptions } from "../../support/tui.tsx";
import { openTerminal, testApp } from "../../support/tui.tsx";
import { LAYOUTS } from "../../support/layout.ts";
import { expectWholeScreen } from "../../support/whole-screen.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

let suite: string;
let made: string;
/** Of one test: where the program is started, the stick, and what it follows. */
let folder: string;
let stick: string;
let library: string;
let count = 0;

let answer: RequestListener = (_request, response) => response.end();
const server = createServer((request, response) => answer(request, response));
let base: string;

beforeAll(async () => {
  suite = await suiteFolder();
  made = join(suite, "made.img");
  await buildStick(made, { fileSystem: "fat32", sizeBytes: 400 * MIB });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(async () => {
  folder = join(suite, `车 间 ${count++}`);
  library = join(folder, "库 isos");
  await mkdir(library, { recursive: true });
  stick = join(folder, "stick 中.img");
  await copySparse(made, stick);
});

const WORDS = {
  en: { more: "More", sync: "Follow a folder or address", field: "Folder or address:" },
  zh: { more: "更多", sync: "跟随文件夹或网址", field: "文件夹或网址：" },
} as const;

async function open(options: TerminalOptions = {}, path = stick): Promise<Terminal> {
  const words = WORDS[options.language ?? "en"];
  const terminal = await openTerminal(testApp(folder), (app) => stickScreen(app, path), options);
  onTestFinished(() => terminal.close());
  await terminal.see(`[ ${words.more} ]`);
  await terminal.button(words.more);
  await terminal.see(words.sync);
  await terminal.line(words.sync);
  await terminal.see(words.field);
  return terminal;
}

/** To the plan of what is typed into the first field. */
async function plan(terminal: Terminal, from: string): Promise<void> {
  await terminal.type(from);
  await terminal.press("enter");
  await terminal.see(/› (Plan|方案)/);
}

test("a folder is chosen, the plan is shown, carried out, and then there is nothing left", async () => {
  await lay(library, "linux/tiny 核.iso", "one");
  await lay(library, "two.img", "two");
  const terminal = await open();
  await terminal.button("Choose a folder");
  await terminal.see("库 isos/");
  await terminal.line("库 isos/");
  await terminal.see("two.img");
  await terminal.button("Take this folder");
  await terminal.see(/address: \/.*库 isos/);
  await terminal.button("Show the plan");
  await terminal.see("2 new, 0 replaced, 0 removed, 0 as they are");
  await terminal.see(/\+ \/linux\/tiny 核\.iso/);
  await terminal.button("Carry it out");
  await terminal.see("2 files copied, read back and compared; 0 removed");
  await terminal.see(/\+ \/two\.img/);
  expect(await hashesByOthers(stick, "fat32", ["/linux/tiny 核.iso", "/two.img"])).toEqual([
    sha256(Buffer.from("one")),
    sha256(Buffer.from("two")),
  ]);
  await expectCleanStick(stick, "fat32");
  await terminal.button("Back to the plan");
  await terminal.see("There is nothing to copy or to remove");
});

test("while the plan is made no button has the mark, so that no key for one presses another when it comes", async () => {
  const held: (() => void)[] = [];
  let isHeld = true;
  answer = (request, response) => {
    const reply = () => {
      if (request.url !== "/SHA256SUMS" && request.url !== "/a.iso") {
        return void response.writeHead(404).end();
      }
      const body = request.url === "/a.iso" ? "a" : `${sha256(Buffer.from("a"))}  a.iso\n`;
      response.writeHead(200, { "content-length": body.length });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    if (isHeld) held.push(reply);
    else reply();
  };
  const before = await sha256OfFile(stick);
  const terminal = await open();
  await plan(terminal, `http://${base}/`);
  await terminal.see("[ Back ]");
  expect(terminal.screen()).not.toContain("❯");
  await terminal.press("enter");
  expect(terminal.screen()).toContain("› Plan");
  isHeld = false;
  for (const reply of held) reply();
  await terminal.see("❯ Carry it out");
  expect(await sha256OfFile(stick)).toBe(before);
});

test("what is replaced or removed is named, and its loss confirmed by the stick's name", async () => {
  await lay(library, "old.iso", "old");
  await lay(library, "changes.iso", "before");
  await syncImage(stick, library);
  await rm(join(library, "old.iso"));
  await lay(library, "changes.iso", "after, and longer");
  const before = await sha256OfFile(stick);
  const terminal = await open();
  // It followed this one before, and knows it.
  await terminal.see(/address: \/.*库 isos/);
  await terminal.press("enter");
  await terminal.see("0 new, 1 replaced, 1 removed");
  await terminal.button("Carry it out");
  await terminal.see("2 files of the stick are replaced or removed");
  await terminal.see("~ /changes.iso");
  await terminal.see("- /old.iso");
  await terminal.type("stick 中.img");
  await terminal.press("enter");
  expect(terminal.screen()).toContain("Really?");
  await terminal.press("escape");
  await terminal.see("› Plan");
  expect(await sha256OfFile(stick)).toBe(before);
  await terminal.see(/❯ Carry it out/);
  await terminal.press("enter");
  await terminal.type(stick);
  await terminal.press("enter");
  await terminal.see("1 file copied, read back and compared; 1 removed");
  expect(await imagesOn(stick)).toEqual(["/changes.iso"]);
  await expectCleanStick(stick, "fat32");
});

test("a web server: what isn't what was published is not taken, and named; the rest is", async () => {
  const good = randomBytes(2 * MIB);
  const files: Record<string, Uint8Array | string> = {
    "good.iso": good,
    "bad.iso": "rotten",
    SHA256SUMS: `${sha256(good)}  good.iso\n${sha256(Buffer.from("sound"))}  bad.iso\n`,
  };
  answer = (request, response) => {
    const content = files[(request.url ?? "").slice(1)];
    if (content === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "content-length": Buffer.byteLength(content) });
    return request.method === "HEAD" ? response.end() : response.end(content);
  };
  const terminal = await open();
  await plan(terminal, `http://somebody:secret@${base}/`);
  await terminal.see("2 new");
  expect(terminal.screen()).not.toContain("secret");
  await terminal.button("Carry it out");
  await terminal.see("1 file could not be taken; the others were");
  await terminal.see(/! \/bad\.iso +not taken/);
  await terminal.line("! /bad.iso");
  await terminal.see("is not what was published");
  expect(await imagesOn(stick)).toEqual(["/good.iso"]);
  expect(await hashesByOthers(stick, "fat32", ["/good.iso"])).toEqual([sha256(good)]);
});

test("Ctrl-C keeps what is done, says so, and the plan is then what is left", async () => {
  const first = randomBytes(MIB);
  const second = randomBytes(20 * MIB);
  const isHanging = { now: true };
  answer = (request, response) => {
    const { url = "" } = request;
    if (url.endsWith("SHA256SUMS")) {
      return response.end(`${sha256(first)}  a.iso\n${sha256(second)}  b.iso\n`);
    }
    const body = url.endsWith("a.iso") ? first : url.endsWith("b.iso") ? second : undefined;
    if (body === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "content-length": body.length });
    if (request.method === "HEAD") return response.end();
    if (body === first || !isHanging.now) return response.end(body);
    // Half of it, and then nothing more.
    return response.write(body.subarray(0, body.length / 2));
  };
  const terminal = await open();
  await plan(terminal, `http://${base}/`);
  await terminal.see("2 new");
  await terminal.button("Carry it out");
  await terminal.see("Copying b.iso");
  await terminal.press("stop");
  await terminal.see("the one in hand is not kept");
  await terminal.press("enter");
  await terminal.see("what was copied before stays and is in the menu");
  expect(await imagesOn(stick)).toEqual(["/a.iso"]);
  await expectCleanStick(stick, "fat32");
  isHanging.now = false;
  await terminal.button("See what is left");
  await terminal.see("1 new, 0 replaced, 0 removed, 1 as they are");
  await terminal.button("Carry it out");
  await terminal.see("1 file copied");
  expect(await hashesByOthers(stick, "fat32", ["/b.iso"])).toEqual([sha256(second)]);
});

describe("what can't be", () => {
  test("no room is said with figures, and nothing can be carried out", async () => {
    const large = join(library, "large.iso");
    await writeFile(large, "");
    await truncate(large, 500 * MIB);
    const terminal = await open();
    await plan(terminal, library);
    await terminal.see(/The stick has .* free, .* too little; nothing was written/);
    expect(terminal.screen()).toContain("[ Carry it out ]");
    expect(terminal.screen()).toContain("❯ Look again");
  });

  test("a folder that isn't there, an empty one, a server that isn't, mistakes in the rules", async () => {
    const terminal = await open();
    await plan(terminal, join(folder, "none"));
    await terminal.see("Can't read the folder");
    await terminal.press("escape");
    await terminal.see("Show the plan");
    await terminal.press(...Array.from({ length: 4 }, () => "backspace" as const));
    await plan(terminal, "库 isos");
    await terminal.see("nothing was removed");
    await terminal.press("escape");
    await lay(library, "a.iso", "a");
    await terminal.press("down");
    await plan(terminal, await lay(folder, "rules.yaml", "keep: all\n"));
    await terminal.see(/rules\.yaml/);
    await terminal.see("docs/sync.md describes the keys");
    await terminal.press("escape");
    await terminal.press("escape");
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await new Promise((resolve) => other.close(resolve));
    const gone = await open();
    await plan(gone, `http://127.0.0.1:${port}/SHA256SUMS`);
    await gone.see("no server answers there");
  });

  test("a file that would lie in the stick's own folder is said, and the others are taken", async () => {
    await lay(library, "lifeboat/own.iso", "x");
    await lay(library, "a.iso", "a");
    const terminal = await open();
    await plan(terminal, library);
    await terminal.see("1 new, 0 replaced, 0 removed, 0 as they are, 1 can't be taken");
    await terminal.see(/! \/lifeboat\/own\.iso/);
    await terminal.button("Carry it out");
    await terminal.see("1 file copied");
  });

  test("a plan that isn't true any more is not carried out, and the stick is as it was", async () => {
    await lay(library, "a.iso", "a");
    const terminal = await open();
    await plan(terminal, library);
    await terminal.see("1 new");
    await lay(library, "b.iso", "b");
    const before = await sha256OfFile(stick);
    await terminal.button("Carry it out");
    await terminal.see("Something has changed since the plan was shown");
    expect(await sha256OfFile(stick)).toBe(before);
    await terminal.button("See what is left");
    await terminal.see("2 new");
  });
});

test("of several sources that it followed, one is chosen", async () => {
  const other = join(folder, "other");
  await lay(library, "a.iso", "a");
  await lay(other, "b.iso", "b");
  await syncImage(stick, library);
  await syncImage(stick, other);
  const terminal = await open();
  await terminal.see("Followed before");
  await terminal.press("down", "down");
  await terminal.line(other);
  await terminal.button("Show the plan");
  await terminal.see("0 new, 0 replaced, 0 removed, 1 as they are");
  expect(brief(await planOf(stick, other))).toEqual(["keep /b.iso same-size-and-time"]);
});

test.skipIf(process.getuid?.() !== 0)(
  "a stick that is mounted is unmounted from here (needs root for a loop device)",
  async () => {
    await buildStick(stick, { fileSystem: "ext4", sizeBytes: 400 * MIB });
    await lay(library, "a.iso", "a");
    const place = join(folder, "挂 载");
    await mkdir(place);
    const { partitions } = await sfdiskTable(stick);
    const start = (partitions.find(({ number }) => number === 1)?.start ?? 0) * 512;
    await judge("mount", ["-o", `loop,offset=${start}`, stick, place]);
    onTestFinished(async () => void (await judge("umount", [place], { accept: [0, 1, 32] })));
    const app = { ...testApp(folder), disks: diskLister(run) };
    const terminal = await openTerminal(app, (frame) => syncScreen(frame, stick));
    onTestFinished(() => terminal.close());
    await terminal.see("Show the plan");
    await plan(terminal, library);
    await terminal.see("The stick is mounted");
    await terminal.see("❯ Unmount it");
    expect(terminal.screen()).toContain("[ Carry it out ]");
    await terminal.press("enter");
    await terminal.see("is unmounted");
    await terminal.press("enter");
    await terminal.see("1 new");
    await terminal.see("❯ Carry it out");
    await terminal.press("enter");
    await terminal.see("1 file copied");
    expect(await imagesOn(stick)).toEqual(["/a.iso"]);
  },
);

describe.each(LAYOUTS)("$columns × $rows, $language", (size) => {
  test("fields, plan, last question and results are whole", async () => {
    for (let index = 0; index < 9; index++) await lay(library, `old ${index}.iso`, "old");
    await lay(library, "same.iso", "same");
    await syncImage(stick, library);
    for (let index = 0; index < 9; index++) await rm(join(library, `old ${index}.iso`));
    for (let index = 0; index < 20; index++) await lay(library, `新 ${index}.iso`, "new");
    const terminal = await open(size);
    await terminal.see("库 isos");
    expectWholeScreen(terminal, size);
    await terminal.press("enter");
    await terminal.see(/› (Plan|方案)/);
    await terminal.see(/20.* 9.* 1/);
    expectWholeScreen(terminal, size);
    await terminal.button(size.language === "en" ? "Carry it out" : "执行");
    await terminal.see(size.language === "en" ? "and 4 more" : "另外 4 个");
    expectWholeScreen(terminal, size);
    await terminal.type(stick);
    await terminal.press("enter");
    await terminal.see(size.language === "en" ? "20 files copied" : "已复制 20 个文件");
    expectWholeScreen(terminal, size);
    await terminal.press("escape");
    await terminal.see(size.language === "en" ? "There is nothing to copy" : "没有需要复制");
    expectWholeScreen(terminal, size);
  });
});
