/**
 * Sticks that start by lifeboat and have Ventoy behind their menu: partitioning tools and file system checkers look at them, Ventoy's check of
 * its device passes, both parts are upgraded, and what Ventoy's own installer does to one is told and put right.
 */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import type { Kit } from "../../../../src/boot/kit/kit.ts";
import { sha256Of } from "../../../../src/boot/kit/kit.ts";
import { openBuiltInRecipes } from "../../../../src/iso/recipes/library.ts";
import { chainedPartition } from "../../../../src/boot/ventoy/chain/partition.ts";
import { checkVentoyDevice, passesDeviceCheck } from "../../../../src/boot/ventoy/device-check.ts";
import type { Scheme, StickLayout } from "../../../../src/stick/layout.ts";
import { partitionOf } from "../../../../src/stick/layout.ts";
import { MANIFEST_PATH } from "../../../../src/stick/manifest.ts";
import { refreshStick } from "../../../../src/stick/refresh.ts";
import { openStick } from "../../../../src/stick/stick.ts";
import { planUpgrade } from "../../../../src/stick/upgrade/plan.ts";
import { upgradeStick } from "../../../../src/stick/upgrade/upgrade.ts";
import { readSource } from "../../../../src/stick/clone/source.ts";
import { chainLayout } from "../../../../src/stick/ventoy/chain/layout.ts";
import { fixTarget, verifyTarget } from "../../../../src/stick/verify/on-target.ts";
import { run } from "../../../../src/system/run.ts";
import { quietJob } from "../../../support/jobs.ts";
import { smallKit } from "../../../support/small-kit.ts";
import {
  MIB,
  extractPartition,
  refreshTools,
  sfdiskTable,
  suiteFolder,
} from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import { CHAIN_MIB, chainStick } from "../../../support/ventoy-chain.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import { updateAsVentoyDoes } from "../../../support/ventoy-stick.ts";
import { releaseOf, upgradeOver } from "../../../support/ventoy-upgrade.ts";
import { copySparse } from "../../../support/copy-sparse.ts";

/** Of Ventoy's boot code. */
const COPY = "/lifeboat/ventoy/boot.img";

const folder = await suiteFolder();
const layouts = new Map<Scheme, StickLayout>();
let kit: Kit;
let older: VentoyParts;
let newer: VentoyParts;

const made = (scheme: Scheme) => join(folder, `${scheme}.img`);

beforeAll(async () => {
  kit = await smallKit(join(folder, "kit"), "one");
  older = await ventoyParts({ version: "9.9.8" });
  newer = await ventoyParts({ version: "9.9.9" });
  for (const scheme of ["gpt", "mbr"] as const) {
    layouts.set(scheme, (await chainStick(made(scheme), kit, older, { scheme })).layout);
  }
}, 300_000);

async function copyOf(scheme: Scheme): Promise<string> {
  const image = join(await mkdtemp(join(folder, "copy-")), "stick.img");
  await copySparse(made(scheme), image);
  return image;
}

async function verify(image: string, release?: VentoyParts) {
  const options = { deep: false, ...(release && { ventoy: releaseOf(release) }) };
  const { findings } = await verifyTarget(image, options, run, quietJob());
  return findings.map(({ id }) => id);
}

async function upgradeVentoyOn(image: string, release: VentoyParts) {
  const disk = await openFile(image, { writable: true });
  try {
    const saved = await mkdtemp(join(folder, "saved-"));
    return (await upgradeOver(disk, release, saved, quietJob())).plan;
  } finally {
    await disk.close();
  }
}

async function upgradeLifeboatOn(image: string, other: Kit) {
  const stick = await openStick(image, { writable: true });
  try {
    const tools = { kit: other, ...(await refreshTools()), version: "0.0.2" };
    const prepared = await planUpgrade(stick, tools, quietJob());
    const backupFile = join(await mkdtemp(join(folder, "saved-")), "old.lifeboat-boot");
    const all = { ...tools, now: new Date(), backupFile, beforeReadBack: async () => {} };
    await upgradeStick(stick, prepared, all, quietJob());
    return prepared.plan;
  } finally {
    await stick.disk.close();
  }
}

const espOf = (image: string, scheme: Scheme) =>
  `${image}@@${partitionOf(layouts.get(scheme) ?? never(), "esp").startLba * 512}`;

