/**
 * Whole sticks, made by the command that users type, started in emulated computers. The first stick, exFAT on GPT, is started on
 * all four kinds of firmware with everything that is on it; the other file systems and MBR each get a cell that could fail for
 * a reason of its own: what GRUB reads there (nothing, since ISOs are opened by extents), what the hook looks for (GPT name,
 * MBR signature), and the BIOS core image of the other scheme.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, test } from "vitest";
import type { Firmware } from "../../src/boot/qemu/firmware.ts";
import { testIso } from "../setup/isos.ts";
import { buildImage } from "./lifeboat.ts";
import { systemOf } from "./systems.ts";
import { LIVE_TIMEOUT_MS, chosenBoots, imagesFolder, startEntry as start } from "./support.ts";

const live = systemOf("debian-live");
const memtest = systemOf("memtest");
const rescue = systemOf("grub-rescue");
const ipxe = systemOf("ipxe");

const folder = await imagesFolder("sticks");

async function build(name: string, isos: readonly string[], ...options: string[]): Promise<string> {
  return buildImage(join(folder, `${name}.img`), isos, ...options);
}

describe("a stick with exFAT on GPT", () => {
  let image = "";

  beforeAll(async () => {
    const names = ["debian-live", "memtest", "grub-rescue", "ipxe"] as const;
    const isos: string[] = [];
    for (const name of names) isos.push(await testIso(name));
    image = await build("exfat", isos);
  });

  const all: readonly Firmware[] = ["bios", "uefi", "uefi-ia32", "secure-boot"];

  test.each(all)("%s: the live system comes up to its login", async (firmware) => {
    await start(image, firmware, live.entry, live.shows, LIVE_TIMEOUT_MS);
  });

  test.each(all)("%s: the GRUB rescue ISO shows its own menu", async (firmware) => {
    await start(image, firmware, rescue.entry, rescue.shows);
  });

  test.each(["bios", "uefi"] as const)("%s: memtest86+ runs from its ISO", async (firmware) => {
    await start(image, firmware, memtest.entry, memtest.shows);
  });

  test("uefi-ia32: memtest86+ runs from the tools, its ISO being for 64 bits", async () => {
    await start(image, "uefi-ia32", "Test the memory", memtest.shows);
  });

  test("secure-boot: memtest86+ isn't signed, and the menu says so", async () => {
    await start(image, "secure-boot", "Memtest86+", ["This program is not signed"]);
  });

  test("bios: iPXE starts from its ISO", async () => {
    await start(image, "bios", ipxe.entry, ipxe.shows);
  });
});

describe("other file systems and MBR", () => {
  const kinds: readonly (readonly [string, readonly string[], Firmware])[] = [
    ["ext4", ["--fs", "ext4"], "bios"],
    ["ntfs", ["--fs", "ntfs"], "secure-boot"],
    ["fat32", ["--fs", "fat32"], "uefi"],
    ["mbr", ["--scheme", "mbr"], "bios"],
    ["mbr-ntfs-unsigned", ["--scheme", "mbr", "--fs", "ntfs", "--no-secure-boot"], "uefi"],
  ];
  const chosen = chosenBoots(kinds, ([name]) => name === "ext4" || name === "mbr-ntfs-unsigned");
  test.each(chosen)(
    "%s: the live system comes up to its login",
    async (name, options, firmware) => {
      const image = await build(name, [await testIso("debian-live")], ...options);
      await start(image, firmware, live.entry, live.shows, LIVE_TIMEOUT_MS);
      await rm(image);
    },
  );
});
