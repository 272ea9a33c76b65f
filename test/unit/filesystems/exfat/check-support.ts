/** A small volume with something of everything in it, where its parts lie, and what fsck.exfat says of it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { formatExfat, openExfat } from "../../../../src/filesystems/exfat/index.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { contentOf, FORMAT, MiB, NOW, pattern, tree } from "./support.ts";

const SIZE = 2 * MiB;
export const CLUSTER = 1024;

let sample: Promise<Buffer> | undefined;

/** A copy for each caller. */
export async function sampleVolume(): Promise<MemoryRange> {
  sample ??= makeSample();
  return new MemoryRange(Buffer.from(await sample));
}

async function makeSample(): Promise<Buffer> {
  const range = new MemoryRange(SIZE);
  await formatExfat(range, { ...FORMAT, clusterBytes: CLUSTER });
  const volume = await openExfat(range);
  await volume.makeDirectory("/folder");
  await volume.makeDirectory("/folder/inner");
  await volume.makeDirectory("/many");
  await volume.writeFile("/one.bin", pattern(3500, 1), NOW);
  await volume.writeFile("/a long name of a file.txt", pattern(5000, 2), NOW);
  await volume.writeFile("/chained.bin", pattern(4000, 3), NOW);
  await volume.writeFile("/folder/two.bin", pattern(2048, 4), NOW);
  await volume.writeFile("/folder/empty", Buffer.alloc(0), NOW);
  await volume.writeFile("/folder/inner/deep.cfg", pattern(300, 5), NOW);
  await volume.writeFile("/folder/inner/other chained.bin", pattern(5000, 6), NOW);
  for (let index = 0; index < 16; index++) {
    await volume.writeFile(`/many/entry ${index}`, pattern(400 + index, 10 + index), NOW);
  }
  const disk = new Anatomy(range.bytes);
  for (const name of ["chained.bin", "other chained.bin"]) disk.makeChain(name);
  return range.bytes;
}

/** Where things lie in a volume's bytes, for damaging them. */
export class Anatomy {
  readonly bytes: Buffer;
  readonly fat: number;
  readonly heap: number;
  readonly root: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.fat = bytes.readUInt32LE(80) * 512;
    this.heap = bytes.readUInt32LE(88) * 512;
    this.root = this.offset(bytes.readUInt32LE(96));
  }

  offset(cluster: number): number {
    return this.heap + (cluster - 2) * CLUSTER;
  }

  /** Offset of the file entry of a file with a name of at most fifteen characters, or its first fifteen. */
  set(name: string): number {
    const units = Buffer.from(name.slice(0, 15), "utf16le");
    for (let at = this.heap; at < this.bytes.length; at += 32) {
      const isName =
        this.bytes[at] === 0xc1 && this.bytes.subarray(at + 2, at + 2 + units.length).equals(units);
      if (isName && this.bytes[at - 64] === 0x85 && this.bytes[at - 29] === name.length)
        return at - 64;
    }
    throw new Error(`no ${name}`);
  }

  cluster(name: string): number {
    return this.bytes.readUInt32LE(this.set(name) + 32 + 20);
  }

  /** Changes a set and makes its checksum right again. */
  change(name: string, work: (set: Buffer) => void): void {
    const at = this.set(name);
    const set = this.bytes.subarray(at, at + 32 * ((this.bytes[at + 1] ?? 0) + 1));
    work(set);
    let sum = 0;
    for (const [index, byte] of set.entries()) {
      if (index !== 2 && index !== 3) sum = (((sum << 15) | (sum >>> 1)) + byte) & 0xffff;
    }
    set.writeUInt16LE(sum, 2);
  }

  entry(cluster: number): number {
    return this.bytes.readUInt32LE(this.fat + cluster * 4);
  }

  setEntry(cluster: number, value: number): void {
    this.bytes.writeUInt32LE(value >>> 0, this.fat + cluster * 4);
  }

  mark(cluster: number, used: boolean): void {
    const at = this.heap + ((cluster - 2) >> 3);
    const bit = 1 << ((cluster - 2) & 7);
    this.bytes[at] = used ? (this.bytes[at] ?? 0) | bit : (this.bytes[at] ?? 0) & ~bit;
  }

  /** Says of a file in one run that it has a chain, and writes the chain. */
  makeChain(name: string): void {
    const first = this.cluster(name);
    this.change(name, (set) => {
      set[33] = 1;
      const count = Math.ceil(Number(set.readBigUInt64LE(32 + 24)) / CLUSTER);
      for (let index = 0; index < count; index++) {
        this.setEntry(first + index, index === count - 1 ? 0xffffffff : first + index + 1);
      }
    });
  }

  get unused(): number {
    return 900;
  }
}

/** What fsck.exfat says of a volume beside its version and that it is clean; empty where it has nothing to say. */
export async function saidByFsck(range: MemoryRange): Promise<string[]> {
  const image = join(await temporaryFolder(), "image");
  await writeFile(image, range.bytes);
  const said = await judge("fsck.exfat", ["-n", image], { accept: [0, 1, 2, 4, 8] });
  return said
    .trim()
    .split("\n")
    .filter((line) => !/^exfatprogs version|: clean\. directories \d+, files \d+$/.test(line));
}

/** The files of a volume and their contents, as our reader sees them. */
export async function filesOf(range: ByteRange): Promise<Map<string, string>> {
  const volume = await openExfat(range);
  const files = new Map<string, string>();
  for (const { path, kind } of await tree(volume)) {
    if (kind === "file")
      files.set(path, (await contentOf(volume, path)).toString("base64").slice(0, 400));
  }
  return files;
}
