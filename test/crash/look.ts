/**
 * What a stick is after a power cut: whether it boots its old menu or its new one, whether the files that the command didn't name
 * are what they were, and what fsck says. Reads the disk as the boot chain does: the pointer, the slot, the extents in the menu.
 */
import type { ByteRange } from "../../src/block/byte-range.ts";
import { readBytes } from "../../src/block/byte-range.ts";
import { BOOT_CODE_BYTES } from "../../src/boot/bios-stage.ts";
import { readPartitions } from "../../src/disks/partitions.ts";
import type { StickManifest } from "../../src/stick/manifest.ts";
import type { SlotContents } from "../../src/stick/menu/slots.ts";
import { readActiveSlot, readSlot, sameContents } from "../../src/stick/menu/slots.ts";
import type { Stick } from "../../src/stick/stick.ts";
import { openDataToRead, recogniseStick } from "../../src/stick/stick.ts";
import { LifeboatError } from "../../src/system/errors.ts";
import { run } from "../../src/system/run.ts";
import type { Placed } from "./hashes.ts";
import { DiskHashes } from "./hashes.ts";

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
  /** Of them those that have more than an old and a new version. */
  readonly inSteps: readonly string[];
}

/** @throws LifeboatError where there is no whole stick. */
export async function know(disk: ByteRange): Promise<Known> {
  const looked = await lookAt(disk);
  if (looked.menu === undefined) throw new Error("the stick has no menu");
  const { hashes, stick, esp, data, menu } = looked;
  const { bios } = stick.manifest.bootStage;
  return { bios, menu, esp: await hashesIn(hashes, esp), data: await hashesIn(hashes, data) };
}

/**
 * Whether there is anything that a firmware or a system would take for a partition table. Without an MBR, a protective one at least,
 * none of them looks for a GPT (UEFI 2.10 §5.2.3), whole as it may be.
 */
export async function hasTable(disk: ByteRange): Promise<boolean> {
  const mbr = await readBytes(disk, 0, 512);
  const types = [0, 1, 2, 3].map((index) => mbr.readUInt8(446 + index * 16 + 4));
  if (mbr.readUInt16LE(510) !== 0xaa55 || types.every((type) => type === 0)) return false;
  return (await readPartitions(disk)).partitions.length > 0;
}

/** All that is wrong with it, in words; none where it is as it may be. */
export async function faultsOf(disk: ByteRange, expected: Expected): Promise<string[]> {
  const { before, after, givesUpAll, named } = expected;
  // A build that was cut short leaves no stick, and nothing that looks like one.
  if (givesUpAll && !(await hasTable(disk))) return [];
  try {
    const looked = await lookAt(disk);
    const { menu } = looked;
    if (menu === undefined) return ["the menu in use is not whole"];
    const known = [before, after].find((one) => sameContents(one.menu, menu));
    if (known === undefined && expected.mayBeBetween !== true) {
      return ["the menu in use is neither the old one nor the new one"];
    }
    const right = known === undefined ? [before, after] : [known];
    const files = (givesUpAll && known !== before ? after : before).data;
    return [
      ...(await wrongBios(looked, [before, after])),
      ...(await wrongOnEsp(looked, menu, expected)),
      ...(await wrongPlaces(looked, menu, right, known === before ? named : [])),
      ...(await wrongFiles(looked, files, named)),
      ...(await wrongNamed(looked, expected)),
    ];
  } catch (error) {
    if (error instanceof LifeboatError) return [`${error.code}: ${error.text.en}`];
    throw error;
  }
}

interface Looked {
  readonly hashes: DiskHashes;
  readonly stick: Stick;
  readonly esp: Placed;
  readonly data: Placed;
  /** The one in use; undefined where it isn't whole. */
  readonly menu: SlotContents | undefined;
}

