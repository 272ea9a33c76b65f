/** ISO 9660 volumes, read-only: ECMA-119 with Rock Ridge and Joliet. */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import { ReadCache } from "../optical/cache.ts";
import { contentOfRuns, extentsOfRuns } from "../optical/content.ts";
import type { Run } from "../optical/content.ts";
import { PathTree, refuseNoFile } from "../optical/tree.ts";
import type { ReadableVolume, VolumeEntry } from "../volume.ts";
import { readVolumeDescriptors } from "./descriptors.ts";
import type { VolumeDescriptor } from "./descriptors.ts";
import { decodeDirectoryRecord } from "./directory-record.ts";
import type { DirectoryRecord } from "./directory-record.ts";
import { readDirectory, rootNode, sizeOf } from "./directory.ts";
import type { IsoContext, IsoNode, TreeKind } from "./directory.ts";
import { decodeBytes, decodeUcs2 } from "./fields.ts";
import { damaged, say } from "./messages.ts";
import { announcesRockRidge } from "./rock-ridge.ts";
import { CONTINUATION_BUDGET_BYTES, decodeIndicator, readSystemUse } from "./system-use.ts";

export interface Iso9660Volume extends ReadableVolume {
  readonly fileSystem: "iso9660";
  /** Which of the volume's trees is read. */
  readonly tree: TreeKind;
  /** Of the primary descriptor, trimmed. `label` is the same, or Joliet's own where that tree is read, as in GRUB. */
  readonly volumeId: string;
  readonly publisherId: string;
  readonly applicationId: string;
  /** Of the volume, in blocks of `allocationUnitBytes`: an image shorter than that is cut short. */
  readonly sizeInBlocks: number;
  /** The target of the symbolic link at `path`, as stored; undefined where there is no link. `find` and `open` follow links. */
  readLink(path: string): Promise<string | undefined>;
}

export interface OpenIso9660Options {
  /** Default: the best there is: Rock Ridge, else Joliet, else plain. */
  readonly tree?: TreeKind;
}

/**
 * Opens the ISO 9660 volume that begins at the start of `range`.
 *
 * `uuid` is the modification date as GRUB's iso9660 driver prints it, from the descriptor whose tree is read; empty where
 * it is all NUL, for there GRUB answers none either. Names are case-sensitive in a Rock Ridge tree only.
 *
 * @throws LifeboatError `not-iso9660`; `iso9660-damaged`; `truncated-volume`.
 */
export async function openIso9660(
  range: ByteRange,
  options: OpenIso9660Options = {},
): Promise<Iso9660Volume> {
  const { primary, joliet } = await readVolumeDescriptors(range);
  if (primary === undefined) throw damaged("not-iso9660", say.noVolume());
  const cache = new ReadCache(range);
  const skipBytes = await rockRidgeSkip(cache, primary);
  const best: TreeKind =
    skipBytes === undefined ? (joliet === undefined ? "plain" : "joliet") : "rock-ridge";
  const tree = options.tree ?? best;
  const chosen = tree === "joliet" ? joliet : primary;
  if (chosen === undefined || (tree === "rock-ridge" && skipBytes === undefined)) {
    throw new LifeboatError("no-such-tree", say.noSuchTree(tree), { kind: "usage" });
  }
  const blockBytes = blockSizeOf(chosen);
  const context: IsoContext = { cache, tree, blockBytes, skipBytes: skipBytes ?? 0 };
  return new OpenVolume(range, primary, chosen, context);
}

class OpenVolume implements Iso9660Volume {
  readonly fileSystem = "iso9660";
  readonly tree: TreeKind;
  readonly label: string;
  readonly uuid: string;
  readonly volumeId: string;
  readonly publisherId: string;
  readonly applicationId: string;
  readonly sizeInBlocks: number;
  readonly allocationUnitBytes: number;
  readonly #range: ByteRange;
  readonly #paths: PathTree<IsoNode>;

