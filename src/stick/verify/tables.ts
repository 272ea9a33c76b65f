/** The partition table of a stick: what is wrong with it, and its repair from what is right. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { readGpt } from "../../disks/gpt/read.ts";
import { writeGpt } from "../../disks/gpt/write.ts";
import { readPartitions } from "../../disks/partitions.ts";
import type { StickManifest } from "../manifest.ts";
import type { Stick } from "../stick.ts";
import type { VerifyFinding } from "./finding.ts";
import { error } from "./finding.ts";
import { say } from "./messages.ts";

/** What writing both copies from the one that counts puts right. */
const BY_ITS_COPY =
  /^gpt-(primary|backup)-|^gpt-(alternate-lba|copies-differ|backup-not-at-end|no-protective-mbr)$/;
/** Of the first sector of an MBR disk (bytes 440–443, little-endian): Windows' disk signature. */
const SIGNATURE_AT = 440;

/** Both copies of a GPT, and the name by which the initrd hook knows the stick. */
export async function checkTables({ disk, manifest }: Stick): Promise<VerifyFinding[]> {
  const { findings, scheme, diskId, partitions } = await readPartitions(disk);
  const found = findings.map(({ level, code, text, hint }): VerifyFinding => {
    const byItsCopy = BY_ITS_COPY.test(code);
    return {
      id: code,
      severity: level,
      what: text,
      where: "partition table",
      fix: byItsCopy ? say.rewriteTable() : (hint ?? say.rebuild()),
      ...(byItsCopy && { repair: "table" }),
    };
  });
  // By these the initrd hook knows the stick; one with Ventoy's boot stage by what its first sector says now.
  if (manifest.bootStage.kind === "ventoy") return found;
  const known =
    scheme === "gpt"
      ? partitions.find(({ number }) => number === 1)?.name === manifest.name
      : diskId.toLowerCase() === manifest.diskId.toLowerCase();
  if (scheme !== manifest.scheme) {
    return [
      ...found,
      error("stick-renamed", say.renamed(manifest.name), "partition 1", say.rebuild()),
    ];
  }
  if (known) return found;
  const what = say.renamed(manifest.name);
  return [...found, error("stick-renamed", what, "partition 1", say.rename(), "table")];
}

/**
 * Writes the table anew: a GPT from the copy that counts, one copy after the other, with the data partition's name; an MBR's disk
 * signature. Where partitions lie is never changed, nor is boot code, nor how Ventoy has named its partitions.
 */
export async function repairTables(disk: ByteRange, manifest: StickManifest): Promise<void> {
  const isVentoys = manifest.bootStage.kind === "ventoy";
  if (manifest.scheme === "mbr") {
    return isVentoys ? undefined : writeSignature(disk, manifest.diskId);
  }
  const { table } = await readGpt(disk);
  if (table === undefined) return;
  const partitions = table.partitions.map((partition) =>
    partition.number === 1 && !isVentoys ? { ...partition, name: manifest.name } : partition,
  );
  const { findings } = await readPartitions(disk);
  const mbr = findings.some(({ code }) => code === "gpt-no-protective-mbr") ? "protective" : "keep";
  await writeGpt(disk, { ...table, partitions }, { mbr });
}

async function writeSignature(disk: ByteRange, diskId: string): Promise<void> {
  const sector = await readBytes(disk, 0, disk.sectorSize);
  sector.writeUInt32LE(Number.parseInt(diskId, 16), SIGNATURE_AT);
  await disk.write(0, sector);
  await disk.flush();
}
