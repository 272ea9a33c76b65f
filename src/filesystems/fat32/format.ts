/** Makes an empty FAT32 volume. Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03; ECMA-107. */
import { writeZeroes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import {
  BOOT_SIGNATURE,
  BOOT_SIGNATURE_OFFSET,
  encodeFat32BootSector,
  EXTENDED_SIGNATURE,
  JUMP,
  NO_LABEL,
} from "./boot-sector.ts";
import { ATTRIBUTE_VOLUME_ID, encodeShortEntry } from "./directory-entry.ts";
import { encodeFsInfo } from "./fsinfo.ts";
import { FIRST_CLUSTER } from "./geometry.ts";
import { encodeLabel } from "./label.ts";
import { layoutFat32 } from "./layout.ts";

const ROOT_CLUSTER = FIRST_CLUSTER;
const FSINFO_SECTOR = 1;
/** Windows looks for the backup of the boot record here and nowhere else. */
const BACKUP_BOOT_SECTOR = 6;
/** The third sector of a boot record: no code here, but signed. */
const THIRD_BOOT_SECTOR = 2;
const FAT_COUNT = 2;
const FIXED_DISK = 0xf8;
const FIRST_HARD_DISK = 0x80;
/** The name that the specification recommends, since some drivers look at it. */
const OEM_NAME = "MSWIN4.1";
/** The geometry that BIOSes give a large disk. */
const SECTORS_PER_TRACK = 63;
const HEADS = 255;

export interface FormatFat32Options {
  /** At most 11 ASCII characters, stored in upper case. Empty: none. */
  readonly label: string;
  /** 32 bits; `0x1A2B3C4D` is shown as `1A2B-3C4D`. */
  readonly volumeId: number;
  /** The time of the label's entry. */
  readonly now: Date;
  /** Default: by the specification's table of volume sizes. */
  readonly sectorsPerCluster?: number;
  /** The LBA at which the volume's partition begins. Default: 0. */
  readonly hiddenSectors?: number;
}

/**
 * Makes an empty FAT32 volume of all of `range`, with its sector size. Writes the reserved sectors, both FATs and the root
 * directory, and nothing else; the boot sector comes last, so that a format cut short leaves no volume.
 * @throws LifeboatError `volume-too-small`, `volume-too-large`, `bad-cluster-size`, `bad-sector-size`, `invalid-label`; what
 * writing throws.
 */
export async function formatFat32(range: ByteRange, options: FormatFat32Options): Promise<void> {
  const { sectorSize } = range;
  const label = encodeLabel(options.label);
  const layout = layoutFat32(range.size, sectorSize, options.sectorsPerCluster);
  const { reservedSectors, sectorsPerFat, sectorsPerCluster } = layout;
  const fatBytes = sectorsPerFat * sectorSize;
  const fatStart = reservedSectors * sectorSize;
  const rootStart = fatStart + FAT_COUNT * fatBytes;

  // All of the reserved area, too: what probes for file systems would find an older one's superblock in it.
  await writeZeroes(range, 0, rootStart + sectorsPerCluster * sectorSize);

  const firstFatSector = Buffer.alloc(sectorSize);
  const firstEntries = [0x0fffff00 | FIXED_DISK, 0x0fffffff, 0x0fffffff]; // media; clean; the root directory's end
  for (const [index, entry] of firstEntries.entries())
    firstFatSector.writeUInt32LE(entry, index * 4);
  for (let fat = 0; fat < FAT_COUNT; fat++)
    await range.write(fatStart + fat * fatBytes, firstFatSector);

  if (label !== undefined) {
    const entry = encodeShortEntry(label, {
      attributes: ATTRIBUTE_VOLUME_ID,
      firstCluster: 0,
      sizeBytes: 0,
      modified: options.now,
    });
    await range.write(rootStart, padded(entry, sectorSize));
  }

  const bootSector = encodeFat32BootSector(
    {
      jump: JUMP,
      oemName: OEM_NAME,
      bytesPerSector: sectorSize,
      sectorsPerCluster,
      reservedSectors,
      fatCount: FAT_COUNT,
      rootEntries: 0,
      totalSectors16: 0,
      media: FIXED_DISK,
      sectorsPerFat16: 0,
      sectorsPerTrack: SECTORS_PER_TRACK,
      heads: HEADS,
      hiddenSectors: options.hiddenSectors ?? 0,
      totalSectors32: layout.totalSectors,
    },
    {
      sectorsPerFat,
      extFlags: 0,
      version: 0,
      rootCluster: ROOT_CLUSTER,
      fsInfoSector: FSINFO_SECTOR,
      backupBootSector: BACKUP_BOOT_SECTOR,
      reserved: Buffer.alloc(12),
      driveNumber: FIRST_HARD_DISK,
      reserved1: 0,
      extendedSignature: EXTENDED_SIGNATURE,
      volumeId: options.volumeId,
      label: label?.toString("latin1") ?? NO_LABEL,
      type: "FAT32   ",
    },
  );
  const fsInfo = encodeFsInfo({
    freeClusters: layout.clusterCount - 1,
    nextFree: ROOT_CLUSTER + 1,
  });
  const third = Buffer.alloc(512);
  third.writeUInt16LE(BOOT_SIGNATURE, BOOT_SIGNATURE_OFFSET);

  const record = Buffer.alloc((THIRD_BOOT_SECTOR + 1) * sectorSize);
  bootSector.copy(record, 0);
  fsInfo.copy(record, FSINFO_SECTOR * sectorSize);
  third.copy(record, THIRD_BOOT_SECTOR * sectorSize);
  await range.write(BACKUP_BOOT_SECTOR * sectorSize, record);
  await range.flush();
  await range.write(0, record);
  await range.flush();
}

function padded(data: Buffer, length: number): Buffer {
  return Buffer.concat([data], length);
}
