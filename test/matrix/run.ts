/**
 * `npm run matrix`: starts real systems from sticks of every file system on every firmware, and writes docs/boot-matrix.md from
 * what came. A run that was cut short goes on where it was: cells that this program and these ISOs gave already are kept.
 *
 *     npm run matrix                              the usual cells
 *     npm run matrix -- --all                     from every file system, on the three usual kinds of firmware
 *     npm run matrix -- --all --jobs 2            two emulated computers at a time; each takes one processor
 *     npm run matrix -- --system debian-live,ipxe --firmware bios --fs exfat,ext4
 *     npm run matrix -- --firmware uefi-ia32      the fourth kind of firmware
 *     npm run matrix -- --again                   also those that were there
 *     npm run matrix -- --list                    says what would be started, and starts nothing
 */
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { packageRoot } from "../../src/system/places.ts";
import { lockInCache } from "../setup/cache.ts";
import { testIso } from "../setup/isos.ts";
import { readArguments } from "./arguments.ts";
import type { Arguments } from "./arguments.ts";
import { eachOf } from "./at-once.ts";
import type { Cell } from "./cells.ts";
import { allCells, chooseCells, FILE_SYSTEMS } from "./cells.ts";
import type { CellResult, Results } from "./results.ts";
import { fingerprintOfProgram, keyOf, readResults, writeResults } from "./results.ts";
import { startCell, versionsOf, withStick } from "./start.ts";
import { renderTable } from "./table.ts";

const PAGE = join(packageRoot(), "docs", "boot-matrix.md");

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  // The results are one process' at a time.
  const unlock = await lockInCache("matrix");
  try {
    await runMatrix(given);
  } finally {
    await unlock();
  }
}

async function runMatrix({ choice, again, list, jobs }: Arguments): Promise<void> {
  const program = await fingerprintOfProgram();
  const results = await resultsThatCount(program);
  const wanted = chooseCells(choice).filter(isStarted);
  const todo = wanted.filter((cell) => {
    const known = results.cells[keyOf(cell)];
    return again || known === undefined || known.outcome === "failed";
  });
  say(`${wanted.length} cells, ${todo.length} to be started`);
  if (list) {
    for (const cell of todo) say(nameOf(cell));
    return;
  }
  let done = 0;
  const keep = async (cell: Cell, result: CellResult): Promise<void> => {
    results.cells[keyOf(cell)] = result;
    await record(results);
    say(`[${++done}/${todo.length}] ${nameOf(cell)}: ${inWords(result)}`);
  };
  for (const fileSystem of FILE_SYSTEMS) {
    const cells = todo.filter((cell) => cell.fileSystem === fileSystem);
    if (cells.length === 0) continue;
    say(`building a stick with ${fileSystem}`);
    await withStick(fileSystem, cells, async (image) => {
      results.versions = await versionsOf(image);
      await eachOf(cells, jobs, async (cell) =>
        keep(cell, await startCell(cell, image, jobs, await madeOf(cell, program))),
      );
    });
  }
  await record(results);
  const failed = wanted.filter((cell) => results.cells[keyOf(cell)]?.outcome === "failed");
  say(`${wanted.length - failed.length} of ${wanted.length} cells are as they are meant to be`);
  for (const cell of failed) say(`  ✘ ${nameOf(cell)}: ${results.cells[keyOf(cell)]?.log}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Without what another program, or another ISO, gave. */
async function resultsThatCount(program: string): Promise<Results> {
  const { versions, cells } = await readResults();
  const counting: Record<string, CellResult> = {};
  for (const cell of allCells()) {
    const known = cells[keyOf(cell)];
    if (known?.of === (await madeOf(cell, program))) counting[keyOf(cell)] = known;
  }
  return { versions, cells: counting };
}

let recording = Promise.resolve();

/** The results' file and the page, one after the other where two cells end at the same time. */
async function record(results: Results): Promise<void> {
  recording = recording.then(async () => {
    await writeResults(results);
    await writeFile(PAGE, renderTable(results));
  });
  await recording;
}

/** False for what isn't meant to start, and has no entry that could say so. */
function isStarted({ system, firmware }: Cell): boolean {
  const except = system.except?.[firmware];
  return except === undefined || except.says !== undefined;
}

async function madeOf({ system }: Cell, program: string): Promise<string> {
  // A test ISO has a hash of how it is made in its name.
  return `${program} ${basename(await testIso(system.iso))}`;
}

function nameOf({ system, fileSystem, firmware }: Cell): string {
  return `${system.iso}, ${fileSystem}, ${firmware}`;
}

function inWords({ outcome, missing, seconds }: CellResult): string {
  return `${outcome}${missing === undefined ? "" : ` (no "${missing}")`}, ${Math.round(seconds)} s`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
