/** $LogFile, the journal. lifeboat doesn't replay it: it only tells an empty or cleanly closed one from one with work in it. */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";

/** An empty journal is all ones: Windows then begins a new one at the next mount. */
const EMPTY = 0xff;
const RESTART_MAGIC = "RSTR";
const EMPTY_MAGIC = "\u00ff\u00ff\u00ff\u00ff";
/** The second restart page follows the first; pages are 4 KiB everywhere, but the format allows powers of two around it. */
const PAGE_BYTES = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536] as const;
/** Fields of a restart page and its restart area (libntfs' logfile.h). */
const RESTART_AREA_OFFSET_AT = 24;
const CLIENT_IN_USE_AT = 12;
const FLAGS_AT = 14;
const VOLUME_IS_CLEAN = 2;
const NO_CLIENT = 0xffff;
const AREA_BYTES = 48;

export type LogState = "empty" | "closed" | "in-use";

/** Says whether the journal holds work that nobody has finished. */
export async function logState(log: ByteRange): Promise<LogState> {
  let state: LogState = "empty";
  for (const at of [0, ...PAGE_BYTES]) {
    if (at + PAGE_BYTES[0] > log.size) break;
    const page = await readBytes(log, at, PAGE_BYTES[0]);
    const magic = page.toString("latin1", 0, 4);
    if (magic === EMPTY_MAGIC) continue;
    if (magic !== RESTART_MAGIC) {
      // Anything else at a place where a restart page can be is the inside of one, or a journal that we don't understand.
      if (at === 0) return "in-use";
      continue;
    }
    if (!isClosed(page)) return "in-use";
    state = "closed";
  }
  return state;
}

function isClosed(page: Buffer): boolean {
  const area = page.readUInt16LE(RESTART_AREA_OFFSET_AT);
  if (area + AREA_BYTES > page.length) return false;
  const hasClient = page.readUInt16LE(area + CLIENT_IN_USE_AT) !== NO_CLIENT;
  return !hasClient || (page.readUInt16LE(area + FLAGS_AT) & VOLUME_IS_CLEAN) !== 0;
}

/** Fills bytes of a range with ones, a MiB at a time: an empty journal. */
export async function writeFilled(range: ByteRange, offset: number, length: number): Promise<void> {
  const ones = Buffer.alloc(Math.min(length, 1 << 20), EMPTY);
  for (let done = 0; done < length; done += ones.length) {
    await range.write(offset + done, ones.subarray(0, Math.min(ones.length, length - done)));
  }
}
