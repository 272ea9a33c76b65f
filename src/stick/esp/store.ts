/**
 * The files that ISOs need on the ESP beside the menu: one folder for each kind of them, one way in and one way out.
 *
 * What the menu in use names stays until another menu is in use: cut anywhere, that menu finds its files. What nobody names (a cut
 * leaves such) goes as soon as its room is wanted, and at the end of each refresh.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { SliceRange } from "../../block/slice.ts";
import type { BootVolume } from "../boot-volume.ts";
import { failureOf } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import type { IsoRecord } from "../manifest.ts";
import { readWhole, removeTree } from "./files.ts";
import { filesOfRecord } from "./named.ts";

/** What lies in them is lifeboat's: what no record names is removed. */
export const STORE_FOLDERS = {
  /** Copies out of ISOs, and lists of extents. */
  boot: "/lifeboat/boot",
  /** What the settings bring into initrds. */
  extra: "/lifeboat/extra",
  /** ISOs' own boot loaders. */
  loaders: "/lifeboat/efi",
} as const;

/** The files never take what the menus and the folders need. */
const ROOM_FOR_MENUS = 8 * MIB;

/**
 * A file as it is to be. Of a `source` only the size is held against what is there: the path stands for where its content comes from.
 * `data`, which is short, is compared.
 */
export type StoreFile = { readonly path: string } & (
  | { readonly data: Buffer }
  | { readonly source: ByteRange }
);

/** `full`: there is no room; `unreadable`: a source can't be read. In both cases nothing was written. */
export type Placed = "there" | "full" | "unreadable";

/** The files for one menu that is being made. */
export class EspStore {
  readonly #volume: BootVolume;
  /** Undefined where nobody knows what the menu in use names. */
  readonly #inUse: readonly string[] | undefined;
  readonly #wanted: string[] = [];
  #lacksRoom = false;

  /** @param inUse the records of the menu in use; undefined where they can't be read: then everything stays until another is. */
  constructor(volume: BootVolume, inUse: readonly IsoRecord[] | undefined) {
    this.#volume = volume;
    this.#inUse = inUse?.flatMap((record) => filesOfRecord(record));
  }

  /** True where something had no room, which it may have once the menu in use is another. */
  get lacksRoom(): boolean {
    return this.#lacksRoom;
  }

  /** Writes those of a set that aren't there yet, all or none, with the folders above them. */
  async put(files: readonly StoreFile[]): Promise<Placed> {
    const missing: StoreFile[] = [];
    for (const file of files) if (!(await this.#isThere(file))) missing.push(file);
    const paths = files.map(({ path }) => path);
    if (missing.length > 0) {
      const bytes = missing.reduce((sum, file) => sum + sizeOf(file), 0);
      if (!(await this.#makeRoom(bytes, paths))) {
        this.#lacksRoom = true;
        return "full";
      }
      const sources: Source[] = [];
      const tree = missing.map((file) => {
        if ("data" in file) return file;
        const source = new Source(file.source);
        sources.push(source);
        return { path: file.path, source };
      });
      try {
        await this.#volume.writeTree(tree);
      } catch (error) {
        // A failure of the ESP is the whole job's.
        if (!sources.some(({ failed }) => failed)) throw error;
        failureOf(error);
        return "unreadable";
      }
    }
    this.#wanted.push(...paths);
    return "there";
  }

  /** To be called when the menu that names what was put is in use: removes all else. False where there was nothing to remove. */
  async removeUnused(): Promise<boolean> {
    return this.#removeAllBut(this.#wanted);
  }

  /** The menu being made may name some of what goes, further on: that is written again then. */
  async #makeRoom(bytes: number, paths: readonly string[]): Promise<boolean> {
    const fits = () => this.#volume.freeBytes >= bytes + ROOM_FOR_MENUS;
    if (!fits() && this.#inUse !== undefined) {
      await this.#removeAllBut([...this.#inUse, ...this.#wanted, ...paths]);
    }
    return fits();
  }

  async #isThere(file: StoreFile): Promise<boolean> {
    const entry = await this.#volume.find(file.path);
    if (entry?.kind !== "file" || entry.sizeBytes !== sizeOf(file)) return false;
    return (
      !("data" in file) || (await readWhole(this.#volume, file.path))?.equals(file.data) === true
    );
  }

  /** The folders themselves stay. */
  async #removeAllBut(kept: readonly string[]): Promise<boolean> {
    const before = this.#volume.changes;
    // As FAT compares names.
    const paths = kept.map((path) => path.toLowerCase());
    const clean = async (folder: string): Promise<void> => {
      for (const { path, kind } of await this.#volume.list(folder)) {
        const lower = path.toLowerCase();
        if (paths.some((one) => one === lower || lower.startsWith(`${one}/`))) continue;
        const leadsOn = paths.some((one) => one.startsWith(`${lower}/`));
        if (kind === "directory" && leadsOn) await clean(path);
        else if (kind === "directory") await removeTree(this.#volume, path);
        else await this.#volume.remove(path);
      }
    };
    for (const folder of Object.values(STORE_FOLDERS)) {
      if ((await this.#volume.find(folder))?.kind === "directory") await clean(folder);
    }
    return this.#volume.changes !== before;
  }
}

/** Knows whether it was what could not be read. */
class Source extends SliceRange {
  failed = false;

  constructor(source: ByteRange) {
    super(source, 0, source.size);
  }

  override async read(offset: number, into: Uint8Array): Promise<void> {
    this.failed = true;
    await super.read(offset, into);
    this.failed = false;
  }
}

function sizeOf(file: StoreFile): number {
  return "data" in file ? file.data.length : file.source.size;
}
