/** One directory: its entries, each held against the record that it names. */
import { readBytes } from "../../../block/byte-range.ts";
import { TYPE } from "../attribute.ts";
import { isDamage } from "../failures.ts";
import { decodeFileName } from "../file-name.ts";
import type { FileName } from "../file-name.ts";
import { openPieces, piecesOf } from "../file-record.ts";
import type { NtfsFile } from "../file-record.ts";
import type { FileReference } from "../fields.ts";
import { COLLATION_FILE_NAME, namesOf } from "../file-writer.ts";
import { fileOf, keyOf } from "../index-node.ts";
import type { IndexEntry } from "../index-node.ts";
import { DIRECTORY_INDEX, IndexTree } from "../index-tree.ts";
import { KIND } from "./survey.ts";
import type { Survey } from "./survey.ts";

/** An entry of a directory that leads to something. */
export interface GoodEntry {
  readonly leaf: Buffer;
  readonly file: FileReference;
  readonly name: FileName;
  /** Its record can't be read. */
  readonly isTorn: boolean;
}

export interface DirectoryState {
  readonly good: readonly GoodEntry[];
  /** Names of entries that lead to no file, or to another one. */
  readonly stale: readonly string[];
  readonly isOrdered: boolean;
  readonly isBitmapRight: boolean;
  /** Why its index can't be read; there are no entries then. */
  readonly damage: string | undefined;
}

/** Reads a directory's index. One of another kind than all directories have is none of ours: it has no entries here. */
export async function readDirectory(survey: Survey, number: number): Promise<DirectoryState> {
  const { mft, range, geometry, upCase } = survey.loaded;
  const good: GoodEntry[] = [];
  const stale: string[] = [];
  let isOrdered = true;
  try {
    const directory = await mft.file(number);
    const tree = IndexTree.open(directory, DIRECTORY_INDEX, range, geometry);
    const { entries, blocks } = await tree.survey();
    let before: string | undefined;
    for (const entry of entries) {
      const name = decodeFileName(keyOf(entry));
      const isBehind =
        before === undefined ||
        (upCase.compareIgnoringCase(before, name.name) <= 0 && before !== name.name);
      if (!isBehind) isOrdered = false;
      before = name.name;
      const found = await leadsTo(survey, directory, entry, name);
      if (found === undefined) stale.push(name.name);
      else good.push({ leaf: entry.leaf, file: fileOf(entry), name, isTorn: found === "torn" });
    }
    if (tree.root.collation !== COLLATION_FILE_NAME) isOrdered = true;
    const isBitmapRight = await marksAll(survey, directory, blocks);
    return { good, stale, isOrdered, isBitmapRight, damage: undefined };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const damage = error instanceof Error ? error.message : "";
    return { good: [], stale: [], isOrdered: true, isBitmapRight: true, damage };
  }
}

/** Undefined where the file doesn't have this name in this directory. */
async function leadsTo(
  survey: Survey,
  directory: NtfsFile,
  entry: IndexEntry,
  name: FileName,
): Promise<"file" | "torn" | undefined> {
  const { record, sequence } = fileOf(entry);
  if (record < survey.records && survey.kind(record) === KIND.torn) return "torn";
  if (!survey.isFile(record, sequence) || !isIn(name, directory)) return undefined;
  try {
    const file = await survey.loaded.mft.file(record);
    const has = namesOf(file).some(
      ({ fileName }) =>
        fileName.name === name.name &&
        fileName.namespace === name.namespace &&
        isIn(fileName, directory),
    );
    return has ? "file" : undefined;
  } catch (error) {
    if (!isDamage(error)) throw error;
    survey.setBroken(record);
    return "file";
  }
}

function isIn({ parent }: FileName, { record }: NtfsFile): boolean {
  const { sequence } = parent;
  return parent.record === record.number && (sequence === 0 || sequence === record.header.sequence);
}

/** Whether the index's own bitmap marks all blocks that are in the tree. */
async function marksAll(
  { loaded: { range, geometry } }: Survey,
  directory: NtfsFile,
  blocks: readonly number[],
): Promise<boolean> {
  if (blocks.length === 0) return true;
  const pieces = piecesOf(directory, TYPE.bitmap, DIRECTORY_INDEX);
  if (pieces.length === 0) return false;
  const stream = openPieces(pieces, range, geometry, "an index's bitmap");
  const most = blocks.reduce((highest, block) => Math.max(highest, block), 0);
  if (stream.size <= most >> 3) return false;
  const bits = await readBytes(stream, 0, (most >> 3) + 1);
  return blocks.every((block) => ((bits[block >> 3] ?? 0) & (1 << (block & 7))) !== 0);
}
