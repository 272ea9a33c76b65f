/** El Torito 1.0: the catalog of boot images on an ISO, with UEFI's platform id (UEFI 2.10, 13.3.2.1). */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { Struct, bytes, u16le, u32le, u8 } from "../../block/struct.ts";
import { checkInside } from "../optical/cache.ts";
import { bootImageExtent } from "./boot-image.ts";
import { SECTOR_BYTES, readVolumeDescriptors } from "./descriptors.ts";
import { damaged, say } from "./messages.ts";

const ENTRY_BYTES = 32;
/** Real catalogs have two to five entries; firmware reads one sector. */
const MAX_CATALOG_BYTES = 8 * SECTOR_BYTES;

/** El Torito figure 2. */
const ValidationEntry = new Struct("El Torito validation entry", ENTRY_BYTES, {
  headerId: u8,
  platformId: u8,
  reserved: u16le,
  id: bytes(24),
  checksum: u16le,
  key: u16le,
});
const VALIDATION_HEADER_ID = 1;
/** The bytes 55 AA. */
const VALIDATION_KEY = 0xaa55;

/** El Torito figures 3 and 5: the default entry and section entries differ only in what follows the load address. */
const BootEntry = new Struct("El Torito boot entry", ENTRY_BYTES, {
  indicator: u8,
  media: u8,
  loadSegment: u16le,
  systemType: u8,
  unused: u8,
  sectorCount: u16le,
  loadRba: u32le,
  selectionCriteria: bytes(20),
});
const BOOTABLE = 0x88;
const NOT_BOOTABLE = 0x00;
const MEDIA_EMULATION_MASK = 0x0f;

/** El Torito figure 4. */
const SectionHeader = new Struct("El Torito section header", ENTRY_BYTES, {
  indicator: u8,
  platformId: u8,
  entryCount: u16le,
  id: bytes(28),
});
const SECTION_HEADER = 0x90;
const FINAL_SECTION_HEADER = 0x91;
/** El Torito figure 6: more selection criteria of the entry before. */
const EXTENSION = 0x44;

const PLATFORMS = { 0: "bios", 1: "powerpc", 2: "mac", 0xef: "efi" } as const;
const EMULATIONS = ["none", "floppy-1.2M", "floppy-1.44M", "floppy-2.88M", "hard-disk"] as const;

export type BootPlatform = (typeof PLATFORMS)[keyof typeof PLATFORMS] | "unknown";
export type BootEmulation = (typeof EMULATIONS)[number] | "unknown";

export interface BootImage {
  readonly platform: BootPlatform;
  readonly platformId: number;
  readonly bootable: boolean;
  readonly emulation: BootEmulation;
  /** Real-mode segment that a BIOS loads to; 0 means the usual 0x7C0. */
  readonly loadSegment: number;
  /** Partition type of an emulated hard disk. */
  readonly systemType: number;
  /** How many sectors of 512 bytes the firmware is told to load. For EFI, 0 and 1 mean "as many as there are". */
  readonly loadSectors: number;
  /** First sector of 2,048 bytes. */
  readonly loadRba: number;
  /** Where the whole image lies on the volume, as far as its content tells; undefined where that is outside. */
  readonly extent: Extent | undefined;
}

export interface BootCatalog {
  /** Sector of 2,048 bytes where the catalog begins. */
  readonly lba: number;
  readonly platform: BootPlatform;
  /** The manufacturer's text in the validation entry. */
  readonly id: string;
  /** The default entry first, then those of the sections. */
  readonly images: readonly BootImage[];
}

/**
 * Reads the boot catalog of the ISO 9660 volume at the start of `range`; undefined where it has none.
 * @throws LifeboatError `boot-catalog-damaged`; `truncated-volume` where the catalog lies beyond the end.
 */
export async function readElTorito(range: ByteRange): Promise<BootCatalog | undefined> {
  const { bootCatalogLba: lba } = await readVolumeDescriptors(range);
  if (lba === undefined) return undefined;
  const offset = lba * SECTOR_BYTES;
  checkInside("El Torito", offset, 2 * ENTRY_BYTES, range.size);
  const catalog = await readBytes(range, offset, Math.min(MAX_CATALOG_BYTES, range.size - offset));

  const validation = ValidationEntry.decode(catalog);
  const isValid =
    validation.headerId === VALIDATION_HEADER_ID &&
    validation.key === VALIDATION_KEY &&
    sumOfWords(catalog.subarray(0, ENTRY_BYTES)) === 0;
  if (!isValid) throw damaged("boot-catalog-damaged", say.catalogDamaged());

  const images: BootImage[] = [];
  for (const { entry, platformId } of bootEntries(catalog, validation.platformId)) {
    images.push(await decodeImage(range, entry, platformId));
  }
  return {
    lba,
    platform: platformOf(validation.platformId),
    id: validation.id.toString("latin1").replace(/[\0 ]+$/, ""),
    images,
  };
}

type RawEntry = ReturnType<typeof BootEntry.decode>;

/** Each step goes on by one entry at least, so a catalog of any content ends. */
function* bootEntries(
  catalog: Buffer,
  defaultPlatform: number,
): Generator<{ entry: RawEntry; platformId: number }> {
  yield { entry: BootEntry.decode(catalog, ENTRY_BYTES), platformId: defaultPlatform };
  let at = 2 * ENTRY_BYTES;
  for (let isFinal = false; !isFinal && at + ENTRY_BYTES <= catalog.length;) {
    const header = SectionHeader.decode(catalog, at);
    if (header.indicator !== SECTION_HEADER && header.indicator !== FINAL_SECTION_HEADER) return;
    isFinal = header.indicator === FINAL_SECTION_HEADER;
    at += ENTRY_BYTES;
    for (let left = header.entryCount; left > 0 && at + ENTRY_BYTES <= catalog.length;) {
      const entry = BootEntry.decode(catalog, at);
      at += ENTRY_BYTES;
      if (entry.indicator === EXTENSION) continue;
      if (entry.indicator !== BOOTABLE && entry.indicator !== NOT_BOOTABLE) return;
      left--;
      yield { entry, platformId: header.platformId };
    }
    while (at + ENTRY_BYTES <= catalog.length && catalog[at] === EXTENSION) at += ENTRY_BYTES;
  }
}

async function decodeImage(
  range: ByteRange,
  entry: RawEntry,
  platformId: number,
): Promise<BootImage> {
  const platform = platformOf(platformId);
  const emulation = EMULATIONS[entry.media & MEDIA_EMULATION_MASK] ?? "unknown";
  return {
    platform,
    platformId,
    bootable: entry.indicator === BOOTABLE,
    emulation,
    loadSegment: entry.loadSegment,
    systemType: entry.systemType,
    loadSectors: entry.sectorCount,
    loadRba: entry.loadRba,
    extent: await bootImageExtent(range, {
      startBytes: entry.loadRba * SECTOR_BYTES,
      loadSectors: entry.sectorCount,
      emulation,
      efi: platform === "efi",
    }),
  };
}

function platformOf(id: number): BootPlatform {
  return PLATFORMS[id as keyof typeof PLATFORMS] ?? "unknown";
}

/** El Torito 2.1: the sixteen words of the validation entry add up to zero. */
function sumOfWords(entry: Buffer): number {
  let sum = 0;
  for (let at = 0; at < ENTRY_BYTES; at += 2) sum += entry.readUInt16LE(at);
  return sum & 0xffff;
}
