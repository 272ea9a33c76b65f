/** The data's file system as adopting sees it: is it in order, how small can it be, and what lies at its end. */
import type { ByteRange } from "../../block/byte-range.ts";
import type { FileSystemCheck } from "../../filesystems/check.ts";
import type { ShrinkRoom } from "../../filesystems/shrink.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { walk } from "../../filesystems/walk.ts";
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { DataFileSystem } from "../layout.ts";
import { say } from "./messages.ts";
import { refusal } from "./survey.ts";

/**
 * Refuses one that has mistakes: what is in use can't be told on it. exFAT, FAT32 and NTFS are checked whole, ext4 by what it says of
 * itself.
 * @throws LifeboatError `adopt-dirty` (refused).
 */
export async function examineVolume(
  fileSystem: DataFileSystem,
  range: ByteRange,
  number: number,
  job: JobContext,
): Promise<ShrinkRoom> {
  const hint = say.dirtyHint(fileSystem);
  try {
    const [wrong] = await mistakesOf(fileSystem, range, job);
    if (wrong !== undefined) throw refusal("adopt-dirty", say.dirty(number, wrong), hint);
    return await shrinkRoomOf(fileSystem, range);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code === "adopt-dirty") throw failure;
    throw refusal("adopt-dirty", say.unreadable(number, failure.text), hint, failure);
  }
}

/** Errors only: files and free space are in order where there are none. */
export async function mistakesOf(fileSystem: DataFileSystem, range: ByteRange, job: JobContext) {
  const errorsOf = ({ findings, unlisted }: FileSystemCheck) => {
    const errors = findings.filter(({ severity }) => severity === "error");
    return (unlisted > 0 ? findings : errors).map(({ what }) => what);
  };
  switch (fileSystem) {
    case "exfat": {
      const { checkExfat } = await import("../../filesystems/exfat/check/index.ts");
      return errorsOf(await checkExfat(range, { signal: job.signal }));
    }
    case "fat32": {
      const { checkFat32 } = await import("../../filesystems/fat32/check/index.ts");
      return errorsOf(await checkFat32(range, { signal: job.signal }));
    }
    case "ntfs": {
      const { checkNtfs } = await import("../../filesystems/ntfs/check/index.ts");
      return errorsOf(await checkNtfs(range, { signal: job.signal }));
    }
    case "ext4": {
      const { needsRecovery, readSuperblock } = await import("../../filesystems/ext4/index.ts");
      const superblock = await readSuperblock(range);
      const inOrder = superblock.clean && !needsRecovery(superblock);
      return inOrder ? [] : [say.ext4NotClean()];
    }
  }
}

async function shrinkRoomOf(fileSystem: DataFileSystem, range: ByteRange): Promise<ShrinkRoom> {
  switch (fileSystem) {
    case "exfat":
      return (await import("../../filesystems/exfat/index.ts")).exfatShrinkRoom(range);
    case "fat32":
      return (await import("../../filesystems/fat32/index.ts")).fat32ShrinkRoom(range);
    case "ntfs":
      return (await import("../../filesystems/ntfs/index.ts")).ntfsShrinkRoom(range);
    case "ext4": {
      const { readSuperblock } = await import("../../filesystems/ext4/index.ts");
      const { blocksCount, blockSize } = await readSuperblock(range);
      // resize2fs moves what it likes, in an order that a power cut doesn't forgive.
      return { presentBytes: blocksCount * blockSize, leastBytes: blocksCount * blockSize };
    }
  }
}

/** Cuts the volume in `range` so that a partition of `bytes` holds it. Never for ext4. */
export async function shrinkVolume(
  fileSystem: DataFileSystem,
  range: ByteRange,
  bytes: number,
): Promise<void> {
  switch (fileSystem) {
    case "exfat":
      return (await import("../../filesystems/exfat/index.ts")).shrinkExfat(range, bytes);
    case "fat32":
      return (await import("../../filesystems/fat32/index.ts")).shrinkFat32(range, bytes);
    case "ntfs":
      return (await import("../../filesystems/ntfs/index.ts")).shrinkNtfs(range, bytes);
    case "ext4":
      throw new RangeError("ext4 is not cut");
  }
}

/** The files with bytes at or behind `from`, in bytes of the volume. */
export async function filesBehind(volume: ReadableVolume, from: number): Promise<string[]> {
  const found: string[] = [];
  for await (const { path, kind } of walk(volume)) {
    if (kind !== "file") continue;
    const extents = await volume.extents(path).catch((error: unknown) => {
      failureOf(error);
      return undefined;
    });
    if (extents?.some(({ start, length }) => start + length > from)) found.push(path);
  }
  return found;
}
