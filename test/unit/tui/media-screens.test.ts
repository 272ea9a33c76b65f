/** The test of a medium on the screens: what is filled is what was shown when it was asked. */
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { mediaScreen } from "../../../src/tui/media/media-screen.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";
import type { Terminal, TerminalOptions } from "../../support/tui.tsx";
import { openTerminal, testApp } from "../../support/tui.tsx";
import { LAYOUTS } from "../../support/layout.ts";
import { expectWholeScreen } from "../../support/whole-screen.ts";

const MIB = 1024 * 1024;
const asRoot = process.getuid?.() === 0;

async function image(): Promise<string> {
  const path = join(await temporaryFolder(), "介质 a.img");
  await writeFile(path, Buffer.alloc(16 * MIB, "what a user keeps "));
  return path;
}

async function open(path: string, options: TerminalOptions = {}): Promise<Terminal> {
  const terminal = await openTerminal(testApp("/"), (app) => mediaScreen(app, path), options);
  onTestFinished(() => terminal.close());
  await terminal.see(options.language === "zh" ? "快速检测" : "Quick test");
  return terminal;
}

describe("the full test", () => {
  test("fills the medium that is shown, after its name was typed", async () => {
    const path = await image();
    const terminal = await open(path);
    await terminal.line("Full test");
    await terminal.see("will be lost");
    await terminal.see(/Size +16\.0 MiB/);
    await terminal.type(path);
    await terminal.press("enter");
    await terminal.see("❯ Back");
    expect((await readFile(path)).includes("what a user keeps")).toBe(false);
  });

  test("of another medium at the path is refused, and the next try asks anew", async () => {
    const path = await image();
    const terminal = await open(path);
    await terminal.line("Full test");
    await terminal.see(/Size +16\.0 MiB/);
    await truncate(path, 12 * MIB);
    const before = await readFile(path);
    await terminal.type(path);
    await terminal.press("enter");
    await terminal.see("❯ Try again");
    expect((await readFile(path)).equals(before)).toBe(true);
    await terminal.press("enter");
    await terminal.see(/Size +12\.0 MiB/);
    expect(terminal.screen()).toContain("will be lost");
    await terminal.press("escape");
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test.skipIf(!asRoot)(
    "of another device under the same name is refused (needs root for a loop device)",
    async () => {
      const files = [await image(), await image()];
      const device = (await judge("losetup", ["--find", "--show", files[0] ?? ""])).trim();
      onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
      const terminal = await open(device);
      await terminal.line("Full test");
      await terminal.see(/Size +16\.0 MiB/);
      await judge("losetup", ["--detach", device]);
      await judge("losetup", [device, files[1] ?? ""]);
      await terminal.type(device);
      await terminal.press("enter");
      await terminal.see("❯ Try again");
      for (const file of files) expect(await readFile(file, "latin1")).toMatch(/^what a/);
    },
  );
});

test("the quick test asks nothing and keeps what is there", async () => {
  const path = await image();
  const before = await readFile(path);
  const terminal = await open(path);
  await terminal.line("Quick test");
  await terminal.see("❯ Back");
  expect((await readFile(path)).equals(before)).toBe(true);
});

describe.each(LAYOUTS)("$columns × $rows, $language", (size) => {
  test("the question is whole", async () => {
    const terminal = await open(await image(), size);
    await terminal.line(size.language === "en" ? "Full test" : "完整检测");
    await terminal.see(size.language === "en" ? "will be lost" : "都将丢失");
    expectWholeScreen(terminal, size);
  });
});
