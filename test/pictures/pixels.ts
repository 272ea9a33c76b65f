/**
 * A screen's pixels as an SVG picture, exactly: what a machine without a terminal shows (GRUB's menu, in graphics), kept as text.
 * Each row gets its most frequent colour as ground, so that a gradient costs a line a row; what stands on it is one path a colour.
 */
import type { Picture } from "../../src/boot/qemu/picture.ts";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  height: number;
}

/** Drawn at its size, or at a whole multiple of it, each pixel of `picture` comes out as it is. */
export function svgOfPixels(picture: Picture): string {
  const { width, height } = picture;
  const grounds = Array.from({ length: height }, (_, y) => groundOf(rowOf(picture, y)));
  const ground = pathsOf(groundBoxes(grounds, width));
  const shapes = pathsOf(shapeBoxes(picture, grounds));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" shape-rendering="crispEdges">`,
    ...ground,
    ...shapes,
    "</svg>",
    "",
  ].join("\n");
}

function rowOf({ width, pixels }: Picture, y: number): Uint32Array {
  return pixels.subarray(y * width, (y + 1) * width);
}

function groundOf(row: Uint32Array): number {
  const counts = new Map<number, number>();
  let best = row[0] ?? 0;
  for (const color of row) {
    const count = (counts.get(color) ?? 0) + 1;
    counts.set(color, count);
    if (count > (counts.get(best) ?? 0)) best = color;
  }
  return best;
}

type Boxes = Map<number, Box[]>;

function put(boxes: Boxes, color: number, box: Box): void {
  const list = boxes.get(color);
  if (list === undefined) boxes.set(color, [box]);
  else list.push(box);
}

function groundBoxes(grounds: readonly number[], width: number): Boxes {
  const boxes: Boxes = new Map();
  let box: Box | undefined;
  for (const [y, color] of grounds.entries()) {
    if (box !== undefined && grounds[y - 1] === color) box.height++;
    else put(boxes, color, (box = { x: 0, y, width, height: 1 }));
  }
  return boxes;
}

/** Runs of a colour in a row; one right below one of the same colour, place and width makes that one higher. */
function shapeBoxes(picture: Picture, grounds: readonly number[]): Boxes {
  const boxes: Boxes = new Map();
  let above = new Map<string, Box>();
  for (const [y, ground] of grounds.entries()) {
    const row = rowOf(picture, y);
    const here = new Map<string, Box>();
    for (let x = 0; x < row.length;) {
      const color = row[x] ?? 0;
      let end = x + 1;
      while (end < row.length && row[end] === color) end++;
      if (color !== ground) {
        const key = `${color} ${x} ${end}`;
        const box = above.get(key) ?? { x, y, width: end - x, height: 0 };
        if (box.height === 0) put(boxes, color, box);
        box.height++;
        here.set(key, box);
      }
      x = end;
    }
    above = here;
  }
  return boxes;
}

function pathsOf(boxes: Boxes): string[] {
  return [...boxes].map(([color, list]) => {
    const path = list.map(({ x, y, width, height }) => `M${x} ${y}h${width}v${height}h-${width}z`);
    return `<path fill="#${color.toString(16).padStart(6, "0")}" d="${path.join("")}"/>`;
  });
}
