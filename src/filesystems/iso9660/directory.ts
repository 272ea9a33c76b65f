/** A directory's records as the nodes of a tree: names by Rock Ridge, Joliet or ECMA-119; extents joined; moved directories put back. */
import type { ReadCache } from "../optical/cache.ts";
import { pathSafeName } from "../optical/tree.ts";
import type { TreeNode } from "../optical/tree.ts";
import {
  FLAG_ASSOCIATED,
  FLAG_DIRECTORY,
  FLAG_MULTI_EXTENT,
  decodeDirectoryRecord,
  isSelfOrParent,
} from "./directory-record.ts";
import type { DirectoryRecord } from "./directory-record.ts";
import { SECTOR_BYTES } from "./descriptors.ts";
import { decodeBytes, decodeRecordDate, decodeUcs2, withoutVersion } from "./fields.ts";
import { damaged, say } from "./messages.ts";
import { decodePosixAttributes } from "./rock-ridge.ts";
import type { PosixAttributes } from "./rock-ridge.ts";
import { CONTINUATION_BUDGET_BYTES, readSystemUse } from "./system-use.ts";
import type { SystemUseContext } from "./system-use.ts";

/** Some 200,000 entries in one directory; a larger claim is damage. */
const MAX_DIRECTORY_BYTES = 32 << 20;

export type TreeKind = "rock-ridge" | "joliet" | "plain";

/** A run of a file: blocks from `startBlock` on, `sizeBytes` of them used. */
interface BlockRun {
  readonly startBlock: number;
  readonly sizeBytes: number;
}

export interface IsoNode extends TreeNode {
  readonly kind: "file" | "directory" | "other";
  readonly modified: Date | undefined;
  readonly runs: readonly BlockRun[];
  readonly linkTarget: string | undefined;
  /** How the bytes are kept where that isn't simply one after the other. */
  readonly encoding: "interleaved" | "compressed" | undefined;
}

/** What reading a directory needs to know of its volume. */
export interface IsoContext {
  readonly cache: ReadCache;
  readonly tree: TreeKind;
  readonly blockBytes: number;
  readonly skipBytes: number;
}

/** The node that a directory's own record (the root's in the volume descriptor) stands for. */
export function rootNode(record: DirectoryRecord): IsoNode {
  return {
    name: "",
    directoryId: record.startBlock,
    kind: "directory",
    modified: decodeRecordDate(record.recorded),
    runs: [record],
    linkTarget: undefined,
    encoding: undefined,
  };
}

/** @throws LifeboatError `directory-damaged`, `directory-too-large`, `truncated-volume`, `system-use-loop`. */
export async function readDirectory(
  context: IsoContext,
  directory: IsoNode,
  path: string,
): Promise<IsoNode[]> {
  const content = await readContent(context, directory, path);
  const systemUse = { ...context, budget: { bytes: CONTINUATION_BUDGET_BYTES } };
  const nodes: IsoNode[] = [];
  let unfinished: DirectoryRecord[] = [];
  for (const record of recordsOf(content, path)) {
    if (isSelfOrParent(record) || record.flags & FLAG_ASSOCIATED) continue;
    const continues = unfinished[0]?.identifier.equals(record.identifier) ?? false;
    if (!continues) unfinished = [];
    unfinished.push(record);
    if (record.flags & FLAG_MULTI_EXTENT) continue;
    const node = await nodeOf(systemUse, unfinished, path);
    if (node !== undefined) nodes.push(node);
    unfinished = [];
  }
  return nodes;
}

async function readContent(context: IsoContext, directory: IsoNode, path: string): Promise<Buffer> {
  const startBlock = directory.directoryId ?? 0;
  const offset = startBlock * context.blockBytes;
  // A moved directory is known by its block only: its own record says how long it is.
  const known = directory.runs[0]?.sizeBytes;
  const length = known ?? (await ownSize(context, offset, path));
  if (length > MAX_DIRECTORY_BYTES) {
    throw damaged("directory-too-large", say.directoryTooLarge(path, length, MAX_DIRECTORY_BYTES));
  }
  return context.cache.read(path, offset, length);
}

async function ownSize(context: IsoContext, offset: number, path: string): Promise<number> {
  const block = await context.cache.read(path, offset, context.blockBytes);
  const self = decodeDirectoryRecord(block, 0, block.length);
  if (self === undefined || !isSelfOrParent(self)) {
    throw damaged("directory-damaged", say.damagedRecord(path, 0));
  }
  return self.sizeBytes;
}

/** ECMA-119 6.8.1.1: records do not cross sectors; the rest of a sector is zero. */
function* recordsOf(content: Buffer, path: string): Generator<DirectoryRecord> {
  for (let sector = 0; sector < content.length; sector += SECTOR_BYTES) {
    const end = Math.min(sector + SECTOR_BYTES, content.length);
    for (let at = sector; at < end && content[at] !== 0; at += content[at] ?? 0) {
      const record = decodeDirectoryRecord(content, at, end);
      if (record === undefined) throw damaged("directory-damaged", say.damagedRecord(path, at));
      yield record;
    }
  }
}

async function nodeOf(
  context: IsoContext & SystemUseContext,
  records: readonly DirectoryRecord[],
  path: string,
): Promise<IsoNode | undefined> {
  const [first] = records;
  if (first === undefined) return undefined;
  const posix =
    context.tree === "rock-ridge"
      ? decodePosixAttributes(await readSystemUse(context, first.systemUse, path))
      : undefined;
  if (posix?.relocated === true) return undefined;
  const name = pathSafeName(posix?.name ?? identifierOf(first, context.tree));
  if (name === "" || name === "." || name === "..") return undefined;
  const moved = posix?.childBlock;
  const kind = kindOf(first, posix);
  return {
    name,
    directoryId: kind === "directory" ? (moved ?? first.startBlock) : undefined,
    kind,
    modified: posix?.modified ?? decodeRecordDate(first.recorded),
    runs: moved === undefined ? records : [],
    linkTarget: posix?.linkTarget,
    encoding: encodingOf(records, posix),
  };
}

function kindOf(record: DirectoryRecord, posix: PosixAttributes | undefined): IsoNode["kind"] {
  if (posix?.childBlock !== undefined) return "directory";
  if (posix?.linkTarget !== undefined) return "other";
  const kind = posix?.kind;
  const isDirectory = (record.flags & FLAG_DIRECTORY) !== 0;
  // The flag says how the bytes are to be read; PX only tells files, links and devices apart.
  if (isDirectory) return "directory";
  return kind === undefined || kind === "directory" ? "file" : kind;
}

function encodingOf(
  records: readonly DirectoryRecord[],
  posix: PosixAttributes | undefined,
): IsoNode["encoding"] {
  if (posix?.compressed === true) return "compressed";
  return records.some((record) => record.interleaved) ? "interleaved" : undefined;
}

function identifierOf(record: DirectoryRecord, tree: TreeKind): string {
  const text = tree === "joliet" ? decodeUcs2(record.identifier) : decodeBytes(record.identifier);
  return record.flags & FLAG_DIRECTORY ? text : withoutVersion(text);
}

/** The size of a node's data in bytes. */
export function sizeOf(node: IsoNode): number {
  return node.runs.reduce((sum, run) => sum + run.sizeBytes, 0);
}
