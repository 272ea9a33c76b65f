/** Ventoy sticks that Ventoy's own steps have made: what lifeboat finds out about them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { openFile } from "../../../../src/block/file.ts";
import { encodeMark, decodeMark } from "../../../../src/stick/ventoy/mark.ts";
import { inspectVentoy } from "../../../../src/stick/ventoy/inspect.ts";
import { surveyVentoy } from "../../../../src/stick/ventoy/survey.ts";
import { quietJob } from "../../../support/jobs.ts";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { fixtureIso, refreshTools, sha256OfFile, suiteFolder } from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import type { MadeVentoyStick } from "../../../support/ventoy-stick.ts";
import { onDisk, ventoyStick } from "../../../support/ventoy-stick.ts";
import { copySparse } from "../../../support/copy-sparse.ts";

const SHAPES = [
  ["mbr", "exfat", 0],
  ["gpt", "exfat", 0],
  ["mbr", "ntfs", 5],
  ["gpt", "ext4", 5],
  ["gpt", "fat32", 0],
] as const;

const folder = await suiteFolder();
let release: VentoyParts;
let iso = "";
const made = new Map<string, MadeVentoyStick>();

beforeAll(async () => {
  release = await ventoyParts();
  iso = await fixtureIso("debian-live", join(folder, "isos"));
  const files = { "/isos/debian.iso": await readFile(iso), "/notes.txt": Buffer.from("mine") };
  for (const [scheme, fileSystem, reserveMib] of SHAPES) {
    const image = join(folder, `${scheme}-${fileSystem}.img`);
    const sizeMib = fileSystem === "exfat" ? 96 : 128;
    const options = { scheme, release, fileSystem, reserveMib, sizeMib, files };
    made.set(image, await ventoyStick(image, options));
  }
}, 120_000);

function madeAs(scheme: string, fileSystem: string): MadeVentoyStick {
  const found = made.get(join(folder, `${scheme}-${fileSystem}.img`));
  if (found === undefined) throw new Error(`no ${scheme} ${fileSystem}`);
  return found;
}

/** A copy to be changed, then surveyed. */
async function changed(
  { image }: MadeVentoyStick,
  change: Parameters<typeof onDisk>[1] = async () => {},
) {
  const copy = join(folder, "changed.img");
  await copySparse(image, copy);
  await onDisk(copy, change);
  const disk = await openFile(copy);
  try {
    return await surveyVentoy(disk);
  } finally {
    await disk.close();
  }
}

describe.each(SHAPES)("%s, %s, %i MiB reserved", (scheme, fileSystem, reserveMib) => {
  test("is told what it is", async () => {
    const stick = madeAs(scheme, fileSystem);
    const disk = await openFile(stick.image);
    const survey = await surveyVentoy(disk);
    expect(survey).toMatchObject({
      scheme,
      version: "9.9.9",
      secureBoot: true,
      uuid: stick.uuid.toString("hex"),
      interrupted: undefined,
      data: { number: 1, ...stick.data },
      esp: { number: 2, ...stick.esp },
    });
    // Behind a GPT the partition is moved up to seven sectors forward: alone, that is no reserve.
    const rest = stick.tailSectors - reserveMib * 2048;
    expect(rest).toBe(scheme === "gpt" ? 7 : 0);
    const reserved = reserveMib === 0 ? 0 : stick.tailSectors * 512;
    expect(survey?.reservedBytes).toBe(reserved);
    expect(survey?.deviceCheck.filter(({ ok }) => !ok)).toEqual([]);
    expect(survey?.deviceCheck.length).toBeGreaterThan(7);
    if (scheme === "mbr") expect(survey?.diskId).toBe(signatureOf(stick));
    await disk.close();
  });

  test("is inspected by the contract, ISOs and all", async () => {
    const stick = madeAs(scheme, fileSystem);
    const disk = await openFile(stick.image);
    const survey = await surveyVentoy(disk);
    if (survey === undefined) throw new Error("no Ventoy stick");
    const { recipes } = await refreshTools();
    const found = await inspectVentoy(disk, survey, recipes, quietJob());
    expect(found).toMatchObject({
      kind: "stick",
      scheme,
      sectorSize: 512,
      bootStage: { kind: "ventoy", versions: { ventoy: "9.9.9" }, secureBoot: true },
      isos: [{ path: "/isos/debian.iso", family: "debian-live", sha256: null }],
      interrupted: null,
    });
    expect(found.partitions).toMatchObject([
      { number: 1, start: stick.data.startLba, sectors: stick.data.sectors, fileSystem },
      {
        number: 2,
        start: stick.esp.startLba,
        sectors: 65536,
        fileSystem: "fat16",
        label: "VTOYEFI",
      },
    ]);
    // The extents lead to the ISO's bytes.
    const [one] = found.isos;
    const pieces: Buffer[] = [];
    for (const { start, sectors } of one?.extents ?? []) {
      const piece = Buffer.alloc(sectors * 512);
      await disk.read((stick.data.startLba + start) * 512, piece);
      pieces.push(piece);
    }
    const bytes = Buffer.concat(pieces).subarray(0, one?.size);
    expect(bytes.equals(await readFile(iso))).toBe(true);
    await disk.close();
  });
});

function signatureOf({ signature }: MadeVentoyStick): string {
  return Buffer.from(signature).reverse().toString("hex");
}

