/** Small helpers for the files on the ESP. */
import { readBytes } from "../../block/byte-range.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { MIB } from "../../system/sizes.ts";

/** No file that is read whole from a stick's ESP is larger; a size field that says so is wrong. */
const LARGEST_BYTES = 64 * MIB;

/** A file's bytes; undefined where there is none of that name, or none that could be one of lifeboat's. */
export async function readWhole(volume: ReadableVolume, path: string): Promise<Buffer | undefined> {
  const entry = await volume.find(path);
  if (entry?.kind !== "file" || entry.sizeBytes > LARGEST_BYTES) return undefined;
  const file = await volume.open(path);
  return readBytes(file, 0, file.size);
}

/** Removes a folder with everything in it; does nothing where it isn't there. */
export async function removeTree(
  volume: ReadableVolume & { remove(path: string): Promise<void> },
  path: string,
): Promise<void> {
  if ((await volume.find(path)) === undefined) return;
  for (const entry of await volume.list(path)) {
    if (entry.kind === "directory") await removeTree(volume, entry.path);
    else await volume.remove(entry.path);
  }
  await volume.remove(path);
}
