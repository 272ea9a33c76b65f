/** What folders on the ESP are called after: an ISO or a persistence file, in one state and in one place. */
import { createHash } from "node:crypto";
import type { IsoRecord, PersistenceFile } from "../manifest.ts";

/** Of everything that would make what was copied out of the ISO stale. */
export function idOf({ path, size, modified, extents }: IsoRecord): string {
  return shortHash([path, size, modified, extents]);
}

/** Of everything that is in the file's list. */
export function listIdOf({ path, extents, check }: PersistenceFile): string {
  return shortHash([path, extents, check]);
}

/** Of paths in an ISO: with the ISO's own, of the content of what was copied from there. */
export function pathsIdOf(paths: readonly string[]): string {
  return shortHash(paths).slice(0, 6);
}

function shortHash(about: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 12);
}
