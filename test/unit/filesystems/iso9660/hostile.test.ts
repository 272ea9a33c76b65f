import { readFile, symlink, writeFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { openIso9660 } from "../../../../src/filesystems/iso9660/index.ts";
import type { TreeKind } from "../../../../src/filesystems/iso9660/index.ts";
import { walk } from "../../../../src/filesystems/walk.ts";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { judge } from "../../../support/tools.ts";

let pristine: Buffer;
/** With directories moved by Rock Ridge, as genisoimage does it. */
let relocated: Buffer;

beforeAll(async () => {
  const folder = await judge("mktemp", ["-d"]).then((line) => line.trim());
  const tree = join(folder, "tree");
  const deep = join(tree, "one", "two", "3", "4", "5", "6", "7", "8", "9");
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, "bottom"), "bottom");
  await writeFile(join(tree, "one", "two", "file.txt"), "content");
  await writeFile(join(tree, "n".repeat(200)), "long name");
  await symlink("target/".repeat(60), join(tree, "one", "link"));
  const iso = join(folder, "x.iso");
  await judge("xorriso", ["-as", "mkisofs", "-R", "-J", "-V", "HOSTILE", "-o", iso, tree]);
  pristine = await readFile(iso);
  await judge("genisoimage", ["-quiet", "-R", "-o", join(folder, "moved.iso"), tree]);
  relocated = await readFile(join(folder, "moved.iso"));
  await judge("rm", ["-r", folder]);
});

/** Reads everything there is to read. */
async function readAll(range: MemoryRange, tree?: TreeKind): Promise<void> {
  const volume = await openIso9660(range, tree === undefined ? {} : { tree });
  for await (const entry of walk(volume, { maxEntries: 5000 })) {
    if (entry.kind === "file") {
      await volume.extents(entry.path);
      const content = await volume.open(entry.path);
      await content.read(0, Buffer.alloc(Math.min(content.size, 4096)));
    } else if (entry.kind === "other") {
      await volume.readLink(entry.path);
      await volume.find(entry.path);
    }
  }
}

/** Offset of the directory record with this identifier in the plain or Joliet tree. */
function recordAt(image: Buffer, identifier: Buffer, from = 0): number {
  const nameAt = image.indexOf(identifier, from + 33);
  expect(nameAt).toBeGreaterThan(0);
  expect(image[nameAt - 1]).toBe(identifier.length);
  return nameAt - 33;
}

function setBoth32(image: Buffer, at: number, value: number): void {
  image.writeUInt32LE(value, at);
  image.writeUInt32BE(value, at + 4);
}

const rootBlock = () => pristine.readUInt32LE(32768 + 156 + 2);

test("a directory that is its own ancestor is an error, not a journey", async () => {
  const image = Buffer.from(pristine);
  setBoth32(image, recordAt(image, Buffer.from("TWO")) + 2, rootBlock());
  await expect(readAll(new MemoryRange(image), "plain")).rejects.toMatchObject({
    code: "directory-loop",
  });
  const volume = await openIso9660(new MemoryRange(image), { tree: "plain" });
  await expect(volume.find("/one/two/one/two")).rejects.toMatchObject({ code: "directory-loop" });
});

test("a directory that holds itself under Rock Ridge's CL is an error too", async () => {
  await readAll(new MemoryRange(relocated));
  const image = Buffer.from(relocated);
  const at = image.indexOf(Buffer.from("CL\x0c\x01", "latin1"));
  expect(at).toBeGreaterThan(0);
  setBoth32(image, at + 4, image.readUInt32LE(32768 + 156 + 2));
  await expect(readAll(new MemoryRange(image))).rejects.toMatchObject({ code: "directory-loop" });
});

test("directories that claim to be huge", async () => {
  const image = Buffer.from(pristine);
  const one = recordAt(image, Buffer.from("\0o\0n\0e", "latin1"));
  setBoth32(image, one + 10, 0x7fff_ffff);
  await expect(readAll(new MemoryRange(image), "joliet")).rejects.toMatchObject({
    code: "directory-too-large",
  });
  setBoth32(image, one + 10, 16 << 20);
  await expect(readAll(new MemoryRange(image), "joliet")).rejects.toMatchObject({
    code: "truncated-volume",
  });
});

