/** A GPT as plain data, and what must be true of it on a disk of a given size. */
import { LifeboatError } from "../../system/errors.ts";
import { errorFinding } from "../finding.ts";
import type { Finding } from "../finding.ts";
import { overlapsOf } from "../geometry.ts";
import type { Geometry } from "../geometry.ts";
import { isGuid, NIL_GUID } from "../guid.ts";
import { say } from "../messages.ts";
import { ENTRY_COUNT, ENTRY_SIZE, NAME_UNITS } from "./entries.ts";
import type { GptPartition } from "./entries.ts";

/** A foreign table may have this many entries, of this many bytes; a damaged header mustn't make lifeboat allocate more. */
export const MAX_ENTRIES = 1024;
export const MAX_ENTRY_SIZE = 4096;

export interface GptTable {
  /** Upper case. */
  readonly diskGuid: string;
  readonly entryCount: number;
  /** Where the primary entries lie: 2, unless something else needs the room (some ARM boards' loaders do). */
  readonly entriesLba: number;
  readonly firstUsableLba: number;
  readonly lastUsableLba: number;
  readonly partitions: readonly GptPartition[];
}

/** Sectors that `entryCount` entries of 128 bytes take. */
export function entrySectors(entryCount: number, sectorSize: number): number {
  return Math.ceil((entryCount * ENTRY_SIZE) / sectorSize);
}

/** A table without partitions that gives them all the room that the format allows. */
export function emptyGpt(geometry: Geometry, diskGuid: string): GptTable {
  const sectors = entrySectors(ENTRY_COUNT, geometry.sectorSize);
  return {
    diskGuid,
    entryCount: ENTRY_COUNT,
    entriesLba: 2,
    firstUsableLba: 2 + sectors,
    lastUsableLba: geometry.sectors - 2 - sectors,
    partitions: [],
  };
}

/** The same table on a disk of another size: what is usable ends where the new disk allows. */
export function fitGpt(table: GptTable, geometry: Geometry): GptTable {
  const lastUsableLba = geometry.sectors - 2 - entrySectors(table.entryCount, geometry.sectorSize);
  return { ...table, lastUsableLba };
}

/** What is wrong with the partitions of a table, or nothing. Both a reader's report and a writer's refusal. */
export function partitionFindings(table: GptTable): Finding[] {
  const findings: Finding[] = [];
  for (const partition of table.partitions) {
    const { number, startLba, sectors } = partition;
    const inside =
      startLba >= table.firstUsableLba && startLba + sectors - 1 <= table.lastUsableLba;
    if (!Number.isSafeInteger(startLba) || !Number.isSafeInteger(sectors) || sectors < 1) {
      findings.push(errorFinding("gpt-partition-size", say.partitionEmpty(number)));
    } else if (!inside) {
      const { firstUsableLba, lastUsableLba } = table;
      const text = say.gptPartitionOutside(number, firstUsableLba, lastUsableLba);
      findings.push(errorFinding("gpt-partition-outside", text));
    }
  }
  for (const [a, b] of overlapsOf(table.partitions)) {
    findings.push(errorFinding("gpt-overlap", say.partitionsOverlap(a.number, b.number)));
  }
  const owners = new Map<string, number>();
  for (const { number, guid } of table.partitions) {
    const other = owners.get(guid);
    owners.set(guid, number);
    if (other === undefined) continue;
    findings.push(errorFinding("gpt-same-guid", say.gptSameGuid(other, number, guid)));
  }
  return findings;
}

/** @throws LifeboatError `gpt-invalid-table` where the table can't be written to a disk of this size. */
export function checkTable(table: GptTable, geometry: Geometry): void {
  const sectors = entrySectors(table.entryCount, geometry.sectorSize);
  const numbers = new Set(table.partitions.map((partition) => partition.number));
  const room =
    table.entryCount >= 1 &&
    table.entryCount <= MAX_ENTRIES &&
    table.entriesLba >= 2 &&
    table.firstUsableLba >= table.entriesLba + sectors &&
    table.firstUsableLba <= table.lastUsableLba + 1 &&
    table.lastUsableLba <= geometry.sectors - 2 - sectors;
  if (!room) refuse(say.gptNoRoom(geometry.sectors));
  if (!isGuid(table.diskGuid)) refuse(say.notAGuid(table.diskGuid));
  if (numbers.size !== table.partitions.length) refuse(say.partitionNumberTwice());
  for (const partition of table.partitions) checkPartition(partition, table.entryCount);
  const [finding] = partitionFindings(table);
  if (finding !== undefined) refuse(finding.text);
}

function checkPartition(partition: GptPartition, entryCount: number): void {
  const { number, type, guid, name } = partition;
  if (!Number.isInteger(number) || number < 1 || number > entryCount) {
    refuse(say.partitionNumberOutside(number, entryCount));
  }
  if (!isGuid(type) || type === NIL_GUID) refuse(say.notAGuid(type));
  if (!isGuid(guid)) refuse(say.notAGuid(guid));
  if (name.length > NAME_UNITS || name.includes("\0")) refuse(say.gptNameTooLong(name, NAME_UNITS));
}

function refuse(text: Finding["text"]): never {
  throw new LifeboatError("gpt-invalid-table", text, { kind: "usage" });
}
