/** Options and files that come in numbers, and what the terminal is told of names that aren't harmless. */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { testKit } from "../../support/kit.ts";
import { buildStick, fixtureIso, hashesByOthers, suiteFolder } from "../../support/sticks.ts";
import { copySparse } from "../../support/copy-sparse.ts";

let folder = "";
let iso = "";
let stick = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  await compile();
  folder = join(await suiteFolder(), "arguments");
  await mkdir(folder);
  env = { LIFEBOAT_KIT: (await testKit()).folder };
  iso = await fixtureIso("memtest86+", folder);
  stick = join(folder, "stick.img");
  await buildStick(stick);
}, 300_000);

describe("build --iso", () => {
  const plan = async (...args: string[]) => {
    const { json } = await lifeboatJson(["build", ...args, "--dry-run"], { env });
    return json as { target: { path: string }; files: { path: string }[] };
  };

  test.each([
    ["once for each", (a: string, b: string) => ["T", "--size", "4G", "--iso", a, "--iso", b]],
    ["once for all", (a: string, b: string) => ["T", "--size", "4G", "--iso", a, b, "--yes"]],
    ["before another option", (a: string, b: string) => ["--iso", a, b, "--size", "4G", "T"]],
  ])("%s", async (_what, args) => {
    const other = join(folder, "other.iso");
    await copySparse(iso, other);
    const target = join(folder, "planned.img");
    const found = await plan(...args(iso, other).map((word) => (word === "T" ? target : word)));
    expect(found.target.path).toBe(target);
    expect(found.files.map(({ path }) => path)).toEqual([
      expect.stringContaining("memtest86+") as string,
      "/other.iso",
    ]);
  });
});

test("boot --expect takes one text and leaves the stick alone", async () => {
  const args = ["boot", "--headless", "--expect", "one", "--expect", "two", stick, "--list"];
  expect(await lifeboat(args, { env })).toMatchObject({ status: 0, stderr: "" });
});

test("boot ends without --expect when it is told to, and says so", async () => {
  const args = ["boot", "--headless", "--firmware", "bios", "--timeout", "1", stick];
  const { status, stdout } = await lifeboat(args, { env });
  expect({ status, stdout }).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Stopped after \d+ s\n$/) as string,
  });
});

test("boot runs until the machine ends where nothing else is asked for", async () => {
  const args = ["boot", "--headless", "--firmware", "bios", "--entry", "Power off", stick];
  const { status, stdout } = await lifeboat(args, { env });
  expect({ status, stdout }).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^The machine ended after \d+ s\n$/) as string,
  });
}, 180_000);

test("adding what is no ISO says what was written", async () => {
  const notes = join(folder, "notes.txt");
  await writeFile(notes, "read me");
  const { status, stdout } = await lifeboat(["add", stick, notes], { env });
  const [sha256] = await hashesByOthers(stick, "exfat", ["/notes.txt"], [notes]);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `${sha256}  /notes.txt\nThe menu is as it was\n`,
  });
  const again = await lifeboatJson(["add", stick, notes, "--replace"], { env });
  expect(again.json).toMatchObject({ changed: false, files: [{ path: "/notes.txt", sha256 }] });
});

describe("scan", () => {
  test("of several files tells of those that can be read", async () => {
    const { status, json } = await lifeboatJson(["scan", join(folder, "none.iso"), iso]);
    expect({ status, json }).toMatchObject({
      status: 0,
      json: {
        isos: [
          { family: "unknown", size: 0, problems: [{ id: "unreadable", severity: "error" }] },
          { file: iso, size: (await stat(iso)).size },
        ],
      },
    });
  });

  test("of none that can be read fails", async () => {
    const names = ["none.iso", "nor this.iso"].map((name) => join(folder, name));
    const { status, json } = await lifeboatJson(["scan", ...names]);
    expect({ status, json }).toMatchObject({ status: 2, json: { error: { code: "open-failed" } } });
  });

  test("of a name with a terminal's commands in it shows none of them", async () => {
    const wild = join(folder, "wild \u001b[2J\u009b31m\r\n.iso");
    await copySparse(iso, wild);
    const { status, stdout, stderr } = await lifeboat(["scan", wild]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")[0]).toBe(join(folder, "wild  [2J 31m .iso"));
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const { json } = await lifeboatJson(["scan", wild]);
    expect(json).toMatchObject({ isos: [{ file: wild }] });
  });

  test("nor does the progress of a copy", async () => {
    const wild = join(folder, "copied \u009b31m.iso");
    await copySparse(iso, wild);
    const { status, stderr } = await lifeboat(["add", stick, wild, "--to", "/"], { env });
    expect({ status, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("copied  31m.iso") as string,
    });
    expect(stderr).not.toContain("\u009b");
  });
});

describe("kit import", () => {
  test.each([
    ["a missing file", async () => Promise.resolve(), "no-such-file"],
    ["junk", async (path: string) => writeFile(path, "x".repeat(5000)), "kit-archive"],
    ["an empty file", async (path: string) => writeFile(path, ""), "kit-archive"],
    ["a folder", async (path: string) => mkdir(path), "not-a-file"],
  ])("of %s is told as the user's mistake", async (what, make, code) => {
    const path = join(folder, `${what}.tar`);
    await make(path);
    const kit = { LIFEBOAT_KIT: join(folder, "no kit") };
    const { status, json } = await lifeboatJson(["kit", "import", path], { env: kit });
    expect({ status, json }).toMatchObject({ status: 2, json: { error: { code } } });
  });
});
