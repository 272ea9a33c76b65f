/** Gathers the facts about a target that the safety policy judges. */
import { realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isDevice } from "../block/file.ts";
import type { Disk, DiskLister } from "./disk.ts";
import { findDisk } from "./list.ts";

/** A disk-image file, there already or not yet. */
export interface ImageTarget {
  readonly kind: "image";
  readonly path: string;
  readonly exists: boolean;
  /** False for a folder, a pipe, a socket, … */
  readonly regular: boolean;
  /** Bytes; 0 where it doesn't exist. */
  readonly size: number;
  /** True where the folder that it lies in, or will lie in, is there. */
  readonly folderExists: boolean;
  /** Loop devices that it backs. */
  readonly loops: readonly Disk[];
}

export interface DiskTarget {
  readonly kind: "disk";
  /** As the user named it. */
  readonly path: string;
  readonly disk: Disk;
  /** False where a partition was named. */
  readonly whole: boolean;
}

export type Target = DiskTarget | ImageTarget;

/**
 * Finds out what a path names: one of the computer's disks (or something on it), else an image file.
 * @throws LifeboatError `no-such-disk` for a device that isn't on any disk, and as the lister does.
 */
export async function findTarget(path: string, lister: DiskLister): Promise<Target> {
  if (/^\\\\[.?]\\/.test(path) || (await isDevice(path))) {
    return { kind: "disk", path, ...(await findDisk(await lister.list(), path)) };
  }
  const found = await stat(path).catch(() => undefined);
  const folder = await stat(dirname(resolve(path))).catch(() => undefined);
  const real = await realpath(path).catch(() => resolve(path));
  return {
    kind: "image",
    path,
    exists: found !== undefined,
    regular: found?.isFile() ?? true,
    size: found?.isFile() === true ? found.size : 0,
    folderExists: folder?.isDirectory() ?? false,
    // Loop devices are Linux'; elsewhere an image file needs no list of the disks.
    loops: found?.isFile() === true ? await loopsOver(real, lister) : [],
  };
}

async function loopsOver(file: string, lister: DiskLister): Promise<Disk[]> {
  if (process.platform !== "linux") return [];
  return (await lister.list()).filter(({ backingFile }) => backingFile === file);
}
