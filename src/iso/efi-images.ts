/** An ISO's El Torito images for EFI: FAT volumes, in which firmware looks for its boot programs. */
import type { ByteRange } from "../block/byte-range.ts";
import { SliceRange } from "../block/slice.ts";
import { readElTorito } from "../filesystems/iso9660/index.ts";
import { failureOf } from "../system/errors.ts";

/** Those that firmware may start, in the catalog's order; none where the catalog is damaged. @param range the whole ISO. */
export async function efiImages(range: ByteRange): Promise<ByteRange[]> {
  const catalog = await unlessDamaged(async () => readElTorito(range));
  return (catalog?.images ?? []).flatMap(({ platform, bootable, extent }) =>
    platform === "efi" && bootable && extent !== undefined
      ? [new SliceRange(range, extent.start, extent.length)]
      : [],
  );
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
