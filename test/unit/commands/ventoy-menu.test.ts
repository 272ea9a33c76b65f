/** Ventoy sticks with lifeboat's menu, from the command line: made, kept, upgraded, and what isn't for them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { testKit } from "../../support/kit.ts";
import { fixtureIso, sha256OfFile, suiteFolder } from "../../support/sticks.ts";
import type { MadeRelease } from "../../support/ventoy-release.ts";
import { ventoyRelease } from "../../support/ventoy-release.ts";
import { ventoyStick } from "../../support/ventoy-stick.ts";

const folder = await suiteFolder();
let env: Readonly<Record<string, string>> = {};
let older: MadeRelease;
let newer: MadeRelease;
let iso = "";

beforeAll(async () => {
  await compile();
  env = { LIFEBOAT_KIT: (await testKit()).folder };
  older = await ventoyRelease({ version: "9.9.8" });
  newer = await ventoyRelease({ version: "9.9.9" });
  iso = await fixtureIso("debian-live", join(folder, "isos"));
}, 300_000);

/** By id. */
async function verified(stick: string, ...args: readonly string[]) {
  const { json } = await lifeboatJson(["verify", stick, ...args], { env });
  const { findings } = json as { findings: { id: string; severity: string }[] };
  return findings.filter(({ severity }) => severity !== "info").map(({ id }) => id);
}

