/** What a check knows of a volume while it goes through its tree: which clusters are taken, and what was found. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import { failureOf } from "../../../system/errors.ts";
import { FindingList } from "../../check.ts";
import type { FindingSeverity } from "../../check.ts";
import type { Text } from "../../../system/text.ts";
import { clusterStart } from "../geometry.ts";
import type { FatGeometry } from "../geometry.ts";
import { ClusterSet } from "../../cluster-set.ts";
import type { FatReader } from "./fat-reader.ts";
import type { RepairWriter } from "./writer.ts";

/** The order of repairs. */
export const STAGE = { boot: 0, fats: 1, tree: 2, lost: 3, summary: 4, flags: 5 } as const;

export interface Report {
  readonly id: string;
  readonly severity: FindingSeverity;
  readonly where: string;
  readonly what: Text;
  readonly fix: Text;
  readonly mend?: (writer: RepairWriter) => Promise<void>;
  /** Default: tree. */
  readonly stage?: number;
  /** Offset of the entry whose chain it is about. */
  readonly subject?: number;
}

export class Survey {
  readonly range: ByteRange;
  readonly geometry: FatGeometry;
  readonly fat: FatReader;
  readonly signal: AbortSignal | undefined;
  readonly claimed: ClusterSet;
  readonly list = new FindingList<RepairWriter>();
  /** The label's entry in the root directory. */
  label: { readonly stored: Buffer; readonly offset: number } | undefined;
  /** False once a part of the tree wasn't looked at: then nobody can say which clusters are lost. */
  complete = true;
  files = 0;
  directories = 0;

  constructor(range: ByteRange, fat: FatReader, signal: AbortSignal | undefined) {
    this.range = range;
    this.geometry = fat.geometry;
    this.fat = fat;
    this.signal = signal;
    this.claimed = new ClusterSet(this.geometry.clusterCount);
  }

  report({ mend, stage = STAGE.tree, ...finding }: Report): void {
    if (!this.list.add({ ...finding, stage, mend })) this.complete = false;
  }

  async readCluster(cluster: number): Promise<Buffer> {
    return readBytes(this.range, clusterStart(this.geometry, cluster), this.geometry.clusterBytes);
  }

  /** The same, or undefined where the medium fails. */
  async tryCluster(cluster: number): Promise<Buffer | undefined> {
    try {
      return await this.readCluster(cluster);
    } catch (error) {
      failureOf(error);
      return undefined;
    }
  }
}
