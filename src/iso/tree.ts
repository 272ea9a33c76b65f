/**
 * A view of an ISO's tree for everything in this room that looks for boot files: each directory is read once, names are
 * found whatever their case, damage is remembered and never thrown.
 */
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes } from "../block/byte-range.ts";
import type { ReadableVolume, VolumeEntry } from "../filesystems/volume.ts";
import { LifeboatError } from "../system/errors.ts";
import { hasWildcard, matchesWildcard } from "./wildcard.ts";

/** Boot configurations are a few KiB; a longer file is none. */
const MAX_TEXT_BYTES = 1 << 20;

/** No boot file lies deeper; a tree that loops ends here. */
const MAX_DEPTH = 16;

/** More matches of one pattern than any recipe means. */
const MAX_MATCHES = 256;

/** What the readers of boot configurations need of the ISO they lie in. */
export interface BootFiles {
  /** The entry at an absolute path; undefined where there is none. */
  find(path: string): Promise<VolumeEntry | undefined>;
  /** Entries whose path fits the pattern, in the order of their names. */
  glob(pattern: string): Promise<VolumeEntry[]>;
  /** A text file's content; undefined where there is none, or it is too long to be one. */
  readText(path: string): Promise<string | undefined>;
}

interface Listing {
  readonly exact: Map<string, VolumeEntry>;
  readonly folded: Map<string, VolumeEntry>;
  readonly sorted: VolumeEntry[];
}

export class IsoTree implements BootFiles {
  readonly #volume: ReadableVolume;
  readonly #listings = new Map<string, Listing>();
  readonly #texts = new Map<string, string | undefined>();
  #damage: LifeboatError | undefined;

  constructor(volume: ReadableVolume) {
    this.#volume = volume;
  }

  /** The first error that reading the tree gave; what it hid was taken as not there. */
  get damage(): LifeboatError | undefined {
    return this.#damage;
  }

  async find(path: string): Promise<VolumeEntry | undefined> {
    const names = componentsOf(path);
    if (names === undefined) return undefined;
    let entry: VolumeEntry | undefined = ROOT;
    for (const name of names) {
      if (entry?.kind !== "directory") return undefined;
      const listing = await this.#list(entry.path);
      entry = await this.#followed(
        listing.exact.get(name) ?? listing.folded.get(name.toLowerCase()),
      );
    }
    return entry;
  }

  async glob(pattern: string): Promise<VolumeEntry[]> {
    const names = componentsOf(pattern);
    if (names === undefined) return [];
    let entries: VolumeEntry[] = [ROOT];
    for (const name of names) {
      const next: VolumeEntry[] = [];
      for (const parent of entries) {
        if (parent.kind !== "directory" || next.length >= MAX_MATCHES) continue;
        next.push(...(await this.#matches(parent.path, name)));
      }
      entries = next.slice(0, MAX_MATCHES);
    }
    return entries;
  }

  async readText(path: string): Promise<string | undefined> {
    const entry = await this.find(path);
    if (entry?.kind !== "file" || entry.sizeBytes > MAX_TEXT_BYTES) return undefined;
    if (this.#texts.has(entry.path)) return this.#texts.get(entry.path);
    const bytes = await this.readStart(entry.path, entry.sizeBytes);
    const text = bytes?.toString("utf8");
    this.#texts.set(entry.path, text);
    return text;
  }

  /** The file as a byte range; undefined where it can't be opened. */
  async open(path: string): Promise<ByteRange | undefined> {
    return this.#guard(async () => this.#volume.open(path));
  }

  /** At most the first `length` bytes of a file. */
  async readStart(path: string, length: number): Promise<Buffer | undefined> {
    return this.#guard(async () => {
      const range = await this.#volume.open(path);
      return readBytes(range, 0, Math.min(length, range.size));
    });
  }

  async #matches(directory: string, name: string): Promise<VolumeEntry[]> {
    const listing = await this.#list(directory);
    if (!hasWildcard(name)) {
      const found = listing.exact.get(name) ?? listing.folded.get(name.toLowerCase());
      const followed = await this.#followed(found);
      return followed === undefined ? [] : [followed];
    }
    return listing.sorted.filter((entry) => matchesWildcard(name, entry.name));
  }

  /** Where a symbolic link leads; the entry itself where it is none. */
  async #followed(entry: VolumeEntry | undefined): Promise<VolumeEntry | undefined> {
    if (entry?.kind !== "other") return entry;
    return (await this.#guard(async () => this.#volume.find(entry.path))) ?? entry;
  }

  async #list(path: string): Promise<Listing> {
    const known = this.#listings.get(path);
    if (known !== undefined) return known;
    const entries = (await this.#guard(async () => this.#volume.list(path))) ?? [];
    const listing: Listing = {
      exact: new Map(),
      folded: new Map(),
      sorted: entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    };
    for (const entry of listing.sorted) {
      listing.exact.set(entry.name, entry);
      const folded = entry.name.toLowerCase();
      if (!listing.folded.has(folded)) listing.folded.set(folded, entry);
    }
    this.#listings.set(path, listing);
    return listing;
  }

  async #guard<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      this.#damage ??= error;
      return undefined;
    }
  }
}

const ROOT: VolumeEntry = {
  path: "/",
  name: "",
  kind: "directory",
  sizeBytes: 0,
  modified: undefined,
};

/** True where each component of `path` fits that of `pattern`. */
export function matchesPath(pattern: string, path: string): boolean {
  const wanted = componentsOf(pattern);
  const given = componentsOf(path);
  if (wanted === undefined || given === undefined || wanted.length !== given.length) return false;
  return wanted.every((name, index) => matchesWildcard(name, given[index] ?? ""));
}

/** The names along an absolute path, with `.` and `..` resolved; undefined where it is too deep. */
function componentsOf(path: string): string[] | undefined {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
    if (names.length > MAX_DEPTH) return undefined;
  }
  return names;
}
