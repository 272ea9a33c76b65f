/** Boot configurations, EFI programs, and images as a whole. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MemoryRange } from "../../../src/block/memory.ts";
import { readBootImage } from "../../../src/iso/boot-image.ts";
import { readGrubConfig } from "../../../src/iso/grub-config/read.ts";
import { inspectImage, loadRecipes } from "../../../src/iso/index.ts";
import type { RecipeSet } from "../../../src/iso/index.ts";
import { readIsolinuxConfig } from "../../../src/iso/isolinux-config.ts";
import { readLoaderEntries } from "../../../src/iso/loader-entries.ts";
import { readGrubPrefix } from "../../../src/iso/own-loader/grub-prefix.ts";
import { readSbat, readSbatLevel } from "../../../src/iso/own-loader/sbat.ts";
import { readSection } from "../../../src/iso/pe-sections.ts";
import { IsoTree } from "../../../src/iso/tree.ts";
import { packageRoot } from "../../../src/system/places.ts";
import { run } from "../../../src/system/run.ts";
import { memoryVolume } from "../../support/memory-volume.ts";
import type { Area, FuzzedReader, Seed } from "../reader.ts";
import { piecesWhere } from "./tree.ts";

/** The boot configurations in the fixtures of all families, by what their paths end in. */
async function configSeeds(isConfig: (path: string) => boolean): Promise<Seed[]> {
  const { loadFixtures } = await import("../../support/iso-fixtures.ts");
  const seen = new Map<string, Seed>();
  for (const { id, files } of await loadFixtures()) {
    for (const [path, text] of Object.entries(files)) {
      if (!isConfig(path) || text.startsWith("@")) continue;
      seen.set(text, { name: `${id}${path}`, bytes: Buffer.from(text) });
    }
  }
  return [...seen.values()];
}

const GRUB_TOKENS = [
  ..."if then elif else fi for in do done while until function return menuentry submenu".split(" "),
  ..."{ } ; \\ ' \" $ ${ } $1 $@ ${x} # [ ] ( ) set unset source configfile linux initrd".split(
    " ",
  ),
  ..."shift break export search --set=root --file regexp test -f -e -a -o ! = != -z".split(" "),
  "\n",
  "{ ",
  "if true; then ",
  "for x in a b; do ",
  "set x=$x$x\n",
  'menuentry "x" { ',
  "source /boot/grub/grub.cfg\n",
  "function f { f; }\nf\n",
  "$x",
  "insmod ",
  "linux /k ",
  "while true; do x; done\n",
  'set x="$x$x"\n',
  "(cd0)/",
  "submenu 'a' { ",
];

const GRUB_PATH = "/boot/grub/grub.cfg";

export const grubConfig: FuzzedReader = {
  name: "grub-config",
  what: "the interpreter of GRUB's scripts",
  kind: "document",
  makeSeeds: async () => configSeeds((path) => /grub.*\.cfg$|loopback\.cfg$/.test(path)),
  tokens: GRUB_TOKENS,
  read: async ({ bytes }) => {
    const files = { [GRUB_PATH]: bytes, "/boot/grub/other.cfg": bytes, "/live/vmlinuz": "k" };
    const tree = new IsoTree(memoryVolume(files));
    const entries = await readGrubConfig(tree, GRUB_PATH, { platform: "efi", cpu: "x86_64" });
    return entries.length > 0 ? "whole" : "part";
  },
};

const ISOLINUX_TOKENS = [
  ..."label kernel linux append initrd include config menu begin end title default text".split(" "),
  ..."help endtext ui timeout vesamenu.c32 menu.c32 - ~ , initrd= mboot.c32 --- com32 say".split(
    " ",
  ),
  "\n",
  "\r\n",
  "\nlabel x\n",
  "\nmenu begin\n",
  "include isolinux.cfg\n",
  "\nAPPEND ",
];

export const isolinuxConfig: FuzzedReader = {
  name: "isolinux-config",
  what: "isolinux.cfg and systemd-boot's entries",
  kind: "document",
  makeSeeds: async () =>
    configSeeds((path) =>
      /(iso|sys|ext)linux.*\.(cfg|conf)$|loader\/entries\/.*\.conf$/.test(path),
    ),
  tokens: ISOLINUX_TOKENS,
  read: async ({ bytes }) => {
    const path = "/isolinux/isolinux.cfg";
    const files = { [path]: bytes, "/isolinux/other.cfg": bytes, "/loader/entries/a.conf": bytes };
    const tree = new IsoTree(memoryVolume(files));
    const entries = await readIsolinuxConfig(tree, path);
    const loader = await readLoaderEntries(tree);
    return entries.length + loader.length > 0 ? "whole" : "part";
  },
};

