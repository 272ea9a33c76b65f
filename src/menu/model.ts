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
  /** A GRUB command: it is shown where that is true when the menu is made. */
  readonly shownWhere?: string;
  /** It only says why something can't be started. */
  readonly explains?: boolean;
}

export interface Submenu extends NodeBasics {
  readonly kind: "submenu";
  readonly children: readonly MenuNode[];
}

/** A submenu whose entries GRUB finds by itself, when it is opened. */
export interface FoundSubmenu extends NodeBasics {
  readonly kind: "found";
  /** As an entry's. */
  readonly script: readonly string[];
}

export type MenuNode = MenuEntry | Submenu | FoundSubmenu;

export const ALL_FIRMWARE: readonly Firmware[] = ["bios", "x64", "ia32"];

/** Where an entry stands in the menu as that firmware shows it: position from 0 in each menu on the way to it. */
export interface PlacedEntry {
  readonly titles: readonly string[];
  readonly positions: readonly number[];
}

/** Every entry that `firmware` shows and that is known before GRUB runs, in the order of the menu. */
export function placeEntries(nodes: readonly MenuNode[], firmware: Firmware): PlacedEntry[] {
  const shown = nodes.filter((node) => firmwareOf(node).includes(firmware));
  return shown.flatMap((node, position) => {
    if (node.kind === "entry") return [{ titles: [node.title], positions: [position] }];
    if (node.kind === "found") return [];
    return placeEntries(node.children, firmware).map((placed) => ({
      titles: [node.title, ...placed.titles],
      positions: [position, ...placed.positions],
    }));
  });
}

/** How many entries start something, of those that are known. */
export function countStarts(nodes: readonly MenuNode[]): number {
  const count = (node: MenuNode): number => {
    if (node.kind === "submenu") return countStarts(node.children);
    return node.kind === "found" || node.explains ? 0 : 1;
  };
  return nodes.reduce((all, node) => all + count(node), 0);
}

/** A submenu is shown where any of its entries is. */
export function firmwareOf(node: MenuNode): readonly Firmware[] {
  if (node.kind === "entry") return node.firmware;
  if (node.kind === "found") return ALL_FIRMWARE;
  const inside = new Set(node.children.flatMap(firmwareOf));
  return ALL_FIRMWARE.filter((firmware) => inside.has(firmware));
}
