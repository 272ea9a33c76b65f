/**
 * What makes a lifeboat stick a Ventoy stick, as bytes and their places. In the end it is what Ventoy's installer writes; but the disk and
 * partition 1 keep what systems know them by, and the data partition of ext4 the type of its kind.
 */
import type { ByteRange, Extent } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import { OverlayRange } from "../../../block/overlay.ts";
import { installedBootCode, placedCore } from "../../../boot/ventoy/boot-area.ts";
import { withoutSecureBoot } from "../../../boot/ventoy/esp.ts";
import { VENTOY_SECTOR, coreRun } from "../../../boot/ventoy/geometry.ts";
import type { VentoyRelease } from "../../../boot/ventoy/release/release.ts";
import type { SectorRun } from "../../../disks/geometry.ts";
import { readGpt } from "../../../disks/gpt/read.ts";
import type { GptTable } from "../../../disks/gpt/table.ts";
import { GPT_ATTRIBUTE, GPT_TYPE } from "../../../disks/gpt/types.ts";
import { writeGpt } from "../../../disks/gpt/write.ts";
import { readMbr } from "../../../disks/mbr/read.ts";
import { MBR_TYPE } from "../../../disks/mbr/types.ts";
import { writeMbr } from "../../../disks/mbr/write.ts";
import { tailSectors } from "../../layout.ts";
import { refuseNonStandard } from "../install/standard.ts";
import { sameTable } from "../write.ts";
import type { VentoyPlace } from "./place.ts";
import { overlap } from "./place.ts";
import type { LifeboatSurvey } from "./survey.ts";

export interface VentoyIds {
  /** The 16 bytes by which Ventoy knows its disk, in hex. */
  readonly uuid: string;
  /** The four bytes at 440, in hex. */
  readonly signature: string;
  /** Of partition 2 in a GPT. */
  readonly efiGuid: string;
}

export interface AdoptionStage {
  /** LBA 0, as a whole; with an MBR the table is in it. */
  readonly bootSector: Buffer;
  readonly coreLba: number;
  readonly core: Buffer;
  readonly efi: SectorRun;
  /** Ventoy's partition, as a whole. */
  readonly image: Buffer;
  /** Of a GPT; undefined with an MBR, and where the table is that already. */
  readonly table: GptTable | undefined;
  /**
   * Where the mark stands meanwhile, in bytes within Ventoy's partition: 0, and where the old EFI system partition begins, if it
   * is overwritten.
   */
  readonly marksAt: readonly number[];
  /** Everything that is written, in bytes of the disk. */
  readonly extents: readonly Extent[];
}

/**
 * Nothing is written; Ventoy's check of its device is asked about the disk as it will be.
 * @throws LifeboatError `ventoy-not-standard`, `gpt-invalid-table`.
 */
export async function stageFor(
  disk: ByteRange,
  survey: LifeboatSurvey,
  place: VentoyPlace,
  release: VentoyRelease,
  secureBoot: boolean,
  ids: VentoyIds,
): Promise<AdoptionStage> {
  const { scheme, esp } = survey;
  const { efi } = place;
  const after = new OverlayRange(disk);
  const identity = {
    uuid: Buffer.from(ids.uuid, "hex"),
    signature: Buffer.from(ids.signature, "hex"),
  };
  const sector = await readBytes(disk, 0, VENTOY_SECTOR);
  installedBootCode(release.bootImage, scheme, identity).copy(sector);
  await after.write(0, sector);
  const table = scheme === "gpt" ? await gptFor(disk, survey, place, ids.efiGuid) : undefined;
  if (table === undefined) await putMbr(after, survey, place);
  else await writeGpt(after, table.wanted, { openProtective: true });
  const core = placedCore(release.coreImage, scheme);
  const { startLba: coreLba } = coreRun(scheme);
  const image = secureBoot ? release.diskImage : withoutSecureBoot(release.diskImage);
  await after.write(coreLba * VENTOY_SECTOR, core);
  await after.write(efi.startLba * VENTOY_SECTOR, image);
  await refuseNonStandard(after);
  const marks = overlap(esp, efi) ? [0, (esp.startLba - efi.startLba) * VENTOY_SECTOR] : [0];
  return {
    bootSector: await readBytes(after, 0, VENTOY_SECTOR),
    coreLba,
    core,
    efi,
    image,
    table: table === undefined || table.isThere ? undefined : table.wanted,
    marksAt: [...new Set(marks)],
    extents: extentsOf(disk, survey, efi),
  };
}

/** As Ventoy's installer makes it; other entries stay, and so do the GUIDs of the disk and of partition 1. */
async function gptFor(
  disk: ByteRange,
  { data, esp, fileSystem }: LifeboatSurvey,
  { efi, removed }: VentoyPlace,
  efiGuid: string,
) {
  const { table, findings } = await readGpt(disk);
  if (table === undefined) throw new RangeError("the disk has no GPT");
  const partitions = table.partitions
    .filter(({ number }) => !removed.includes(number))
    .map((one) => {
      if (one.number === data.number) {
        const type = fileSystem === "ext4" ? one.type : GPT_TYPE.microsoftBasicData;
        return { ...one, type, attributes: 0n, name: "Ventoy" };
      }
      if (one.number !== esp.number) return one;
      // A partition that is Ventoy's already keeps its GUID.
      const isThere = one.startLba === efi.startLba && one.sectors === efi.sectors;
      return {
        ...one,
        ...efi,
        type: GPT_TYPE.microsoftBasicData,
        guid: isThere ? one.guid : efiGuid.toUpperCase(),
        attributes: GPT_ATTRIBUTE.noDriveLetter,
        name: "VTOYEFI",
      };
    });
  const wanted = { ...table, partitions };
  return { wanted, isThere: findings.length === 0 && sameTable(wanted, table) };
}

async function putMbr(
  disk: OverlayRange,
  { data, esp }: LifeboatSurvey,
  { efi }: VentoyPlace,
): Promise<void> {
  const { table } = await readMbr(disk);
  if (table === undefined) throw new RangeError("the disk has no MBR");
  const partitions = table.partitions.map((one) => {
    if (one.number === data.number) return { ...one, active: true };
    if (one.number !== esp.number) return { ...one, active: false };
    return { ...one, ...efi, type: MBR_TYPE.efiSystem, active: false };
  });
  await writeMbr(disk, { ...table, partitions });
}

function extentsOf(disk: ByteRange, { scheme }: LifeboatSurvey, efi: SectorRun): Extent[] {
  const bytesOf = (startLba: number, sectors: number): Extent => {
    return { start: startLba * VENTOY_SECTOR, length: sectors * VENTOY_SECTOR };
  };
  const core = coreRun(scheme);
  const extents = [
    bytesOf(efi.startLba, efi.sectors),
    bytesOf(core.startLba, core.sectors),
    bytesOf(0, 1),
  ];
  if (scheme === "mbr") return extents;
  const tail = tailSectors(scheme, VENTOY_SECTOR);
  const total = Math.floor(disk.size / VENTOY_SECTOR);
  return [...extents, bytesOf(1, tail), bytesOf(total - tail, tail)];
}
