import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import {
  HIVE_SIGNATURE,
  checkBaseBlock,
  checksumOf,
  decodeBaseBlock,
  fileNameOf,
} from "./base-block.ts";
import type { BaseBlock } from "./base-block.ts";
import type { Cells } from "./cell.ts";
import { HiveCells } from "./hive-cells.ts";
import { HiveKey } from "./hive-key.ts";
import { say } from "./messages.ts";

const SIGNIFICANT_BYTES = 512;

/** An open hive. What is asked for is read then, through a cache of a few MiB, so memory stays flat however large the hive is. */
export class Hive {
  readonly baseBlock: BaseBlock;
  readonly #cells: Cells;

  constructor(baseBlock: BaseBlock, cells: Cells) {
    this.baseBlock = baseBlock;
    this.#cells = cells;
  }

  /**
   * A write was not finished: what is read may be half of one thing and half of another until the transaction logs are
   * applied (`recoverHive`).
   */
  get dirty(): boolean {
    return this.baseBlock.primarySequenceNumber !== this.baseBlock.secondarySequenceNumber;
  }

  /** The end of the path that it was loaded from, as it was last written. */
  get fileName(): string {
    return fileNameOf(this.baseBlock);
  }

  /** @throws LifeboatError, as all of `HiveKey`'s methods do, whose code begins with `hive-` and whose kind is `damaged`. */
  async root(): Promise<HiveKey> {
    return HiveKey.read(this.#cells, this.baseBlock.rootCellOffset);
  }

  /**
   * @param path names below the root, joined by backslashes, compared without regard to case; empty for the root.
   * @returns undefined where there is no such key.
   * @throws LifeboatError as `root` does.
   */
  async find(path: string): Promise<HiveKey | undefined> {
    let key: HiveKey | undefined = await this.root();
    for (const name of path.split("\\").filter((name) => name !== "")) {
      key = await key?.subkey(name);
    }
    return key;
  }
}

/**
 * Opens a registry hive of version 1.3 to 1.6 for reading. Dirty ones are opened too, and say so. A file may be longer than
 * its hive. Format: "Windows registry file format specification" (Maxim Suhanov).
 *
 * @throws LifeboatError `hive-signature`, `hive-is-log`, `hive-checksum`, `hive-version`, `hive-base-block`, `hive-truncated`,
 * `hive-bad-bin`.
 */
export async function readHive(range: ByteRange): Promise<Hive> {
  const block = await readBaseBlock(range);
  const cells = new HiveCells(range, block);
  await cells.bin(0);
  return new Hive(block, cells);
}

/** @throws LifeboatError as `checkBaseBlock` does. */
export async function readBaseBlock(range: ByteRange): Promise<BaseBlock> {
  const length = Math.min(SIGNIFICANT_BYTES, range.size);
  const bytes = await readBytes(range, 0, length);
  if (length < SIGNIFICANT_BYTES || bytes.toString("latin1", 0, 4) !== HIVE_SIGNATURE) {
    throw new LifeboatError("hive-signature", say.notAHive(), { kind: "damaged" });
  }
  const block = decodeBaseBlock(bytes);
  checkBaseBlock(block, checksumOf(bytes), range.size);
  return block;
}
