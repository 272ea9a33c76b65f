/** The try-out itself, on real firmware and a real GRUB: choosing, waiting, what happens when it is in vain or cancelled. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { bootInQemu } from "../../src/boot/qemu/boot.ts";
import { FIRMWARES } from "../../src/boot/qemu/firmware.ts";
import { testIso } from "../setup/isos.ts";
import { temporaryFolder } from "../support/tools.ts";
import { bootStick } from "./support.ts";

const TIMEOUT_MS = 180_000;

let menu: string;
beforeAll(async () => {
  menu = await testIso("grub-menu");
});

async function hashOf(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

/** Of this process: other files of tests run at the same time. */
async function leftovers(): Promise<string[]> {
  const folders = new Set([tmpdir(), "/var/tmp"]);
  const names = await Promise.all([...folders].map(async (folder) => readdir(folder)));
  return names.flat().filter((name) => name.startsWith(`lifeboat-qemu-${process.pid}-`));
}

test.each(FIRMWARES)("an entry of a submenu is started under %s", async (firmware) => {
  const before = await hashOf(menu);
  const result = await bootStick(menu, firmware, [2, 1], ["mark: inner second"]);
  // The entry that would have started by itself did not.
  expect(result.serial).not.toContain("mark: second");
  expect(await hashOf(menu)).toBe(before);
});

test("entries are found by their titles, also two menus deep; a machine that switches itself off ends the wait", async () => {
  await bootStick(menu, "bios", ["More", "Deeper", "Power off"], ["mark: power off"]);
  const off = await bootInQemu({
    image: menu,
    firmware: "bios",
    select: ["More", "Deeper", "Power off"],
    timeoutMs: TIMEOUT_MS,
    headless: true,
  });
  expect(off.ok).toBe(true);
  expect(off.seconds).toBeLessThan(TIMEOUT_MS / 1_000);
});

test("texts are awaited in their order, and a machine that ends won't say any more", async () => {
  const wrongOrder = await bootInQemu({
    image: menu,
    firmware: "bios",
    select: ["More", "Deeper", "Power off"],
    expect: ["mark: power off", "GNU GRUB"],
    timeoutMs: TIMEOUT_MS,
    headless: true,
  });
  expect(wrongOrder).toMatchObject({ ok: false, missing: "GNU GRUB" });
  expect(wrongOrder.seconds).toBeLessThan(TIMEOUT_MS / 1_000);
});

test("an entry that isn't there is what is missing", async () => {
  const result = await bootInQemu({
    image: menu,
    firmware: "bios",
    select: ["No such entry"],
    expect: ["mark"],
    timeoutMs: TIMEOUT_MS,
    headless: true,
  });
  expect(result).toMatchObject({ ok: false, missing: "menu entry No such entry" });
});

test.each(["bios", "uefi"] as const)(
  "text on the screen counts where nothing comes over the serial line (%s)",
  async (firmware) => {
    const image = await testIso("memtest");
    const result = await bootStick(image, firmware, [], ["Memtest86+ v", "Errors:"]);
    expect(result.serial).not.toContain("Errors:");
  },
);

test("a picture of the screen is left where it was asked for", async () => {
  const screenshot = join(await temporaryFolder(), "screen.png");
  const image = await testIso("memtest");
  await bootInQemu({ image, firmware: "bios", timeoutMs: 3_000, headless: true, screenshot });
  const picture = await readFile(screenshot);
  expect(picture.subarray(1, 4).toString("latin1")).toBe("PNG");
});

test("cancelling ends QEMU and leaves nothing behind", async () => {
  const before = await leftovers();
  const controller = new AbortController();
  const booting = bootInQemu({
    image: menu,
    firmware: "uefi",
    select: ["First"],
    expect: ["never said"],
    timeoutMs: TIMEOUT_MS,
    headless: true,
    signal: controller.signal,
    onSerial: () => controller.abort(),
  });
  await expect(booting).rejects.toThrow(/abort/i);
  expect((await leftovers()).filter((name) => !before.includes(name))).toEqual([]);
});

test("what QEMU can't start is told in one line", async () => {
  const folder = await temporaryFolder();
  await expect(
    bootInQemu({
      image: join(folder, "none.img"),
      firmware: "bios",
      timeoutMs: 1_000,
      headless: true,
    }),
  ).rejects.toMatchObject({ code: "image-unreadable" });
  // A folder can be read, but is no disk.
  expect((await stat(folder)).isDirectory()).toBe(true);
  await expect(
    bootInQemu({ image: folder, firmware: "bios", timeoutMs: 1_000, headless: true }),
  ).rejects.toMatchObject({ code: "qemu-failed" });
});
