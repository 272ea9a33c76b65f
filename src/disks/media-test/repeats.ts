/** Looks for the blocks of the two runs at all other addresses (positions.ts says why this finds them). */
import type { Extent } from "../../block/byte-range.ts";
import { SECTOR_BYTES } from "./block-contents.ts";
import { mediaTestSay } from "./messages.ts";
import type { Session } from "./session.ts";

const SCAN_MS = 15_000;

/**
 * Stops at the first block that turns up elsewhere; the reader knows it then.
 * @returns up to where it looked: a repetition after fewer bytes than that is excluded.
 */
export async function findRepeats(session: Session, near: Extent, end: Extent): Promise<number> {
  const { job, reader, size, tools } = session;
  const step = Math.min(near.length, end.length);
  const started = tools.now();
  for (let position = 0; position < end.start; position += step) {
    session.pause();
    if (reader.exhausted || tools.now() - started > SCAN_MS) return position;
    const text = mediaTestSay.scanning();
    job.report({ kind: "bytes", text, doneBytes: position, totalBytes: size });
    // The run itself was read back; it would tell if it were anything else's place.
    if (position >= near.start && position < near.start + near.length) continue;
    const bytes = await reader.tryRead(position, SECTOR_BYTES);
    if (bytes === undefined) session.bad.add(position, SECTOR_BYTES);
    else if (reader.seeAliases(position, bytes)) return position;
  }
  return size;
}
