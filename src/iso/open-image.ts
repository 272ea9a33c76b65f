/** Opens an ISO image's file system: UDF where the ISO 9660 tree is only the note that Windows images carry, else ISO 9660. */
import type { ByteRange } from "../block/byte-range.ts";
import { openIso9660, readElTorito } from "../filesystems/iso9660/index.ts";
import { openUdf } from "../filesystems/udf/index.ts";
import type { ReadableVolume } from "../filesystems/volume.ts";
import { LifeboatError } from "../system/errors.ts";
import type { Text } from "../system/text.ts";

/** ISO 9660 and UDF media both begin with 16 unused sectors, then a descriptor. */
const SMALLEST_BYTES = 17 * 2048;
/** A bridge image's ISO 9660 root holds a note and nothing else. */
const MAX_NOTE_ENTRIES = 1;

interface OpenedImage {
  readonly volume: ReadableVolume;
  readonly volumeId: string;
  /** As long as the file has to be, in bytes; 0 where the file system doesn't say. */
  readonly neededBytes: number;
}

type OpenResult =
  | { readonly image: OpenedImage }
  | { readonly problem: "not-an-image" | "truncated" | "damaged"; readonly reason: Text };

/** Never throws for what the image holds. */
export async function openImage(range: ByteRange): Promise<OpenResult> {
  const none: Text = { en: "", zh: "" };
  if (range.size < SMALLEST_BYTES) return { problem: "not-an-image", reason: none };
  const iso = await attempt(async () => openIso9660(range));
  if (iso instanceof LifeboatError && iso.code !== "not-iso9660") {
    return { problem: iso.code === "truncated-volume" ? "truncated" : "damaged", reason: iso.text };
  }
  if (iso instanceof LifeboatError || (await isOnlyNote(iso))) {
    const udf = await attempt(async () => openUdf(range));
    if (!(udf instanceof LifeboatError)) {
      const volumeId = iso instanceof LifeboatError ? udf.label : iso.volumeId;
      return { image: { volume: udf, volumeId, neededBytes: 0 } };
    }
    if (iso instanceof LifeboatError) {
      const problem = udf.code === "not-udf" ? "not-an-image" : "damaged";
      return { problem, reason: udf.text };
    }
  }
  const neededBytes = iso.sizeInBlocks * iso.allocationUnitBytes;
  return { image: { volume: iso, volumeId: iso.volumeId, neededBytes } };
}

/** The firmwares for which El Torito has a boot image; empty where there is none, or it is damaged. */
export async function bootPlatforms(range: ByteRange): Promise<("bios" | "uefi")[]> {
  const catalog = await attempt(async () => readElTorito(range));
  if (catalog === undefined || catalog instanceof LifeboatError) return [];
  const platforms = catalog.images.filter((image) => image.bootable).map((image) => image.platform);
  return [
    ...(platforms.includes("bios") ? (["bios"] as const) : []),
    ...(platforms.includes("efi") ? (["uefi"] as const) : []),
  ];
}

async function isOnlyNote(volume: ReadableVolume): Promise<boolean> {
  const entries = await attempt(async () => volume.list("/"));
  if (entries instanceof LifeboatError) return false;
  return entries.length <= MAX_NOTE_ENTRIES && entries.every((entry) => entry.kind === "file");
}

async function attempt<T>(work: () => Promise<T>): Promise<T | LifeboatError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LifeboatError) return error;
    throw error;
  }
}
