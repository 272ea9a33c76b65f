/** An ISO's El Torito images for EFI: FAT volumes, in which firmware looks for its boot programs. */
import type { ByteRange } from "../block/byte-range.ts";
import { SliceRange } from "../block/slice.ts";
import { readElTorito } from "../filesystems/iso9660/index.ts";
import { failureOf } from "../system/errors.ts";

/** No disc has more than one or two: each is opened, and a catalog may list thousands. */
const MOST_IMAGES = 8;

/**
 * Those that firmware may start, in the catalog's order, each place once, the first 8; none where the catalog is damaged.
 * @param range the whole ISO.
 */
export async function efiImages(range: ByteRange): Promise<ByteRange[]> {
  const catalog = await unlessDamaged(async () => readElTorito(range));
  const extents = new Map<number, SliceRange>();
  for (const { platform, bootable, extent } of catalog?.images ?? []) {
    if (platform !== "efi" || !bootable || extent === undefined) continue;
    if (extents.has(extent.start)) continue;
    extents.set(extent.start, new SliceRange(range, extent.start, extent.length));
    if (extents.size === MOST_IMAGES) break;
  }
  return [...extents.values()];
}

/** Undefined where what is read is damaged. @throws where the medium itself is gone. */
export async function unlessDamaged<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}
