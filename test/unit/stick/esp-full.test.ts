/**
 * A stick whose ESP is full: what is replaced there is there after one refresh, what nobody names goes, and a power cut leaves a menu
 * whose files are all there.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import type { RecordedEvent } from "../../../src/block/recorder.ts";
import { RecordingRange, replayCrash } from "../../../src/block/recorder.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import { openFat32 } from "../../../src/filesystems/fat32/index.ts";
import { addFiles } from "../../../src/stick/add.ts";
import { readWhole } from "../../../src/stick/esp/files.ts";
import { filesOfRecord } from "../../../src/stick/esp/named.ts";
import type { SlotContents } from "../../../src/stick/menu/slots.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { writeSettings } from "../../../src/stick/settings/file.ts";
import type { Stick } from "../../../src/stick/stick.ts";
import { assembleStick, openData, openStick } from "../../../src/stick/stick.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { floppyImage } from "../../support/disk-images.ts";
import { listeningJob, quietJob } from "../../support/jobs.ts";
import {
  MIB,
  buildStick,
  extractPartition,
  fixtureIso,
  refreshTools,
  sfdiskTable,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { EVERY_OTHER, powerCuts } from "../../support/power-cuts.ts";

/** Kept free for menus. */
const ROOM_FOR_MENUS = 8 * MIB;
/** Of what is injected, whatever its content. */
const BLOB_BYTES = 3 * MIB;
/** Less than a second one of those needs. */
const LEFT_OVER = 2 * MIB;

let folder = "";
let image = "";
let floppy = "";
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  image = join(folder, "stick.img");
  floppy = await floppyImage(join(folder, "floppy.ima"), "hello", 2880);
  const isos = [await fixtureIso("debian-installer", folder), floppy];
  await buildStick(image, { fileSystem: "fat32", isos });
  await withStick(image, async (stick) => {
    await (await openData(stick, tools.run)).makeDirectory("/extra");
    await putBlob(stick, 1);
    const settings = "images: {debian-installer.iso: {inject: [/extra]}}\n";
    await writeSettings(stick, Buffer.from(settings), tools.run);
    await refreshStick(stick, tools, quietJob());
    // Its bytes are never written: it only takes the room.
    const filler = await stick.bootVolume.reserve(
      stick.bootVolume.freeBytes - ROOM_FOR_MENUS - LEFT_OVER,
    );
    await filler.commit("/filler", new Date());
    await stick.disk.flush();
  });
});

async function putBlob(stick: Stick, seed: number): Promise<void> {
  const data = await openData(stick, tools.run);
  await data.writeFile("/extra/blob", Buffer.alloc(BLOB_BYTES, `${seed}`));
  await stick.disk.flush();
}

async function activeSlot({ bootVolume: esp }: Stick) {
  const slot = await readSlot(esp, await readActiveSlot(esp));
  if (slot === undefined) throw new Error("no menu");
  return slot;
}

const installerIn = ({ records }: SlotContents) =>
  records.isos.find(({ path }) => path === "/debian-installer.iso");
const installer = async (stick: Stick) => installerIn(await activeSlot(stick));

/** What lies in the folders of ISOs' files, and isn't named by the menu in use. */
async function orphans(stick: Stick): Promise<string[]> {
  const named = (await activeSlot(stick)).records.isos.flatMap(filesOfRecord);
  const found: string[] = [];
  const look = async (path: string): Promise<void> => {
    for (const entry of await stick.bootVolume.list(path)) {
      const isNamed = named.some((one) => one === entry.path || entry.path.startsWith(`${one}/`));
      if (entry.kind === "directory") await look(entry.path);
      else if (!isNamed) found.push(entry.path);
    }
  };
  for (const path of ["/lifeboat/boot", "/lifeboat/extra", "/lifeboat/efi"]) {
    if ((await stick.bootVolume.find(path)) !== undefined) await look(path);
  }
  return found;
}

/** The stick over another disk: a recorder, or what a power cut left. */
async function stickOver(disk: OverlayRange | RecordingRange): Promise<Stick> {
  const known = await openStick(image);
  await known.disk.close();
  const { startLba, sectors } = known.data;
  const { partitions } = await sfdiskTable(image);
  const esp = partitions.find(({ number }) => number === 2);
  const range = new SliceRange(disk, (esp?.start ?? 0) * 512, (esp?.size ?? 0) * 512);
  return assembleStick(disk, image, known.manifest, await openFat32(range), { startLba, sectors });
}

