/** Folders of the data partition that files are to go to. */
import { posix } from "node:path";
import type { WritableVolume } from "../../filesystems/volume.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { DataFileSystem } from "../layout.ts";
import { say } from "../messages.ts";
import { storableNameOn } from "./volume.ts";

/**
 * The folder's path as the stick spells it (most of its file systems would also find it in other letters), and for what isn't there yet as
 * it can hold it. Writes nothing.
 * @param path absolute.
 * @throws LifeboatError `folder-missing` where something else than a folder is in its place.
 */
export async function folderPath(
  path: string,
  volume: WritableVolume,
  fileSystem: DataFileSystem,
): Promise<string> {
  const found = await volume.find(path);
  if (found?.kind === "directory") return found.path;
  if (found !== undefined) {
    throw new LifeboatError("folder-missing", say.folderMissing(path), {
      kind: "usage",
      hint: say.folderMissingHint(found.path),
    });
  }
  const above = await folderPath(posix.dirname(path), volume, fileSystem);
  return posix.join(above, await storableNameOn(fileSystem, posix.basename(path)));
}

/** Makes the folder, and those above it, where they aren't there. */
export async function makeFolders(path: string, volume: WritableVolume): Promise<void> {
  if (path === "/" || (await volume.find(path)) !== undefined) return;
  await makeFolders(posix.dirname(path), volume);
  await volume.makeDirectory(path);
}
