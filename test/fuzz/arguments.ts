/** The command line of `npm run fuzz`. */
import { parseArgs } from "node:util";
import type { FuzzedReader } from "./reader.ts";
import { READERS, readerOf } from "./readers/index.ts";

export interface Arguments {
  readonly readers: readonly FuzzedReader[];
  /** Inputs of each reader. */
  readonly count: number;
  readonly run: number;
  readonly jobs: number;
  /** Only this input, with everything that is known of it. */
  readonly only: number | undefined;
}

const USUAL_COUNT = 100_000;

/** @throws Error that says what is wrong. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      reader: { type: "string" },
      count: { type: "string", default: `${USUAL_COUNT}` },
      seed: { type: "string", default: "1" },
      jobs: { type: "string", default: "1" },
      only: { type: "string" },
    },
  });
  const readers = values.reader?.split(",").map(readerOf) ?? READERS;
  const only = values.only === undefined ? undefined : numberIn("only", values.only, 0);
  if (only !== undefined && readers.length !== 1) throw new Error("--only wants one --reader");
  return {
    readers,
    count: numberIn("count", values.count, 1),
    run: numberIn("seed", values.seed, 0),
    jobs: numberIn("jobs", values.jobs, 1),
    only,
  };
}

function numberIn(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`--${name} is a whole number from ${least} on, not ${text}`);
}
