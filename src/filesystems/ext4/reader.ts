/**
 * ext2, ext3 and ext4 volumes read in user space: any block and inode size, 32- and 64-bit, flex_bg and meta_bg, extent trees
 * and block maps, inline data, hashed directories (read linearly), bigalloc.
 *
 * Not done: metadata checksums are not verified (every number is bounded instead); the journal is not replayed (see
 * `needsRecovery`); encrypted files can't be opened and their names stay as stored; names are matched byte for byte, in
 * `casefold` directories too; symbolic links are listed as "other" and not followed.
 */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { MemoryRange } from "../../block/memory.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { ReadableVolume, VolumeEntry } from "../volume.ts";
import type { Whereabouts } from "../whereabouts.ts";
import { whereaboutsOf } from "../whereabouts.ts";
import { blockMapRuns } from "./block-map.ts";
import { decodeEntries } from "./directory.ts";
import type { DirectoryEntry } from "./directory.ts";
import { damaged } from "./errors.ts";
import { extentTreeNodes, extentTreeRuns } from "./extent-tree.ts";
import { INCOMPAT } from "./features.ts";
import { FileContent } from "./file-content.ts";
import { inlineBytes } from "./inline-data.ts";
import type { Inode } from "./inode.ts";
import { say } from "./messages.ts";
import { Metadata } from "./metadata.ts";
import { extentsOf } from "./runs.ts";
import type { Run } from "./runs.ts";
import { readSuperblock } from "./superblock.ts";
import type { Superblock } from "./superblock.ts";
import { ext4Parts } from "./whereabouts.ts";

const ROOT_INODE = 2;
/** Some three million names; more is damage, or malice. */
const MAX_DIRECTORY_BYTES = 64 << 20;
/** The parent's number, in front of an inline directory's entries. */
const INLINE_PARENT_SIZE = 4;
const INLINE_FIRST_AREA = 60;

/** A file or directory found by its path. */
export interface Located {
  readonly inode: Inode;
  readonly entry: VolumeEntry;
  /** Its name as stored; empty for the root. */
  readonly nameBytes: Buffer;
}

/**
 * Opens the ext2/3/4 volume that fills `range` (bytes behind its end are ignored).
 * @throws LifeboatError `not-ext4`, `ext4-unsupported-feature`, `ext4-damaged`, `ext4-truncated`.
 */
export async function openExt4(range: ByteRange): Promise<Ext4Reader> {
  return new Ext4Reader(new Metadata(range, await readSuperblock(range)));
}

export class Ext4Reader implements ReadableVolume {
  readonly fileSystem = "ext4";
  readonly label: string;
  /** Lower-case 8-4-4-4-12, as GRUB and blkid print it. */
  readonly uuid: string;
  readonly allocationUnitBytes: number;
  /** The journal holds changes that are not in place yet (or the volume is mounted): what is read may be old. */
  readonly needsRecovery: boolean;
  readonly superblock: Superblock;
  readonly metadata: Metadata;

  constructor(metadata: Metadata) {
    const { superblock } = metadata;
    this.metadata = metadata;
    this.superblock = superblock;
    this.label = superblock.label;
    this.uuid = superblock.uuid;
    this.allocationUnitBytes = superblock.blockSize;
    this.needsRecovery = (superblock.incompat & INCOMPAT.needs_recovery) !== 0;
  }

  async list(path: string): Promise<VolumeEntry[]> {
    const { inode, entry } = await this.require(path);
    if (inode.kind !== "directory") {
      throw new LifeboatError("not-a-directory", say.notADirectory(path), { kind: "usage" });
    }
    const found: VolumeEntry[] = [];
    for await (const child of this.#entries(inode)) {
      found.push(volumeEntry(entry.path, child.name, await this.metadata.inode(child.inode)));
    }
    return found;
  }

  async find(path: string): Promise<VolumeEntry | undefined> {
    return (await this.locate(path))?.entry;
  }

  async extents(path: string): Promise<Extent[] | undefined> {
    const { inode } = await this.#requireFile(path);
    if (inode.sizeBytes === 0) return [];
    if (inode.inlineData || inode.encrypted) return undefined;
    return extentsOf(await this.runs(inode), inode.sizeBytes, this.superblock.blockSize);
  }

