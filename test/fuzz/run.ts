/**
 * `npm run fuzz`: gives each reader of foreign bytes 100,000 mutated inputs, says what failed, and writes docs/fuzzing.md.
 *
 *     npm run fuzz                                     all readers
 *     npm run fuzz -- --reader gpt,exfat --count 1000  these, with fewer inputs: too few for the page
 *     npm run fuzz -- --seed 2 --jobs 2                other inputs; two readers at a time
 *     npm run fuzz -- --reader ntfs --only 4711        one input, kept in a file, with what comes of it
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/system/places.ts";
import { lockInCache } from "../setup/cache.ts";
import { commitOfCheckout } from "../setup/checkout.ts";
import { readArguments } from "./arguments.ts";
import type { Arguments } from "./arguments.ts";
import { fuzz } from "./fuzz.ts";
import { Inputs } from "./inputs.ts";
import { readOne, watchBuffers } from "./one-input.ts";
import type { FuzzedReader } from "./reader.ts";
import { READERS } from "./readers/index.ts";
import { renderPage, summarise } from "./report.ts";
import { storedSeeds, storeSeeds } from "./stored-seeds.ts";
import type { TaskResult } from "./supervise.ts";

const PAGE = join(packageRoot(), "docs", "fuzzing.md");
/** Fewer inputs than these are for trying things out. */
const FEWEST_FOR_PAGE = 10_000;

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  const [first] = given.readers;
  if (given.only !== undefined && first !== undefined)
    await readAgain(first, given.run, given.only);
  else await runAll(given);
}

async function runAll({ readers, count, run, jobs }: Arguments): Promise<void> {
  const commit = await commitOfCheckout();
  let failed = 0;
  await fuzz(readers, { count, run, jobs }, async (result) => {
    const { task, state, failures, seconds } = result;
    failed += state.failed;
    say(
      `${task.reader}: ${state.whole} whole, ${state.part} in part, ${state.refused} refused, ${state.failed} failed; ` +
        `${Math.round(count / seconds)} a second, slowest ${Math.round(state.slowestMs)} ms (${state.slowestNumber}), ` +
        `peak ${state.peakBytes >> 20} MiB, longest buffer ${state.largestBuffer}`,
    );
    for (const line of summarise(failures)) say(`  ✘ ${line}`);
    if (count >= FEWEST_FOR_PAGE) await record(result, { run, commit });
  });
  process.exitCode = failed > 0 ? 1 : 0;
}

async function record(
  { task, state, seconds }: TaskResult,
  { run, commit }: { run: number; commit: string },
): Promise<void> {
  const { whole, part, refused, failed } = state;
  const { slowestMs, slowestNumber, peakBytes, largestBuffer } = state;
  const counts = { inputs: whole + part + refused + failed, whole, part, refused, failed };
  const costs = { seconds, slowestMs, slowestNumber, peakBytes, largestBuffer };
  const day = new Date().toISOString().slice(0, 10);
  const unlock = await lockInCache("fuzz");
  try {
    const page = await readFile(PAGE, "utf8").catch(() => "");
    const result = { ...counts, ...costs, run, commit, day };
    await writeFile(PAGE, renderPage(READERS, page, task.reader, result));
  } finally {
    await unlock();
  }
}

/** In this very process: a debugger can be put to it, and a hang is a hang. */
async function readAgain(reader: FuzzedReader, run: number, number: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "lifeboat-fuzz-"));
  try {
    await storeSeeds(reader, folder);
    const inputs = new Inputs(reader, await storedSeeds(reader, folder), run);
    watchBuffers();
    await inputs.with(number, async (input) => {
      const kept = join(tmpdir(), `lifeboat-fuzz-${reader.name}-${run}-${number}`);
      await writeFile(kept, input.bytes);
      say(
        `${reader.name}, input ${number} of run ${run}: ${input.bytes.length} bytes of ${input.seed}`,
      );
      say(`kept as ${kept}`);
      const outcome = await readOne(reader, input);
      say(`${outcome.kind}, ${outcome.cpuMs} ms, longest buffer ${outcome.largestBuffer}`);
      if (outcome.reason !== undefined) say(outcome.reason);
      process.exitCode = outcome.kind === "failed" ? 1 : 0;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
});
