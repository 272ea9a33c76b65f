/** What tones look like: the sixteen colours that every terminal has, readable on dark and on light. */
import type { Tone } from "./view.ts";

/** Of a stretch of a line: a tone, or what only the frame itself draws. */
export type Style = Tone | "cursor" | "button" | "pressed" | "rule" | "key" | StretchStyle;

export type StretchStyle =
  | "on-file"
  | "on-pieces"
  | "on-boot"
  | "on-windows"
  | "on-free"
  | "on-damaged";

export interface Look {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
}

export type Theme = Readonly<Record<Style, Look>>;

const COLOURS: Theme = {
  plain: {},
  strong: { bold: true },
  faint: { dimColor: true },
  accent: { color: "cyan" },
  good: { color: "green" },
  warning: { color: "yellow" },
  bad: { color: "red", bold: true },
  cursor: { color: "cyan", bold: true },
  button: {},
  pressed: { inverse: true, bold: true },
  rule: { dimColor: true },
  key: { bold: true },
  "on-file": { color: "cyan" },
  "on-pieces": { color: "red" },
  "on-boot": { color: "magenta" },
  "on-windows": { color: "blue" },
  "on-free": { dimColor: true },
  "on-damaged": { color: "red", bold: true },
};

/** On light ground yellow and cyan can't be read. */
const LIGHT: Theme = {
  ...COLOURS,
  accent: { color: "blue" },
  warning: { color: "magenta" },
  cursor: { color: "blue", bold: true },
  "on-file": { color: "blue" },
  "on-windows": { color: "green" },
};

/** No colour at all: weight and inversion are left. */
const MONOCHROME = Object.fromEntries(
  Object.entries(COLOURS).map(([style, { color: _color, ...look }]) => [style, look]),
) as Record<Style, Look>;

export type ThemeName = "dark" | "light" | "none";

export function themeOf(name: ThemeName): Theme {
  return name === "none" ? MONOCHROME : name === "light" ? LIGHT : COLOURS;
}

/**
 * What the terminal asks for: none by NO_COLOR (https://no-color.org) or the user's option, light where COLORFGBG says that the
 * background is one of the light colours.
 */
export function themeFor(
  environment: Readonly<Record<string, string | undefined>>,
  color: boolean,
): ThemeName {
  if (!color || environment["NO_COLOR"]) return "none";
  const background = Number(environment["COLORFGBG"]?.split(";").at(-1) ?? "0");
  return background === 7 || background === 15 ? "light" : "dark";
}
