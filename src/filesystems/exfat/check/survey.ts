/** What a check knows of a volume while it goes through its tree, and how it follows chains. */
import { readBytes } from "../../../block/byte-range.ts";
import type { ByteRange } from "../../../block/byte-range.ts";
import type { Text } from "../../../system/text.ts";
import { failureOf } from "../../../system/errors.ts";
import { FindingList } from "../../check.ts";
import type { FindingSeverity } from "../../check.ts";
import { ClusterSet } from "../../cluster-set.ts";
import { FIRST_CLUSTER, isInHeap, offsetOfCluster } from "../boot-sector.ts";
import type { Geometry } from "../boot-sector.ts";
import { recommendedUpcaseTable } from "../upcase.ts";
import type { UpcaseTable } from "../upcase.ts";
import type { RepairWriter } from "./writer.ts";

/** The order of repairs. */
export const STAGE = { boot: 0, system: 1, tree: 2, bitmap: 3, flags: 4 } as const;

/** Section 4.1. */
export const END_OF_CHAIN = 0xffffffff;
export const BAD_CLUSTER = 0xfffffff7;

const PAGE_ENTRIES = 1 << 16;
/** 8 MiB of the FAT. */
const MOST_PAGES = 32;

export interface Report {
  readonly id: string;
  readonly severity: FindingSeverity;
  readonly where: string;
  readonly what: Text;
  readonly fix: Text;
  readonly mend?: (writer: RepairWriter) => Promise<void>;
  /** Default: tree. */
  readonly stage?: number;
}

/** `taken`: at a cluster that something else has, or it itself. `limit`: it has as many clusters as were asked for. */
export type ChainEnd = "end" | "limit" | "outside" | "bad" | "taken" | "noise" | "unreadable";

export interface Chain {
  readonly length: number;
  readonly last: number;
  readonly end: ChainEnd;
  readonly at: number;
  /** With `limit`: whether the chain ends there. */
  readonly isEnded: boolean;
}

export class Survey {
  readonly range: ByteRange;
  readonly geometry: Geometry;
  readonly signal: AbortSignal | undefined;
  readonly claimed: ClusterSet;
  readonly list = new FindingList<RepairWriter>();
  upcase: UpcaseTable = recommendedUpcaseTable();
  /** False once a part of the tree wasn't looked at: then nobody can say which clusters are lost. */
  complete = true;
  files = 0;
  directories = 0;
  /** Where bitmap and up-case table are said to lie. */
  readonly system: { readonly first: number; readonly count: number }[] = [];
  /** The path of a file, vouched for by a checksum, that lies there. */
  disputedBy: string | undefined;
  readonly #pages = new Map<number, Uint32Array>();

  constructor(range: ByteRange, geometry: Geometry, signal: AbortSignal | undefined) {
    this.range = range;
    this.geometry = geometry;
    this.signal = signal;
    this.claimed = new ClusterSet(geometry.clusterCount);
  }

  report({ mend, stage = STAGE.tree, ...finding }: Report): void {
    if (!this.list.add({ ...finding, stage, mend })) this.complete = false;
  }

  isCluster(value: number): boolean {
    return isInHeap(this.geometry, value);
  }

  async readCluster(cluster: number): Promise<Buffer> {
    return readBytes(
      this.range,
      offsetOfCluster(this.geometry, cluster),
      this.geometry.clusterSize,
    );
  }

  async entry(cluster: number): Promise<number> {
    const number = Math.floor(cluster / PAGE_ENTRIES);
    const page = this.#pages.get(number) ?? (await this.#loadPage(number));
    return page[cluster % PAGE_ENTRIES] ?? 0;
  }

  /**
   * Takes up to `most` clusters into `claimed`: consecutive ones, or those of a chain.
   * @param accepts asked for each; false ends the chain with `noise`.
   */
  async follow(
    first: number,
    most: number,
    contiguous: boolean,
    accepts?: (cluster: number) => Promise<boolean>,
  ): Promise<Chain> {
    let [length, last, cluster] = [0, 0, first];
    const done = (end: ChainEnd, isEnded = false): Chain => ({
      length,
      last,
      end,
      at: cluster,
      isEnded,
    });
    for (;;) {
      if (!this.isCluster(cluster)) return done("outside");
      if (this.claimed.has(cluster)) return done("taken");
      const value = contiguous ? cluster + 1 : await this.entry(cluster);
      if (value === BAD_CLUSTER) return done("bad");
      try {
        if (accepts !== undefined && !(await accepts(cluster))) return done("noise");
      } catch (error) {
        failureOf(error);
        return done("unreadable");
      }
      this.claimed.add(cluster);
      last = cluster;
      length++;
      if (length === most) return done("limit", contiguous || value === END_OF_CHAIN);
      if (!contiguous && value === END_OF_CHAIN) return done("end", true);
      cluster = value;
    }
  }

  /** The clusters of what was followed, as consecutive bytes of the volume. */
  async offsets(first: number, length: number, contiguous: boolean): Promise<number[]> {
    const offsets: number[] = [];
    let cluster = first;
    for (let left = length; left > 0; left--) {
      offsets.push(offsetOfCluster(this.geometry, cluster));
      cluster = contiguous ? cluster + 1 : await this.entry(cluster);
    }
    return offsets;
  }

  async #loadPage(number: number): Promise<Uint32Array> {
    const { fatStart, sectorSize, clusterCount } = this.geometry;
    const page = new Uint32Array(PAGE_ENTRIES);
    const used = Math.ceil(((clusterCount + FIRST_CLUSTER) * 4) / sectorSize) * sectorSize;
    const at = number * page.byteLength;
    await this.range.read(
      fatStart + at,
      Buffer.from(page.buffer, 0, Math.min(page.byteLength, used - at)),
    );
    const [oldest] = this.#pages.keys();
    if (this.#pages.size >= MOST_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    this.#pages.set(number, page);
    return page;
  }
}
