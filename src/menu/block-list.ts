import type { Extent } from "../block/byte-range.ts";

/** GRUB's block-list notation, which is the hook's too: runs of 512-byte sectors, whatever the disk's own are. */
export function blockList(extents: readonly Extent[]): string {
  return extents.map(({ start, length }) => `${start / 512}+${Math.ceil(length / 512)}`).join(",");
}
