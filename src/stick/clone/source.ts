/** The stick that is cloned, looked through before anything is written: what lies on it, and what of that comes along. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { posix } from "node:path";
import { SliceRange } from "../../block/slice.ts";
import { cleanText } from "../../disks/clean.ts";
import { diskLister } from "../../disks/list.ts";
import type { PartitionView } from "../../disks/partitions.ts";
import { readPartitions } from "../../disks/partitions.ts";
import { findTarget } from "../../disks/target.ts";
import { openVolume } from "../../filesystems/open.ts";
import type { ReadableVolume, VolumeEntry, WritableVolume } from "../../filesystems/volume.ts";
import { walk } from "../../filesystems/walk.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import type { Text } from "../../system/text.ts";
import type { PlannedFile } from "../build/plan.ts";
import { SYSTEMS_OWN, sameFile } from "../data/collect.ts";
import type { OpenSource } from "../data/source-file.ts";
import { storableNameOn } from "../data/volume.ts";
import type { SlotContents } from "../menu/slots.ts";
import { otherSlot, readActiveSlot, readSlot } from "../menu/slots.ts";
import type { Stick } from "../stick.ts";
import { openDataToRead } from "../stick.ts";
import { dropCaches } from "../target.ts";
import { say as sayChain } from "../ventoy/chain/messages.ts";
import { requireOwnStage } from "../ventoy/menu/refuse.ts";
import { say } from "./messages.ts";

export interface CloneSource {
  readonly stick: Stick;
  /** As the volume has it: somebody may have changed it since the stick was built. */
  readonly label: string;
  readonly unitBytes: number;
  /** Absolute, each before what lies in it. */
  readonly folders: readonly string[];
  /** The largest first: while there is room in one piece. */
  readonly files: readonly PlannedFile[];
  /** By path on the data partition, of files that are as they were when their hash was taken, by all that can be told unread. */
  readonly hashes: ReadonlyMap<string, string>;
  /** The source's menu without its ISOs, which lie elsewhere on a clone. */
  readonly before: SlotContents | undefined;
  /** 0: none. */
  readonly windowsBytes: number;
  readonly notes: readonly Text[];
  readonly open: OpenSource;
  /** @throws LifeboatError `source-changed`. */
  checkAgain(): Promise<void>;
}

export interface SourceOptions {
  /** The Windows partition's contents are given up. */
  readonly emptyWindows?: boolean;
}

/** @throws LifeboatError `windows-not-empty`, `unstorable-name`; what reading throws. */
export async function readSource(
  stick: Stick,
  options: SourceOptions,
  run: Run,
): Promise<CloneSource> {
  requireOwnStage(stick);
  if (stick.manifest.bootStage.ventoyChain === true) {
    throw new LifeboatError("ventoy-stage", sayChain.notCloned(stick.path), {
      kind: "refused",
      hint: sayChain.notClonedHint(),
    });
  }
  const mounts = await mountsOf(stick.path, run);
  // What others wrote by way of a mount isn't in the cache of the device itself. Only root may; the rest can unplug it.
  await dropCaches(stick.path, run).catch(() => undefined);
  const state = await fileState(stick.path);
  const volume = await openDataToRead(stick, run);
  const tree = await readTree(volume);
  const { folders, files } = tree;
  for (const path of [...folders, ...files.map((file) => file.path)]) {
    const name = posix.basename(path);
    if ((await storableNameOn(stick.manifest.fileSystem, name)) === name) continue;
    throw new LifeboatError("unstorable-name", say.badName(path), {
      kind: "usage",
      hint: say.badNameHint(),
    });
  }
  const windows = await lookAtWindows(stick, options);
  const active = await readActiveSlot(stick.bootVolume);
  const slot =
    (await readSlot(stick.bootVolume, active)) ??
    (await readSlot(stick.bootVolume, otherSlot(active)));
  return {
    stick,
    label: volume.label,
    unitBytes: volume.allocationUnitBytes,
    folders,
    files: files
      .map(({ path, sizeBytes }) => ({ source: path, path, sizeBytes }))
      .toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.path < b.path ? -1 : 1)),
    hashes: await knownHashes(slot, files, volume),
    before: slot && { ...slot, records: { ...slot.records, isos: [] } },
    windowsBytes: windows.bytes,
    notes: [
      ...(mounts.length > 0 ? [say.inUse(stick.path, mounts)] : []),
      ...windows.notes,
      ...tree.notes,
    ],
    open: async (path) => openOn(volume, path),
    async checkAgain() {
      const same =
        (await fileState(stick.path)) === state &&
        (await readTree(await openDataToRead(stick, run))).digest === tree.digest;
      if (same) return;
      throw new LifeboatError("source-changed", say.changed(stick.path), {
        hint: say.changedHint(),
      });
    },
  };
}

