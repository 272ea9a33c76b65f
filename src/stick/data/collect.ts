/** Finds the ISOs and other images on the data partition and looks into those that are new or changed. Reads only. */
import type { Extent } from "../../block/byte-range.ts";
import { WatchedReads } from "../../block/watched.ts";
import type { ReadableVolume, VolumeEntry } from "../../filesystems/volume.ts";
import { inspectImage } from "../../iso/images/inspect.ts";
import { imageKind } from "../../iso/images/kinds.ts";
import type { IsoReport } from "../../iso/types.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import type { JobContext } from "../../system/progress.ts";
import type { IsoRecord } from "../manifest.ts";
import { say } from "../messages.ts";

const MAXIMUM_DEPTH = 32;
const MAXIMUM_ENTRIES = 500_000;

/** Folders that operating systems and desktops make for themselves, where nobody keeps ISOs to boot. */
export const SYSTEMS_OWN =
  /^(\$recycle\.bin|system volume information|lost\+found|\.trash.*|\.trashes|\.spotlight-v100|\.fseventsd)$/i;

/** A folder with a file of this name is not searched, nor what lies in it. */
const IGNORE_FILE = ".lifeboatignore";

const OWN_FOLDER = /^\/lifeboat\//i;

const UNREADABLE = "unreadable";

/** What `add` knows already of files that it has just written: path → SHA-256. */
export type KnownHashes = ReadonlyMap<string, string>;

/** The records of all ISOs, in the order of their paths. Records of ISOs that haven't changed are taken over. */
export async function collectIsos(
  volume: ReadableVolume,
  earlier: readonly IsoRecord[],
  hashes: KnownHashes,
  recipes: RecipeLibrary,
  job: JobContext,
): Promise<IsoRecord[]> {
  const before = new Map(earlier.map((record) => [record.path, record]));
  const records: IsoRecord[] = [];
  for (const entry of await findIsos(volume)) {
    job.signal.throwIfAborted();
    const extents = await extentsOf(volume, entry);
    const old = before.get(entry.path);
    const known = old !== undefined && !hashes.has(entry.path) && !isUnreadable(old);
    if (known && sameFile(old, entry, extents)) {
      records.push(old);
      continue;
    }
    job.report({ kind: "step", text: say.scanning(entry.name) });
    records.push({
      path: entry.path,
      size: entry.sizeBytes,
      modified: secondsOf(entry),
      extents,
      sha256: hashes.get(entry.path) ?? null,
      ...(await lookInto(volume, entry, recipes)),
    });
  }
  return records.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Null where the file can't be addressed on the medium, or its chain of clusters is broken. */
async function extentsOf(volume: ReadableVolume, entry: VolumeEntry): Promise<Extent[] | null> {
  if (entry.sizeBytes === 0) return [];
  return (await unlessDamaged(async () => volume.extents(entry.path))) ?? null;
}

type Known = Omit<IsoReport, "size">;

/** One ISO that can't be read is a problem of that ISO: the others are still to be started. */
async function lookInto(
  volume: ReadableVolume,
  entry: VolumeEntry,
  recipes: RecipeLibrary,
): Promise<Known> {
  const file = await unlessDamaged(async () => volume.open(entry.path));
  let text = say.unreadable(entry.path);
  if (file !== undefined) {
    const watched = new WatchedReads(file, entry.path);
    const { size: _size, ...known } = await inspectImage(watched, entry.name, await recipes.load());
    const { failure } = watched;
    if (failure === undefined) return known;
    // Without a stick there is nothing to look at; and what a bad sector makes of an ISO must not be taken for what the ISO is.
    if (failure.code === "device-gone") throw failure;
    text = say.badMedium(entry.path, failure.text);
  }
  return {
    volumeId: "",
    uuid: "",
    family: "unknown",
    name: entry.name,
    version: "",
    arch: [],
    firmware: [],
    entries: [],
    problems: [{ id: UNREADABLE, severity: "error", text }],
  };
}

/** The next time it may be read: it is looked into again. */
function isUnreadable({ problems }: IsoRecord): boolean {
  return problems.some(({ id }) => id === UNREADABLE);
}

async function unlessDamaged<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LifeboatError && error.kind === "damaged") return undefined;
    throw error;
  }
}

/** Every ISO or other image on the volume, wherever it lies. */
export async function findIsos(volume: ReadableVolume): Promise<VolumeEntry[]> {
  const found: VolumeEntry[] = [];
  let seen = 0;
  const look = async (path: string, depth: number): Promise<void> => {
    const entries = await volume.list(path);
    if (entries.some(({ name }) => name === IGNORE_FILE)) return;
    for (const entry of entries) {
      if (++seen > MAXIMUM_ENTRIES) return;
      if (entry.kind === "file" && isImage(entry)) found.push(entry);
      if (entry.kind === "directory" && depth < MAXIMUM_DEPTH && !SYSTEMS_OWN.test(entry.name)) {
        await look(entry.path, depth + 1);
      }
    }
  };
  await look("/", 0);
  return found;
}

/**
 * `._x.iso` is what macOS leaves beside a file on foreign file systems. In lifeboat's own folder lie disk images that systems keep
 * their changes in; in a folder EFI, programs that belong to the boot loader of an unpacked medium.
 */
function isImage({ name, path }: VolumeEntry): boolean {
  if (name.startsWith("._") || name.startsWith(".lifeboat-")) return false;
  switch (imageKind(name)) {
    case undefined:
      return false;
    case "iso":
      return true;
    case "program":
      return !OWN_FOLDER.test(path) && !/\/efi\//i.test(path);
    case "disk":
    case "compressed":
      return !OWN_FOLDER.test(path);
  }
}

/** True for a file that is still the one of the record: nothing of it was written since. */
export function sameFile(
  old: Pick<IsoRecord, "size" | "modified" | "extents">,
  entry: VolumeEntry,
  extents: readonly Extent[] | null,
): boolean {
  return (
    old.size === entry.sizeBytes &&
    sameMoment(old.modified, secondsOf(entry)) &&
    JSON.stringify(old.extents) === JSON.stringify(extents)
  );
}

const QUARTER_HOUR = 15 * 60;
/** Time zones lie between UTC−12 and UTC+14. */
const WIDEST = 26 * 60 * 60;

/**
 * FAT keeps local time, and exFAT where its writer didn't say which: on a computer in another time zone (or after the clocks
 * were changed) the same file seems to be hours older or newer, by whole quarters of an hour.
 */
export function sameMoment(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  const apart = Math.abs(a - b);
  return apart <= WIDEST && apart % QUARTER_HOUR === 0;
}

/** Seconds since 1970, even ones: FAT keeps no others, and a file is to look the same before and after it was written. */
export function secondsOf({ modified }: { readonly modified?: Date | undefined }): number | null {
  return modified === undefined ? null : Math.floor(modified.getTime() / 2000) * 2;
}
