/**
 * `npm run crash`: cuts the power at every write of the commands that change a stick, looks at what each cut can leave, and writes
 * docs/crash-states.md from what came.
 *
 *     npm run crash                                    every command, on exFAT, NTFS and FAT32, with GPT and MBR: hours
 *     npm run crash -- --command add,refresh --fs exfat --scheme gpt
 *     npm run crash -- --every 20                      one state in twenty
 *     npm run crash -- --orders 50 --seed 2            more random orders between two flushes, other ones
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../src/system/places.ts";
import { run } from "../../src/system/run.ts";
import type { DataFileSystem, Scheme } from "../../src/stick/layout.ts";
import { renderPage } from "./page.ts";
import type { Row } from "./page.ts";
import { searchFaults } from "./faults.ts";
import { SCENARIOS } from "./scenarios.ts";
import { searchCrashes } from "./search.ts";
import { dropBase, makeBase } from "./sticks.ts";

const PAGE = join(packageRoot(), "docs", "crash-states.md");
const FILE_SYSTEMS: readonly DataFileSystem[] = ["exfat", "fat32", "ntfs"];
const SCHEMES: readonly Scheme[] = ["gpt", "mbr"];

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      command: { type: "string" },
      fs: { type: "string" },
      scheme: { type: "string" },
      every: { type: "string", default: "1" },
      orders: { type: "string", default: "12" },
      seed: { type: "string", default: "1" },
      places: { type: "string", default: "40" },
    },
  });
  const scenarios = choose(SCENARIOS, values.command, ({ command }) => command);
  const fileSystems = choose(FILE_SYSTEMS, values.fs, (name) => name);
  const schemes = choose(SCHEMES, values.scheme, (name) => name);
  // fsck reads the states from files; in memory that costs nothing.
  const folder = await mkdtemp(
    join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "lifeboat-crash-"),
  );
  const rows: Row[] = [];
  try {
    for (const fileSystem of fileSystems) {
      for (const scheme of schemes) {
        const base = await makeBase(fileSystem, scheme, join(folder, `${fileSystem}-${scheme}`));
        for (const scenario of scenarios) {
          const began = Date.now();
          const result = await searchCrashes(scenario, base, {
            folder,
            orders: count(values.orders),
            seed: count(values.seed),
            every: count(values.every),
            refreshEvery: 25,
          });
          const failures = await searchFaults(scenario, base, {
            places: count(values.places),
            seed: count(values.seed),
          });
          const { command, what } = scenario;
          rows.push({ fileSystem, scheme, command, what, ...result, failures });
          const seconds = Math.round((Date.now() - began) / 1000);
          say(
            `${command}, ${fileSystem}, ${scheme}: ${result.states} states, ${result.faults.length} faults, ${seconds} s`,
          );
          for (const fault of result.faults) say(`  ✘ ${fault}`);
          for (const { fault, tried, failed, wrong } of failures) {
            say(`  ${fault}: tried at ${tried} places, ${failed} errors, ${wrong.length} faults`);
            for (const line of wrong) say(`  ✘ ${line}`);
          }
          for (const [kind, times] of result.complaints) say(`  fsck, ${times} times: ${kind}`);
        }
        await dropBase(base);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const states = rows.reduce((sum, row) => sum + row.states, 0);
  const faults = rows.reduce(
    (sum, row) => sum + row.faults.length + row.failures.flatMap(({ wrong }) => wrong).length,
    0,
  );
  say(`${states} states tried, ${faults} faults`);
  if (scenarios.length === SCENARIOS.length && fileSystems.length === FILE_SYSTEMS.length) {
    const { stdout } = await run("git", ["-C", packageRoot(), "rev-parse", "--short", "HEAD"]);
    await writeFile(PAGE, renderPage(rows, { ...values, commit: stdout.trim() }));
  }
  process.exitCode = faults > 0 ? 1 : 0;
}

function choose<T>(all: readonly T[], text: string | undefined, nameOf: (one: T) => string): T[] {
  const wanted = text?.split(",");
  const wrong = wanted?.find((name) => !all.some((one) => nameOf(one) === name));
  if (wrong !== undefined) throw new Error(`no ${wrong}; there are ${all.map(nameOf).join(", ")}`);
  return all.filter((one) => wanted?.includes(nameOf(one)) !== false);
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${text} is no number from 1`);
  return number;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main(process.argv.slice(2));