/** Cpios are called after their content. */
async function isWhole(stick: Stick, path: string): Promise<boolean> {
  const cpio = await readWhole(stick.bootVolume, path);
  const name = createHash("sha256")
    .update(cpio ?? "")
    .digest("hex")
    .slice(0, 16);
  return path === `/lifeboat/extra/${name}.cpio`;
}

const FLIP_BEGINS = Buffer.from("set lifeboat_slot=");

/** How often the pointer was turned. */
function flips(log: readonly RecordedEvent[]): number {
  return log.filter(
    (event) => event.kind === "write" && event.data.subarray(0, 18).equals(FLIP_BEGINS),
  ).length;
}

/** Changes a copy of the stick, refreshes it, and gives what was written to the ESP and the disk before and after. */
async function refreshed(change: (stick: Stick) => Promise<void>) {
  const base = await openFile(image);
  const before = new OverlayRange(base);
  await change(await stickOver(before));
  const recorder = new RecordingRange(new OverlayRange(before));
  const stick = await stickOver(recorder);
  const { job, events } = listeningJob();
  const result = await refreshStick(stick, tools, job);
  const { log } = recorder;
  const told = events.flatMap((event) => (event.kind === "note" ? [event.text.en] : []));
  return { base, before, stick, result, log: [...log], told };
}

async function errorsOf(stick: Stick): Promise<string[]> {
  const { findings } = await verifyStick(stick, { deep: false }, tools.run, quietJob());
  return findings.filter(({ severity }) => severity === "error").map(({ id }) => id);
}

test("what is injected is replaced in one refresh, cut anywhere with all files of the menu", async () => {
  const { base, before, stick, result, log, told } = await refreshed(async (one) => {
    await putBlob(one, 2);
  });
  expect(result).toMatchObject({ changed: true, updated: ["/debian-installer.iso"] });
  expect(told).toEqual([]);
  const after = (await installer(stick))?.extras?.injected ?? "";
  expect(await isWhole(stick, after)).toBe(true);
  expect(await orphans(stick)).toEqual([]);
  expect(await errorsOf(stick)).toEqual([]);
  expect(await refreshStick(stick, tools, quietJob())).toMatchObject({ changed: false });
  expect(flips(log)).toBe(2);

  const old = (await installer(await stickOver(before)))?.extras?.injected ?? "";
  const seen: string[] = [];
  const states = { [old]: "old", [after]: "new" };
  // LIFEBOAT_FUZZ: after each event, not after each fourth, and the last.
  const every = Number(process.env["LIFEBOAT_FUZZ"] ?? 0) > 0 ? 1 : 4;
  const counts = [...log.keys()].filter((count) => count % every === 0);
  counts.push(log.length);
  for await (const { disk, count, number } of powerCuts(before, log, [EVERY_OTHER], counts)) {
    const left = await stickOver(disk);
    const slot = await activeSlot(left);
    expect(slot.menu).toMatch(/\n\}\n$/);
    for (const path of slot.records.isos.flatMap(filesOfRecord)) {
      expect(await left.bootVolume.find(path), `${path} after ${count} events`).toBeDefined();
    }
    const injected = installerIn(slot)?.extras?.injected;
    if (injected !== undefined) expect(await isWhole(left, injected)).toBe(true);
    seen.push(injected === undefined ? "none" : (states[injected] ?? injected));
    if (number % 25 === 12) {
      await refreshStick(left, tools, quietJob());
      expect((await installer(left))?.extras?.injected).toBe(after);
      expect(await orphans(left)).toEqual([]);
    }
  }
  expect(seen.filter((state, index) => state !== seen[index - 1])).toEqual(["old", "none", "new"]);
  await base.close();
});

test("a floppy that was replaced starts by its copy after one refresh", async () => {
  const other = await floppyImage(join(folder, "new.ima"), "other", 2880);
  const { base, stick, log, told } = await refreshed(async (one) => {
    const filler = await one.bootVolume.reserve(LEFT_OVER);
    await filler.commit("/filler2", new Date());
    const data = await openData(one, tools.run);
    await data.remove("/floppy.ima");
    const source = await openFile(other);
    const bytes = Buffer.alloc(source.size);
    await source.read(0, bytes);
    await source.close();
    await data.writeFile("/floppy.ima", bytes);
  });
  expect(told).toEqual([]);
  const { records } = await activeSlot(stick);
  const copy = records.isos.find(({ path }) => path === "/floppy.ima")?.copies?.["/"] ?? "";
  expect((await readWhole(stick.bootVolume, copy))?.toString("latin1")).toContain("other");
  expect(flips(log)).toBe(2);
  expect(await orphans(stick)).toEqual([]);
  await base.close();
});

