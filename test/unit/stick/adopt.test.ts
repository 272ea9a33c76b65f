/** Sticks of others become lifeboat's: what is on them stays, and every judge finds them in order. */
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { readBytes } from "../../../src/block/byte-range.ts";
import { openFile } from "../../../src/block/file.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { RecordingRange } from "../../../src/block/recorder.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import type { Kit } from "../../../src/boot/kit/kit.ts";
import { geometryOf } from "../../../src/disks/geometry.ts";
import { emptyGpt } from "../../../src/disks/gpt/table.ts";
import { GPT_TYPE } from "../../../src/disks/gpt/types.ts";
import { writeGpt } from "../../../src/disks/gpt/write.ts";
import { randomGuid } from "../../../src/disks/guid.ts";
import { readPartitions } from "../../../src/disks/partitions.ts";
import { TYPE } from "../../../src/filesystems/ntfs/attribute.ts";
import { openPieces, piecesOf } from "../../../src/filesystems/ntfs/file-record.ts";
import { openNtfsWritable } from "../../../src/filesystems/ntfs/index.ts";
import { RECORD } from "../../../src/filesystems/ntfs/mft-record.ts";
import { loadNtfs } from "../../../src/filesystems/ntfs/reader.ts";
import { walk } from "../../../src/filesystems/walk.ts";
import type { AdoptPlan } from "../../../src/stick/adopt/plan.ts";
import { planAdoption } from "../../../src/stick/adopt/plan.ts";
import { adoptDisk } from "../../../src/stick/adopt/adopt.ts";
import { adoptTarget, planAdoptionOf } from "../../../src/stick/adopt/on-target.ts";
import { mistakesOf } from "../../../src/stick/adopt/volume.ts";
import { restoreBootOf } from "../../../src/stick/boot-backup/on-target.ts";
import { kitStage } from "../../../src/stick/build/stage-source.ts";
import { formatVolume, openDataVolume, rangeOf } from "../../../src/stick/data/volume.ts";
import type { DataFileSystem, Scheme } from "../../../src/stick/layout.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { recogniseStick } from "../../../src/stick/stick.ts";
import { examineTarget } from "../../../src/stick/target.ts";
import { planUpgrade } from "../../../src/stick/upgrade/plan.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { JobContext } from "../../../src/system/progress.ts";
import { run } from "../../../src/system/run.ts";
import type { ForeignStick } from "../../support/foreign-sticks.ts";
import { ALL, EVERY_OTHER, NONE, powerCuts } from "../../support/power-cuts.ts";
import { emptyFile, foreignStick, isoFiles } from "../../support/foreign-sticks.ts";
import { cancelledJob, quietJob } from "../../support/jobs.ts";
import { smallKit } from "../../support/small-kit.ts";
import {
  MIB,
  expectCleanStick,
  expectCleanVolume,
  extractPartition,
  fixtureIso,
  hashesByOthers,
  refreshTools,
  sfdiskTable,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";

const folder = await suiteFolder();
const PATHS = ["/debian.iso", "/镜像/救援 盘 $(x) & 'co'.iso", "/ventoy/ventoy.json"];
let kit: Kit;
let tools: RefreshTools;
let files: Record<string, Buffer> = {};
let originals: string[] = [];

beforeAll(async () => {
  tools = await refreshTools();
  kit = await smallKit(join(folder, "kit"), "one");
  const debian = await fixtureIso("debian-live", folder);
  const memtest = await fixtureIso("memtest86+", folder);
  const config = join(folder, "ventoy.json");
  await writeFile(config, '{ "control": [] }');
  originals = [debian, memtest, config];
  files = await isoFiles(
    Object.fromEntries(PATHS.map((path, index) => [path, originals[index] ?? ""])),
  );
}, 240_000);

async function fresh(stick: ForeignStick): Promise<string> {
  const image = join(await mkdtemp(join(folder, "stick-")), "stick.img");
  await foreignStick(image, { files, ...stick });
  return image;
}

const stage = () => kitStage(kit, "0.0.1");
const options = { secureBoot: true, language: "en" as const };

async function planOf(image: string): Promise<AdoptPlan> {
  return planAdoptionOf(image, {}, options, { stage: stage(), run }, quietJob());
}

async function adopt(image: string, job: JobContext = quietJob()) {
  const plan = await planOf(image);
  const backupFile = `${image}.saved`;
  const all = { ...tools, stage: stage(), version: "0.0.1", now: new Date(), backupFile };
  return { plan, ...(await adoptTarget(plan, all, job)) };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "nothing",
    (error: unknown) => {
      if (!(error instanceof LifeboatError)) throw error;
      expect(error.kind, error.message).toBe("refused");
      expect(error.hint?.zh).toBeTruthy();
      return error.code;
    },
  );
}

