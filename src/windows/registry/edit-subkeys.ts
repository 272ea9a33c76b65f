/** One subkey more or less in a key's list: only the leaf that it belongs to is written anew, as what it was. */
import { NO_CELL } from "./cell.ts";
import type { EditedCells } from "./edited-cells.ts";
import { readKeyNode } from "./key-node.ts";
import type { KeyNode } from "./key-node.ts";
import { compareNames } from "./names.ts";
import {
  ELEMENTS_OF_A_LEAF,
  elementOf,
  encodeIndexRoot,
  encodeList,
  readSubkeysList,
  storeSubkeys,
} from "./subkeys-list.ts";
import type { Leaf, NamedKey, SubkeyElement, SubkeysList } from "./subkeys-list.ts";

const WHAT = "subkeys list";

/**
 * Changes the node's list and count; the caller writes the node.
 * @param parent where the node is.
 * @throws LifeboatError as `readSubkeysList` does.
 */
export async function insertSubkey(
  cells: EditedCells,
  parent: number,
  node: KeyNode,
  key: NamedKey,
): Promise<void> {
  const list = await readSubkeysList(cells, parent, node);
  const place = await placeOf(cells, list.leaves, key.name);
  node.numberOfSubkeys++;
  if (place === undefined) {
    node.subkeysListOffset = storeSubkeys(cells, [key]);
    return;
  }
  const { leaf, index } = place;
  const elements = leaf.elements.toSpliced(index, 0, elementOf(leaf.signature, key));
  await replaceLeaf(cells, node, list, leaf, elements);
}

/** As `insertSubkey`. @param offset of the subkey. */
export async function removeSubkey(
  cells: EditedCells,
  parent: number,
  node: KeyNode,
  offset: number,
): Promise<void> {
  const list = await readSubkeysList(cells, parent, node);
  for (const leaf of list.leaves) {
    const elements = leaf.elements.filter((element) => element.offset !== offset);
    if (elements.length === leaf.elements.length) continue;
    node.numberOfSubkeys -= leaf.elements.length - elements.length;
    await replaceLeaf(cells, node, list, leaf, elements);
    return;
  }
}

/** By bisection over all leaves, as the kernel does: names are read of some keys only. */
async function placeOf(
  cells: EditedCells,
  leaves: readonly Leaf[],
  name: string,
): Promise<{ leaf: Leaf; index: number } | undefined> {
  const offsets = leaves.flatMap(({ elements }) => elements.map(({ offset }) => offset));
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { name: there } = await readKeyNode(cells, offsets[middle] ?? NO_CELL);
    if (compareNames(there, name) < 0) low = middle + 1;
    else high = middle;
  }
  for (const leaf of leaves) {
    if (low < leaf.elements.length) return { leaf, index: low };
    low -= leaf.elements.length;
  }
  const leaf = leaves.at(-1);
  return leaf === undefined ? undefined : { leaf, index: leaf.elements.length };
}

async function replaceLeaf(
  cells: EditedCells,
  node: KeyNode,
  { root, leaves }: SubkeysList,
  leaf: Leaf,
  elements: readonly SubkeyElement[],
): Promise<void> {
  const written = await writeParts(cells, leaf, elements);
  const offsets = leaves.flatMap((one) => (one === leaf ? written : [one.offset]));
  if (root !== undefined) {
    if (offsets.length === 0) {
      await cells.release(root, WHAT);
      node.subkeysListOffset = NO_CELL;
    } else node.subkeysListOffset = await cells.rewrite(root, encodeIndexRoot(offsets), WHAT);
    return;
  }
  const [only = NO_CELL] = offsets;
  node.subkeysListOffset = offsets.length > 1 ? cells.store(encodeIndexRoot(offsets)) : only;
}

/** A leaf that has become too long is halved. @returns where the parts are: none of an empty one. */
async function writeParts(
  cells: EditedCells,
  { offset, signature }: Leaf,
  elements: readonly SubkeyElement[],
): Promise<number[]> {
  if (elements.length === 0) {
    await cells.release(offset, WHAT);
    return [];
  }
  if (elements.length <= ELEMENTS_OF_A_LEAF) {
    return [await cells.rewrite(offset, encodeList(signature, elements), WHAT)];
  }
  const half = elements.length >> 1;
  const first = encodeList(signature, elements.slice(0, half));
  const second = encodeList(signature, elements.slice(half));
  return [await cells.rewrite(offset, first, WHAT), cells.store(second)];
}
