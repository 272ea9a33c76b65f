/**
 * `npm run crash`: cuts the power at every write of the commands that change a stick, looks at what each cut can leave, lets media fail
 * under the same commands, and writes docs/crash-states.md from what came, and from what came before for other rows.
 *
 *     npm run crash                                    every command, on exFAT, FAT32 and NTFS, with GPT and MBR
 *     npm run crash -- --command add,refresh --fs exfat --scheme gpt
 *     npm run crash -- --only cuts                     no failing media; "media": only those
 *     npm run crash -- --every 20                      one state in twenty
 *     npm run crash -- --orders 50 --seed 2            more random orders between two flushes, other ones
 *     npm run crash -- --places 40                     more places at which a medium fails
 *     npm run crash -- --jobs 2                        two rows at a time
 *     npm run crash -- --page                          no rows: the page from what there is
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../../src/system/places.ts";
import { eachOf } from "../matrix/at-once.ts";
import { testKit } from "../support/kit.ts";
import type { Arguments } from "./arguments.ts";
import { COMMANDS, FILE_SYSTEMS, SCHEMES, readArguments } from "./arguments.ts";
import { faultsIn, renderPage } from "./page.ts";
import type { Row, RowName } from "./results.ts";
import { readRows } from "./results.ts";

const PAGE = join(packageRoot(), "docs", "crash-states.md");
const WORKER = fileURLToPath(new URL("row.ts", import.meta.url));

async function main(args: readonly string[]): Promise<void> {
  const given = readArguments(args);
  const writePage = async () => writeFile(PAGE, renderPage(inOrder(await readRows())));
  if (given.rows.length === 0) return writePage();
  // Before several want it at the same time.
  await testKit();
  const failed: string[] = [];
  await eachOf(given.rows, given.jobs, async (name) => {
    const exitCode = await makeRow(name, given);
    if (exitCode !== 0) failed.push(`${name.command}, ${name.fileSystem}, ${name.scheme}`);
    await writePage();
  });
  for (const name of failed) process.stderr.write(`no result of ${name}\n`);
  const isOf = (row: Row) => given.rows.some((name) => isSame(name, row));
  const rows = (await readRows()).filter(isOf);
  process.exitCode = failed.length > 0 || faultsIn(rows).length > 0 ? 1 : 0;
}

async function makeRow(name: RowName, given: Arguments): Promise<number> {
  const { parts, every, orders, seed, places } = given;
  const options = {
    command: name.command,
    fs: name.fileSystem,
    scheme: name.scheme,
    only: parts.join(),
    every,
    orders,
    seed,
    places,
  };
  const args = Object.entries(options).map(([key, value]) => `--${key}=${value}`);
  const child = spawn(process.execPath, ["--import", "tsx", WORKER, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  return exitCode ?? -1;
}

function inOrder(rows: readonly Row[]): Row[] {
  return FILE_SYSTEMS.flatMap((fileSystem) =>
    SCHEMES.flatMap((scheme) =>
      COMMANDS.flatMap((command) =>
        rows.filter((row) => isSame(row, { fileSystem, scheme, command })),
      ),
    ),
  );
}

function isSame(a: RowName, b: RowName): boolean {
  return a.command === b.command && a.fileSystem === b.fileSystem && a.scheme === b.scheme;
}

await main(process.argv.slice(2));