/** The files of the disk's first partition: path, length, content. */
async function filesOn(disk: ByteRange, fileSystem: DataFileSystem): Promise<string[]> {
  const { partitions } = await readPartitions(disk);
  const [data] = partitions;
  if (data === undefined) return [];
  const place = { disk, path: "stick", startLba: data.startLba, sectors: data.sectors };
  const volume = await openDataVolume(fileSystem, place, rangeOf(place), run);
  const found: string[] = [];
  for await (const { path, kind } of walk(volume)) {
    if (kind !== "file" || files[path] === undefined) continue;
    const file = await volume.open(path);
    const same = (await readBytes(file, 0, file.size)).equals(files[path]);
    found.push(`${path} ${same}`);
  }
  return found.toSorted();
}

const allFiles = () => PATHS.map((path) => `${path} true`).toSorted();

const SHAPES: readonly [string, ForeignStick, AdoptPlan["room"]][] = [
  ["plain, with room behind", { scheme: "gpt", fileSystem: "exfat", freeMib: 300 }, "free"],
  ["plain, full", { scheme: "mbr", fileSystem: "exfat" }, "file-system"],
  ["plain, full", { scheme: "gpt", fileSystem: "exfat" }, "file-system"],
  ["Ventoy", { scheme: "mbr", fileSystem: "exfat", ventoy: true }, "file-system"],
  ["Ventoy", { scheme: "gpt", fileSystem: "exfat", ventoy: true }, "file-system"],
  ["Ventoy -r 300", { scheme: "gpt", fileSystem: "exfat", ventoy: true, freeMib: 300 }, "free"],
  ["Ventoy -r 120", { scheme: "mbr", fileSystem: "exfat", ventoy: true, freeMib: 121 }, "free"],
  ["Ventoy, formatted anew", { scheme: "mbr", fileSystem: "ntfs", ventoy: true }, "file-system"],
  ["plain, full", { scheme: "mbr", fileSystem: "fat32" }, "file-system"],
  ["plain, with room behind", { scheme: "gpt", fileSystem: "fat32", freeMib: 257 }, "free"],
  ["plain, full", { scheme: "gpt", fileSystem: "ntfs" }, "file-system"],
  ["plain, with room behind", { scheme: "mbr", fileSystem: "ntfs", freeMib: 280 }, "free"],
  ["plain, with room behind", { scheme: "gpt", fileSystem: "ext4", freeMib: 300 }, "free"],
  ["shrunk before", { scheme: "mbr", fileSystem: "ext4", shortMib: 280 }, "partition"],
];

/** As Windows lays out a stick with GPT. */
const RESERVED = "start=34, size=32734, type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE";

