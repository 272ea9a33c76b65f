/** Folders of the data partition as submenus. */
import { compareNames } from "./compare.ts";
import type { MenuNode } from "./model.ts";

export interface MenuFolder {
  /** On the data partition. */
  readonly path: string;
  readonly title: string;
  readonly users?: readonly string[];
  /** True where the settings say something of it: it is a submenu even where there is nothing beside it. */
  readonly named?: boolean;
}

/** Nodes and where they belong. */
export interface FolderItem {
  /** From the outermost on. */
  readonly folders: readonly MenuFolder[];
  readonly nodes: readonly MenuNode[];
  /** Smaller comes first, before everything without one. */
  readonly rank?: number;
}

/**
 * Folders come before what lies beside them, in the order of their titles; the items keep theirs. A folder that holds
 * everything (many sticks have just `/iso`) is no submenu, unless the settings speak of it.
 */
export function nestInFolders(items: readonly FolderItem[]): MenuNode[] {
  const [first] = items;
  const common = first?.folders[0];
  if (common === undefined) return nest(items, 0);
  const shared = !common.named && items.every(({ folders }) => folders[0]?.path === common.path);
  if (!shared) return nest(items, 0);
  return nestInFolders(items.map((item) => ({ ...item, folders: item.folders.slice(1) })));
}

interface Ranked {
  readonly nodes: readonly MenuNode[];
  readonly rank: number;
  /** Undefined for what is no folder. */
  readonly folder: string | undefined;
}

function nest(items: readonly FolderItem[], depth: number): MenuNode[] {
  const inside = new Map<string, { folder: MenuFolder; items: FolderItem[] }>();
  const all: Ranked[] = [];
  for (const item of items) {
    const folder = item.folders[depth];
    if (folder === undefined) {
      all.push({ nodes: item.nodes, rank: item.rank ?? Infinity, folder: undefined });
      continue;
    }
    const group = inside.get(folder.path) ?? { folder, items: [] };
    group.items.push(item);
    inside.set(folder.path, group);
  }
  for (const { folder, items: within } of inside.values()) {
    const children = nest(within, depth + 1);
    if (children.length === 0) continue;
    const { title, users } = folder;
    const node: MenuNode = { kind: "submenu", title, children, ...(users && { users }) };
    const rank = Math.min(...within.map((item) => item.rank ?? Infinity));
    all.push({ nodes: [node], rank, folder: title });
  }
  return all.toSorted(compareRanked).flatMap(({ nodes }) => nodes);
}

function compareRanked(a: Ranked, b: Ranked): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.folder !== undefined && b.folder !== undefined) return compareNames(a.folder, b.folder);
  return Number(a.folder === undefined) - Number(b.folder === undefined);
}
