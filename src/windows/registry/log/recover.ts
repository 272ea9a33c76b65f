import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import { ConcatenatedRange } from "../../../block/concatenation.ts";
import { MemoryRange } from "../../../block/memory.ts";
import { OverlayRange } from "../../../block/overlay.ts";
import { SliceRange } from "../../../block/slice.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { Text } from "../../../system/text.ts";
import {
  BASE_BLOCK_BYTES,
  HIVE_SIGNATURE,
  checksumOf,
  decodeBaseBlock,
  encodeBaseBlock,
} from "../base-block.ts";
import type { BaseBlock } from "../base-block.ts";
import { readHive } from "../hive.ts";
import { say } from "../messages.ts";
import { walkHive } from "../walk-hive.ts";
import { readDirtyPages } from "./dirty-vector.ts";
import type { DirtyPage } from "./log-entry.ts";
import { belongsTo, entriesOf, openLog } from "./transaction-log.ts";
import type { TransactionLog } from "./transaction-log.ts";

const SIGNIFICANT_BYTES = 512;
/** In the reserved bytes of the base block, of which this is 144 in the block; bit 0: transactions are pending. */
const FLAGS_AT = 144 - 112;
const FIRST_BIN_TIMESTAMP_AT = BASE_BLOCK_BYTES + 20;

export interface RecoveredHive {
  /** The hive as it should be, clean: what was changed lies in memory, the rest is read from the hive that was given. */
  readonly range: ByteRange;
  /** How many log entries (of the old format: logs) were applied; 0 of a hive that was clean. */
  readonly applied: number;
}

/**
 * Finishes the write that a dirty hive was left in the middle of, from its transaction logs, by the rules of the specification
 * ("Dirty state of a hive", "Multiple transaction log files"). Nothing is written to what is given.
 *
 * @param logs .LOG1 and .LOG2 (or .LOG), those that there are, in that order.
 * @throws LifeboatError `hive-logs-missing` where none of them belongs to this state of the hive, or the one that comes next is
 * damaged in its first entry; `hive-log-too-large`; as `walkHive` does, where what comes out makes no sense.
 */
export async function recoverHive(
  hive: ByteRange,
  logs: readonly ByteRange[],
): Promise<RecoveredHive> {
  const block = await readSoundBaseBlock(hive);
  if (block !== undefined && block.primarySequenceNumber === block.secondarySequenceNumber) {
    await readHive(hive);
    return { range: hive, applied: 0 };
  }
  const opened: TransactionLog[] = [];
  for (const log of logs) {
    const one = await openLog(log);
    if (one !== undefined) opened.push(one);
  }
  const belonging = opened.filter((log) => block === undefined || belongsTo(log, block));
  const isNew = belonging.some(({ format }) => format === "new");
  const recovery = isNew
    ? await fromEntries(
        hive,
        block,
        belonging.filter(({ format }) => format === "new"),
      )
    : await fromDirtyVector(hive, block, belonging);
  if (recovery === undefined) throw unusable(say.logsMissing());
  await walkHive(recovery.range);
  return recovery;
}

function unusable(text: Text): LifeboatError {
  const hint = say.logsMissingHint();
  return new LifeboatError("hive-logs-missing", text, { kind: "damaged", hint });
}

/** @returns undefined where its checksum is wrong. */
async function readSoundBaseBlock(hive: ByteRange): Promise<BaseBlock | undefined> {
  const bytes = Buffer.alloc(SIGNIFICANT_BYTES);
  await hive.read(0, bytes.subarray(0, Math.min(hive.size, SIGNIFICANT_BYTES)));
  const block = decodeBaseBlock(bytes);
  const right = block.signature === HIVE_SIGNATURE && block.checksum === checksumOf(bytes);
  return right ? block : undefined;
}

