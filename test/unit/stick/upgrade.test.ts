/** A new kit's boot stage on an old stick: what changes, what doesn't, and what is left when it is cut or fails. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { readBytes } from "../../../src/block/byte-range.ts";
import { openFile } from "../../../src/block/file.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { RecordingRange } from "../../../src/block/recorder.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import { sha256Of } from "../../../src/boot/kit/kit.ts";
import type { Kit } from "../../../src/boot/kit/kit.ts";
import { findBiosCore } from "../../../src/boot/bios-stage.ts";
import { KIT_PATHS } from "../../../src/boot/kit/manifest.ts";
import { openFat } from "../../../src/filesystems/fat32/index.ts";
import { findBootPlaces } from "../../../src/stick/boot-backup/places.ts";
import { openBackup } from "../../../src/stick/boot-backup/read.ts";
import { planRestore, restoreBoot } from "../../../src/stick/boot-backup/restore.ts";
import { saveBoot } from "../../../src/stick/boot-backup/save.ts";
import { readWhole } from "../../../src/stick/esp/files.ts";
import type { StickManifest } from "../../../src/stick/manifest.ts";
import {
  STICK_FORMAT,
  encodeJson,
  parseStickManifest,
  parseStickRecords,
} from "../../../src/stick/manifest.ts";
import { readSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import type { Stick } from "../../../src/stick/stick.ts";
import { openDataToRead, recogniseStick } from "../../../src/stick/stick.ts";
import { planUpgrade } from "../../../src/stick/upgrade/plan.ts";
import { upgradeStick } from "../../../src/stick/upgrade/upgrade.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { JobContext } from "../../../src/system/progress.ts";
import { run } from "../../../src/system/run.ts";
import { ALL, EVERY_OTHER, powerCuts } from "../../support/power-cuts.ts";
import { cancelledJob, quietJob } from "../../support/jobs.ts";
import { smallKit, smallStick } from "../../support/small-kit.ts";
import {
  MIB,
  expectCleanStick,
  fixtureIso,
  refreshTools,
  suiteFolder,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const SHAPES = [
  ["gpt", 512, "exfat"],
  ["mbr", 512, "ntfs"],
  ["gpt", 512, "ext4"],
  ["mbr", 512, "fat32"],
  ["gpt", 4096, "exfat"],
] as const;

const folder = await suiteFolder();
let one: Kit;
let two: Kit;
let tools: RefreshTools;
const images = new Map<string, string>();

beforeAll(async () => {
  tools = await refreshTools();
  one = await smallKit(join(folder, "kit-one"), "one");
  // Another length of everything that has one, and one file that is the same.
  two = await smallKit(join(folder, "kit-two"), "two", {
    coreSectors: 9,
    unmarked: [KIT_PATHS.font],
  });
  const iso = await fixtureIso("debian-live", join(folder, "isos"));
  for (const [scheme, sectorSize, fileSystem] of SHAPES) {
    const image = join(folder, `${scheme}-${sectorSize}-${fileSystem}.img`);
    const sizeBytes = 400 * MIB;
    const options = { scheme, sectorSize, fileSystem, sizeBytes, isos: [iso] };
    await (await smallStick(image, one, options)).close();
    images.set([scheme, sectorSize, fileSystem].join(), image);
  }
}, 240_000);

const imageOf = (...shape: readonly (string | number)[]) => images.get(shape.join()) ?? "";

interface UpgradeOptions {
  readonly kit?: Kit;
  readonly job?: JobContext;
  readonly version?: string;
  readonly path?: string;
}

/** Plans and carries out over a range. */
async function upgrade(disk: ByteRange, options: UpgradeOptions = {}) {
  const { kit = two, job = quietJob(), version = "0.0.2", path = "stick" } = options;
  const stick = await recogniseStick(disk, path);
  const all = { ...tools, kit, version };
  const prepared = await planUpgrade(stick, all, job);
  const inside = await mkdtemp(join(folder, "saved-"));
  const result = await upgradeStick(
    stick,
    prepared,
    {
      ...all,
      now: new Date(),
      backupFile: join(inside, "old.lifeboat-boot"),
      beforeReadBack: async () => {},
    },
    job,
  );
  return { ...result, plan: prepared.plan };
}

