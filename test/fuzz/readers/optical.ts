/** ISO 9660 with its extensions, El Torito and hybrid boot, UDF. */
import assert from "node:assert/strict";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MemoryRange } from "../../../src/block/memory.ts";
import {
  hasHybridBoot,
  openIso9660,
  readElTorito,
} from "../../../src/filesystems/iso9660/index.ts";
import type { TreeKind } from "../../../src/filesystems/iso9660/index.ts";
import { openVolume } from "../../../src/filesystems/open.ts";
import { recognise } from "../../../src/filesystems/recognise.ts";
import { openUdf } from "../../../src/filesystems/udf/index.ts";
import { run } from "../../../src/system/run.ts";
import { SCATTERED_METADATA, seal, writeUdfImage } from "../../support/udf-image.ts";
import type { FuzzedReader, Seed } from "../reader.ts";
import { PAGE_BYTES } from "../scratch.ts";
import type { Scratch } from "../scratch.ts";
import { piecesWhere, writeTree } from "./tree.ts";
import { readWholeVolume, Tolerance } from "./volumes.ts";

const SECTOR = 2048;
const DESCRIPTORS = 16 * SECTOR;
const FIXED = { env: { SOURCE_DATE_EPOCH: "1790000000" } };

async function isoSeeds(folder: string): Promise<Seed[]> {
  const tree = await writeTree(folder, { links: true, many: 20 });
  await run("mkdir", ["-p", join(tree, "1/2/3/4/5/6/7/8/9/10")]);
  await writeFile(join(tree, "1/2/3/4/5/6/7/8/9/10/bottom"), "");
  const xorriso = ["xorriso", "-as", "mkisofs", "-quiet"];
  const commands: Readonly<Record<string, string[]>> = {
    "Rock Ridge and Joliet": [...xorriso, "-R", "-J", "-joliet-long"],
    "plain, level 1": [...xorriso, "-iso-level", "1"],
    "Rock Ridge with moved directories": ["genisoimage", "-quiet", "-R"],
    "Joliet alone": ["genisoimage", "-quiet", "-J", "-joliet-long"],
  };
  const seeds: Seed[] = [];
  for (const [index, [name, command]] of Object.entries(commands).entries()) {
    const [program = "", ...options] = command;
    const image = join(folder, `${index}.iso`);
    await run(program, [...options, "-V", "FUZZ", "-o", image, tree], FIXED);
    const bytes = await readFile(image);
    const hot = [
      { start: DESCRIPTORS, length: 200 },
      { start: DESCRIPTORS + SECTOR, length: 200 },
      // Directory records, path tables and continuation areas: file data is zero.
      ...piecesWhere(bytes, 128, (piece, start) => {
        return start > DESCRIPTORS + 3 * SECTOR && piece.some((byte) => byte !== 0);
      }),
    ];
    seeds.push({ name, bytes, hot });
  }
  return seeds;
}

/** By its name, so that what a seed is about is read in every input. */
const TREES: readonly TreeKind[] = ["rock-ridge", "joliet", "plain"];

export const iso9660: FuzzedReader = {
  name: "iso9660",
  what: "ISO 9660, Rock Ridge, Joliet by xorriso and genisoimage",
  kind: "image",
  makeSeeds: isoSeeds,
  read: async ({ bytes, number }) => {
    const range = new MemoryRange(bytes);
    await recognise(range);
    const best = await openIso9660(range);
    const tolerance = new Tolerance();
    await readWholeVolume(best, range, { number, tolerance });
    for (const tree of TREES) {
      if (tree === best.tree) continue;
      const other = await openIso9660(range, { tree }).catch(() => undefined);
      if (other !== undefined) await tolerance.try(async () => other.list("/boot"));
    }
    return tolerance.understood;
  },
};

async function bootSeeds(folder: string): Promise<Seed[]> {
  const tree = await writeTree(folder);
  await writeFile(join(tree, "bios.img"), Buffer.alloc(30_000, 0x90));
  const efi = join(tree, "efi.img");
  await run("mkfs.fat", ["-C", "--invariant", "-i", "1234abcd", efi, "360"]);
  await copyFile(efi, join(tree, "floppy.img"));
  await run("truncate", ["-s", "1440K", join(tree, "floppy.img")]);
  const code = join(folder, "mbr.bin");
  await writeFile(code, Buffer.alloc(432, 0x90));
  const bios = ["-b", "bios.img", "-c", "boot.cat", "-no-emul-boot", "-boot-load-size", "4"];
  const alternative = ["-eltorito-alt-boot", "-e", "efi.img", "-no-emul-boot"];
  const commands: Readonly<Record<string, string[]>> = {
    "BIOS and EFI": [...bios, "-boot-info-table", ...alternative],
    "hybrid with MBR and GPT": [
      ...bios,
      "-isohybrid-mbr",
      code,
      ...alternative,
      "-isohybrid-gpt-basdat",
    ],
    "an appended partition": [
      ...bios,
      "-append_partition",
      "2",
      "0xef",
      efi,
      "-partition_offset",
      "16",
    ],
    "floppy emulation": ["-b", "floppy.img", "-c", "boot.cat"],
  };
  const seeds: Seed[] = [];
  for (const [index, [name, options]] of Object.entries(commands).entries()) {
    const image = join(folder, `${index}.iso`);
    await run(
      "xorriso",
      [..."-as mkisofs -quiet -R -o".split(" "), image, ...options, tree],
      FIXED,
    );
    const bytes = await readFile(image);
    const catalog = bytes.readUInt32LE(DESCRIPTORS + SECTOR + 0x47) * SECTOR;
    const hot = [
      { start: catalog, length: 192 },
      { start: catalog, length: 192 },
      { start: DESCRIPTORS, length: 200 },
      { start: DESCRIPTORS + SECTOR, length: 96 },
      { start: 440, length: 72 },
      { start: 512, length: 96 },
      { start: 1024, length: 1024 },
    ];
    seeds.push({ name, bytes, hot });
  }
  return seeds;
}