  async open(path: string): Promise<ByteRange> {
    const { inode } = await this.#requireFile(path);
    if (inode.encrypted) throw new LifeboatError("ext4-encrypted", say.encrypted(path));
    const { blockSize } = this.superblock;
    const [volume, runs] = inode.inlineData
      ? inlineVolume(inlineBytes(inode), blockSize)
      : [this.metadata.range, await this.runs(inode)];
    return new FileContent(volume, runs, inode.sizeBytes, blockSize);
  }

  /** Undefined for files of ext2 and ext3, whose blocks are listed one by one. */
  async whereabouts(path: string): Promise<Whereabouts | undefined> {
    const { inode } = await this.#requireFile(path);
    if (!inode.usesExtents || inode.inlineData) return undefined;
    const start = await this.metadata.inodeStart(inode.number);
    const nodes = await extentTreeNodes(this.metadata, inode.block);
    const parts = ext4Parts(start, nodes, this.superblock.blockSize);
    return whereaboutsOf(this.metadata.range, parts);
  }

  /** What lies at `path`, with its inode; undefined where there is nothing. */
  async locate(path: string): Promise<Located | undefined> {
    let inode = await this.metadata.inode(ROOT_INODE);
    let entry: VolumeEntry = { ...volumeEntry("", "", inode), path: "/" };
    let nameBytes: Buffer = Buffer.alloc(0);
    for (const part of path.split("/").filter((name) => name !== "")) {
      if (inode.kind !== "directory") return undefined;
      const child = await this.#child(inode, part);
      if (child === undefined) return undefined;
      inode = await this.metadata.inode(child.inode);
      entry = volumeEntry(entry.path, child.name, inode);
      nameBytes = child.nameBytes;
    }
    return { inode, entry, nameBytes };
  }

  /** Like `locate`. @throws LifeboatError `no-such-file`. */
  async require(path: string): Promise<Located> {
    const found = await this.locate(path);
    if (found !== undefined) return found;
    throw new LifeboatError("no-such-file", say.noSuchFile(path), { kind: "missing" });
  }

  /** Where an inode's blocks lie, in file order, without its holes. Not for inline data. */
  async runs(inode: Inode): Promise<Run[]> {
    if (inode.usesExtents) return extentTreeRuns(this.metadata, inode.block);
    const blocks = Math.ceil(inode.sizeBytes / this.superblock.blockSize);
    return blockMapRuns(this.metadata, inode.block, blocks);
  }

  async #requireFile(path: string): Promise<Located> {
    const found = await this.require(path);
    if (found.inode.kind === "file") return found;
    throw new LifeboatError("not-a-file", say.notAFile(path), { kind: "usage" });
  }

  async #child(directory: Inode, name: string): Promise<DirectoryEntry | undefined> {
    for await (const entry of this.#entries(directory)) {
      if (entry.name === name) return entry;
    }
    return undefined;
  }

  async *#entries(directory: Inode): AsyncGenerator<DirectoryEntry> {
    const { number, sizeBytes } = directory;
    if (sizeBytes > MAX_DIRECTORY_BYTES) {
      throw damaged(`directory inode ${number} is ${sizeBytes} bytes long`);
    }
    if (directory.inlineData) {
      const inline = inlineBytes(directory);
      yield* decodeEntries(inline.subarray(INLINE_PARENT_SIZE, INLINE_FIRST_AREA));
      yield* decodeEntries(inline.subarray(INLINE_FIRST_AREA));
      return;
    }
    const blocks = Math.ceil(sizeBytes / this.superblock.blockSize);
    for (const run of await this.runs(directory)) {
      const length = Math.min(run.length, blocks - run.logical);
      for (let index = 0; index < length; index++) {
        yield* decodeEntries(await this.metadata.block(run.physical + index));
      }
    }
  }
}

/** Inline bytes as a volume of their own, so that one class reads every file. */
function inlineVolume(bytes: Buffer, blockSize: number): [ByteRange, Run[]] {
  const padded = Buffer.concat([bytes, Buffer.alloc(blockSize)]);
  const length = Math.ceil(bytes.length / blockSize);
  return [new MemoryRange(padded), [{ logical: 0, physical: 0, length }]];
}

function volumeEntry(parentPath: string, name: string, inode: Inode): VolumeEntry {
  return {
    path: parentPath === "/" ? `/${name}` : `${parentPath}/${name}`,
    name,
    kind: inode.kind,
    sizeBytes: inode.sizeBytes,
    modified: inode.modified,
  };
}
