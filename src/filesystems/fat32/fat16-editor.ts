/**
 * A FAT16 volume in memory that also gets something: folders, small files, and files moved from one folder into another, with their
 * clusters. Names have eight and three characters, so that none needs slots of its own.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03.
 */
import { LifeboatError } from "../../system/errors.ts";
import {
  ATTRIBUTE_ARCHIVE,
  ATTRIBUTE_DIRECTORY,
  ShortEntry,
  encodeShortEntry,
} from "./directory-entry.ts";
import type { Directory } from "./directory.ts";
import { END_OF_DIRECTORY } from "./directory.ts";
import { Fat16Image, shortNameOf } from "./fat16-image.ts";
import { FIRST_CLUSTER, SLOT_BYTES, clusterStart } from "./geometry.ts";
import { say } from "./messages.ts";
import { FREE_SLOT } from "./short-name.ts";
import { namesIn } from "./volume.ts";

const END_OF_CHAIN = 0xffff;
/** Each part in one case: Windows NT's flags tell which, and other systems show all of it in upper case. */
const SHORT_NAME =
  /^(?:[A-Z0-9_~-]{1,8}|[a-z0-9_~-]{1,8})(?:\.(?:[A-Z0-9_~-]{1,3}|[a-z0-9_~-]{1,3}))?$/;
const LOWER_BASE = 0x08;
const LOWER_EXTENSION = 0x10;
const DOT = Buffer.from(".".padEnd(11), "latin1");
const DOT_DOT = Buffer.from("..".padEnd(11), "latin1");

export class Fat16Editor extends Fat16Image {
  /** Clusters that no chain has, in bytes. */
  get freeBytes(): number {
    return this.#freeClusters(Infinity).length * this.geometry.clusterBytes;
  }

  /** Takes a file away, where there is one. @throws LifeboatError `fat-chain`. */
  drop(path: string): void {
    const found = this.find(path);
    if (found === undefined) return;
    this.freeClusters(found, []);
    this.dropEntry(found);
  }

  /**
   * Gives a file another folder, or another name, or both; its bytes stay where they are.
   * @throws LifeboatError `no-such-file` (also of the folder), `file-exists`, `invalid-name`, `directory-full`, `volume-full`, `fat-chain`.
   */
  move(from: string, to: string): void {
    const { own } = this.get(from);
    const entry = Buffer.from(this.bytes.subarray(own, own + SLOT_BYTES));
    const { name, caseFlags } = this.#newName(to);
    this.#addEntry(to, ShortEntry.encode({ ...ShortEntry.decode(entry), name, caseFlags }));
    // Looked up anew: the entry that was added may have taken a slot before it.
    this.dropEntry(this.get(from));
  }

  /** @throws LifeboatError as `move`; nothing where there is such a folder. */
  makeFolder(path: string, modified: Date): void {
    if (this.#folder(path) !== undefined) return;
    const { name, caseFlags } = this.#newName(path);
    const parent = this.#parentOf(path);
    const [cluster = 0] = this.#allocate(1);
    const entry = (firstCluster: number) => {
      return { attributes: ATTRIBUTE_DIRECTORY, firstCluster, sizeBytes: 0, modified };
    };
    const at = clusterStart(this.geometry, cluster);
    encodeShortEntry(DOT, entry(cluster)).copy(this.bytes, at);
    encodeShortEntry(DOT_DOT, entry(parent.cluster)).copy(this.bytes, at + SLOT_BYTES);
    this.#addEntry(path, withCase(encodeShortEntry(name, entry(cluster)), caseFlags));
  }

  /** A new file. @throws LifeboatError as `move`. */
  put(path: string, data: Buffer, modified: Date): void {
    const { name, caseFlags } = this.#newName(path);
    this.#parentOf(path);
    const { clusterBytes } = this.geometry;
    const clusters = this.#allocate(Math.ceil(data.length / clusterBytes));
    for (const [index, cluster] of clusters.entries()) {
      const piece = data.subarray(index * clusterBytes, (index + 1) * clusterBytes);
      piece.copy(this.bytes, clusterStart(this.geometry, cluster));
    }
    const [firstCluster = 0] = clusters;
    const entry = {
      attributes: ATTRIBUTE_ARCHIVE,
      firstCluster,
      sizeBytes: data.length,
      modified,
    };
    this.#addEntry(path, withCase(encodeShortEntry(name, entry), caseFlags));
  }

  #newName(path: string) {
    const name = namesIn(path).at(-1) ?? "";
    if (!SHORT_NAME.test(name)) {
      throw new LifeboatError("invalid-name", say.invalidName(name), { kind: "usage" });
    }
    const [base = "", extension = ""] = name.split(".");
    const lower = (part: string) => part !== part.toUpperCase();
    const caseFlags = (lower(base) ? LOWER_BASE : 0) | (lower(extension) ? LOWER_EXTENSION : 0);
    return { name: shortNameOf(path.toUpperCase()), caseFlags };
  }

