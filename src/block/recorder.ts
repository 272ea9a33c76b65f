/**
 * Every write recorded, so that a test can cut the power after any of them.
 *
 * What a medium promises is what `ByteRange.flush` says: everything before a flush is there before anything behind it.
 * Between two flushes nothing is promised: each write may have reached the medium or not, in any order.
 */
import type { ByteRange } from "./byte-range.ts";

export type RecordedEvent =
  | { readonly kind: "write"; readonly offset: number; readonly data: Buffer }
  | { readonly kind: "flush" };

/** Passes everything through to `base` and keeps a log of its writes (with copies of their bytes) and flushes. */
export class RecordingRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable: boolean;
  readonly log: RecordedEvent[] = [];
  readonly #base: ByteRange;

  constructor(base: ByteRange) {
    this.#base = base;
    this.size = base.size;
    this.sectorSize = base.sectorSize;
    this.writable = base.writable;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    await this.#base.read(offset, into);
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    const copy = Buffer.from(data);
    await this.#base.write(offset, data);
    this.log.push({ kind: "write", offset, data: copy });
  }

  async flush(): Promise<void> {
    await this.#base.flush();
    this.log.push({ kind: "flush" });
  }

  async close(): Promise<void> {
    await this.#base.close();
  }
}

/** Plays the first `count` events of a log onto a copy of what the recorder's base was at first. */
export async function replay(
  log: readonly RecordedEvent[],
  count: number,
  onto: ByteRange,
): Promise<void> {
  await replayCrash(log, count, onto, () => true);
}

/**
 * A power cut after `count` events: all writes before the last of their flushes are there; of the writes behind it, those
 * for which `reached` says so (it is asked with the event's index).
 */
export async function replayCrash(
  log: readonly RecordedEvent[],
  count: number,
  onto: ByteRange,
  reached: (index: number) => boolean,
): Promise<void> {
  const events = log.slice(0, count);
  const lastFlush = events.findLastIndex((event) => event.kind === "flush");
  for (const [index, event] of events.entries()) {
    if (event.kind === "write" && (index < lastFlush || reached(index))) {
      await onto.write(event.offset, event.data);
    }
  }
}
