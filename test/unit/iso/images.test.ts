/** Floppies, disks and EFI programs, made by mtools, mke2fs, sgdisk, sfdisk: what they are and how they would start. */
import { readFile, writeFile } from "node:fs/promises";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { MemoryRange } from "../../../src/block/memory.ts";
import { openFile } from "../../../src/block/file.ts";
import { openEntryFile } from "../../../src/iso/image-partitions.ts";
import { argumentsInDisk } from "../../../src/iso/images/disk-arguments.ts";
import type { DiskPart } from "../../../src/iso/images/disk-parts.ts";
import { imageKind, imageName } from "../../../src/iso/images/kinds.ts";
import type { IsoReport } from "../../../src/iso/index.ts";
import { inspectImage, loadRecipes } from "../../../src/iso/index.ts";
import type { RecipeSet } from "../../../src/iso/recipes/load.ts";
import { packageRoot } from "../../../src/system/places.ts";
import {
  EXT4_UUID,
  diskImage,
  ext4Image,
  fatImage,
  floppyImage,
  makeBootable,
} from "../../support/disk-images.ts";
import { bytesOf, describeEntry } from "../../support/iso-fixtures.ts";
import { fuzzRounds, mutate } from "../../support/mutations.ts";
import { suiteFolder } from "../../support/sticks.ts";

const MIB = 1 << 20;

let recipes: RecipeSet;
let folder = "";

beforeAll(async () => {
  recipes = await loadRecipes(join(packageRoot(), "grub", "recipes"));
});
folder = await suiteFolder();

async function inspect(path: string, name = path.slice(path.lastIndexOf("/") + 1)) {
  const range = await openFile(path);
  try {
    return await inspectImage(range, name, recipes);
  } finally {
    await range.close();
  }
}

async function inspectBytes(bytes: Uint8Array, name: string): Promise<IsoReport> {
  return inspectImage(new MemoryRange(Buffer.from(bytes)), name, recipes);
}

function idsOf(report: IsoReport): string[] {
  return report.problems.map(({ id }) => id).toSorted();
}

/** A folder with these files, as fixtures name their content. */
async function tree(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), await bytesOf(content, folder));
  }
  return root;
}

describe("names", () => {
  test.each([
    ["x.iso", "iso", "x"],
    ["X.ISO", "iso", "X"],
    ["shell.efi", "program", "shell"],
    ["disk.img", "disk", "disk"],
    ["dos.IMA", "disk", "dos"],
    ["a.flp", "disk", "a"],
    ["cloud.raw", "disk", "cloud"],
    ["cloud.raw.xz", "compressed", "cloud"],
    ["a.img.gz", "compressed", "a"],
    [".img", "disk", ".img"],
  ])("%s is %s", (file, kind, name) => {
    expect(imageKind(file)).toBe(kind);
    expect(imageName(file)).toBe(name);
  });

  test.each(["x.txt", "iso", "x.iso.part", "x.gz", "x.img.sha256"])("%s is none", (file) => {
    expect(imageKind(file)).toBeUndefined();
    expect(imageName(file)).toBe(file);
  });
});

