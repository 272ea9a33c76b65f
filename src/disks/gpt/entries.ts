/** The array of partition entries (UEFI 2.10 §5.3.3, table 5.6). */
import { Struct, bytes, u64le } from "../../block/struct.ts";
import { NIL_GUID, encodeGuid, guid } from "../guid.ts";
import type { SectorRun } from "../geometry.ts";

const Entry = new Struct("GPT partition entry", 128, {
  type: guid,
  guid,
  firstLba: u64le,
  lastLba: u64le,
  attributes: u64le,
  name: bytes(72),
});

/** What lifeboat writes: the specification's smallest entry, and the number that every tool expects. */
export const ENTRY_SIZE = Entry.size;
export const ENTRY_COUNT = 128;
/** Of an entry that isn't in use: nearly all of them, so they aren't decoded. */
const NIL_TYPE = encodeGuid(NIL_GUID);
/** UTF-16 code units that a name has room for. */
export const NAME_UNITS = 36;

export interface GptPartition extends SectorRun {
  /** Its place in the array, from 1: Linux's partition number. */
  readonly number: number;
  /** Type GUID, upper case. */
  readonly type: string;
  /** The partition's own GUID, upper case. */
  readonly guid: string;
  readonly startLba: number;
  /** Its length; below 1 where a damaged entry ends before it begins. */
  readonly sectors: number;
  /** 64 bits: see GPT_ATTRIBUTE. */
  readonly attributes: bigint;
  readonly name: string;
}

/** The entries in use, out of an array of entries of `entrySize` bytes (128 or a multiple). */
export function decodeEntries(array: Buffer, entrySize: number): GptPartition[] {
  const partitions: GptPartition[] = [];
  for (let at = 0; at + entrySize <= array.length; at += entrySize) {
    if (array.subarray(at, at + NIL_TYPE.length).equals(NIL_TYPE)) continue;
    const raw = Entry.decode(array, at);
    const startLba = Number(raw.firstLba);
    partitions.push({
      number: at / entrySize + 1,
      type: raw.type,
      guid: raw.guid,
      startLba,
      sectors: Number(raw.lastLba) - startLba + 1,
      attributes: raw.attributes,
      name: decodeName(raw.name),
    });
  }
  return partitions;
}

/** The array of `entryCount` entries of 128 bytes. The table must have been checked (`checkTable`). */
export function encodeEntries(partitions: readonly GptPartition[], entryCount: number): Buffer {
  const array = Buffer.alloc(entryCount * ENTRY_SIZE);
  for (const partition of partitions) {
    const name = Buffer.alloc(NAME_UNITS * 2);
    name.write(partition.name, "utf16le");
    const entry = Entry.encode({
      type: partition.type,
      guid: partition.guid,
      firstLba: BigInt(partition.startLba),
      lastLba: BigInt(partition.startLba + partition.sectors - 1),
      attributes: partition.attributes,
      name,
    });
    entry.copy(array, (partition.number - 1) * ENTRY_SIZE);
  }
  return array;
}

/** UTF-16LE up to the first NUL. */
function decodeName(raw: Buffer): string {
  const text = raw.toString("utf16le");
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
