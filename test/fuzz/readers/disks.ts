/** Partition tables. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { MemoryRange } from "../../../src/block/memory.ts";
import { geometryOf } from "../../../src/disks/geometry.ts";
import { readGpt } from "../../../src/disks/gpt/read.ts";
import { emptyGpt } from "../../../src/disks/gpt/table.ts";
import { GPT_TYPE } from "../../../src/disks/gpt/types.ts";
import { writeGpt } from "../../../src/disks/gpt/write.ts";
import { readMbr } from "../../../src/disks/mbr/read.ts";
import { readPartitions } from "../../../src/disks/partitions.ts";
import { parsePlist } from "../../../src/disks/plist.ts";
import { run } from "../../../src/system/run.ts";
import { INFO, LIST } from "../../unit/disks/listings/macos.ts";
import type { FuzzedReader, Seed } from "../reader.ts";
import type { Scratch } from "../scratch.ts";

const HEADER_BYTES = 92;
const MOST_ENTRY_BYTES = 128 << 10;
const MIB = 1 << 20;
const LARGE_SECTOR = 4096;

const DISK_GUID = "01234567-89AB-4CDE-8F01-23456789ABCD";

const uuidOf = (index: number): string => `0000000${index}-1111-4222-8333-444444444444`;

async function sfdiskGpt(folder: string): Promise<Buffer> {
  const image = join(folder, "gpt");
  await run("truncate", ["-s", "1M", image]);
  const lines = Array.from({ length: 9 }, (_, index) => {
    return `size=16, uuid=${uuidOf(index)}, name="partition ${index}"\n`;
  });
  const input = `label: gpt\nlabel-id: ${DISK_GUID}\n${lines.join("")}`;
  await run("sfdisk", ["-q", image], { input });
  return readFile(image);
}

/** Not every sfdisk makes a table of other sectors in a file. */
async function largeSectorGpt(): Promise<Buffer> {
  const disk = new MemoryRange(MIB, LARGE_SECTOR);
  const partitions = [0, 1, 2].map((index) => ({
    number: index + 1,
    type: GPT_TYPE.linuxFilesystem,
    guid: uuidOf(index),
    startLba: 20 + index * 16,
    sectors: 16,
    attributes: 0n,
    name: `partition ${index}`,
  }));
  await writeGpt(disk, { ...emptyGpt(geometryOf(disk), DISK_GUID), partitions });
  return disk.bytes;
}

function gptSeed(bytes: Buffer, sectorBytes: number): Seed {
  const last = bytes.length - sectorBytes;
  const hot = [
    { start: sectorBytes, length: HEADER_BYTES },
    { start: last, length: HEADER_BYTES },
    { start: 2 * sectorBytes, length: 1200 },
    { start: last - 128 * 128, length: 1200 },
    { start: 440, length: 72 },
  ];
  return { name: `GPT, sectors of ${sectorBytes}`, bytes, hot };
}

/** Both headers' checksums, that of the entries they name first. */
function repairGpt(image: Scratch, seed: string): void {
  const sectorBytes = seed.endsWith("4096") ? 4096 : 512;
  for (const at of [sectorBytes, image.size - sectorBytes]) {
    const header = image.change(at, sectorBytes);
    if (header.length < sectorBytes) continue;
    const start = Number(header.readBigUInt64LE(72)) * sectorBytes;
    const length = header.readUInt32LE(80) * header.readUInt32LE(84);
    if (length <= MOST_ENTRY_BYTES && start + length <= image.size) {
      header.writeUInt32LE(crc32(image.bytes.subarray(start, start + length)), 88);
    }
    const stated = header.readUInt32LE(12);
    header.writeUInt32LE(0, 16);
    const covered = stated <= sectorBytes ? stated : HEADER_BYTES;
    header.writeUInt32LE(crc32(header.subarray(0, covered)), 16);
  }
}

export const gpt: FuzzedReader = {
  name: "gpt",
  what: "GPT by sfdisk, and by lifeboat for sectors of 4,096 bytes",
  kind: "image",
  makeSeeds: async (folder) => [
    gptSeed(await sfdiskGpt(folder), 512),
    gptSeed(await largeSectorGpt(), LARGE_SECTOR),
  ],
  repair: repairGpt,
  read: async ({ bytes, seed }) => {
    const range = new MemoryRange(bytes, seed.endsWith("4096") ? 4096 : 512);
    const { findings } = await readGpt(range);
    await readPartitions(range);
    await readPartitions(new MemoryRange(bytes));
    return findings.length === 0 ? "whole" : "part";
  },
};

async function mbrSeeds(folder: string): Promise<Seed[]> {
  const image = join(folder, "mbr");
  await run("truncate", ["-s", "4M", image]);
  const logical = Array.from({ length: 6 }, () => "size=200, type=83").join("\n");
  const input = `label: dos\nlabel-id: 0x1a2b3c4d
start=64, size=500, type=7, bootable
size=500, type=c
size=6000, type=f
${logical}
size=100, type=ef
`;
  await run("sfdisk", ["-q", "--force", image], { input });
  const bytes = await readFile(image);
  const hot = [];
  for (let start = 440; start + 72 <= bytes.length; start += 512) {
    if (bytes.readUInt16LE(start + 70) === 0xaa55) hot.push({ start: start + 6, length: 66 });
  }
  return [{ name: "MBR with logical partitions", bytes, hot }];
}

export const mbr: FuzzedReader = {
  name: "mbr",
  what: "MBR with a chain of logical partitions by sfdisk",
  kind: "image",
  makeSeeds: mbrSeeds,
  read: async ({ bytes }) => {
    const range = new MemoryRange(bytes);
    const { findings } = await readMbr(range);
    await readPartitions(range);
    return findings.length === 0 ? "whole" : "part";
  },
};

export const plist: FuzzedReader = {
  name: "plist",
  what: "property lists, as diskutil writes them",
  kind: "document",
  makeSeeds: async () =>
    [LIST, ...Object.values(INFO)].map((text, index) => ({
      name: `listing ${index}`,
      bytes: Buffer.from(text),
    })),
  tokens: [
    ..."<dict> </dict> <array> </array> <key> </key> <string> <true/> <integer> <real>".split(" "),
    ..."<data> &#x110000; &amp; <!-- --> <![CDATA[ <plist>".split(" "),
  ],
  read: async ({ bytes }) => {
    parsePlist(bytes.toString("utf8"));
    return "whole";
  },
};
