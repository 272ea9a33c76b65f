/** Telling Ventoy's boot partition by its size: no other stick's second partition has it. */
import type { ByteRange } from "../../block/byte-range.ts";
import { MIB } from "../../system/sizes.ts";

const VENTOY_BYTES = 32 * MIB;

export function isVentoySize(
  { sectorSize }: Pick<ByteRange, "sectorSize">,
  { sectors }: { readonly sectors: number },
): boolean {
  return sectors * sectorSize === VENTOY_BYTES;
}
