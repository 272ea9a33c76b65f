/**
 * A file handle of a medium that fails, as Node's `fs` shows it: from some operation on, or once, with the kernel's error codes. Goes
 * into the program's own `FileRange`, so that what it makes of such errors is tried with it.
 */
import type { FileHandle } from "node:fs/promises";
import type { ByteRange } from "../../src/block/byte-range.ts";

export const FAULTS = {
  /** One sector that can't be read; the next time it can. */
  "read error": { on: ["read"], once: true, code: "EIO" },
  "write error": { on: ["write"], once: true, code: "EIO" },
  "flush error": { on: ["flush"], once: true, code: "EIO" },
  /** What holds the image file is full. */
  full: { on: ["write"], once: false, code: "ENOSPC" },
  /** Pulled out. */
  gone: { on: ["read", "write", "flush"], once: false, code: "ENODEV" },
  /** Half of the bytes at a time: no error. */
  short: { on: ["read", "write"], once: false },
  /** Takes nothing, and gives nothing, without an error. */
  stuck: { on: ["read", "write"], once: false },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

interface Fault {
  readonly on: readonly ("read" | "write" | "flush")[];
  readonly once: boolean;
  readonly code?: string;
}

export class FaultyHandle {
  /** Operations of the fault's kinds, so far. */
  operations = 0;
  readonly #base: ByteRange;
  readonly #name: FaultName;
  readonly #fault: Fault;
  readonly #at: number;

  /** @param at number of the operation, from 0, that fails first. */
  constructor(base: ByteRange, name: FaultName, at: number) {
    this.#base = base;
    this.#name = name;
    this.#fault = FAULTS[name];
    this.#at = at;
  }

  /** All of a handle that a `FileRange` uses. */
  get handle(): FileHandle {
    return this as unknown as FileHandle;
  }

  async read(into: Uint8Array, at: number, length: number, position: number) {
    const take = this.#take("read", length);
    if (take > 0) await this.#base.read(position, into.subarray(at, at + take));
    return { bytesRead: take };
  }

  async write(data: Uint8Array, at: number, length: number, position: number) {
    const take = this.#take("write", length);
    if (take > 0) await this.#base.write(position, data.subarray(at, at + take));
    return { bytesWritten: take };
  }

  async datasync(): Promise<void> {
    this.#take("flush", 0);
    await this.#base.flush();
  }

  async close(): Promise<void> {}

  /** How many bytes go through. @throws Error with the kernel's code. */
  #take(kind: "read" | "write" | "flush", length: number): number {
    const { on, once, code } = this.#fault;
    if (!on.includes(kind)) return length;
    const number = this.operations++;
    if (number < this.#at || (once && number > this.#at)) return length;
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${kind}`), { code });
    return this.#name === "short" ? Math.ceil(length / 2) : 0;
  }
}