async function lookAt(disk: ByteRange): Promise<Looked> {
  const stick = await recogniseStick(disk, "crash.img");
  const { partitions, sectorSize } = await readPartitions(disk);
  const esp = partitions.find(({ number }) => number === 2)?.startLba ?? 0;
  return {
    hashes: new DiskHashes(disk),
    stick,
    esp: { volume: stick.bootVolume, start: esp * sectorSize },
    data: {
      volume: await openDataToRead(stick, run),
      start: stick.data.startLba * sectorSize,
    },
    menu: await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume)),
  };
}

/** The boot code is one of the two, and the core image that it starts is whole. */
async function wrongBios({ hashes }: Looked, right: readonly Known[]): Promise<string[]> {
  const code = await hashes.ofExtents([{ start: 0, length: BOOT_CODE_BYTES }]);
  const bios = right.map((one) => one.bios).find((one) => one?.bootCode === code);
  if (bios === undefined) return ["the boot code is neither the old one nor the new one"];
  const core = await hashes.ofExtents([{ start: bios.coreLba * 512, length: bios.coreBytes }]);
  return core === bios.core ? [] : ["the core image that the boot code starts is not whole"];
}

/** The boot stage, and every file that the menu's records name on the ESP. */
async function wrongOnEsp(
  { hashes, stick, esp }: Looked,
  menu: SlotContents,
  { before, after }: Expected,
) {
  const wrong: string[] = [];
  for (const [path, sha256] of Object.entries(stick.manifest.bootStage.files)) {
    if ((await hashes.ofFile(esp, path)) !== sha256) wrong.push(`${path} of the boot stage`);
  }
  for (const path of pathsNamedBy(menu)) {
    const found = await hashes.ofFile(esp, path);
    const right = [before, after].some((one) => one.esp.get(path) === found);
    if (found === undefined || !right) wrong.push(`${path}, which the menu names`);
  }
  return wrong;
}

/** Whatever in the records looks like a path on the ESP: a new kind of file can't be forgotten here. */
function pathsNamedBy(menu: SlotContents): string[] {
  const paths = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string" && /^\/lifeboat\/(boot|extra|efi)\/./.test(value))
      paths.add(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  visit(menu.records);
  return [...paths];
}

/** The extents in the menu, read without a file system, as GRUB and the hook do. */
async function wrongPlaces(
  { hashes, data }: Looked,
  menu: SlotContents,
  right: readonly Known[],
  mayHaveMoved: readonly string[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { path, extents } of menu.records.isos) {
    const known = right.flatMap((one) => one.data.get(path) ?? []);
    // An entry whose ISO was gone before the command began says so when it is chosen.
    if (extents === null || known.length === 0 || mayHaveMoved.includes(path)) continue;
    if (!known.includes(await hashes.ofExtents(extents, data.start))) {
      wrong.push(`${path} at the extents that the menu says`);
    }
  }
  return wrong;
}

async function wrongFiles(
  { hashes, data }: Looked,
  files: ReadonlyMap<string, string>,
  named: readonly string[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [path, sha256] of files) {
    if (named.includes(path)) continue;
    const found = await hashes.ofFile(data, path);
    if (found === undefined) wrong.push(`${path} is missing`);
    else if (found !== sha256) wrong.push(`${path} has changed`);
  }
  return wrong;
}

/** A file that the command named is the old one or the new one, and not a part of one. */
async function wrongNamed({ hashes, data }: Looked, expected: Expected): Promise<string[]> {
  const wrong: string[] = [];
  const { before, after, named, inSteps } = expected;
  for (const path of named) {
    if (inSteps.includes(path)) continue;
    const found = await hashes.ofFile(data, path);
    if (found === undefined || [before, after].some((one) => one.data.get(path) === found))
      continue;
    wrong.push(`${path} is neither the old file nor the new one`);
  }
  return wrong;
}

async function hashesIn(
  hashes: DiskHashes,
  placed: Placed,
  folder = "/",
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { path, kind } of await placed.volume.list(folder)) {
    if (kind === "directory") {
      for (const [inner, hash] of await hashesIn(hashes, placed, path)) found.set(inner, hash);
    } else if (kind === "file") {
      const hash = await hashes.ofFile(placed, path);
      if (hash !== undefined) found.set(path, hash);
    }
  }
  return found;
}