  #folder(path: string): Directory | undefined {
    let directory = this.directory(0);
    for (const name of namesIn(path)) {
      const record = directory.find(name);
      if (record === undefined || !record.isDirectory) return undefined;
      directory = this.directory(record.firstCluster);
    }
    return directory;
  }

  #parentOf(path: string): Directory {
    const names = namesIn(path);
    const folder = `/${names.slice(0, -1).join("/")}`;
    const found = this.#folder(folder);
    if (found === undefined) {
      throw new LifeboatError("no-such-file", say.noSuchFile(folder), { kind: "usage" });
    }
    if (found.find(names.at(-1) ?? "") === undefined) return found;
    throw new LifeboatError("file-exists", say.exists(path), { kind: "usage" });
  }

  #addEntry(path: string, entry: Buffer): void {
    const parent = this.#parentOf(path);
    const slots = parent.extents.reduce((sum, { length }) => sum + length, 0) / SLOT_BYTES;
    for (let slot = 0; slot < slots; slot++) {
      const at = this.slotOffset(parent, slot);
      const first = this.bytes[at];
      if (first !== FREE_SLOT && first !== END_OF_DIRECTORY) continue;
      entry.copy(this.bytes, at);
      // What lies behind the last entry counts for nothing, and needn't be empty.
      if (first === END_OF_DIRECTORY && slot + 1 < slots) {
        this.bytes[this.slotOffset(parent, slot + 1)] = END_OF_DIRECTORY;
      }
      return;
    }
    if (parent.cluster === 0) throw new LifeboatError("directory-full", say.directoryFull());
    const [cluster = 0] = this.#allocate(1);
    this.#link(this.chain(parent.cluster).at(-1) ?? 0, cluster);
    entry.copy(this.bytes, clusterStart(this.geometry, cluster));
  }

  /** Linked to each other, and full of zeroes. */
  #allocate(count: number): number[] {
    const clusters = this.#freeClusters(count);
    const { clusterBytes } = this.geometry;
    if (clusters.length < count) {
      const text = say.volumeFull(count * clusterBytes, clusters.length * clusterBytes);
      throw new LifeboatError("volume-full", text, { kind: "refused" });
    }
    for (const [index, cluster] of clusters.entries()) {
      const start = clusterStart(this.geometry, cluster);
      this.bytes.fill(0, start, start + clusterBytes);
      this.#link(cluster, clusters[index + 1] ?? END_OF_CHAIN);
    }
    return clusters;
  }

  #freeClusters(most: number): number[] {
    const { clusterCount, fatStarts } = this.geometry;
    const [fat = 0] = fatStarts;
    const free: number[] = [];
    for (let cluster = FIRST_CLUSTER; cluster < FIRST_CLUSTER + clusterCount; cluster++) {
      if (free.length >= most) break;
      if (this.bytes.readUInt16LE(fat + 2 * cluster) === 0) free.push(cluster);
    }
    return free;
  }

  #link(cluster: number, next: number): void {
    for (const fat of this.geometry.fatStarts) {
      this.bytes.writeUInt16LE(next, fat + 2 * cluster);
    }
  }
}

function withCase(entry: Buffer, caseFlags: number): Buffer {
  return ShortEntry.encode({ ...ShortEntry.decode(entry), caseFlags });
}
