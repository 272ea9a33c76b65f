/** Partition tables in an ISO's system area: whether its image also starts as a disk. For information; `disks` reads tables for work. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { SECTOR_BYTES, SYSTEM_AREA_SECTORS } from "./descriptors.ts";

const LBA_BYTES = 512;
const MBR_CODE_BYTES = 440;
const MBR_TABLE_OFFSET = 446;
const MBR_ENTRY_BYTES = 16;
const MBR_SIGNATURE_OFFSET = 510;
/** The bytes 55 AA. */
const MBR_SIGNATURE = 0xaa55;
const MBR_ACTIVE = 0x80;
const TYPE_EFI_SYSTEM = 0xef;
/** UEFI 2.10, 5.3.2: the header at LBA 1; entries' place, number and size in it. */
const GPT_SIGNATURE = "EFI PART";
const GPT_ENTRIES_LBA_OFFSET = 72;
const GPT_ENTRY_COUNT_OFFSET = 80;
const GPT_ENTRY_BYTES_OFFSET = 84;
const MAX_GPT_ENTRIES = 128;
/** C12A7328-F81F-11D2-BA4B-00A0C93EC93B as it stands on the disk. */
const ESP_TYPE_GUID = Buffer.from("28732ac11ff8d211ba4b00a0c93ec93b", "hex");
/** "ER", the driver descriptor of an Apple partition map. */
const APPLE_SIGNATURE = 0x4552;

export interface HybridPartition {
  readonly table: "mbr" | "gpt";
  /** Position in its table, from 1. */
  readonly number: number;
  /** In sectors of 512 bytes. */
  readonly startLba: number;
  readonly sectors: number;
  /** MBR: the type byte. */
  readonly type?: number;
  readonly active?: boolean;
  readonly efiSystem: boolean;
}

export interface HybridBoot {
  /** The boot sector has code: a BIOS can start the image from a disk or stick. */
  readonly bootCode: boolean;
  readonly gpt: boolean;
  readonly appleMap: boolean;
  readonly partitions: readonly HybridPartition[];
}

/** What makes the image at the start of `range` a disk too; undefined where its system area holds no partition table. */
export async function hasHybridBoot(range: ByteRange): Promise<HybridBoot | undefined> {
  const systemAreaBytes = SYSTEM_AREA_SECTORS * SECTOR_BYTES;
  if (range.size < systemAreaBytes) return undefined;
  const area = await readBytes(range, 0, systemAreaBytes);
  const gpt = area.toString("latin1", LBA_BYTES, LBA_BYTES + 8) === GPT_SIGNATURE;
  const mbr = area.readUInt16LE(MBR_SIGNATURE_OFFSET) === MBR_SIGNATURE;
  const appleMap = area.readUInt16BE(0) === APPLE_SIGNATURE;
  const partitions = [...(mbr ? mbrPartitions(area) : []), ...(gpt ? gptPartitions(area) : [])];
  if (partitions.length === 0 && !appleMap) return undefined;
  const bootCode = mbr && area.subarray(0, MBR_CODE_BYTES).some((byte) => byte !== 0);
  return { bootCode, gpt, appleMap, partitions };
}

function mbrPartitions(area: Buffer): HybridPartition[] {
  const found: HybridPartition[] = [];
  for (let index = 0; index < 4; index++) {
    const at = MBR_TABLE_OFFSET + index * MBR_ENTRY_BYTES;
    const type = area.readUInt8(at + 4);
    const sectors = area.readUInt32LE(at + 12);
    if (sectors === 0) continue;
    found.push({
      table: "mbr",
      number: index + 1,
      startLba: area.readUInt32LE(at + 8),
      sectors,
      type,
      active: area.readUInt8(at) === MBR_ACTIVE,
      efiSystem: type === TYPE_EFI_SYSTEM,
    });
  }
  return found;
}

/** Only entries inside the system area: hybrid ISOs have them there, and nothing else is needed to tell. */
function gptPartitions(area: Buffer): HybridPartition[] {
  const header = area.subarray(LBA_BYTES, 2 * LBA_BYTES);
  const entriesAt = Number(header.readBigUInt64LE(GPT_ENTRIES_LBA_OFFSET)) * LBA_BYTES;
  const count = Math.min(header.readUInt32LE(GPT_ENTRY_COUNT_OFFSET), MAX_GPT_ENTRIES);
  const entryBytes = header.readUInt32LE(GPT_ENTRY_BYTES_OFFSET);
  const found: HybridPartition[] = [];
  if (entryBytes < 128) return found;
  for (let index = 0; index < count; index++) {
    const at = entriesAt + index * entryBytes;
    if (at + 128 > area.length) break;
    const type = area.subarray(at, at + 16);
    if (type.every((byte) => byte === 0)) continue;
    const startLba = Number(area.readBigUInt64LE(at + 32));
    const lastLba = Number(area.readBigUInt64LE(at + 40));
    if (lastLba < startLba) continue;
    found.push({
      table: "gpt",
      number: index + 1,
      startLba,
      sectors: lastLba - startLba + 1,
      efiSystem: type.equals(ESP_TYPE_GUID),
    });
  }
  return found;
}
