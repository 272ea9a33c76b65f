/**
 * Files read once for several copies that are made at the same time: whoever comes first to a chunk has it read, the others get the
 * same bytes, and nobody runs further ahead of the slowest than a few chunks. So a stick that is cloned eight times is read once, and the
 * slowest target sets the pace of all.
 *
 * Every reader goes through the same files in the same order, each from its start to its end. That keeps two of them from waiting for
 * each other: the one that is furthest behind never waits.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { checkBounds } from "../../block/bounds.ts";
import { MIB } from "../../system/sizes.ts";
import type { OpenSource, SourceFile } from "./source-file.ts";

/** Read and not yet taken by everybody. */
const WINDOW_BYTES = 8 * MIB;

export interface SourceReader {
  readonly open: OpenSource;
  /** Whoever has finished, or failed, must say so: the others would wait for it. */
  leave(): Promise<void>;
}

type Reader = symbol;

interface Chunk {
  readonly bytes: Promise<Buffer>;
  /** That they lie in. */
  readonly buffer: Buffer;
  /** Who hasn't taken it yet. */
  readonly missing: Set<Reader>;
}

interface SharedFile {
  readonly file: Promise<SourceFile>;
  readonly chunks: Map<number, Chunk>;
  /** Who has closed it. */
  readonly finished: Set<Reader>;
  /** By reader, the first chunk that it hasn't taken. */
  readonly places: Map<Reader, number>;
}

export class SharedSource {
  readonly #base: OpenSource;
  readonly #chunkBytes: number;
  readonly #mostChunks: number;
  readonly #readers = new Set<Reader>();
  readonly #files = new Map<string, SharedFile>();
  #heldChunks = 0;
  readonly #free: Buffer[] = [];
  #waiting: (() => void)[] = [];

  /** @param chunkBytes what the copies read at a time (`copyOnto`'s option). */
  constructor(base: OpenSource, chunkBytes: number) {
    this.#base = base;
    this.#chunkBytes = chunkBytes;
    this.#mostChunks = Math.max(2, Math.floor(WINDOW_BYTES / chunkBytes));
  }

  /** All join before the first one reads. */
  join(): SourceReader {
    const reader: Reader = Symbol("reader");
    this.#readers.add(reader);
    return {
      open: async (source) => this.#open(source, reader),
      leave: async () => {
        this.#readers.delete(reader);
        for (const [source, shared] of this.#files) await this.#finish(source, shared, reader);
      },
    };
  }

  async #open(source: string, reader: Reader): Promise<SourceFile> {
    let shared = this.#files.get(source);
    if (shared === undefined) {
      shared = {
        file: this.#base(source),
        chunks: new Map(),
        finished: new Set(),
        places: new Map(),
      };
      this.#files.set(source, shared);
    }
    const opened = shared;
    const file = await opened.file;
    return new SharedView(file, {
      read: async (offset, into) => this.#read(opened, reader, offset, into),
      close: async () => this.#finish(source, opened, reader),
    });
  }

  async #read(shared: SharedFile, reader: Reader, offset: number, into: Uint8Array): Promise<void> {
    for (let at = 0; at < into.length;) {
      const number = Math.floor((offset + at) / this.#chunkBytes);
      const within = offset + at - number * this.#chunkBytes;
      const length = Math.min(into.length - at, this.#chunkBytes - within);
      const part = into.subarray(at, at + length);
      await this.#take(shared, reader, number, (bytes) => {
        part.set(bytes.subarray(within, within + length));
      });
      at += length;
    }
  }

  /** @param use is called before anything else can be read into the chunk's buffer. */
  async #take(
    shared: SharedFile,
    reader: Reader,
    number: number,
    use: (bytes: Buffer) => void,
  ): Promise<void> {
    let chunk = shared.chunks.get(number);
    while (chunk === undefined && this.#heldChunks >= this.#mostChunks) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      chunk = shared.chunks.get(number);
    }
    chunk ??= await this.#load(shared, number);
    try {
      use(await chunk.bytes);
    } finally {
      shared.places.set(reader, Math.max(shared.places.get(reader) ?? 0, number + 1));
      this.#taken(shared, number, chunk, reader);
    }
  }

  async #load(shared: SharedFile, number: number): Promise<Chunk> {
    const file = await shared.file;
    const there = shared.chunks.get(number);
    if (there !== undefined) return there;
    const start = number * this.#chunkBytes;
    const buffer = this.#free.pop() ?? Buffer.alloc(this.#chunkBytes);
    const part = buffer.subarray(0, Math.min(this.#chunkBytes, file.size - start));
    const bytes = file.read(start, part).then(() => part);
    // Whoever takes it hears of a failure.
    bytes.catch(() => undefined);
    const missing = [...this.#readers].filter(
      (one) => !shared.finished.has(one) && (shared.places.get(one) ?? 0) <= number,
    );
    const chunk = { bytes, buffer, missing: new Set(missing) };
    shared.chunks.set(number, chunk);
    this.#heldChunks++;
    return chunk;
  }

  #taken(shared: SharedFile, number: number, chunk: Chunk, reader: Reader): void {
    chunk.missing.delete(reader);
    if (chunk.missing.size > 0 || shared.chunks.get(number) !== chunk) return;
    shared.chunks.delete(number);
    this.#heldChunks--;
    this.#free.push(chunk.buffer);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** The file is closed once nobody wants anything of it any more. */
  async #finish(source: string, shared: SharedFile, reader: Reader): Promise<void> {
    shared.finished.add(reader);
    for (const [number, chunk] of shared.chunks) this.#taken(shared, number, chunk, reader);
    const wanted = [...this.#readers].some((one) => !shared.finished.has(one));
    if (wanted || this.#files.get(source) !== shared) return;
    this.#files.delete(source);
    const file = await shared.file.catch(() => undefined);
    await file?.close();
  }
}

/** A shared file as one of its readers sees it. */
class SharedView implements SourceFile {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable = false;
  readonly #file: SourceFile;
  readonly #shared: Pick<ByteRange, "read" | "close">;

  constructor(file: SourceFile, shared: Pick<ByteRange, "read" | "close">) {
    this.size = file.size;
    this.sectorSize = file.sectorSize;
    this.#file = file;
    this.#shared = shared;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds("source", offset, into.length, this.size);
    await this.#shared.read(offset, into);
  }

  async write(): Promise<void> {
    throw new TypeError("a source is only read");
  }

  async flush(): Promise<void> {}

  async modified(): Promise<Date> {
    return this.#file.modified();
  }

  async close(): Promise<void> {
    await this.#shared.close();
  }
}
