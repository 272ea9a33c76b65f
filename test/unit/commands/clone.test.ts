/** What scripts rely on in `clone` and in `build` with several targets: documents, exit statuses, and what is asked before. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ProgressBoard } from "../../../src/commands/progress-board.ts";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { testKit } from "../../support/kit.ts";
import { buildStick, expectCleanStick, fixtureIso, suiteFolder } from "../../support/sticks.ts";

let folder = "";
let stick = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  await compile();
  folder = await suiteFolder();
  env = { LIFEBOAT_KIT: (await testKit()).folder };
  stick = join(folder, "stick.img");
  await buildStick(stick, { isos: [await fixtureIso("debian-live", folder)] });
}, 300_000);

const at = (name: string) => join(folder, name);
const SIZE = ["--size", "400M"];

describe("clone", { timeout: 300_000 }, () => {
  test("--dry-run shows source and plans, and makes nothing", async () => {
    const before = await readdir(folder);
    const args = ["clone", stick, at("a.img"), at("b.img"), ...SIZE, "--dry-run"];
    const { status, json } = await lifeboatJson(args, { env });
    expect(status).toBe(0);
    expect(json).toMatchObject({
      source: { path: stick, folders: ["/lifeboat"] },
      targets: [{ target: { path: at("a.img") } }, { target: { path: at("b.img") } }],
    });
    const { stdout } = await lifeboat(args, { env });
    for (const word of [stick, at("a.img"), at("b.img"), "2 files"]) expect(stdout).toContain(word);
    expect(await readdir(folder)).toEqual(before);
  });

  test("makes one for each target, needs no kit, and says what became of each", async () => {
    await writeFile(at("old.img"), "old");
    const args = ["clone", stick, at("a.img"), at("old.img"), ...SIZE, "--yes"];
    const nowhere = { LIFEBOAT_KIT: at("no kit") };
    const { status, json, stderr } = await lifeboatJson(args, { env: nowhere });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const one = { ok: true, entries: 5, name: expect.stringMatching(/^LIFEBOAT-/) as string };
    expect(json).toMatchObject({
      targets: [
        { path: at("a.img"), ...one },
        { path: at("old.img"), ...one },
      ],
      files: [{ path: "/debian-live.iso" }],
      damaged: [],
    });
    await expectCleanStick(at("old.img"), "exfat");
  });

  test("asks before something is lost, and wants a serial number for each target", async () => {
    const lost = await lifeboatJson(["clone", stick, at("a.img"), at("new.img"), ...SIZE], { env });
    expect(lost).toMatchObject({ status: 3, json: { error: { code: "not-confirmed" } } });
    expect(lost.json).toMatchObject({ error: { message: expect.not.stringContaining("new.img") } });
    const serials = ["--expect-serial", "A", "B", "--yes"];
    const wrong = await lifeboatJson(["clone", stick, at("a.img"), ...serials], { env });
    expect(wrong).toMatchObject({ status: 2, json: { error: { code: "usage" } } });
    const same = await lifeboatJson(["clone", stick, at("a.img"), at("a.img"), "--yes"], { env });
    expect(same).toMatchObject({ status: 2, json: { error: { code: "same-target" } } });
    const none = await lifeboatJson(["clone", at("old.img"), at("old.img"), "--yes"], { env });
    expect(none).toMatchObject({ status: 2, json: { error: { code: "source-is-target" } } });
  });
});

test("build of several targets tells of each", { timeout: 300_000 }, async () => {
  const args = ["build", at("x.img"), at("y.img"), "--size", "384M", "--yes", "--json"];
  const { status, stdout, stderr } = await lifeboat(args, { env });
  expect(status).toBe(0);
  const one = { ok: true, entries: 0 };
  expect(JSON.parse(stdout)).toMatchObject({
    targets: [
      { path: at("x.img"), ...one },
      { path: at("y.img"), ...one },
    ],
  });
  // Without a terminal a line a step, with the target's name.
  const lines = stderr.trimEnd().split("\n");
  for (const name of ["x.img", "y.img"]) {
    expect(lines).toContain(`${at(name)}: Writing the partition table`);
  }
});

test("on a terminal each has a line of its own", () => {
  let written = "";
  const out = {
    isTTY: true,
    columns: 30,
    rows: 10,
    write: (text: string) => {
      written += text;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  const board = new ProgressBoard(out, "zh", ["/dev/sdb", "/dev/sdc"]);
  board.show(0, { kind: "step", text: { en: "Formatting", zh: "正在格式化数据分区以及更多内容" } });
  board.show(1, { kind: "step", text: { en: "Copying", zh: "正在复制" } });
  board.above(() => out.write("warning\n"));
  board.end();
  const screen = replayed(written);
  expect(screen).toEqual(["warning", "/dev/sdb  正在格式化数据分区", "/dev/sdc  正在复制", ""]);
});

/** What a terminal shows of it: cursor up, clear to the end of the line and of the screen. */
function replayed(text: string): string[] {
  const lines = [""];
  let row = 0;
  for (const [part] of text.matchAll(/\u001b\[\d*[AJK]|\r|\n|[^\u001b\r\n]+/g)) {
    const up = /^\u001b\[(\d+)A$/.exec(part);
    if (up !== null) row -= Number(up[1]);
    else if (part === "\u001b[J") lines.splice(row, lines.length, "");
    else if (part === "\n") row++;
    else if (part === "\u001b[K" || part === "\r") lines[row] = "";
    else lines[row] = (lines[row] ?? "") + part;
    lines[row] ??= "";
  }
  return lines;
}
