import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { openFile } from "../../../../src/block/file.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { openIso9660 } from "../../../../src/filesystems/iso9660/index.ts";
import { openUdf } from "../../../../src/filesystems/udf/index.ts";
import type { UdfVolume } from "../../../../src/filesystems/udf/index.ts";
import { walk } from "../../../../src/filesystems/walk.ts";
import {
  digestsOf,
  noise,
  pathsOf,
  sampleDigests,
  writeSample,
} from "../../../support/sample-tree.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { SCATTERED_METADATA, writeUdfImage } from "../../../support/udf-image.ts";
import type { UdfDirectory, UdfImageOptions } from "../../../support/udf-image.ts";

async function openImage(path: string): Promise<UdfVolume> {
  const range = await openFile(path);
  onTestFinished(() => range.close());
  return openUdf(range);
}

/** A bridge of the sample tree, as genisoimage makes it. */
async function bridge(): Promise<string> {
  const folder = await temporaryFolder();
  const iso = join(folder, "bridge.iso");
  await writeSample(join(folder, "tree"), false);
  const options = "-quiet -input-charset utf-8 -udf -R -J -joliet-long -V Bridge -o".split(" ");
  await judge("genisoimage", [...options, iso, join(folder, "tree")]);
  return iso;
}

const BLOCK = 2048;

/** Everything that UDF allows for files; `sizes` follow the block size so that each kind spans blocks. */
function everyKind(block: number): UdfDirectory {
  const holed = Buffer.concat([noise(block), Buffer.alloc(block), noise(77)]);
  return {
    kind: "directory",
    children: {
      "短.txt": { kind: "file", data: noise(5000), allocation: "short" },
      "long.bin": { kind: "file", data: noise(70_000), allocation: "long" },
      tiny: { kind: "file", data: Buffer.from("hello"), allocation: "embedded" },
      continued: { kind: "file", data: noise(9 * block + 7), allocation: "continued" },
      holed: { kind: "file", data: holed, allocation: "long", holes: [1] },
      empty: { kind: "file", data: Buffer.alloc(0), allocation: "short" },
      Sub: {
        kind: "directory",
        embedded: true,
        children: {
          x: { kind: "file", data: noise(10), allocation: "short" },
          up: { kind: "link", target: "../long.bin" },
          root: { kind: "link", target: "/tiny" },
        },
      },
      many: {
        kind: "directory",
        children: Object.fromEntries(
          Array.from({ length: 90 }, (_, index) => [
            `a file with a longer name ${index}`,
            { kind: "file" as const, data: noise(index), allocation: "embedded" as const },
          ]),
        ),
      },
    },
  };
}

const VARIANTS: readonly [string, Omit<UdfImageOptions, "label" | "root">][] = [
  ["1.02, blocks of 2,048", { blockBytes: 2048, revision: 0x102 }],
  ["1.50, blocks of 1,024", { blockBytes: 1024, revision: 0x150 }],
  ["2.01, blocks of 512", { blockBytes: 512, revision: 0x201 }],
  ["2.01, blocks of 4,096", { blockBytes: 4096, revision: 0x201 }],
  [
    "2.50, metadata partition in one piece",
    { blockBytes: 2048, revision: 0x250, metadata: [{ start: 40, blocks: 300 }] },
  ],
  [
    "2.60, metadata partition in pieces",
    { blockBytes: 2048, revision: 0x260, metadata: SCATTERED_METADATA },
  ],
];

