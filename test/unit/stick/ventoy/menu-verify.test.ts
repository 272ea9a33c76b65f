/** Ventoy sticks with lifeboat's menu, checked: the partitions say what starts the stick, whatever lifeboat's files on it say. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import { openBuiltInRecipes } from "../../../../src/iso/recipes/library.ts";
import { STORE_FOLDERS } from "../../../../src/stick/esp/store.ts";
import { MANIFEST_PATH } from "../../../../src/stick/manifest.ts";
import { folderOf, readActiveSlot } from "../../../../src/stick/menu/slots.ts";
import { openStick } from "../../../../src/stick/stick.ts";
import { putMenuBeside } from "../../../../src/stick/ventoy/menu/beside.ts";
import { planVentoyUpgrade } from "../../../../src/stick/ventoy/upgrade/plan.ts";
import { fixTarget, verifyTarget } from "../../../../src/stick/verify/on-target.ts";
import { run } from "../../../../src/system/run.ts";
import { VERSION } from "../../../../src/system/version.ts";
import { quietJob } from "../../../support/jobs.ts";
import { testKit } from "../../../support/kit.ts";
import {
  MIB,
  buildStick,
  fixtureIso,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import type { MadeVentoyStick } from "../../../support/ventoy-stick.ts";
import { onDisk, ventoyStick } from "../../../support/ventoy-stick.ts";
import { releaseOf } from "../../../support/ventoy-upgrade.ts";
import { copySparse } from "../../../support/copy-sparse.ts";

const SCHEMES = ["gpt", "mbr"] as const;
type Scheme = (typeof SCHEMES)[number];

const folder = await suiteFolder();
const made = new Map<Scheme, MadeVentoyStick>();
let own = "";
let release: VentoyParts;

beforeAll(async () => {
  release = await ventoyParts();
  const iso = await readFile(await fixtureIso("debian-live", join(folder, "isos")));
  const menuTools = {
    ...(await refreshTools()),
    kit: await testKit(),
    lifeboat: VERSION,
    now: new Date("2026-06-01T12:00:00Z"),
    beforeReadBack: async () => undefined,
  };
  for (const scheme of SCHEMES) {
    const image = join(folder, `${scheme}.img`);
    const stick = await ventoyStick(image, {
      scheme,
      release,
      sizeMib: 160,
      files: { "/debian.iso": iso },
    });
    const disk = await openFile(image, { writable: true });
    const { data } = stick;
    const facts = { scheme, uuid: stick.uuid.toString("hex"), secureBoot: true, data };
    const options = { language: "en", first: false } as const;
    await putMenuBeside(disk, image, facts, options, menuTools, quietJob());
    await disk.close();
    made.set(scheme, stick);
  }
  own = join(folder, "own.img");
  await buildStick(own, { scheme: "gpt", sizeBytes: 360 * MIB, isos: [] });
}, 120_000);

let count = 0;
async function copyOf(source: string): Promise<string> {
  const image = join(folder, `copy-${count++}.img`);
  await copySparse(source, image);
  return image;
}

function madeStick(scheme: Scheme): MadeVentoyStick {
  const stick = made.get(scheme);
  if (stick === undefined) throw new Error(scheme);
  return stick;
}

/** With the manifest changed by what is in it. */
async function withManifest(image: string, change: (manifest: StickJson) => unknown) {
  await withStick(image, async ({ bootVolume, manifest }) => {
    const json = JSON.stringify(change(JSON.parse(JSON.stringify(manifest)) as StickJson));
    await bootVolume.writeFile(MANIFEST_PATH, Buffer.from(json));
  });
}

interface StickJson {
  readonly bootStage: object;
}

const withKind = (kind: string) => (manifest: StickJson) => {
  return { ...manifest, bootStage: { ...manifest.bootStage, kind } };
};

async function verify(image: string) {
  const recipes = await openBuiltInRecipes();
  const { ok, findings } = await verifyTarget(image, { deep: false, recipes }, run, quietJob());
  for (const { what, fix } of findings) {
    // There is no ESP of lifeboat's on it.
    expect(`${what.en} ${fix.en}`).not.toMatch(/\bESP\b|--fix/);
    for (const text of [what, fix]) expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
  }
  return { ok, findings, ids: findings.map(({ severity, id }) => `${severity} ${id}`) };
}

async function fix(image: string) {
  const recipes = await openBuiltInRecipes();
  const tools = { kit: await testKit(), recipes, run, version: VERSION, now: new Date() };
  return fixTarget(image, { deep: false, recipes }, tools, quietJob());
}

async function upgrade(image: string) {
  const disk = await openFile(image, { writable: true });
  try {
    return await planVentoyUpgrade(disk, image, releaseOf(release), {}, quietJob());
  } finally {
    await disk.close();
  }
}

/** The image is the same afterwards. */
async function refused(image: string, use: (image: string) => Promise<unknown>, error: object) {
  const before = await sha256OfFile(image);
  await expect(use(image)).rejects.toMatchObject(error);
  expect(await sha256OfFile(image)).toBe(before);
}

/** Mending writes nothing, and these are left. */
async function leftAlone(image: string, ...ids: readonly string[]) {
  const before = await sha256OfFile(image);
  const { ok, fixed, left } = await fix(image);
  expect({ ok, fixed }).toEqual({ ok: false, fixed: [] });
  expect(left.map(({ finding }) => finding.id)).toEqual(ids);
  expect(await sha256OfFile(image)).toBe(before);
}

