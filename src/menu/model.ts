/** The boot menu as data: what is written to grub.cfg, listed by `inspect`, and walked by `boot --entry`. */
import type { Firmware } from "../iso/types.ts";

interface NodeBasics {
  readonly title: string;
  /** Who may open it, besides the superusers; everybody where undefined. Without superusers nobody is asked. */
  readonly users?: readonly string[];
  /** What the settings call it where they name the entry to start by default: an ISO's path, or `computer`. */
  readonly mark?: string;
}

export interface MenuEntry extends NodeBasics {
  readonly kind: "entry";
  /** Shown only there. */
  readonly firmware: readonly Firmware[];
  /** GRUB script, one line each; every foreign word in it quoted already. */
  readonly script: readonly string[];
  /** It only says why something can't be started. */
  readonly explains?: boolean;
}

export interface Submenu extends NodeBasics {
  readonly kind: "submenu";
  readonly children: readonly MenuNode[];
}

export type MenuNode = MenuEntry | Submenu;

export const ALL_FIRMWARE: readonly Firmware[] = ["bios", "x64", "ia32"];

/** Where an entry stands in the menu as that firmware shows it: position from 0 in each menu on the way to it. */
export interface PlacedEntry {
  readonly titles: readonly string[];
  readonly positions: readonly number[];
}

/** Every entry that `firmware` shows, in the order of the menu. */
export function placeEntries(nodes: readonly MenuNode[], firmware: Firmware): PlacedEntry[] {
  const shown = nodes.filter((node) => firmwareOf(node).includes(firmware));
  return shown.flatMap((node, position) => {
    if (node.kind === "entry") return [{ titles: [node.title], positions: [position] }];
    return placeEntries(node.children, firmware).map((placed) => ({
      titles: [node.title, ...placed.titles],
      positions: [position, ...placed.positions],
    }));
  });
}

/** How many entries start something. */
export function countStarts(nodes: readonly MenuNode[]): number {
  return nodes.reduce(
    (count, node) =>
      count + (node.kind === "submenu" ? countStarts(node.children) : node.explains ? 0 : 1),
    0,
  );
}

/** A submenu is shown where any of its entries is. */
export function firmwareOf(node: MenuNode): readonly Firmware[] {
  if (node.kind === "entry") return node.firmware;
  const inside = new Set(node.children.flatMap(firmwareOf));
  return ALL_FIRMWARE.filter((firmware) => inside.has(firmware));
}
