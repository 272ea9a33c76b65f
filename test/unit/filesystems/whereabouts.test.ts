/**
 * What the hook is told of a persistence file's place: other programs' harmless changes leave it as it is, and whatever moves, cuts,
 * extends or deletes the file changes it. The other programs are exfat-fuse, mtools, ntfs-3g and Linux' own ext4.
 */
import { createHash } from "node:crypto";
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createFile, openFile } from "../../../src/block/file.ts";
import { rangeOfExtents } from "../../../src/block/concatenation.ts";
import type { Whereabouts } from "../../../src/filesystems/whereabouts.ts";
import { formatVolume, openDataVolume, rangeOf } from "../../../src/stick/data/volume.ts";
import type { DataFileSystem } from "../../../src/stick/layout.ts";
import { run } from "../../../src/system/run.ts";
import { MIB, mounted, suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const isRoot = process.getuid?.() === 0;
const SIZE = 48 * MIB;
const NOW = new Date("2026-05-04T03:02:01Z");
const WHOLE = "/keep/whole.img";
const PIECES = "/keep/pieces.img";

/** A volume of ours with two such files, other files, and little room; and where the two are said to lie. */
async function makeVolume(fileSystem: DataFileSystem, path: string) {
  await (await createFile(path, SIZE)).close();
  const disk = await openFile(path, { writable: true });
  const place = { disk, path, startLba: 0, sectors: SIZE / 512 };
  try {
    const uuid = "01234567-89ab-4cde-8f01-23456789abcd";
    await formatVolume(fileSystem, place, { label: "TEST", serial: 1n, uuid, now: NOW }, run);
    const volume = await openDataVolume(fileSystem, place, rangeOf(place), run);
    for (const folder of ["/keep", "/other"]) await volume.makeDirectory(folder);
    await volume.writeFile(WHOLE, Buffer.alloc(4 * MIB, 1), NOW);
    // ext4's writer makes one extent of what it can; the others are made to have many.
    const fills: string[] = [];
    const most = fileSystem === "ext4" ? 0 : SIZE / MIB;
    while (fills.length < most && volume.freeBytes > 3 * MIB) {
      const name = `/other/${fills.length}`;
      await (await volume.reserve(MIB)).commit(name, NOW);
      fills.push(name);
    }
    for (const name of fills.filter((_name, index) => index % 3 === 1)) await volume.remove(name);
    await volume.writeFile(PIECES, Buffer.alloc(5 * MIB, 2), NOW);
    await volume.writeFile("/other/beside", Buffer.alloc(1000, 3), NOW);
    const extents = await volume.extents(PIECES);
    const whole = await volume.whereabouts?.(WHOLE);
    const pieces = await volume.whereabouts?.(PIECES);
    if (whole === undefined || pieces === undefined) throw new Error(`${fileSystem}: nothing said`);
    return { path, whole, pieces, extents: extents?.length ?? 0 };
  } finally {
    await disk.flush();
    await disk.close();
  }
}

/** As the hook does it. */
async function holds(path: string, { parts, sha256 }: Whereabouts): Promise<boolean> {
  const file = await openFile(path);
  const content = rangeOfExtents(file, parts);
  const bytes = Buffer.alloc(content.size);
  await content.read(0, bytes);
  await file.close();
  return createHash("sha256").update(bytes).digest("hex") === sha256;
}

type Change = (image: string) => Promise<void>;

/** A script in the mounted volume. */
function byMount(program: "mount.exfat-fuse" | "ntfs-3g" | "mount", script: string): Change {
  return async (image) =>
    mounted(image, program, async (cwd) => {
      await judge("sh", ["-ec", `${script}\nsync .`], { cwd });
    });
}

/** mtools, one command a line; `IMG` is the image. */
function byMtools(script: string): Change {
  return async (image) => {
    const lines = script.replaceAll("IMG", `-i '${image}'`);
    await judge("sh", ["-ec", `export MTOOLS_SKIP_CHECK=1\n${lines}`]);
  };
}

/** What people and programs do beside and inside of the files. */
const HARMLESS = `
  dd if=/dev/urandom of=keep/whole.img bs=4096 seek=7 count=100 conv=notrunc 2>/dev/null
  dd if=/dev/urandom of=keep/pieces.img bs=4096 seek=300 count=500 conv=notrunc 2>/dev/null
  touch -d 2020-01-01 keep/whole.img keep/pieces.img
  cat keep/whole.img >/dev/null
  echo new >keep/new.txt
  rm other/beside
  mkdir other/folder && echo x >other/folder/x && mv other/folder other/renamed
  touch keep`;

const HARM: readonly (readonly [what: string, script: string])[] = [
  ["deleted", "rm keep/whole.img keep/pieces.img"],
  ["cut", "truncate -s 1M keep/whole.img; truncate -s 1M keep/pieces.img"],
  ["extended", "echo x >>keep/whole.img; echo x >>keep/pieces.img"],
  [
    "replaced",
    `for f in whole pieces; do cp keep/$f.img keep/copy; rm keep/$f.img; mv keep/copy keep/$f.img; done`,
  ],
];

const WRITERS = {
  exfat: "mount.exfat-fuse",
  ntfs: "ntfs-3g",
  ext4: "mount",
} as const;

const MTOOLS_HARMLESS = `
  echo new | mcopy IMG - ::/keep/new.txt
  mattrib IMG +r ::/keep/whole.img ::/keep/pieces.img
  mdel IMG ::/other/beside
  mmd IMG ::/other/folder`;

const MTOOLS_HARM: readonly (readonly [what: string, script: string])[] = [
  ["deleted", "mdel IMG ::/keep/whole.img ::/keep/pieces.img"],
  ["renamed", "mren IMG ::/keep/whole.img ::/keep/w2; mren IMG ::/keep/pieces.img ::/keep/p2"],
  [
    "replaced",
    "for f in whole pieces; do head -c 2M /dev/zero | mcopy IMG -o - ::/keep/$f.img; done",
  ],
];

describe.each(["exfat", "fat32", "ntfs", "ext4"] as const)("%s", (fileSystem) => {
  let folder = "";
  let made: Awaited<ReturnType<typeof makeVolume>>;
  const named = fileSystem === "fat32" ? MTOOLS_HARM : HARM;
  const changeBy = (script: string): Change =>
    fileSystem === "fat32" ? byMtools(script) : byMount(WRITERS[fileSystem], script);

  beforeAll(async () => {
    folder = await suiteFolder();
    made = await makeVolume(fileSystem, join(folder, fileSystem));
  });

  async function changed(change: Change) {
    const copy = join(folder, "copy");
    await copyFile(made.path, copy);
    await change(copy);
    const found = [await holds(copy, made.whole), await holds(copy, made.pieces)];
    await rm(copy);
    return found;
  }

  test("is little, and holds while nothing is done", async () => {
    expect(await changed(async () => undefined)).toEqual([true, true]);
    const bytes = made.pieces.parts.reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeLessThan(1 << 17);
    if (fileSystem !== "ext4") expect(made.extents).toBeGreaterThan(2);
  });

  const withWriter = test.skipIf(fileSystem !== "fat32" && !isRoot);
  withWriter("harmless changes of another program leave it as it is", async () => {
    const script = fileSystem === "fat32" ? MTOOLS_HARMLESS : HARMLESS;
    expect(await changed(changeBy(script))).toEqual([true, true]);
  });

  withWriter.each(named)("it doesn't hold for a file that was %s", async (_what, script) => {
    expect(await changed(changeBy(script))).toEqual([false, false]);
  });
});
