/**
 * $Bitmap: a bit a cluster, set where it is taken. Held in memory whole (a bit for 4 KiB: 32 MiB for a TiB). What is only
 * reserved is set in memory and never reaches the medium, so that a reservation that nobody finished costs nothing.
 */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { STRIDE } from "./boot-sector.ts";
import { beyondUs, damaged } from "./failures.ts";
import { roundUp } from "./fields.ts";

/** Clusters in a row. */
export interface Piece {
  readonly lcn: number;
  readonly clusters: number;
}

/** Clusters that files get only when nothing else is left: where the MFT wants to grow. */
interface Zone {
  readonly start: number;
  readonly end: number;
}

/** 8 TiB with clusters of 4 KiB. */
const MAX_BITMAP_BYTES = 256 << 20;
const ALL_TAKEN = 0xffffffff;

export class ClusterBitmap {
  readonly #stream: ByteRange;
  readonly #bits: Buffer;
  readonly #words: Uint32Array;
  readonly #clusters: number;
  readonly #pending = new Set<Piece>();
  /** Byte ranges that the medium doesn't have yet. */
  #dirty: { first: number; end: number }[] = [];
  #free = 0;
  /** Where files shouldn't go; the MFT's writer keeps it up to date. */
  zone: Zone = { start: 0, end: 0 };

