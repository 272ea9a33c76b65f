/**
 * Making a file system smaller where nothing lies behind its new end: only its own structures change, and no file is moved. Each
 * file system that can be cut has two functions of these shapes in its `shrink.ts`. They write in stages with a flush behind each;
 * cut off between two of them, the volume can be read as before, as the old size or the new one.
 */

/** How small the partition around a file system can be, in bytes. */
export interface ShrinkRoom {
  /** With the file system as it is. */
  readonly presentBytes: number;
  /** With the file system cut behind the last cluster that is in use. */
  readonly leastBytes: number;
}
