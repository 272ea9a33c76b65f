/** The files beside a WIM on this computer. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openFile } from "../../block/file.ts";
import type { Beside } from "./parts.ts";

export function besideFile(path: string): Beside {
  const folder = dirname(path);
  return {
    async list() {
      // A folder that may be gone through and not be listed: there is nothing to be seen beside.
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => !entry.isDirectory())
        .map(({ name }) => name)
        .toSorted();
    },
    open: async (name) => openFile(join(folder, name)),
  };
}