test.each(VARIANTS)("%s: every way of allocation is read", async (_, variant) => {
  const root = everyKind(variant.blockBytes);
  const image = writeUdfImage({ ...variant, label: "救生艇 Vol", root });
  const volume = await openUdf(new MemoryRange(image));
  expect(volume.label).toBe("救生艇 Vol");
  expect(volume.allocationUnitBytes).toBe(variant.blockBytes);
  expect((await volume.list("/")).map((entry) => entry.name)).toEqual(Object.keys(root.children));
  for (const [name, node] of Object.entries(root.children)) {
    if (node.kind !== "file") continue;
    const content = await volume.open(`/${name}`);
    expect(content.writable).toBe(false);
    expect((await readBytes(content, 0, content.size)).equals(node.data), name).toBe(true);
    const extents = await volume.extents(`/${name}`);
    if (node.allocation === "embedded" || node.holes !== undefined) expect(extents).toBeUndefined();
    else {
      const parts =
        extents?.map(({ start, length }) => image.subarray(start, start + length)) ?? [];
      expect(Buffer.concat(parts).equals(node.data), name).toBe(true);
    }
  }
  expect((await volume.extents("/continued"))?.length).toBe(10);
  expect((await volume.extents("/long.bin"))?.length).toBe(1);
  expect((await volume.list("/many")).length).toBe(90);
  expect(await volume.readLink("/Sub/up")).toBe("../long.bin");
  expect(await volume.find("/sub/UP")).toMatchObject({ path: "/long.bin", sizeBytes: 70_000 });
  expect(await volume.find("/Sub/root")).toMatchObject({ path: "/tiny" });
  expect((await volume.find("/tiny"))?.modified).toEqual(new Date("2026-11-21T10:20:30Z"));

  const folder = await temporaryFolder();
  await writeFile(join(folder, "image.udf"), image);
  const info = await judge("udfinfo", ["--utf8", join(folder, "image.udf")]);
  expect(info).toContain(`lvid=${volume.label}\n`);
  // udfinfo reads the file set through the metadata partition, so its place there is judged too.
  expect(info).toContain(`fsid=${volume.label}\n`);
  expect(info).toContain(`uuid=${volume.uuid}\n`);
  expect(info).toContain(`udfrev=${volume.revision}\n`);
  if (variant.metadata !== undefined) return;
  // GRUB reads these too (but no metadata partitions, and no holes).
  for (const name of ["短.txt", "long.bin", "tiny", "continued", "Sub/x"]) {
    const path = `(loop0)/${name}`;
    await judge("grub-fstest", [join(folder, "image.udf"), "cp", path, join(folder, "copy")]);
    const content = await volume.open(`/${name}`);
    const wanted = await readBytes(content, 0, content.size);
    expect((await readFile(join(folder, "copy"))).equals(wanted), name).toBe(true);
  }
});

test("a bridge of genisoimage has the same files, at the same places, in both trees", async () => {
  const iso = await bridge();
  const volume = await openImage(iso);
  expect(volume.revision).toBe("1.02");
  expect(await digestsOf(volume)).toEqual(sampleDigests());
  const [, list = ""] = (await judge("7z", ["l", "-slt", "-tudf", iso])).split("----------\n");
  const judged = [...list.matchAll(/^Path = (.+)$/gm)].map(([, path]) => `/${path}`).sort();
  expect(await pathsOf(volume)).toEqual(judged);
  const range = await openFile(iso);
  onTestFinished(() => range.close());
  const plain = await openIso9660(range);
  for await (const entry of walk(volume)) {
    if (entry.kind !== "file" || entry.sizeBytes === 0) continue;
    expect([entry.path, await volume.extents(entry.path)]).toEqual([
      entry.path,
      await plain.extents(entry.path),
    ]);
    expect(entry.modified).toEqual((await plain.find(entry.path))?.modified);
  }
});

test("files over 4 GiB have one extent, for their many descriptors are joined", async () => {
  const folder = await temporaryFolder();
  const sizeBytes = 5 * 2 ** 30 + 4321;
  await judge("truncate", ["-s", String(sizeBytes), join(folder, "install.wim")]);
  const iso = join(folder, "big.iso");
  // All structures but the last anchor come first: the gigabytes of zeroes behind need not be written.
  const script = `genisoimage -quiet -udf -allow-limited-size "$0" 2>/dev/null | head -c 2M >"$1"`;
  await judge("sh", ["-c", script, join(folder, "install.wim"), iso]);
  await truncate(iso, sizeBytes + (2 << 20));
  const volume = await openImage(iso);
  expect(await volume.find("/install.wim")).toMatchObject({ sizeBytes });
  const extents = await volume.extents("/install.wim");
  expect(extents?.length).toBe(1);
  expect(extents?.[0]?.length).toBe(sizeBytes);
  expect(await judge("7z", ["l", "-slt", "-tudf", iso], { accept: [0, 1, 2] })).toContain(
    `Size = ${sizeBytes}\n`,
  );
});

