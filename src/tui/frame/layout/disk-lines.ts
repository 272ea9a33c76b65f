/** A disk as a bar, and below it what its parts are; or two of them, before something and after it. */
import type { Language } from "../../../system/text.ts";
import { formatSize } from "../../../system/sizes.ts";
import type { DiskPicture, StretchKind } from "../disk-picture.ts";
import { cellsOf } from "../disk-picture.ts";
import { frameSay } from "../messages.ts";
import type { Style } from "../theme.ts";
import { pad, say, widthOf } from "../words.ts";
import type { Line, Segment } from "./line.ts";
import { cutLine, lineWidth, segment } from "./line.ts";

/** Told apart without colours, and all in the character sets of the Linux console. */
const GLYPHS: Readonly<Record<StretchKind, { glyph: string; style: Style }>> = {
  used: { glyph: "▒", style: "plain" },
  file: { glyph: "█", style: "on-file" },
  pieces: { glyph: "▄", style: "on-pieces" },
  free: { glyph: "░", style: "on-free" },
  boot: { glyph: "▓", style: "on-boot" },
  windows: { glyph: "▚", style: "on-windows" },
  unallocated: { glyph: "·", style: "faint" },
  partition: { glyph: "═", style: "plain" },
  damaged: { glyph: "X", style: "on-damaged" },
};

const NAMES: Readonly<Record<StretchKind, () => ReturnType<typeof frameSay.search>>> = {
  used: frameSay.used,
  file: frameSay.file,
  pieces: frameSay.pieces,
  free: frameSay.free,
  boot: frameSay.boot,
  windows: frameSay.windows,
  unallocated: frameSay.unallocated,
  partition: frameSay.partition,
  damaged: frameSay.damaged,
};

export function diskLines(picture: DiskPicture, columns: number, language: Language): Line[] {
  const cells = cellsOf(picture, Math.max(1, columns - 2));
  return [
    barOf(cells),
    ...indented(partsOf(picture, columns - 1, language), 1),
    ...indented(legendOf(cells, columns - 1, language), 1),
  ];
}

/** On one scale, what their marks mean said once. */
export function beforeAfterLines(
  before: DiskPicture,
  after: DiskPicture,
  columns: number,
  language: Language,
): Line[] {
  const named = [
    { name: say(frameSay.before(), language), picture: before },
    { name: say(frameSay.after(), language), picture: after },
  ];
  const margin = Math.max(...named.map(({ name }) => widthOf(name))) + 1;
  const room = Math.max(1, columns - margin);
  const drawn = named.map(({ name, picture }) => {
    const cells = cellsOf(picture, Math.max(1, room - 2));
    const bar: Line = [segment(pad(name, margin), "strong"), ...barOf(cells)];
    const parts = indented(partsOf(picture, room - 1, language), margin + 1);
    return { cells, lines: [bar, ...parts] };
  });
  const cells = drawn.flatMap((one) => one.cells);
  return [
    ...drawn.flatMap(({ lines }) => lines),
    ...indented(legendOf(cells, columns - 1, language), 1),
  ].map((line) => cutLine(line, columns));
}

function barOf(cells: readonly StretchKind[]): Line {
  const bar: Segment[] = [];
  for (const kind of cells) {
    const { glyph, style } = GLYPHS[kind];
    const last = bar.at(-1);
    if (last?.style === style) bar[bar.length - 1] = segment(last.text + glyph, style);
    else bar.push(segment(glyph, style));
  }
  return [segment("▕", "rule"), ...bar, segment("▏", "rule")];
}

function partsOf({ parts }: DiskPicture, columns: number, language: Language): Line[] {
  const words = parts.map(({ label, bytes }): Line => {
    return [segment(`${say(label, language)} ${formatSize(bytes)}`)];
  });
  return packed(words, "  │  ", columns);
}

function legendOf(cells: readonly StretchKind[], columns: number, language: Language): Line[] {
  const kinds = (Object.keys(GLYPHS) as StretchKind[]).filter((kind) => cells.includes(kind));
  const words = kinds.map((kind): Line => {
    const { glyph, style } = GLYPHS[kind];
    return [segment(glyph, style), segment(` ${say(NAMES[kind](), language)}`, "faint")];
  });
  return packed(words, "   ", columns);
}

/** As many to a line as there is room for. */
function packed(items: readonly Line[], between: string, columns: number): Line[] {
  const lines: Line[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    const joined = last === undefined ? item : [...last, segment(between), ...item];
    if (last !== undefined && lineWidth(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(cutLine(item, columns));
  }
  return lines;
}

function indented(lines: readonly Line[], by: number): Line[] {
  return lines.map((line) => [segment(" ".repeat(by)), ...line]);
}