async function hashOf(range: ByteRange, start: number, length: number): Promise<string> {
  const hash = createHash("sha256");
  for (let at = 0; at < length; at += MIB) {
    hash.update(await readBytes(range, start + at, Math.min(MIB, length - at)));
  }
  return hash.digest("hex");
}

async function dataHash(disk: ByteRange): Promise<string> {
  const { others } = await findBootPlaces(disk, "stick");
  const [data] = others;
  return hashOf(disk, data?.start ?? 0, data?.length ?? 0);
}

/** Of everything that starts the stick, as `backup-boot` would save it: no free clusters. */
async function bootHashes(disk: ByteRange): Promise<string[]> {
  const inside = await mkdtemp(join(folder, "hashes-"));
  const about = { version: "0", now: new Date() };
  const saved = await saveBoot(disk, "stick", join(inside, "x"), about, quietJob());
  await rm(inside, { recursive: true });
  return saved.header.sections.map(({ kind, sha256 }) => `${kind} ${sha256}`);
}

/**
 * Which kit's stage each firmware starts: all that UEFI reads is of one kit, and so is what a BIOS starts. Reads as firmware does, no
 * more than it needs: it is asked a thousand times.
 */
async function stageOf(disk: ByteRange) {
  const { places } = await findBootPlaces(disk, "stick");
  const { start = 0, length = 0 } = places.find(({ kind }) => kind === "esp") ?? {};
  const esp = await openFat(new SliceRange(disk, start, length));
  const read = async (path: string) => (await readWhole(esp, path)) ?? Buffer.alloc(0);
  const manifest = parseStickManifest(await read("/lifeboat/stick.json"));
  for (const [path, sha256] of Object.entries(manifest.bootStage.files)) {
    expect(sha256Of(await read(path)), path).toBe(sha256);
  }
  const kitOf = async (path: string) =>
    /of kit (\w+)/.exec((await read(path)).toString("latin1"))?.[1];
  const uefi = await kitOf("/EFI/BOOT/BOOTX64.EFI");
  expect(await kitOf("/lifeboat/hook.cpio")).toBe(uefi);
  const slot = /lifeboat_slot=(\w)/.exec((await read("/lifeboat/slot.cfg")).toString())?.[1];
  const records = parseStickRecords(await read(`/lifeboat/menu-${slot}/isos.json`), "isos.json");
  expect(records.isos).toHaveLength(1);
  expect((await read(`/lifeboat/menu-${slot}/menu.cfg`)).toString()).toMatch(/\n\}\n$/);
  return { uefi, bios: await biosOf(disk) };
}

async function biosOf(disk: ByteRange): Promise<string | undefined> {
  if (disk.sectorSize !== 512) return undefined;
  const code = (await readBytes(disk, 0, 440)).toString("latin1");
  const bootImg = /of kit (\w+)/.exec(code)?.[1];
  const core = await findBiosCore(disk, { startLba: 40, sectors: 2008 });
  expect(core).toBeDefined();
  const { startLba = 0, sectors = 0 } = core ?? {};
  const bytes = await readBytes(disk, startLba * 512, sectors * 512);
  // Its list of blocks leads to what lies behind it, and all of it is of one kit.
  expect(bytes.readBigUInt64LE(500)).toBe(BigInt(startLba + 1));
  expect(sectors).toBe(bootImg === "one" ? 6 : 9);
  const words = new Set(bytes.toString("latin1").match(/of kit (\w+)/g));
  expect([...words]).toEqual([`of kit ${bootImg ?? ""}`]);
  return bootImg;
}

/** A medium of which one write fails, or that breaks for good at it. */
class FailingRange extends SliceRange {
  #left: number;
  readonly #forGood: boolean;