async function fileOnEsp(image: string, scheme: Scheme, path: string): Promise<Buffer> {
  const target = join(await mkdtemp(join(folder, "file-")), "file");
  await judge("mcopy", ["-i", espOf(image, scheme), `::${path}`, target]);
  return readFile(target);
}

async function putOnEsp(image: string, scheme: Scheme, path: string, data: Buffer) {
  const source = join(await mkdtemp(join(folder, "file-")), "file");
  await writeFile(source, data);
  await judge("mcopy", ["-o", "-i", espOf(image, scheme), source, `::${path}`]);
}

async function writeTo(image: string, offset: number, data: Buffer) {
  const disk = await openFile(image, { writable: true });
  await disk.write(offset, data);
  await disk.close();
}

describe.each(["gpt", "mbr"] as const)("%s", (scheme) => {
  test("is Ventoy's layout with lifeboat's behind it, and no judge finds a fault", async () => {
    const image = made(scheme);
    const { partitions } = await sfdiskTable(image);
    const [data, ventoy, esp, core] = partitions;
    expect(data).toMatchObject({ number: 1, start: 2048 });
    expect(ventoy).toMatchObject({ number: 2, size: 65_536, start: 2048 + (data?.size ?? 0) });
    expect((ventoy?.start ?? 1) % 8).toBe(0);
    expect(esp).toMatchObject({ number: 3, size: 524_288 });
    expect(core).toMatchObject({ number: 4, size: 4096 });
    if (scheme === "gpt") {
      expect(await judge("sgdisk", ["-v", image])).toContain("No problems found");
      expect(core?.type).toBe("21686148-6449-6E6F-744E-656564454649");
      expect(ventoy?.name).toBe("VTOYEFI");
      expect(await judge("sgdisk", ["--info=2", image])).toContain("8000000000000000");
    } else {
      expect(await judge("sfdisk", ["--verify", image])).toContain("No errors detected");
      expect(partitions.map(({ type }) => type)).toEqual(["7", "ef", "ef", "da"]);
    }
    const part = async (number: number) => extractPartition(image, number);
    await judge("fsck.exfat", ["-n", await part(1)]);
    expect((await readFile(await part(2))).equals(chainedPartition(older.diskImage, true))).toBe(
      true,
    );
    await judge("fsck.fat", ["-n", await part(2)]);
    await judge("fsck.fat", ["-n", await part(3)]);

    const disk = await openFile(image);
    try {
      expect(passesDeviceCheck(await checkVentoyDevice(disk))).toBe(true);
    } finally {
      await disk.close();
    }
    expect(await verify(image)).toEqual([]);
    expect(await verify(image, older)).toEqual([]);
  });

  test("verify --fix mends the data, and writes nothing that starts the stick", async () => {
    const image = await copyOf(scheme);
    const dataEnd = 2048 + (partitionOf(layouts.get(scheme) ?? never(), "data").sectors ?? 0);
    const around = async () => {
      const bytes = await readFile(image);
      return sha256Of(
        Buffer.concat([bytes.subarray(0, 2048 * 512), bytes.subarray(dataEnd * 512)]),
      );
    };
    const before = await around();
    const disk = await openFile(image, { writable: true });
    // In the backup of exFAT's boot sectors.
    await disk.write((2048 + 12) * 512 + 64, Buffer.alloc(16, 0xa7));
    await disk.close();
    expect(await verify(image)).not.toEqual([]);
    const recipes = await openBuiltInRecipes();
    const tools = { kit, recipes, run, version: "0.0.2", now: new Date() };
    const { ok, fixed, left } = await fixTarget(image, { deep: false }, tools, quietJob());
    expect({ ok, left }).toEqual({ ok: true, left: [] });
    expect(fixed).toHaveLength(1);
    await judge("fsck.exfat", ["-n", await extractPartition(image, 1)]);
    expect(await around()).toBe(before);
  });

  test("both boot codes lead to their own core image, which leads on to itself", async () => {
    const disk = await readFile(made(scheme));
    const { startLba } = partitionOf(layouts.get(scheme) ?? never(), "bios-boot");
    expect(disk.readBigUInt64LE(0x5c)).toBe(BigInt(startLba));
    expect(disk.readBigUInt64LE(startLba * 512 + 500)).toBe(BigInt(startLba + 1));
    const esp = `${made(scheme)}@@${partitionOf(layouts.get(scheme) ?? never(), "esp").startLba * 512}`;
    const target = join(folder, `${scheme}-boot.img`);
    await judge("mcopy", ["-o", "-i", esp, "::/lifeboat/ventoy/boot.img", target]);
    const handOver = await readFile(target);
    const ventoyCore = scheme === "gpt" ? 34 : 1;
    expect(handOver.readBigUInt64LE(0x5c)).toBe(BigInt(ventoyCore));
    expect(disk.readBigUInt64LE(ventoyCore * 512 + 500)).toBe(BigInt(ventoyCore + 1));
    // By these Ventoy knows its disk: they are the same, whichever of the two was started.
    expect(handOver.subarray(384, 400).equals(disk.subarray(384, 400))).toBe(true);
    expect(handOver.subarray(384, 400).equals(Buffer.alloc(16))).toBe(false);
  });

  test("another release of Ventoy, another kit: each part is upgraded by itself", async () => {
    const image = await copyOf(scheme);
    const plan = await upgradeVentoyOn(image, newer);
    expect(plan).toMatchObject({
      versions: { before: "9.9.8", after: "9.9.9" },
      parts: ["efi-partition", "core-image", "hand-over", "boot-code"],
      lost: [],
    });
    expect(await verify(image, newer)).toEqual([]);
    expect(await upgradeVentoyOn(image, newer)).toMatchObject({ upToDate: true });

    const other = await smallKit(join(folder, `kit-two-${scheme}`), "two");
    const { bios, files } = await upgradeLifeboatOn(image, other);
    const first = partitionOf(layouts.get(scheme) ?? never(), "bios-boot").startLba;
    expect(bios).toMatchObject({ beforeLba: first, afterLba: first + 8 });
    expect(files.map(({ path }) => path)).toContain("/EFI/BOOT/BOOTX64.EFI");
    expect(await verify(image, newer)).toEqual([]);
    expect(await upgradeLifeboatOn(image, other)).toMatchObject({ upToDate: true });
    // The boot code leads to the new core image, and goes on doing so.
    expect(await upgradeVentoyOn(image, newer)).toMatchObject({ upToDate: true });
  });

  test("a damaged first sector is mended from lifeboat's copy, and is never taken for a good one", async () => {
    const image = await copyOf(scheme);
    const before = await readFile(image);
    const copy = await fileOnEsp(image, scheme, COPY);
    await writeTo(image, 0x120, Buffer.from([(before[0x120] ?? 0) ^ 0xff]));
    expect(await verify(image)).not.toEqual([]);
    await upgradeLifeboatOn(image, kit);
    expect(await verify(image, older)).toEqual([]);
    const after = (await readFile(image)).subarray(0, 512);
    // The core image was written to another place.
    before.copy(after, 0x5c, 0x5c, 0x64);
    expect(after.equals(before.subarray(0, 512))).toBe(true);
    expect((await fileOnEsp(image, scheme, COPY)).equals(copy)).toBe(true);

    await writeTo(image, 0x120, Buffer.from([(before[0x120] ?? 0) ^ 0xff]));
    const damaged = Buffer.from(copy);
    damaged.fill(0xa7, 0x130, 0x140);
    await putOnEsp(image, scheme, COPY, damaged);
    await expect(upgradeLifeboatOn(image, kit)).rejects.toMatchObject({
      code: "ventoy-boot-code-lost",
    });
    await upgradeVentoyOn(image, older);
    expect(await verify(image, older)).toEqual([]);
  });

  test("a manifest that doesn't fit the partitions isn't gone by: nothing of Ventoy's is overwritten", async () => {
    const image = await copyOf(scheme);
    const manifest = JSON.parse((await fileOnEsp(image, scheme, MANIFEST_PATH)).toString()) as {
      bootStage: Record<string, unknown>;
    };
    delete manifest.bootStage["ventoyChain"];
    await putOnEsp(image, scheme, MANIFEST_PATH, Buffer.from(JSON.stringify(manifest)));
    await expect(upgradeLifeboatOn(image, kit)).rejects.toMatchObject({ code: "stick-manifest" });
  });

  test("where lifeboat's partition can't be read, it isn't made a stick of Ventoy's", async () => {
    const image = await copyOf(scheme);
    const manifest = JSON.parse((await fileOnEsp(image, scheme, MANIFEST_PATH)).toString()) as {
      bootStage: { bios: { coreLba: number } };
    };
    await putOnEsp(image, scheme, MANIFEST_PATH, Buffer.alloc(300, 0xa7));
    const before = sha256Of(await readFile(image));
    expect(await verify(image)).toEqual(["ventoy-chain-unreadable"]);
    await expect(upgradeVentoyOn(image, newer)).rejects.toMatchObject({
      code: "ventoy-chain-unreadable",
    });
    expect(sha256Of(await readFile(image))).toBe(before);

    // What leads out of lifeboat's partition isn't believed: the boot code says it as well.
    manifest.bootStage.bios.coreLba = 2048;
    await putOnEsp(image, scheme, MANIFEST_PATH, Buffer.from(JSON.stringify(manifest)));
    await upgradeVentoyOn(image, newer);
    const { startLba } = partitionOf(layouts.get(scheme) ?? never(), "bios-boot");
    expect((await readFile(image)).readBigUInt64LE(0x5c)).toBe(BigInt(startLba));
    await writeTo(image, 0x5c, Buffer.alloc(8, 0x11));
    await expect(upgradeVentoyOn(image, older)).rejects.toMatchObject({
      code: "ventoy-chain-unreadable",
    });
  });

  test("Ventoy's own installer makes Ventoy the first: that is told, and put right", async () => {
    const image = await copyOf(scheme);
    const espStart = partitionOf(layouts.get(scheme) ?? never(), "ventoy").startLba;
    await updateAsVentoyDoes(image, { scheme, espStart }, newer);
    const found = await verify(image);
    expect(found).toContain("ventoy-chain-lost");
    expect(found).not.toContain("boot-code-changed");
    await expect(upgradeLifeboatOn(image, kit)).rejects.toMatchObject({
      code: "ventoy-chain-lost",
    });
    // Menu and ISOs are kept as before.
    const stick = await openStick(image, { writable: true });
    await refreshStick(stick, await refreshTools(), quietJob());
    await stick.disk.close();
    await upgradeVentoyOn(image, newer);
    expect(await verify(image, newer)).toEqual([]);
  });
});

