/** Ventoy sticks on the command line: inspected, verified, upgraded from a release's archive, and brought back. */
import { copyFile, mkdir, readFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { smallKit, smallStick } from "../../support/small-kit.ts";
import { MIB, fixtureIso, sha256OfFile, suiteFolder } from "../../support/sticks.ts";
import type { MadeRelease } from "../../support/ventoy-release.ts";
import { ventoyRelease, writeSums } from "../../support/ventoy-release.ts";
import { ventoyStick } from "../../support/ventoy-stick.ts";

const folder = await suiteFolder();
const made = join(folder, "made.img");
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
  await ventoyStick(made, options);
}, 300_000);

let count = 0;
async function stick(): Promise<string> {
  const image = join(folder, `stick-${count++}`, "stick.img");
  await mkdir(dirname(image));
  await copyFile(made, image);
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
  const other = await lifeboatJson(["verify", made, "--ventoy", newer.archive]);
  expect(other.json).toMatchObject({ findings: [{ id: "ventoy-other-version" }] });
  const fixed = await lifeboatJson(["verify", made, "--fix"]);
  expect(fixed).toMatchObject({ status: 3, json: { error: { code: "ventoy-not-fixed" } } });
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
  const verify = await lifeboatJson(["verify", grub, "--ventoy", newer.archive]);
  expect(verify).toMatchObject({ status: 3, json: { error: { code: "grub-stick" } } });
  expect(await sha256OfFile(grub)).toBe(untouched);
}, 180_000);
