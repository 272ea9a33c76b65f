import { expect, test } from "vitest";
import { screenText } from "../../../../src/boot/qemu/screen.ts";

function cells(lines: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(80 * 25 * 2).fill(0x07);
  for (let cell = 0; cell < 80 * 25; cell++) {
    const line = lines[Math.floor(cell / 80)] ?? "";
    bytes[cell * 2] = line.codePointAt(cell % 80) ?? 0x20;
  }
  return bytes;
}

test("characters are every second byte, ends of lines and of the screen are trimmed", () => {
  expect(screenText(cells(["Memtest86+ v6.10", "", "  Pass  0%"]))).toBe(
    "Memtest86+ v6.10\n\n  Pass  0%",
  );
  expect(screenText(cells([]))).toBe("");
});

test("box drawing and control characters of code page 437 become spaces", () => {
  expect(screenText(cells(["a\u00c4\u0003b"]))).toBe("a  b");
});

test("a buffer that is cut off gives what is there", () => {
  expect(screenText(cells(["whole line"]).subarray(0, 10))).toBe("whole");
});
