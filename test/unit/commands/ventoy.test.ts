/** Ventoy sticks on the command line: inspected, verified, upgraded from a release's archive, and brought back. */
import { mkdir, readFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { encodeMark } from "../../../src/stick/ventoy/mark.ts";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { smallKit, smallStick } from "../../support/small-kit.ts";
import { MIB, fixtureIso, sha256OfFile, suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import type { MadeRelease } from "../../support/ventoy-release.ts";
import { ventoyRelease, writeSums } from "../../support/ventoy-release.ts";
import { onDisk, ventoyStick } from "../../support/ventoy-stick.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const folder = await suiteFolder();
const made = join(folder, "made.img");
/** Of Ventoy's partition, in bytes. */
let espStart = 0;
let older: MadeRelease;
let newer: MadeRelease;

beforeAll(async () => {
  await compile();
  older = await ventoyRelease({ version: "9.9.8" });
  newer = await ventoyRelease({ version: "9.9.9" });
  const iso = await readFile(await fixtureIso("debian-live", join(folder, "isos")));
  const options = {
    scheme: "gpt",
    release: older,
    reserveMib: 4,
    files: { "/d.iso": iso },
  } as const;
  const { esp } = await ventoyStick(made, options);
  espStart = esp.startLba * 512;
}, 300_000);

const upgradeTo = (archive: string) =>
  expect.stringContaining(`lifeboat upgrade ${made} --ventoy ${archive}`) as string;

let count = 0;
async function stick(): Promise<string> {
  const image = join(folder, `stick-${count++}`, "stick.img");
  await mkdir(dirname(image));
  await copySparse(made, image);
  return image;
}

test("inspect and verify know it, in both languages", async () => {
  const { json, status } = await lifeboatJson(["inspect", made]);
  expect(status).toBe(0);
  expect(json).toMatchObject({
    kind: "stick",
    scheme: "gpt",
    sectorSize: 512,
    bootStage: { kind: "ventoy", versions: { ventoy: "9.9.8" }, secureBoot: true },
    uuid: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    interrupted: null,
    partitions: [{ number: 1 }, { number: 2, label: "VTOYEFI", fileSystem: "fat16" }],
    isos: [{ path: "/d.iso", family: "debian-live", extents: [{}] }],
  });
  const text = await lifeboat(["inspect", made]);
  expect(text.stdout).toMatch(/Ventoy 9\.9\.8 {2}gpt, Secure Boot/);
  expect(text.stdout).toMatch(/Ventoy takes it for one of its own/);
  expect((await lifeboat(["inspect", made, "--lang", "zh"])).stdout).toMatch(/符合 Ventoy/);

  const verified = await lifeboatJson(["verify", made]);
  expect(verified).toMatchObject({ status: 0, json: { ok: true, findings: [] } });
  const held = await lifeboatJson(["verify", made, "--ventoy", older.archive]);
  expect(held).toMatchObject({ status: 0, json: { ok: true, findings: [] } });
  const told = await lifeboatJson(["verify", made, "--ventoy", newer.archive]);
  expect(told.json).toMatchObject({ findings: [{ id: "ventoy-other-version" }] });
  const whole = await sha256OfFile(made);
  const fixed = await lifeboatJson(["verify", made, "--fix", "--ventoy", newer.archive]);
  const other = { id: "ventoy-other-version", fix: upgradeTo(newer.archive), repair: null };
  expect(fixed).toMatchObject({ status: 0, json: { ok: true, fixed: [], findings: [other] } });
  expect(await sha256OfFile(made)).toBe(whole);
}, 120_000);

test("what alignment left behind Ventoy's partition isn't called reserved", async () => {
  const image = join(folder, "aligned.img");
  await ventoyStick(image, { scheme: "gpt", release: older });
  expect((await lifeboatJson(["inspect", image])).json).toMatchObject({ reservedBytes: 0 });
  expect((await lifeboat(["inspect", image])).stdout).not.toContain("reserved");
  expect((await lifeboat(["inspect", made])).stdout).toContain("4.00 MiB reserved");
});

test("inspect of an upgrade that was cut short says that, and how to finish it", async () => {
  const image = await stick();
  const backup = "/save/old.lifeboat-boot";
  const mark = { from: "9.9.8", to: "9.9.9", secureBoot: true, backup, started: "" };
  await onDisk(image, async (write) => write(espStart, encodeMark(mark)));
  const { stdout } = await lifeboat(["inspect", image]);
  expect(stdout.split("\n").slice(0, 4)).toEqual([
    `${image}  Ventoy 9.9.8 → 9.9.9  gpt`,
    "  An upgrade of Ventoy 9.9.8 → 9.9.9 was cut short: nothing starts the stick as it is",
    `  To bring it to an end: lifeboat upgrade ${image} --ventoy ventoy-X.Y.Z-linux.tar.gz. Back to the old one: lifeboat restore-boot ${image} ${backup}`,
    expect.stringMatching(/^ {2}UUID/) as string,
  ]);
  expect(stdout).not.toMatch(/would not boot|takes it for/);
  // What the upgrade doesn't write it can't put right either: that is said as before.
  await judge("sgdisk", ["--delete=1", "--new=1:2048:+1M", "--typecode=1:0700", image]);
  expect((await lifeboat(["inspect", image])).stdout).toMatch(
    /cut short[^]*would not boot from it \(7\)/,
  );
});

test.each([["upgrade", "--dry-run"], ["verify"]])(
  "%s says that an archive was held against no checksum",
  async (command, ...options) => {
    const archive = join(folder, command, basename(older.archive));
    await mkdir(dirname(archive));
    await copySparse(older.archive, archive);
    const args = [command, made, "--ventoy", archive, ...options];
    const warned = `warning: ${archive} was held against no checksum`;
    expect((await lifeboat(args)).stderr).toContain(warned);
    await writeSums(archive);
    expect((await lifeboat(args)).stderr).not.toContain("warning");
  },
);

test("kit add keeps a release, and --ventoy kit is that one", async () => {
  const env = { LIFEBOAT_KIT: join(folder, "kit-with-ventoy") };
  const image = await stick();
  const none = await lifeboatJson(["verify", image, "--ventoy", "kit"], { env });
  expect(none).toMatchObject({ status: 5, json: { error: { code: "no-kit" } } });
  const archive = join(folder, "to-add", basename(newer.archive));
  await mkdir(dirname(archive));
  await copySparse(newer.archive, archive);
  const added = await lifeboat(["kit", "add", archive], { env });
  expect(added.stderr).toContain("was held against no checksum");
  const sums = await writeSums(archive);
  const again = await lifeboat(["kit", "add", archive, "--ventoy-sums", sums], { env });
  expect(again).toMatchObject({ status: 0, stderr: "" });
  const { stdout } = await lifeboat(["kit", "list"], { env });
  expect(stdout).toMatch(/user\/ventoy-9\.9\.9-linux\.tar\.gz .* user 9\.9\.9 /);

  const args = ["upgrade", image, "--ventoy", "kit"];
  const upgraded = await lifeboatJson(args, { env });
  expect(upgraded.json).toMatchObject({ changed: true, versions: { after: "9.9.9" } });
  const held = await lifeboatJson(["verify", image, "--ventoy", "kit"], { env });
  expect(held).toMatchObject({ status: 0, json: { ok: true, findings: [] } });
  const fresh = ["build", `${image}.new`, "--size", "64M", "--ventoy", "kit", "--dry-run"];
  const plan = await lifeboatJson(fresh, { env });
  expect(plan.json).toMatchObject({ bootStage: { versions: { ventoy: "9.9.9" } } });
}, 120_000);

test("upgrade, again, back to an older one, and back to what was saved", async () => {
  const image = await stick();
  const before = await sha256OfFile(image);
  const sums = await writeSums(newer.archive);
  const args = ["upgrade", image, "--ventoy", newer.archive, "--ventoy-sums", sums];
  const dry = await lifeboatJson([...args, "--dry-run"]);
  expect(dry).toMatchObject({
    status: 0,
    json: { versions: { before: "9.9.8", after: "9.9.9" }, downgrade: false, lost: [] },
  });
  expect(await sha256OfFile(image)).toBe(before);
  expect(await readdir(dirname(image))).toEqual(["stick.img"]);

  const { status, json } = await lifeboatJson(args);
  expect(status).toBe(0);
  const saved = String(json["savedTo"]);
  expect(json).toMatchObject({ changed: true, secureBoot: { before: true, after: true } });
  expect((await readdir(dirname(image))).toSorted()).toEqual(["stick.img", basename(saved)]);
  const verified = await lifeboatJson(["verify", image, "--ventoy", newer.archive]);
  expect(verified).toMatchObject({ status: 0, json: { findings: [] } });
  expect((await lifeboatJson(args)).json).toMatchObject({ changed: false, savedTo: null });

  const down = ["upgrade", image, "--ventoy", older.archive];
  const refused = await lifeboatJson(down);
  expect(refused).toMatchObject({ status: 3, json: { error: { code: "not-confirmed" } } });
  expect(refused.stderr).toContain("downgrade");

  const back = await lifeboatJson(["restore-boot", image, saved, "--yes"]);
  expect(back.status).toBe(0);
  expect(await sha256OfFile(image)).toBe(before);
}, 180_000);

test("what can't be done says why, and nothing is written", async () => {
  const image = await stick();
  const before = await sha256OfFile(image);
  const without = await lifeboatJson(["upgrade", image]);
  expect(without).toMatchObject({ status: 2, json: { error: { code: "ventoy-archive-needed" } } });
  const lone = await lifeboatJson(["upgrade", image, "--no-secure-boot"]);
  expect(lone).toMatchObject({ status: 2, json: { error: { code: "without-ventoy" } } });
  const none = await lifeboatJson(["upgrade", image, "--ventoy", image]);
  const code = expect.stringMatching(/^ventoy-archive-/) as string;
  expect(none.json).toMatchObject({ error: { code } });
  expect(await sha256OfFile(image)).toBe(before);

  const grub = join(folder, "grub.img");
  const kit = await smallKit(join(folder, "kit"), "one");
  await (await smallStick(grub, kit, { scheme: "gpt", sizeBytes: 400 * MIB })).close();
  const untouched = await sha256OfFile(grub);
  const onGrub = await lifeboatJson(["upgrade", grub, "--ventoy", newer.archive]);
  expect(onGrub).toMatchObject({ status: 3, json: { error: { code: "grub-stick" } } });
  for (const more of [[], ["--fix"]]) {
    const verify = await lifeboatJson(["verify", grub, "--ventoy", newer.archive, ...more]);
    expect(verify).toMatchObject({ status: 3, json: { error: { code: "grub-stick" } } });
  }
  expect(await sha256OfFile(grub)).toBe(untouched);
}, 180_000);
