/** What was saved of a Ventoy stick, brought back to a partition that nothing shows to be Ventoy's any more. sgdisk and mkfs.fat spoil it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import { openBackup } from "../../../../src/stick/boot-backup/read.ts";
import { planRestore, restoreBoot } from "../../../../src/stick/boot-backup/restore.ts";
import { saveBoot } from "../../../../src/stick/boot-backup/save.ts";
import { surveyVentoy } from "../../../../src/stick/ventoy/survey.ts";
import { quietJob } from "../../../support/jobs.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import { onDisk, ventoyStick } from "../../../support/ventoy-stick.ts";
import { copySparse } from "../../../support/copy-sparse.ts";

const SCHEMES = ["mbr", "gpt"] as const;
type Scheme = (typeof SCHEMES)[number];
const ESP_BYTES = 32 << 20;
const about = { version: "0.0.1", now: new Date("2026-01-02T03:04:05Z") };

const folder = await suiteFolder();
const espStarts = new Map<Scheme, number>();

beforeAll(async () => {
  const release = await ventoyParts();
  for (const scheme of SCHEMES) {
    const files = { "/notes.txt": Buffer.from("mine") };
    const { esp } = await ventoyStick(made(scheme), { scheme, release, sizeMib: 48, files });
    espStarts.set(scheme, esp.startLba);
  }
}, 120_000);

const made = (scheme: Scheme) => join(folder, `${scheme}.img`);

let count = 0;
/** A copy, saved after `before` was done to it, and spoilt then: nothing says that its partition 2 is Ventoy's. */
async function spoilt(scheme: Scheme, before = async (_image: string) => {}) {
  const image = join(folder, `spoilt-${count++}.img`);
  await copySparse(made(scheme), image);
  await before(image);
  const file = `${image}.lifeboat-boot`;
  const disk = await openFile(image);
  await saveBoot(disk, "stick", file, about, quietJob());
  await disk.close();
  const saved = await readFile(image);
  const espStart = (espStarts.get(scheme) ?? 0) * 512;
  await onDisk(image, async (write) => {
    await write(espStart, Buffer.alloc(ESP_BYTES));
    // The type of the second entry: exFAT or NTFS.
    if (scheme === "mbr") await write(446 + 16 + 4, Buffer.from([7]));
  });
  if (scheme === "gpt") await judge("sgdisk", ["--change-name=2:data", image]);
  expect(await surveyed(image)).toBeUndefined();
  return { image, file, saved, espStart };
}

async function surveyed(image: string) {
  const disk = await openFile(image);
  const survey = await surveyVentoy(disk);
  await disk.close();
  return survey;
}

async function restore(image: string, file: string, otherDisk = false): Promise<number> {
  const disk = await openFile(image, { writable: true });
  const backup = await openBackup(file);
  try {
    const plan = await planRestore(backup, disk, "stick", { otherDisk }, quietJob());
    return await restoreBoot(plan, backup, disk, async () => {}, quietJob());
  } finally {
    await backup.close();
    await disk.close();
  }
}

describe.each(SCHEMES)("%s", (scheme) => {
  test("a partition that was zeroed and renamed comes back, byte for byte", async () => {
    const { image, file, saved } = await spoilt(scheme);
    expect(await restore(image, file)).toBeGreaterThan(0);
    expect((await readFile(image)).equals(saved)).toBe(true);
    expect(await surveyed(image)).toMatchObject({ version: "9.9.9" });
  });

  test("a file system that somebody made there since stays", async () => {
    const { image, file, espStart } = await spoilt(scheme);
    const offset = `--offset=${espStart / 512}`;
    await judge("mkfs.fat", ["-F", "16", "-n", "MINE", offset, image, String(ESP_BYTES / 1024)]);
    const before = await readFile(image);
    await expect(restore(image, file)).rejects.toMatchObject({ code: "in-partition" });
    expect((await readFile(image)).equals(before)).toBe(true);
  });

  test("nor does it come back to another disk that has a partition there", async () => {
    const { image, file } = await spoilt(scheme);
    if (scheme === "gpt") await judge("sgdisk", ["--disk-guid=R", image]);
    else await judge("sfdisk", ["--disk-id", image, "0x12345678"]);
    const before = await readFile(image);
    await expect(restore(image, file, true)).rejects.toMatchObject({ code: "in-partition" });
    expect((await readFile(image)).equals(before)).toBe(true);
  });
});

test.each([
  ["number", ["--transpose=2:3"]],
  ["size", ["--delete=2", "--new=2:0:+31M", "--typecode=2:0700"]],
])("a partition of another %s there stays", async (_, change) => {
  const { image, file } = await spoilt("gpt");
  await judge("sgdisk", [...change, image]);
  const before = await readFile(image);
  await expect(restore(image, file)).rejects.toMatchObject({ code: "in-partition" });
  expect((await readFile(image)).equals(before)).toBe(true);
});

test("in a GPT that doesn't name it the file knows it by what is in it", async () => {
  const rename = async (image: string) => judge("sgdisk", ["--change-name=2:boot", image]);
  const { image, file, saved } = await spoilt("gpt", async (one) => void (await rename(one)));
  expect(await restore(image, file)).toBeGreaterThan(0);
  expect((await readFile(image)).equals(saved)).toBe(true);
});