test("directories and files that point outside the image", async () => {
  const image = Buffer.from(pristine);
  setBoth32(image, recordAt(image, Buffer.from("TWO")) + 2, 0x00ff_ffff);
  await expect(readAll(new MemoryRange(image), "plain")).rejects.toMatchObject({
    code: "truncated-volume",
  });
  const other = Buffer.from(pristine);
  setBoth32(other, recordAt(other, Buffer.from("FILE.TXT;1")) + 2, 0xffff_ffff);
  await expect(readAll(new MemoryRange(other), "plain")).rejects.toMatchObject({
    code: "truncated-volume",
  });
  const volume = await openIso9660(new MemoryRange(other), { tree: "plain" });
  await expect(volume.extents("/one/two/file.txt")).rejects.toMatchObject({
    code: "truncated-volume",
  });
});

test("records whose lengths contradict each other", async () => {
  for (const patch of [
    { at: 0, value: 20 },
    { at: 32, value: 200 },
    { at: 32, value: 0 },
  ]) {
    const image = Buffer.from(pristine);
    image[recordAt(image, Buffer.from("FILE.TXT;1")) + patch.at] = patch.value;
    await expect(readAll(new MemoryRange(image), "plain")).rejects.toMatchObject({
      code: "directory-damaged",
    });
  }
});

test("a record of length zero ends its sector, not the program", async () => {
  const image = Buffer.from(pristine);
  image[recordAt(image, Buffer.from("FILE.TXT;1"))] = 0;
  const volume = await openIso9660(new MemoryRange(image), { tree: "plain" });
  expect(await volume.find("/one/two/file.txt")).toBeUndefined();
  await readAll(new MemoryRange(image), "plain");
});

test("continuation areas that run in a circle", async () => {
  const image = Buffer.from(pristine);
  const inRecord = image.indexOf(Buffer.from("CE\x1c\x01", "latin1"), rootBlock() * 2048 + 256);
  const block = image.readUInt32LE(inRecord + 4);
  const within = image.readUInt32LE(inRecord + 12);
  setBoth32(image, inRecord + 20, 28);
  // The area itself begins with a CE that leads to its own start.
  image.copy(image, block * 2048 + within, inRecord, inRecord + 28);
  await expect(readAll(new MemoryRange(image))).rejects.toMatchObject({ code: "system-use-loop" });
});

test("names can't leave their directory", async () => {
  const image = Buffer.from(pristine);
  image.write("../..txt", recordAt(image, Buffer.from("FILE.TXT;1")) + 33, "latin1");
  const volume = await openIso9660(new MemoryRange(image), { tree: "plain" });
  expect((await volume.list("/one/two")).map((entry) => entry.name)).toContain(".._..txt");
  expect(await volume.find("/../../one/../one")).toMatchObject({ path: "/ONE" });
});

test.each(["rock-ridge", "joliet", "plain"] as const)(
  "random damage to the %s tree is refused or survived",
  async (tree) => {
    const used = pristine.length - (300 << 10);
    const areas = [
      { start: 16 * 2048, length: 3 * 2048 },
      { start: 19 * 2048, length: Math.max(used - 19 * 2048, 60 << 10) },
      { start: rootBlock() * 2048, length: 24 << 10 },
    ];
    const options = { areas, iterations: fuzzRounds(250), seed: 7 };
    const refused = await mutate(pristine, options, (range) => readAll(range, tree));
    expect(refused).toBeGreaterThan(0);
  },
);

test("a path that isn't there is said so", async () => {
  const volume = await openIso9660(new MemoryRange(pristine));
  await expect(volume.list("/none")).rejects.toMatchObject({ code: "no-such-file" });
  await expect(volume.open("/none")).rejects.toMatchObject({ code: "no-such-file" });
});
