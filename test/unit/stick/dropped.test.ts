/**
 * Files that others put on the data partition: found by `refresh` wherever they lie and whatever they are called, in one
 * piece or in several. mtools, exfat-fuse, ntfscp and ntfs-3g, and debugfs do the putting.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readBytes } from "../../../src/block/byte-range.ts";
import { rangeOfExtents } from "../../../src/block/concatenation.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import { readWhole } from "../../../src/stick/esp/files.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { sha256Of } from "../../../src/boot/kit/kit.ts";
import { removeFiles } from "../../../src/stick/add.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  extractPartition,
  fixtureIso,
  mounted,
  putPartitionBack,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const isRoot = process.getuid?.() === 0;

/** Each folder's name has 60 characters: five of them and a name make a path of 300 and more. */
const DEEP = Array.from({ length: 5 }, (_, index) => `${index}`.padEnd(60, "深 deep")).join("/");
const NAMES = [
  "plain.iso",
  "UPPER.ISO",
  "two words.iso",
  "it's; halt; ${x} $(reboot) `y` & # .iso",
  "中文/救援盘 版本二.iso",
  "emoji 🛟/🚀.iso",
  `${DEEP}/bottom.iso`,
];

let folder = "";
let debian = "";
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  debian = await fixtureIso("debian-live", folder);
});

/** Puts files (path below the root → source) into a data partition that was cut out of its stick. */
type Putter = (volume: string, files: ReadonlyMap<string, string>) => Promise<void>;

const PUTTERS: Readonly<Record<string, Putter>> = {
  async fat32(volume, files) {
    for (const path of foldersOf(files)) await judge("mmd", ["-i", volume, `::${path}`]);
    for (const [path, source] of files) await judge("mcopy", ["-i", volume, source, `::${path}`]);
  },
  async exfat(volume, files) {
    await mounted(volume, "mount.exfat-fuse", async (root) => putInto(root, files));
  },
  async ntfs(volume, files) {
    if (isRoot) return mounted(volume, "ntfs-3g", async (root) => putInto(root, files));
    // A plain user has no ntfs-3g; ntfscp makes files, but no folders.
    for (const [path, source] of files) await judge("ntfscp", ["-f", "-q", volume, source, path]);
  },
  async ext4(volume, files) {
    await mounted(volume, "mount", async (root) => putInto(root, files));
  },
};

async function debugfs(volume: string, commands: string[]): Promise<void> {
  const input = `${commands.join("\n")}\n`;
  const said = await judge("debugfs", ["-w", "-f", "-", volume], { input });
  expect(said.split("\n").filter((line) => /error|not found|usage/i.test(line))).toEqual([]);
}

function foldersOf(files: ReadonlyMap<string, string>): Set<string> {
  const folders = new Set<string>();
  for (const path of files.keys()) {
    const names = path.split("/").slice(0, -1);
    for (let count = 1; count <= names.length; count++)
      folders.add(names.slice(0, count).join("/"));
  }
  return folders;
}

async function putInto(root: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, source] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copySparse(source, join(root, path));
  }
}

async function change(image: string, work: (volume: string) => Promise<void>): Promise<void> {
  const volume = await extractPartition(image, 1);
  await work(volume);
  await putPartitionBack(image, 1, volume);
  await rm(volume);
}

const refresh = async (image: string) =>
  withStick(image, async (stick) => refreshStick(stick, tools, quietJob()));

async function slotOf(image: string) {
  const slot = await withStick(image, async ({ bootVolume: esp }) =>
    readSlot(esp, await readActiveSlot(esp)),
  );
  await writeFile(`${image}.cfg`, slot?.menu ?? "");
  await judge("grub-script-check", [`${image}.cfg`]);
  return { menu: slot?.menu ?? "", isos: slot?.records.isos ?? [] };
}

/** What the recorded extents hold, straight from the medium. */
async function hashByExtents(image: string, path: string): Promise<string> {
  const { isos } = await slotOf(image);
  const iso = isos.find((one) => one.path === path);
  return withStick(image, async ({ disk, data }) => {
    const volume = new SliceRange(disk, data.startLba * 512, data.sectors * 512);
    const range = rangeOfExtents(volume, iso?.extents ?? []);
    return sha256Of(await readBytes(range, 0, range.size));
  });
}

