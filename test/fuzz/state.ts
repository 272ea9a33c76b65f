/**
 * What a process that fuzzes has got to, in a file: it writes it before and after each input, and whoever watches it reads it,
 * also when the process hangs or is gone.
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const FIELDS = [
  /** Which task of the list. */
  "task",
  /** The input that is being read now. */
  "number",
  "whole",
  "part",
  "refused",
  "failed",
  "slowestMs",
  "slowestNumber",
  "peakBytes",
  "largestBuffer",
] as const;

export type State = Record<(typeof FIELDS)[number], number>;

export function emptyState(): State {
  return Object.fromEntries(FIELDS.map((name) => [name, 0])) as State;
}

export class StateFile {
  readonly #file: number;
  readonly #values = new Float64Array(FIELDS.length);
  readonly #bytes = new Uint8Array(this.#values.buffer);

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  write(state: State): void {
    for (const [index, name] of FIELDS.entries()) this.#values[index] = state[name];
    writeSync(this.#file, this.#bytes, 0, this.#bytes.length, 0);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Undefined where nothing was written yet. */
export function readState(path: string): State | undefined {
  const bytes = readFileSync(path);
  if (bytes.length < FIELDS.length * 8) return undefined;
  const entries = FIELDS.map((name, index) => [name, bytes.readDoubleLE(index * 8)]);
  return Object.fromEntries(entries) as State;
}
