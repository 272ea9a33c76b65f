/** An entry that says it is a directory: whether there is one, and only one way to it. */
import { dotsOf, pathIn } from "./folders.ts";
import type { Folder, FolderContent } from "./folders.ts";
import { MOST_SHARED } from "./file-check.ts";
import { fix, say } from "./messages.ts";
import type { SharedCluster } from "./shared-cluster.ts";
import { SIZE_AT } from "./slots.ts";
import type { EntryItem } from "./slots.ts";
import type { Survey } from "./survey.ts";
import type { Tail } from "./tail.ts";

/** What can be judged only when all directories are known. */
export interface FolderFindings {
  readonly shared: SharedCluster[];
  readonly tails: Tail[];
}

export async function checkSubfolder(
  survey: Survey,
  folder: Folder,
  content: FolderContent,
  item: EntryItem,
  later: FolderFindings,
): Promise<void> {
  const where = pathIn(folder, item.name);
  const slots = [item.at, ...item.pieces].map(content.offsetOf);
  if (item.sizeBytes !== 0) {
    survey.report({
      id: "directory-has-size",
      severity: "warning",
      where,
      what: say.folderHasSize(item.sizeBytes),
      fix: fix.setFields(),
      mend: async (writer) => writer.patch(content.offsetOf(item.at + SIZE_AT), Buffer.alloc(4)),
    });
  }
  const child = folder.children.get(item.at);
  if (child === undefined && survey.fat.isCluster(item.firstCluster)) {
    survey.report({
      id: "tree-too-deep",
      severity: "error",
      where,
      what: say.treeTooDeep(),
      fix: fix.saveAndRebuild(),
    });
    return;
  }
  if (child !== undefined && child.length > 0) return;
  if (child?.end === "taken") {
    if (later.shared.length >= MOST_SHARED) return;
    const dots = await dotsOf(survey, item.firstCluster);
    later.shared.push({
      kind: "directory",
      folder,
      item,
      slots,
      where,
      cluster: child.at,
      parent: dots?.parent,
    });
    return;
  }
  if (child?.end === "unreadable") {
    survey.report({
      id: "directory-unreadable",
      severity: "error",
      where,
      what: say.unreadable(child.at),
      fix: fix.saveAndRebuild(),
    });
    return;
  }
  survey.complete = false;
  survey.report({
    id: child?.end === "noise" ? "directory-not-one" : "directory-start",
    severity: "error",
    where,
    what: say.folderStart(item.firstCluster),
    fix: fix.removeEntry(),
    mend: async (writer) => writer.freeSlots(slots),
  });
}
