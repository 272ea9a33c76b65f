/** The images of a stick as a tree of its folders, in the order in which people look for them. */
import { dirname } from "node:path/posix";
import { hasVentoy } from "../../stick/has-ventoy.ts";
import type { IsoRecord, StickManifest } from "../../stick/manifest.ts";
import { formatSize } from "../../system/sizes.ts";
import { machinesOf, startedByLifeboat, startsNowhere } from "../build/iso-words.ts";
import type { Choice } from "../frame/view.ts";
import { stickSay } from "./messages.ts";

/** A line of the tree; a folder has no image. */
export type TreeLine = Omit<Choice, "choose"> & { readonly iso: IsoRecord | undefined };

/** What of the stick decides how an image starts from it. */
type StickFacts = Pick<StickManifest, "secureBoot" | "bootStage">;

export function treeOf(isos: readonly IsoRecord[], stick: StickFacts): TreeLine[] {
  const sorted = isos.toSorted((a, b) => compare(a.path, b.path));
  const lines: TreeLine[] = [];
  const shown = new Set<string>();
  for (const iso of sorted) {
    for (const folder of foldersOf(iso.path)) {
      if (shown.has(folder)) continue;
      shown.add(folder);
      const depth = foldersOf(folder).length;
      lines.push({
        id: folder,
        label: `${nameOf(folder)}/`,
        tone: "accent",
        depth,
        iso: undefined,
      });
    }
    lines.push(lineOf(iso, stick));
  }
  return lines;
}

function lineOf(iso: IsoRecord, stick: StickFacts): TreeLine {
  const { path, size, name, version, entries, problems, extents } = iso;
  const isMoved = (extents?.length ?? 0) > 1;
  const what = [name, version].filter(Boolean).join(" ");
  const usable = usableOn(stick, entries);
  const machines = machinesOf(usable, stick.secureBoot).join(" · ");
  const isBad = usable.length === 0;
  const problem = problems.find(({ severity }) => severity !== "info")?.text;
  return {
    id: path,
    label: nameOf(path),
    detail: isBad
      ? startsNowhere(entries)
      : [formatSize(size), machines].filter(Boolean).join("  "),
    note: problem ?? (isMoved ? stickSay.inPieces(what, extents?.length ?? 0) : what),
    depth: foldersOf(path).length,
    ...(isBad ? { tone: "bad" as const } : problem !== undefined && { tone: "warning" as const }),
    iso,
  };
}

/** The entries that the stick's menu has. */
export function usableOn(
  stick: Pick<StickManifest, "bootStage">,
  entries: IsoRecord["entries"],
): IsoRecord["entries"] {
  return hasVentoy(stick) ? entries : startedByLifeboat(entries);
}

/** From the outermost: `/a`, `/a/b`; none for what lies in the root. */
function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return folder === "/" || folder === "." ? [] : [...foldersOf(folder), folder];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Folder by folder, files of a folder before its folders' files, numbers as numbers. */
function compare(a: string, b: string): number {
  const folders = dirname(a).localeCompare(dirname(b), undefined, { numeric: true });
  return folders || nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true });
}