test("Microsoft's reserved partition goes, and its place is free for the core image", async () => {
  const shape = { scheme: "gpt", fileSystem: "exfat", startLba: 32768, more: [RESERVED] } as const;
  const image = await fresh(shape);
  const { plan } = await adopt(image);
  expect(plan.notes.map(({ en }) => en).join()).toMatch(/Partition 2 \(Microsoft reserved/);
  await expectCleanStick(image, "exfat");
  expect(await hashesByOthers(image, "exfat", PATHS, originals)).toHaveLength(3);
});

test("the boot partition on a disk larger than an MBR reaches", async () => {
  const sizeMib = 2.5 * MIB;
  const shape = { scheme: "mbr", fileSystem: "exfat", sizeMib, freeMib: sizeMib - 400 } as const;
  const image = await fresh(shape);
  const { plan } = await adopt(image);
  const esp = plan.layout.partitions.find(({ role }) => role === "esp");
  expect((esp?.startLba ?? 0) + (esp?.sectors ?? 0)).toBeLessThanOrEqual(2 ** 32);
  const { partitions } = await sfdiskTable(image);
  expect(partitions[1]).toMatchObject({ start: esp?.startLba, size: esp?.sectors });
  await withStick(image, async (stick) => {
    const { findings } = await verifyStick(stick, { deep: false }, run, quietJob());
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
  await rm(image);
});

test("a disk with sectors of 4096 bytes, without a BIOS stage", async () => {
  const image = join(await mkdtemp(join(folder, "stick-")), "stick.img");
  await emptyFile(image, 700 * MIB);
  const disk = await openFile(image, { writable: true, sectorSize: 4096 });
  const table = emptyGpt(geometryOf(disk), randomGuid());
  const about = { number: 1, type: GPT_TYPE.microsoftBasicData, guid: randomGuid() };
  const sectors = table.lastUsableLba - 255;
  const data = { ...about, startLba: 256, sectors, attributes: 0n, name: "Data" };
  await writeGpt(disk, { ...table, partitions: [data] });
  const place = { disk, path: image, startLba: 256, sectors };
  const identity = { label: "DATA", serial: 1n, uuid: "", now: new Date() };
  await formatVolume("exfat", place, identity, run);
  const volume = await openDataVolume("exfat", place, rangeOf(place), run);
  await volume.writeFile("/debian.iso", files["/debian.iso"] ?? Buffer.alloc(0));
  await carryOut(disk, image);
  const stick = await recogniseStick(disk, image);
  expect(stick.manifest.bootStage.bios).toBeUndefined();
  const { findings } = await verifyStick(stick, { deep: true }, run, quietJob());
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  await disk.close();
});

test.each(
  SHAPES.map(([what, stick, room]) => [what, stick.scheme, stick.fileSystem, stick, room] as const),
)(
  "%s: %s, %s",
  async (_what, scheme, fileSystem, stick, room) => {
    const image = await fresh(stick);
    const before = await sfdiskTable(image);
    const hashes = await hashesByOthers(image, fileSystem, PATHS, originals);
    const { plan, isos, entries, savedTo } = await adopt(image);
    expect(plan.room).toBe(room);
    expect({ isos, entries: entries > 2 }).toEqual({ isos: 2, entries: true });
    expect(savedTo).toBe(`${image}.saved`);

    await expectCleanStick(image, fileSystem);
    expect(await hashesByOthers(image, fileSystem, PATHS, originals)).toEqual(hashes);
    const after = await sfdiskTable(image);
    expect(after.id).toBe(before.id);
    const [data, esp] = after.partitions;
    expect(data?.start).toBe(before.partitions[0]?.start);
    if (room === "free") expect(data?.size).toBe(before.partitions[0]?.size);
    else expect(data?.size).toBeLessThan(before.partitions[0]?.size ?? 0);
    expect((esp?.start ?? 1) % 2048).toBe(0);
    if (scheme === "gpt") {
      const uuids = [before, after].map(({ partitions }) => JSON.stringify(partitions[0]));
      const [old, now] = uuids.map((text) => /"uuid":"([^"]+)"/.exec(text)?.[1]);
      expect(now).toBe(old);
      expect(after.partitions.map(({ name }) => name)).toEqual([
        plan.name,
        "LIFEBOAT-EFI",
        "LIFEBOAT-BIOS",
      ]);
    } else {
      expect(after.partitions.map(({ type }) => type)[1]).toBe("ef");
      expect(after.partitions).toHaveLength(2);
    }

    await withStick(image, async ({ disk, path }) => {
      const open = async () => recogniseStick(disk, path);
      const { findings } = await verifyStick(
        await open(),
        { deep: true, ...tools },
        run,
        quietJob(),
      );
      // The ISOs' kernels are made up, and nobody has signed them.
      const serious = findings.filter(({ severity }) => severity !== "info");
      expect(serious.filter(({ id }) => id !== "secure-boot-unsigned")).toEqual([]);
      expect(await refreshStick(await open(), tools, quietJob())).toMatchObject({ changed: false });
      const upgrade = await planUpgrade(
        await open(),
        { ...tools, kit, version: "0.0.1" },
        quietJob(),
      );
      expect(upgrade.plan.upToDate).toBe(true);
    });
    expect(await codeOf(planOf(image))).toBe("already-a-stick");
  },
  60_000,
);

describe("files at the end of an exFAT volume", () => {
  const AT_END = { scheme: "mbr", fileSystem: "exfat", ventoy: true, fillerMib: 300 } as const;

  test("are moved, and are what they were", async () => {
    const image = await fresh(AT_END);
    const hashes = await hashesByOthers(image, "exfat", PATHS, originals);
    const { plan, isos } = await adopt(image);
    expect(plan.moves.map(({ path }) => path).toSorted()).toEqual(
      [...PATHS, "/镜像", "/ventoy"].toSorted(),
    );
    expect(plan.room).toBe("file-system");
    expect(isos).toBe(2);
    await expectCleanStick(image, "exfat");
    expect(await hashesByOthers(image, "exfat", PATHS, originals)).toEqual(hashes);
    await withStick(image, async (stick) => {
      const { findings } = await verifyStick(stick, { deep: true, ...tools }, run, quietJob());
      expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    });
  });

  test("cancelled while they are moved: all are there, and nothing else has changed", async () => {
    const image = await fresh(AT_END);
    const before = await head(image);
    const job = cancelledJob((event) => event.kind === "bytes" && /Moving/.test(event.text.en));
    await expect(adopt(image, job)).rejects.toMatchObject({ kind: "cancelled" });
    expect((await head(image)).equals(before)).toBe(true);
    await expectCleanVolume(await extractPartition(image, 1), "exfat");
    expect(await hashesByOthers(image, "exfat", PATHS, originals)).toHaveLength(3);
  });

  test("are named where there is no room for them", async () => {
    const image = await fresh({
      ...AT_END,
      fillerMib: 0,
      files: { "/一.iso": Buffer.alloc(200 * MIB, 1), "/末尾.iso": Buffer.alloc(100 * MIB, 2) },
    });
    const failure = await planOf(image).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "adopt-no-room", kind: "refused" });
    expect((failure as LifeboatError).hint?.en).toMatch(/末尾\.iso/);
  });
});