  private constructor(stream: ByteRange, bits: Buffer, words: Uint32Array, clusters: number) {
    this.#stream = stream;
    this.#clusters = clusters;
    this.#bits = bits;
    this.#words = words;
    this.#scan((piece) => {
      this.#free += piece.clusters;
      return true;
    });
  }

  /** @param stream the value of $Bitmap. @throws LifeboatError `ntfs-damaged`, `ntfs-beyond-us` for volumes that are too large. */
  static async load(stream: ByteRange, clusters: number): Promise<ClusterBitmap> {
    const length = Math.ceil(clusters / 8);
    if (stream.size < length) throw damaged("$Bitmap", "it is shorter than the volume");
    if (length > MAX_BITMAP_BYTES) throw beyondUs("it has too many clusters");
    const words = new Uint32Array(Math.ceil(length / 4)).fill(ALL_TAKEN);
    const bits = Buffer.from(words.buffer);
    (await readBytes(stream, 0, length)).copy(bits);
    for (let cluster = clusters; cluster % 8 !== 0; cluster++) {
      bits[cluster >> 3] = (bits[cluster >> 3] ?? 0) | (1 << (cluster & 7));
    }
    return new ClusterBitmap(stream, bits, words, clusters);
  }

  get freeClusters(): number {
    return this.#free;
  }

  /** How many clusters there are up to the last one in use; 0 where none is. */
  get lastInUse(): number {
    let last = this.#words.length * 32;
    this.#scan(({ lcn, clusters }) => {
      // Only the free run at the very end counts: `#scan` visits them in order.
      last = lcn + clusters >= this.#clusters ? lcn : this.#clusters;
      return true;
    });
    return Math.min(last, this.#clusters);
  }

  /**
   * Lets the volume end after `clusters` clusters: the bits behind, up to `length` bytes of the bitmap, say that they are taken. They
   * are on the medium when a flush follows.
   */
  async endAt(clusters: number, length: number): Promise<void> {
    const first = Math.floor(clusters / 8 / STRIDE) * STRIDE;
    const end = Math.min(length, this.#bits.length, this.#stream.size);
    const slice = Buffer.from(this.#bits.subarray(first, end));
    for (let bit = clusters - first * 8; bit < slice.length * 8; bit++) {
      slice[bit >> 3] = (slice[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
    await this.#stream.write(first, slice);
  }

  /**
   * Takes clusters in memory: one run where there is one long enough (the shortest such, outside the zone if possible), else
   * the longest runs there are. Undefined where the volume has too few.
   */
  reserve(clusters: number): Piece[] | undefined {
    if (clusters > this.#free) return undefined;
    if (clusters === 0) return [];
    const one = this.#bestFit(clusters, this.zone) ?? this.#bestFit(clusters, { start: 0, end: 0 });
    const pieces = one === undefined ? this.#largest(clusters) : [one];
    for (const piece of pieces) {
      this.#set(piece, true);
      this.#pending.add(piece);
    }
    return pieces;
  }

  /** Takes exactly these clusters in memory. Undefined where not all are free. */
  reserveAt(lcn: number, clusters: number): Piece | undefined {
    const end = lcn + clusters;
    let isFree = false;
    this.#scan((piece) => {
      isFree = piece.lcn <= lcn && end <= piece.lcn + piece.clusters;
      return !isFree && piece.lcn < lcn;
    });
    if (!isFree) return undefined;
    const piece = { lcn, clusters };
    this.#set(piece, true);
    this.#pending.add(piece);
    return piece;
  }

  /** Gives back what `reserve` took. */
  release(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (this.#pending.delete(piece)) this.#set(piece, false);
    }
  }

  /** Makes what `reserve` took part of what `store` writes. */
  commit(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (this.#pending.delete(piece)) this.#touch(piece);
    }
  }

  /** The reverse of `commit`. */
  withdraw(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      this.#pending.add(piece);
      this.#touch(piece);
    }
  }

  /** Frees clusters of a file that is gone. */
  free(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      this.#set(piece, false);
      this.#touch(piece);
    }
  }

  /** Writes what changed, in whole sectors. It may lie in a cache until a flush. */
  async store(): Promise<void> {
    const ranges = this.#dirty;
    this.#dirty = [];
    for (const { first, end } of ranges) {
      const slice = Buffer.from(this.#bits.subarray(first, Math.min(end, this.#stream.size)));
      for (const piece of this.#pending) clearBits(slice, first * 8, piece);
      await this.#stream.write(first, slice);
    }
  }

  #bestFit(clusters: number, zone: Zone): Piece | undefined {
    let best: Piece | undefined;
    const consider = (lcn: number, length: number) => {
      if (length >= clusters && (best === undefined || length < best.clusters)) {
        best = { lcn, clusters: length };
      }
    };
    this.#scan(({ lcn, clusters: length }) => {
      const end = lcn + length;
      if (end <= zone.start || lcn >= zone.end) consider(lcn, length);
      else {
        consider(lcn, zone.start - lcn);
        consider(zone.end, end - zone.end);
      }
      return best?.clusters !== clusters;
    });
    return best === undefined ? undefined : { lcn: best.lcn, clusters };
  }

  /** The longest free runs, in order of their places, that together have so many clusters. */
  #largest(clusters: number): Piece[] {
    const all: Piece[] = [];
    this.#scan((piece) => {
      all.push(piece);
      return true;
    });
    all.sort((a, b) => b.clusters - a.clusters);
    const taken: Piece[] = [];
    for (let left = clusters; left > 0;) {
      const next = all[taken.length];
      if (next === undefined) throw new RangeError("fewer free clusters than counted");
      taken.push({ lcn: next.lcn, clusters: Math.min(next.clusters, left) });
      left -= next.clusters;
    }
    return taken.sort((a, b) => a.lcn - b.lcn);
  }

  /** Visits the free runs in order until told to stop. */
  #scan(visit: (piece: Piece) => boolean): void {
    let start = -1;
    const close = (end: number): boolean => {
      if (start < 0) return true;
      const piece = { lcn: start, clusters: end - start };
      start = -1;
      return visit(piece);
    };
    for (let index = 0; index < this.#words.length; index++) {
      const word = this.#words[index];
      const first = index * 32;
      if (word === 0) {
        if (start < 0) start = first;
      } else if (word === ALL_TAKEN) {
        if (!close(first)) return;
      } else {
        for (let cluster = first; cluster < first + 32; cluster++) {
          const isTaken = ((this.#bits[cluster >> 3] ?? 0) & (1 << (cluster & 7))) !== 0;
          if (!isTaken && start < 0) start = cluster;
          if (isTaken && !close(cluster)) return;
        }
      }
    }
    close(this.#words.length * 32);
  }

  #set({ lcn, clusters }: Piece, taken: boolean): void {
    for (let cluster = lcn; cluster < lcn + clusters; cluster++) {
      const byte = cluster >> 3;
      if ((cluster & 7) === 0 && cluster + 8 <= lcn + clusters) {
        // Whole bytes at once, as far as they go.
        const end = (lcn + clusters) >> 3;
        this.#bits.fill(taken ? 0xff : 0, byte, end);
        cluster = end * 8 - 1;
        continue;
      }
      const bit = 1 << (cluster & 7);
      const old = this.#bits[byte] ?? 0;
      this.#bits[byte] = taken ? old | bit : old & ~bit;
    }
    this.#free += taken ? -clusters : clusters;
  }

  #touch({ lcn, clusters }: Piece): void {
    const first = Math.floor(lcn / 8 / STRIDE) * STRIDE;
    const end = roundUp((lcn + clusters) / 8, STRIDE);
    const last = this.#dirty.at(-1);
    if (last !== undefined && first <= last.end && end >= last.first) {
      last.first = Math.min(last.first, first);
      last.end = Math.max(last.end, end);
    } else this.#dirty.push({ first, end });
  }
}

/** Clears a piece's bits in a slice of the bitmap that begins with the bit `firstBit`. */
function clearBits(slice: Buffer, firstBit: number, piece: Piece): void {
  const from = Math.max(piece.lcn - firstBit, 0);
  const to = Math.min(piece.lcn + piece.clusters - firstBit, slice.length * 8);
  for (let bit = from; bit < to; bit++) {
    slice[bit >> 3] = (slice[bit >> 3] ?? 0) & ~(1 << (bit & 7));
  }
}
