/**
 * The menu's look (GNU GRUB manual, "Theme file format"): a calm dark picture, one font, made for 1024×768 and right on other
 * sizes since everything is placed in per cent. Where there is no graphics GRUB shows its text menu.
 */
import type { Language } from "../system/text.ts";
import { LANGUAGES } from "../system/text.ts";
import { say } from "./messages.ts";
import type { Colour } from "./png.ts";
import { encodePng } from "./png.ts";

const TOP: Colour = [16, 32, 48];
const BOTTOM: Colour = [4, 10, 18];
const SELECTED: Colour = [214, 84, 30];

/** GRUB names fonts as they name themselves; this one is both in the kit and inside Debian's signed GRUB. */
const FONT = "Unicode Regular 16";

export interface ThemeFile {
  readonly name: string;
  readonly data: Buffer;
}

export function makeTheme(language: Language, stickName: string): ThemeFile[] {
  return [
    { name: "theme.txt", data: Buffer.from(themeText(language, stickName)) },
    // For a menu whose language the stick's settings change: the boot stage stays as it was built.
    ...LANGUAGES.map((one) => {
      return { name: `theme-${one}.txt`, data: Buffer.from(themeText(one, stickName)) };
    }),
    { name: "background.png", data: encodePng(64, 192, (_x, y) => blend(TOP, BOTTOM, y / 191)) },
    { name: "select_c.png", data: encodePng(8, 8, () => SELECTED) },
  ];
}

function themeText(language: Language, stickName: string): string {
  return `# lifeboat's menu
title-text: ""
desktop-image: "background.png"
desktop-image-scale-method: "stretch"
terminal-font: "${FONT}"
terminal-left: "4%"
terminal-top: "8%"
terminal-width: "92%"
terminal-height: "84%"

+ label {
  left = 8%
  top = 7%
  width = 84%
  text = "lifeboat   ${stickName}"
  font = "${FONT}"
  color = "#f2f4f6"
}

+ boot_menu {
  left = 8%
  top = 14%
  width = 84%
  height = 72%
  item_font = "${FONT}"
  item_color = "#c9d3dc"
  selected_item_color = "#ffffff"
  selected_item_pixmap_style = "select_*.png"
  item_height = 28
  item_padding = 12
  item_spacing = 4
  icon_width = 0
  icon_height = 0
  scrollbar = true
}

+ label {
  id = "__timeout__"
  left = 8%
  top = 87%
  width = 84%
  text = "${say.startsIn()[language]}"
  font = "${FONT}"
  color = "#f2f4f6"
}

+ label {
  left = 8%
  top = 91%
  width = 84%
  text = "${say.help()[language]}"
  font = "${FONT}"
  color = "#7d8b97"
}
`;
}

function blend(from: Colour, to: Colour, share: number): Colour {
  const mix = (a: number, b: number) => Math.round(a + (b - a) * share);
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}