describe("and back", () => {
  test.each(["gpt", "mbr"] as const)("restore-boot gives Ventoy its stick, %s", async (scheme) => {
    const image = await fresh({ scheme, fileSystem: "exfat", ventoy: true });
    const before = await sfdiskTable(image);
    const boot = await head(image);
    const ventoy = await readFile(await extractPartition(image, 2));
    const { savedTo } = await adopt(image);
    expect((await head(image)).equals(boot)).toBe(false);
    const checks = { otherDisk: false };
    await restoreBootOf(image, savedTo, checks, run, quietJob(), async ({ execute }) =>
      execute(quietJob()),
    );
    expect(await sfdiskTable(image)).toEqual(before);
    expect((await head(image)).equals(boot)).toBe(true);
    expect((await readFile(await extractPartition(image, 2))).equals(ventoy)).toBe(true);
    // The file system is smaller than its partition now, and in order.
    await expectCleanVolume(await extractPartition(image, 1), "exfat");
    // And again: this time nothing has to become smaller.
    await rm(savedTo);
    expect((await adopt(image)).plan.room).toBe("partition");
    await expectCleanStick(image, "exfat");
  });
});

async function head(image: string): Promise<Buffer> {
  const disk = await openFile(image);
  try {
    return await readBytes(disk, 0, MIB);
  } finally {
    await disk.close();
  }
}

