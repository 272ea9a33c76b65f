/**
 * The hashes of what lies on a disk. A `CrashDisk` knows bytes again: those of its files that a state doesn't touch are hashed once for
 * all states.
 */
import { createHash } from "node:crypto";
import type { ByteRange, Extent } from "../../src/block/byte-range.ts";
import { readBytes } from "../../src/block/byte-range.ts";
import type { ReadableVolume } from "../../src/filesystems/volume.ts";
import { CrashDisk } from "./disk.ts";

/** A volume and where on the disk it begins, in bytes. */
export interface Placed {
  readonly volume: ReadableVolume;
  readonly start: number;
}

export class DiskHashes {
  readonly #disk: ByteRange;

  constructor(disk: ByteRange) {
    this.#disk = disk;
  }

  /** Of extents of the disk, one after the other. */
  async ofExtents(extents: readonly Extent[], start = 0): Promise<string> {
    const disk = this.#disk;
    const read = async () => {
      const hash = createHash("sha256");
      for (const { start: at, length } of extents)
        hash.update(await readBytes(disk, start + at, length));
      return hash.digest("hex");
    };
    if (!(disk instanceof CrashDisk)) return read();
    const keys = extents.map(({ start: at, length }) => disk.keyOf(start + at, length));
    return disk.once(`hash ${keys.join()}`, read);
  }

  /** Of a file; undefined where there is none of that name. */
  async ofFile({ volume, start }: Placed, path: string): Promise<string | undefined> {
    if ((await volume.find(path))?.kind !== "file") return undefined;
    const extents = await volume.extents(path);
    // With extents, its bytes are those in them, and no others (`ReadableVolume.extents`).
    if (extents !== undefined) return this.ofExtents(extents, start);
    const file = await volume.open(path);
    return hashOf(await readBytes(file, 0, file.size));
  }
}

export function hashOf(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
