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
const ELEMENTS_OF_A_LEAF = 507;
const MOST_LIST_BYTES = 4 + MOST_ELEMENTS * 8;
const FIRST_WITH_HASH_LEAVES = 5;

const RawListHeader = new Struct("subkeys list", 4, {
  signature: ascii(2),
  numberOfElements: u16le,
});

export interface SubkeyElement {
  /** Of the key node. */
  readonly offset: number;
  /** False where hint or hash says that it has another name; true where it may be this one. */
  mayBe(name: string): boolean;
}

interface SubkeysList {
  readonly signature: string;
  readonly elements: readonly SubkeyElement[];
}

async function readList(cells: Cells, offset: number): Promise<SubkeysList> {
  const cell = await cells.cell(offset, MOST_LIST_BYTES, WHAT);
  needBytes(cell, RawListHeader.size, offset, WHAT);
  const { signature, numberOfElements } = RawListHeader.decode(cell);
  if (!["li", "lf", "lh", "ri"].includes(signature)) {
    throw damaged("hive-bad-signature", say.badSignature(WHAT, fileOffset(offset)));
  }
  const width = signature === "lf" || signature === "lh" ? 8 : 4;
  needBytes(cell, RawListHeader.size + numberOfElements * width, offset, WHAT);
  const elements = Array.from({ length: numberOfElements }, (_, index) => {
    const at = RawListHeader.size + index * width;
    const word = width === 8 ? cell.readUInt32LE(at + 4) : 0;
    return { offset: cell.readUInt32LE(at), mayBe: (name: string) => mayBe(signature, word, name) };
  });
  return { signature, elements };
}

/** Only of names in ASCII: what others become in upper case has changed between versions of Windows. */
function mayBe(signature: string, word: number, name: string): boolean {
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
export interface Subkeys {
  readonly elements: readonly SubkeyElement[];
  /** Cells of the list itself. */
  readonly cells: readonly number[];
}

/**
 * All subkeys of a key, in the list's order.
 * @param key where its key node is.
 * @throws LifeboatError as `Cells.cell` does, `hive-bad-signature`, `hive-cell-too-short`, `hive-bad-field` where the list has
 * not as many elements as the key says, `hive-cycle`.
 */
export async function readSubkeys(cells: Cells, key: number, node: KeyNode): Promise<Subkeys> {
  const count = node.numberOfSubkeys;
  const wrongCount = () =>
    damaged(
      "hive-bad-field",
      say.badField("key node (nk)", fileOffset(key), "numberOfSubkeys", count),
    );
  if (count > cells.hiveBinsDataSize / LEAST_KEY_BYTES) throw wrongCount();
  if (count === 0) return { elements: [], cells: [] };
  const top = await readList(cells, node.subkeysListOffset);
  if (top.signature !== "ri") {
    if (top.elements.length !== count) throw wrongCount();
    return { elements: top.elements, cells: [node.subkeysListOffset] };
  }
  const elements: SubkeyElement[] = [];
  const seen = new Set([node.subkeysListOffset]);
  for (const { offset } of top.elements) {
    if (seen.has(offset)) throw damaged("hive-cycle", say.cycle(WHAT, fileOffset(offset)));
    seen.add(offset);
    const leaf = await readList(cells, offset);
    if (leaf.signature === "ri") {
      throw damaged("hive-bad-signature", say.badSignature(WHAT, fileOffset(offset)));
    }
    if (elements.length + leaf.elements.length > count) throw wrongCount();
    for (const element of leaf.elements) elements.push(element);
  }
  if (elements.length !== count) throw wrongCount();
  return { elements, cells: [...seen] };
}

/**
 * Stores a list: one leaf, or an index root over several.
 * @param keys in order of `compareNames`.
 * @returns its offset, `NO_CELL` where there are none.
 */
export function storeSubkeys(
  store: CellStore,
  keys: readonly { readonly name: string; readonly offset: number }[],
): number {
  if (keys.length === 0) return NO_CELL;
  const leaves: number[] = [];
  for (let first = 0; first < keys.length; first += ELEMENTS_OF_A_LEAF) {
    const part = keys.slice(first, first + ELEMENTS_OF_A_LEAF);
    leaves.push(store.store(encodeLeaf(part, store.minorVersion)));
  }
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  const root = Buffer.alloc(leaves.length * 4);
  for (const [index, leaf] of leaves.entries()) root.writeUInt32LE(leaf, index * 4);
  return store.store(Buffer.concat([header("ri", leaves.length), root]));
}

function encodeLeaf(
  keys: readonly { readonly name: string; readonly offset: number }[],
  minorVersion: number,
): Buffer {
  const hashed = minorVersion >= FIRST_WITH_HASH_LEAVES;
  const elements = Buffer.alloc(keys.length * 8);
  for (const [index, { name, offset }] of keys.entries()) {
    elements.writeUInt32LE(offset, index * 8);
    elements.writeUInt32LE(hashed ? nameHash(name) : nameHint(name), index * 8 + 4);
  }
  return Buffer.concat([header(hashed ? "lh" : "lf", keys.length), elements]);
}

function header(signature: string, numberOfElements: number): Buffer {
  return RawListHeader.encode({ signature, numberOfElements });
}