describe("the boot stage that a manifest names, and the partitions don't", () => {
  test.each(SCHEMES)("lifeboat's own, on Ventoy's stick: %s", async (scheme) => {
    const image = await copyOf(madeStick(scheme).image);
    await withManifest(image, withKind("grub"));
    await refused(image, openStick, { code: "stick-manifest", kind: "damaged" });
    expect((await verify(image)).ids).toContain("error stick-manifest");
    await leftAlone(image, "stick-manifest");
  });

  test("Ventoy's, on lifeboat's own", async () => {
    const image = await copyOf(own);
    await withManifest(image, withKind("ventoy"));
    for (const use of [openStick, verify, fix]) {
      await refused(image, use, { code: "stick-manifest", kind: "damaged" });
    }
  });
});

describe("Ventoy's partition destroyed", () => {
  const destroyed = async (scheme: Scheme) => {
    const { image, esp } = madeStick(scheme);
    const copy = await copyOf(image);
    await onDisk(copy, async (write) => write(esp.startLba * 512, Buffer.alloc(32 * MIB)));
    return copy;
  };

  test("with an MBR nothing else says that it was Ventoy's", async () => {
    const image = await destroyed("mbr");
    const { ok, findings } = await verify(image);
    expect(ok).toBe(false);
    const lost = findings.find(({ id }) => id === "ventoy-lost");
    expect(lost).toMatchObject({ severity: "error", where: "partition 2" });
    expect(lost?.fix.en).toContain(`lifeboat restore-boot ${image} `);
    // The menu is checked all the same.
    expect(findings.map(({ id }) => id)).toContain("secure-boot-unsigned");
    expect(findings.filter(({ repair }) => repair !== undefined)).toEqual([]);
    await refused(image, fix, {
      code: "ventoy-lost",
      hint: { en: expect.stringContaining("restore-boot") as string },
    });
    await refused(image, upgrade, { code: "ventoy-lost", kind: "damaged" });
  });

  test("with a GPT the name is known, until that is changed, too", async () => {
    const image = await destroyed("gpt");
    const named = await verify(image);
    expect(named.ok).toBe(false);
    expect(named.ids).toContain("error ventoy-device-check");
    await judge("sgdisk", ["--change-name=2:OTHER", image]);
    const { ok, ids } = await verify(image);
    expect(ok).toBe(false);
    expect(ids).toContain("error ventoy-lost");
    await refused(image, fix, { code: "ventoy-lost" });
  });

  test("what is wrong with the table is told with it", async () => {
    const image = await destroyed("gpt");
    await judge("sgdisk", ["--change-name=2:OTHER", image]);
    await onDisk(image, async (write) => write(160 * MIB - 512, Buffer.alloc(512)));
    const { ids } = await verify(image);
    expect(ids).toContain("error gpt-backup-missing");
    expect(ids).toContain("error ventoy-lost");
  });
});

describe("a manifest that lifeboat can't go by", () => {
  test.each(SCHEMES)("damaged: what is Ventoy's is checked all the same: %s", async (scheme) => {
    const image = await copyOf(madeStick(scheme).image);
    const damaged = Buffer.from("{");
    await withStick(image, async ({ bootVolume }) => bootVolume.writeFile(MANIFEST_PATH, damaged));
    const { ok, findings, ids } = await verify(image);
    expect(ok).toBe(false);
    expect(ids).toEqual(["error stick-manifest"]);
    expect(findings[0]?.fix.en).toContain(`lifeboat adopt ${image} --menu f6`);
    await onDisk(image, async (write) => write(0x5c, Buffer.from([9])));
    expect((await verify(image)).ids).toEqual(["error ventoy-boot-code", "error stick-manifest"]);
    await leftAlone(image, "ventoy-boot-code", "stick-manifest");
  });

  test("of a newer lifeboat", async () => {
    const image = await copyOf(madeStick("mbr").image);
    await withManifest(image, (manifest) => ({ ...manifest, format: 99 }));
    const { ok, findings, ids } = await verify(image);
    expect(ok).toBe(true);
    expect(ids).toEqual(["warning newer-format"]);
    expect(findings[0]?.fix.en).toBe("Update lifeboat");
  });

  test("damaged, on lifeboat's own: it can't be checked", async () => {
    const image = await copyOf(own);
    const damaged = Buffer.from("{");
    await withStick(image, async ({ bootVolume }) => bootVolume.writeFile(MANIFEST_PATH, damaged));
    await refused(image, verify, { code: "stick-manifest" });
  });
});

describe("the menu's own damage", () => {
  test("each finding says what helps", async () => {
    const image = await copyOf(madeStick("gpt").image);
    await withStick(image, async ({ bootVolume, manifest }) => {
      const [first, second] = Object.keys(manifest.bootStage.files);
      await bootVolume.remove(first ?? "");
      await bootVolume.writeFile(second ?? "", Buffer.from("other"));
      await bootVolume.remove(`${folderOf(await readActiveSlot(bootVolume))}/isos.json`);
    });
    const { ok, findings, ids } = await verify(image);
    expect(ok).toBe(false);
    expect(ids).toEqual([
      "error stage-file-missing",
      "error stage-file-changed",
      "error menu-damaged",
    ]);
    const [missing, changed, menu] = findings;
    for (const finding of [missing, changed]) {
      expect(finding?.what.en).toContain("the data partition");
      expect(finding?.fix.en).toContain(`lifeboat adopt ${image} --menu f6`);
    }
    expect(menu?.fix.en).toContain("lifeboat refresh");
  });

  test("a file that no entry needs", async () => {
    const image = await copyOf(madeStick("gpt").image);
    await withStick(image, async ({ bootVolume }) => {
      await bootVolume.writeTree([
        { path: `${STORE_FOLDERS.boot}/nobodys`, data: Buffer.from("x") },
      ]);
    });
    const { findings } = await verify(image);
    const orphan = findings.find(({ id }) => id === "esp-orphan");
    expect(orphan?.what.en).toContain("on the data partition belongs to no entry");
  });
});
