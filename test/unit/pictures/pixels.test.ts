/** Screens kept as SVG are the screens, pixel by pixel: librsvg draws them again. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { expect, test } from "vitest";
import type { Picture } from "../../../src/boot/qemu/picture.ts";
import { svgOfPixels } from "../../pictures/pixels.ts";
import { decodePng } from "../../support/png.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

async function drawnAgain(picture: Picture): Promise<Picture> {
  const folder = await temporaryFolder();
  const [svg, png] = [join(folder, "picture.svg"), join(folder, "picture.png")];
  await writeFile(svg, svgOfPixels(picture));
  await judge("rsvg-convert", ["--output", png, svg]);
  return decodePng(await readFile(png));
}

test("a gradient with letters and a bar on it", async () => {
  const [width, height] = [64, 48];
  const pixels = Uint32Array.from({ length: width * height }, (_, index) => {
    const [x, y] = [index % width, Math.trunc(index / width)];
    if (y > 10 && y < 20 && x > 5 && x < 50) return 0xd6541e;
    return (x * y) % 7 === 3 ? 0xf2f4f6 : 0x102030 + y;
  });
  const picture = { width, height, pixels };
  expect(await drawnAgain(picture)).toEqual(picture);
});

test("any picture of a few colours", async () => {
  const pictures = record({
    width: integer({ min: 1, max: 24 }),
    height: integer({ min: 1, max: 24 }),
  }).chain(({ width, height }) => {
    const size = { minLength: width * height, maxLength: width * height };
    const color = constantFrom(0x000000, 0xffffff, 0x0000ff, 0x123456);
    return array(color, size).map((colors) => ({
      width,
      height,
      pixels: Uint32Array.from(colors),
    }));
  });
  await assert(
    asyncProperty(pictures, async (picture) => {
      expect(await drawnAgain(picture)).toEqual(picture);
    }),
    { numRuns: 30 },
  );
});
