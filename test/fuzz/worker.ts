/**
 * A process that fuzzes: reads the inputs of its tasks one after the other. It may hang, run out of memory or die: whoever
 * started it (supervise.ts) watches it by its state file, and goes on behind the input that it died of.
 */
import { appendFileSync } from "node:fs";
import { Inputs } from "./inputs.ts";
import { readOne, watchBuffers } from "./one-input.ts";
import type { FuzzedReader, Seed } from "./reader.ts";
import { readerOf } from "./readers/index.ts";
import { emptyState, StateFile } from "./state.ts";
import { storedSeeds } from "./stored-seeds.ts";

export interface Task {
  readonly reader: string;
  /** The first input's number. */
  readonly from: number;
  /** Behind the last one's. */
  readonly to: number;
}

export interface Order {
  readonly tasks: readonly Task[];
  readonly run: number;
  /** What one input may take of the processor. */
  readonly mostCpuMs: number;
  readonly seeds: string;
  readonly state: string;
  /** A line of JSON for each failure. */
  readonly failures: string;
  /** A line of JSON for each finished task: its state. */
  readonly finished: string;
}

export interface Failure {
  readonly reader: string;
  readonly number: number;
  readonly reason: string;
}

async function work(order: Order): Promise<void> {
  watchBuffers();
  const file = new StateFile(order.state);
  for (const [index, task] of order.tasks.entries()) {
    const reader = readerOf(task.reader);
    const seeds = await storedSeeds(reader, order.seeds);
    await expectSound(reader, seeds);
    const inputs = new Inputs(reader, seeds, order.run);
    const state = { ...emptyState(), task: index };
    for (let number = task.from; number < task.to; number++) {
      state.number = number;
      file.write(state);
      const outcome = await inputs.with(number, async (input) =>
        readOne(reader, input, order.mostCpuMs),
      );
      state[outcome.kind]++;
      if (outcome.kind === "failed") {
        const failure: Failure = { reader: reader.name, number, reason: outcome.reason ?? "" };
        appendFileSync(order.failures, `${JSON.stringify(failure)}\n`);
      }
      if (outcome.cpuMs > state.slowestMs) {
        state.slowestMs = outcome.cpuMs;
        state.slowestNumber = number;
      }
      state.peakBytes = Math.max(state.peakBytes, outcome.peakBytes);
      state.largestBuffer = Math.max(state.largestBuffer, outcome.largestBuffer);
    }
    state.number = task.to;
    file.write(state);
    appendFileSync(order.finished, `${JSON.stringify(state)}\n`);
  }
  file.close();
}

/** A seed that is refused says nothing when it is damaged. Loads the reader's modules too. */
async function expectSound(reader: FuzzedReader, seeds: readonly Seed[]): Promise<void> {
  for (const { name, bytes } of seeds) {
    const { kind, reason } = await readOne(reader, { number: -1, seed: name, bytes });
    // A document may be one of several, and refer to the others; an image may have nothing to start in it.
    if (kind === "whole" || kind === "part") continue;
    throw new Error(`${reader.name}: the seed "${name}" was read as "${kind}": ${reason ?? ""}`);
  }
}

const [order] = process.argv.slice(2);
await work(JSON.parse(order ?? "") as Order);
