/**
 * Paths below the folder that an image is mounted on. A link in the image is a link of this computer there: who follows it reads and writes
 * outside of the image, so none is followed.
 */
import { cp, lstat, realpath } from "node:fs/promises";
import type { Stats } from "node:fs";
import { join } from "node:path";
import { LifeboatError } from "../../../system/errors.ts";
import { backendSay } from "../backend-messages.ts";

/**
 * Where a path of the image lies below `root`, be it there or not.
 * @throws LifeboatError `wim-bad-name`, `wim-link` where a folder on the way, or it itself, is a link.
 */
export async function insideOf(root: string, path: string): Promise<string> {
  let at = root;
  for (const name of namesOf(path)) {
    at = join(at, name);
    // A junction is one to Node as well.
    if ((await lookAt(at))?.isSymbolicLink() === true) throw linkInside(path);
  }
  return at;
}

/** @throws LifeboatError as `insideOf`; `wim-path-missing`. */
export async function existingInside(root: string, path: string): Promise<string> {
  const inside = await insideOf(root, path);
  if ((await lookAt(inside)) !== undefined) return inside;
  throw new LifeboatError("wim-path-missing", backendSay.pathMissing(path), { kind: "usage" });
}

/** With all that is in it, links left out. @throws LifeboatError `wim-link` where a link is in the place of what is copied. */
export async function copyWithoutLinks(source: string, target: string): Promise<void> {
  await cp(await realpath(source), target, {
    recursive: true,
    async filter(from, to) {
      if ((await lstat(from)).isSymbolicLink()) return false;
      if ((await lookAt(to))?.isSymbolicLink() === true) throw linkInside(to);
      return true;
    },
  });
}

/** Nothing outside of the mounted image is ever named. @throws LifeboatError `wim-bad-name`. */
export function namesOf(path: string): string[] {
  const names = path.split(/[\\/]/).filter((name) => name !== "");
  const odd = names.length === 0 || names.some((name) => /^\.+$|[:*?"<>|\0]/.test(name));
  if (odd) throw new LifeboatError("wim-bad-name", backendSay.badPath(path), { kind: "usage" });
  return names;
}

/** Undefined where there is nothing; what can't be looked at is no reason to go on. */
async function lookAt(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

function linkInside(path: string): LifeboatError {
  return new LifeboatError("wim-link", backendSay.linkInside(path), {
    kind: "refused",
    hint: backendSay.linkInsideHint(),
  });
}
