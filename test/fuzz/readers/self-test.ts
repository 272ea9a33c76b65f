/** No reader: fails in each way that the fuzzer looks for, at inputs of its own. For the fuzzer's tests. */
import { LifeboatError } from "../../../src/system/errors.ts";
import type { FuzzedReader } from "../reader.ts";
import { HEAP_MIB, MOST_BUFFER_BYTES, MOST_CPU_MS, MOST_GROWTH_BYTES } from "../limits.ts";

const kept: unknown[] = [];

function forEver(): never {
  return forEver();
}

/** By input; the seed itself is read before them. */
const WAYS: Readonly<Record<number, () => void>> = {
  3: () => {
    throw new LifeboatError("refused", { en: "No", zh: "不" });
  },
  5: () => {
    throw new TypeError("an error");
  },
  10: () => {
    for (;;) kept.length = 0;
  },
  15: () => {
    Buffer.alloc(MOST_BUFFER_BYTES + 1);
  },
  20: () => {
    // At once: a heap that fills up slowly is cleaned up for longer than an input may take.
    for (let part = 0; part < 4; part++) {
      // oxlint-disable-next-line unicorn/no-new-array -- the one way to have a large array at once
      kept.push(new Array<number>(HEAP_MIB << 17).fill(0.5));
    }
  },
  25: forEver,
  30: () => {
    const bytes = new Uint8Array(2 * MOST_GROWTH_BYTES).fill(1);
    kept.push(bytes.length);
  },
  35: () => process.exit(3),
};

export const selfTest: FuzzedReader = {
  name: "self-test",
  what: `a hang of more than ${MOST_CPU_MS} ms, and everything else that is a failure`,
  kind: "document",
  makeSeeds: async () => [{ name: "none", bytes: Buffer.from("nothing") }],
  read: async ({ number }) => {
    WAYS[number]?.();
    return "whole";
  },
};
