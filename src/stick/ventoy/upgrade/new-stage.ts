/**
 * What Ventoy's own update would leave on a stick (INSTALL/tool/VentoyWorker.sh, "update Ventoy"), as bytes and their places. Partitions,
 * disk signature, Ventoy's UUID, its eight reserved sectors and the user's partition are as before.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import {
  DISK_UUID_AT,
  DISK_UUID_BYTES,
  RESERVED_RUN,
  placedCore,
  upgradedBootCode,
} from "../../../boot/ventoy/boot-area.ts";
import { leadingTo } from "../../../boot/ventoy/chain/boot-code.ts";
import { chainedPartition } from "../../../boot/ventoy/chain/partition.ts";
import type { StageFile } from "../../../boot/uefi-stage.ts";
import { withoutSecureBoot } from "../../../boot/ventoy/esp.ts";
import { VENTOY_SECTOR, coreRun } from "../../../boot/ventoy/geometry.ts";
import type { VentoyRelease } from "../../../boot/ventoy/release/release.ts";
import { readGpt } from "../../../disks/gpt/read.ts";
import type { GptTable } from "../../../disks/gpt/table.ts";
import { GPT_ATTRIBUTE, GPT_TYPE } from "../../../disks/gpt/types.ts";
import { filesForBootCode } from "../chain/facts.ts";
import type { VentoySurvey } from "../survey.ts";

/** Of the first two entries of an MBR: 0x80 where the partition is active. */
const FIRST_STATUS_AT = 446;
const SECOND_STATUS_AT = 462;
const ACTIVE = 0x80;

/** In the order in which they are written. */
export type StagePart =
  | "efi-partition"
  | "core-image"
  | "partition-table"
  | "hand-over"
  | "boot-code";

export interface VentoyStage {
  /** LBA 0, as a whole. */
  readonly bootSector: Buffer;
  readonly coreLba: number;
  /** As far as Ventoy's reserved sectors, which stay. */
  readonly core: Buffer;
  /** Ventoy's partition, as a whole. */
  readonly esp: Buffer;
  /** With the entry of Ventoy's partition put right; undefined where it is right, or an MBR has none. */
  readonly table: GptTable | undefined;
  /** On lifeboat's own partition, where Ventoy lies behind its menu: what goes by the boot code, and isn't there. */
  readonly handOver: readonly StageFile[];
  /** The GPT wants to be put right, and is too damaged for it. */
  readonly tableDamaged: boolean;
}

/** Reads what stays from `disk`; nothing is written. */
export async function newVentoyStage(
  disk: ByteRange,
  { scheme, esp, interrupted, chain }: VentoySurvey,
  release: VentoyRelease,
  secureBoot: boolean,
): Promise<VentoyStage> {
  const before = await readBytes(disk, 0, VENTOY_SECTOR);
  const bootSector = Buffer.from(before);
  const code = upgradedBootCode(release.bootImage, scheme, uuidIn(before));
  (chain?.coreLba === undefined ? code : leadingTo(code, chain.coreLba)).copy(bootSector);
  if (scheme === "mbr") activateFirst(bootSector);
  const { startLba: coreLba } = coreRun(scheme);
  const core = placedCore(release.coreImage, scheme);
  const { table, damaged } =
    scheme === "gpt"
      ? await tableFor(disk, esp.number, interrupted !== undefined)
      : { table: undefined, damaged: false };
  return {
    bootSector,
    coreLba,
    core: core.subarray(0, (RESERVED_RUN.startLba - coreLba) * VENTOY_SECTOR),
    esp: partitionFor(release, secureBoot, chain !== undefined),
    handOver: chain === undefined ? [] : await filesForBootCode(disk, chain, bootSector),
    table,
    tableDamaged: damaged,
  };
}

function partitionFor({ diskImage }: VentoyRelease, secureBoot: boolean, chained: boolean): Buffer {
  if (chained) return chainedPartition(diskImage, secureBoot);
  return secureBoot ? diskImage : withoutSecureBoot(diskImage);
}

function uuidIn(sector: Buffer): Buffer {
  return Buffer.from(sector.subarray(DISK_UUID_AT, DISK_UUID_AT + DISK_UUID_BYTES));
}

/** Some BIOSes start the active partition themselves: with Ventoy's active, they would never come to its boot code. */
function activateFirst(sector: Buffer): void {
  if (sector[FIRST_STATUS_AT] !== 0 || sector[SECOND_STATUS_AT] !== ACTIVE) return;
  sector[FIRST_STATUS_AT] = ACTIVE;
  sector[SECOND_STATUS_AT] = 0;
}

/** Findings of what a power cut leaves of a GPT that was being written: one copy is right. */
export const CUT_SHORT = /^gpt-(?:primary|backup)-(?:header|entries)-crc$|^gpt-copies-differ$/;

/**
 * As `vtoycli gpt -f` and the installer leave it: basic data without a drive letter.
 * @param interrupted an upgrade was cut short, perhaps while it wrote the table.
 */
async function tableFor(disk: ByteRange, number: number, interrupted: boolean) {
  const { table, findings } = await readGpt(disk);
  const wanted = { type: GPT_TYPE.microsoftBasicData, attributes: GPT_ATTRIBUTE.noDriveLetter };
  const entry = table?.partitions.find((one) => one.number === number);
  const isRight = entry?.type === wanted.type && entry.attributes === wanted.attributes;
  const cutShort = interrupted && findings.some(({ code }) => CUT_SHORT.test(code));
  if (table === undefined || entry === undefined || (isRight && !cutShort)) {
    return { table: undefined, damaged: false };
  }
  if (findings.some(({ code }) => !(interrupted && CUT_SHORT.test(code))))
    return { table: undefined, damaged: true };
  const partitions = table.partitions.map((one) => (one === entry ? { ...one, ...wanted } : one));
  return { table: { ...table, partitions }, damaged: false };
}
