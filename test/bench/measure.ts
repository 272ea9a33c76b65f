/** Timing of whole commands in pairs: ours and theirs in turn, so that a machine that gets slower is slower for both. */
import { spawnSync } from "node:child_process";

export interface Case {
  readonly name: string;
  /** What is aimed at: ours divided by theirs, at most; undefined where the aim isn't a ratio. */
  readonly aim: number | undefined;
  readonly rounds: number;
  /** Runs before each of the two, untimed. */
  readonly prepare?: () => void;
  readonly ours: () => void;
  readonly theirs: () => void;
}

export interface Row {
  readonly name: string;
  readonly oursSeconds: number;
  readonly theirsSeconds: number;
  readonly ratio: number;
  readonly aim: number | undefined;
}

export function measure({ name, aim, rounds, prepare, ours, theirs }: Case): Row {
  const pairs: [number, number][] = [];
  for (let round = 0; round <= rounds; round++) {
    prepare?.();
    const mine = secondsOf(ours);
    prepare?.();
    const other = secondsOf(theirs);
    // The first round warms the caches of both.
    if (round > 0) pairs.push([mine, other]);
  }
  return {
    name,
    aim,
    oursSeconds: median(pairs.map(([mine]) => mine)),
    theirsSeconds: median(pairs.map(([, other]) => other)),
    ratio: median(pairs.map(([mine, other]) => mine / other)),
  };
}

export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, oursSeconds, theirsSeconds, ratio, aim }) => {
    const aimText = aim === undefined ? "–" : `≤ ${aim.toFixed(2)}`;
    return [name, seconds(oursSeconds), seconds(theirsSeconds), ratio.toFixed(2), aimText].join(
      " | ",
    );
  });
  return [
    "| what | lifeboat | the tools | ratio | aim |",
    "| --- | --- | --- | --- | --- |",
    ...lines.map((line) => `| ${line} |`),
  ].join("\n");
}

/** Runs a program to its end; a failure ends the benchmark, since a failed run is quick. */
export function sh(program: string, args: readonly string[], input?: string): void {
  const result = spawnSync(program, args, {
    ...(input === undefined ? {} : { input }),
    stdio: [input === undefined ? "ignore" : "pipe", "ignore", "pipe"],
    env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` },
  });
  if (result.status !== 0)
    throw new Error(`${program} ${args.join(" ")}: ${result.stderr.toString()}`);
}

function secondsOf(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}
