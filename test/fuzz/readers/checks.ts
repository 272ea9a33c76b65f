/** Checks of file systems, and their repairs. */
import assert from "node:assert/strict";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { isClean } from "../../../src/filesystems/check.ts";
import type { FileSystemCheck, FileSystemRepair } from "../../../src/filesystems/check.ts";
import { checkExfat, repairExfat } from "../../../src/filesystems/exfat/check/index.ts";
import { checkFat32, repairFat32 } from "../../../src/filesystems/fat32/check/index.ts";
import { checkNtfs, repairNtfs } from "../../../src/filesystems/ntfs/check/index.ts";
import type { FuzzedReader, Understood } from "../reader.ts";
import { exfat, ntfs, smallFat32Seed } from "./file-systems.ts";

/** What a repair writes is small: chunks of 64 KiB would cost more than the check. */
const CHUNK_BYTES = 4096;

interface Checker {
  readonly check: (range: ByteRange) => Promise<FileSystemCheck>;
  readonly repair: (range: ByteRange) => Promise<FileSystemRepair>;
}

/** What `check` and `repair` promise of any bytes at all. */
async function checkAndRepair({ check, repair }: Checker, bytes: Buffer): Promise<Understood> {
  const base = new MemoryRange(bytes);
  const before = await check(base);
  const overlay = new OverlayRange(base, { chunkBytes: CHUNK_BYTES });
  const { mended, after } = await repair(overlay);
  const left = after.findings.filter(({ repairable }) => repairable).map(({ id }) => id);
  assert.deepEqual(left, [], "can still be repaired");
  if (isClean(before)) assert(isClean(after), "a clean volume is damaged");
  if (mended.length === 0) assert.equal(overlay.heldBytes, 0, "nothing was mended, but written");
  assert(errorsOf(after) <= errorsOf(before) || grew(before, after), "worse than before");
  assert.deepEqual(withoutText(await check(overlay)), withoutText(after), "not what was written");
  return isClean(after) ? "whole" : "part";
}

function errorsOf({ findings, unlisted }: FileSystemCheck): number {
  return findings.filter(({ severity }) => severity === "error").length + unlisted;
}

/** A directory that is found again brings damage of its own to light. */
function grew(before: FileSystemCheck, after: FileSystemCheck): boolean {
  return after.files + after.directories > before.files + before.directories;
}

function withoutText({ findings, ...counts }: FileSystemCheck): unknown {
  return { ...counts, findings: findings.map(({ id, where }) => `${id} ${where}`) };
}

export const exfatCheck: FuzzedReader = {
  ...exfat,
  name: "exfat-check",
  what: "exFAT by mkfs.exfat, filled by lifeboat: check, repair, check again",
  read: async ({ bytes }) => checkAndRepair({ check: checkExfat, repair: repairExfat }, bytes),
};

export const ntfsCheck: FuzzedReader = {
  ...ntfs,
  name: "ntfs-check",
  what: "NTFS by mkntfs and ntfscp, filled by lifeboat: check, repair, check again",
  read: async ({ bytes }) => checkAndRepair({ check: checkNtfs, repair: repairNtfs }, bytes),
};

export const fatCheck: FuzzedReader = {
  name: "fat-check",
  what: "FAT32 by mkfs.fat, filled by lifeboat: check, repair, check again",
  kind: "image",
  makeSeeds: async (folder) => [await smallFat32Seed(folder)],
  read: async ({ bytes }) => checkAndRepair({ check: checkFat32, repair: repairFat32 }, bytes),
};