async function fromEntries(
  hive: ByteRange,
  sound: BaseBlock | undefined,
  logs: readonly TransactionLog[],
): Promise<RecoveredHive | undefined> {
  const ordered = logs.toSorted(
    (a, b) => a.baseBlock.primarySequenceNumber - b.baseBlock.primarySequenceNumber,
  );
  // Where the hive's own base block is lost, only the log with the latest entries counts.
  const used =
    sound === undefined
      ? ordered.slice(-1)
      : ordered.filter(
          ({ baseBlock }) => baseBlock.primarySequenceNumber >= sound.secondarySequenceNumber,
        );
  const [first] = used;
  if (first === undefined) return undefined;
  const block = { ...(sound ?? first.baseBlock), fileType: 0 };
  const image = new GrowingImage(hive, logs);
  let last: number | undefined;
  let next = first.baseBlock.primarySequenceNumber;
  let applied = 0;
  for (const log of used) {
    // Applied without what comes before them, pages would make a hive that never was.
    if (log.baseBlock.primarySequenceNumber !== next) break;
    for await (const entry of entriesOf(log)) {
      if (!(await image.apply(entry.pages, entry.hiveBinsDataSize))) break;
      block.hiveBinsDataSize = entry.hiveBinsDataSize;
      setFlag(block, entry.flags);
      last = entry.sequenceNumber;
      next = (last + 1) >>> 0;
      applied++;
    }
  }
  if (last === undefined) throw unusable(say.firstLogDamaged());
  return { range: await image.finish(block, last), applied };
}

async function fromDirtyVector(
  hive: ByteRange,
  sound: BaseBlock | undefined,
  logs: readonly TransactionLog[],
): Promise<RecoveredHive | undefined> {
  const timestamp = sound?.lastWrittenTimestamp ?? (await firstBinTimestamp(hive));
  for (const log of logs) {
    const { lastWrittenTimestamp, clusteringFactor, hiveBinsDataSize } = log.baseBlock;
    const fits = lastWrittenTimestamp === timestamp && [1, 8].includes(clusteringFactor);
    if (!fits) continue;
    const sectorBytes = clusteringFactor * 512;
    const pages = await readDirtyPages(log.range, sectorBytes, hiveBinsDataSize);
    const image = new GrowingImage(hive, [log]);
    if (pages === undefined || !(await image.apply(pages, hiveBinsDataSize))) continue;
    const block = { ...(sound ?? log.baseBlock), hiveBinsDataSize, fileType: 0 };
    const last = Math.max(block.primarySequenceNumber, block.secondarySequenceNumber);
    return { range: await image.finish(block, last), applied: 1 };
  }
  return undefined;
}

async function firstBinTimestamp(hive: ByteRange): Promise<bigint | undefined> {
  if (hive.size < BASE_BLOCK_BYTES + 32) return undefined;
  return (await readBytes(hive, FIRST_BIN_TIMESTAMP_AT, 8)).readBigUInt64LE();
}

function setFlag(block: BaseBlock, flags: number): void {
  block.reserved = Buffer.from(block.reserved);
  const others = block.reserved.readUInt32LE(FLAGS_AT) & ~1;
  block.reserved.writeUInt32LE((others | (flags & 1)) >>> 0, FLAGS_AT);
}

/** The hive with what is written over it, and room for what the logs can make it grow by. */
class GrowingImage {
  readonly #image: OverlayRange;
  readonly #originalSize: number;

  constructor(hive: ByteRange, logs: readonly TransactionLog[]) {
    // What a hive has grown by is in its logs, all of it.
    const growth = logs.reduce((sum, { range }) => sum + range.size, 0);
    this.#originalSize = hive.size;
    const room = new MemoryRange(growth);
    this.#image = new OverlayRange(new ConcatenatedRange([hive, room]), { chunkBytes: 4096 });
  }

  /** @returns false, and does nothing, where the hive can't have become that large. */
  async apply(pages: readonly DirtyPage[], hiveBinsDataSize: number): Promise<boolean> {
    if (BASE_BLOCK_BYTES + hiveBinsDataSize > this.#image.size) return false;
    for (const { offset, data } of pages) await this.#image.write(BASE_BLOCK_BYTES + offset, data);
    return true;
  }

  /** @param last sequence number that was applied: writing the hive out counts one further. */
  async finish(block: BaseBlock, last: number): Promise<ByteRange> {
    const sequence = (last + 1) >>> 0;
    const numbers = { primarySequenceNumber: sequence, secondarySequenceNumber: sequence };
    await this.#image.write(0, encodeBaseBlock({ ...block, ...numbers }));
    const size = Math.max(this.#originalSize, BASE_BLOCK_BYTES + block.hiveBinsDataSize);
    return new SliceRange(this.#image, 0, size);
  }
}