  constructor(base: ByteRange, after: number, forGood = false) {
    super(base, 0, base.size);
    this.#left = after;
    this.#forGood = forGood;
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    const left = this.#left--;
    if (left === 0 || (this.#forGood && left < 0)) {
      throw new LifeboatError("write-failed", { en: "Pulled out", zh: "已拔出" });
    }
    await super.write(offset, data);
  }
}

describe.each(SHAPES)("%s, sectors of %i bytes, %s", (...shape) => {
  const [scheme, sectorSize, fileSystem] = shape;

  test("gets the new stage, and the data partition isn't touched", async () => {
    const image = join(folder, "upgraded.img");
    await judge("cp", ["--sparse=always", imageOf(...shape), image]);
    const disk = await openFile(image, { sectorSize, writable: true });
    const before = await dataHash(disk);
    expect(await stageOf(disk)).toEqual({
      uefi: "one",
      bios: sectorSize === 512 ? "one" : undefined,
    });
    const result = await upgrade(disk, { path: image });
    expect(result.changed).toBe(true);
    expect(await stageOf(disk)).toEqual({
      uefi: "two",
      bios: sectorSize === 512 ? "two" : undefined,
    });
    expect(await dataHash(disk)).toBe(before);
    const stick = await recogniseStick(disk, image);
    expect(stick.manifest).toMatchObject({ lifeboat: "0.0.2", format: STICK_FORMAT });
    const verified = await verifyStick(stick, { deep: true }, run, quietJob());
    // That the kernel of the fixture isn't signed is the ISO's affair.
    expect(verified.findings.filter(({ where }) => !where.endsWith(".iso"))).toEqual([]);
    // Again: nothing to do.
    const recorder = new RecordingRange(disk);
    const again = await upgrade(recorder, { path: image, version: "0.0.3" });
    expect(again).toMatchObject({
      changed: false,
      savedTo: null,
      plan: { upToDate: true, files: [] },
    });
    expect(recorder.log).toEqual([]);

    // And back: from what was saved.
    const backup = await openBackup(result.savedTo ?? "");
    const plan = await planRestore(backup, disk, image, { otherDisk: false }, quietJob());
    await restoreBoot(plan, backup, disk, async () => {}, quietJob());
    await backup.close();
    expect(await stageOf(disk)).toEqual({
      uefi: "one",
      bios: sectorSize === 512 ? "one" : undefined,
    });
    expect(await dataHash(disk)).toBe(before);
    await upgrade(disk, { path: image });
    await disk.close();
    expect(scheme).toBe(stick.manifest.scheme);
    if (sectorSize === 512) await expectCleanStick(image, fileSystem);
    await rm(image);
  }, 120_000);

  test("has no right to write to the data partition", async () => {
    const base = await openFile(imageOf(...shape), { sectorSize });
    const disk = new RecordingRange(new OverlayRange(base));
    const path = imageOf(...shape);
    await upgrade(disk, { path });
    const { others } = await findBootPlaces(base, "stick");
    const [data] = others;
    const start = data?.start ?? 0;
    const end = start + (data?.length ?? 0);
    for (const event of disk.log) {
      if (event.kind !== "write") continue;
      expect(event.offset + event.data.length <= start || event.offset >= end).toBe(true);
    }
    await base.close();
  });
});

describe("cut anywhere", () => {
  test.each([SHAPES[0], SHAPES[3], SHAPES[4]])(
    "starts all of the old stage or all of the new one, and upgrade completes it: %s %i %s",
    async (...shape) => {
      const [, sectorSize] = shape;
      const path = imageOf(...shape);
      const base = await openFile(path, { sectorSize });
      const recorder = new RecordingRange(new OverlayRange(base));
      await upgrade(recorder, { path });
      const { log } = recorder;
      const seen = new Set<string>();
      const biosSwitch = log.findIndex((event) => event.kind === "write" && event.offset === 0);
      for await (const { disk, number } of powerCuts(base, log, [ALL, EVERY_OTHER])) {
        const { uefi, bios } = await stageOf(disk);
        seen.add(`${uefi} ${bios}`);
        if (number % 60 !== 30) continue;
        const again = await upgrade(disk, { path });
        expect(await stageOf(disk)).toEqual({ uefi: "two", bios: bios && "two" });
        expect(again.plan.upToDate).toBe(uefi === "two");
      }
      // The BIOS switches a moment before UEFI does, and never the other way round.
      expect([...seen]).toEqual(
        sectorSize === 512 ? ["one one", "one two", "two two"] : ["one undefined", "two undefined"],
      );
      // Each switch is one sector, with nothing else under way.
      const writes = log.flatMap((event, index) => (event.kind === "write" ? [index] : []));
      if (sectorSize === 512) {
        const event = log[biosSwitch];
        expect(event?.kind === "write" && event.data.length).toBe(512);
        expect(log[biosSwitch - 1]?.kind).toBe("flush");
        expect(log[biosSwitch + 1]?.kind).toBe("flush");
        const next = log[writes.find((index) => index > biosSwitch) ?? 0];
        expect(next?.kind === "write" && next.data.length).toBe(512);
      }
      await base.close();
    },
    120_000,
  );
});

describe("failing", () => {
  test("at any write, leaves everything as it was", async () => {
    const path = imageOf(...SHAPES[0]);
    const base = await openFile(path);
    const recorder = new RecordingRange(new OverlayRange(base));
    await upgrade(recorder, { path });
    const writes = recorder.log.filter(({ kind }) => kind === "write").length;
    const before = await bootHashes(base);
    expect(writes).toBeGreaterThan(20);
    for (let after = 0; after < writes; after += 7) {
      const overlay = new OverlayRange(base);
      const failing = new FailingRange(overlay, after);
      await expect(upgrade(failing, { path }), `write ${after}`).rejects.toMatchObject({
        code: "write-failed",
        message: expect.stringContaining(`Pulled out. ${path} has its old boot stage`) as string,
      });
      expect(await bootHashes(overlay), `write ${after}`).toEqual(before);
    }
    await base.close();
  }, 120_000);

  test("for good, says what was saved and how it comes back", async () => {
    const path = imageOf(...SHAPES[0]);
    const base = await openFile(path);
    const before = await bootHashes(base);
    const overlay = new OverlayRange(base);
    const error = await upgrade(new FailingRange(overlay, 30, true), { path }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code: "upgrade-not-undone", kind: "damaged" });
    const hint = (error as LifeboatError).hint?.en ?? "";
    const file = /restore-boot \S+ (\S+)$/.exec(hint)?.[1] ?? "";
    const backup = await openBackup(file);
    const plan = await planRestore(backup, overlay, path, { otherDisk: false }, quietJob());
    await restoreBoot(plan, backup, overlay, async () => {}, quietJob());
    await backup.close();
    expect(await bootHashes(overlay)).toEqual(before);
    await base.close();
  });

  test.each([
    ["a file of the ESP", 0],
    ["the core image", 1],
  ])("is found out by reading back, before it counts: %s", async (_, which) => {
    const path = imageOf(...SHAPES[0]);
    const base = await openFile(path);
    const before = await bootHashes(base);
    const places = await findBootPlaces(base, path);
    const esp = places.places.find(({ kind }) => kind === "esp");
    const overlay = new OverlayRange(base);
    const disk = new ForgetfulRange(overlay, (offset, data) =>
      which === 0
        ? offset >= (esp?.start ?? 0) && data.length > 600 && data.includes("of kit two")
        : offset > 512 && offset < MIB && data.includes("of kit two"),
    );
    await expect(upgrade(disk, { path })).rejects.toMatchObject({
      code: "read-back-mismatch",
      kind: "damaged",
    });
    expect(await bootHashes(overlay)).toEqual(before);
    await base.close();
  });

  test.each(["Writing the new boot stage", "Switching to the new boot stage", "Writing the menu"])(
    "cancelled at “%s”, all is as it was or all is new",
    async (step) => {
      const path = imageOf(...SHAPES[0]);
      const base = await openFile(path);
      const before = await bootHashes(base);
      const overlay = new OverlayRange(base);
      const job = cancelledJob(({ text }) => text.en === step);
      const result = await upgrade(overlay, { path, job }).catch((error: unknown) => error);
      if (result instanceof LifeboatError) {
        expect(result).toMatchObject({ kind: "cancelled", code: "cancelled" });
        expect(result.text.en).toContain("has its old boot stage");
        expect(await bootHashes(overlay)).toEqual(before);
      } else expect(await stageOf(overlay)).toEqual({ uefi: "two", bios: "two" });
      await base.close();
    },
  );

  test("to save the old stage, nothing is written", async () => {
    const path = imageOf(...SHAPES[0]);
    const base = await openFile(path);
    const recorder = new RecordingRange(new OverlayRange(base));
    const stick = await recogniseStick(recorder, path);
    const all = { ...tools, kit: two, version: "0.0.2" };
    const prepared = await planUpgrade(stick, all, quietJob());
    const backupFile = join(folder, "taken.lifeboat-boot");
    await writeFile(backupFile, "precious");
    const details = { now: new Date(), backupFile, beforeReadBack: async () => {} };
    const upgrading = upgradeStick(stick, prepared, { ...all, ...details }, quietJob());
    await expect(upgrading).rejects.toMatchObject({ code: "backup-exists" });
    expect(await readFile(backupFile, "utf8")).toBe("precious");
    expect(recorder.log).toEqual([]);
    await base.close();
  });
});

