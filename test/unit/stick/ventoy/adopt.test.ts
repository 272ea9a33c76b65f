/** A lifeboat stick becomes a Ventoy stick: its data partition has the same bytes, every judge and Ventoy's own check pass, and there is a way back. */
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { openFile } from "../../../../src/block/file.ts";
import { SliceRange } from "../../../../src/block/slice.ts";
import type { Kit } from "../../../../src/boot/kit/kit.ts";
import { checkVentoyDevice } from "../../../../src/boot/ventoy/device-check.ts";
import { withoutSecureBoot } from "../../../../src/boot/ventoy/esp.ts";
import { adoptTarget, planAdoptionOf } from "../../../../src/stick/adopt/on-target.ts";
import { kitStage } from "../../../../src/stick/build/stage-source.ts";
import { openDataVolume } from "../../../../src/stick/data/volume.ts";
import { putSettings } from "../../../../src/stick/settings/file.ts";
import type { DataFileSystem, Scheme } from "../../../../src/stick/layout.ts";
import { openData } from "../../../../src/stick/stick.ts";
import { surveyVentoy } from "../../../../src/stick/ventoy/survey.ts";
import { verifyVentoy } from "../../../../src/stick/ventoy/verify/verify.ts";
import { verifyStick } from "../../../../src/stick/verify/verify.ts";
import { run } from "../../../../src/system/run.ts";
import { quietJob } from "../../../support/jobs.ts";
import { smallKit } from "../../../support/small-kit.ts";
import type { SmallStickOptions } from "../../../support/small-kit.ts";
import {
  MIB,
  expectCleanStick,
  extractPartition,
  fixtureIso,
  hashesByOthers,
  refreshTools,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import { adoptOver, lifeboatStick, restoreOver } from "../../../support/ventoy-adopt.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import { releaseOf } from "../../../support/ventoy-upgrade.ts";

const folder = await suiteFolder();
let kit: Kit;
let parts: VentoyParts;
let iso = "";

beforeAll(async () => {
  kit = await smallKit(join(folder, "kit"), "one");
  parts = await ventoyParts();
  iso = await fixtureIso("debian-live", folder);
}, 240_000);

async function fresh(options: SmallStickOptions = {}) {
  const inside = await mkdtemp(join(folder, "stick-"));
  const image = join(inside, "stick.img");
  await lifeboatStick(image, kit, { isos: [iso], ...options });
  return { image, inside };
}

async function over<T>(
  image: string,
  use: (disk: Awaited<ReturnType<typeof openFile>>) => Promise<T>,
): Promise<T> {
  const disk = await openFile(image, { writable: true });
  try {
    return await use(disk);
  } finally {
    await disk.close();
  }
}

/** Everything that is to be true of a Ventoy stick made of a lifeboat stick. */
async function expectVentoyStick(image: string, fileSystem: DataFileSystem, image2: Buffer) {
  await expectCleanStick(image, fileSystem);
  const { label, partitions } = await sfdiskTable(image);
  const [data, efi] = partitions;
  expect(partitions).toHaveLength(2);
  expect(data).toMatchObject({ number: 1, start: 2048 });
  expect(efi).toMatchObject({ number: 2, start: 2048 + (data?.size ?? 0), size: 65_536 });
  if (label === "gpt") {
    expect(partitions.map(({ name }) => name)).toEqual(["Ventoy", "VTOYEFI"]);
    const said = await judge("sgdisk", ["--info=2", image]);
    expect(said).toMatch(/EBD0A0A2-B9E5-4433-87C0-68B6B72699C7/);
    expect(said).toMatch(/Attribute flags: 8000000000000000/);
    const linux = await judge("sgdisk", ["--info=1", image]);
    expect(/0FC63DAF/.test(linux)).toBe(fileSystem === "ext4");
  } else {
    expect(data?.bootable).toBe(true);
    expect(efi).toMatchObject({ type: "ef" });
    expect(efi?.bootable ?? false).toBe(false);
  }
  await over(image, async (disk) => {
    expect((await checkVentoyDevice(disk)).filter(({ ok }) => !ok)).toEqual([]);
    const survey = await surveyVentoy(disk);
    if (survey === undefined) throw new Error("no Ventoy stick");
    expect(survey).toMatchObject({ version: parts.version, interrupted: undefined });
    expect(survey.uuid).not.toMatch(/^0+$/);
    const start = (efi?.start ?? 0) * 512;
    expect((await readBytes(disk, start, image2.length)).equals(image2)).toBe(true);
    const release = { ...releaseOf(parts), diskImage: image2 };
    const { findings } = await verifyVentoy(disk, image, survey, release, quietJob());
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    // Before partition 1: what the installer writes there, in its places.
    const first = label === "gpt" ? 34 : 1;
    const core = await readBytes(disk, first * 512, (2048 - first) * 512);
    const wanted = Buffer.from(parts.coreImage.subarray(0, core.length));
    if (label === "gpt") wanted.writeUInt8(35, 500);
    expect(core.equals(wanted)).toBe(true);
    const sector = await readBytes(disk, 0, 440);
    const code = Buffer.from(parts.bootImage.subarray(0, 440));
    if (label === "gpt") code.writeUInt8(34, 92);
    sector.copy(code, 384, 384, 400);
    expect(sector.equals(code)).toBe(true);
  });
}

const SHAPES: readonly [Scheme, DataFileSystem][] = [
  ["gpt", "exfat"],
  ["mbr", "exfat"],
  ["gpt", "ntfs"],
  ["mbr", "ntfs"],
  ["gpt", "fat32"],
  ["mbr", "fat32"],
  ["gpt", "ext4"],
  ["mbr", "ext4"],
];

test.each(SHAPES)(
  "%s, %s: Ventoy's, with the data as they were; and back, byte for byte",
  async (scheme, fileSystem) => {
    const { image, inside } = await fresh({ scheme, fileSystem });
    const before = await sha256OfFile(image);
    const table = await sfdiskTable(image);
    const data = await sha256OfFile(await extractPartition(image, 1));
    const hashes = await hashesByOthers(image, fileSystem, ["/debian-live.iso"], [iso]);
    const made = await over(image, async (disk) => adoptOver(disk, parts, inside, quietJob()));
    expect(made.plan).toMatchObject({
      fileSystem,
      freeBytes: 224 * MIB + (scheme === "gpt" ? 0.96 * MIB : 0) > 0 ? expect.any(Number) : 0,
      removed: scheme === "gpt" ? [3] : [],
      kept: [],
      lost: [],
      interrupted: null,
    });
    expect(made.plan.freeBytes).toBeGreaterThanOrEqual(224 * MIB);
    await expectVentoyStick(image, fileSystem, parts.diskImage);
    expect(await sha256OfFile(await extractPartition(image, 1))).toBe(data);
    expect(await hashesByOthers(image, fileSystem, ["/debian-live.iso"], [iso])).toEqual(hashes);
    // What systems know the disk and the partition by.
    const now = await sfdiskTable(image);
    expect(now.id).toBe(table.id);
    const uuidOf = (one: unknown) => /"uuid":"([^"]+)"/.exec(JSON.stringify(one))?.[1];
    expect(uuidOf(now.partitions[0])).toBe(uuidOf(table.partitions[0]));
    if (scheme === "gpt") expect(uuidOf(now.partitions[1])).not.toBe(uuidOf(table.partitions[1]));

    await over(image, async (disk) => restoreOver(disk, made.result.savedTo, quietJob()));
    expect(await sha256OfFile(image)).toBe(before);
  },
  120_000,
);

test("without Ventoy's files for Secure Boot", async () => {
  const { image, inside } = await fresh();
  const options = { secureBoot: false };
  await over(image, async (disk) => adoptOver(disk, parts, inside, quietJob(), options));
  await expectVentoyStick(image, "exfat", withoutSecureBoot(parts.diskImage));
});
