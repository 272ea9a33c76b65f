/** What a folder of this computer holds, for choosing files in it. */
import { readdir, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";

export interface FolderEntry {
  readonly path: string;
  readonly name: string;
  readonly kind: "folder" | "file";
  /** Bytes; 0 for folders. */
  readonly sizeBytes: number;
}

export interface Folder {
  readonly path: string;
  /** The folder that it lies in; undefined for the root. */
  readonly parent: string | undefined;
  /** Folders first, each by name. */
  readonly entries: readonly FolderEntry[];
}

/**
 * Folders, and the files whose names end in one of `endings` (lower case, with the dot). Hidden ones are left out.
 * @throws Error of the file system where the folder can't be read.
 */
export async function readFolder(path: string, endings: readonly string[]): Promise<Folder> {
  const found = await readdir(path, { withFileTypes: true });
  const entries: FolderEntry[] = [];
  for (const { name } of found) {
    if (name.startsWith(".")) continue;
    const full = join(path, name);
    // Through links; one that leads nowhere is left out.
    const about = await stat(full).catch(() => undefined);
    if (about?.isDirectory() === true)
      entries.push({ path: full, name, kind: "folder", sizeBytes: 0 });
    else if (about?.isFile() === true && endings.includes(extname(name).toLowerCase())) {
      entries.push({ path: full, name, kind: "file", sizeBytes: about.size });
    }
  }
  const rank = ({ kind }: FolderEntry) => (kind === "folder" ? 0 : 1);
  entries.sort(
    (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
  const parent = dirname(path);
  return { path, parent: parent === path ? undefined : parent, entries };
}