describe("known for one, whatever is wrong with it", () => {
  test.each(["mbr", "gpt"])("another label: %s", async (scheme) => {
    const stick = madeAs(scheme, "exfat");
    const copy = join(folder, "labelled.img");
    await copySparse(stick.image, copy);
    await judge("mlabel", ["-i", `${copy}@@${stick.esp.startLba * 512}`, "::OTHER"]);
    const disk = await openFile(copy);
    const survey = await surveyVentoy(disk);
    expect(survey?.version).toBe("9.9.9");
    expect(survey?.deviceCheck.filter(({ ok }) => !ok)).toMatchObject([{ code: 10 }]);
    await disk.close();
  });

  test("boot code of something else", async () => {
    const survey = await changed(madeAs("mbr", "exfat"), async (write) => {
      await write(0, Buffer.alloc(440, 0x90));
    });
    expect(survey?.deviceCheck.filter(({ ok }) => !ok).map(({ code }) => code)).toEqual([12, 12]);
  });

  test("a file of Ventoy's is gone", async () => {
    const stick = madeAs("mbr", "exfat");
    const copy = join(folder, "without.img");
    await copySparse(stick.image, copy);
    await judge("mdel", ["-i", `${copy}@@${stick.esp.startLba * 512}`, "::/grub/localboot.cfg"]);
    const disk = await openFile(copy);
    const survey = await surveyVentoy(disk);
    expect(survey?.deviceCheck.filter(({ ok }) => !ok)).toMatchObject([{ code: 2 | 0x1000 }]);
    await disk.close();
  });

  test("without files for Secure Boot, and of another version", async () => {
    const image = join(folder, "plain.img");
    const parts = await ventoyParts({ version: "1.2.3", secureBoot: false });
    await ventoyStick(image, { scheme: "gpt", release: parts });
    const disk = await openFile(image);
    expect(await surveyVentoy(disk)).toMatchObject({ version: "1.2.3", secureBoot: false });
    await disk.close();
  });

  test("a GPT whose Ventoy partition can't be read is known by its name", async () => {
    const stick = madeAs("gpt", "exfat");
    const survey = await changed(stick, async (write) => {
      await write(stick.esp.startLba * 512, Buffer.alloc(512));
    });
    expect(survey).toMatchObject({ version: undefined, secureBoot: undefined, volume: undefined });
  });

  test("one whose upgrade was cut short says from what to what", async () => {
    const stick = madeAs("mbr", "exfat");
    const mark = { from: "9.9.8", to: "9.9.9", secureBoot: false, backup: "/x", started: "now" };
    const survey = await changed(stick, async (write) => {
      await write(stick.esp.startLba * 512, encodeMark(mark));
    });
    expect(survey).toMatchObject({ interrupted: mark, version: undefined });
  });
});

test("reads only", async () => {
  const stick = madeAs("gpt", "exfat");
  const before = await sha256OfFile(stick.image);
  const disk = new RecordingRange(await openFile(stick.image, { writable: true }));
  await surveyVentoy(disk);
  expect(disk.log).toEqual([]);
  await disk.close();
  expect(await sha256OfFile(stick.image)).toBe(before);
});

test.each([
  ["an empty disk", new MemoryRange(1 << 20)],
  ["less than a sector", new MemoryRange(100)],
  ["large sectors", new MemoryRange(1 << 20, 4096)],
])("%s is none", async (_, disk) => {
  expect(await surveyVentoy(disk)).toBeUndefined();
});

test("a mark is read back, and one that doesn't fit keeps the file's name", () => {
  const mark = { from: "1.0", to: "2.0", secureBoot: true, backup: "/a/b.boot", started: "now" };
  expect(decodeMark(encodeMark(mark))).toEqual(mark);
  const long = `/${"long/".repeat(200)}b.boot`;
  expect(decodeMark(encodeMark({ ...mark, backup: long }))?.backup).toBe("b.boot");
  const name = `/${"n".repeat(600)}`;
  expect(decodeMark(encodeMark({ ...mark, backup: name }))?.backup).toBe("");
  const cut = encodeMark(mark);
  cut.writeUInt8((cut[40] ?? 0) ^ 1, 40);
  expect(decodeMark(cut)).toBeUndefined();
  expect(decodeMark(Buffer.alloc(512))).toBeUndefined();
});

test("damage anywhere is answered, not followed", async () => {
  const image = join(folder, "small.img");
  const stick = await ventoyStick(image, { scheme: "gpt", release, sizeMib: 48 });
  const bytes = await readFile(image);
  const { recipes } = await refreshTools();
  const esp = stick.esp.startLba * 512;
  const areas = [
    { start: 0, length: 34 * 512 },
    { start: 2048 * 512, length: 12 * 512 },
    { start: esp, length: 64 * 512 },
    { start: esp + 256 * 512, length: 64 * 512 },
    { start: bytes.length - 33 * 512, length: 33 * 512 },
  ];
  let known = 0;
  await mutate(bytes, { areas, iterations: fuzzRounds(60), seed: 9 }, async (disk) => {
    const survey = await surveyVentoy(disk);
    if (survey === undefined) return;
    known++;
    await inspectVentoy(disk, survey, recipes, quietJob());
  });
  expect(known).toBeGreaterThan(8);
}, 120_000);
