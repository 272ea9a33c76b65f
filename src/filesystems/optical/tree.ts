/**
 * Paths over a read-only tree of directories: symbolic links, case, a cache of directories, and trees that contain
 * themselves. ISO 9660 and UDF say how a directory is read; the rest is the same.
 */
import { LifeboatError } from "../../system/errors.ts";
import type { VolumeEntry } from "../volume.ts";
import { say } from "./messages.ts";

/** As many symbolic links as Linux follows in practice for nested links; a loop of links ends here. */
const MAX_LINK_HOPS = 10;
/** Directory entries kept in memory an open volume. */
const MAX_CACHED_ENTRIES = 200_000;

export interface TreeNode {
  readonly name: string;
  /** Where a directory's entries lie: the same number is the same directory. Undefined for everything else. */
  readonly directoryId: number | undefined;
}

/** What a file system says of its own nodes. */
export interface TreeFormat<N extends TreeNode> {
  readonly root: N;
  /** False: a name that isn't there as asked is looked for without regard to case. */
  readonly caseSensitive: boolean;
  children(directory: N, path: string): Promise<N[]>;
  describe(node: N, path: string): Promise<VolumeEntry>;
  /** The target of a symbolic link, "/"-separated; undefined where the node is none. */
  linkTarget(node: N, path: string): Promise<string | undefined>;
}

interface Located<N> {
  readonly node: N;
  readonly path: string;
}

interface Directory<N> {
  readonly children: readonly N[];
  readonly byName: Map<string, N>;
  folded?: Map<string, N>;
}

export class PathTree<N extends TreeNode> {
  readonly #format: TreeFormat<N>;
  /** In order of last use, oldest first. */
  readonly #directories = new Map<number, Directory<N>>();
  #cachedEntries = 0;

  constructor(format: TreeFormat<N>) {
    this.#format = format;
  }

  /** The node at `path`, links followed. @throws LifeboatError `no-such-file`. */
  async get(path: string): Promise<Located<N>> {
    const found = await this.#resolve(path, true);
    if (found === undefined) {
      throw new LifeboatError("no-such-file", say.noSuchFile(path), { kind: "usage" });
    }
    return found;
  }

  async list(path: string): Promise<VolumeEntry[]> {
    const found = await this.get(path);
    if (found.node.directoryId === undefined) {
      throw new LifeboatError("not-a-directory", say.notADirectory(path), { kind: "usage" });
    }
    const { children } = await this.#directory(found.node, found.path);
    const entries: VolumeEntry[] = [];
    for (const child of children) {
      entries.push(await this.#format.describe(child, join(found.path, child.name)));
    }
    return entries;
  }

  /** Links are followed, and the entry carries the path where they lead; one that leads nowhere is found itself. */
  async find(path: string): Promise<VolumeEntry | undefined> {
    const found = (await this.#resolve(path, true)) ?? (await this.#resolve(path, false));
    return found === undefined ? undefined : this.#format.describe(found.node, found.path);
  }

  /** The target of the symbolic link at `path`; undefined where there is no link. */
  async readLink(path: string): Promise<string | undefined> {
    const found = await this.#resolve(path, false);
    return found === undefined ? undefined : this.#format.linkTarget(found.node, found.path);
  }

  async #resolve(path: string, followLast: boolean): Promise<Located<N> | undefined> {
    const root: Located<N> = { node: this.#format.root, path: "/" };
    const pending = segmentsOf(path).reverse();
    const trail: Located<N>[] = [];
    let hops = 0;
    for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
      if (segment === ".") continue;
      if (segment === "..") {
        trail.pop();
        continue;
      }
      const parent = trail.at(-1) ?? root;
      if (parent.node.directoryId === undefined) return undefined;
      const node = await this.#child(parent, segment);
      if (node === undefined) return undefined;
      const child = { node, path: join(parent.path, node.name) };
      const target =
        followLast || pending.length > 0
          ? await this.#format.linkTarget(node, child.path)
          : undefined;
      if (target !== undefined) {
        if (++hops > MAX_LINK_HOPS) return undefined;
        if (target.startsWith("/")) trail.length = 0;
        pending.push(...segmentsOf(target).reverse());
        continue;
      }
      this.#checkLoop(child, [root, ...trail]);
      trail.push(child);
    }
    return trail.at(-1) ?? root;
  }

  #checkLoop(child: Located<N>, ancestors: readonly Located<N>[]): void {
    const id = child.node.directoryId;
    if (id === undefined || !ancestors.some(({ node }) => node.directoryId === id)) return;
    throw new LifeboatError("directory-loop", say.directoryLoop(child.path), { kind: "damaged" });
  }

  async #child(parent: Located<N>, name: string): Promise<N | undefined> {
    const directory = await this.#directory(parent.node, parent.path);
    const exact = directory.byName.get(name);
    if (exact !== undefined || this.#format.caseSensitive) return exact;
    directory.folded ??= indexOf(directory.children, (child) => child.name.toLowerCase());
    return directory.folded.get(name.toLowerCase());
  }

  async #directory(node: N, path: string): Promise<Directory<N>> {
    const id = node.directoryId ?? -1;
    let directory = this.#directories.get(id);
    if (directory === undefined) {
      const children = await this.#format.children(node, path);
      directory = { children, byName: indexOf(children, (child) => child.name) };
      if (!this.#directories.has(id)) this.#cachedEntries += children.length;
    }
    this.#directories.delete(id);
    this.#directories.set(id, directory);
    this.#forget();
    return directory;
  }

  #forget(): void {
    for (const [id, directory] of this.#directories) {
      if (this.#cachedEntries <= MAX_CACHED_ENTRIES || this.#directories.size === 1) return;
      this.#directories.delete(id);
      this.#cachedEntries -= directory.children.length;
    }
  }
}

/** @throws LifeboatError `not-a-file`. */
export function refuseNoFile(path: string): never {
  throw new LifeboatError("not-a-file", say.notAFile(path), { kind: "usage" });
}

/** A name from the medium that can stand in a path: "/" and NUL can't. */
export function pathSafeName(name: string): string {
  return name.replaceAll(/[/\0]/g, "_");
}

function join(parent: string, name: string): string {
  return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

/** The first of equal names wins, as in a linear search. */
function indexOf<N>(children: readonly N[], keyOf: (child: N) => string): Map<string, N> {
  const index = new Map<string, N>();
  for (const child of children) {
    const key = keyOf(child);
    if (!index.has(key)) index.set(key, child);
  }
  return index;
}
