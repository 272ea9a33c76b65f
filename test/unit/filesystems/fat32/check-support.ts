/** Small volumes with something of everything in them, and what is asked of them before and after a repair. */
import { join } from "node:path";
import { open, truncate, writeFile } from "node:fs/promises";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { formatFat32, openFat, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { digest, FORMAT, MIB, NOON, patterned } from "./support.ts";

export const SECTOR = 512;
/** The least that FAT32 takes: 512-byte clusters. */
export const SMALL = 34 * MIB;

let sample: Promise<Buffer> | undefined;

/** Files and directories that touch each other on the medium: damage to one easily reaches another. A copy for each caller. */
export async function sampleVolume(): Promise<MemoryRange> {
  sample ??= makeSample();
  return new MemoryRange(Buffer.from(await sample));
}

async function makeSample(): Promise<Buffer> {
  const range = new MemoryRange(SMALL);
  await formatFat32(range, FORMAT);
  const volume = await openFat32(range, { now: () => NOON });
  await volume.writeTree([
    { path: "/ONE.BIN", data: patterned(3000, 1) },
    { path: "/a long name of a file.txt", data: patterned(5000, 2) },
    { path: "/folder/inner/deep file with a name.cfg", data: patterned(700, 3) },
    { path: "/folder/inner/SHORT.CFG", data: patterned(100, 4) },
    { path: "/folder/empty file", data: Buffer.alloc(0) },
    { path: "/folder/TWO.BIN", data: patterned(2048, 5) },
    { path: "/other folder/three.bin", data: patterned(4096, 6) },
    ...Array.from({ length: 20 }, (_, index) => ({
      path: `/many/entry number ${index}`,
      data: patterned(600 + index, 10 + index),
    })),
  ]);
  return range.bytes;
}

/** All that a sample has beyond zeroes lies before this. */
export const USED_BYTES = 2 * MIB;

/** fsck.fat over one image that is written again and again. */
export async function openJudge(): Promise<(bytes: Buffer) => Promise<string[]>> {
  const image = join(await temporaryFolder(), "image");
  await writeFile(image, "");
  await truncate(image, SMALL);
  return async (bytes) => {
    const file = await open(image, "r+");
    await file.write(bytes, 0, USED_BYTES, 0);
    await file.close();
    const said = await judge("fsck.fat", ["-n", image], { accept: [0, 1] });
    return said
      .trim()
      .split("\n")
      .filter((line) => !/^fsck\.fat |: \d+ files, \d+\/\d+ clusters$/.test(line));
  };
}

/** What fsck.fat says of a volume, without its version and its summary; empty where it has nothing to say. */
export async function saidByFsck(range: MemoryRange): Promise<string[]> {
  return (await openJudge())(range.bytes);
}

/** The files of a volume and their contents, as our reader sees them. */
export async function filesOf(range: ByteRange): Promise<Map<string, string>> {
  const volume = await openFat(range);
  const files = new Map<string, string>();
  const visit = async (path: string, depth: number): Promise<void> => {
    for (const entry of await volume.list(path)) {
      if (entry.kind === "directory") {
        if (depth < 20) await visit(entry.path, depth + 1);
        continue;
      }
      const file = await volume.open(entry.path);
      const bytes = Buffer.alloc(file.size);
      await file.read(0, bytes);
      files.set(entry.path, digest(bytes));
    }
  };
  await visit("/", 0);
  return files;
}

/** Where things lie in a volume's bytes, for damaging them. */
export class Anatomy {
  readonly bytes: Buffer;
  readonly fats: readonly number[];
  readonly data: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    const fat = bytes.readUInt16LE(14) * SECTOR;
    const fatBytes = bytes.readUInt32LE(36) * SECTOR;
    this.fats = [fat, fat + fatBytes];
    this.data = fat + 2 * fatBytes;
  }

  /** Offset of the slot with these eleven bytes for a name. */
  slot(stored: string): number {
    const at = this.bytes.indexOf(Buffer.from(stored, "latin1"), this.data);
    if (at < 0 || (at - this.data) % 32 !== 0) throw new Error(`no slot ${stored}`);
    return at;
  }

  firstCluster(slot: number): number {
    return this.bytes.readUInt16LE(slot + 20) * 0x10000 + this.bytes.readUInt16LE(slot + 26);
  }

  setFirstCluster(slot: number, cluster: number): void {
    this.bytes.writeUInt16LE(cluster >>> 16, slot + 20);
    this.bytes.writeUInt16LE(cluster & 0xffff, slot + 26);
  }

  clusterAt(cluster: number): number {
    return this.data + (cluster - 2) * SECTOR;
  }

  entry(cluster: number): number {
    return this.bytes.readUInt32LE((this.fats[0] ?? 0) + cluster * 4);
  }

  /** In both FATs. */
  setEntry(cluster: number, value: number): void {
    for (const fat of this.fats) this.bytes.writeUInt32LE(value >>> 0, fat + cluster * 4);
  }

  /** The first cluster of the file or directory with that short name. */
  clusterOf(stored: string): number {
    return this.firstCluster(this.slot(stored));
  }

  /** Of an entry's chain, cluster number `index`. */
  cluster(stored: string, index: number): number {
    let cluster = this.clusterOf(stored);
    for (let step = 0; step < index; step++) cluster = this.entry(cluster);
    return cluster;
  }

  /** A cluster that no file has. */
  get unused(): number {
    return 2000;
  }
}
