/** The short run of `npm run fuzz`: every reader of foreign bytes, a few mutated inputs each. */
import { expect, test } from "vitest";
import { fuzz } from "../../fuzz/fuzz.ts";
import { READERS } from "../../fuzz/readers/index.ts";
import { summarise } from "../../fuzz/report.ts";
import { fuzzRounds } from "../../support/mutations.ts";

test(
  "mutated inputs end in an answer or in lifeboat's own words",
  { timeout: 600_000 },
  async () => {
    const count = fuzzRounds(60);
    const seen = new Map<string, number>();
    const failures: string[] = [];
    await fuzz(
      READERS,
      { count, run: 1, jobs: 1, together: true },
      async ({ task, state, failures: own }) => {
        seen.set(task.reader, state.whole + state.part + state.refused + state.failed);
        failures.push(...summarise(own).map((line) => `${task.reader}: ${line}`));
      },
    );
    expect(failures).toEqual([]);
    expect([...seen]).toEqual(READERS.map(({ name }) => [name, count]));
  },
);
