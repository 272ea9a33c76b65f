/** One value more, less or changed in a key. */
import { NO_CELL } from "./cell.ts";
import { dataSizeOf, isBigData, readSegments, storeData } from "./big-data.ts";
import type { EditedCells } from "./edited-cells.ts";
import type { KeyNode } from "./key-node.ts";
import {
  INLINE,
  MOST_INLINE_BYTES,
  encodeKeyValue,
  encodeOffsets,
  readKeyValue,
  readValuesList,
} from "./key-value.ts";
import type { KeyValue } from "./key-value.ts";
import { compareNames } from "./names.ts";
import type { RegistryValue } from "./tree.ts";

const WHAT = "key value (vk)";
const LIST = "key values list";
const DATA = "value data";
const TOMBSTONE = 0x0002;

/** Changes the node's fields; the caller writes the node. @param key where the node is. */
export async function putValue(
  cells: EditedCells,
  key: number,
  node: KeyNode,
  value: RegistryValue,
): Promise<void> {
  const list = await readValuesList(cells, key, node);
  node.largestValueNameLength = Math.max(node.largestValueNameLength, value.name.length * 2);
  node.largestValueDataSize = Math.max(node.largestValueDataSize, value.data.length);
  const present = await findValue(cells, list, value.name);
  if (present !== undefined) {
    const stored = await replaceData(cells, present.value, value.data);
    const flags = present.value.flags & ~TOMBSTONE;
    const changed = { ...present.value, ...stored, flags, dataType: value.type };
    await cells.replace(present.offset, encodeKeyValue(changed), WHAT);
    return;
  }
  const stored = storeData(cells, value.data);
  const added = { name: value.name, dataType: value.type, flags: 0, spare: 0, ...stored };
  const offsets = encodeOffsets([...list, cells.store(encodeKeyValue(added))]);
  node.keyValuesListOffset =
    list.length === 0
      ? cells.store(offsets)
      : await cells.rewrite(node.keyValuesListOffset, offsets, LIST);
  node.numberOfKeyValues = list.length + 1;
}

/** As `putValue`. @returns false where there is no such value. */
export async function dropValue(
  cells: EditedCells,
  key: number,
  node: KeyNode,
  name: string,
): Promise<boolean> {
  const list = await readValuesList(cells, key, node);
  const present = await findValue(cells, list, name);
  if (present === undefined) return false;
  await releaseData(cells, present.value);
  await cells.release(present.offset, WHAT);
  const left = list.filter((offset) => offset !== present.offset);
  node.numberOfKeyValues = left.length;
  if (left.length > 0) {
    await cells.replace(node.keyValuesListOffset, encodeOffsets(left), LIST);
    return true;
  }
  await cells.release(node.keyValuesListOffset, LIST);
  node.keyValuesListOffset = NO_CELL;
  node.largestValueNameLength = 0;
  node.largestValueDataSize = 0;
  return true;
}

/** All of a key that is going to be deleted. */
export async function releaseValues(cells: EditedCells, key: number, node: KeyNode): Promise<void> {
  const list = await readValuesList(cells, key, node);
  for (const offset of list) {
    await releaseData(cells, await readKeyValue(cells, offset));
    await cells.release(offset, WHAT);
  }
  if (list.length > 0) await cells.release(node.keyValuesListOffset, LIST);
}

async function findValue(
  cells: EditedCells,
  list: readonly number[],
  name: string,
): Promise<{ offset: number; value: KeyValue } | undefined> {
  for (const offset of list) {
    const value = await readKeyValue(cells, offset);
    if (compareNames(value.name, name) === 0) return { offset, value };
  }
  return undefined;
}

type StoredData = Pick<KeyValue, "dataSize" | "dataOffset">;

/** In the cell where the old data lie, if they fit and the format allows it. */
async function replaceData(cells: EditedCells, old: KeyValue, data: Buffer): Promise<StoredData> {
  const isPlain = (bytes: number) =>
    bytes > MOST_INLINE_BYTES && !isBigData(cells.minorVersion, bytes);
  if (old.dataSize < INLINE && isPlain(old.dataSize) && isPlain(data.length)) {
    const dataOffset = await cells.rewrite(old.dataOffset, data, DATA);
    return { dataSize: data.length, dataOffset };
  }
  await releaseData(cells, old);
  return storeData(cells, data);
}

async function releaseData(cells: EditedCells, value: KeyValue): Promise<void> {
  const size = dataSizeOf(value);
  if (value.dataSize >= INLINE || size === 0) return;
  if (isBigData(cells.minorVersion, size)) {
    const { listOffset, segments } = await readSegments(cells, value);
    for (const segment of segments) await cells.release(segment, "data segment");
    await cells.release(listOffset, "list of data segments");
  }
  await cells.release(value.dataOffset, DATA);
}
