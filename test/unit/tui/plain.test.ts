/** The line mode: everything that can be chosen has a number, and an answer is a line. */
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { App } from "../../../src/tui/app.ts";
import type { LineTerminal } from "../../../src/tui/frame/plain.ts";
import { runPlain } from "../../../src/tui/frame/plain.ts";
import { Runtime } from "../../../src/tui/frame/runtime.ts";
import type { Screen } from "../../../src/tui/frame/screen.ts";
import { diskScreen } from "../../../src/tui/disk/disk-screen.ts";
import { homeScreen } from "../../../src/tui/home/home.ts";
import { stickScreen } from "../../../src/tui/stick/stick-screen.ts";
import { contentsOf } from "../../support/clones.ts";
import { foreignStick } from "../../support/foreign-sticks.ts";
import { buildStick, suiteFolder } from "../../support/sticks.ts";
import { testApp } from "../../support/tui.tsx";

const folder = await suiteFolder();

/** Answers by what is offered: a word names the line that has it, what begins with = is typed as it is. */
function listener(answers: readonly string[]): LineTerminal & { lines: string[] } {
  const lines: string[] = [];
  const left = [...answers];
  return {
    lines,
    write: (line) => lines.push(line),
    ask: async (prompt) => {
      lines.push(prompt);
      const answer = left.shift();
      if (answer === undefined) return undefined;
      if (answer.startsWith("=")) return answer.slice(1);
      const line = lines.findLast((one) => /^\d+\. /.test(one) && one.includes(answer));
      if (line === undefined) throw new Error(`nothing is called ${answer}:\n${lines.join("\n")}`);
      return line.split(".")[0];
    },
  };
}

async function walk(...answers: string[]): Promise<string[]> {
  return walkFrom(homeScreen, answers);
}

async function walkFrom(
  first: (app: App) => Screen,
  answers: readonly string[],
): Promise<string[]> {
  const runtime = new Runtime("en", (frame) => {
    const app: App = { ...testApp(folder), ...frame };
    return [first(app)];
  });
  const terminal = listener(answers);
  await runPlain(runtime, terminal);
  return terminal.lines;
}

describe("line by line", () => {
  test("a stick is made", async () => {
    const lines = await walk(
      "Make a stick",
      "Target",
      "An image file",
      "Size:",
      "=384M",
      "Take 1 target",
      "Make the stick",
      "Home",
      "=q",
    );
    expect((await stat(join(folder, "stick.img"))).size).toBe(384 << 20);
    const text = lines.join("\n");
    expect(text).toContain("== Making the stick ==");
    expect(text).toContain("Writing the boot stage");
    expect(text).toContain("is a rescue stick");
    // Nothing that only a screen can show.
    expect(text).not.toMatch(/[\u001b█░▓❯]/);
  });

  test("a disk before and after adopting is said in words, and adopted", async () => {
    const image = join(folder, "旧 stick.img");
    await foreignStick(image, { scheme: "mbr", fileSystem: "exfat", ventoy: true });
    const lines = await walkFrom(
      (app) => diskScreen(app, image),
      ["Adopt it", "Adopt it", "Type ", `=${image}`, "Open it", "=q"],
    );
    const text = lines.join("\n");
    expect(text).toMatch(
      /before\ndata: 367 MiB\nVentoy: 32.0 MiB\nafter\ndata: 111 MiB\nboot stage/,
    );
    expect(text).toContain("is a lifeboat stick: 0 images");
    expect(text).not.toMatch(/[\u001b█░▓❯]/);
  });

  test("a number that isn't there is said, ? helps, b goes back", async () => {
    const lines = await walk("=99", "=?", "Boot files", "=b", "=q");
    const text = lines.join("\n");
    expect(text).toContain('"99" is none of the numbers');
    expect(text).toContain("Rescue sticks are at the top");
    expect(text.match(/== Home ==/g)).toHaveLength(2);
  });

  test("the end of the input ends it", async () => {
    await expect(walk()).resolves.toContain("== Home ==");
  });

  test("a stick is copied to two image files, one of which is written over", async () => {
    const source = join(folder, "source 中.img");
    const there = join(folder, "stick-2.img");
    await buildStick(source, { sizeBytes: 384 << 20 });
    await writeFile(there, "what was there before");
    const lines = await walkFrom(
      (app) => stickScreen(app, source),
      [
        "More",
        "Copy to other sticks",
        "Targets",
        "An image file",
        "File:",
        `=${join(folder, "new 新.img")}`,
        "Size:",
        "=400M",
        "An image file",
        "File:",
        `=${there}`,
        "Size:",
        "=390M",
        "Take 2 targets",
        "Copy to 2 targets",
        "Type ",
        `=${there}`,
        "Home",
        "=q",
      ],
    );
    const text = lines.join("\n");
    expect(text).toContain("Everything on it will be lost");
    expect(text).toContain("All 2 are clones of this stick");
    expect((await stat(there)).size).toBe(390 << 20);
    expect(await contentsOf(there)).toEqual(await contentsOf(source));
  });
});
