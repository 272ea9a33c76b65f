/** A folder of this computer, or of a share that is mounted here, as a source. */
import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { openFile } from "../../block/file.ts";
import type { VolumeEntry } from "../../filesystems/volume.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { ListedTree } from "../checksums/find.ts";
import { findPublished } from "../checksums/find.ts";
import { SYSTEMS_OWN } from "../data/collect.ts";
import { say } from "./messages.ts";
import { readRulesFile } from "./rules-file.ts";
import type { MeasuredFile, SyncFile, SyncSource } from "./source.ts";
import { DEEPEST, MOST_FILES, RULES_NAME, isSafePath } from "./source.ts";

interface Found {
  readonly files: readonly VolumeEntry[];
  readonly tree: ListedTree;
  readonly notes: Text[];
}

/**
 * @param except a file that is no part of it, whatever it is called: the stick itself, where that is an image file.
 * @throws LifeboatError `bad-folder`, `too-many-files`: a folder that can't be read whole must not look like one whose files are retired.
 */
export async function openFolderSource(folder: string, except?: string): Promise<SyncSource> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  const { files: entries, tree, notes } = await lookThrough(root, except);
  const published = await findPublished(
    entries.map(({ path }) => path),
    tree,
  );
  for (const { path, reason } of published.unreadable) notes.push(say.badList(path, reason));
  const files = entries.map(({ path, sizeBytes, modified }): MeasuredFile => {
    const sums = published.sums.get(path) ?? [];
    return { path: path.slice(1), sizeBytes, ...(modified && { modified }), sums };
  });
  const rules = files.some(({ path }) => path === RULES_NAME)
    ? await readRulesFile(join(root, RULES_NAME))
    : undefined;
  return {
    id: root,
    files,
    notes,
    rules,
    measure: async (file: SyncFile) => file as MeasuredFile,
    async open({ path, sizeBytes }) {
      const file = await openFile(join(root, ...path.split("/")));
      if (file.size === sizeBytes) return file;
      await file.close();
      throw new LifeboatError("source-changed", say.sourceChanged(path), { hint: say.runAgain() });
    },
  };
}

async function lookThrough(root: string, except: string | undefined): Promise<Found> {
  const folders = new Map<string, VolumeEntry[]>();
  const files: VolumeEntry[] = [];
  const notes: Text[] = [];
  const excluded = except === undefined ? undefined : await stat(except).catch(() => undefined);
  const look = async (path: string, depth: number): Promise<void> => {
    const host = join(root, ...path.split("/"));
    const entries: VolumeEntry[] = [];
    const found = await readdir(host, { withFileTypes: true }).catch((cause: unknown) => {
      throw unreadable(host, cause);
    });
    for (const one of found) {
      const entry = await entryOf(one, path, host, excluded);
      if (entry === undefined) continue;
      if (!isSafePath(entry.path.slice(1))) {
        notes.push(say.badName(JSON.stringify(entry.path.slice(1))));
        continue;
      }
      entries.push(entry);
      if (entry.kind === "file" && files.push(entry) > MOST_FILES) {
        throw new LifeboatError("too-many-files", say.tooMany(root, MOST_FILES), { kind: "usage" });
      }
    }
    folders.set(path, entries);
    for (const { kind, name, path: inner } of entries) {
      if (kind !== "directory" || depth >= DEEPEST || SYSTEMS_OWN.test(name)) continue;
      await look(inner, depth + 1);
    }
  };
  await look("/", 0);
  const tree: ListedTree = {
    find: async (path) => {
      if (folders.has(path)) return directory(path);
      return files.find((one) => one.path === path);
    },
    list: async (path) => folders.get(path) ?? [],
    open: async (path) => openFile(join(root, ...path.split("/"))),
  };
  return { files, tree, notes };
}

/** Links to files are followed, links to folders are not: they may lead round in a circle. */
async function entryOf(
  one: Dirent,
  parent: string,
  host: string,
  except: { dev: number; ino: number } | undefined,
): Promise<VolumeEntry | undefined> {
  const path = parent === "/" ? `/${one.name}` : `${parent}/${one.name}`;
  if (one.isDirectory()) return directory(path);
  if (!one.isFile() && !one.isSymbolicLink()) return undefined;
  const about = await stat(join(host, one.name)).catch((cause: unknown) => {
    // A link that leads nowhere is no file.
    if (one.isSymbolicLink()) return undefined;
    throw unreadable(join(host, one.name), cause);
  });
  if (about === undefined || !about.isFile()) return undefined;
  if (except !== undefined && about.dev === except.dev && about.ino === except.ino)
    return undefined;
  return { path, name: one.name, kind: "file", sizeBytes: about.size, modified: about.mtime };
}

function directory(path: string): VolumeEntry {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { path, name, kind: "directory", sizeBytes: 0, modified: undefined };
}

function unreadable(path: string, cause: unknown): LifeboatError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LifeboatError("bad-folder", say.badFolder(path, reason), { kind: "usage", cause });
}
