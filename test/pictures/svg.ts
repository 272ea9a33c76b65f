/** A terminal's screen as an SVG picture: text, so that it can be kept in the repository and its changes be read. */
import { widthOf } from "../../src/tui/frame/words.ts";
import type { Look, Stretch } from "./ansi.ts";

const CELL = { width: 9, height: 19 };
const MARGIN = 14;
const GROUND = "#1d1f21";
const TEXT = "#d5d8d6";
/** In the order of their numbers: eight colours, and the bright ones. */
const COLORS = [
  "#3a3d40",
  "#d06a6a",
  "#7fbf7f",
  "#d9c06a",
  "#6f9bd1",
  "#b58fcf",
  "#62c2c9",
  "#d5d8d6",
  "#6b7075",
  "#e88a8a",
  "#9fdf9f",
  "#f2dc8f",
  "#94b8e8",
  "#d3b2ea",
  "#8fe0e6",
  "#ffffff",
];

/** @param columns the terminal's width. */
export function svgOf(lines: readonly (readonly Stretch[])[], columns: number): string {
  const width = columns * CELL.width + 2 * MARGIN;
  const height = lines.length * CELL.height + 2 * MARGIN;
  const drawn = lines.flatMap((line, row) => lineOf(line, row));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>`,
    `<g font-family="'DejaVu Sans Mono','Noto Sans Mono CJK SC',Menlo,Consolas,monospace" font-size="15" xml:space="preserve">`,
    ...drawn,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function lineOf(line: readonly Stretch[], row: number): string[] {
  const drawn: string[] = [];
  const y = MARGIN + row * CELL.height;
  let column = 0;
  for (const { text, look } of line) {
    const columns = widthOf(text);
    const x = MARGIN + column * CELL.width;
    const wide = columns * CELL.width;
    column += columns;
    if (look.inverse) {
      drawn.push(
        `<rect x="${x}" y="${y}" width="${wide}" height="${CELL.height}" fill="${colorOf(look)}"/>`,
      );
    }
    if (text.trim() === "") continue;
    const style = [
      `fill="${look.inverse ? GROUND : colorOf(look)}"`,
      ...(look.bold ? [`font-weight="bold"`] : []),
      ...(look.dim ? [`opacity="0.6"`] : []),
    ].join(" ");
    // Whatever font draws it, it takes the cells that it takes on a terminal.
    const place = `x="${x}" y="${y + CELL.height - 5}" textLength="${wide}" lengthAdjust="spacingAndGlyphs"`;
    drawn.push(`<text ${place} ${style}>${escaped(text)}</text>`);
  }
  return drawn;
}

function colorOf({ color }: Look): string {
  return color === undefined ? TEXT : (COLORS[color] ?? TEXT);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
