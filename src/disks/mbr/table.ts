/** An MBR partition table as plain data, and what must be true of it on a disk of a given size. */
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { errorFinding, warningFinding } from "../finding.ts";
import type { Finding } from "../finding.ts";
import { overlapsOf } from "../geometry.ts";
import type { SectorRun } from "../geometry.ts";
import { say } from "../messages.ts";
import { isExtended } from "./types.ts";

export interface MbrPartition extends SectorRun {
  /** 1–4: the place in sector 0. From 5: logical, in the order of the chain. */
  readonly number: number;
  /** Type byte: see MBR_TYPE. */
  readonly type: number;
  /** On the disk, not relative to anything. */
  readonly startLba: number;
  readonly sectors: number;
  readonly active: boolean;
  /** Logical partitions: where the link that describes it lies. Left out, the writer chooses. */
  readonly ebrLba?: number;
}

export interface MbrTable {
  /** 32 bits; Windows and GRUB know the disk by it. */
  readonly diskSignature: number;
  /** By number: the primary ones, the extended one among them, then the logical ones. */
  readonly partitions: readonly MbrPartition[];
}

export const FIRST_LOGICAL = 5;

/** 32-bit sector numbers end here: 2 TiB with 512-byte sectors. */
export const MAX_LBA = 0xffff_ffff;

/** What is wrong with the partitions of a table on a disk of so many sectors. */
export function partitionFindings(table: MbrTable, diskSectors: number): Finding[] {
  const findings: Finding[] = [];
  const primary = table.partitions.filter(({ number }) => number < FIRST_LOGICAL);
  const logical = table.partitions.filter(({ number }) => number >= FIRST_LOGICAL);
  const containers = primary.filter(({ type }) => isExtended(type));
  const [extended] = containers;
  if (containers.length > 1) {
    findings.push(errorFinding("mbr-two-extended", say.mbrTwoExtended()));
  }
  for (const { number, startLba, sectors } of primary) {
    if (startLba + sectors <= diskSectors) continue;
    const text = say.mbrPartitionOutside(number, diskSectors);
    findings.push(errorFinding("mbr-partition-outside", text));
  }
  for (const partition of logical) {
    if (extended !== undefined && contains(extended, partition)) continue;
    findings.push(errorFinding("mbr-logical-outside", say.logicalOutside(partition.number)));
  }
  for (const [a, b] of [...overlapsOf(primary), ...overlapsOf(logical)]) {
    findings.push(errorFinding("mbr-overlap", say.partitionsOverlap(a.number, b.number)));
  }
  for (const { ebrLba } of logical) {
    const inside = logical.find(
      ({ startLba, sectors }) =>
        ebrLba !== undefined && ebrLba >= startLba && ebrLba < startLba + sectors,
    );
    if (ebrLba === undefined || inside === undefined) continue;
    findings.push(errorFinding("mbr-ebr-overlap", say.ebrInPartition(ebrLba, inside.number)));
  }
  if (table.partitions.filter(({ active }) => active).length > 1) {
    findings.push(warningFinding("mbr-two-active", say.mbrTwoActive()));
  }
  return findings;
}

/** @throws LifeboatError `mbr-invalid-table` where the table can't be written to a disk of so many sectors. */
export function checkMbr(table: MbrTable, diskSectors: number): void {
  const { diskSignature, partitions } = table;
  if (!Number.isInteger(diskSignature) || diskSignature < 0 || diskSignature > 0xffff_ffff) {
    refuse(say.mbrSignatureField());
  }
  const numbers = partitions.map(({ number }) => number);
  const logical = numbers.filter((number) => number >= FIRST_LOGICAL).sort((a, b) => a - b);
  const numbered =
    new Set(numbers).size === numbers.length &&
    numbers.every((number) => Number.isInteger(number) && number >= 1) &&
    logical.every((number, index) => number === FIRST_LOGICAL + index) &&
    (logical.length === 0 || partitions.some(({ number, type }) => number < 5 && isExtended(type)));
  if (!numbered) refuse(say.mbrNumbers());
  for (const { number, type, startLba, sectors } of partitions) {
    const fits =
      [type, startLba, sectors].every((value) => Number.isInteger(value)) &&
      type >= 1 &&
      type <= 0xff &&
      startLba >= 1 &&
      startLba <= MAX_LBA &&
      sectors >= 1 &&
      sectors <= MAX_LBA &&
      !(number >= FIRST_LOGICAL && isExtended(type));
    if (!fits) refuse(say.mbrField(number));
  }
  const finding = partitionFindings(table, diskSectors).find(({ level }) => level === "error");
  if (finding !== undefined) refuse(finding.text);
}

export function contains(outer: SectorRun, inner: SectorRun): boolean {
  return (
    inner.startLba >= outer.startLba &&
    inner.startLba + inner.sectors <= outer.startLba + outer.sectors
  );
}

export function refuse(text: Text): never {
  throw new LifeboatError("mbr-invalid-table", text, { kind: "usage" });
}
