/** `build` for every file system in both schemes: no judge finds a fault, and each ISO is what it was. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { readFile, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildOnTarget } from "../../../src/stick/build/on-target.ts";
import { kitStage } from "../../../src/stick/build/stage-source.ts";
import { cancelled } from "../../../src/system/errors.ts";
import type { ProgressEvent } from "../../../src/system/progress.ts";
import { VERSION } from "../../../src/system/version.ts";
import { quietJob } from "../../support/jobs.ts";
import { testKit } from "../../support/kit.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  expectCleanVolume,
  extractPartition,
  fixtureIso,
  hashesByOthers,
  named,
  planStick,
  refreshTools,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
} from "../../support/sticks.ts";

let folder = "";
let isos: string[] = [];

beforeAll(async () => {
  folder = await suiteFolder();
  const debian = await fixtureIso("debian-live", folder);
  const memtest = await fixtureIso("memtest86+", folder);
  isos = [debian, memtest, await named(debian, folder, "救援 盘 $(x) & 'co'.iso")];
});

describe.each(["exfat", "fat32", "ntfs", "ext4"] as const)("%s", (fileSystem) => {
  test.each(["gpt", "mbr"] as const)("%s", async (scheme) => {
    const image = join(folder, `${fileSystem}-${scheme}.img`);
    const { entries, files, plan } = await buildStick(image, { fileSystem, scheme, isos });
    expect(plan.notes).toEqual([]);
    expect(entries).toBeGreaterThan(6);
    await expectCleanStick(image, fileSystem);

    const originals = await Promise.all(isos.map(sha256OfFile));
    const paths = isos.map((iso) => `/${iso.slice(folder.length + 1)}`);
    expect(await hashesByOthers(image, fileSystem, paths, isos)).toEqual(originals);
    expect(new Map(files.map(({ path, sha256 }) => [path, sha256]))).toEqual(
      new Map(paths.map((path, index) => [path, originals[index]])),
    );
  });
});

const WINDOWS = { windowsBytes: 100 * MIB, sizeBytes: 600 * MIB };
const GPT_NAMES = [
  "LIFEBOAT-EFI",
  "LIFEBOAT-BIOS",
  "Microsoft reserved partition",
  "Windows To Go",
];

test("a partition for Windows To Go, GPT", async () => {
  const image = join(folder, "windows-gpt.img");
  const { plan } = await buildStick(image, { ...WINDOWS, isos: isos.slice(0, 1) });
  await expectCleanStick(image, "exfat");
  const { label, id, partitions } = await sfdiskTable(image);
  expect(label).toBe("gpt");
  expect(partitions.map(({ name }) => name)).toEqual([plan.name, ...GPT_NAMES]);
  expect(plan.name).toBe(`LIFEBOAT-${id.slice(0, 8)}`);
  const windows = partitions.find(({ name }) => name === "Windows To Go");
  expect((windows?.size ?? 0) * 512).toBe(100 * MIB);
  await expectCleanVolume(await extractPartition(image, windows?.number ?? 0), "ntfs");
});

test("a partition for Windows To Go, MBR", async () => {
  const image = join(folder, "windows-mbr.img");
  await buildStick(image, { ...WINDOWS, scheme: "mbr", fileSystem: "ntfs" });
  await expectCleanStick(image, "ntfs");
  const { label, partitions } = await sfdiskTable(image);
  expect(label).toBe("dos");
  expect(partitions.map(({ type }) => type)).toEqual(["7", "ef", "7"]);
  await expectCleanVolume(await extractPartition(image, 3), "ntfs");
});

test("a size that is no whole number of sectors", async () => {
  const image = join(folder, "odd.img");
  await buildStick(image, { sizeBytes: 400_000_001 });
  await expectCleanStick(image, "exfat");
});

test("stopped before anything was written, it leaves what is there", async () => {
  const image = join(folder, "kept.img");
  const before = randomBytes(MIB);
  await writeFile(image, before);
  await truncate(image, 384 * MIB);
  const stopped = { report: () => {}, signal: AbortSignal.abort(cancelled()) };
  await expect(buildStick(image, { sizeBytes: 0, isos }, stopped)).rejects.toMatchObject({
    kind: "cancelled",
    text: { en: expect.stringContaining("nothing was written") as string },
  });
  expect((await readFile(image)).subarray(0, MIB).equals(before)).toBe(true);
});

test.each([
  ["since the plan", undefined],
  ["while it is built", /menu/],
] as const)("a file that came to be there %s is kept", async (_when, step) => {
  const image = join(folder, `appeared ${step === undefined}.img`);
  const plan = await planStick(image, { isos });
  const appear = () => writeFileSync(image, "somebody's");
  if (step === undefined) appear();
  const job = {
    ...quietJob(),
    report: ({ text }: ProgressEvent) => {
      if (step?.test(text.en) === true) appear();
    },
  };
  const stage = kitStage(await testKit(), VERSION);
  const building = buildOnTarget(plan, { stage, ...(await refreshTools()) }, job);
  await expect(building).rejects.toMatchObject({ code: "target-appeared" });
  expect(await readFile(image, "utf8")).toBe("somebody's");
  const left = (await readdir(folder)).filter((name) => name.endsWith("lifeboat-new"));
  expect(left).toEqual([]);
});