describe("EFI programs", () => {
  test.each([
    ["@efi64", "x64", "x86_64"],
    ["@efi32", "ia32", "i386"],
  ])(
    "%s starts by the firmware of its machine, from a copy",
    async (content, firmware, machine) => {
      const report = await inspectBytes(await bytesOf(content, folder), "tool.efi");
      expect(report).toMatchObject({ family: "efi-program", name: "tool", firmware: ["uefi"] });
      expect(report.arch).toEqual([machine]);
      expect(report.entries.map(describeEntry)).toEqual([
        `tool | ${firmware} | chainload / |  | chainload, unsigned`,
      ]);
      const unsigned = firmware === "x64" ? ["secure-boot-unsigned"] : [];
      expect(idsOf(report)).toEqual([...unsigned, "uefi-only"]);
    },
  );

  test("what is none says why", async () => {
    const problems = async (change: (program: Buffer) => void, content = "@efi64") => {
      const program = await bytesOf(content, folder);
      change(program);
      const report = await inspectBytes(program, "x.efi");
      expect(report.entries).toEqual([]);
      return idsOf(report);
    };
    expect(await problems(() => {}, "@efiarm")).toEqual(["foreign-processor"]);
    expect(await problems((program) => program.writeUInt16LE(11, 0xdc))).toEqual(["efi-driver"]);
    // A program for Windows has the same headers.
    const windows = await problems((program) => program.writeUInt16LE(3, 0xdc));
    expect(windows).toEqual(["not-an-efi-program"]);
    expect(await problems((program) => program.fill(0))).toEqual(["not-an-efi-program"]);
    expect(idsOf(await inspectBytes(Buffer.alloc(0), "x.efi"))).toEqual(["empty-file"]);
  });
});

describe("floppies", () => {
  test.each([160, 360, 720, 1200, 1440, 2880])("%i KiB start from memory on BIOS", async (kib) => {
    const report = await inspect(await floppyImage(join(folder, "f.ima"), "hello", kib));
    expect(report).toMatchObject({ family: "floppy-image", name: "f", firmware: ["bios"] });
    expect(report.entries.map(describeEntry)).toEqual([
      "f | bios | memdisk / | floppy raw | memdisk, not-needed",
    ]);
    expect(idsOf(report)).toEqual(["bios-only", "in-memory"]);
  });

  test("without a boot sector there is nothing to start", async () => {
    const report = await inspectBytes(Buffer.alloc(1440 << 10), "empty.img");
    expect(report.entries).toEqual([]);
    expect(idsOf(report)).toEqual(["no-boot-sector"]);
  });
});

test("a compressed image is to be unpacked", async () => {
  const report = await inspectBytes(Buffer.from("\xfd7zXZ\0", "latin1"), "cloud.img.xz");
  expect(report.entries).toEqual([]);
  expect(idsOf(report)).toEqual(["compressed-image"]);
});

const INSTALLED_MENU = (root: string) => `
menuentry 'Debian GNU/Linux' {
  search --no-floppy --fs-uuid --set=root ${EXT4_UUID}
  linux /boot/vmlinuz-6.1 root=${root} rw resume=/dev/sda3 quiet
  initrd /boot/initrd.img-6.1
}
`;
const INSTALLED = {
  "/boot/vmlinuz-6.1": "@kernel64",
  "/boot/initrd.img-6.1": "@initrd",
  "/etc/fstab": "",
  "/etc/os-release": 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
};