test("made, filled, upgraded: both menus stay", async () => {
  const stick = join(folder, "U 盘.img");
  const built = await lifeboatJson(
    ["build", stick, "--size", "300M", "--ventoy", older.archive, "--menu", "first", "--iso", iso],
    { env },
  );
  expect(built).toMatchObject({ status: 0, json: { bootStage: { kind: "ventoy" } } });
  const [put] = (built.json as { files: { sha256: string }[] }).files;
  expect(put?.sha256).toBe(await sha256OfFile(iso));
  expect(await verified(stick, "--ventoy", older.archive)).toEqual(["secure-boot-unsigned"]);

  const settings = await lifeboat(["settings", stick], { env });
  expect(settings.stdout).toContain("VTOY_DEFAULT_IMAGE: F6>0");
  const other = await fixtureIso("memtest86+", join(folder, "isos"));
  const added = await lifeboatJson(["add", stick, other], { env });
  expect(added).toMatchObject({ status: 0, json: { added: [expect.stringMatching(/^\//)] } });
  const again = await lifeboatJson(["refresh", stick], { env });
  expect(again).toMatchObject({ status: 0, json: { changed: false } });

  const upgraded = await lifeboat(["upgrade", stick, "--ventoy", newer.archive, "--yes"], { env });
  expect(upgraded.status).toBe(0);
  expect(await verified(stick, "--ventoy", newer.archive)).toContain("secure-boot-unsigned");
  const inspected = await lifeboatJson(["inspect", stick], { env });
  expect(inspected.json).toMatchObject({
    bootStage: { kind: "ventoy", versions: { ventoy: "9.9.9" } },
    isos: [{}, {}],
  });

  // What would make another boot stage of it, or rely on one.
  const clone = join(folder, "clone.img");
  for (const args of [
    ["upgrade", stick, "--yes"],
    ["clone", stick, clone, "--size", "400M", "--yes"],
  ]) {
    const { status, json } = await lifeboatJson(args, { env });
    expect([2, 3], args.join(" ")).toContain(status);
    expect(json, args.join(" ")).toMatchObject({
      error: { code: expect.stringMatching(/ventoy/) as string },
    });
  }
  expect(await verified(stick, "--ventoy", newer.archive)).toContain("secure-boot-unsigned");
  const whole = await sha256OfFile(stick);
  const fixed = await lifeboatJson(["verify", stick, "--fix"], { env });
  expect(fixed).toMatchObject({ status: 0, json: { ok: true, fixed: [] } });
  expect(await sha256OfFile(stick)).toBe(whole);
});

test("put beside Ventoy's on a stick that is there", async () => {
  const stick = join(folder, "theirs.img");
  const files = { "/d.iso": await readFile(iso) };
  await ventoyStick(stick, { scheme: "mbr", release: newer, sizeMib: 200, files });
  const asMade = await sha256OfFile(stick);
  const refused = await lifeboatJson(["adopt", stick, "--menu", "f6"], { env });
  expect(refused.status).not.toBe(0);
  const shownOnly = await lifeboatJson(["adopt", stick, "--menu", "f6", "--dry-run"], { env });
  expect(shownOnly).toMatchObject({ status: 0, json: { version: "9.9.9" } });
  for (const flags of [["--no-secure-boot"], ["--backup", "x"], ["--expect-serial", "other"]]) {
    const args = ["adopt", stick, "--menu", "f6", "--yes", ...flags];
    expect([2, 3], flags.join(" ")).toContain((await lifeboatJson(args, { env })).status);
  }
  expect(await sha256OfFile(stick)).toBe(asMade);
  const { status, json } = await lifeboatJson(["adopt", stick, "--menu", "f6", "--yes"], { env });
  expect(status).toBe(0);
  expect(json).toMatchObject({ menu: "f6" });
  expect((json as { entries: number }).entries).toBeGreaterThan(0);
  expect(await verified(stick, "--ventoy", newer.archive)).toEqual(["secure-boot-unsigned"]);
  // Once more, with another kit for example: nothing is in its way.
  const twice = await lifeboatJson(["adopt", stick, "--menu", "first", "--yes"], { env });
  expect(twice).toMatchObject({ status: 0, json: { menu: "first" } });
  const shown = await lifeboat(["settings", stick, "--ventoy-json"], { env });
  expect(JSON.parse(shown.stdout)).toMatchObject({ control: [{ VTOY_DEFAULT_IMAGE: "F6>0" }] });
});

test("a damaged manifest hides nothing of Ventoy's", async () => {
  const stick = join(folder, "damaged.img");
  const files = { "/lifeboat/stick.json": Buffer.from("{") };
  await ventoyStick(stick, { scheme: "gpt", release: newer, sizeMib: 96, files });
  const { status, json } = await lifeboatJson(["inspect", stick], { env });
  expect({ status, json }).toMatchObject({
    status: 0,
    json: { bootStage: { kind: "ventoy", versions: { ventoy: "9.9.9" } } },
  });
  const { stderr } = await lifeboat(["inspect", stick], { env });
  expect(stderr).toContain("/lifeboat/stick.json");
  expect(await verified(stick)).toEqual(["stick-manifest"]);
});

test("verify doesn't ignore what was asked for", async () => {
  const stick = join(folder, "asked.img");
  await ventoyStick(stick, { scheme: "mbr", release: newer, sizeMib: 48 });
  for (const [args, code] of [
    [["--ventoy-sums", newer.archive], "without-ventoy"],
    [["--fix", "--ventoy-sums", newer.archive], "without-ventoy"],
  ] as const) {
    const { status, json } = await lifeboatJson(["verify", stick, ...args], { env });
    expect({ status, json }, code).toMatchObject({ status: 2, json: { error: { code } } });
  }
});

test("what has no menu of Ventoy's is refused", async () => {
  const stick = join(folder, "own.img");
  await lifeboat(["build", stick, "--size", "500M", "--yes", "--quiet"], { env });
  const before = await sha256OfFile(stick);
  const { status, json } = await lifeboatJson(["adopt", stick, "--menu", "f6", "--yes"], { env });
  expect({ status, json }).toMatchObject({
    status: 2,
    json: { error: { code: "not-a-ventoy-stick" } },
  });
  const alone = await lifeboatJson(
    ["build", join(folder, "x.img"), "--size", "300M", "--menu", "f6"],
    { env },
  );
  expect(alone.status).toBe(2);
  expect(await sha256OfFile(stick)).toBe(before);
});

test("an image without room for the menu is refused before it is touched", async () => {
  const small = join(folder, "small.img");
  await ventoyStick(small, { scheme: "mbr", release: older, sizeMib: 70 });
  const before = await sha256OfFile(small);
  const build = ["build", small, "--ventoy", newer.archive, "--menu", "f6", "--iso", iso];
  for (const last of ["--dry-run", "--yes"]) {
    const { status, json } = await lifeboatJson([...build, last], { env });
    expect({ status, json }).toMatchObject({
      status: 3,
      json: { error: { code: "target-too-small" } },
    });
  }
  expect(await sha256OfFile(small)).toBe(before);
});

test("one with both menus becomes lifeboat's own", async () => {
  const stick = join(folder, "adopted.img");
  const files = { "/d.iso": await readFile(iso) };
  await ventoyStick(stick, { scheme: "gpt", release: newer, sizeMib: 700, files });
  const put = await lifeboatJson(["adopt", stick, "--menu", "f6", "--yes"], { env });
  expect(put.status).toBe(0);
  const { status } = await lifeboatJson(["adopt", stick, "--yes"], { env });
  expect(status).toBe(0);
  const { json } = await lifeboatJson(["inspect", stick], { env });
  expect(json).toMatchObject({ bootStage: { kind: "grub" }, isos: [{ path: "/d.iso" }] });
});
