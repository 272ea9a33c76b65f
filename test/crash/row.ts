/** One row: a command on one kind of stick, cut short everywhere and on media that fail. A process of its own, started by run.ts. */
import { existsSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitOfCheckout } from "../setup/checkout.ts";
import type { Arguments } from "./arguments.ts";
import { readArguments } from "./arguments.ts";
import { searchFaults } from "./faults.ts";
import type { Row, RowName } from "./results.ts";
import { addToRow } from "./results.ts";
import { SCENARIOS } from "./scenarios.ts";
import { searchCrashes } from "./search.ts";
import type { BaseStick } from "./sticks.ts";
import { makeBase } from "./sticks.ts";

/** On one state in so many, `refresh` is run as the next one at the stick would. */
const REFRESH_EVERY = 25;

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  // fsck reads the states from files; in memory that costs nothing.
  const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const folder = await mkdtemp(join(memory, "lifeboat-crash-"));
  // Whole disks, in memory: they go with us, however we end.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(1);
    });
  }
  try {
    for (const name of given.rows) {
      const base = await makeBase(name.fileSystem, name.scheme, join(folder, "base"));
      const row = await makeRow(name, base, given, folder);
      await addToRow(row);
      report(row);
      await rm(join(folder, "base"), { recursive: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeRow(
  name: RowName,
  base: BaseStick,
  { parts, every, orders, seed, places }: Arguments,
  folder: string,
): Promise<Row> {
  const scenario = SCENARIOS.find(({ command }) => command === name.command);
  if (scenario === undefined) throw new Error(`no command ${name.command}`);
  const commit = await commitOfCheckout();
  const timed = async <T>(work: () => Promise<T>) => {
    const began = Date.now();
    const result = await work();
    const day = new Date().toISOString().slice(0, 10);
    return { result, made: { seed, commit, day, seconds: (Date.now() - began) / 1000 } };
  };
  let row: Row = { ...name, what: scenario.what };
  if (parts.includes("cuts")) {
    const options = { folder, orders, seed, every, refreshEvery: REFRESH_EVERY };
    const { result, made } = await timed(async () => searchCrashes(scenario, base, options));
    row = { ...row, cuts: { ...result, orders, every, ...made } };
  }
  if (parts.includes("media")) {
    const { result, made } = await timed(async () =>
      searchFaults(scenario, base, { places, seed }),
    );
    row = { ...row, media: { results: result, ...made } };
  }
  return row;
}

function report({ command, fileSystem, scheme, cuts, media }: Row): void {
  const where = `${command}, ${fileSystem}, ${scheme}`;
  if (cuts !== undefined) {
    const { states, possible, faulty, faults, complaints, seconds } = cuts;
    const each = Math.round((seconds * 1000) / states);
    say(
      `${where}: ${states} of ${possible} states, ${faulty} with faults, ${Math.round(seconds)} s (${each} ms a state)`,
    );
    for (const fault of faults) say(`  ✘ ${fault}`);
    for (const [kind, times] of Object.entries(complaints)) say(`  fsck, ${times} times: ${kind}`);
  }
  if (media === undefined) return;
  const all = media.results;
  const sum = (of: (one: (typeof all)[number]) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  const wrong = all.flatMap((one) => one.wrong);
  say(
    `${where}: ${sum(({ tried }) => tried)} failures of media, ${sum(({ failed }) => failed)} errors told, ${wrong.length} faults, ${Math.round(media.seconds)} s`,
  );
  for (const line of wrong) say(`  ✘ ${line}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
