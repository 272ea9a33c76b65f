/** lifeboat in another shape than the checkout's (installed by npm, or one executable), held against the checkout's own. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import { packageRoot } from "../../src/system/places.ts";
import { lifeboat, lifeboatJson } from "./cli.ts";
import { testKit } from "./kit.ts";
import { expectCleanStick, fixtureIso } from "./sticks.ts";

export interface Packaged {
  readonly program: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
}

export async function version(): Promise<string> {
  const text = await readFile(join(packageRoot(), "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** What it printed; fails where it failed, or said something on standard error. */
export async function runPackaged(
  { program, env, folder }: Packaged,
  ...args: readonly string[]
): Promise<string> {
  const result = await execa(program, args, { env, extendEnv: false, cwd: folder, reject: false });
  const { exitCode, stderr, stdout } = result;
  expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 0, stderr: "" });
  return stdout;
}

/** It starts, and finds all of its commands. */
export async function expectStarts(packaged: Packaged): Promise<void> {
  expect(await runPackaged(packaged, "--version")).toBe(await version());
  const help = await lifeboat(["--help"], { env: { COLUMNS: "80" } });
  expect(await runPackaged(packaged, "--help")).toBe(help.stdout.trimEnd());
}

/** Needs recipes: it takes an ISO for the same as the checkout does. */
export async function expectScans(packaged: Packaged): Promise<void> {
  const iso = await fixtureIso("debian-live", packaged.folder);
  const scanned = JSON.parse(await runPackaged(packaged, "scan", iso, "--json")) as unknown;
  expect(scanned).toEqual((await lifeboatJson(["scan", iso])).json);
}

/**
 * Needs every file that comes with it: boot stage, hook, settings, and recipes as GRUB script. Others' tools and the checkout have
 * nothing to say against the stick, and for the checkout's refresh its menu is the one that it would make.
 */
export async function expectBuilds(packaged: Packaged): Promise<void> {
  const kit = { LIFEBOAT_KIT: (await testKit()).folder };
  const withKit = { ...packaged, env: { ...packaged.env, ...kit } };
  const iso = await fixtureIso("memtest86+", packaged.folder);
  const image = join(packaged.folder, "made by it.img");
  const build = ["build", image, "--size", "512M", "--iso", iso, "--yes", "--quiet"];
  await runPackaged(withKit, ...build);
  await expectCleanStick(image, "exfat");
  expect((await lifeboatJson(["verify", image, "--deep"], { env: kit })).json).toMatchObject({
    ok: true,
  });
  expect((await lifeboatJson(["refresh", image], { env: kit })).json).toMatchObject({
    changed: false,
    entries: 2,
  });
  const settings = ["settings", image];
  const shown = await runPackaged(withKit, ...settings);
  expect(shown).toBe((await lifeboat(settings, { env: kit })).stdout.trimEnd());
  expect(shown).toContain("timeout");
}
