/**
 * Whole sticks, made by the command that users type, started in emulated computers. The first stick, exFAT on GPT, is started on
 * all four kinds of firmware with everything that is on it; the other file systems and MBR each get a cell that could fail for
 * a reason of its own: what GRUB reads there (nothing, since ISOs are opened by extents), what the hook looks for (GPT name,
 * MBR signature), and the BIOS core image of the other scheme.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Firmware } from "../../src/boot/qemu/firmware.ts";
import { findEntry, listEntries } from "../../src/stick/entries.ts";
import { openData, openStick } from "../../src/stick/stick.ts";
import { run } from "../../src/system/run.ts";
import { cacheFolder } from "../setup/cache.ts";
import { testIso } from "../setup/isos.ts";
import { bootStick } from "./support.ts";

const LIFEBOAT = join(import.meta.dirname, "..", "..", "lifeboat");
const LOGIN = "lifeboat-live login:";
/** Emulated, two cores, other tests' files being written: a minute and a half where nothing else runs. */
const LIVE_TIMEOUT_MS = 8 * 60_000;

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(cacheFolder(), "sticks-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Builds a stick with these ISOs and returns its path. */
async function build(name: string, isos: readonly string[], ...options: string[]): Promise<string> {
  const path = join(folder, `${name}.img`);
  const named = isos.flatMap((iso) => ["--iso", iso]);
  await run(process.execPath, [
    LIFEBOAT,
    "build",
    path,
    "--size",
    "2G",
    ...named,
    ...options,
    "--yes",
  ]);
  return path;
}

/** Starts the entry whose titles contain `title`, and waits for the texts. */
async function start(
  image: string,
  firmware: Firmware,
  title: string,
  wanted: readonly string[],
  timeoutMs = 3 * 60_000,
): Promise<void> {
  const { positions } = findEntry(await listEntries(image, firmware), title);
  await bootStick(image, firmware, positions, wanted, { timeoutMs });
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
    await start(image, firmware, "Live system (amd64)", [LOGIN], LIVE_TIMEOUT_MS);
  });

  test.each(all)("%s: the GRUB rescue ISO shows its own menu", async (firmware) => {
    await start(image, firmware, "GRUB rescue", ["GNU/Hurd", "Change the colors"]);
  });

  test.each(["bios", "uefi"] as const)("%s: memtest86+ runs from its ISO", async (firmware) => {
    await start(image, firmware, "Memtest86+", ["Memtest86+ v6", "CLK/Temp"]);
  });

  test("uefi-ia32: memtest86+ runs from the tools, its ISO being for 64 bits", async () => {
    await start(image, "uefi-ia32", "Test the memory", ["Memtest86+ v6", "CLK/Temp"]);
  });

  test("secure-boot: memtest86+ isn't signed, and the menu says so", async () => {
    await start(image, "secure-boot", "Memtest86+", ["This program is not signed"]);
  });

  test("bios: iPXE starts from its ISO", async () => {
    await start(image, "bios", "iPXE", ["iPXE 1.0"]);
  });
});

describe("other file systems and MBR", () => {
  test.each([
    ["ext4", ["--fs", "ext4"], "bios"],
    ["ntfs", ["--fs", "ntfs"], "secure-boot"],
    ["fat32", ["--fs", "fat32"], "uefi"],
    ["mbr", ["--scheme", "mbr"], "bios"],
    ["mbr-ntfs-unsigned", ["--scheme", "mbr", "--fs", "ntfs", "--no-secure-boot"], "uefi"],
  ] as const)("%s: the live system comes up to its login", async (name, options, firmware) => {
    const image = await build(name, [await testIso("debian-live")], ...options);
    await start(image, firmware, "Live system (amd64)", [LOGIN], LIVE_TIMEOUT_MS);
    await rm(image);
  });
});

test("an ISO in many pieces: kernel and initrd from the ESP, the rest joined by the hook", async () => {
  const image = await build("pieces", []);
  const stick = await openStick(image, { writable: true });
  try {
    const volume = await openData(stick, run);
    // Nearly everything is taken in pieces of 16 MiB, and every second one given back.
    const piece = 16 << 20;
    const names: string[] = [];
    while (volume.freeBytes > 2 * piece) {
      const name = `/${names.length}.bin`;
      await (await volume.reserve(piece)).commit(name, new Date());
      names.push(name);
    }
    for (const name of names.filter((_name, index) => index % 2 === 1)) await volume.remove(name);
    await stick.disk.flush();
  } finally {
    await stick.disk.close();
  }
  const iso = await testIso("debian-live");
  await run(process.execPath, [LIFEBOAT, "add", image, iso]);
  const { stdout } = await run(process.execPath, [LIFEBOAT, "inspect", image, "--json"]);
  const [found] = (JSON.parse(stdout) as { isos: { extents: unknown[] }[] }).isos;
  expect(found?.extents.length).toBeGreaterThan(10);
  await start(image, "secure-boot", "Live system (amd64)", [LOGIN], LIVE_TIMEOUT_MS);
});
