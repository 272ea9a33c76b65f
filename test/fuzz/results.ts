/** What each reader's last long run gave, kept in the tests' cache between runs: docs/fuzzing.md is written from it. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder } from "../setup/cache.ts";

export interface ReaderResult {
  readonly inputs: number;
  readonly seconds: number;
  readonly whole: number;
  readonly part: number;
  readonly refused: number;
  readonly failed: number;
  /** Of the processor. */
  readonly slowestMs: number;
  readonly slowestNumber: number;
  readonly peakBytes: number;
  readonly largestBuffer: number;
  readonly run: number;
  /** Of the checkout, with a + where something in it wasn't committed. */
  readonly commit: string;
  readonly day: string;
}

export type Results = Readonly<Record<string, ReaderResult>>;

const path = (): string => join(cacheFolder(), "fuzz.json");

export async function readResults(): Promise<Results> {
  const text = await readFile(path(), "utf8").catch(() => "{}");
  return JSON.parse(text) as Results;
}

export async function addResult(reader: string, result: ReaderResult): Promise<Results> {
  const results = { ...(await readResults()), [reader]: result };
  await mkdir(dirname(path()), { recursive: true });
  await writeFile(path(), JSON.stringify(results, undefined, 1));
  return results;
}
