/** A file tree in memory as a volume: for configurations that are to be read as if they lay on an ISO. */
import { MemoryRange } from "../../src/block/memory.ts";
import type { ReadableVolume, VolumeEntry } from "../../src/filesystems/volume.ts";
import { LifeboatError } from "../../src/system/errors.ts";

/** @param files absolute paths and contents; folders come by themselves. */
export function memoryVolume(files: Readonly<Record<string, string | Buffer>>): ReadableVolume {
  const folders = new Map<string, Map<string, VolumeEntry>>([["/", new Map()]]);
  const contents = new Map<string, Buffer>();
  const add = (path: string, kind: "file" | "directory", sizeBytes: number): void => {
    const at = path.lastIndexOf("/");
    const parent = at === 0 ? "/" : path.slice(0, at);
    if (!folders.has(parent)) add(parent, "directory", 0);
    if (kind === "directory") folders.set(path, new Map());
    const name = path.slice(at + 1);
    folders.get(parent)?.set(name, { path, name, kind, sizeBytes, modified: undefined });
  };
  for (const [path, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    contents.set(path, bytes);
    add(path, "file", bytes.length);
  }
  const missing = (path: string) =>
    new LifeboatError("no-such-file", { en: `${path} isn't there`, zh: `没有 ${path}` });
  return {
    fileSystem: "iso9660",
    label: "MEMORY",
    uuid: "2026-01-01-00-00-00-00",
    allocationUnitBytes: 2048,
    list: async (path) => {
      const folder = folders.get(path);
      if (folder === undefined) throw missing(path);
      return [...folder.values()];
    },
    find: async (path) => {
      const at = path.lastIndexOf("/");
      return folders.get(path.slice(0, at) || "/")?.get(path.slice(at + 1));
    },
    extents: async () => undefined,
    open: async (path) => {
      const bytes = contents.get(path);
      if (bytes === undefined) throw missing(path);
      return new MemoryRange(bytes);
    },
  };
}
