/** Long work over bytes in short steps, between which whatever waits has its turn: keys, timers, other transfers. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { MIB } from "./sizes.ts";

/** Hashed in about a millisecond, also where the processor has no instructions for it. */
const STEP_BYTES = MIB / 4;

/** @param step gets the bytes in order, a part at a time; it keeps none of them. */
export async function inTurns(bytes: Buffer, step: (part: Buffer) => void): Promise<void> {
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    if (at > 0) await nextTurn();
    step(bytes.subarray(at, at + STEP_BYTES));
  }
}
