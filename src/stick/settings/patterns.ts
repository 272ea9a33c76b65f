/** Which files of the data partition a path or wildcard of the settings means. */
import { matchesWildcard } from "../../iso/wildcard.ts";

/**
 * With a `/` in it, a path from the root on: the file itself, or a folder above it. Without one, the name of the file or of any
 * folder above it. `*`, `?` and `[…]` stand for parts of one name, and upper and lower case are the same.
 */
export function fitsPattern(pattern: string, path: string): boolean {
  // macOS writes names in pieces where other systems write whole characters.
  const wanted = split(pattern.normalize());
  const given = split(path.normalize());
  const same = (part: string, name: string | undefined) =>
    // A name may hold the characters that would be wildcards.
    name !== undefined && (part === name || matchesWildcard(part, name));
  if (!pattern.includes("/")) return given.some((name) => same(pattern.normalize(), name));
  return wanted.length > 0 && wanted.every((part, index) => same(part, given[index]));
}

function split(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}
