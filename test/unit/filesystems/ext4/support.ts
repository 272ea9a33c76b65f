/** Ext4 volumes made and judged by e2fsprogs. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { createFile, openFile } from "../../../../src/block/file.ts";
import { SliceRange } from "../../../../src/block/slice.ts";
import { formatExt4 } from "../../../../src/filesystems/ext4/format.ts";
import { openExt4Volume } from "../../../../src/filesystems/ext4/writer.ts";
import type { ReadableVolume, WritableVolume } from "../../../../src/filesystems/volume.ts";
import { run } from "../../../../src/system/run.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

export const MIB = 1 << 20;
export const UUID = "01234567-89ab-4cde-8f01-23456789abcd";
export const NOW = new Date("2026-05-04T03:02:01Z");

/** Runs mke2fs with `args` on a new image of `size` bytes, filled from `source` if given; returns the image's path. */
export async function makeImage(
  size: number,
  args: readonly string[],
  source?: string,
): Promise<string> {
  const path = join(await temporaryFolder(), "volume.img");
  await (await createFile(path, size)).close();
  const from = source === undefined ? [] : ["-d", source];
  await judge("mke2fs", ["-q", "-F", "-U", UUID, "-L", "judge", ...args, ...from, path]);
  return path;
}

/** Opens a file for the length of the test. */
export async function openForTest(path: string, writable = false): Promise<ByteRange> {
  const file = await openFile(path, { writable });
  onTestFinished(async () => file.close());
  return file;
}

/** A volume that lifeboat formatted, at `offset` of an image that is longer than it. */
export interface TestVolume {
  readonly path: string;
  readonly offset: number;
  readonly range: ByteRange;
  /** How e2fsprogs calls it. */
  readonly e2fs: string;
  readonly volume: WritableVolume;
  readonly reopen: () => Promise<WritableVolume>;
}

export async function makeVolume(size: number, offset = 3 * MIB): Promise<TestVolume> {
  const path = join(await temporaryFolder(), "stick.img");
  await (await createFile(path, offset + size + MIB)).close();
  await formatExt4({
    path,
    offsetBytes: offset,
    sizeBytes: size,
    label: "LIFEBOAT",
    uuid: UUID,
    run,
    now: NOW,
  });
  return openVolume(path, offset, size);
}

export async function openVolume(path: string, offset: number, size: number): Promise<TestVolume> {
  const range = new SliceRange(await openForTest(path, true), offset, size);
  const reopen = async () =>
    openExt4Volume({ range, path, offsetBytes: offset, run, now: () => NOW });
  return { path, offset, range, e2fs: `${path}?offset=${offset}`, volume: await reopen(), reopen };
}

/** e2fsck -fn must find nothing at all. */
export async function fsckIsClean(e2fs: string): Promise<void> {
  const said = await judge("e2fsck", ["-fn", e2fs], { accept: [0, 1, 4, 8, 12] });
  const complaints = said
    .split("\n")
    .filter((line) => !/^(e2fsck |Pass [1-5]: |[^:]*: \d+\/\d+ files |$)/.test(line));
  expect(complaints).toEqual([]);
}

/** What debugfs answers to one request. */
export async function askDebugfs(e2fs: string, request: string): Promise<string> {
  return (await run("debugfs", ["-R", request, e2fs])).stdout;
}

/** Makes changes with debugfs, as a user of e2fsprogs would. */
export async function useDebugfs(e2fs: string, commands: readonly string[]): Promise<void> {
  await judge("debugfs", ["-w", "-f", "-", e2fs], { input: `${commands.join("\n")}\n` });
}

export async function readAll(range: ByteRange): Promise<Buffer> {
  const bytes = Buffer.alloc(range.size);
  await range.read(0, bytes);
  return bytes;
}

export async function readPath(volume: ReadableVolume, path: string): Promise<Buffer> {
  return readAll(await volume.open(path));
}

/** All paths below `path`, in order, with their kinds and sizes. */
export async function tree(volume: ReadableVolume, path = "/"): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of await volume.list(path)) {
    lines.push(`${entry.kind} ${entry.kind === "file" ? entry.sizeBytes : "-"} ${entry.path}`);
    if (entry.kind === "directory") lines.push(...(await tree(volume, entry.path)));
  }
  return lines.sort();
}

/** Bytes that differ from place to place, the same for the same seed. */
export function pattern(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** debugfs' own idea of a file's bytes. */
export async function dumped(e2fs: string, inode: string): Promise<Buffer> {
  const into = join(await temporaryFolder(), "dumped");
  await judge("debugfs", ["-R", `dump ${inode} ${into}`, e2fs]);
  return readFile(into);
}