describe("refused", () => {
  const gpt = { scheme: "gpt", fileSystem: "exfat" } as const;

  test("what lies at the end is named", async () => {
    // Almost full, so that the last file lies where the boot partition would.
    const image = await fresh({
      ...gpt,
      sizeMib: 200,
      files: { "/一.iso": randomBytes(110 * MIB), "/末尾.iso": randomBytes(60 * MIB) },
    });
    const failure = await planOf(image).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "adopt-no-room", kind: "refused" });
    expect((failure as LifeboatError).hint?.en).toMatch(/末尾\.iso/);
  });

  test.each([
    ["ext4 that fills its partition", { scheme: "mbr", fileSystem: "ext4" }, "adopt-no-room"],
    [
      "a second partition",
      { ...gpt, freeMib: 300, more: ["size=20MiB, type=L"] },
      "adopt-other-partition",
    ],
    ["no gap", { scheme: "mbr", fileSystem: "fat32", startLba: 40 }, "adopt-no-gap"],
    ["too small a gap", { scheme: "mbr", fileSystem: "exfat", startLba: 44 }, "adopt-no-gap"],
  ] as const)("%s", async (_what, stick: ForeignStick, code) => {
    expect(await codeOf(planOf(await fresh(stick)))).toBe(code);
  });

  test("a gap of 63 sectors is enough for a small core image", async () => {
    const image = await fresh({ scheme: "mbr", fileSystem: "fat32", startLba: 63, freeMib: 300 });
    await adopt(image);
    await expectCleanStick(image, "fat32");
  });

  test("a file system without a partition table, and nothing at all", async () => {
    const image = await fresh(gpt);
    const part = await extractPartition(image, 1);
    expect(await codeOf(planOf(part))).toBe("adopt-no-table");
    await writeFile(part, Buffer.alloc(MIB));
    expect(await codeOf(planOf(part))).toBe("adopt-no-table");
  });

  test.each([
    ["a damaged bitmap", "exfat", 16, "adopt-dirty"],
    ["BitLocker", "exfat", 0, "adopt-bitlocker"],
    ["noise", "exfat", 1, "adopt-file-system"],
  ] as const)("%s", async (what, fileSystem, _at, code) => {
    const image = await fresh({ scheme: "mbr", fileSystem });
    const disk = await openFile(image, { writable: true });
    const start = 2048 * 512;
    if (what === "BitLocker") {
      const sector = await readBytes(disk, start, 512);
      sector.write("-FVE-FS-", 3, "latin1");
      await disk.write(start, sector);
    } else if (what === "noise") await disk.write(start, Buffer.alloc(MIB, 0x5a));
    else {
      const sector = await readBytes(disk, start, 512);
      const heap = sector.readUInt32LE(88) * 512;
      // The bitmap is the first thing in the heap of everybody's volumes: all free.
      await disk.write(start + heap, Buffer.alloc(512));
    }
    await disk.close();
    expect(await codeOf(planOf(image))).toBe(code);
  });

  test("NTFS that Windows hasn't closed", async () => {
    const image = await fresh({ scheme: "mbr", fileSystem: "ntfs" });
    const part = await extractPartition(image, 1);
    const volume = await readFile(part);
    // $Volume is the MFT's fourth record; its flags follow the version 3.1.
    const mft = Number(volume.readBigUInt64LE(48)) * volume.readUInt8(13) * 512;
    const version = volume.indexOf(Buffer.from([3, 1]), mft + 3 * 1024 + 56);
    const disk = await openFile(image, { writable: true });
    const sectorAt = Math.floor((2048 * 512 + version) / 512) * 512;
    const sector = await readBytes(disk, sectorAt, 512);
    sector.writeUInt16LE(1, 2048 * 512 + version + 2 - sectorAt);
    await disk.write(sectorAt, sector);
    await disk.close();
    expect(await codeOf(planOf(image))).toBe("adopt-dirty");
  });

  test("NTFS whose $Bitmap calls a file's clusters at the end free", async () => {
    const image = await fresh({ scheme: "gpt", fileSystem: "ntfs", sizeMib: 640 });
    const disk = await openFile(image, { writable: true });
    const { partitions } = await readPartitions(disk);
    const [data] = partitions;
    if (data === undefined) throw new Error("no partition");
    const range = new SliceRange(disk, data.startLba * 512, data.sectors * 512);
    const volume = await openNtfsWritable(range, {});
    // All but 8 MiB: the file reaches the volume's end.
    const file = await volume.reserve(volume.freeBytes - 8 * MIB);
    await file.commit("/large", new Date());
    const ends = ((await volume.extents("/large")) ?? []).map(
      ({ start, length }) => start + length,
    );
    expect(Math.max(...ends)).toBeGreaterThan(600 * MIB);
    const { mft, geometry } = await loadNtfs(range);
    const pieces = piecesOf(await mft.file(RECORD.bitmap), TYPE.data);
    const bitmap = openPieces(pieces, range, geometry, "$Bitmap", { writable: true });
    const from = Math.ceil((350 * MIB) / geometry.clusterBytes / 8 / 512) * 512;
    const bits = await readBytes(bitmap, from, bitmap.size - from);
    const last = Math.floor(geometry.clusters / 8) - from;
    bits.fill(0, 0, last);
    // Bits behind the last cluster stay set.
    bits.writeUInt8(0xff & (0xff << (geometry.clusters % 8)), last);
    await bitmap.write(from, bits);
    await disk.flush();
    await disk.close();
    expect(await codeOf(planOf(image))).toBe("adopt-dirty");
  });

  test("a table that is damaged", async () => {
    const image = await fresh(gpt);
    const disk = await openFile(image, { writable: true });
    await disk.write(512 + 60, Buffer.from([1]));
    await disk.close();
    expect(await codeOf(planOf(image))).toBe("adopt-table-damaged");
  });

  test("what changed since the plan", async () => {
    const image = await fresh({ ...gpt, freeMib: 300 });
    const plan = await planOf(image);
    const changed = { ...plan, layout: { ...plan.layout, totalSectors: 1 } };
    const all = {
      ...tools,
      stage: stage(),
      version: "0",
      now: new Date(),
      backupFile: `${image}.x`,
    };
    expect(await codeOf(adoptTarget(changed, all, quietJob()))).toBe("changed-since-plan");
  });
});

