/** What is no ISO: floppies, disks, EFI programs, and the check of a file from the menu. */
import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { KIT_PATHS } from "../../src/boot/kit/manifest.ts";
import { openStick } from "../../src/stick/stick.ts";
import { readActiveSlot, readSlot } from "../../src/stick/menu/slots.ts";
import { testIso } from "../setup/isos.ts";
import { packageFiles } from "../setup/packages.ts";
import {
  diskImage,
  ext4Image,
  fatImage,
  floppyImage,
  makeBootable,
} from "../support/disk-images.ts";
import { testKit } from "../support/kit.ts";
import { judge } from "../support/tools.ts";
import { buildImage } from "./lifeboat.ts";
import { LIVE_TIMEOUT_MS, imagesFolder, startEntry as start } from "./support.ts";
import { copySparse } from "../support/copy-sparse.ts";

const folder = await imagesFolder("images");
const ROOT_GUID = "11112222-3333-4444-8555-666677778888";
const CONSOLE = "console=tty0 console=ttyS0,115200 init_on_alloc=0";

/**
 * A disk as an installer leaves it: an ESP, and a root file system with kernel, initrd and GRUB's menu. What lies in it are the
 * real kernel and initrd of the live system; started as an installed system it comes to an init of its own, which busybox runs.
 */
async function linuxDisk(): Promise<string> {
  const root = join(folder, "root");
  for (const name of ["boot/grub", "bin", "sbin", "etc", "dev", "proc", "sys", "run"])
    await mkdir(join(root, name), { recursive: true });
  const iso = await testIso("debian-live");
  await judge("xorriso", [
    "-osirrox",
    "on",
    "-indev",
    iso,
    "-extract",
    "/live",
    join(root, "live"),
  ]);
  await writeFile(join(root, "bin/busybox"), await (await testKit()).read(KIT_PATHS.busybox), {
    mode: 0o755,
  });
  await writeFile(
    join(root, "sbin/init"),
    `#!/bin/busybox sh
B=/bin/busybox
echo "lifeboat-installed: root is $($B awk '$2 == "/" { print $3, $4 }' /proc/mounts)" >/dev/console
touch /written 2>/dev/null || echo "lifeboat-installed: nothing can be written" >/dev/console
while :; do $B sleep 60; done
`,
    { mode: 0o755 },
  );
  await writeFile(
    join(root, "boot/grub/grub.cfg"),
    `menuentry "Installed" {
  search --no-floppy --fs-uuid --set=root 0badcafe-1234-4321-8888-00000badcafe
  linux /live/vmlinuz root=PARTUUID=${ROOT_GUID} rw ${CONSOLE}
  initrd /live/initrd.img
}
menuentry "Live in a partition" {
  linux /live/vmlinuz boot=live components ${CONSOLE}
  initrd /live/initrd.img
}
`,
  );
  const volume = await ext4Image(join(folder, "root.ext4"), root, 700);
  const esp = await fatImage(join(folder, "esp.fat"), { "/EFI/debian/grub.cfg": "# elsewhere\n" });
  const disk = await diskImage(join(folder, "linux.img"), "gpt", [
    { content: esp, type: "ef00" },
    { content: volume, type: "8300", guid: ROOT_GUID },
  ]);
  await rm(root, { recursive: true });
  await rm(volume);
  return disk;
}

let image = "";

beforeAll(async () => {
  const kit = await testKit();
  const memtest = await kit.read(KIT_PATHS.memtestX64Efi);
  const programs: [string, Buffer][] = [["memtest-alone.efi", memtest]];
  for (const [name, data] of programs) await writeFile(join(folder, name), data);
  await copySparse(
    join(await packageFiles(), "usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed"),
    join(folder, "rescue-prompt.efi"),
  );
  await floppyImage(join(folder, "floppy.ima"), "text of the floppy");
  const dos = await diskImage(join(folder, "dos.img"), "mbr", [{ content: 4 << 20, type: "6" }]);
  await makeBootable(dos, "text of the disk");
  const esp = await fatImage(join(folder, "tool.fat"), { "/EFI/BOOT/BOOTX64.EFI": memtest });
  await diskImage(join(folder, "tool.img"), "gpt", [{ content: esp, type: "ef00" }]);
  const files = ["memtest-alone.efi", "rescue-prompt.efi", "floppy.ima", "dos.img", "tool.img"];
  const paths = files.map((name) => join(folder, name));
  const isos = [...paths, await linuxDisk(), await testIso("memtest")];
  image = await buildImage(join(folder, "stick.img"), isos);
}, 10 * 60_000);

describe("a BIOS starts from memory", () => {
  test("a floppy", async () => {
    await start(image, "bios", "floppy", ["text of the floppy"]);
  });

  test("a small disk", async () => {
    await start(image, "bios", "dos", ["text of the disk"]);
  });
});

describe("EFI programs", () => {
  test("a signed one starts under Secure Boot", async () => {
    await start(image, "secure-boot", "rescue-prompt", ["Minimal BASH-like line editing"]);
  });

  test("one without a signature says so there", async () => {
    await start(image, "secure-boot", "memtest-alone", ["This program is not signed"]);
  });

  test("and starts where Secure Boot is off", async () => {
    await start(image, "uefi", "memtest-alone", ["Memtest86+ v6"], LIVE_TIMEOUT_MS);
  });

  test("one inside the image of a disk", async () => {
    await start(image, "uefi", "tool", ["Memtest86+ v6"], LIVE_TIMEOUT_MS);
  });
});

describe("a Linux system in the image of a disk", () => {
  test("installed: its root file system is found in the image, and nothing is written", async () => {
    const wanted = ["lifeboat-installed: root is ext4 ro", "nothing can be written"];
    await start(image, "bios", "Installed", wanted, LIVE_TIMEOUT_MS);
  });
});

describe("the check of a file from the menu", () => {
  const check = "› Check Memtest86+";

  test("right", async () => {
    await start(image, "bios", check, ["The file is as it was when it was put on this stick"]);
  });

  test("with one bit turned over", async () => {
    const spoilt = join(folder, "spoilt.img");
    await judge("cp", ["--sparse=always", image, spoilt]);
    await spoil(spoilt);
    const { serial } = await start(spoilt, "bios", check, ["The file is NOT as it was"]);
    expect(serial).not.toContain("The file is as it was");
    await rm(spoilt);
  });
});

/** Turns a bit over in the middle of the ISO of memtest86+, where no file system's structures are. */
async function spoil(path: string): Promise<void> {
  const stick = await openStick(path);
  let at: number;
  try {
    const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
    const iso = slot?.records.isos.find(({ path: name }) => name.endsWith(".iso"));
    const [extent] = iso?.extents ?? [];
    if (extent === undefined) throw new Error("no ISO");
    at = stick.data.startLba * 512 + extent.start + Math.floor(extent.length / 2);
  } finally {
    await stick.disk.close();
  }
  const file = await open(path, "r+");
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0] = (byte[0] ?? 0) ^ 1;
    await file.write(byte, 0, 1, at);
  } finally {
    await file.close();
  }
}
