import { LifeboatError } from "../system/errors.ts";
import type { ByteRange, Extent } from "./byte-range.ts";
import { say } from "./messages.ts";

/** The same bytes, of which only some may be changed: a write that isn't wholly within one of the extents throws. */
export class GuardedRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable: boolean;
  /** Whether anything was written through it. */
  written = false;
  readonly #parent: ByteRange;
  readonly #allowed: readonly Extent[];
  readonly #what: string;

  /**
   * @param allowed bytes of `parent`; neighbours are taken for one extent.
   * @param what names the range in the error that a write elsewhere gets.
   */
  constructor(parent: ByteRange, allowed: readonly Extent[], what: string) {
    this.#parent = parent;
    this.#allowed = joined(allowed);
    this.#what = what;
    this.size = parent.size;
    this.sectorSize = parent.sectorSize;
    this.writable = parent.writable;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    await this.#parent.read(offset, into);
  }

  /** For those who have several things to write, before the first one. @throws LifeboatError `not-allowed-here`. */
  refuseOutside(offset: number, bytes: number): void {
    const inside = this.#allowed.some(
      ({ start, length }) => offset >= start && offset + bytes <= start + length,
    );
    if (inside) return;
    throw new LifeboatError("not-allowed-here", say.notAllowedHere(this.#what, offset, bytes), {
      kind: "refused",
    });
  }

  /** @throws LifeboatError `not-allowed-here`, with nothing written; what the parent throws. */
  async write(offset: number, data: Uint8Array): Promise<void> {
    this.refuseOutside(offset, data.length);
    this.written = true;
    await this.#parent.write(offset, data);
  }

  async flush(): Promise<void> {
    await this.#parent.flush();
  }

  async close(): Promise<void> {}
}

/** In ascending order, those that touch or overlap made one. */
function joined(extents: readonly Extent[]): Extent[] {
  const result: { start: number; length: number }[] = [];
  for (const { start, length } of extents.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last === undefined || last.start + last.length < start) result.push({ start, length });
    else last.length = Math.max(last.length, start + length - last.start);
  }
  return result;
}
