import { NO_CELL, needBytes } from "./cell.ts";
import type { Cells } from "./cell.ts";
import { dataSizeOf, readData } from "./big-data.ts";
import { readKeyNode, valueCountOf } from "./key-node.ts";
import type { KeyNode } from "./key-node.ts";
import { readKeySecurity } from "./key-security.ts";
import { readKeyValue, readValuesList } from "./key-value.ts";
import type { KeyValue } from "./key-value.ts";
import { compareNames } from "./names.ts";
import { mayBe, readSubkeysList } from "./subkeys-list.ts";

/**
 * A key of an open hive. Names are as they are stored, and come from outside: they may have any character in them. All methods
 * throw LifeboatErrors whose codes begin with `hive-` where the hive is damaged.
 */
export class HiveKey {
  /** Of its cell, relative to the hive bins data: what makes it this key and no other. */
  readonly offset: number;
  readonly node: Readonly<KeyNode>;
  readonly #cells: Cells;

  private constructor(cells: Cells, offset: number, node: KeyNode) {
    this.#cells = cells;
    this.offset = offset;
    this.node = node;
  }

  static async read(cells: Cells, offset: number): Promise<HiveKey> {
    return new HiveKey(cells, offset, await readKeyNode(cells, offset));
  }

  get name(): string {
    return this.node.name;
  }

  /** FILETIME: units of 100 ns since 1601-01-01 UTC. */
  get lastWritten(): bigint {
    return this.node.lastWrittenTimestamp;
  }

  get subkeyCount(): number {
    return this.node.numberOfSubkeys;
  }

  get valueCount(): number {
    return valueCountOf(this.node);
  }

  /** In the list's order, which is that of their names in upper case. */
  async subkeys(): Promise<HiveKey[]> {
    const keys: HiveKey[] = [];
    for await (const key of this.eachSubkey()) keys.push(key);
    return keys;
  }

  /** As `subkeys`, one at a time. */
  async *eachSubkey(): AsyncGenerator<HiveKey> {
    const { leaves } = await readSubkeysList(this.#cells, this.offset, this.node);
    for (const { elements } of leaves) {
      for (const { offset } of elements) yield await HiveKey.read(this.#cells, offset);
    }
  }

  /** @param name compared without regard to case. */
  async subkey(name: string): Promise<HiveKey | undefined> {
    const { leaves } = await readSubkeysList(this.#cells, this.offset, this.node);
    for (const leaf of leaves) {
      for (const element of leaf.elements) {
        if (!mayBe(leaf, element, name)) continue;
        const key = await HiveKey.read(this.#cells, element.offset);
        if (compareNames(key.name, name) === 0) return key;
      }
    }
    return undefined;
  }

  /**
   * In the list's order, which has no meaning. One at a time: names of 16,383 characters can lie over one another in a damaged
   * hive, and be far more than its size when they are taken together.
   */
  async *eachValue(): AsyncGenerator<HiveValue> {
    for (const offset of await readValuesList(this.#cells, this.offset, this.node)) {
      yield new HiveValue(this.#cells, await readKeyValue(this.#cells, offset));
    }
  }

  /** @param name compared without regard to case; empty for the default value. */
  async value(name: string): Promise<HiveValue | undefined> {
    for (const offset of await readValuesList(this.#cells, this.offset, this.node)) {
      const value = await readKeyValue(this.#cells, offset);
      if (compareNames(value.name, name) === 0) return new HiveValue(this.#cells, value);
    }
    return undefined;
  }

  /** Self-relative security descriptor; empty where the key has none. */
  async security(): Promise<Buffer> {
    if (this.node.keySecurityOffset === NO_CELL) return Buffer.alloc(0);
    return (await readKeySecurity(this.#cells, this.node.keySecurityOffset)).securityDescriptor;
  }

  async className(): Promise<string | undefined> {
    const { classNameOffset: at, classNameLength: length } = this.node;
    if (at === NO_CELL || length === 0) return undefined;
    const cell = await this.#cells.cell(at, length, "class name");
    needBytes(cell, length, at, "class name");
    return cell.toString("utf16le");
  }
}

/** A value of an open hive. */
export class HiveValue {
  readonly #cells: Cells;
  readonly #value: KeyValue;

  constructor(cells: Cells, value: KeyValue) {
    this.#cells = cells;
    this.#value = value;
  }

  /** Empty for the default value. */
  get name(): string {
    return this.#value.name;
  }

  /** As `RegistryValue` says. */
  get type(): number {
    return this.#value.dataType;
  }

  get sizeBytes(): number {
    return dataSizeOf(this.#value);
  }

  /** @throws LifeboatError, as `HiveKey`'s methods do. */
  async data(): Promise<Buffer> {
    return readData(this.#cells, this.#value);
  }
}
