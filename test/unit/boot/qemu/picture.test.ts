import * as fc from "fast-check";
import { expect, test } from "vitest";
import { lineShows, loadFont, parsePpm, textOfPicture } from "../../../../src/boot/qemu/picture.ts";
import type { Font } from "../../../../src/boot/qemu/picture.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";

/** A PPM with `lines` drawn in `font`, the first row of letters at `top`; `ink` on `ground`, both 0xRRGGBB. */
function drawn(
  lines: readonly string[],
  font: Font,
  top: number,
  ink = 0xffffff,
  ground = 0x0000aa,
): Uint8Array {
  const rowsOf = new Map([...font].map(([rows, letter]) => [letter, rows.split(",").map(Number)]));
  const [width, height] = [320, 200];
  const head = Buffer.from(`P6\n${width} ${height}\n255\n`);
  const body = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const letter = lines[Math.floor((y - top) / 16)]?.[Math.floor(x / 8)] ?? " ";
      const bits = rowsOf.get(letter)?.[(y - top) % 16] ?? 0;
      body.writeUIntBE((bits >> (7 - (x % 8))) & 1 ? ink : ground, (y * width + x) * 3, 3);
    }
  }
  return Buffer.concat([head, body]);
}

test("letters are read wherever the lines begin, light on dark and dark on light", async () => {
  const font = await loadFont();
  expect(font.size).toBe(94);
  const lines = ["Memtest86+ v6.10 #|@", "", "Pass  2%  login: _"];
  for (const top of [0, 5, 40]) {
    const blank = "\n".repeat(Math.floor(top / 16));
    expect(textOfPicture(parsePpm(drawn(lines, font, top)), font)).toBe(blank + lines.join("\n"));
    const inverse = parsePpm(drawn(lines, font, top, 0, 0xaaaaaa));
    expect(textOfPicture(inverse, font)).toBe(blank + lines.join("\n"));
  }
});

test("a blank screen has no text, and without a font none is read", async () => {
  const font = await loadFont();
  expect(textOfPicture(parsePpm(drawn([], font, 0)), font)).toBe("");
  const none = await loadFont(["/nowhere/vgabios.bin"]);
  expect(textOfPicture(parsePpm(drawn(["text"], font, 0)), none)).toBe("");
});

test("unread letters are excused where most were read", () => {
  expect(lineShows("  \ufffde\ufffdtest86+ \ufffd6.1\ufffd", "Memtest86+")).toBe(true);
  expect(lineShows("  \ufffde\ufffdtest86+ \ufffd6.1\ufffd", "Memtest86+ v6.10")).toBe(true);
  expect(lineShows("  \ufffde\ufffdtest86+", "Remtest86-")).toBe(false);
  expect(lineShows("\ufffd".repeat(80), "login:")).toBe(false);
  expect(lineShows("a\ufffdb", "a b")).toBe(false);
  expect(lineShows("plain login: ", "login:")).toBe(true);
});

test("bytes that are no picture are refused, whatever they are", async () => {
  const picture = drawn(["x"], await loadFont(), 0);
  const refuses = (bytes: Uint8Array): void => {
    expect(() => parsePpm(bytes)).toThrow(LifeboatError);
  };
  refuses(picture.subarray(0, picture.length - 1));
  refuses(Buffer.from("P6\n99999999 99999999\n255\n"));
  refuses(Buffer.from("P5\n1 1\n255\n000"));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), refuses));
});
