/**
 * The files that come with lifeboat and aren't code (grub/, payloads/, templates/): beside it in a checkout or an installed package,
 * inside it in the single executable (scripts/executable.mjs), which unpacks nothing.
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { getAsset, isSea } from "node:sea";
import { packageRoot } from "./places.ts";

/** The asset of the executable that lists the names of all others: Node 20 itself can't. */
const INDEX = "index.json";

/** Whether this is the executable: its modules lie in no folder, and neither do the files beside them. */
export const isExecutable: () => boolean = isSea;

/**
 * @param path from the package's root, with `/`.
 * @throws what `readFile` throws; the executable, `ERR_SINGLE_EXECUTABLE_APPLICATION_ASSET_NOT_FOUND`.
 */
export async function readPackageFile(path: string): Promise<Buffer> {
  return isExecutable() ? Buffer.from(getAsset(path)) : readFile(join(packageRoot(), path));
}

/** The names of the files in a folder, sorted. @param folder from the package's root, with `/`. */
export async function packageFilesIn(folder: string): Promise<string[]> {
  if (!isExecutable()) return (await readdir(join(packageRoot(), folder))).toSorted();
  const paths = JSON.parse(getAsset(INDEX, "utf8")) as string[];
  const start = `${folder}/`;
  const names = paths
    .filter((path) => path.startsWith(start))
    .map((path) => path.slice(start.length));
  return names.filter((name) => !name.includes("/")).toSorted();
}
