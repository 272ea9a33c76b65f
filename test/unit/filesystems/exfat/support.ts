import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createFile, openFile } from "../../../../src/block/file.ts";
import type { FileRange } from "../../../../src/block/file.ts";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { formatExfat } from "../../../../src/filesystems/exfat/index.ts";
import type { ReadableVolume, VolumeEntry } from "../../../../src/filesystems/volume.ts";
import { run } from "../../../../src/system/run.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

export const MiB = 1 << 20;
export const NOW = new Date("2026-11-21T10:20:31.450Z");

export const FORMAT = {
  label: "LIFEBOAT",
  serial: 0x1a2bc3d4,
  now: NOW,
  partitionOffsetSectors: 0,
};

/** An image file with an empty volume of ours. */
export async function formatted(
  sizeBytes: number,
  options: Partial<Parameters<typeof formatExfat>[1]> = {},
): Promise<{ path: string; range: FileRange }> {
  const path = join(await temporaryFolder(), "volume.img");
  const range = await createFile(path, sizeBytes);
  onTestFinished(async () => range.close());
  await formatExfat(range, { ...FORMAT, ...options });
  return { path, range };
}

/** An image file, closed when the test ends. */
export async function opened(path: string, writable = false): Promise<FileRange> {
  const range = await openFile(path, { writable });
  onTestFinished(async () => range.close());
  return range;
}

/** An image file with an empty volume of mkfs.exfat's. */
export async function formattedByMkfs(sizeBytes: number, ...options: string[]): Promise<string> {
  const path = join(await temporaryFolder(), "volume.img");
  const range = await createFile(path, sizeBytes);
  await range.close();
  await judge("mkfs.exfat", [...options, path]);
  return path;
}

/** fsck.exfat finds nothing to repair; returns its counts. */
export async function expectClean(path: string): Promise<{ directories: number; files: number }> {
  const said = await judge("fsck.exfat", ["-n", path]);
  const counts = /clean\. directories (\d+), files (\d+)/.exec(said);
  if (counts === null) throw new Error(`fsck.exfat: ${said}`);
  return { directories: Number(counts[1]), files: Number(counts[2]) };
}

/** A file as GRUB's own exFAT driver reads it. */
export async function readByGrub(path: string, file: string, local: string): Promise<void> {
  await judge("grub-fstest", [path, "cmp", `(loop0)${file}`, local]);
}

export async function contentOf(volume: ReadableVolume, path: string): Promise<Buffer> {
  const range = await volume.open(path);
  return readBytes(range, 0, range.size);
}

/** Bytes of a file through its extents, straight from the medium. */
export async function contentByExtents(range: ByteRange, volume: ReadableVolume, path: string) {
  const parts: Buffer[] = [];
  for (const extent of (await volume.extents(path)) ?? []) {
    parts.push(await readBytes(range, extent.start, extent.length));
  }
  return Buffer.concat(parts);
}

export async function tree(volume: ReadableVolume, path = "/"): Promise<VolumeEntry[]> {
  const found: VolumeEntry[] = [];
  for (const entry of await volume.list(path)) {
    found.push(entry);
    if (entry.kind === "directory") found.push(...(await tree(volume, entry.path)));
  }
  return found;
}

/** Bytes that differ from place to place. */
export function pattern(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed * 2654435761 + 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/**
 * Mounts an image with exfat-fuse, calls `use` with the folder, unmounts. Needs root and loop devices.
 * @returns false where that can't be had here: the test must say so.
 */
export async function mounted(
  image: string,
  use: (folder: string) => Promise<void>,
): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const loop = await run("losetup", ["-f", "--show", image], { accept: [0, 1] });
  if (loop.exitCode !== 0) return false;
  const device = loop.stdout.trim();
  const folder = await temporaryFolder();
  try {
    const mount = await run("mount.exfat-fuse", [device, folder], { accept: [0, 1] });
    if (mount.exitCode !== 0) return false;
    try {
      await use(folder);
    } finally {
      await run("umount", [folder]);
    }
  } finally {
    await run("losetup", ["-d", device]);
  }
  return true;
}