describe("disks with an installed Linux", () => {
  test.each([
    ["gpt", "PARTUUID=11112222-3333-4444-8555-666677778888", `UUID=${EXT4_UUID}`],
    ["gpt", "/dev/sda2", `UUID=${EXT4_UUID}`],
    ["mbr", "PARTUUID=cafe1234-02", `UUID=${EXT4_UUID}`],
    ["mbr", "/dev/nvme0n1p2", `UUID=${EXT4_UUID}`],
    ["mbr", `UUID=${EXT4_UUID}`, `UUID=${EXT4_UUID}`],
    ["mbr", "LABEL=ROOTFS", "LABEL=ROOTFS"],
    ["mbr", "/dev/mapper/vg-root", "/dev/mapper/vg-root"],
  ] as const)("%s, root=%s", async (scheme, root, reached) => {
    const files = { ...INSTALLED, "/boot/grub/grub.cfg": INSTALLED_MENU(root) };
    const volume = await ext4Image(join(folder, "r.ext4"), await tree("installed", files));
    const esp = await fatImage(join(folder, "e.fat"), { "/EFI/BOOT/BOOTX64.EFI": "@efi64" });
    const disk = await diskImage(join(folder, "d.img"), scheme, [
      { content: esp, type: scheme === "gpt" ? "ef00" : "ef" },
      {
        content: volume,
        type: scheme === "gpt" ? "8300" : "83",
        guid: "11112222-3333-4444-8555-666677778888",
      },
    ]);
    const report = await inspect(disk);
    const part = scheme === "gpt" ? "gpt" : "msdos";
    expect(report).toMatchObject({ family: "disk-image", name: "Debian GNU/Linux", version: "12" });
    expect(report).toMatchObject({ uuid: "5AFE-B007", uuidPartition: `${part}1` });
    expect(report.entries.map(describeEntry)).toEqual([
      `Debian GNU/Linux | bios x64 ia32 | linux (${part}2)/boot/vmlinuz-6.1 (${part}2)/boot/initrd.img-6.1 | ` +
        `root=${reached} quiet ro rootdelay=120 | hook, unsigned`,
    ]);
    expect(idsOf(report)).toEqual(["read-only", "secure-boot-unsigned"]);
    const range = await openFile(disk);
    try {
      const kernel = await openEntryFile(range, undefined, `(${part}2)/boot/vmlinuz-6.1`);
      expect(kernel.size).toBe((await bytesOf("@kernel64", folder)).length);
    } finally {
      await range.close();
    }
  });

  test("a /boot of its own, and a file system without a table", async () => {
    const menu = INSTALLED_MENU("/dev/vda2").replaceAll("/boot/", "/");
    const files = {
      "/vmlinuz-6.1": "@kernel64",
      "/initrd.img-6.1": "@initrd",
      "/grub2/grub.cfg": menu,
    };
    const volume = await ext4Image(join(folder, "whole.raw"), await tree("boot", files));
    const report = await inspect(volume);
    expect(report.uuidPartition).toBeUndefined();
    expect(report.entries.map(describeEntry)).toEqual([
      "Debian GNU/Linux | bios x64 ia32 | linux /vmlinuz-6.1 /initrd.img-6.1 | root=/dev/vda2 quiet ro rootdelay=120 | hook, unsigned",
    ]);
  });

  test("in a logical partition it is named and not offered", async () => {
    const files = { ...INSTALLED, "/boot/grub/grub.cfg": INSTALLED_MENU("LABEL=ROOTFS") };
    const volume = await ext4Image(join(folder, "l.ext4"), await tree("logical", files));
    const disk = join(folder, "logical.img");
    await writeFile(disk, Buffer.alloc(24 << 20));
    const { judge } = await import("../../support/tools.ts");
    const input = "label: dos\n2048,40960,5\n4096,36864,83\n";
    await judge("sfdisk", ["-q", disk], { input });
    await judge("dd", [
      `if=${volume}`,
      `of=${disk}`,
      "bs=1M",
      "seek=2",
      "conv=notrunc",
      "status=none",
    ]);
    const report = await inspect(disk);
    expect(report.entries).toEqual([]);
    expect(idsOf(report)).toEqual(["logical-partition"]);
  });
});

test("a live medium in a partition starts by its recipe, and looks at that partition", async () => {
  const files = {
    "/live/vmlinuz": "@kernel64",
    "/live/initrd.img": "@initrd",
    "/live/filesystem.squashfs": "@data",
    "/boot/grub/grub.cfg":
      "menuentry Live {\n  linux /live/vmlinuz boot=live findiso=x\n  initrd /live/initrd.img\n}\n",
  };
  const volume = await fatImage(join(folder, "live.fat"), files);
  const disk = await diskImage(join(folder, "live.img"), "mbr", [{ content: volume, type: "c" }]);
  const [entry] = (await inspect(disk)).entries;
  expect(entry && describeEntry(entry)).toBe(
    "Live | bios x64 ia32 | linux (msdos1)/live/vmlinuz (msdos1)/live/initrd.img | " +
      "boot=live live-media=/dev/mapper/lifeboat1 | hook, unsigned",
  );
});