async function mountsOf(path: string, run: Run): Promise<string[]> {
  const named = await findTarget(path, diskLister(run));
  const disks = named.kind === "disk" ? [named.disk] : named.loops;
  return disks.flatMap((disk) => disk.mounts).map(cleanText);
}

/** What changes with every write to an image file; a device tells nothing of the kind. */
async function fileState(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() === true ? `${found.size} ${found.mtimeNs}` : "";
}

interface Tree {
  readonly folders: string[];
  readonly files: VolumeEntry[];
  readonly notes: Text[];
  /** Another one where a name, a size or a time is another one. */
  readonly digest: string;
}

async function readTree(volume: ReadableVolume): Promise<Tree> {
  const folders: string[] = [];
  const files: VolumeEntry[] = [];
  const notes: Text[] = [];
  const leftOut: string[] = [];
  const digest = createHash("sha256");
  const isSystems = ({ path, name }: VolumeEntry) => path === `/${name}` && SYSTEMS_OWN.test(name);
  for await (const entry of walk(volume, { enter: (folder) => !isSystems(folder) })) {
    if (isSystems(entry)) {
      leftOut.push(entry.name);
      continue;
    }
    const { path, kind, sizeBytes, modified } = entry;
    digest.update(JSON.stringify([path, kind, sizeBytes, modified]));
    if (kind === "directory") folders.push(path);
    else if (kind === "file") files.push(entry);
    else notes.push(say.notFile(path));
  }
  // An ext4 that is made anew has its own.
  const told = leftOut.filter((name) => name !== "lost+found");
  if (told.length > 0) notes.push(say.leftOut(told));
  return { folders, files, notes, digest: digest.digest("hex") };
}

async function knownHashes(
  slot: SlotContents | undefined,
  files: readonly VolumeEntry[],
  volume: ReadableVolume,
): Promise<Map<string, string>> {
  const records = new Map((slot?.records.isos ?? []).map((record) => [record.path, record]));
  const hashes = new Map<string, string>();
  for (const file of files) {
    const record = records.get(file.path);
    if (record === undefined || record.sha256 === null) continue;
    const extents = (await volume.extents(file.path).catch(() => undefined)) ?? null;
    if (sameFile(record, file, extents)) hashes.set(file.path, record.sha256);
  }
  return hashes;
}

async function openOn(volume: WritableVolume, path: string) {
  const range = await volume.open(path);
  const entry = await volume.find(path);
  const modified = async () => entry?.modified ?? new Date();
  return Object.assign(range, { modified });
}

/** As `layOut` numbers them. */
const WINDOWS_NUMBER = { gpt: 5, mbr: 3 } as const;
const OWN_NUMBERS = { gpt: [1, 2, 3, 4, 5], mbr: [1, 2, 3] } as const;

async function lookAtWindows({ disk, manifest }: Stick, { emptyWindows }: SourceOptions) {
  const { scheme } = manifest;
  const { partitions, sectorSize } = await readPartitions(disk);
  const notes = partitions
    .filter(({ number }) => !OWN_NUMBERS[scheme].some((own) => own === number))
    .map(({ number }) => say.otherPartition(number));
  const windows = partitions.find(({ number }) => number === WINDOWS_NUMBER[scheme]);
  if (windows === undefined) return { bytes: 0, notes };
  const bytes = windows.sectors * sectorSize;
  if (await isEmpty(windows, disk, sectorSize)) return { bytes, notes };
  if (emptyWindows === true) return { bytes, notes: [say.windowsEmpty(windows.number), ...notes] };
  throw new LifeboatError("windows-not-empty", say.windowsNotEmpty(windows.number), {
    kind: "refused",
    hint: say.windowsNotEmptyHint(),
  });
}

/** False, too, for what can't be read: an encrypted Windows, for example. */
async function isEmpty(
  { startLba, sectors }: PartitionView,
  disk: Stick["disk"],
  sectorSize: number,
): Promise<boolean> {
  try {
    const range = new SliceRange(disk, startLba * sectorSize, sectors * sectorSize);
    const volume = await openVolume(range);
    const entries = await volume?.list("/");
    return entries?.every(({ name }) => SYSTEMS_OWN.test(name)) ?? false;
  } catch (error) {
    failureOf(error);
    return false;
  }
}