describe.each(["fat32", "ext4", "ntfs", "exfat"] as const)("dropped on %s", (fileSystem) => {
  // Mounting wants root. Without it mtools and ntfscp write, of which mtools knows no emoji and ntfscp makes no folders.
  const can = isRoot || fileSystem === "fat32" || fileSystem === "ntfs";
  const unable = { fat32: /🚀/u, ntfs: isRoot ? /^$/ : /\//, ext4: /^$/, exfat: /^$/ }[fileSystem];
  const names = NAMES.filter((name) => !unable.test(name));

  test.skipIf(!can)("whole files are found, wherever they lie", async () => {
    const image = join(folder, `dropped-${fileSystem}.img`);
    await buildStick(image, { fileSystem });
    const files = new Map(names.map((name) => [name, debian]));
    await change(image, async (volume) => PUTTERS[fileSystem]?.(volume, files));
    const paths = names.map((name) => `/${name}`).toSorted((a, b) => (a < b ? -1 : 1));
    const found = await refresh(image);
    expect(found.added.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(paths);
    expect(found.entries).toBe(names.length * 5);
    for (const path of paths) {
      expect(await hashByExtents(image, path), path).toBe(await sha256OfFile(debian));
    }
    expect(await refresh(image)).toMatchObject({ changed: false });
    await expectCleanStick(image, fileSystem);
    expect(Math.max(...paths.map((path) => path.length))).toBeGreaterThan(
      names.length > 4 ? 300 : 30,
    );
  });

  test.skipIf(!isRoot && fileSystem !== "fat32")(
    "a file in several pieces starts by copies of its kernel and initrd",
    async () => {
      const image = join(folder, `pieces-${fileSystem}.img`);
      await buildStick(image, { fileSystem });
      const big = join(folder, "big.iso");
      await bigIso(big);
      await change(image, async (volume) => {
        await fillAndFree(fileSystem, volume);
        await PUTTERS[fileSystem]?.(volume, new Map([["in pieces.iso", big]]));
      });

      const result = await refresh(image);
      expect(result.added).toEqual(["/in pieces.iso"]);
      const { menu, isos } = await slotOf(image);
      const [iso] = isos;
      expect(iso?.extents?.length).toBeGreaterThan(1);
      expect(await hashByExtents(image, "/in pieces.iso")).toBe(await sha256OfFile(big));
      expect(iso?.problems.map(({ id }) => id)).toContain("in-pieces");
      // GRUB reads the copies, and the hook gets every piece: on the kernel line or in a file of its own.
      expect(menu).toContain("linux ($lifeboat)/lifeboat/boot/");
      expect(menu).not.toMatch(/^ *(linux|initrd).*\(loop\)/m);
      const list =
        iso?.extents
          ?.map(({ start, length }) => `${start / 512}+${Math.ceil(length / 512)}`)
          .join(",") ?? "";
      if (iso?.extentList === undefined) expect(menu).toContain(`lifeboat.iso=${list} `);
      else expect(menu).toContain("lifeboat.iso=@ ");
      await withStick(image, async ({ bootVolume: esp }) => {
        const kernel = Object.entries(iso?.copies ?? {}).find(([path]) => path.includes("vmlinuz"));
        const copy = await readWhole(esp, kernel?.[1] ?? "");
        expect(copy?.subarray(0x202, 0x206).toString("latin1")).toBe("HdrS");
        if (iso?.extentList !== undefined) {
          const cpio = await readWhole(esp, iso.extentList);
          expect(cpio?.toString("latin1")).toContain(list);
        }
      });
      expect(await refresh(image)).toMatchObject({ changed: false });
      await expectCleanStick(image, fileSystem);

      const removed = await withStick(image, async (stick) =>
        removeFiles(stick, ["in pieces.iso"], tools, quietJob()),
      );
      expect(removed.removed).toEqual(["/in pieces.iso"]);
      await withStick(image, async ({ bootVolume: esp }) => {
        expect(await esp.list("/lifeboat/boot")).toEqual([]);
      });
      await expectCleanStick(image, fileSystem);
    },
  );
});

const FILLERS = 110;

/** The fixture with 24 MiB behind it: more than any hole that `fillAndFree` leaves. */
async function bigIso(path: string): Promise<void> {
  const tree = join(folder, "debian-live.tree");
  await writeFile(join(tree, "live", "filler"), Buffer.alloc(24 * MIB, "f"));
  const label = ["-V", "d-live 13.4.0 gn amd64", "--modification-date=2026010203040500"];
  await judge("xorriso", ["-as", "mkisofs", "-quiet", "-R", "-J", ...label, "-o", path, tree]);
  await rm(join(tree, "live", "filler"));
}

/** Fills the volume with files of a MiB, then frees every second one: no hole is longer than one of them. */
async function fillAndFree(
  fileSystem: "fat32" | "exfat" | "ntfs" | "ext4",
  volume: string,
): Promise<void> {
  const filler = join(folder, "filler");
  await writeFile(filler, Buffer.alloc(MIB, "."));
  const name = (index: number) => `filler-${index}`;
  const all = Array.from({ length: FILLERS }, (_, index) => name(index));
  const everySecond = all.filter((_, index) => index % 2 === 0);
  if (fileSystem === "fat32") {
    for (const one of all) await judge("mcopy", ["-i", volume, filler, `::${one}`]);
    await judge("mdel", ["-i", volume, ...everySecond.map((one) => `::${one}`)]);
    return;
  }
  const program = { exfat: "mount.exfat-fuse", ntfs: "ntfs-3g", ext4: "mount" } as const;
  await mounted(volume, program[fileSystem], async (root) => {
    for (const one of all) await copySparse(filler, join(root, one));
    for (const one of everySecond) await rm(join(root, one));
  });
}

test("a file with holes can't be started, and says so", async () => {
  const image = join(folder, "holes.img");
  await buildStick(image, { fileSystem: "ext4" });
  // debugfs leaves out blocks of zeroes, which every ISO begins with.
  await change(image, async (volume) => debugfs(volume, [`write ${debian} holes.iso`]));
  expect(await refresh(image)).toMatchObject({ changed: true, added: ["/holes.iso"] });
  const { menu, isos } = await slotOf(image);
  expect(isos[0]?.extents).toBeNull();
  expect(menu).toContain("has holes or is compressed");
  expect(menu).not.toContain("if lifeboat_open");
  expect(await refresh(image)).toMatchObject({ changed: false });
});

test("a file whose name is no text keeps no other from being found", async () => {
  const image = join(folder, "bytes.img");
  await buildStick(image, { fileSystem: "ext4" });
  await change(image, async (volume) => {
    const commands = Buffer.concat([
      Buffer.from(`write ${debian} good.iso\nwrite ${debian} `),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(".iso\n"),
    ]);
    await judge("debugfs", ["-w", "-f", "-", volume], { input: commands });
  });
  expect((await refresh(image)).added).toContain("/good.iso");
  expect((await slotOf(image)).isos.map(({ path }) => path)).toContain("/good.iso");
  expect(await refresh(image)).toMatchObject({ changed: false });
});
