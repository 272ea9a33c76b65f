/** Volumes for the NTFS tests, and the judges that look at them. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { createFile, openFile } from "../../../../src/block/file.ts";
import type { FileRange } from "../../../../src/block/file.ts";
import { formatNtfs } from "../../../../src/filesystems/ntfs/format.ts";
import type { NtfsFormatOptions } from "../../../../src/filesystems/ntfs/format.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { openNtfsWritable } from "../../../../src/filesystems/ntfs/writer.ts";
import type { WritableVolume } from "../../../../src/filesystems/volume.ts";
import { run } from "../../../../src/system/run.ts";
import { judge } from "../../../support/tools.ts";

export const MIB = 1 << 20;
export const NOW = new Date("2026-11-21T10:20:30.123Z");
export const FUZZ_RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 250);

/** A volume that mkntfs made. */
export async function mkntfs(
  folder: string,
  sizeBytes: number,
  args: readonly string[] = [],
): Promise<string> {
  const path = join(folder, `mkntfs-${sizeBytes}.img`);
  await (await createFile(path, sizeBytes)).close();
  await judge("mkntfs", ["-F", "-Q", "-q", ...args, path]);
  return path;
}

/** A volume that formatNtfs made. */
export async function formatted(
  folder: string,
  sizeBytes: number,
  options: Partial<NtfsFormatOptions> = {},
): Promise<string> {
  const path = join(folder, `ours-${sizeBytes}-${options.clusterBytes ?? 0}.img`);
  const range = await createFile(path, sizeBytes);
  const serial = 0x0123456789abcdefn;
  await formatNtfs(range, {
    label: "LIFEBOAT",
    serial,
    partitionStartLba: 2048,
    now: NOW,
    ...options,
  });
  await range.close();
  return path;
}

/** Copies bytes into a volume with ntfscp. */
export async function ntfscp(image: string, bytes: Uint8Array, path: string): Promise<void> {
  const source = `${image}.source`;
  await writeFile(source, bytes);
  await judge("ntfscp", ["-f", "-q", image, source, path]);
}

/** The judges of consistency: ntfsfix (mirror, boot sector, journal) and ntfsresize (every run against $Bitmap). */
export async function checkVolume(image: string): Promise<void> {
  const fix = await judge("ntfsfix", ["-n", image]);
  expect(fix).toMatch(/processed successfully/);
  expect(fix).not.toMatch(/FAILED|Failed|ERROR|differ/);
  const info = await judge("ntfsresize", ["--info", "--force", image], { accept: [0, 1] });
  // It gets this far only where every cluster is accounted for; that a full volume can't shrink is no error here.
  expect(info).toMatch(/Collecting resizing constraints/);
  expect(info.replace("ERROR: Volume is full", "")).not.toMatch(/ERROR|orphan|mismatch/i);
}

export async function wholeFile(range: ByteRange): Promise<Buffer> {
  return readBytes(range, 0, range.size);
}

export async function withFile<T>(
  path: string,
  use: (range: FileRange) => Promise<T>,
  options: { writable?: boolean } = {},
): Promise<T> {
  const range = await openFile(path, options);
  try {
    return await use(range);
  } finally {
    await range.close();
  }
}

/** Bytes that don't repeat, the same every time. */
export function pattern(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

/** Images up to this size are changed in memory and written back: hundreds of changes want hundreds of flushes. */
const IN_MEMORY = 64 * MIB;

export async function writing<T>(
  image: string,
  use: (volume: WritableVolume, range: ByteRange) => Promise<T>,
): Promise<T> {
  const options = { now: () => NOW };
  return withFile(
    image,
    async (file) => {
      if (file.size > IN_MEMORY) return use(await openNtfsWritable(file, options), file);
      const range = new MemoryRange(await readBytes(file, 0, file.size));
      const result = await use(await openNtfsWritable(range, options), range);
      await file.write(0, range.bytes);
      return result;
    },
    { writable: true },
  );
}

/** The names that ntfsls prints for a directory. */
export async function ntfsls(image: string, path: string): Promise<string[]> {
  const lines = (await judge("ntfsls", ["-p", path, image])).trim().split("\n");
  return lines.filter((line) => line !== "." && line !== "..");
}

/** A file's bytes as ntfscat reads them. */
export async function ntfscat(image: string, path: string): Promise<Buffer> {
  const out = `${image}.cat`;
  await run("sh", ["-c", `ntfscat "$0" "$1" > "$2"`, image, path, out]);
  return readFile(out);
}
