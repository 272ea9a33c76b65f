/** `verify --fix` of Ventoy sticks: the user's partition and lifeboat's menu are mended, and no byte of Ventoy's is written. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import { sha256Of } from "../../../../src/boot/kit/kit.ts";
import { openBuiltInRecipes } from "../../../../src/iso/recipes/library.ts";
import { readActiveSlot, folderOf } from "../../../../src/stick/menu/slots.ts";
import { encodeMark } from "../../../../src/stick/ventoy/mark.ts";
import { putMenuBeside } from "../../../../src/stick/ventoy/menu/beside.ts";
import type { VerifyFinding } from "../../../../src/stick/verify/finding.ts";
import { fixTarget, planFixOf, verifyTarget } from "../../../../src/stick/verify/on-target.ts";
import type { FixTargetTools } from "../../../../src/stick/verify/on-target.ts";
import type { VerifyOptions } from "../../../../src/stick/verify/verify.ts";
import { run } from "../../../../src/system/run.ts";
import { VERSION } from "../../../../src/system/version.ts";
import { quietJob } from "../../../support/jobs.ts";
import { testKit } from "../../../support/kit.ts";
import {
  expectCleanVolume,
  extractPartition,
  fixtureIso,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../../support/sticks.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import type { MadeVentoyStick } from "../../../support/ventoy-stick.ts";
import { onDisk, ventoyStick } from "../../../support/ventoy-stick.ts";
import { releaseOf } from "../../../support/ventoy-upgrade.ts";
import { copySparse } from "../../../support/copy-sparse.ts";

const SHAPES = [
  ["mbr", "exfat"],
  ["gpt", "ntfs"],
  ["gpt", "fat32"],
] as const;
const DATA = 2048 * 512;
/** The fixture's kernel is signed by nobody: nothing of the stick's is wrong. */
const UNSIGNED = "secure-boot-unsigned";

const folder = await suiteFolder();
let release: VentoyParts;
const plain = new Map<string, MadeVentoyStick>();
let withMenu: MadeVentoyStick;

beforeAll(async () => {
  release = await ventoyParts();
  const iso = await readFile(await fixtureIso("debian-live", join(folder, "isos")));
  const files = { "/debian.iso": iso };
  for (const [scheme, fileSystem] of SHAPES) {
    const image = join(folder, `${fileSystem}.img`);
    const options = { scheme, fileSystem, release, sizeMib: 128, files };
    plain.set(fileSystem, await ventoyStick(image, options));
  }
  const image = join(folder, "menu.img");
  withMenu = await ventoyStick(image, { scheme: "gpt", release, sizeMib: 160, files });
  const disk = await openFile(image, { writable: true });
  const { uuid, data } = withMenu;
  const facts = { scheme: "gpt", uuid: uuid.toString("hex"), secureBoot: true, data } as const;
  const menuTools = {
    ...(await refreshTools()),
    kit: await testKit(),
    lifeboat: VERSION,
    now: new Date("2026-06-01T12:00:00Z"),
    beforeReadBack: async () => undefined,
  };
  await putMenuBeside(disk, image, facts, { language: "en", first: true }, menuTools, quietJob());
  await disk.close();
}, 180_000);

function plainStick(fileSystem: string): MadeVentoyStick {
  const stick = plain.get(fileSystem);
  if (stick === undefined) throw new Error(fileSystem);
  return stick;
}

let count = 0;
async function copyOf({ image }: MadeVentoyStick): Promise<string> {
  const copy = join(folder, `copy-${count++}.img`);
  await copySparse(image, copy);
  return copy;
}

async function options(more: Partial<VerifyOptions> = {}): Promise<VerifyOptions> {
  return { deep: false, recipes: await openBuiltInRecipes(), ...more };
}

async function verify(image: string, more: Partial<VerifyOptions> = {}) {
  return (await verifyTarget(image, await options(more), run, quietJob())).findings;
}

async function fix(
  image: string,
  more: Partial<VerifyOptions> = {},
  tools: Partial<FixTargetTools> = {},
) {
  const recipes = await openBuiltInRecipes();
  const all = { kit: await testKit(), recipes, run, version: VERSION, now: new Date(), ...tools };
  return fixTarget(image, await options(more), all, quietJob());
}

/** SHA-256 of all that is Ventoy's: before the user's partition and behind it. */
async function ventoysBytes(image: string, { esp }: MadeVentoyStick): Promise<string> {
  const bytes = await readFile(image);
  return sha256Of(Buffer.concat([bytes.subarray(0, DATA), bytes.subarray(esp.startLba * 512)]));
}

/** Damage that each checker mends: of exFAT and FAT32 one of two copies, of NTFS the mirror of its first records. */
async function damageData(image: string, fileSystem: string): Promise<void> {
  await onDisk(image, async (write, read) => {
    const boot = await read(DATA, 512);
    const noise = Buffer.alloc(16, 0xa7);
    if (fileSystem === "exfat") await write(DATA + 12 * 512 + 64, noise);
    else if (fileSystem === "ntfs") {
      await write(DATA + Number(boot.readBigUInt64LE(56)) * 4096, Buffer.alloc(512, 0xa7));
    } else {
      const second = boot.readUInt16LE(14) + boot.readUInt32LE(36);
      await write(DATA + second * 512 + 64, noise);
    }
  });
}

const ofData = (findings: readonly VerifyFinding[]) =>
  findings.filter(({ repair }) => repair === "data");

