/** Finds the ISOs on the data partition and looks into those that are new or changed. Reads only. */
import type { Extent } from "../block/byte-range.ts";
import type { ReadableVolume, VolumeEntry } from "../filesystems/volume.ts";
import { inspectIso } from "../iso/inspect.ts";
import type { RecipeLibrary } from "../iso/recipes/load.ts";
import type { JobContext } from "../system/progress.ts";
import type { IsoRecord } from "./manifest.ts";
import { say } from "./messages.ts";

const MAXIMUM_DEPTH = 32;
const MAXIMUM_ENTRIES = 500_000;

/** Folders of operating systems and desktops, where nobody keeps ISOs to boot. */
const NOT_SEARCHED =
  /^(\$recycle\.bin|system volume information|lost\+found|\.trash.*|\.trashes|\.spotlight-v100|\.fseventsd)$/i;

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
    const extents = (await volume.extents(entry.path)) ?? null;
    const old = before.get(entry.path);
    if (old !== undefined && !hashes.has(entry.path) && sameFile(old, entry, extents)) {
      records.push(old);
      continue;
    }
    job.report({ kind: "step", text: say.scanning(entry.name) });
    const report = await inspectIso(await volume.open(entry.path), entry.name, recipes.load());
    const { size: _size, ...known } = report;
    records.push({
      path: entry.path,
      size: entry.sizeBytes,
      modified: secondsOf(entry),
      extents: entry.sizeBytes === 0 ? [] : extents,
      sha256: hashes.get(entry.path) ?? null,
      ...known,
    });
  }
  return records.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function findIsos(volume: ReadableVolume): Promise<VolumeEntry[]> {
  const found: VolumeEntry[] = [];
  let seen = 0;
  const look = async (path: string, depth: number): Promise<void> => {
    for (const entry of await volume.list(path)) {
      if (++seen > MAXIMUM_ENTRIES) return;
      if (entry.kind === "file" && isIsoName(entry.name)) found.push(entry);
      if (entry.kind === "directory" && depth < MAXIMUM_DEPTH && !NOT_SEARCHED.test(entry.name)) {
        await look(entry.path, depth + 1);
      }
    }
  };
  await look("/", 0);
  return found;
}

/** `._x.iso` is what macOS leaves beside a file on foreign file systems. */
function isIsoName(name: string): boolean {
  return /\.iso$/i.test(name) && !name.startsWith("._") && !name.startsWith(".lifeboat-");
}

function sameFile(old: IsoRecord, entry: VolumeEntry, extents: readonly Extent[] | null): boolean {
  return (
    old.size === entry.sizeBytes &&
    old.modified === secondsOf(entry) &&
    JSON.stringify(old.extents) === JSON.stringify(entry.sizeBytes === 0 ? [] : extents)
  );
}

/** Seconds since 1970, even ones: FAT keeps no others, and a file is to look the same before and after it was written. */
function secondsOf(entry: VolumeEntry): number | null {
  return entry.modified === undefined ? null : Math.floor(entry.modified.getTime() / 2000) * 2;
}
