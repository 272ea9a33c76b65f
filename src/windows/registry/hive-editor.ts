import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import { BASE_BLOCK_BYTES, encodeBaseBlock } from "./base-block.ts";
import type { BaseBlock } from "./base-block.ts";
import { checkDataSize } from "./big-data.ts";
import { checkClassName, checkKeyName, checkValueName } from "./check-tree.ts";
import { addSubkey, deleteSubkey } from "./edit-keys.ts";
import type { NewKey } from "./edit-keys.ts";
import { dropValue, putValue } from "./edit-values.ts";
import { EditedCells } from "./edited-cells.ts";
import type { HiveChange } from "./edited-cells.ts";
import { damaged } from "./errors.ts";
import { HiveCells } from "./hive-cells.ts";
import { Hive, readBaseBlock } from "./hive.ts";
import { HiveKey } from "./hive-key.ts";
import { KEY_FLAGS, encodeKeyNode } from "./key-node.ts";
import type { KeyNode } from "./key-node.ts";
import { say } from "./messages.ts";
import { MOST_LEVELS } from "./read-tree.ts";
import type { RegistryValue } from "./tree.ts";

const WHAT = "key node (nk)";
/** Of the first bin's header, which repeats the base block's. */
const BIN_TIMESTAMP_AT = BASE_BLOCK_BYTES + 20;

export interface HiveEditOptions {
  /**
   * FILETIME for the base block and the keys that are changed. Without it, times stay as they are, and new keys have their
   * parents'.
   */
  readonly timestamp?: bigint;
}

export interface NewKeyOptions {
  /** Self-relative security descriptor, for those above that aren't there as well. Default: the parent's. */
  readonly security?: Buffer;
  readonly className?: string;
}

/**
 * Changes a hive in place: cells that aren't concerned keep their bytes, room is taken from free cells, and the hive grows by a
 * bin where there is none. Changes stay in memory until `commit`.
 *
 * Paths are names below the root, joined by backslashes. All methods throw LifeboatErrors whose codes begin with `hive-` where
 * the hive is damaged; after one, nothing should be committed.
 */
export class HiveEditor {
  readonly #range: ByteRange;
  readonly #block: BaseBlock;
  readonly #cells: EditedCells;
  readonly #timestamp: bigint | undefined;

  private constructor(
    range: ByteRange,
    block: BaseBlock,
    cells: EditedCells,
    timestamp: bigint | undefined,
  ) {
    this.#range = range;
    this.#block = block;
    this.#cells = cells;
    this.#timestamp = timestamp;
  }

  /**
   * Reads through all of the hive once: what isn't sound as a whole isn't changed.
   * @throws LifeboatError as `readHive` does; `hive-dirty`; `hive-bad-cell`, `hive-bad-bin`.
   */
  static async open(range: ByteRange, options: HiveEditOptions = {}): Promise<HiveEditor> {
    const block = await readBaseBlock(range);
    if (block.primarySequenceNumber !== block.secondarySequenceNumber) {
      throw new LifeboatError("hive-dirty", say.dirty(), { kind: "refused", hint: say.logsHint() });
    }
    const cells = await EditedCells.open(new HiveCells(range, block));
    return new HiveEditor(range, block, cells, options.timestamp);
  }

  /** Bytes that the hive takes with the changes; the file may be longer. */
  get sizeBytes(): number {
    return BASE_BLOCK_BYTES + this.#cells.hiveBinsDataSize;
  }