/** Says that it has written, and hasn't. */
class ForgetfulRange extends SliceRange {
  readonly #forgets: (offset: number, data: Buffer) => boolean;

  constructor(base: ByteRange, forgets: (offset: number, data: Buffer) => boolean) {
    super(base, 0, base.size);
    this.#forgets = forgets;
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    if (!this.#forgets(offset, Buffer.from(data))) await super.write(offset, data);
  }
}

describe("sticks of other shapes", () => {
  /** The stick with its manifest, and whatever else, changed. */
  async function changed(change: (stick: Stick) => Promise<void>) {
    const path = imageOf(...SHAPES[0]);
    const base = await openFile(path);
    const disk = new OverlayRange(base);
    await change(await recogniseStick(disk, path));
    return { base, disk, path };
  }

  const writeManifest = async ({ bootVolume: esp }: Stick, manifest: unknown) =>
    esp.writeFile("/lifeboat/stick.json", encodeJson(manifest as StickManifest));

  test("the first ones: no modules, no mapper, records without what came later", async () => {
    const { base, disk, path } = await changed(async (stick) => {
      const { manifest, bootVolume: esp } = stick;
      const later = (name: string) => /\.mod$|mapper\.cpio$|theme-/.test(name);
      const files: Record<string, string> = {};
      for (const [name, sha256] of Object.entries(manifest.bootStage.files)) {
        if (later(name)) await esp.remove(name);
        else files[name] = sha256;
      }
      // Something that only they had.
      const gone = Buffer.from("of an early lifeboat");
      await esp.writeFile("/lifeboat/early.cpio", gone);
      files["/lifeboat/early.cpio"] = sha256Of(gone);
      await writeManifest(stick, { ...manifest, bootStage: { ...manifest.bootStage, files } });
      const slot = await readSlot(esp, "a");
      const isos = (slot?.records.isos ?? []).map(
        ({ unattended: _u, persistence: _p, ...iso }) => iso,
      );
      const records = { recipes: "early", isos };
      await esp.writeFile("/lifeboat/menu-a/isos.json", encodeJson(records));
    });
    const { plan, refresh } = await upgrade(disk, { path });
    expect(plan.files).toContainEqual(
      expect.objectContaining({ path: "/lifeboat/early.cpio", change: "remove" }),
    );
    expect(plan.files).toContainEqual(
      expect.objectContaining({ path: "/lifeboat/mapper.cpio", change: "add", before: null }),
    );
    expect(refresh).toMatchObject({ changed: true });
    expect(await stageOf(disk)).toEqual({ uefi: "two", bios: "two" });
    const stick = await recogniseStick(disk, path);
    expect(await stick.bootVolume.find("/lifeboat/early.cpio")).toBeUndefined();
    expect(await verifyStick(stick, { deep: false }, run, quietJob())).toMatchObject({ ok: true });
    await base.close();
  });

  test("a later format is refused, and nothing is written", async () => {
    const { base, disk, path } = await changed(async (stick) =>
      writeManifest(stick, { ...stick.manifest, format: STICK_FORMAT + 1 }),
    );
    const recorder = new RecordingRange(disk);
    await expect(upgrade(recorder, { path })).rejects.toMatchObject({
      code: "newer-format",
      kind: "refused",
      message: expect.stringMatching(/made by a newer lifeboat/) as string,
    });
    expect(recorder.log).toEqual([]);
    await base.close();
  });

  test("files that aren't lifeboat's stay, whatever the stick's list says", async () => {
    const mine = Buffer.from("precious");
    const { base, disk, path } = await changed(async (stick) => {
      const { manifest, bootVolume: esp } = stick;
      await esp.makeDirectory("/mine");
      for (const name of ["/mine/file", "/EFI/mine.txt", "/lifeboat/mine.txt"]) {
        await esp.writeFile(name, mine);
      }
      const files = { ...manifest.bootStage.files, "/lifeboat/mine.txt": "0".repeat(64) };
      await writeManifest(stick, { ...manifest, bootStage: { ...manifest.bootStage, files } });
    });
    await upgrade(disk, { path });
    const { bootVolume: esp } = await recogniseStick(disk, path);
    for (const name of ["/mine/file", "/EFI/mine.txt", "/lifeboat/mine.txt"]) {
      expect(await readWhole(esp, name)).toEqual(mine);
    }
    await base.close();
  });

  test("damage of the boot stage is mended with the kit that it was built with", async () => {
    const { base, disk, path } = await changed(async ({ bootVolume: esp, disk: whole }) => {
      await esp.remove("/EFI/BOOT/grubx64.efi");
      await esp.writeFile("/lifeboat/hook.cpio", Buffer.from("rubbish"));
      await whole.write(0, Buffer.alloc(440, 0x90));
    });
    const { plan } = await upgrade(disk, { path, kit: one, version: "0.0.1" });
    expect(plan.files.map(({ path: name, change }) => `${change} ${name}`)).toEqual([
      "add /EFI/BOOT/grubx64.efi",
      "replace /lifeboat/hook.cpio",
      // The core image lies elsewhere: the damaged boot code didn't say where the old one is in use.
      "replace /lifeboat/stick.json",
    ]);
    expect(await stageOf(disk)).toEqual({ uefi: "one", bios: "one" });
    await base.close();
  });

  test("a menu of another form is made anew in the same moment", async () => {
    const { base, disk, path } = await changed(async ({ bootVolume: esp }) => {
      await esp.writeFile("/lifeboat/menu-a/menu.cfg", Buffer.from("# of an early lifeboat\n"));
      await esp.writeFile("/lifeboat/menu-a/early.cfg", Buffer.from("# of an early lifeboat\n"));
    });
    const recorder = new RecordingRange(disk);
    const { plan } = await upgrade(recorder, { path });
    expect(plan.menu).toBe(true);
    const { bootVolume: esp } = await recogniseStick(disk, path);
    expect(await esp.find("/lifeboat/menu-a/early.cfg")).toBeUndefined();
    expect((await readWhole(esp, "/lifeboat/menu-a/menu.cfg"))?.toString()).toContain(
      "lifeboat_open",
    );
    await base.close();
  });

  test("a data partition that can't be read is no reason not to", async () => {
    const path = imageOf(...SHAPES[0]);
    const base = await openFile(path);
    const disk = new OverlayRange(base);
    const { others } = await findBootPlaces(disk, path);
    await disk.write(others[0]?.start ?? 0, Buffer.alloc(64 << 10));
    await expect(openDataToRead(await recogniseStick(disk, path), run)).rejects.toThrow();
    const warnings: string[] = [];
    const job = {
      ...quietJob(),
      report: (event: Parameters<JobContext["report"]>[0]) => {
        if (event.kind === "note" && event.level === "warning") warnings.push(event.text.en);
      },
    };
    const { refresh } = await upgrade(disk, { path, job });
    expect(refresh).toBeNull();
    expect(warnings.join()).toContain("The boot stage is new, and the menu as it was");
    expect(await stageOf(disk)).toEqual({ uefi: "two", bios: "two" });
    await base.close();
  });

  test("a core image too large for two is written in place, and the plan says so", async () => {
    const large = await smallKit(join(folder, "kit-large"), "large", { coreSectors: 1990 });
    const path = imageOf(...SHAPES[0]);
    const base = await openFile(path);
    const disk = new OverlayRange(base);
    // Beside the small one there is room; beside itself there is none.
    await upgrade(disk, { path, kit: large });
    const { plan } = await upgrade(disk, { path });
    expect(plan.bios).toMatchObject({ afterLba: 40 });
    expect(plan.notes.map(({ en }) => en).join()).toContain("no room for two");
    await base.close();
  });
});

test("an image is upgraded in place, with nothing left beside it", async () => {
  const inside = await mkdtemp(join(folder, "beside-"));
  const image = join(inside, "stick.img");
  await copySparse(imageOf(...SHAPES[0]), image);
  const disk = await openFile(image, { writable: true });
  await upgrade(disk, { path: image });
  await disk.close();
  expect(await readdir(inside)).toEqual(["stick.img"]);
});
