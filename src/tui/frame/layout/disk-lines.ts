/** A disk as a bar, and below it what its parts are. */
import type { Language } from "../../../system/text.ts";
import { formatSize } from "../../../system/sizes.ts";
import type { DiskPicture, StretchKind } from "../disk-picture.ts";
import { cellsOf } from "../disk-picture.ts";
import { frameSay } from "../messages.ts";
import type { Style } from "../theme.ts";
import { say } from "../words.ts";
import type { Line, Segment } from "./line.ts";
import { cutLine, segment } from "./line.ts";

/** Told apart without colours, and all in the character sets of the Linux console. */
const GLYPHS: Readonly<Record<StretchKind, { glyph: string; style: Style }>> = {
  used: { glyph: "▒", style: "plain" },
  file: { glyph: "█", style: "on-file" },
  pieces: { glyph: "▄", style: "on-pieces" },
  free: { glyph: "░", style: "on-free" },
  boot: { glyph: "▓", style: "on-boot" },
  windows: { glyph: "▚", style: "on-windows" },
  unallocated: { glyph: "·", style: "faint" },
};

const NAMES: Readonly<Record<StretchKind, () => ReturnType<typeof frameSay.search>>> = {
  used: frameSay.used,
  file: frameSay.file,
  pieces: frameSay.pieces,
  free: frameSay.free,
  boot: frameSay.boot,
  windows: frameSay.windows,
  unallocated: frameSay.unallocated,
};

export function diskLines(picture: DiskPicture, columns: number, language: Language): Line[] {
  const cells = cellsOf(picture, Math.max(1, columns - 2));
  const bar: Segment[] = [];
  for (const kind of cells) {
    const { glyph, style } = GLYPHS[kind];
    const last = bar.at(-1);
    if (last?.style === style) bar[bar.length - 1] = segment(last.text + glyph, style);
    else bar.push(segment(glyph, style));
  }
  const kinds = (Object.keys(GLYPHS) as StretchKind[]).filter((kind) => cells.includes(kind));
  const legend = kinds.flatMap((kind) => {
    const { glyph, style } = GLYPHS[kind];
    return [segment(glyph, style), segment(` ${say(NAMES[kind](), language)}   `, "faint")];
  });
  const parts = picture.parts
    .map(({ label, bytes }) => `${say(label, language)} ${formatSize(bytes)}`)
    .join("  │  ");
  return [
    [segment("▕", "rule"), ...bar, segment("▏", "rule")],
    cutLine([segment(" "), segment(parts)], columns),
    cutLine([segment(" "), ...legend], columns),
  ];
}