  /** As `Hive.find`, with the changes. What it returns shows nothing of later ones. */
  async find(path: string): Promise<HiveKey | undefined> {
    return new Hive(this.#block, this.#cells).find(path);
  }

  /**
   * Adds a value, or replaces the one of that name (whose name stays as it was written).
   * @throws LifeboatError `registry-no-such-key`, `registry-name`, `registry-data-too-large`.
   */
  async setValue(path: string, value: RegistryValue): Promise<void> {
    checkValueName(value.name);
    checkDataSize(this.#cells.minorVersion, value.data.length);
    const { offset, node } = await this.#key(path);
    await putValue(this.#cells, offset, node, value);
    await this.#write(offset, node);
  }

  /** @returns false where there is no such value. @throws LifeboatError `registry-no-such-key`. */
  async deleteValue(path: string, name: string): Promise<boolean> {
    const { offset, node } = await this.#key(path);
    const dropped = await dropValue(this.#cells, offset, node, name);
    if (dropped) await this.#write(offset, node);
    return dropped;
  }

  /**
   * Makes a key, and those above it that aren't there. One that is there stays as it is.
   * @returns false where it is there already.
   * @throws LifeboatError `registry-name`, `registry-too-deep`, `registry-data-too-large`.
   */
  async createKey(path: string, options: NewKeyOptions = {}): Promise<boolean> {
    const names = namesOf(path);
    for (const name of names) checkKeyName(name);
    checkClassName(options.className ?? "");
    if (names.length >= MOST_LEVELS) {
      throw new LifeboatError("registry-too-deep", say.tooDeep(MOST_LEVELS), { kind: "usage" });
    }
    let created = false;
    let key = await HiveKey.read(this.#cells, this.#block.rootCellOffset);
    for (const [index, name] of names.entries()) {
      const { className = "", security } = options;
      const own = { security, className: index === names.length - 1 ? className : "" };
      const present = await key.subkey(name);
      key = present ?? (await this.#addSubkey(key, name, own));
      created = present === undefined;
    }
    return created;
  }

  /**
   * Deletes a key with all that is below it.
   * @returns false where there is no such key.
   * @throws LifeboatError `registry-name` for the root; `registry-no-delete` where it, or a key below it, is marked as one that
   * isn't to be deleted (KEY_NO_DELETE), as Windows marks the root.
   */
  async deleteKey(path: string): Promise<boolean> {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined)
      throw new LifeboatError("registry-name", say.badName(""), { kind: "usage" });
    const parent = await this.find(names.join("\\"));
    const key = await parent?.subkey(name);
    if (parent === undefined || key === undefined) return false;
    const node = await deleteSubkey(this.#cells, parent, key);
    await this.#write(parent.offset, node);
    return true;
  }

  /** All bytes that differ, the base block as the last of them; empty where nothing was changed. */
  async changes(): Promise<HiveChange[]> {
    const changes = await this.#cells.changes();
    if (changes.length === 0) return [];
    if (this.#timestamp !== undefined) {
      const data = Buffer.alloc(8);
      data.writeBigUInt64LE(this.#timestamp);
      changes.unshift({ offset: BIN_TIMESTAMP_AT, data });
    }
    const written = (this.#block.primarySequenceNumber + 1) >>> 0;
    const block = {
      hiveBinsDataSize: this.#cells.hiveBinsDataSize,
      ...this.#sequence(written, written),
    };
    changes.push({ offset: 0, data: encodeBaseBlock({ ...this.#block, ...block }) });
    return changes;
  }

  /**
   * Writes the changes, in the order of the specification: first the base block with a new primary sequence number, then what
   * has changed, then the secondary one, each after a flush. A power cut before the end leaves a hive that says it is dirty,
   * and whose content is neither the old nor the new one: Windows refuses to load it without transaction logs, and none are
   * written here. So a hive that a computer starts from should be written as a new file beside the old one (`editHive`) and
   * renamed, or be saved first.
   *
   * @throws LifeboatError `hive-no-room` where the range is too short for a hive that has grown; nothing is written then.
   */
  async commit(): Promise<void> {
    const changes = await this.changes();
    const last = changes.pop();
    if (last === undefined) return;
    if (this.sizeBytes > this.#range.size) {
      throw new LifeboatError("hive-no-room", say.noRoom(this.sizeBytes, this.#range.size));
    }
    const { primarySequenceNumber: before } = this.#block;
    const begun = encodeBaseBlock({
      ...this.#block,
      ...this.#sequence((before + 1) >>> 0, before),
    });
    await this.#range.write(0, begun);
    await this.#range.flush();
    for (const { offset, data } of changes) await this.#range.write(offset, data);
    await this.#range.flush();
    await this.#range.write(last.offset, last.data);
    await this.#range.flush();
  }

  #sequence(primarySequenceNumber: number, secondarySequenceNumber: number) {
    const lastWrittenTimestamp = this.#timestamp ?? this.#block.lastWrittenTimestamp;
    return { primarySequenceNumber, secondarySequenceNumber, lastWrittenTimestamp };
  }

  async #key(path: string): Promise<{ offset: number; node: KeyNode }> {
    const key = await this.find(path);
    if (key === undefined) {
      throw new LifeboatError("registry-no-such-key", say.noSuchKey(path), { kind: "usage" });
    }
    if ((key.node.flags & KEY_FLAGS.predefinedHandle) !== 0) {
      const text = say.badField(WHAT, BASE_BLOCK_BYTES + key.offset, "flags", key.node.flags);
      throw damaged("hive-bad-field", text);
    }
    return { offset: key.offset, node: { ...key.node } };
  }

  async #addSubkey(parent: HiveKey, name: string, own: NewKey): Promise<HiveKey> {
    const { offset, parentNode } = await addSubkey(this.#cells, parent, name, own, this.#timestamp);
    await this.#write(parent.offset, parentNode);
    return HiveKey.read(this.#cells, offset);
  }

  async #write(offset: number, node: KeyNode): Promise<void> {
    const lastWrittenTimestamp = this.#timestamp ?? node.lastWrittenTimestamp;
    await this.#cells.replace(offset, encodeKeyNode({ ...node, lastWrittenTimestamp }), WHAT);
  }
}

function namesOf(path: string): string[] {
  return path.split("\\").filter((name) => name !== "");
}
