/** The entry that starts by itself: found by what the settings call it, and named for GRUB. */
import { matchesWildcard } from "../iso/wildcard.ts";
import type { MenuNode } from "./model.ts";
import { ALL_FIRMWARE, firmwareOf } from "./model.ts";

export interface WantedEntry {
  /** True for the mark of the node that is meant. */
  readonly mark: (mark: string) => boolean;
  /** A wildcard for the title of one of its entries; its first one where undefined. */
  readonly entry?: string;
}

export interface DefaultEntry {
  /** Value of GRUB's `default`: an id for each menu on the way. */
  readonly value: string;
  readonly ids: ReadonlyMap<MenuNode, string>;
}

/**
 * Undefined where the menu has no such entry. What is another entry on another firmware has one id: in GRUB's menu just one
 * of them is there.
 */
export function findDefault(
  nodes: readonly MenuNode[],
  wanted: WantedEntry,
): DefaultEntry | undefined {
  const ids = new Map<MenuNode, string>();
  const idAt = (depth: number) => `lifeboat-${depth}`;
  const depthOf = (within: readonly MenuNode[], depth: number): number | undefined => {
    const marked = within.filter(({ mark }) => mark !== undefined && wanted.mark(mark));
    const [first] = marked;
    if (first !== undefined) {
      // Those of one ISO: different ones on different firmware.
      const same = marked.filter(({ mark }) => mark === first.mark);
      const ends = same.map((node) => markChosen(node, depth));
      const deepest = ends.filter((end) => end !== undefined);
      return deepest.length === 0 ? undefined : Math.max(...deepest);
    }
    for (const node of within) {
      if (node.kind !== "submenu") continue;
      const end = depthOf(node.children, depth + 1);
      if (end === undefined) continue;
      ids.set(node, idAt(depth));
      return end;
    }
    return undefined;
  };
  const markChosen = (node: MenuNode, depth: number): number | undefined => {
    const { entry } = wanted;
    if (node.kind !== "submenu") {
      ids.set(node, idAt(depth));
      return depth;
    }
    const fitting = node.children.filter(
      ({ title }) => entry === undefined || title === entry || matchesWildcard(entry, title),
    );
    const chosen = firstOnEach(fitting);
    if (chosen.length === 0) return undefined;
    ids.set(node, idAt(depth));
    for (const child of chosen) ids.set(child, idAt(depth + 1));
    return depth + 1;
  };
  const end = depthOf(nodes, 0);
  if (end === undefined) return undefined;
  return { value: Array.from({ length: end + 1 }, (_all, depth) => idAt(depth)).join(">"), ids };
}

/** For each firmware the first that it shows. */
function firstOnEach(nodes: readonly MenuNode[]): MenuNode[] {
  const chosen = ALL_FIRMWARE.map((one) => nodes.find((node) => firmwareOf(node).includes(one)));
  return [...new Set(chosen)].filter((node) => node !== undefined);
}
