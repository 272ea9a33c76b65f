/**
 * Clusters in two chains. One of the two chains is damaged, and the other is whole: the one whose length is what its size asks for.
 * Where that doesn't tell, it is the one that comes to the shared cluster from the cluster before it, and else the one that comes first
 * in the tree, as with fsck.fat.
 */
import { readFolder, firstEntryOf, kindOf, pathIn } from "./folders.ts";
import type { Folder } from "./folders.ts";
import type { Chain } from "./fat-reader.ts";
import { clustersFor, truncate } from "./file-check.ts";
import { ClusterSet } from "../../cluster-set.ts";
import { fix, say } from "./messages.ts";
import { parseSlots } from "./slots.ts";
import type { SharedCluster } from "./shared-cluster.ts";
import type { Survey } from "./survey.ts";

/** The file that came first. */
interface Owner {
  readonly where: string;
  readonly sizeBytes: number;
  readonly offset: number;
  readonly chain: Chain;
  /** Clusters of its chain before the shared one. */
  readonly before: number;
  readonly previous: number;
}

/** Decides all contests, and reports the one of the two that is to be cut. */
export async function settleShared(
  survey: Survey,
  folders: readonly Folder[],
  shared: readonly SharedCluster[],
): Promise<void> {
  if (shared.length === 0) return;
  survey.complete = false;
  const owners = await findOwners(survey, folders, new Set(shared.map(({ cluster }) => cluster)));
  // A chain that is cut for one reason must not be cut for another as well.
  survey.list.withdraw(new Set([...owners.values()].map(({ offset }) => offset)));
  for (const contest of shared) {
    survey.signal?.throwIfAborted();
    if (contest.kind === "directory") settleFolders(survey, folders, contest);
    else await settleFiles(survey, contest, owners.get(contest.cluster));
  }
}

/** Of two entries for one directory, the one counts that lies where its `..` leads to. */
function settleFolders(
  survey: Survey,
  folders: readonly Folder[],
  contest: SharedCluster & { kind: "directory" },
): void {
  const owner = folders.find(({ first }) => first === contest.cluster);
  const idOf = (folder: Folder | undefined): number =>
    folder?.parent === undefined ? 0 : folder.first;
  const isOwn = contest.parent === idOf(contest.folder);
  const isOwners = owner?.parent === undefined || contest.parent === idOf(owner.parent);
  const report = {
    id: "cross-linked-directory",
    severity: "error" as const,
    what: say.sharedFolder(contest.cluster),
    fix: fix.removeEntry(),
  };
  if (owner?.entry === undefined || !isOwn || isOwners) {
    survey.report({
      ...report,
      where: contest.where,
      mend: async (writer) => writer.freeSlots(contest.slots),
    });
    return;
  }
  const { slots, where } = owner.entry;
  survey.report({ ...report, where, mend: async (writer) => writer.freeSlots(slots) });
}

async function settleFiles(
  survey: Survey,
  contest: SharedCluster & { kind: "file" },
  owner: Owner | undefined,
): Promise<void> {
  const needed = clustersFor(survey, contest.item.sizeBytes);
  // Its own chain comes back to itself: there is nobody else. So does one that runs into a directory.
  if (owner === undefined || owner.offset === contest.offset) {
    survey.report(contest.report);
    return;
  }
  const ownersNeeded = clustersFor(survey, owner.sizeBytes);
  const ownerIsWhole = owner.chain.end === "end" && owner.chain.length === ownersNeeded;
  const rest = needed - contest.chain.length;
  const isWhole = (await survey.fat.lengthOf(contest.cluster, rest)) === rest;
  const what = say.crossLinked(contest.cluster, owner.where, contest.where);
  const isNext = contest.chain.last + 1 === contest.cluster;
  const isOwnersNext = owner.previous + 1 === contest.cluster;
  const ownerNeedsIt = owner.before < ownersNeeded;
  const ownerIsRight = ownerIsWhole === isWhole ? isOwnersNext || !isNext : ownerIsWhole;
  if (ownerNeedsIt && ownerIsRight) {
    survey.report({ ...contest.report, what });
    return;
  }
  const keep = Math.min(owner.before, ownersNeeded);
  const sizeBytes = Math.min(owner.sizeBytes, keep * survey.geometry.clusterBytes);
  survey.report({
    id: "cross-linked",
    severity: "error",
    where: owner.where,
    what,
    fix: fix.setSize(sizeBytes),
    mend: async (writer) => {
      const last = owner.previous;
      await truncate(writer, owner.offset, { keep: owner.before, last, sizeBytes });
    },
  });
}

/** Goes through all files once more in the same order, to see which of them has each shared cluster. */
async function findOwners(
  survey: Survey,
  folders: readonly Folder[],
  clusters: ReadonlySet<number>,
): Promise<Map<number, Owner>> {
  const owners = new Map<number, Owner>();
  const claimed = new ClusterSet(survey.geometry.clusterCount);
  for (const folder of folders) {
    for await (const cluster of survey.fat.clusters(folder.first, folder.length))
      claimed.add(cluster);
  }
  for (const folder of folders) {
    survey.signal?.throwIfAborted();
    const { bytes, offsetOf } = await readFolder(survey, folder);
    for (const item of parseSlots(bytes, firstEntryOf(folder)).items) {
      if (item.kind !== "entry" || item.firstCluster === 0) continue;
      if ((await kindOf(survey, item)) !== "file") continue;
      const met: { cluster: number; before: number; previous: number }[] = [];
      const passed = (cluster: number, before: number, previous: number): void =>
        void met.push({ cluster, before, previous });
      const mark = clustersFor(survey, item.sizeBytes);
      const chain = await survey.fat.follow(item.firstCluster, claimed, mark, { clusters, passed });
      for (const { cluster, before, previous } of met) {
        const { sizeBytes } = item;
        const where = pathIn(folder, item.name);
        owners.set(cluster, {
          where,
          sizeBytes,
          offset: offsetOf(item.at),
          chain,
          before,
          previous,
        });
      }
    }
  }
  return owners;
}
