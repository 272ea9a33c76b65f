/** Held against a terminal that does what the sequences say. */
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ScreenWriter } from "../../../src/tui/frame/screen-writer.ts";

class Terminal extends EventEmitter {
  columns = 10;
  rows = 4;
  readonly isTTY = true;
  readonly grid: string[] = ["", "", "", ""];
  bytes = 0;
  alternate = false;

  write(text: string): boolean {
    this.bytes += text.length;
    let row = 0;
    for (const [, move, line, mode, set] of text.matchAll(
      /\u001b\[(\d+);1H([^\u001b]*)|\u001b\[\?(\d+)([hl])|\u001b\[2J/g,
    )) {
      if (mode === "1049") this.alternate = set === "h";
      if (move === undefined) continue;
      row = Number(move) - 1;
      const old = this.grid[row] ?? "";
      const erases = text
        .slice(text.indexOf(`\u001b[${move};1H`))
        .startsWith(`\u001b[${move};1H${line}\u001b[0m\u001b[K`);
      this.grid[row] = erases ? (line ?? "") : (line ?? "") + old.slice(line?.length);
    }
    return true;
  }
}

describe("the screen writer", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("shows each frame, and writes only the lines that changed", () => {
    const terminal = new Terminal();
    const writer = new ScreenWriter(terminal);
    writer.write("one\ntwo\nthree\nfour");
    expect(terminal.grid).toEqual(["one", "two", "three", "four"]);
    vi.runOnlyPendingTimers();
    terminal.bytes = 0;
    writer.write("one\n2\nthree\nfour");
    expect(terminal.grid).toEqual(["one", "2", "three", "four"]);
    expect(terminal.bytes).toBeLessThan(25);
    writer.close();
  });

  test("of frames that come faster than anybody reads the last is shown", () => {
    const terminal = new Terminal();
    const writer = new ScreenWriter(terminal);
    for (let count = 0; count < 1000; count++) writer.write(`${count}`);
    expect(terminal.grid[0]).toBe("0");
    vi.runOnlyPendingTimers();
    expect(terminal.grid[0]).toBe("999");
    writer.close();
  });

  test("a line as wide as the terminal keeps its last column", () => {
    const terminal = new Terminal();
    const writer = new ScreenWriter(terminal);
    const wrote = vi.spyOn(terminal, "write");
    writer.write("0123456789\n01234");
    const text = wrote.mock.calls.at(-1)?.[0] ?? "";
    expect(text).toContain("0123456789\u001b[0m\u001b[2;1H");
    expect(text).toContain("01234\u001b[0m\u001b[K");
    writer.close();
  });

  test("after a change of size all is drawn anew", () => {
    const terminal = new Terminal();
    const writer = new ScreenWriter(terminal);
    writer.write("one\ntwo");
    vi.runOnlyPendingTimers();
    const resized = vi.fn<() => void>();
    writer.on("resize", resized);
    terminal.grid.fill("");
    terminal.emit("resize");
    expect(resized).toHaveBeenCalledOnce();
    writer.write("one\ntwo");
    expect(terminal.grid.slice(0, 2)).toEqual(["one", "two"]);
    writer.close();
  });

  test("what stood on the terminal is there again at the end, and nothing is written after it", () => {
    const terminal = new Terminal();
    const writer = new ScreenWriter(terminal);
    expect(terminal.alternate).toBe(true);
    writer.write("one");
    writer.close();
    writer.close();
    expect(terminal.alternate).toBe(false);
    terminal.bytes = 0;
    writer.write("two");
    vi.runAllTimers();
    expect(terminal.bytes).toBe(0);
  });
});