async function programSeeds(folder: string): Promise<Seed[]> {
  const { signedPrograms } = await import("../../support/vendor-iso.ts");
  const { sign } = await import("../../support/signing.ts");
  const programs = await signedPrograms();
  const paths = {
    shim: programs.shim,
    "GRUB for CDs": programs.cdGrub,
    "memtest86+, signed here": await sign(folder, "Debian Secure Boot CA"),
  };
  return Promise.all(
    Object.entries(paths).map(async ([name, path]) => {
      const bytes = await readFile(path);
      const hot: Area[] = [
        { start: 0, length: 640 },
        { start: 0, length: 640 },
        { start: Math.max(0, bytes.length - 6000), length: Math.min(bytes.length, 6000) },
      ];
      for (const section of [".sbat", ".sbatlevel", "mods", ".vendor_cert"]) {
        const found = await readSection(new MemoryRange(bytes), section, 16 << 20);
        if (found !== undefined) hot.push({ start: bytes.indexOf(found), length: 256 });
      }
      return { name, bytes, hot };
    }),
  );
}

export const pe: FuzzedReader = {
  name: "pe",
  what: "EFI programs: headers, sections, signatures, SBAT, GRUB's prefix",
  kind: "image",
  makeSeeds: programSeeds,
  read: async ({ bytes }) => {
    const range = new MemoryRange(bytes);
    const { machine } = await readBootImage(range);
    await readSbat(range);
    await readSbatLevel(range);
    await readGrubPrefix(range);
    await readSection(range, ".vendor_cert", 1 << 20);
    return machine === undefined ? "part" : "whole";
  },
};

let recipeSet: Promise<RecipeSet> | undefined;

/** ISOs of different families, and a disk image. */
async function imageSeeds(folder: string): Promise<Seed[]> {
  const { buildFixture, loadFixtures } = await import("../../support/iso-fixtures.ts");
  const fixtures = await loadFixtures();
  const seeds: Seed[] = [];
  for (const family of ["debian-live", "fedora-live", "gparted", "arch"]) {
    const fixture = fixtures.find(({ id }) => id === family);
    if (fixture === undefined) continue;
    const bytes = await readFile(await buildFixture(fixture, folder));
    seeds.push({ name: `${family}.iso`, bytes, hot: structuresOf(bytes) });
  }
  const disk = await installedDisk(folder);
  seeds.push({ name: "disk.img", bytes: disk, hot: structuresOf(disk) });
  return seeds;
}

/** An installed Linux behind an ESP. */
async function installedDisk(folder: string): Promise<Buffer> {
  const { diskImage, ext4Image, fatImage, EXT4_UUID } =
    await import("../../support/disk-images.ts");
  const { bytesOf } = await import("../../support/iso-fixtures.ts");
  const tree = join(folder, "disk");
  await run("mkdir", ["-p", join(tree, "boot/grub"), join(tree, "etc")]);
  const menu = `menuentry Debian {
  search --no-floppy --fs-uuid --set=root ${EXT4_UUID}
  linux /boot/vmlinuz root=/dev/sda2 quiet
  initrd /boot/initrd.img
}
`;
  const files = {
    "boot/grub/grub.cfg": Buffer.from(menu),
    "boot/vmlinuz": await bytesOf("@kernel64", folder),
    "boot/initrd.img": await bytesOf("@initrd", folder),
    "etc/fstab": Buffer.from("/dev/sda2 / ext4\n"),
    "etc/os-release": Buffer.from('NAME="Debian GNU/Linux"\nVERSION_ID="12"\n'),
  };
  for (const [path, bytes] of Object.entries(files)) await writeFile(join(tree, path), bytes);
  const root = await ext4Image(join(folder, "root.ext4"), tree, 4);
  const esp = await fatImage(join(folder, "esp.fat"), { "/EFI/BOOT/BOOTX64.EFI": "@efi64" }, 2);
  const disk = await diskImage(join(folder, "disk.img"), "gpt", [
    { content: esp, type: "ef00" },
    { content: root, type: "8300" },
  ]);
  return readFile(disk);
}

/** Pieces that are neither empty nor all the same. */
function structuresOf(bytes: Buffer): Area[] {
  return piecesWhere(bytes, 256, (piece) => piece.some((byte) => byte !== piece[0]));
}

export const image: FuzzedReader = {
  name: "image",
  what: "ISOs and disk images as `scan` looks at them: file system, configurations, recipes, entries",
  kind: "image",
  makeSeeds: imageSeeds,
  read: async ({ bytes, seed }) => {
    recipeSet ??= loadRecipes(join(packageRoot(), "grub/recipes"));
    const report = await inspectImage(new MemoryRange(bytes), seed, await recipeSet);
    return report.entries.length > 0 ? "whole" : "part";
  },
};
