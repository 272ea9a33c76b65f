/**
 * `npm run matrix`: starts real systems from sticks of every file system on every firmware, one after the other, and writes
 * docs/boot-matrix.md from what came. A run that was cut short goes on where it was: cells that this program and these ISOs
 * gave already are kept.
 *
 *     npm run matrix                              the usual cells (about half an hour)
 *     npm run matrix -- --all                     all of them (hours)
 *     npm run matrix -- --system debian-live,ipxe --firmware bios --fs exfat,ext4
 *     npm run matrix -- --again                   also those that were there
 *     npm run matrix -- --list                    says what would be started, and starts nothing
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { bootInQemu } from "../../src/boot/qemu/boot.ts";
import type { DataFileSystem } from "../../src/stick/layout.ts";
import { findEntry, listEntries } from "../../src/stick/entries.ts";
import { openStick } from "../../src/stick/stick.ts";
import { packageRoot } from "../../src/system/places.ts";
import { run } from "../../src/system/run.ts";
import { VERSION } from "../../src/system/version.ts";
import { buildImage } from "../e2e/lifeboat.ts";
import { cacheFolder } from "../setup/cache.ts";
import { testIso } from "../setup/isos.ts";
import type { Cell, Choice } from "./cells.ts";
import { allCells, chooseCells, FILE_SYSTEMS } from "./cells.ts";
import type { CellResult } from "./results.ts";
import { fingerprintOfProgram, keyOf, matrixFolder, readResults, writeResults } from "./results.ts";
import { renderTable } from "./table.ts";

const PAGE = join(packageRoot(), "docs", "boot-matrix.md");

async function main(): Promise<void> {
  const { choice, again, list } = readArguments();
  const results = await readResults();
  const program = await fingerprintOfProgram();
  const wanted = chooseCells(choice).filter(isStarted);
  const todo: Cell[] = [];
  for (const cell of wanted) {
    const known = results.cells[keyOf(cell)];
    const counts = known?.of === (await madeOf(cell, program)) && known.outcome !== "failed";
    if (again || !counts) todo.push(cell);
  }
  say(`${wanted.length} cells, ${todo.length} to be started`);
  if (list) {
    for (const cell of todo) say(nameOf(cell));
    return;
  }
  let done = 0;
  for (const fileSystem of FILE_SYSTEMS) {
    const cells = todo.filter((cell) => cell.fileSystem === fileSystem);
    if (cells.length === 0) continue;
    await withStick(fileSystem, cells, async (image) => {
      results.versions = await versionsOf(image);
      for (const cell of cells) {
        const result = await start(cell, image, await madeOf(cell, program));
        results.cells[keyOf(cell)] = result;
        await writeResults(results);
        await writeFile(PAGE, renderTable(results));
        const missing = result.missing === undefined ? "" : ` (no "${result.missing}")`;
        const seconds = `${Math.round(result.seconds)} s`;
        say(`[${++done}/${todo.length}] ${nameOf(cell)}: ${result.outcome}${missing}, ${seconds}`);
      }
    });
  }
  await writeFile(PAGE, renderTable(results));
  const failed = wanted.filter((cell) => results.cells[keyOf(cell)]?.outcome === "failed");
  say(`${wanted.length - failed.length} of ${wanted.length} cells are as they are meant to be`);
  for (const cell of failed) say(`  ✘ ${nameOf(cell)}: ${results.cells[keyOf(cell)]?.log}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function readArguments(): { choice: Choice; again: boolean; list: boolean } {
  const { values } = parseArgs({
    options: {
      system: { type: "string" },
      firmware: { type: "string" },
      fs: { type: "string" },
      all: { type: "boolean", default: false },
      again: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
    },
  });
  const every = allCells();
  const names = (text: string | undefined, known: readonly string[]): string[] | undefined => {
    const found = text?.split(",");
    const wrong = found?.find((name) => !known.includes(name));
    if (wrong === undefined) return found;
    throw new Error(`no ${wrong}; there are ${[...new Set(known)].join(", ")}`);
  };
  const systems = names(
    values.system,
    every.map(({ system }) => system.iso),
  );
  const firmwares = names(
    values.firmware,
    every.map(({ firmware }) => firmware),
  );
  const fileSystems = names(values.fs, FILE_SYSTEMS);
  const choice = {
    all: values.all,
    ...(systems === undefined ? {} : { systems }),
    ...(firmwares === undefined ? {} : { firmwares }),
    ...(fileSystems === undefined ? {} : { fileSystems }),
  };
  return { choice, again: values.again, list: values.list };
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

/** One stick with all ISOs of these cells. */
async function withStick(
  fileSystem: DataFileSystem,
  cells: readonly Cell[],
  use: (image: string) => Promise<void>,
): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), "matrix-stick-"));
  try {
    const isos: string[] = [];
    for (const name of new Set(cells.map(({ system }) => system.iso)))
      isos.push(await testIso(name));
    say(`building a stick with ${fileSystem}`);
    await use(await buildImage(join(folder, "stick.img"), isos, "--fs", fileSystem));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function start(cell: Cell, image: string, of: string): Promise<CellResult> {
  const { system, firmware } = cell;
  const says = system.except?.[firmware]?.says;
  const { positions } = findEntry(await listEntries(image, firmware), system.entry);
  const logs = join(matrixFolder(), "logs");
  await mkdir(logs, { recursive: true });
  const log = join(logs, `${keyOf(cell)}.log`);
  const result = await bootInQemu({
    image,
    firmware,
    select: positions,
    expect: says === undefined ? system.shows : [says],
    timeoutMs: system.minutes * 60_000,
    headless: true,
    screenshot: `${log}.png`,
  });
  await writeFile(log, `${result.serial}\n\nthe screen:\n${result.screen}\n`);
  const { missing, seconds } = result;
  return {
    outcome: !result.ok ? "failed" : says === undefined ? "runs" : "says",
    ...(missing === undefined ? {} : { missing }),
    seconds,
    at: new Date().toISOString(),
    of,
    log,
  };
}

async function versionsOf(image: string): Promise<Record<string, string>> {
  const stick = await openStick(image);
  try {
    const qemu = await run("qemu-system-x86_64", ["--version"]);
    return {
      lifeboat: VERSION,
      QEMU: /version (\S+)/.exec(qemu.stdout)?.[1] ?? "",
      ...stick.manifest.bootStage.versions,
    };
  } finally {
    await stick.disk.close();
  }
}

function nameOf({ system, fileSystem, firmware }: Cell): string {
  return `${system.iso}, ${fileSystem}, ${firmware}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
