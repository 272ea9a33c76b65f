/** The text screen of a PC: VGA text mode, 80×25 cells of a character and an attribute byte each at 0xB8000. */
import { readFile, rm } from "node:fs/promises";
import type { MachineControl } from "./control.ts";

const TEXT_BUFFER = 0xb8000;
const COLUMNS = 80;
const ROWS = 25;
const CELL_BYTES = 2;

/**
 * Reads the text screen of a running machine; `file` is where QEMU leaves the bytes for a moment. In a graphics mode there is
 * no text, and what stands at that address is returned as the characters it would be.
 */
export async function readScreen(control: MachineControl, file: string): Promise<string> {
  const size = COLUMNS * ROWS * CELL_BYTES;
  await control.execute("pmemsave", { val: TEXT_BUFFER, size, filename: file });
  const cells = await readFile(file);
  await rm(file, { force: true });
  return screenText(cells);
}

/** The lines of a text buffer, ends trimmed. Outside ASCII, code page 437's box drawing and the like become spaces. */
export function screenText(cells: Uint8Array): string {
  const lines: string[] = [];
  for (let row = 0; row < ROWS; row++) {
    let line = "";
    for (let column = 0; column < COLUMNS; column++) {
      const code = cells[(row * COLUMNS + column) * CELL_BYTES] ?? 0;
      line += code >= 0x20 && code < 0x7f ? String.fromCodePoint(code) : " ";
    }
    lines.push(line.trimEnd());
  }
  return lines.join("\n").trimEnd();
}
