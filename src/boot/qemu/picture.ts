/**
 * Text on a graphics screen. UEFI machines have no text mode, and what draws its own letters there (memtest86+, a Linux console)
 * uses the VGA's 8×16 font. QEMU's own video BIOS has that font in it, so the letters can be told from the pixels.
 */
import { readFile } from "node:fs/promises";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";

/** What stands for a cell that has something in it, but no letter of the font. */
export const UNKNOWN = "\ufffd";

const CELL_WIDTH = 8;
const CELL_HEIGHT = 16;

/** The pixels of a screen, one number 0xRRGGBB each, row after row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** From the rows of a letter, 16 numbers of 8 bits joined by commas, to the letter. */
export type Font = ReadonlyMap<string, string>;

/** The largest screen that QEMU's standard video card offers is far below. */
const MOST_PIXELS = 64 * 1024 * 1024;

/** Reads a binary PPM with 8 bits a colour (netpbm, ppm(5)), which is what QEMU writes. */
export function parsePpm(bytes: Uint8Array): Picture {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).toString("latin1"),
  );
  const [width, height] = [Number(head?.[1]), Number(head?.[2])];
  const count = width * height;
  if (head === null || count > MOST_PIXELS || bytes.length < head[0].length + count * 3) {
    throw new LifeboatError("qemu-control", say.controlFailed("screendump", "no PPM"));
  }
  const pixels = new Uint32Array(count);
  for (let index = 0, at = head[0].length; index < count; index++, at += 3) {
    pixels[index] = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  }
  return { width, height, pixels };
}

/** The lines of text in a picture. Letters stand in columns of 8 pixels; where the lines begin is found out. */
export function textOfPicture(picture: Picture, font: Font): string {
  let best = { known: 0, text: "" };
  for (let top = 0; top < CELL_HEIGHT; top++) {
    const attempt = readLines(picture, font, top);
    if (attempt.known > best.known) best = attempt;
  }
  return best.text;
}

function readLines(picture: Picture, font: Font, top: number): { known: number; text: string } {
  const lines: string[] = [];
  let known = 0;
  for (let y = top; y + CELL_HEIGHT <= picture.height; y += CELL_HEIGHT) {
    let line = "";
    for (let x = 0; x + CELL_WIDTH <= picture.width; x += CELL_WIDTH) {
      const rows = rowsOfCell(picture, x, y);
      const letter = rows === undefined ? " " : (font.get(rows) ?? UNKNOWN);
      if (letter !== " " && letter !== UNKNOWN) known++;
      line += letter;
    }
    lines.push(line.trimEnd());
  }
  return { known, text: lines.join("\n").trimEnd() };
}

/** The pattern of a cell with two colours; undefined for one colour, and for more, which is a picture and no letter. */
function rowsOfCell({ width, pixels }: Picture, x: number, y: number): string | undefined {
  const first = pixels[y * width + x] ?? 0;
  let second: number | undefined;
  let secondCount = 0;
  const rows: number[] = [];
  for (let row = 0; row < CELL_HEIGHT; row++) {
    let bits = 0;
    const start = (y + row) * width + x;
    for (let column = 0; column < CELL_WIDTH; column++) {
      const colour = pixels[start + column] ?? 0;
      bits <<= 1;
      if (colour === first) continue;
      second ??= colour;
      if (colour !== second) return undefined;
      bits |= 1;
      secondCount++;
    }
    rows.push(bits);
  }
  if (second === undefined) return undefined;
  // A letter has fewer pixels than the ground it stands on.
  const inverted = secondCount * 2 > CELL_WIDTH * CELL_HEIGHT;
  return rows.map((bits) => (inverted ? bits ^ 0xff : bits)).join(",");
}

/**
 * Whether a line of a picture's text has `wanted` in it. Programs draw a few letters differently from the video BIOS; a cell
 * that could not be read counts as the letter wanted there, as long as most were read.
 */
export function lineShows(line: string, wanted: string): boolean {
  if (line.includes(wanted)) return true;
  if (!line.includes(UNKNOWN)) return false;
  const letters = wanted.replaceAll(" ", "").length;
  for (let at = 0; at + wanted.length <= line.length; at++) {
    let known = 0;
    let fits = true;
    for (let index = 0; fits && index < wanted.length; index++) {
      const seen = line[at + index];
      if (seen === wanted[index]) known += seen === " " ? 0 : 1;
      else fits = seen === UNKNOWN && wanted[index] !== " ";
    }
    if (fits && known * 3 >= letters * 2) return true;
  }
  return false;
}

/** Where Debian, Fedora, Arch and QEMU's own builds keep the video BIOS of `-vga std`. */
const VIDEO_BIOSES = [
  "/usr/share/seabios/vgabios-stdvga.bin",
  "/usr/share/seavgabios/vgabios-stdvga.bin",
  "/usr/share/qemu/vgabios-stdvga.bin",
  "/usr/local/share/qemu/vgabios-stdvga.bin",
  "/opt/homebrew/share/qemu/vgabios-stdvga.bin",
];

/** The letter A in the VGA's 8×16 font: what the font is found by. */
const LETTER_A = Buffer.from("000010386cc6c6fec6c6c6c600000000", "hex");

/** The font of this computer's QEMU; empty where it isn't found, and then nothing is read from graphics screens. */
export async function loadFont(paths: readonly string[] = VIDEO_BIOSES): Promise<Font> {
  const font = new Map<string, string>();
  for (const path of paths) {
    const rom = await readFile(path).catch(() => undefined);
    const base = (rom?.indexOf(LETTER_A) ?? -1) - 0x41 * CELL_HEIGHT;
    if (rom === undefined || base < 0) continue;
    for (let code = 0x21; code < 0x7f; code++) {
      const at = base + code * CELL_HEIGHT;
      font.set([...rom.subarray(at, at + CELL_HEIGHT)].join(","), String.fromCodePoint(code));
    }
    return font;
  }
  return font;
}
