import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { LifeboatError } from "../system/errors.ts";
import { reasonOf } from "../system/reason.ts";
import type { ByteRange } from "./byte-range.ts";
import { checkBounds } from "./bounds.ts";
import { say } from "./messages.ts";

/** One transfer. Large enough for a stick's full rate, small enough for any controller. */
const TRANSFER_BYTES = 1 << 20;
const WASM_PAGE_BYTES = 64 * 1024;

/** What Node has of `WebAssembly.Memory` and its types don't say. */
const PageMemory = (
  globalThis as unknown as {
    WebAssembly: {
      Memory: new (pages: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
    };
  }
).WebAssembly.Memory;

/** Undefined where the platform knows no such flag: macOS (its raw nodes are uncached anyway) and Windows. */
export const O_DIRECT: number | undefined = constants.O_DIRECT;

/**
 * A Linux device opened with O_DIRECT: every byte comes from the medium and goes to it, past the page cache. It takes whole
 * sectors only (`AlignedRange` makes them), and memory that begins at a sector's border. Node's buffers don't; a WebAssembly
 * memory is mapped in whole pages, so everything goes through one.
 */
export class DirectRange implements ByteRange {
  readonly size: number;
  readonly sectorSize: number;
  readonly writable: boolean;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #transfer: Uint8Array;
  /** There is one transfer buffer: accesses wait for each other. */
  #last: Promise<void> = Promise.resolve();

  /** Takes over `handle`, which was opened with O_DIRECT. */
  constructor(
    path: string,
    handle: FileHandle,
    details: { size: number; sectorSize: number; writable: boolean },
  ) {
    this.#path = path;
    this.#handle = handle;
    this.size = details.size;
    this.sectorSize = details.sectorSize;
    this.writable = details.writable;
    const pages = TRANSFER_BYTES / WASM_PAGE_BYTES;
    const memory = new PageMemory({ initial: pages, maximum: pages });
    this.#transfer = new Uint8Array(memory.buffer, 0, TRANSFER_BYTES);
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds(this.#path, offset, into.length, this.size);
    await this.#alone(async () => this.#readNow(offset, into));
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    if (!this.writable) throw new LifeboatError("read-only", say.readOnly(this.#path));
    checkBounds(this.#path, offset, data.length, this.size);
    await this.#alone(async () => this.#writeNow(offset, data));
  }

  async flush(): Promise<void> {
    if (!this.writable) return;
    await this.#handle.datasync().catch((cause: unknown) => {
      const text = say.flushFailed(this.#path, reasonOf(cause));
      throw new LifeboatError("write-failed", text, { cause });
    });
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #alone(access: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(access);
    this.#last = mine.catch(() => undefined);
    await mine;
  }

  async #readNow(offset: number, into: Uint8Array): Promise<void> {
    for (let done = 0; done < into.length;) {
      const at = offset + done;
      const wanted = Math.min(TRANSFER_BYTES, into.length - done);
      const { bytesRead } = await this.#handle
        .read(this.#transfer, 0, wanted, at)
        .catch((cause: unknown) => {
          const text = say.readFailed(this.#path, at, reasonOf(cause));
          throw new LifeboatError("read-failed", text, { cause });
        });
      if (bytesRead === 0) {
        throw new LifeboatError("short-read", say.shortRead(this.#path, offset, into.length, done));
      }
      into.set(this.#transfer.subarray(0, bytesRead), done);
      done += bytesRead;
    }
  }

  async #writeNow(offset: number, data: Uint8Array): Promise<void> {
    for (let done = 0; done < data.length;) {
      const at = offset + done;
      const given = data.subarray(done, done + TRANSFER_BYTES);
      this.#transfer.set(given);
      const { bytesWritten } = await this.#handle
        .write(this.#transfer, 0, given.length, at)
        .catch((cause: unknown) => {
          const text = say.writeFailed(this.#path, at, reasonOf(cause));
          throw new LifeboatError("write-failed", text, { cause });
        });
      done += bytesWritten;
    }
  }
}