describe("given up half-way, everything is as it was", () => {
  const VENTOY = { scheme: "mbr", fileSystem: "exfat", ventoy: true } as const;

  test("cancelled", async () => {
    const image = await fresh(VENTOY);
    const before = await head(image);
    const job = cancelledJob((event) => event.kind === "step" && /menu/.test(event.text.en));
    await expect(adopt(image, job)).rejects.toMatchObject({ kind: "cancelled" });
    expect((await head(image)).equals(before)).toBe(true);
    await expectCleanVolume(await extractPartition(image, 1), "exfat");
    expect(await hashesByOthers(image, "exfat", PATHS, originals)).toHaveLength(3);
  });

  test.each([
    ["the core image", 40 * 512],
    ["the first sector", 0],
    ["the file system's own sectors", 2048 * 512],
  ])("a medium that loses %s", async (_what, place) => {
    const image = await fresh(VENTOY);
    const file = await openFile(image);
    const disk = new LosingRange(new OverlayRange(file), place);
    const work = carryOut(disk, image);
    await expect(work).rejects.toMatchObject({ code: "read-back-mismatch" });
    await expect(work).rejects.toThrow(/is as it was/);
    disk.lost = true;
    for (const [start, length] of [
      [0, MIB],
      [MIB, 2 * MIB],
    ] as const) {
      const now = await readBytes(disk, start, length);
      expect(now.equals(await readBytes(file, start, length)), String(start)).toBe(true);
    }
    expect(await filesOn(disk, "exfat")).toEqual(allFiles());
    await file.close();
  });
});

