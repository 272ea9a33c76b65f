/** The base block: the first 4096 bytes of a hive, of which the first 512 mean something on a disk. */
import { Struct, ascii, bytes, u32le, u64le } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { LifeboatError } from "../../system/errors.ts";
import { damaged } from "./errors.ts";
import { say } from "./messages.ts";

export const BASE_BLOCK_BYTES = 4096;
export const HIVE_SIGNATURE = "regf";
/** What hive bins, and the hive as a whole, are multiples of. */
export const BIN_ALIGNMENT = 4096;
const CHECKSUM_AT = 508;
const PRIMARY_FILE = 0;
const LOG_FILES = [1, 2, 6];
const DIRECT_MEMORY_LOAD = 1;
/** Bit 31 of an offset stands for memory that isn't on a disk. */
const MOST_BINS_BYTES = 0x7fff_f000;

const RawBaseBlock = new Struct("registry base block", 512, {
  signature: ascii(4),
  primarySequenceNumber: u32le,
  secondarySequenceNumber: u32le,
  lastWrittenTimestamp: u64le,
  majorVersion: u32le,
  minorVersion: u32le,
  fileType: u32le,
  fileFormat: u32le,
  rootCellOffset: u32le,
  hiveBinsDataSize: u32le,
  clusteringFactor: u32le,
  fileName: bytes(64),
  /** Windows Vista and later have GUIDs of transactions, flags and a time here. */
  reserved: bytes(396),
  checksum: u32le,
});

/** `checksum` is what is stored: whether it is right, `checksumOf` tells. */
export type BaseBlock = Infer<typeof RawBaseBlock>;

/** Of the first 512 bytes; what lies behind them up to 4096 has no meaning on a disk. */
export function decodeBaseBlock(from: Buffer): BaseBlock {
  return RawBaseBlock.decode(from);
}

/** 512 bytes, with the checksum that belongs to them. */
export function encodeBaseBlock(block: Omit<BaseBlock, "checksum">): Buffer {
  const encoded = RawBaseBlock.encode({ ...block, checksum: 0 });
  encoded.writeUInt32LE(checksumOf(encoded), CHECKSUM_AT);
  return encoded;
}

/** XOR of the first 127 words; 0 and 0xffffffff are stored as their neighbours. */
export function checksumOf(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < CHECKSUM_AT; at += 4) sum ^= block.readUInt32LE(at);
  sum >>>= 0;
  if (sum === 0) return 1;
  return sum === 0xffff_ffff ? 0xffff_fffe : sum;
}

/** The last 31 characters of the path: what Windows keeps of it, for people who look at the bytes. */
export function encodeFileName(name: string): Buffer {
  const field = Buffer.alloc(64);
  field.write(name.slice(-31), "utf16le");
  return field;
}

export function fileNameOf(block: BaseBlock): string {
  return block.fileName.toString("utf16le").replace(/\0.*$/su, "");
}

/**
 * @param sizeBytes of the file that it is the beginning of.
 * @throws LifeboatError `hive-signature`, `hive-is-log`, `hive-checksum`, `hive-version`, `hive-base-block`, `hive-truncated`.
 */
export function checkBaseBlock(block: BaseBlock, computedChecksum: number, sizeBytes: number) {
  if (block.signature !== HIVE_SIGNATURE) throw damagedPlain("hive-signature", say.notAHive());
  if (LOG_FILES.includes(block.fileType)) {
    const text = say.isLog(fileNameOf(block));
    throw new LifeboatError("hive-is-log", text, { kind: "refused", hint: say.isLogHint() });
  }
  if (block.checksum !== computedChecksum) {
    const text = say.wrongChecksum(block.checksum, computedChecksum);
    throw new LifeboatError("hive-checksum", text, { kind: "damaged", hint: say.logsHint() });
  }
  const { majorVersion, minorVersion } = block;
  if (majorVersion !== 1 || minorVersion < 3 || minorVersion > 6) {
    const text = say.unknownVersion(majorVersion, minorVersion);
    throw new LifeboatError("hive-version", text, { kind: "refused" });
  }
  const bad = (field: keyof BaseBlock) =>
    damaged("hive-base-block", say.badBaseBlock(field, Number(block[field])));
  if (block.fileType !== PRIMARY_FILE) throw bad("fileType");
  if (block.fileFormat !== DIRECT_MEMORY_LOAD) throw bad("fileFormat");
  const { hiveBinsDataSize: size } = block;
  if (size === 0 || size % BIN_ALIGNMENT !== 0 || size > MOST_BINS_BYTES) {
    throw bad("hiveBinsDataSize");
  }
  if (BASE_BLOCK_BYTES + size > sizeBytes) {
    throw damaged("hive-truncated", say.tooShort(BASE_BLOCK_BYTES + size, sizeBytes));
  }
}

function damagedPlain(code: string, text: ReturnType<typeof say.notAHive>): LifeboatError {
  return new LifeboatError(code, text, { kind: "damaged" });
}
