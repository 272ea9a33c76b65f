import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { createFile, FileRange, openFile } from "../../../../src/block/file.ts";
import { formatFat32, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import type { Fat32Volume, FormatFat32Options } from "../../../../src/filesystems/fat32/index.ts";
import type { ReadableVolume } from "../../../../src/filesystems/volume.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
/** An even second: FAT keeps no odd ones. */
export const NOON = new Date(2026, 10, 21, 12, 30, 44);
export const FORMAT: FormatFat32Options = { label: "RESCUE", volumeId: 0x1a2b3c4d, now: NOON };

export interface TestVolume {
  readonly image: string;
  readonly folder: string;
  readonly range: FileRange;
  readonly volume: Fat32Volume;
}

/** A new FAT32 volume in an image file of its own. */
export async function newVolume(
  sizeBytes: number,
  options: Partial<FormatFat32Options> = {},
  sectorSize = 512,
): Promise<TestVolume> {
  const folder = await temporaryFolder();
  const image = join(folder, "image");
  const range = await createImage(image, sizeBytes, sectorSize);
  await formatFat32(range, { ...FORMAT, ...options });
  return { image, folder, range, volume: await openFat32(range, { now: () => NOON }) };
}

/** An image file that leaves it to the system when to write: no test pulls the plug. */
class UnhurriedFile extends FileRange {
  override async flush(): Promise<void> {}
}

export async function createImage(
  path: string,
  sizeBytes: number,
  sectorSize = 512,
): Promise<FileRange> {
  const plain = await createFile(path, sizeBytes);
  await plain.close();
  const handle = await open(path, "r+");
  const range = new UnhurriedFile(path, handle, { size: sizeBytes, sectorSize, writable: true });
  onTestFinished(async () => range.close());
  return range;
}

/** fsck.fat finds nothing to say but the summary. */
export async function assertClean(image: string): Promise<void> {
  const said = (await judge("fsck.fat", ["-n", image])).trim().split("\n");
  // The version, and "image: 3 files, 7/65525 clusters": a third line would be a finding.
  if (said.length !== 2) throw new Error(said.join("\n"));
}

/** Opens an image until the test ends. */
export async function openImage(path: string, writable = false): Promise<FileRange> {
  const range = await openFile(path, { writable });
  onTestFinished(async () => range.close());
  return range;
}

/** Path to what `digest` says of the contents, or `DIRECTORY`. */
export type Tree = Map<string, string>;

export const DIRECTORY = "directory";

export function digest(data: Uint8Array): string {
  return `${data.length} bytes ${createHash("sha256").update(data).digest("hex")}`;
}

/** All that mtools finds in an image. */
export async function treeByMtools(image: string, into: string): Promise<Tree> {
  await mkdir(into);
  // An empty volume is "no match" and exit status 1.
  await judge("mcopy", ["-s", "-n", "-i", image, "::/*", into], { accept: [0, 1] });
  return treeOfFolder(into);
}

/** All that 7-Zip finds in an image. It knows characters beyond the basic plane, which mtools doesn't. */
export async function treeBy7z(image: string, into: string): Promise<Tree> {
  await judge("7z", ["x", "-tfat", `-o${into}`, "-y", image]);
  return treeOfFolder(into);
}

export async function treeOfFolder(folder: string): Promise<Tree> {
  const tree: Tree = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const described = entry.isDirectory() ? DIRECTORY : digest(await readFile(path));
    tree.set(path.slice(folder.length), described);
  }
  return sorted(tree);
}

export async function treeOfVolume(volume: ReadableVolume): Promise<Tree> {
  const tree: Tree = new Map();
  const visit = async (path: string): Promise<void> => {
    for (const entry of await volume.list(path)) {
      const isDirectory = entry.kind === "directory";
      tree.set(entry.path, isDirectory ? DIRECTORY : digest(await contents(volume, entry.path)));
      if (entry.kind === "directory") await visit(entry.path);
    }
  };
  await visit("/");
  return sorted(tree);
}

export async function contents(volume: ReadableVolume, path: string): Promise<Buffer> {
  const file = await volume.open(path);
  return readBytes(file, 0, file.size);
}

export function sorted(tree: Tree): Tree {
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Bytes that differ at every offset and from file to file. */
export function patterned(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed * 2654435761;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** All of a range as one buffer. */
export async function wholeOf(range: ByteRange): Promise<Buffer> {
  return readBytes(range, 0, range.size);
}
