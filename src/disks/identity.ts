import type { Disk } from "./disk.ts";

/** What tells one disk from another, to be kept with a plan: plain data. */
export interface DiskIdentity {
  readonly path: string;
  readonly serial: string;
  /** Bytes. */
  readonly size: number;
  readonly model: string;
  /** Linux only. */
  readonly diskSequence?: number;
  /** Loop devices: the file behind. */
  readonly backingFile?: string;
}

export function identityOf(disk: Disk): DiskIdentity {
  const { path, serial, size, model, diskSequence, backingFile } = disk;
  return {
    path,
    serial,
    size,
    model,
    ...(diskSequence === undefined ? {} : { diskSequence }),
    ...(backingFile === undefined ? {} : { backingFile }),
  };
}

/**
 * True where the disk is still the one that the plan was made for. Everything must be the same; the disk sequence number
 * catches what nothing else does: two sticks of a kind without serial numbers, one put in for the other.
 */
export function sameIdentity(a: DiskIdentity, b: DiskIdentity): boolean {
  return (
    a.path === b.path &&
    a.serial === b.serial &&
    a.size === b.size &&
    a.model === b.model &&
    a.diskSequence === b.diskSequence &&
    a.backingFile === b.backingFile
  );
}
