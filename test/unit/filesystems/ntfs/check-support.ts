/** A small volume with something of everything in it, where its parts lie, and what the judges say of it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { decodeGeometry } from "../../../../src/filesystems/ntfs/boot-sector.ts";
import type { Geometry } from "../../../../src/filesystems/ntfs/boot-sector.ts";
import { formatNtfs } from "../../../../src/filesystems/ntfs/format.ts";
import { Mft } from "../../../../src/filesystems/ntfs/mft.ts";
import { namesOf } from "../../../../src/filesystems/ntfs/file-writer.ts";
import { openNtfs } from "../../../../src/filesystems/ntfs/reader.ts";
import { openNtfsWritable } from "../../../../src/filesystems/ntfs/writer.ts";
import type { ReadableVolume } from "../../../../src/filesystems/volume.ts";
import { run } from "../../../../src/system/run.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import { MIB, NOW, pattern } from "./support.ts";

export const SIZE = 6 * MIB;
export const FORMAT = {
  label: "CHECK",
  serial: 0x0123456789abcdefn,
  partitionStartLba: 2048,
  now: NOW,
};
/** Longer than what lets a directory's record stay in one sector. */
export const LONG_FOLDER = `A folder whose name takes a lot of room ${"x".repeat(60)}`;

let sample: Promise<Buffer> | undefined;

/** A copy for each caller. */
export async function sampleVolume(): Promise<MemoryRange> {
  sample ??= makeSample();
  return new MemoryRange(Buffer.from(await sample));
}

async function makeSample(): Promise<Buffer> {
  const range = new MemoryRange(SIZE);
  await formatNtfs(range, FORMAT);
  const volume = await openNtfsWritable(range, { now: () => NOW });
  for (const path of ["/folder", "/folder/inner", "/many", `/${LONG_FOLDER}`]) {
    await volume.makeDirectory(path);
  }
  await volume.writeFile("/one.bin", pattern(9000, 1));
  await volume.writeFile("/empty", Buffer.alloc(0));
  await volume.writeFile("/a long name of a file.txt", pattern(5000, 2));
  await volume.writeFile("/folder/two.bin", pattern(2048, 3));
  await volume.writeFile("/folder/inner/deep.cfg", pattern(300, 4));
  await volume.writeFile(`/${LONG_FOLDER}/first`, pattern(700, 5));
  for (let index = 0; index < 60; index++) {
    await volume.writeFile(`/many/Entry with a name ${index}`, pattern(400, 10 + index));
    if (index < 8) await volume.writeFile(`/${LONG_FOLDER}/${index}`, pattern(100, index));
  }
  return range.bytes;
}

/** Where things lie in a volume's bytes, for damaging them. */
export class Anatomy {
  readonly bytes: Buffer;
  readonly geometry: Geometry;
  readonly #mft: Mft;

  private constructor(bytes: Buffer, geometry: Geometry, mft: Mft) {
    this.bytes = bytes;
    this.geometry = geometry;
    this.#mft = mft;
  }

  static async of(range: MemoryRange): Promise<Anatomy> {
    const geometry = decodeGeometry(Buffer.from(range.bytes.subarray(0, 512)), range);
    return new Anatomy(range.bytes, geometry, await Mft.open(range, geometry));
  }

  get records(): number {
    return this.#mft.records;
  }

  /** Offset of a record in the volume. */
  record(number: number): number {
    const { recordBytes, clusterBytes } = this.geometry;
    let left = number * recordBytes;
    for (const { lcn, clusters } of this.#mft.stream.runs) {
      if (left < clusters * clusterBytes) return (lcn ?? 0) * clusterBytes + left;
      left -= clusters * clusterBytes;
    }
    throw new Error(`no record ${number}`);
  }

  /** The number of a file by its last name. */
  async number(name: string): Promise<number> {
    for (let number = 0; number < this.records; number++) {
      const record = await this.#mft.record(number);
      if (!record.inUse) continue;
      const names = namesOf({
        record,
        attributes: record.attributes,
        extensions: [],
        hasList: false,
      });
      if (names.some(({ fileName }) => fileName.name === name)) return number;
    }
    throw new Error(`no ${name}`);
  }

  /** Offset of the first bytes in the volume that are those of a value of an attribute: -1 where it is resident. */
  async place(number: number, type: number): Promise<number> {
    const { attributes } = await this.#mft.file(number);
    const pairs = attributes.find((attribute) => attribute.type === type)?.nonResident
      ?.mappingPairs;
    if (pairs === undefined) return -1;
    const lengthBytes = pairs.readUInt8(0) & 15;
    return pairs.readIntLE(1 + lengthBytes, pairs.readUInt8(0) >> 4) * this.geometry.clusterBytes;
  }
}

/** What ntfsresize says is wrong, and ntfsls where it can't list a directory; empty where they have nothing to say. */
export async function saidByJudges(range: MemoryRange, folder?: string): Promise<string[]> {
  const image = join(folder ?? (await temporaryFolder()), "image");
  await writeFile(image, range.bytes);
  const resize = await run("ntfsresize", ["--info", "--force", image], { accept: [0, 1] });
  const said = `${resize.stdout}${resize.stderr}`;
  const complaints = said.includes("Collecting resizing constraints")
    ? said
        .replace("ERROR: Volume is full", "")
        .split("\n")
        .filter((line) => /ERROR|orphan|mismatch/i.test(line))
    : said.trim().split("\n");
  const list = await run("ntfsls", ["-R", image], { accept: [0, 1, 2] });
  // It lists names that lead to nothing too, but says that it can't open what it is to go into.
  const unread = list.stderr
    .split("\n")
    .filter((line) => /^ERROR|Failed|corrupt|inconsistent/i.test(line));
  return [...complaints, ...unread];
}

/** A file's bytes as ntfscat reads them. */
export async function readByNtfscat(range: MemoryRange, path: string): Promise<Buffer> {
  const folder = await temporaryFolder();
  const image = join(folder, "image");
  await writeFile(image, range.bytes);
  const out = join(folder, "out");
  await run("sh", ["-c", `ntfscat "$0" "$1" > "$2"`, image, path, out]);
  return readFile(out);
}

/** The files of a volume and their contents, as our reader sees them. */
export async function filesOf(range: ByteRange): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  await collect(await openNtfs(range), "/", files);
  return files;
}

async function collect(
  volume: ReadableVolume,
  path: string,
  files: Map<string, string>,
): Promise<void> {
  for (const entry of await volume.list(path)) {
    if (entry.kind === "directory") {
      files.set(entry.path, "directory");
      await collect(volume, entry.path, files);
      continue;
    }
    const content = await volume.open(entry.path);
    files.set(entry.path, (await readBytes(content, 0, content.size)).toString("base64"));
  }
}

export function expectSame(
  files: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
  except: RegExp,
): void {
  const left = (map: ReadonlyMap<string, string>) =>
    [...map].filter(([path]) => !except.test(path)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect(left(files)).toEqual(left(before));
}