describe.each(SHAPES)("%s, %s: the file system of the user's partition", (_scheme, fileSystem) => {
  test("is mended, and nothing else is written", async () => {
    const stick = plainStick(fileSystem);
    const image = await copyOf(stick);
    await damageData(image, fileSystem);
    const before = await ventoysBytes(image, stick);
    const found = await verify(image);
    expect(ofData(found).length).toBeGreaterThan(0);
    const { ok, findings, fixed, left } = await fix(image);
    expect({ ok, findings, left }).toEqual({ ok: true, findings: [], left: [] });
    expect(fixed.map(({ id }) => id)).toEqual(ofData(found).map(({ id }) => id));
    expect(await ventoysBytes(image, stick)).toBe(before);
    const part = await extractPartition(image, 1, join(folder, "part.img"));
    await expectCleanVolume(part, fileSystem);
    // Once more: nothing to do, and nothing is written.
    const sum = await sha256OfFile(image);
    expect((await fix(image)).fixed).toEqual([]);
    expect(await sha256OfFile(image)).toBe(sum);
  });
});

describe("what is Ventoy's", () => {
  test("is held against a release, and an upgrade is advised, not made", async () => {
    const stick = plainStick("exfat");
    const image = await copyOf(stick);
    await damageData(image, "exfat");
    await onDisk(image, async (write) => write(0x80, Buffer.from("other boot code")));
    const before = await ventoysBytes(image, stick);
    const { ok, fixed, left } = await fix(image, { ventoy: releaseOf(release) });
    expect(ok).toBe(false);
    expect(ofData(fixed)).toHaveLength(fixed.length);
    expect(left).toMatchObject([{ finding: { id: "ventoy-boot-code-differs" } }]);
    const command = `lifeboat upgrade ${image} --ventoy ${releaseOf(release).archive}`;
    expect(left[0]?.why.en).toContain(command);
    expect(await ventoysBytes(image, stick)).toBe(before);
  });

  test("stays as an upgrade left it that was cut short", async () => {
    const stick = plainStick("exfat");
    const image = await copyOf(stick);
    await damageData(image, "exfat");
    const mark = { from: "9.9.8", to: "9.9.9", secureBoot: true, backup: "/x", started: "" };
    await onDisk(image, async (write) => write(stick.esp.startLba * 512, encodeMark(mark)));
    const before = await ventoysBytes(image, stick);
    const { fixed, left } = await fix(image);
    expect(fixed.length).toBeGreaterThan(0);
    expect(left.map(({ finding }) => finding.id)).toEqual(["ventoy-upgrade-interrupted"]);
    expect(await ventoysBytes(image, stick)).toBe(before);
  });
});

describe("lifeboat's menu", () => {
  const damagedMenu = async () => {
    const image = await copyOf(withMenu);
    await withStick(image, async ({ bootVolume, manifest }) => {
      const [first, second] = Object.keys(manifest.bootStage.files);
      await bootVolume.remove(first ?? "");
      await bootVolume.writeFile(second ?? "", Buffer.from("other"));
      await bootVolume.remove(`${folderOf(await readActiveSlot(bootVolume))}/isos.json`);
    });
    return image;
  };

  test("and the file system under it are made whole", async () => {
    const image = await damagedMenu();
    await damageData(image, "exfat");
    const before = await ventoysBytes(image, withMenu);
    const { ok, findings, fixed } = await fix(image);
    expect(ok).toBe(true);
    expect(findings.map(({ id }) => id)).toEqual([UNSIGNED]);
    const repairs = new Set(fixed.map(({ repair }) => repair));
    expect(repairs).toEqual(new Set(["boot-stage", "data", "menu"]));
    expect(await ventoysBytes(image, withMenu)).toBe(before);
    expect((await verify(image)).map(({ id }) => id)).toEqual([UNSIGNED]);
    // That it opens by itself is the user's choice, and stays.
    await withStick(image, async ({ bootVolume }) => {
      const json = await bootVolume.open("/ventoy/ventoy.json");
      const text = Buffer.alloc(json.size);
      await json.read(0, text);
      expect(text.toString()).toContain("F6>0");
    });
  });

  test.each([
    ["without a kit", { kit: undefined }, /no kit to mend from/],
    [
      "with that of another lifeboat",
      { version: "99.0.0" },
      /adopt --menu replaces the whole of it/,
    ],
  ])("%s its files stay as they are, and it is said why", async (_, tools, why) => {
    const image = await damagedMenu();
    const { ok, left } = await fix(image, {}, tools);
    expect(ok).toBe(false);
    const stage = left.filter(({ finding }) => finding.repair === "boot-stage");
    expect(stage.map(({ finding }) => finding.id)).toEqual([
      "stage-file-missing",
      "stage-file-changed",
    ]);
    for (const one of stage) expect(one.why.en).toMatch(why);
    expect(left.map(({ finding }) => finding.id)).not.toContain("menu-damaged");
  });

  test("the plan says what is written, and another stick's isn't carried out", async () => {
    const image = await damagedMenu();
    const stage = { kit: await testKit(), version: VERSION };
    const { steps, shown } = await planFixOf(image, await verify(image), stage);
    expect(steps.map(({ repair, refused }) => [repair, refused])).toEqual([
      ["boot-stage", undefined],
      ["menu", undefined],
    ]);
    expect(steps[0]?.text.en).toContain("nothing of Ventoy's is written");
    expect(shown).toEqual({
      name: `ventoy:${withMenu.uuid.toString("hex")}`,
      repairs: ["boot-stage", "menu"],
    });
    const other = await copyOf(plainStick("exfat"));
    await damageData(other, "exfat");
    const before = await sha256OfFile(other);
    await expect(fix(other, {}, { shown })).rejects.toMatchObject({ code: "plan-changed" });
    expect(await sha256OfFile(other)).toBe(before);
    expect((await fix(image, {}, { shown })).ok).toBe(true);
  });
});
