/** Files out of an ISO that are wanted on the ESP. */
import type { ByteRange } from "../../block/byte-range.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { openEntryFile } from "../../iso/image-partitions.ts";
import { openImage } from "../../iso/open-image.ts";
import type { StoreFile } from "./store.ts";

export type WantedFile = StoreFile & {
  /** What it stands for, in the ISO: one path for a copy, several for what the hook wants. */
  readonly inIso: readonly string[];
};

export interface OpenedIso {
  /** A file in the ISO, by the path that its entry has. @throws LifeboatError where it isn't there. */
  open(path: string): Promise<ByteRange>;
}

export async function openIso(path: string, data: ReadableVolume): Promise<OpenedIso> {
  const range = await data.open(path);
  const opened = await openImage(range);
  const tree = "image" in opened ? opened.image.volume : undefined;
  return { open: async (file) => openEntryFile(range, tree, file) };
}

/** The last component of a path, without what a shell or a FAT could trip over. */
export function plainName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replaceAll(/[^\w.-]/g, "_");
}