test("a clone would have no Ventoy, and is refused", async () => {
  const stick = await openStick(made("gpt"));
  try {
    await expect(readSource(stick, {}, run)).rejects.toMatchObject({ code: "ventoy-stage" });
  } finally {
    await stick.disk.close();
  }
});

describe("the layout", () => {
  const sizes = [CHAIN_MIB * MIB, 1000 * MIB + 512, 8_012_390_400, 31 * 1024 * MIB + 77 * 512];
  test.each(sizes)(
    "of %i bytes: nothing overlaps, all is aligned, the reserve is free",
    (sizeBytes) => {
      for (const [scheme, reserveMib] of [
        ["mbr", 0],
        ["gpt", 0],
        ["gpt", 17],
      ] as const) {
        if (sizeBytes < 500 * MIB && reserveMib > 0) continue;
        const options = { scheme, sizeBytes, sectorSize: 512, reserveBytes: reserveMib * MIB };
        const { partitions, totalSectors } = chainLayout(options);
        const inOrder = partitions.toSorted((a, b) => a.startLba - b.startLba);
        expect(inOrder.map(({ role }) => role)).toEqual(["data", "ventoy", "bios-boot", "esp"]);
        let end = 2048;
        for (const { startLba, sectors } of inOrder) {
          expect(startLba).toBeGreaterThanOrEqual(end);
          end = startLba + sectors;
        }
        expect(end).toBeLessThanOrEqual(
          totalSectors - reserveMib * 2048 - (scheme === "gpt" ? 33 : 0),
        );
        for (const { startLba } of inOrder.slice(2)) expect(startLba % 2048).toBe(0);
      }
    },
  );

  test.each([
    [{ scheme: "mbr", reserveBytes: MIB }, "ventoy-chain-reserve"],
    [{ sizeBytes: 340 * MIB }, "target-too-small"],
    [{ sizeBytes: 200 * MIB }, "target-too-small"],
    [{ sectorSize: 4096 }, "ventoy-sector-size"],
    [{ reserveBytes: MIB + 1 }, "ventoy-reserve"],
  ] as const)("refuses %o", (changed, code) => {
    const usual = {
      scheme: "gpt",
      sizeBytes: 1024 * MIB,
      sectorSize: 512,
      reserveBytes: 0,
    } as const;
    expect(() => chainLayout({ ...usual, ...changed })).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });
});

function never(): never {
  throw new Error("no such stick");
}
