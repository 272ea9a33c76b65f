import type { ReadCache } from "../optical/cache.ts";
import type { Run } from "../optical/content.ts";
import type { BlockAddress } from "./fields.ts";

/** From logical blocks to the medium, and how large they are. */
export interface Space {
  readonly cache: ReadCache;
  readonly blockBytes: number;
  /**
   * Where `length` bytes lie that begin at a logical block.
   * @throws LifeboatError `outside-partition`.
   */
  locate(what: string, address: BlockAddress, length: number): Run[];
}
