/** A file's clusters against its size, and against what the FAT says of them. */
import { pathIn } from "./folders.ts";
import type { Folder, FolderContent } from "./folders.ts";
import { END_OF_CHAIN } from "./fat-reader.ts";
import type { Chain } from "./fat-reader.ts";
import { fix, say } from "./messages.ts";
import type { SharedCluster } from "./shared-cluster.ts";
import { CLUSTER_HIGH_AT, CLUSTER_LOW_AT, SIZE_AT } from "./slots.ts";
import type { EntryItem } from "./slots.ts";
import type { Report, Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

/** More contests for clusters than this are left for the next round. */
export const MOST_SHARED = 1000;

/** How many clusters a file of that size has. */
export function clustersFor(survey: Survey, sizeBytes: number): number {
  return Math.ceil(sizeBytes / survey.geometry.clusterBytes);
}

export async function checkFile(
  survey: Survey,
  folder: Folder,
  content: FolderContent,
  item: EntryItem,
  shared: SharedCluster[],
): Promise<void> {
  survey.files++;
  const { firstCluster, sizeBytes } = item;
  const where = pathIn(folder, item.name);
  const needed = clustersFor(survey, sizeBytes);
  const offset = content.offsetOf(item.at);
  if (firstCluster === 0) {
    if (needed > 0) {
      survey.report({
        id: "file-without-clusters",
        severity: "error",
        where,
        what: say.fileShort(sizeBytes, 0),
        fix: fix.setSize(0),
        mend: async (writer) => truncate(writer, offset, { keep: 0, last: 0, sizeBytes: 0 }),
      });
    }
    return;
  }
  const chain = await survey.fat.follow(firstCluster, survey.claimed, needed);
  const report = judgeChain(survey, chain, sizeBytes, offset);
  if (report === undefined) return;
  if (chain.end === "taken" && chain.length < needed) {
    survey.complete = false;
    if (shared.length < MOST_SHARED) {
      shared.push({
        kind: "file",
        folder,
        item,
        offset,
        where,
        cluster: chain.at,
        chain,
        report: { ...report, where },
      });
      return;
    }
  }
  survey.report({ ...report, where });
}

/** What is wrong with a chain for a file of that size, and how it is cut to what is right. Undefined: nothing. */
export function judgeChain(
  survey: Survey,
  chain: Chain,
  sizeBytes: number,
  offset: number,
): Omit<Report, "where"> | undefined {
  const needed = clustersFor(survey, sizeBytes);
  const { length, end, at } = chain;
  if (end === "end" && length === needed) return undefined;
  const keep = Math.min(length, needed);
  const has = keep * survey.geometry.clusterBytes;
  const cut = {
    keep,
    last: length > needed ? chain.marked : chain.last,
    sizeBytes: Math.min(sizeBytes, has),
  };
  const mend = async (writer: RepairWriter): Promise<void> => truncate(writer, offset, cut);
  if (end === "end") {
    const short = length < needed;
    return {
      subject: offset,
      id: short ? "file-chain-short" : needed === 0 ? "empty-file-has-clusters" : "file-chain-long",
      severity: short ? "error" : "warning",
      what: short ? say.fileShort(sizeBytes, has) : say.fileLong(sizeBytes, length - needed),
      fix: short ? fix.setSize(cut.sizeBytes) : fix.freeRest(),
      mend,
    };
  }
  return {
    subject: offset,
    id: idOfEnd(chain),
    severity: "error",
    what: say.fileChain(end, at),
    fix: keep === needed ? fix.endChain() : fix.setSize(cut.sizeBytes),
    mend,
  };
}

function idOfEnd({ end, length }: Chain): string {
  if (end === "taken") return "cross-linked";
  return end === "outside" && length === 0 ? "file-start" : `file-chain-${end}`;
}

export interface Cut {
  /** Clusters that stay. */
  readonly keep: number;
  /** The last of them. */
  readonly last: number;
  readonly sizeBytes: number;
}

/** The entry is shortened first: a file that is longer than its chain is the worse thing to leave behind. */
export async function truncate(writer: RepairWriter, offset: number, cut: Cut): Promise<void> {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(cut.sizeBytes);
  await writer.patch(offset + SIZE_AT, size);
  if (cut.keep > 0) {
    await writer.setEntry(cut.last, END_OF_CHAIN);
    return;
  }
  await writer.patch(offset + CLUSTER_HIGH_AT, Buffer.alloc(2));
  await writer.patch(offset + CLUSTER_LOW_AT, Buffer.alloc(2));
}
