/** The single blocks of the quick test, all over the medium: kept, written in random order, judged. */
import type { Extent } from "../../block/byte-range.ts";
import { BLOCK_BYTES, singlePositions } from "./positions.ts";
import type { FoundState } from "./sector-states.ts";
import type { Session } from "./session.ts";
import type { KeptBlock, UndoLog } from "./undo-log.ts";

/** Sticks with a quarter of a second for a random write exist. */
const RANDOM_WRITE_MS = 4_000;
const LEAST_RANDOM_WRITES = 32;

export interface SingleBlock {
  readonly position: number;
  /** Undefined where it couldn't be read; then it isn't written. */
  readonly kept: KeptBlock | undefined;
  states: readonly FoundState[];
}

export async function keepSingles(
  session: Session,
  undo: UndoLog,
  runs: readonly Extent[],
): Promise<SingleBlock[]> {
  const singles: SingleBlock[] = [];
  for (const position of singlePositions(session.size, runs, session.random)) {
    session.pause();
    if (session.reader.exhausted) break;
    const kept = await undo.keep(position, BLOCK_BYTES);
    if (kept === undefined) session.bad.add(position, BLOCK_BYTES);
    singles.push({ position, kept, states: ["unreadable"] });
  }
  return singles;
}

/** As many as there is time for; those are returned. */
export async function writeSingles(
  session: Session,
  undo: UndoLog,
  singles: readonly SingleBlock[],
): Promise<SingleBlock[]> {
  const { randomWrite } = session.watch;
  const tried: SingleBlock[] = [];
  for (const single of singles) {
    session.pause();
    const { kept } = single;
    if (tried.length >= LEAST_RANDOM_WRITES && randomWrite.ms > RANDOM_WRITE_MS) break;
    if (kept !== undefined) await randomWrite.time(1, async () => undo.write(kept));
    tried.push(single);
  }
  await randomWrite.time(0, async () => session.flush());
  return tried;
}

export async function judgeSingles(
  session: Session,
  singles: readonly SingleBlock[],
): Promise<void> {
  for (const single of singles) {
    session.pause();
    if (single.kept === undefined) continue;
    single.states = await session.reader.states(single.position, BLOCK_BYTES);
    session.noteBad(single.position, single.states);
  }
}
