/** The System Use Sharing Protocol (SUSP, IEEE P1281): tagged entries behind directory records, continued elsewhere by CE. */
import type { ReadCache } from "../optical/cache.ts";
import { damaged, say } from "./messages.ts";

/** Signature, length, version. */
const ENTRY_HEADER_BYTES = 4;
const CE_BYTES = 28;
const SP_BYTES = 7;
/** A record's entries are a few hundred bytes; a long symbolic link needs a few continuations, each within a block. */
const MAX_CONTINUATIONS = 32;
const MAX_CONTINUATION_BYTES = 4096;
/** For all records of a directory together, so that many small records can't ask for endless work. */
export const CONTINUATION_BUDGET_BYTES = 64 << 20;
/** What the shortest continuation costs of that. */
const CONTINUATION_COST_BYTES = 64;
/** CD-ROM XA puts 14 bytes of its own first. */
const XA_BYTES = 14;

export interface SystemUseEntry {
  readonly signature: string;
  /** What follows signature, length and version. */
  readonly data: Buffer;
}

export interface SystemUseContext {
  readonly cache: ReadCache;
  readonly blockBytes: number;
  /** Bytes to leave out at the start of each system use area, as SP says. */
  readonly skipBytes: number;
  /** How many bytes of continuation areas may still be read. */
  readonly budget: { bytes: number };
}

/**
 * SUSP 5.3: the root directory's own record begins with SP where the protocol is in use.
 * @returns how many bytes each other record's area has before its entries, and where they begin in this one.
 */
export function decodeIndicator(
  area: Buffer,
): { readonly skipBytes: number; readonly beginsAt: number } | undefined {
  for (const at of [0, XA_BYTES]) {
    if (area.length < at + SP_BYTES || area.toString("latin1", at, at + 2) !== "SP") continue;
    // The check bytes.
    if (area.readUInt16BE(at + 4) !== 0xbe_ef) continue;
    return { skipBytes: area.readUInt8(at + 6), beginsAt: at };
  }
  return undefined;
}

/**
 * All entries of a record, continuation areas included, in order.
 * @throws LifeboatError `system-use-loop`, `truncated-volume`.
 */
export async function readSystemUse(
  context: SystemUseContext,
  area: Buffer,
  path: string,
): Promise<SystemUseEntry[]> {
  const entries: SystemUseEntry[] = [];
  let next = collectEntries(area.subarray(context.skipBytes), entries);
  for (let hops = 0; next !== undefined; hops++) {
    if (hops >= MAX_CONTINUATIONS) throw damaged("system-use-loop", say.systemUseLoop(path));
    const block = next.readUInt32LE(0);
    const within = next.readUInt32LE(8);
    const length = next.readUInt32LE(16);
    context.budget.bytes -= length + CONTINUATION_COST_BYTES;
    if (length > MAX_CONTINUATION_BYTES || context.budget.bytes < 0) {
      throw damaged("system-use-loop", say.systemUseLoop(path));
    }
    const offset = block * context.blockBytes + within;
    next = collectEntries(await context.cache.read(path, offset, length), entries);
  }
  return entries;
}

/** Adds an area's entries; returns the data of its CE entry, if any (SUSP 5.1: it applies when the area has been read). */
function collectEntries(area: Buffer, into: SystemUseEntry[]): Buffer | undefined {
  let continuation: Buffer | undefined;
  for (let at = 0; at + ENTRY_HEADER_BYTES <= area.length;) {
    const length = area.readUInt8(at + 2);
    if (length < ENTRY_HEADER_BYTES || at + length > area.length) break;
    const signature = area.toString("latin1", at, at + 2);
    const data = area.subarray(at + ENTRY_HEADER_BYTES, at + length);
    if (signature === "ST") break;
    if (signature === "CE" && length >= CE_BYTES) continuation = data;
    else into.push({ signature, data });
    at += length;
  }
  return continuation;
}