/** Over a range; `path` names it. */
async function carryOut(disk: ByteRange, path: string) {
  const { sectorSize } = disk;
  const target = { ...(await examineTarget(path, undefined, {}, run)), sectorSize };
  const all = {
    ...tools,
    stage: stage(),
    version: "0",
    now: new Date(),
    beforeReadBack: async () => {},
  };
  const prepared = await planAdoption(disk, target, options, all, quietJob());
  const saved = join(await mkdtemp(join(folder, "saved-")), "x");
  return adoptDisk(prepared, disk, path, { ...all, backupFile: saved }, quietJob());
}

/** The first write to one place reaches it as zeroes: what bad media do. */
class LosingRange extends SliceRange {
  lost = false;
  readonly #place: number;

  constructor(disk: ByteRange, place: number) {
    super(disk, 0, disk.size);
    this.#place = place;
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    const hit = !this.lost && offset <= this.#place && this.#place < offset + data.length;
    if (!hit) return super.write(offset, data);
    this.lost = true;
    // Zeroes in the first sector would be no table at all, and everything else be seen for what it is.
    const torn = Buffer.from(data);
    torn.fill(0x11, this.#place - offset + 8, this.#place - offset + 60);
    await super.write(offset, torn);
  }
}

describe("cut off anywhere, it is the old stick or the new one", () => {
  test.each([
    ["exfat", "mbr"],
    ["exfat", "gpt"],
    ["fat32", "gpt"],
    ["ntfs", "mbr"],
  ] as const)(
    "%s, %s",
    async (fileSystem: DataFileSystem, scheme: Scheme) => {
      const ventoy = fileSystem === "exfat";
      const image = await fresh({ scheme, fileSystem, ventoy });
      const file = await openFile(image);
      const recorder = new RecordingRange(new OverlayRange(file));
      await carryOut(recorder, image);
      const { log } = recorder;
      const boot = log.findIndex((event) => event.kind === "write" && event.offset < 2 * MIB);
      expect(boot).toBeGreaterThan(20);
      const seen = { old: 0, new: 0 };
      // Writes to the boot partition before: a few of them; all that come behind.
      const counts = Array.from({ length: 6 }, (_, index) => Math.floor((boot * index) / 6));
      for (let count = boot; count <= log.length; count++) counts.push(count);
      for await (const { disk, count } of powerCuts(file, log, [ALL, NONE, EVERY_OTHER], counts)) {
        expect(await filesOn(disk, fileSystem), `after ${count} of ${log.length}`).toEqual(
          allFiles(),
        );
        const stick = await recogniseStick(disk, "stick").catch(() => undefined);
        if (stick === undefined) {
          seen.old++;
          continue;
        }
        seen.new++;
        const { findings } = await verifyStick(stick, { deep: false }, run, quietJob());
        const wrong = findings.filter(({ severity }) => severity === "error").map(({ id }) => id);
        // Between a GPT and its boot code no BIOS starts it; `upgrade` puts that right.
        const allowed = /^(boot-code-changed|gpt-.*)$/;
        expect(wrong.filter((id) => !allowed.test(id))).toEqual([]);
      }
      expect(seen.old).toBeGreaterThan(0);
      expect(seen.new).toBeGreaterThan(0);
      // The last state is whole.
      const { partitions } = await readPartitions(recorder);
      const data = partitions.find(({ number }) => number === 1);
      const range = new SliceRange(
        recorder,
        (data?.startLba ?? 0) * 512,
        (data?.sectors ?? 0) * 512,
      );
      expect(await mistakesOf(fileSystem, range, quietJob())).toEqual([]);
      await file.close();
    },
    120_000,
  );
});
