/** How much the medium holds, from what became of the test blocks. */
import type { Finding } from "../finding.ts";
import { errorFinding } from "../finding.ts";
import { MIB } from "../../system/sizes.ts";
import { SECTOR_BYTES } from "./block-contents.ts";
import { findEnd } from "./capacity-search.ts";
import { mediaTestSay } from "./messages.ts";
import { BLOCK_BYTES } from "./positions.ts";
import type { RunOfBlocks } from "./run-of-blocks.ts";
import { isThere } from "./sector-states.ts";
import type { Session } from "./session.ts";
import type { SingleBlock } from "./single-blocks.ts";
import type { UndoLog } from "./undo-log.ts";
import { findWrapSize } from "./wrap-size.ts";

/** Of the single blocks nearest to the end, so many in a row that fail aren't chance. */
const FAILING_AT_THE_TOP = 3;
/** A medium that loses less than this at its end has a bad place there; one that loses more lies. */
const LEAST_LIE_BYTES = MIB;
/** Of up to a MiB each; the very last can be shorter. */
const LAST_BLOCKS = 3;
/** Blocks of each run that a wrap size is tried on. */
const KNOWN_BLOCKS = 4;

export interface TestedBlocks {
  readonly singles: readonly SingleBlock[];
  readonly near: RunOfBlocks;
  readonly end: RunOfBlocks;
}

export interface Capacity {
  /** Bytes. */
  readonly bytes: number;
  /** Why it isn't what the medium reports. */
  readonly findings: readonly Finding[];
}

export async function findCapacity(
  session: Session,
  undo: UndoLog,
  blocks: TestedBlocks,
): Promise<Capacity> {
  const { size, reader, contents } = session;
  const { aliases } = reader;
  if (aliases.length > 0) {
    const known = [blocks.near, blocks.end].flatMap(someHeld);
    const wrap = await findWrapSize(size, aliases, known, reader, contents);
    if (wrap !== undefined) return less(wrap, "wraps-around", mediaTestSay.wraps(wrap));
  }
  const suspect = suspectedEnd(size, blocks);
  if (suspect !== undefined) {
    const washOut = async () => washOutCaches(session, undo, blocks);
    const pause = () => session.pause();
    const bytes = await findEnd(suspect.low, suspect.high, { undo, reader, washOut, pause });
    if (bytes === 0) return less(0, "holds-nothing", mediaTestSay.holdsNothing());
    return less(bytes, "loses-data", mediaTestSay.loses(bytes));
  }
  if (aliases.length > 0) {
    const most = Math.min(...aliases.map(({ position, from }) => Math.max(position, from)));
    return less(most, "maps-twice", mediaTestSay.mapsTwice(most));
  }
  return { bytes: size, findings: [] };
}

function less(bytes: number, code: string, text: Finding["text"]): Capacity {
  return { bytes, findings: [errorFinding(code, text)] };
}

/** Between which addresses the memory ends; undefined where what is written at the top isn't lost. */
function suspectedEnd(
  size: number,
  { singles, end }: TestedBlocks,
): { low: number; high: number } | undefined {
  const sorted = singles.toSorted((a, b) => a.position - b.position);
  const top = sorted.findLastIndex(({ states }) => states.every(isThere));
  const failing = sorted.length - 1 - top;
  const lostSectors = end.states.length - 1 - end.states.findLastIndex(isThere);
  const lostBytes = lostSectors * SECTOR_BYTES;
  const endLies = lostBytes >= Math.min(LEAST_LIE_BYTES, end.extent.length / 2);
  if (!endLies && failing < FAILING_AT_THE_TOP) return undefined;
  const held = sorted[top];
  const next = sorted[top + 1];
  return {
    low: held === undefined ? 0 : held.position + BLOCK_BYTES,
    // The end can lie inside the block.
    high: next === undefined ? size - lostBytes : next.position + BLOCK_BYTES,
  };
}

/**
 * Overwrites the run near the beginning, whose length is that of the caches that the test sees through, and last of all the end:
 * where everything beyond the capacity goes to one place, neither the search's blocks nor the run's stay there.
 */
async function washOutCaches(
  session: Session,
  undo: UndoLog,
  { near, end }: TestedBlocks,
): Promise<void> {
  for (const block of [...near.blocks, ...end.blocks.slice(-LAST_BLOCKS)]) {
    session.pause();
    await undo.write(block);
  }
  await session.flush();
  await session.tools.beforeReadBack();
}

/** Some sectors of a run that hold what was written, from all over it. */
function someHeld(run: RunOfBlocks): number[] {
  const held = run.states.flatMap((state, index) => (state === "held" ? [index] : []));
  const chosen = Array.from({ length: KNOWN_BLOCKS }, (_, index) => {
    return held[Math.floor(((held.length - 1) * index) / (KNOWN_BLOCKS - 1))];
  });
  return [...new Set(chosen)]
    .filter((index) => index !== undefined)
    .map((index) => run.extent.start + index * SECTOR_BYTES);
}
