/** A run: seeds are made, each reader gets its inputs, and results come back one reader at a time. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eachOf } from "../matrix/at-once.ts";
import type { FuzzedReader } from "./reader.ts";
import { storeSeeds } from "./stored-seeds.ts";
import { supervise } from "./supervise.ts";
import type { TaskResult } from "./supervise.ts";

export interface FuzzOptions {
  readonly count: number;
  readonly run: number;
  readonly jobs: number;
  /** All readers in one process, which saves starting it for each; what memory is said of one is then of all before it too. */
  readonly together?: boolean;
}

export async function fuzz(
  readers: readonly FuzzedReader[],
  { count, run, jobs, together = false }: FuzzOptions,
  report: (result: TaskResult) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "lifeboat-fuzz-"));
  try {
    const seeds = join(folder, "seeds");
    const tasks = readers.map(({ name }) => ({ reader: name, from: 0, to: count }));
    const groups = together ? [tasks] : tasks.map((task) => [task]);
    await eachOf([...groups.entries()], jobs, async ([index, group]) => {
      for (const { reader } of group) {
        const found = readers.find(({ name }) => name === reader);
        if (found !== undefined) await storeSeeds(found, seeds);
      }
      const own = join(folder, `${index}`);
      await mkdir(own);
      for (const result of await supervise(group, { run, seeds, folder: own })) {
        await report(result);
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
