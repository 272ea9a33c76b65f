/**
 * What the rest of lifeboat knows of a file system: a tree of named files whose bytes lie at known extents. Each file system
 * in this room implements it over a byte range; nothing is mounted.
 */
import type { ByteRange, Extent } from "../block/byte-range.ts";
import type { Whereabouts } from "./whereabouts.ts";

export const FILE_SYSTEMS = ["exfat", "ntfs", "ext4", "fat32", "iso9660", "udf"] as const;

export type FileSystemName = (typeof FILE_SYSTEMS)[number];

export interface VolumeEntry {
  /** Absolute, "/"-separated, without a trailing slash ("/" itself is the root). Names are kept as stored, in Unicode NFC or not. */
  readonly path: string;
  readonly name: string;
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  readonly modified: Date | undefined;
}

export interface ReadableVolume {
  readonly fileSystem: FileSystemName;
  readonly label: string;
  /** As GRUB's `probe --fs-uuid` prints it: `1A2B-3C4D`, `2026-11-21-10-00-00-00`, 16 hex digits for NTFS, … */
  readonly uuid: string;
  /** Cluster or block size in bytes. */
  readonly allocationUnitBytes: number;

  /** The entries of a directory, without `.` and `..`, in the order the medium gives. @throws LifeboatError `not-a-directory`, `no-such-file`. */
  list(path: string): Promise<VolumeEntry[]>;

  /** The entry at a path, by the file system's own rules for case; undefined where there is none. */
  find(path: string): Promise<VolumeEntry | undefined>;

  /**
   * Where a file's bytes lie within the volume, in file order, adjacent runs joined, together exactly `sizeBytes` long.
   * Undefined where they can't be addressed on the medium: resident, compressed, encrypted or sparse.
   */
  extents(path: string): Promise<Extent[] | undefined>;

  /** The file's bytes as a read-only byte range. */
  open(path: string): Promise<ByteRange>;

  /**
   * The bytes of the volume that say where a file lies. They change when it is moved on the medium, deleted, cut or extended, and
   * not when its content is written in place, nor by what happens to other files. Undefined where that can't be said.
   */
  whereabouts?(path: string): Promise<Whereabouts | undefined>;
}

/** Room taken for a file that does not exist yet: its bytes are written first, straight into the extents; `commit` gives it a name. */
export interface Reservation {
  /** Within the volume, in file order, together exactly the size asked for. */
  readonly extents: readonly Extent[];
  /** Writes the metadata that makes the file appear at `path` (whose folder exists, and which itself doesn't). */
  commit(path: string, modified: Date): Promise<void>;
  /** Gives the room back. */
  release(): Promise<void>;
}

export interface WritableVolume extends ReadableVolume {
  readonly freeBytes: number;
  /** The longest file that the format can hold, in bytes. */
  readonly maxFileBytes: number;

  /** `name` itself where the format can store it, else the closest name that it can: forbidden characters replaced, cut to length. */
  storableName(name: string): string;

  /** Makes one directory; its parent exists. */
  makeDirectory(path: string): Promise<void>;

  /**
   * Takes room for a file: one extent where the free space has such a run, else as few as possible.
   * @throws LifeboatError `volume-full`, `file-too-large`.
   */
  reserve(sizeBytes: number): Promise<Reservation>;

  /** Writes a small file whole, replacing an existing one: the new bytes are in place before the old ones are given up. */
  writeFile(path: string, data: Uint8Array, modified?: Date): Promise<void>;

  /** Removes a file or an empty directory. @throws LifeboatError `no-such-file`, `directory-not-empty`. */
  remove(path: string): Promise<void>;
}