describe("disks with something else", () => {
  test("an EFI program is started alone, and boot code from memory", async () => {
    const esp = await fatImage(join(folder, "t.fat"), {
      "/EFI/BOOT/BOOTX64.EFI": "@efi64",
      "/EFI/BOOT/BOOTIA32.EFI": "@efi32",
      "/EFI/BOOT/BOOTAA64.EFI": "@efiarm",
    });
    const disk = await diskImage(join(folder, "t.img"), "mbr", [{ content: esp, type: "ef" }]);
    await makeBootable(disk, "hello");
    const report = await inspect(disk);
    expect(report.entries.map(describeEntry)).toEqual([
      "t | ia32 | chainload (msdos1)/EFI/BOOT/BOOTIA32.EFI |  | chainload, unsigned",
      "t | x64 | chainload (msdos1)/EFI/BOOT/BOOTX64.EFI |  | chainload, unsigned",
      "t | bios | memdisk | harddisk raw | memdisk, not-needed",
    ]);
    expect(idsOf(report)).toEqual(["in-memory", "program-alone", "secure-boot-unsigned"]);
  });

  test("what is too large for memory says so", async () => {
    const disk = await diskImage(join(folder, "large.img"), "mbr", [
      { content: 600 << 20, type: "6" },
    ]);
    await makeBootable(disk, "hello");
    const report = await inspect(disk);
    expect(report.entries).toEqual([]);
    expect(idsOf(report)).toEqual(["too-large-for-memory"]);
  });

  test("nothing at all", async () => {
    expect(idsOf(await inspectBytes(Buffer.alloc(4 << 20), "x.img"))).toEqual(["nothing-in-disk"]);
    expect(idsOf(await inspectBytes(Buffer.alloc(100), "x.img"))).toEqual(["nothing-in-disk"]);
  });
});

test("the kernel line in a disk keeps what it doesn't know", () => {
  const part = (number: number, partUuid: string, uuid: string) =>
    ({ partition: `gpt${number}`, number, partUuid, volume: { uuid } }) as unknown as DiskPart;
  const parts = [part(1, "aa", "1111-2222"), part(2, "bb", "")];
  const line = (args: string) => argumentsInDisk(args, parts[0] as DiskPart, parts);
  expect(line("root=PARTUUID=AA rootwait")).toBe("root=UUID=1111-2222 rootwait ro rootdelay=120");
  expect(line("root=PARTUUID=bb rw")).toBe("root=PARTUUID=bb ro rootdelay=120");
  expect(line("root=PARTUUID=zz rootdelay=9")).toBe("root=PARTUUID=zz rootdelay=9 ro");
  expect(line("root=live:LABEL=X rw")).toBe("root=live:LABEL=X rw");
  expect(line("a=/dev/mapper/lifeboat b=/dev/mapper/lifeboat-persistence")).toBe(
    "a=/dev/mapper/lifeboat1 b=/dev/mapper/lifeboat-persistence",
  );
});

describe("whatever is in them", () => {
  test("damaged disks are reported on, and never throw", async () => {
    const esp = await fatImage(join(folder, "m.fat"), { "/EFI/BOOT/BOOTX64.EFI": "@efi64" }, 2);
    const path = await diskImage(join(folder, "m.img"), "gpt", [{ content: esp, type: "ef00" }]);
    const disk = await readFile(path);
    const areas = [
      { start: 440, length: 72 },
      { start: 512, length: 1024 },
      { start: MIB, length: 64 },
      { start: MIB, length: 256 << 10 },
    ];
    const options = { areas, iterations: fuzzRounds(60), seed: 1 };
    const refused = await mutate(disk, options, async (range) => {
      await inspectImage(range, "m.img", recipes);
    });
    expect(refused).toBe(0);
  });

  test.each(["x.efi", "x.img", "x.img.xz"])("any bytes as %s", async (name) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), async (bytes) => {
        const report = await inspectBytes(bytes, name);
        expect(report.entries.length + report.problems.length).toBeGreaterThan(0);
      }),
    );
  });
});
