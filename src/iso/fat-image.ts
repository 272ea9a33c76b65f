/**
 * The EFI program inside a small FAT image, as El Torito's EFI images are: found by its headers at the sectors' beginnings.
 * Such images are written once, so their files lie in one piece, and a table of clusters needn't be followed.
 */
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes } from "../block/byte-range.ts";
import { SliceRange } from "../block/slice.ts";
import { readBootImage } from "./boot-image.ts";
import type { BootImage } from "./boot-image.ts";

const SECTOR_BYTES = 512;
/** Boot images of programs without an operating system take one or two MiB. */
const MAX_IMAGE_BYTES = 8 << 20;
/** Only the beginning can hold the boot sector, tables, the root directory and a folder or two. */
const SEARCHED_BYTES = 512 << 10;

/** Headers of the first EFI program in the image; undefined where there is none. @throws LifeboatError where reading fails. */
export async function findProgramInImage(image: ByteRange): Promise<BootImage | undefined> {
  if (image.size > MAX_IMAGE_BYTES) return undefined;
  const start = await readBytes(image, 0, Math.min(SEARCHED_BYTES, image.size));
  for (let at = 0; at + 2 <= start.length; at += SECTOR_BYTES) {
    if (start[at] !== 0x4d || start[at + 1] !== 0x5a) continue;
    const program = await readBootImage(new SliceRange(image, at, image.size - at));
    if (program.machine !== undefined) return program;
  }
  return undefined;
}
