/** What must be true of a hive however it was made: cells fill the bins, each allocated one is used once, and counts are right. */
import assert from "node:assert/strict";

const BINS = 4096;

/** @throws AssertionError where the hive isn't sound. Written without the program's own code. */
export function checkLayout(hive: Buffer): void {
  const size = hive.readUInt32LE(40);
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= hive.readUInt32LE(at);
  assert.equal(hive.readUInt32LE(508), sum >>> 0, "checksum");
  assert.equal(hive.readUInt32LE(4), hive.readUInt32LE(8), "sequence numbers");
  const allocated = new Set<number>();
  for (let bin = 0; bin < size;) {
    assert.equal(hive.toString("latin1", BINS + bin, BINS + bin + 4), "hbin");
    assert.equal(hive.readUInt32LE(BINS + bin + 4), bin, "offset of a bin");
    const end = bin + hive.readUInt32LE(BINS + bin + 8);
    let freeBefore = false;
    let at = bin + 32;
    while (at < end) {
      const cell = hive.readInt32LE(BINS + at);
      assert(cell !== 0 && cell % 8 === 0, `size ${cell} of the cell at ${at}`);
      assert(!(freeBefore && cell > 0), `two free cells side by side at ${at}`);
      freeBefore = cell > 0;
      if (cell < 0) allocated.add(at);
      at += Math.abs(cell);
    }
    assert.equal(at, end, "cells fill a bin");
    bin = end;
  }
  const used = new UsedCells(hive, allocated);
  used.key(hive.readUInt32LE(36), undefined);
  used.checkSecurities();
  assert.deepEqual([...allocated], [], "cells that nothing points to");
}

class UsedCells {
  readonly #hive: Buffer;
  readonly #left: Set<number>;
  readonly #references = new Map<number, number>();

  constructor(hive: Buffer, left: Set<number>) {
    this.#hive = hive;
    this.#left = left;
  }

  #take(offset: number, what: string): number {
    assert(this.#left.delete(offset), `${what} at ${offset} is used twice, or no cell`);
    return BINS + offset + 4;
  }

  /** @returns its name. */
  key(offset: number, parent: number | undefined): string {
    const hive = this.#hive;
    const at = this.#take(offset, "key");
    assert.equal(hive.toString("latin1", at, at + 2), "nk");
    if (parent !== undefined) assert.equal(hive.readUInt32LE(at + 16), parent, "parent");
    const security = hive.readUInt32LE(at + 44);
    this.#references.set(security, (this.#references.get(security) ?? 0) + 1);
    if (hive.readUInt16LE(at + 74) > 0) this.#take(hive.readUInt32LE(at + 48), "class name");
    const values = hive.readUInt32LE(at + 36);
    if (values > 0) {
      const list = this.#take(hive.readUInt32LE(at + 40), "list of values");
      for (let index = 0; index < values; index++) this.#value(hive.readUInt32LE(list + index * 4));
    }
    const subkeys = hive.readUInt32LE(at + 20);
    const names = subkeys > 0 ? this.#list(hive.readUInt32LE(at + 28), offset) : [];
    assert.equal(names.length, subkeys, "number of subkeys");
    const upper = names.map(upperCase);
    assert.deepEqual(
      upper,
      upper.toSorted((a, b) => (a < b ? -1 : 1)),
      "order of subkeys",
    );
    const end = at + 76 + hive.readUInt16LE(at + 72);
    return hive.toString(
      (hive.readUInt16LE(at + 2) & 0x20) === 0 ? "utf16le" : "latin1",
      at + 76,
      end,
    );
  }

  #list(offset: number, parent: number): string[] {
    const at = this.#take(offset, "list of subkeys");
    const signature = this.#hive.toString("latin1", at, at + 2);
    const width = signature === "lf" || signature === "lh" ? 8 : 4;
    const count = this.#hive.readUInt16LE(at + 2);
    assert(count > 0, "an empty list");
    return Array.from({ length: count }, (_, index) =>
      this.#hive.readUInt32LE(at + 4 + index * width),
    ).flatMap((one) => (signature === "ri" ? this.#list(one, parent) : [this.key(one, parent)]));
  }

  #value(offset: number): void {
    const hive = this.#hive;
    const at = this.#take(offset, "value");
    assert.equal(hive.toString("latin1", at, at + 2), "vk");
    const size = hive.readUInt32LE(at + 4);
    if (size === 0 || size >= 0x8000_0000) return;
    const data = this.#take(hive.readUInt32LE(at + 8), "data");
    if (size <= 16_344 || hive.readUInt32LE(24) < 4) return;
    const segments = this.#take(hive.readUInt32LE(data + 4), "list of segments");
    for (let index = 0; index < hive.readUInt16LE(data + 2); index++) {
      this.#take(hive.readUInt32LE(segments + index * 4), "segment");
    }
  }

  /** A ring of all items, each with the number of keys that have it. */
  checkSecurities(): void {
    const hive = this.#hive;
    this.#references.delete(0xffff_ffff);
    const [first] = this.#references.keys();
    if (first === undefined) return;
    let offset = first;
    do {
      const at = this.#take(offset, "security item");
      assert.equal(hive.readUInt32LE(at + 12), this.#references.get(offset), "reference count");
      const next = hive.readUInt32LE(at + 4);
      assert.equal(hive.readUInt32LE(BINS + next + 4 + 8), offset, "ring of security items");
      this.#references.delete(offset);
      offset = next;
    } while (offset !== first);
    assert.equal(this.#references.size, 0, "security items outside the ring");
  }
}

/** Letter by letter: ß stays what it is. */
function upperCase(name: string): string {
  const units = Array.from({ length: name.length }, (_, index) => name.charAt(index));
  return units
    .map((unit) => (unit.toUpperCase().length === 1 ? unit.toUpperCase() : unit))
    .join("");
}
