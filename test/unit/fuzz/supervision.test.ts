/** That the fuzzer notices what it looks for: errors, hangs, memory, the end of the process. */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Inputs } from "../../fuzz/inputs.ts";
import { readerOf } from "../../fuzz/readers/index.ts";
import { storedSeeds, storeSeeds } from "../../fuzz/stored-seeds.ts";
import { supervise } from "../../fuzz/supervise.ts";
import { temporaryFolder } from "../../support/tools.ts";

test(
  "each kind of failure is seen, and the run goes on behind it",
  { timeout: 300_000 },
  async () => {
    const folder = await temporaryFolder();
    const bad = readerOf("self-test");
    await storeSeeds(bad, join(folder, "seeds"));
    const own = join(folder, "own");
    await mkdir(own);
    const tasks = [{ reader: bad.name, from: 0, to: 40 }];
    // A slow machine takes more than a second until the heap is full.
    const options = { run: 1, seeds: join(folder, "seeds"), folder: own, mostCpuMs: 8000 };
    const [result] = await supervise(tasks, options);
    const reasons = result?.failures.map(
      ({ number, reason }) => `${number} ${reason.split("\n")[0]}`,
    );
    expect(reasons).toEqual([
      expect.stringContaining("5 TypeError: an error"),
      expect.stringContaining("10 hang: "),
      expect.stringContaining("15 Error: a buffer of "),
      expect.stringMatching(/^20 (SIGABRT|exit code 134): .*heap/),
      expect.stringContaining("25 RangeError: Maximum call stack size exceeded"),
      expect.stringContaining("30 memory: "),
      expect.stringContaining("35 exit code 3"),
    ]);
    const { whole = 0, refused = 0, failed = 0 } = result?.state ?? {};
    expect({ whole, refused, failed }).toEqual({ whole: 32, refused: 1, failed: 7 });
  },
);

test("an input's number says what is in it, and the seed is sound again after it", async () => {
  const folder = await temporaryFolder();
  for (const name of ["gpt", "checksums"]) {
    const reader = readerOf(name);
    await storeSeeds(reader, folder);
    const seeds = await storedSeeds(reader, folder);
    const inputs = new Inputs(reader, seeds, 1);
    const hashOf = async (number: number, from = inputs): Promise<string> =>
      from.with(number, async ({ bytes }) => createHash("sha256").update(bytes).digest("hex"));
    const first = await Promise.all(
      [7, 8, 9].map(async (number) => hashOf(number, new Inputs(reader, seeds, 1))),
    );
    expect(await hashOf(9)).toEqual(first[2]);
    expect(await hashOf(7)).toEqual(first[0]);
    expect(await hashOf(8)).toEqual(first[1]);
    expect(await hashOf(8, new Inputs(reader, seeds, 2))).not.toEqual(first[1]);
  }
});