  constructor(
    range: ByteRange,
    primary: VolumeDescriptor,
    chosen: VolumeDescriptor,
    context: IsoContext,
  ) {
    const { tree } = context;
    this.tree = tree;
    this.volumeId = trimmed(decodeBytes(primary.volumeId));
    this.label = tree === "joliet" ? trimmed(decodeUcs2(chosen.volumeId)) : this.volumeId;
    this.publisherId = trimmed(decodeBytes(primary.publisherId));
    this.applicationId = trimmed(decodeBytes(primary.applicationId));
    this.uuid = uuidOf(chosen.modified);
    this.sizeInBlocks = primary.volumeSpaceSize;
    this.allocationUnitBytes = context.blockBytes;
    this.#range = range;
    this.#paths = new PathTree<IsoNode>({
      root: rootNode(rootRecordOf(chosen)),
      caseSensitive: tree === "rock-ridge",
      children: (directory, path) => readDirectory(context, directory, path),
      describe: async (node, path) => entryOf(node, path),
      linkTarget: async (node) => node.linkTarget,
    });
  }

  list(path: string): Promise<VolumeEntry[]> {
    return this.#paths.list(path);
  }

  find(path: string): Promise<VolumeEntry | undefined> {
    return this.#paths.find(path);
  }

  readLink(path: string): Promise<string | undefined> {
    return this.#paths.readLink(path);
  }

  async extents(path: string): Promise<Extent[] | undefined> {
    const node = await this.#file(path);
    if (node.encoding !== undefined) return undefined;
    return extentsOfRuns(path, this.#range, this.#runsOf(node));
  }

  async open(path: string): Promise<ByteRange> {
    const node = await this.#file(path);
    if (node.encoding === "compressed") {
      throw new LifeboatError("compressed-file", say.compressed(path));
    }
    if (node.encoding === "interleaved") {
      throw new LifeboatError("interleaved-file", say.interleaved(path));
    }
    return contentOfRuns(path, this.#range, this.#runsOf(node));
  }

  async #file(path: string): Promise<IsoNode> {
    const { node } = await this.#paths.get(path);
    return node.kind === "file" ? node : refuseNoFile(path);
  }

  #runsOf(node: IsoNode): Run[] {
    const { allocationUnitBytes } = this;
    return node.runs
      .filter((run) => run.sizeBytes > 0)
      .map((run) => ({ start: run.startBlock * allocationUnitBytes, length: run.sizeBytes }));
  }
}

/** How many bytes to skip in each system use area; undefined where there is no Rock Ridge. */
async function rockRidgeSkip(
  cache: ReadCache,
  primary: VolumeDescriptor,
): Promise<number | undefined> {
  const blockBytes = blockSizeOf(primary);
  const offset = rootRecordOf(primary).startBlock * blockBytes;
  const block = await cache.read("/", offset, blockBytes);
  const self = decodeDirectoryRecord(block, 0, block.length);
  const indicator = self === undefined ? undefined : decodeIndicator(self.systemUse);
  if (self === undefined || indicator === undefined) return undefined;
  const budget = { bytes: CONTINUATION_BUDGET_BYTES };
  const context = { cache, blockBytes, skipBytes: indicator.beginsAt, budget };
  const entries = await readSystemUse(context, self.systemUse, "/");
  return announcesRockRidge(entries) ? indicator.skipBytes : undefined;
}

function rootRecordOf(descriptor: VolumeDescriptor): DirectoryRecord {
  const { rootDirectoryRecord } = descriptor;
  const record = decodeDirectoryRecord(rootDirectoryRecord, 0, rootDirectoryRecord.length);
  if (record === undefined) throw damaged("iso9660-damaged", say.damagedRecord("/", 0));
  return record;
}

/** ECMA-119 6.2.2: a power of two from 512 up to the sector's size. */
function blockSizeOf(descriptor: VolumeDescriptor): number {
  const bytes = descriptor.logicalBlockSize;
  if (![512, 1024, 2048].includes(bytes)) throw damaged("iso9660-damaged", say.blockSize(bytes));
  return bytes;
}

function entryOf(node: IsoNode, path: string): VolumeEntry {
  const sizeBytes = node.kind === "file" ? sizeOf(node) : 0;
  return { path, name: node.name, kind: node.kind, sizeBytes, modified: node.modified };
}

/** GRUB's form: 2026-11-21-10-20-30-00, sixteen characters as they stand on the volume. */
function uuidOf(stamp: Buffer): string {
  if (stamp.every((byte) => byte === 0)) return "";
  const digits = stamp.toString("latin1", 0, 16);
  const parts = [digits.slice(0, 4)];
  for (let at = 4; at < 16; at += 2) parts.push(digits.slice(at, at + 2));
  return parts.join("-");
}

function trimmed(text: string): string {
  return text.replace(/[\0 ]+$/, "");
}
