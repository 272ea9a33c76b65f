/** Lists of subkeys: the leaves li, lf (with name hints) and lh (with name hashes), and the index root ri over leaves. */
import { Struct, ascii, u16le } from "../../block/struct.ts";
import { NO_CELL, fileOffset, needBytes } from "./cell.ts";
import type { CellStore, Cells } from "./cell.ts";
import { damaged } from "./errors.ts";
import type { KeyNode } from "./key-node.ts";
import { say } from "./messages.ts";
import { foldName, nameHash, nameHint } from "./names.ts";

const WHAT = "subkeys list";
const LEAST_KEY_BYTES = 80;
const MOST_ELEMENTS = 0xffff;
/** Elements of 8 bytes that fit in a hive bin of one page, with the headers of bin, cell and list. */
export const ELEMENTS_OF_A_LEAF = 507;
const MOST_LIST_BYTES = 4 + MOST_ELEMENTS * 8;
const FIRST_WITH_HASH_LEAVES = 5;

const RawListHeader = new Struct("subkeys list", 4, {
  signature: ascii(2),
  numberOfElements: u16le,
});

/** An element of a leaf. */
export interface SubkeyElement {
  /** Of the key node. */
  readonly offset: number;
  /** The name hint or name hash; 0 in a leaf that has none. */
  readonly word: number;
}

export interface Leaf {
  readonly offset: number;
  readonly signature: string;
  readonly elements: readonly SubkeyElement[];
}

async function readList(cells: Cells, offset: number): Promise<Leaf> {
  const cell = await cells.cell(offset, MOST_LIST_BYTES, WHAT);
  needBytes(cell, RawListHeader.size, offset, WHAT);
  const { signature, numberOfElements } = RawListHeader.decode(cell);
  if (!["li", "lf", "lh", "ri"].includes(signature)) {
    throw damaged("hive-bad-signature", say.badSignature(WHAT, fileOffset(offset)));
  }
  const width = elementBytes(signature);
  needBytes(cell, RawListHeader.size + numberOfElements * width, offset, WHAT);
  const elements = Array.from({ length: numberOfElements }, (_, index) => {
    const at = RawListHeader.size + index * width;
    return { offset: cell.readUInt32LE(at), word: width === 8 ? cell.readUInt32LE(at + 4) : 0 };
  });
  return { offset, signature, elements };
}

function elementBytes(signature: string): number {
  return signature === "lf" || signature === "lh" ? 8 : 4;
}

/**
 * False where hint or hash says that an element has another name. Only of names in ASCII: what others become in upper case has
 * changed between versions of Windows.
 */
export function mayBe({ signature }: Leaf, { word }: SubkeyElement, name: string): boolean {
  if (!/^[ -~]*$/.test(name)) return true;
  if (signature === "lh") return word === nameHash(name);
  if (signature !== "lf") return true;
  return word === 0 || foldHint(word) === foldHint(nameHint(name));
}

function foldHint(word: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(word);
  return foldName(bytes.toString("latin1"));
}

/** What a key's list consists of. */
export interface SubkeysList {
  /** Of the index root, where there is one. */
  readonly root: number | undefined;
  readonly leaves: readonly Leaf[];
}

/**
 * A key's list of subkeys.
 * @param key where its key node is.
 * @throws LifeboatError as `Cells.cell` does, `hive-bad-signature`, `hive-cell-too-short`, `hive-bad-field` where the list has
 * not as many elements as the key says, `hive-cycle`.
 */
export async function readSubkeysList(
  cells: Cells,
  key: number,
  node: KeyNode,
): Promise<SubkeysList> {
  const count = node.numberOfSubkeys;
  const wrongCount = () =>
    damaged(
      "hive-bad-field",
      say.badField("key node (nk)", fileOffset(key), "numberOfSubkeys", count),
    );
  if (count > cells.hiveBinsDataSize / LEAST_KEY_BYTES) throw wrongCount();
  if (count === 0) return { root: undefined, leaves: [] };
  const top = await readList(cells, node.subkeysListOffset);
  if (top.signature !== "ri") {
    if (top.elements.length !== count) throw wrongCount();
    return { root: undefined, leaves: [top] };
  }
  const leaves: Leaf[] = [];
  let elements = 0;
  const seen = new Set([top.offset]);
  for (const { offset } of top.elements) {
    if (seen.has(offset)) throw damaged("hive-cycle", say.cycle(WHAT, fileOffset(offset)));
    seen.add(offset);
    const leaf = await readList(cells, offset);
    if (leaf.signature === "ri") {
      throw damaged("hive-bad-signature", say.badSignature(WHAT, fileOffset(offset)));
    }
    elements += leaf.elements.length;
    if (elements > count) throw wrongCount();
    leaves.push(leaf);
  }
  if (elements !== count) throw wrongCount();
  return { root: top.offset, leaves };
}

export interface NamedKey {
  readonly name: string;
  readonly offset: number;
}

/**
 * Stores a list: one leaf, or an index root over several.
 * @param keys in order of `compareNames`.
 * @returns its offset, `NO_CELL` where there are none.
 */
export function storeSubkeys(store: CellStore, keys: readonly NamedKey[]): number {
  if (keys.length === 0) return NO_CELL;
  const signature = store.minorVersion >= FIRST_WITH_HASH_LEAVES ? "lh" : "lf";
  const leaves: number[] = [];
  for (let first = 0; first < keys.length; first += ELEMENTS_OF_A_LEAF) {
    const part = keys.slice(first, first + ELEMENTS_OF_A_LEAF);
    const elements = part.map((key) => elementOf(signature, key));
    leaves.push(store.store(encodeList(signature, elements)));
  }
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  return store.store(encodeIndexRoot(leaves));
}

/** @param signature of the leaf that it is for. */
export function elementOf(signature: string, { name, offset }: NamedKey): SubkeyElement {
  if (signature === "lh") return { offset, word: nameHash(name) };
  return { offset, word: signature === "lf" ? nameHint(name) : 0 };
}

export function encodeIndexRoot(leaves: readonly number[]): Buffer {
  return encodeList(
    "ri",
    leaves.map((offset) => ({ offset, word: 0 })),
  );
}

/** The cell's data. */
export function encodeList(signature: string, elements: readonly SubkeyElement[]): Buffer {
  const width = elementBytes(signature);
  const list = Buffer.alloc(elements.length * width);
  for (const [index, { offset, word }] of elements.entries()) {
    list.writeUInt32LE(offset, index * width);
    if (width === 8) list.writeUInt32LE(word, index * width + 4);
  }
  const header = RawListHeader.encode({ signature, numberOfElements: elements.length });
  return Buffer.concat([header, list]);
}
