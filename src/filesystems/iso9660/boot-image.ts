/** How long an El Torito boot image is: the catalog says only how much of it the firmware loads. */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";

const VIRTUAL_SECTOR_BYTES = 512;
const FLOPPY_BYTES: Readonly<Record<string, number>> = {
  "floppy-1.2M": 1200 << 10,
  "floppy-1.44M": 1440 << 10,
  "floppy-2.88M": 2880 << 10,
};
const BOOT_SIGNATURE_OFFSET = 510;
/** The bytes 55 AA. */
const BOOT_SIGNATURE = 0xaa55;
/** Microsoft FAT specification 1.03, "Boot sector and BPB". */
const FAT_BYTES_PER_SECTOR = 11;
const FAT_TOTAL_SECTORS_16 = 19;
const FAT_TOTAL_SECTORS_32 = 32;
const FAT_SECTOR_SIZES = [512, 1024, 2048, 4096];
/** MBR: four entries of sixteen bytes. */
const MBR_TABLE_OFFSET = 446;
const MBR_ENTRY_BYTES = 16;

export interface BootImageHints {
  readonly startBytes: number;
  readonly loadSectors: number;
  readonly emulation: string;
  readonly efi: boolean;
}

/**
 * Where the image lies: a floppy has its format's size, a hard disk ends with its partition, an EFI image with its FAT
 * volume. Elsewhere it is what the firmware loads; for an EFI image whose sector count is 0 or 1, everything up to the end
 * of the volume (UEFI 2.10, 13.3.2.1). Undefined where it does not lie inside the range.
 */
export async function bootImageExtent(
  range: ByteRange,
  hints: BootImageHints,
): Promise<Extent | undefined> {
  const start = hints.startBytes;
  const room = range.size - start;
  if (start === 0 || room < VIRTUAL_SECTOR_BYTES) return undefined;
  const sector = await readBytes(range, start, VIRTUAL_SECTOR_BYTES);
  const loaded = hints.loadSectors * VIRTUAL_SECTOR_BYTES;
  const length =
    contentLength(sector, hints) ?? (hints.efi && hints.loadSectors <= 1 ? room : loaded);
  if (length === 0) return undefined;
  // An EFI image that claims more than there is still begins here: its sector count decides.
  if (length <= room) return { start, length };
  return loaded > 0 && loaded <= room ? { start, length: loaded } : undefined;
}

/** The length by the image's own first sector, where its kind has one. */
function contentLength(sector: Buffer, hints: BootImageHints): number | undefined {
  const floppy = FLOPPY_BYTES[hints.emulation];
  if (floppy !== undefined) return floppy;
  if (sector.readUInt16LE(BOOT_SIGNATURE_OFFSET) !== BOOT_SIGNATURE) return undefined;
  if (hints.emulation === "hard-disk") return hardDiskLength(sector);
  return hints.efi ? fatLength(sector, hints.loadSectors * VIRTUAL_SECTOR_BYTES) : undefined;
}

function hardDiskLength(mbr: Buffer): number | undefined {
  let end = 0;
  for (let index = 0; index < 4; index++) {
    const at = MBR_TABLE_OFFSET + index * MBR_ENTRY_BYTES;
    if (mbr.readUInt8(at + 4) === 0) continue;
    end = Math.max(end, mbr.readUInt32LE(at + 8) + mbr.readUInt32LE(at + 12));
  }
  return end === 0 ? undefined : end * VIRTUAL_SECTOR_BYTES;
}

/** Some images are longer than their FAT volume: the longer of both is the image. */
function fatLength(sector: Buffer, loadedBytes: number): number | undefined {
  const sectorBytes = sector.readUInt16LE(FAT_BYTES_PER_SECTOR);
  if (!FAT_SECTOR_SIZES.includes(sectorBytes)) return undefined;
  const sectors =
    sector.readUInt16LE(FAT_TOTAL_SECTORS_16) || sector.readUInt32LE(FAT_TOTAL_SECTORS_32);
  return sectors === 0 ? undefined : Math.max(sectors * sectorBytes, loadedBytes);
}