test.for([
  ["--media-type=hd", "--blocksize=512", "--udfrev=2.01"],
  ["--media-type=hd", "--blocksize=4096", "--udfrev=2.01"],
  ["--media-type=hd", "--blocksize=512", "--udfrev=1.02"],
  ["--media-type=dvd", "--udfrev=1.50"],
  ["--media-type=dvdram", "--udfrev=2.00"],
])("an empty volume of mkudffs %j", async (args) => {
  const folder = await temporaryFolder();
  const image = join(folder, "empty.udf");
  await judge("truncate", ["-s", "40M", image]);
  await judge("mkudffs", ["--utf8", ...args, "--label=救生艇", image]);
  const volume = await openImage(image);
  expect(volume.label).toBe("救生艇");
  const judged = await judge("blkid", ["-p", "-o", "export", image]);
  expect(judged).toContain(`UUID=${volume.uuid}\n`);
  expect(judged).toContain(`VERSION=${volume.revision}\n`);
  const names = (await volume.list("/")).map((entry) => entry.name);
  expect(names.filter((name) => name !== "lost+found")).toEqual([]);
  expect(await judge("grub-fstest", [image, "ls", "(loop0)"])).toContain(`UUID ${volume.uuid} `);
});

test.for([
  ["--media-type=cdrw", "*UDF Sparable Partition"],
  ["--media-type=cdr", "*UDF Virtual Partition"],
] as const)("%s is refused by its name", async ([media, name]) => {
  const folder = await temporaryFolder();
  const image = join(folder, "disc.udf");
  await judge("truncate", ["-s", "40M", image]);
  await judge("mkudffs", [media, image]);
  await expect(openImage(image)).rejects.toMatchObject({ code: "unsupported-partition" });
  await expect(openImage(image)).rejects.toThrow(name);
});

test("the UUID is made as GRUB makes it, whatever the volume set is called", async () => {
  const folder = await temporaryFolder();
  for (const volumeSetId of [
    "ABCDEF0123456789 rest",
    "12345678not hex",
    "no hex at all",
    "1234567",
    "名字名字",
    "12345678",
  ]) {
    const root: UdfDirectory = { kind: "directory", children: {} };
    const image = writeUdfImage({
      blockBytes: BLOCK,
      revision: 0x102,
      label: "X",
      volumeSetId,
      root,
    });
    const path = join(folder, "image.udf");
    await writeFile(path, image);
    const volume = await openUdf(new MemoryRange(image));
    const grub = await judge("grub-fstest", [path, "ls", "(loop0)"]);
    const [, uuid = ""] = /UUID ([0-9a-f]+)/.exec(grub) ?? [];
    expect([volumeSetId, volume.uuid]).toEqual([volumeSetId, uuid]);
  }
});

test("with the main descriptors damaged the reserve is read; with both, the error says so", async () => {
  const root = everyKind(BLOCK);
  const image = writeUdfImage({ blockBytes: BLOCK, revision: 0x201, label: "Twice", root });
  image.fill(0xff, 96 * BLOCK, 112 * BLOCK);
  expect((await openUdf(new MemoryRange(image))).label).toBe("Twice");
  image.fill(0, 256 * BLOCK, 257 * BLOCK);
  expect((await openUdf(new MemoryRange(image))).label).toBe("Twice");
  image.fill(0xff, 112 * BLOCK, 128 * BLOCK);
  await expect(openUdf(new MemoryRange(image))).rejects.toMatchObject({ code: "udf-damaged" });
  await expect(openUdf(new MemoryRange(4 << 20))).rejects.toMatchObject({ code: "not-udf" });
  await expect(openUdf(new MemoryRange(0))).rejects.toMatchObject({ code: "not-udf" });
});

test("a damaged metadata file is replaced by its mirror", async () => {
  const options = { blockBytes: BLOCK, revision: 0x250, metadata: SCATTERED_METADATA } as const;
  const image = writeUdfImage({ ...options, label: "Mirror", root: everyKind(BLOCK) });
  image.fill(0, 272 * BLOCK, 273 * BLOCK);
  const volume = await openUdf(new MemoryRange(image));
  expect((await volume.open("/long.bin")).size).toBe(70_000);
});
