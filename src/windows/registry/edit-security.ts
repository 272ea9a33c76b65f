/** Key security items of a hive that is edited: one more or one less key that has a descriptor. */
import { NO_CELL, fileOffset } from "./cell.ts";
import { LifeboatError } from "../../system/errors.ts";
import { damaged } from "./errors.ts";
import { securityOf } from "./key-node.ts";
import { MOST_DESCRIPTOR_BYTES, encodeKeySecurity, readKeySecurity } from "./key-security.ts";
import { say } from "./messages.ts";
import type { EditedCells } from "./edited-cells.ts";

const WHAT = "key security item (sk)";
/** What its field holds; no hive has as many keys. */
const MOST_REFERENCES = 0xffff_ffff;

/**
 * @returns the item of a new key: its parent's, where no descriptor is given, or that is the same.
 * @throws LifeboatError `hive-bad-field` where as many keys are said to have it as can be counted.
 */
export async function useSecurity(
  cells: EditedCells,
  parentItem: number,
  descriptor: Buffer | undefined,
): Promise<number> {
  if (parentItem === NO_CELL && descriptor === undefined) return NO_CELL;
  const seen = new Set<number>();
  for (let at = parentItem; at !== NO_CELL && !seen.has(at);) {
    seen.add(at);
    const item = await readKeySecurity(cells, at);
    if (descriptor === undefined || item.securityDescriptor.equals(descriptor)) {
      const referenceCount = item.referenceCount + 1;
      if (referenceCount > MOST_REFERENCES) {
        const text = say.badField(WHAT, fileOffset(at), "referenceCount", item.referenceCount);
        throw damaged("hive-bad-field", text);
      }
      await cells.replace(at, encodeKeySecurity({ ...item, referenceCount }), WHAT);
      return at;
    }
    at = item.flink;
  }
  return addItem(cells, parentItem, descriptor ?? Buffer.alloc(0));
}

/** Behind the parent's in the ring. */
async function addItem(
  cells: EditedCells,
  parentItem: number,
  securityDescriptor: Buffer,
): Promise<number> {
  if (securityDescriptor.length > MOST_DESCRIPTOR_BYTES) {
    const text = say.dataTooLarge(securityDescriptor.length, MOST_DESCRIPTOR_BYTES);
    throw new LifeboatError("registry-data-too-large", text, { kind: "usage" });
  }
  const item = { flink: 0, blink: 0, referenceCount: 1, securityDescriptor };
  const offset = cells.store(encodeKeySecurity(item));
  const before = parentItem === NO_CELL ? offset : parentItem;
  const after = parentItem === NO_CELL ? offset : (await readKeySecurity(cells, parentItem)).flink;
  await cells.replace(offset, encodeKeySecurity({ ...item, flink: after, blink: before }), WHAT);
  if (parentItem !== NO_CELL) await link(cells, before, offset, after);
  return offset;
}

/**
 * Keys were deleted: what no key has any more goes as well. Counts are wrong in some hives (in those that Windows has healed,
 * for one), so that no item is given up on its count alone.
 * @param items of the keys, one of each.
 */
export async function dropSecurities(cells: EditedCells, items: readonly number[]): Promise<void> {
  const ended: number[] = [];
  for (const offset of items) {
    if (offset === NO_CELL) continue;
    const item = await readKeySecurity(cells, offset);
    const referenceCount = Math.max(1, item.referenceCount - 1);
    await cells.replace(offset, encodeKeySecurity({ ...item, referenceCount }), WHAT);
    if (item.referenceCount <= 1) ended.push(offset);
  }
  if (ended.length === 0) return;
  const used = await securitiesInUse(cells);
  for (const offset of new Set(ended)) {
    if (!used.has(offset)) await removeItem(cells, offset);
  }
}

/** Of all cells that look like keys. */
async function securitiesInUse(cells: EditedCells): Promise<Set<number>> {
  const used = new Set<number>();
  for (const offset of cells.allocated()) {
    const item = await securityOf(cells, offset);
    if (item !== undefined) used.add(item);
  }
  return used;
}

async function removeItem(cells: EditedCells, offset: number): Promise<void> {
  const item = await readKeySecurity(cells, offset);
  if (item.flink !== offset) {
    const before = await readKeySecurity(cells, item.blink);
    await cells.replace(item.blink, encodeKeySecurity({ ...before, flink: item.flink }), WHAT);
    const after = await readKeySecurity(cells, item.flink);
    await cells.replace(item.flink, encodeKeySecurity({ ...after, blink: item.blink }), WHAT);
  }
  await cells.release(offset, WHAT);
}

async function link(cells: EditedCells, before: number, offset: number, after: number) {
  const left = await readKeySecurity(cells, before);
  await cells.replace(before, encodeKeySecurity({ ...left, flink: offset }), WHAT);
  // Read again: a ring of one is before and after at once.
  const right = await readKeySecurity(cells, after);
  await cells.replace(after, encodeKeySecurity({ ...right, blink: offset }), WHAT);
}