const LEFT_BY_CUTS = [
  "/lifeboat/boot/0123456789ab/012345-vmlinuz",
  "/lifeboat/extra/0123456789abcdef.cpio",
  "/lifeboat/efi/0123456789ab/selected/shimx64.efi",
];

test("what nobody names goes at a refresh that changes nothing else, and makes room in one that does", async () => {
  const leave = async (stick: Stick): Promise<void> => {
    const data = Buffer.alloc(0.5 * MIB);
    await stick.bootVolume.writeTree(LEFT_BY_CUTS.map((path) => ({ path, data })));
  };
  const idle = await refreshed(leave);
  expect(idle.result).toMatchObject({ changed: true, added: [], updated: [], removed: [] });
  expect(flips(idle.log)).toBe(0);
  expect(await orphans(idle.stick)).toEqual([]);
  expect(await refreshStick(idle.stick, tools, quietJob())).toMatchObject({ changed: false });
  await idle.base.close();

  const busy = await refreshed(async (stick) => {
    await leave(stick);
    // Without what was left there, another blob fits beside the old one.
    await stick.bootVolume.remove("/filler");
    const free = BLOB_BYTES - 0.5 * MIB + ROOM_FOR_MENUS;
    const filler = await stick.bootVolume.reserve(stick.bootVolume.freeBytes - free);
    await filler.commit("/filler", new Date());
    await putBlob(stick, 3);
  });
  expect(busy.told).toEqual([]);
  expect(flips(busy.log)).toBe(1);
  expect(await orphans(busy.stick)).toEqual([]);
  const injected = (await installer(busy.stick))?.extras?.injected ?? "";
  expect(await isWhole(busy.stick, injected)).toBe(true);
  await busy.base.close();
});

test("what never fits is told once, and then there is nothing to do", async () => {
  const { base, stick, told, result } = await refreshed(async (one) => {
    const data = await openData(one, tools.run);
    await data.writeFile("/extra/blob", Buffer.alloc(3 * BLOB_BYTES, "x"));
  });
  expect(result.changed).toBe(true);
  expect(told).toEqual([expect.stringMatching(/no room for it on the stick's EFI partition/)]);
  expect((await installer(stick))?.extras).toBeUndefined();
  expect(await orphans(stick)).toEqual([]);
  expect(await refreshStick(stick, tools, quietJob())).toMatchObject({ changed: false });
  await base.close();
});

test("where the records of the menu in use can't be read, its files stay until another is", async () => {
  const known = await withStick(image, async (stick) => (await activeSlot(stick)).records.isos);
  const files = known.flatMap(filesOfRecord);
  const { base, before, log, stick } = await refreshed(async (one) => {
    const active = await readActiveSlot(one.bootVolume);
    await one.bootVolume.remove(`/lifeboat/menu-${active}/isos.json`);
    await putBlob(one, 4);
  });
  const flip = log.findIndex((_event, index) => flips(log.slice(0, index + 1)) === 1);
  expect(flip).toBeGreaterThan(0);
  for (const count of [1, Math.floor(flip / 2), flip]) {
    const cut = new OverlayRange(before);
    await replayCrash(log, count, cut, () => true);
    const left = await stickOver(cut);
    for (const path of files) expect(await left.bootVolume.find(path), path).toBeDefined();
  }
  const injected = (await installer(stick))?.extras?.injected ?? "";
  expect(await isWhole(stick, injected)).toBe(true);
  expect(files).not.toContain(injected);
  await base.close();
});

test("fsck.fat finds nothing on the full ESP", async () => {
  await withStick(image, async (stick) => {
    await putBlob(stick, 5);
    await refreshStick(stick, tools, quietJob());
    expect(await orphans(stick)).toEqual([]);
    // With another time it is another floppy, for its id.
    await addFiles(stick, [floppy], tools, quietJob(), { replace: true });
    expect(await orphans(stick)).toEqual([]);
  });
  await judge("fsck.fat", ["-n", await extractPartition(image, 2)]);
});