/** The words of a validation entry add up to zero. */
function repairCatalog(image: Scratch): void {
  const { bytes } = image;
  const pointer = DESCRIPTORS + SECTOR + 0x47;
  if (pointer + 4 > bytes.length) return;
  const at = bytes.readUInt32LE(pointer) * SECTOR;
  const entry = image.change(at, 32);
  if (entry.length < 32) return;
  entry.writeUInt16LE(0, 28);
  let sum = 0;
  for (let word = 0; word < 32; word += 2) sum += entry.readUInt16LE(word);
  entry.writeUInt16LE(-sum & 0xffff, 28);
}

export const elTorito: FuzzedReader = {
  name: "el-torito",
  what: "boot catalogs, hybrid boot records by xorriso",
  kind: "image",
  makeSeeds: bootSeeds,
  repair: repairCatalog,
  read: async ({ bytes }) => {
    const range = new MemoryRange(bytes);
    const tolerance = new Tolerance();
    await tolerance.try(async () => hasHybridBoot(range));
    const catalog = await readElTorito(range);
    for (const { extent } of catalog?.images ?? []) {
      if (extent === undefined) continue;
      assert(extent.start >= 0 && extent.start + extent.length <= range.size, "boot image outside");
    }
    return tolerance.understood;
  },
};

async function udfSeeds(folder: string): Promise<Seed[]> {
  const tree = await writeTree(folder, { many: 20, links: true });
  const bridge = join(folder, "bridge.iso");
  await run("genisoimage", ["-quiet", "-udf", "-V", "FUZZ", "-o", bridge, tree], FIXED);
  const empty = join(folder, "mkudffs.img");
  await run("truncate", ["-s", "2M", empty]);
  const fixed = ["--label=FUZZ", "--uuid=0123456789abcdef", "--blocksize=512"];
  await run("mkudffs", [...fixed, "--media-type=hd", empty]);
  const images: [string, Buffer][] = [
    ["by genisoimage, beside ISO 9660", await readFile(bridge)],
    ["by mkudffs, empty", await readFile(empty)],
    ["revision 1.02", testImage(0x102, false)],
    ["revision 2.01, extended file entries", testImage(0x201, false)],
    ["revision 2.50, metadata partition", testImage(0x250, true)],
  ];
  return images.map(([name, bytes]) => ({
    name,
    bytes,
    hot: piecesWhere(bytes, 512, (piece) => isTag(piece)).map(({ start }) => ({
      start,
      length: 448,
    })),
  }));
}

function testImage(revision: number, metadata: boolean): Buffer {
  return writeUdfImage({
    blockBytes: 512,
    revision,
    label: "FUZZ",
    ...(metadata ? { metadata: SCATTERED_METADATA } : {}),
    root: {
      kind: "directory",
      embedded: true,
      children: {
        sub: {
          kind: "directory",
          children: {
            inner: { kind: "directory", embedded: true, children: {} },
            file: { kind: "file", data: Buffer.alloc(9000), allocation: "short" },
          },
        },
        continued: { kind: "file", data: Buffer.alloc(9 * 512), allocation: "continued" },
        link: { kind: "link", target: "sub/file" },
        tiny: { kind: "file", data: Buffer.alloc(30), allocation: "embedded" },
      },
    },
  });
}

const TAG_BYTES = 16;

function isTag(block: Buffer): boolean {
  const id = block.readUInt16LE(0);
  const version = block.readUInt16LE(2);
  return ((id > 0 && id < 10) || (id >= 256 && id <= 266)) && (version === 2 || version === 3);
}

/** Length of a file identifier descriptor (ECMA-167 4/14.4), without what fills it up. */
function identifierBytes(descriptor: Buffer): number {
  return 38 + descriptor.readUInt16LE(36) + descriptor.readUInt8(19);
}

function repairTags(image: Scratch): void {
  for (const page of image.changedPages()) {
    const end = Math.min(page + PAGE_BYTES, image.size - TAG_BYTES);
    for (let at = page; at < end; at += 4) {
      const piece = image.bytes.subarray(at);
      const id = piece.readUInt16LE(0);
      if (!isTag(piece) || (id !== 257 && at % 512 !== 0) || piece.length < 40) continue;
      const length =
        id === 257
          ? (identifierBytes(piece) + 3) & ~3
          : Math.min(TAG_BYTES + piece.readUInt16LE(10), SECTOR);
      if (length < TAG_BYTES || length > piece.length || length > SECTOR) continue;
      seal(id, image.change(at, length), piece.readUInt32LE(12));
      if (id === 257) at += length - 4;
    }
  }
}

export const udf: FuzzedReader = {
  name: "udf",
  what: "UDF by genisoimage, mkudffs and the tests' own writer",
  kind: "image",
  makeSeeds: udfSeeds,
  repair: repairTags,
  read: async ({ bytes, seed, number }) => {
    const range = new MemoryRange(bytes);
    const tolerance = new Tolerance();
    if (seed.includes("ISO 9660")) await tolerance.try(async () => openVolume(range));
    return readWholeVolume(await openUdf(range), range, { number, tolerance });
  },
};
