/**
 * What a stick is after a power cut: whether it boots its old menu or its new one, whether the files that the command didn't name
 * are what they were, and what fsck says. Reads the disk as the boot chain does: the pointer, the slot, the extents in the menu.
 */
import { createHash } from "node:crypto";
import type { ByteRange, Extent } from "../../src/block/byte-range.ts";
import { readBytes } from "../../src/block/byte-range.ts";
import { BOOT_CODE_BYTES } from "../../src/boot/bios-stage.ts";
import { readPartitions } from "../../src/disks/partitions.ts";
import type { ReadableVolume } from "../../src/filesystems/volume.ts";
import { rangeOf } from "../../src/stick/data/volume.ts";
import { readWhole } from "../../src/stick/esp/files.ts";
import type { StickManifest } from "../../src/stick/manifest.ts";
import type { SlotContents } from "../../src/stick/menu/slots.ts";
import { readActiveSlot, readSlot, sameContents } from "../../src/stick/menu/slots.ts";
import type { Stick } from "../../src/stick/stick.ts";
import { openDataToRead, recogniseStick } from "../../src/stick/stick.ts";
import { LifeboatError } from "../../src/system/errors.ts";
import { run } from "../../src/system/run.ts";

/** A stick in full, before the command or after it. */
export interface Known {
  readonly bios: StickManifest["bootStage"]["bios"];
  readonly menu: SlotContents;
  /** Path → SHA-256. */
  readonly esp: ReadonlyMap<string, string>;
  readonly data: ReadonlyMap<string, string>;
}

export interface Expected {
  readonly before: Known;
  readonly after: Known;
  /** A build: nothing of what was there is kept. */
  readonly givesUpAll: boolean;
  /** A command that failed over its second file has a menu with its first one. */
  readonly mayBeBetween?: boolean;
  /** Paths on the data partition: the old file, the new one, or none. */
  readonly named: readonly string[];
}

/** @throws LifeboatError where there is no whole stick. */
export async function know(disk: ByteRange): Promise<Known> {
  const stick = await recogniseStick(disk, "crash.img");
  const menu = await readSlot(stick.esp, await readActiveSlot(stick.esp));
  if (menu === undefined) throw new Error("the stick has no menu");
  return {
    bios: stick.manifest.bootStage.bios,
    menu,
    esp: await hashesIn(stick.esp),
    data: await hashesIn(await openDataToRead(stick, run)),
  };
}

/** All that is wrong with it, in words; none where it is as it may be. */
export async function faultsOf(disk: ByteRange, expected: Expected): Promise<string[]> {
  const { before, after, givesUpAll, named } = expected;
  const { partitions } = await readPartitions(disk);
  // A build that was cut short leaves no stick, and nothing that looks like one.
  if (givesUpAll && partitions.length === 0) return [];
  try {
    const stick = await recogniseStick(disk, "crash.img");
    const menu = await readSlot(stick.esp, await readActiveSlot(stick.esp));
    if (menu === undefined) return ["the menu in use is not whole"];
    const known = [before, after].find((one) => sameContents(one.menu, menu));
    if (known === undefined && expected.mayBeBetween !== true) {
      return ["the menu in use is neither the old one nor the new one"];
    }
    const right = known === undefined ? [before, after] : [known];
    return [
      ...(await wrongBios(disk, [before, after])),
      ...(await wrongOnEsp(stick, menu, expected)),
      ...(await wrongPlaces(stick, menu, right, known === before ? named : [])),
      ...(await wrongFiles(stick, (givesUpAll && known !== before ? after : before).data, named)),
    ];
  } catch (error) {
    if (error instanceof LifeboatError) return [`${error.code}: ${error.text.en}`];
    throw error;
  }
}

/** The boot code is one of the two, and the core image that it starts is whole. */
async function wrongBios(disk: ByteRange, right: readonly Known[]): Promise<string[]> {
  const code = hashOf(await readBytes(disk, 0, BOOT_CODE_BYTES));
  const bios = right.map((one) => one.bios).find((one) => one?.bootCode === code);
  if (bios === undefined) return ["the boot code is neither the old one nor the new one"];
  const core = hashOf(await readBytes(disk, bios.coreLba * 512, bios.coreBytes));
  return core === bios.core ? [] : ["the core image that the boot code starts is not whole"];
}

/** The boot stage, and every file that the menu's records name on the ESP. */
async function wrongOnEsp(stick: Stick, menu: SlotContents, { before, after }: Expected) {
  const wrong: string[] = [];
  for (const [path, sha256] of Object.entries(stick.manifest.bootStage.files)) {
    if (hashOf(await readWhole(stick.esp, path)) !== sha256)
      wrong.push(`${path} of the boot stage`);
  }
  for (const path of pathsNamedBy(menu)) {
    const found = hashOf(await readWhole(stick.esp, path));
    const right = [before, after].some((one) => one.esp.get(path) === found);
    if (found === undefined || !right) wrong.push(`${path}, which the menu names`);
  }
  return wrong;
}

/** Whatever in the records looks like a path on the ESP: a new kind of file can't be forgotten here. */
function pathsNamedBy(menu: SlotContents): string[] {
  const paths = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string" && /^\/lifeboat\/(boot|extra)\/./.test(value)) paths.add(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  visit(menu.records);
  return [...paths];
}

/** The extents in the menu, read without a file system, as GRUB and the hook do. */
async function wrongPlaces(
  stick: Stick,
  menu: SlotContents,
  right: readonly Known[],
  mayHaveMoved: readonly string[],
): Promise<string[]> {
  const wrong: string[] = [];
  const range = rangeOf(stick.data);
  for (const { path, extents } of menu.records.isos) {
    const hashes = right.flatMap(({ data }) => data.get(path) ?? []);
    // An entry whose ISO was gone before the command began says so when it is chosen.
    if (extents === null || hashes.length === 0 || mayHaveMoved.includes(path)) continue;
    if (!hashes.includes(await hashOfExtents(range, extents))) {
      wrong.push(`${path} at the extents that the menu says`);
    }
  }
  return wrong;
}

async function wrongFiles(
  stick: Stick,
  files: ReadonlyMap<string, string>,
  named: readonly string[],
): Promise<string[]> {
  const wrong: string[] = [];
  const data = await openDataToRead(stick, run);
  for (const [path, sha256] of files) {
    if (named.includes(path)) continue;
    if ((await data.find(path)) === undefined) wrong.push(`${path} is missing`);
    else if ((await hashOfFile(data, path)) !== sha256) wrong.push(`${path} has changed`);
  }
  return wrong;
}

async function hashesIn(volume: ReadableVolume, folder = "/"): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const { path, kind } of await volume.list(folder)) {
    if (kind === "directory") {
      for (const [inner, hash] of await hashesIn(volume, path)) hashes.set(inner, hash);
    } else if (kind === "file") hashes.set(path, await hashOfFile(volume, path));
  }
  return hashes;
}

async function hashOfFile(volume: ReadableVolume, path: string): Promise<string> {
  const range = await volume.open(path);
  return hashOfExtents(range, range.size === 0 ? [] : [{ start: 0, length: range.size }]);
}

async function hashOfExtents(range: ByteRange, extents: readonly Extent[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { start, length } of extents) hash.update(await readBytes(range, start, length));
  return hash.digest("hex");
}

function hashOf(data: Uint8Array | undefined): string | undefined {
  return data && createHash("sha256").update(data).digest("hex");
}
