/** Which files of a source the rules take, and where on the stick each goes. Pure. */
import { imageKind } from "../../iso/images/kinds.ts";
import { SYSTEMS_OWN } from "../data/collect.ts";
import { fitsPattern } from "../settings/patterns.ts";
import type { KeepRule, SyncRules } from "./rules.ts";
import type { SyncFile } from "./source.ts";
import { RULES_NAME } from "./source.ts";

export function selectFiles(files: readonly SyncFile[], rules: SyncRules): SyncFile[] {
  const taken = files.filter(({ path }) => isTaken(path, rules));
  return rules.keep
    .reduce((rest: readonly SyncFile[], rule) => keepNewest(rest, rule), taken)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function isTaken(path: string, { include, exclude }: SyncRules): boolean {
  const parts = path.split("/");
  const name = parts.at(-1) ?? "";
  // What systems and editors leave lying about, and the rules themselves.
  if (parts.some((part) => part.startsWith(".") || SYSTEMS_OWN.test(part))) return false;
  if (path === RULES_NAME) return false;
  const wanted =
    include === undefined
      ? imageKind(name) !== undefined
      : include.some((pattern) => fitsPattern(pattern, path));
  return wanted && !exclude.some((pattern) => fitsPattern(pattern, path));
}

/** `debian-9` comes before `debian-10`. */
const natural = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function keepNewest(files: readonly SyncFile[], { files: pattern, newest, by }: KeepRule) {
  const family = files.filter(({ path }) => fitsPattern(pattern, path));
  const age = (file: SyncFile) => file.modified?.getTime() ?? 0;
  const nameOf = ({ path }: SyncFile) => path.slice(path.lastIndexOf("/") + 1);
  const oldestFirst = family.toSorted(
    (a, b) => (by === "time" ? age(a) - age(b) : 0) || natural.compare(nameOf(a), nameOf(b)),
  );
  const old = new Set(oldestFirst.slice(0, -newest));
  return files.filter((file) => !old.has(file));
}
