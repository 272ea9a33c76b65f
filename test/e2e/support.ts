/** What the tests that start whole sticks share. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { bootInQemu } from "../../src/boot/qemu/boot.ts";
import type { BootOptions, BootResult } from "../../src/boot/qemu/boot.ts";
import type { Firmware } from "../../src/boot/qemu/firmware.ts";
import { findEntry, listEntries } from "../../src/stick/menu/entries.ts";
import { cacheFolder } from "../setup/cache.ts";

/**
 * Of kinds of sticks that start alike, one; `LIFEBOAT_BOOTS=all` starts all. `npm run matrix` starts every kind under every firmware.
 */
export function chosenBoots<T>(all: readonly T[], chosen: (one: T) => boolean): readonly T[] {
  return process.env["LIFEBOAT_BOOTS"] === "all" ? all : all.filter(chosen);
}

/** Emulated, two cores, other tests' files being written: a minute and a half where nothing else runs. */
export const LIVE_TIMEOUT_MS = 8 * 60_000;

/** Emulated, on a loaded machine: a live system takes one to three minutes. */
const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/** How much of the serial line a failure shows; all of it is in the log that is kept. */
const TAIL_LINES = 60;

/**
 * Starts `image` in QEMU, takes the way `select` through its menus (positions from 0, or parts of titles) and waits for the
 * texts of `wanted`, one after the other. Fails the test with the serial line's end, and keeps the whole log and a picture
 * of the screen in the cache folder.
 */
export async function bootStick(
  image: string,
  firmware: Firmware,
  select: NonNullable<BootOptions["select"]>,
  wanted: readonly string[],
  options: Partial<Pick<BootOptions, "timeoutMs" | "memoryMb">> = {},
): Promise<BootResult> {
  const logs = join(cacheFolder(), "failed-boots");
  await mkdir(logs, { recursive: true });
  const test = expect.getState().currentTestName ?? "boot";
  const name = `${test.replaceAll(/[^\w.-]+/g, "-").slice(-100)}-${firmware}`;
  const screenshot = join(logs, `${name}.png`);
  const result = await bootInQemu({
    image,
    firmware,
    ...(select.length === 0 ? {} : { select }),
    expect: wanted,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    headless: true,
    ...(options.memoryMb === undefined ? {} : { memoryMb: options.memoryMb }),
    screenshot,
  });
  if (result.ok) await rm(screenshot, { force: true });
  else {
    const log = join(logs, `${name}.log`);
    await writeFile(log, result.rawSerial);
    const tail = result.serial
      .replaceAll(/\n\s*\n+/g, "\n")
      .split("\n")
      .slice(-TAIL_LINES)
      .join("\n");
    expect.fail(
      `${firmware}: "${result.missing}" didn't come within ${Math.round(result.seconds)} s\n` +
        `the serial line ends with:\n${tail}\n` +
        (result.screen === "" ? "" : `the screen shows:\n${result.screen}\n`) +
        `all of it: ${log}, the screen: ${screenshot}`,
    );
  }
  return result;
}

/** A folder for a file of tests, on the disk of the cache (images are large), removed at their end. */
export async function imagesFolder(name: string): Promise<string> {
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), `${name}-`));
  afterAll(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts the entry whose titles contain `title`, and waits for the texts.
 * @param then the way through the menu afterwards, where the entry comes back to it.
 */
export async function startEntry(
  image: string,
  firmware: Firmware,
  title: string,
  wanted: readonly string[],
  timeoutMs = 3 * 60_000,
  then: readonly string[] = [],
): Promise<BootResult> {
  const { positions } = findEntry(await listEntries(image, firmware), title);
  return bootStick(image, firmware, [...positions, ...then], wanted, { timeoutMs });
}
