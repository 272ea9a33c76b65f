/** The line mode's terminal, with readline as it is on a real one: keys come in, and what they echo is heard. */
import { PassThrough } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { openLines } from "../../../src/tui/frame/line-terminal.ts";

function openTty() {
  const keys = new PassThrough();
  const output = Object.assign(new PassThrough(), { isTTY: true });
  let shown = "";
  output.on("data", (chunk: Buffer) => {
    shown += String(chunk);
  });
  const lines = openLines(
    keys as unknown as NodeJS.ReadStream,
    output as unknown as NodeJS.WriteStream,
    () => {},
  );
  onTestFinished(lines.close);
  return { keys, lines, shown: () => shown };
}

test("a password that was typed hidden doesn't come back with the arrow keys", async () => {
  const { keys, lines, shown } = openTty();
  const hidden = lines.ask("Password:", true);
  keys.write("sesame open\r");
  expect(await hidden).toBe("sesame open");
  const next = lines.ask("Choose:");
  await vi.waitFor(() => expect(shown()).toContain("Choose:"));
  keys.write("\u001b[A\r");
  expect(await next).toBe("");
  expect(shown()).not.toContain("sesame");
});
