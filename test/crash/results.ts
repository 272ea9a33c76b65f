/** What each row gave, kept in the tests' cache between runs: docs/crash-states.md is written from all of them. */
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DataFileSystem, Scheme } from "../../src/stick/layout.ts";
import { cacheFolder } from "../setup/cache.ts";
import type { FaultResult } from "./faults.ts";
import type { SearchResult } from "./search.ts";

/** One command on one kind of stick. */
export interface RowName {
  readonly command: string;
  readonly fileSystem: DataFileSystem;
  readonly scheme: Scheme;
}

interface Made {
  readonly seed: number;
  readonly seconds: number;
  /** Of the checkout, with a + where something in it wasn't committed. */
  readonly commit: string;
  readonly day: string;
}

export interface Cuts extends SearchResult, Made {
  readonly orders: number;
  readonly every: number;
}

export interface FailingMedia extends Made {
  readonly results: readonly FaultResult[];
}

export interface Row extends RowName {
  /** What the command did. */
  readonly what: string;
  readonly cuts?: Cuts;
  readonly media?: FailingMedia;
}

function folder(): string {
  return join(cacheFolder(), "crash");
}

function pathOf({ command, fileSystem, scheme }: RowName): string {
  return join(folder(), `${fileSystem}-${scheme}-${command.replaceAll(/\W+/g, "-")}.json`);
}

export async function readRows(): Promise<Row[]> {
  const names = await readdir(folder()).catch(() => []);
  const texts = names
    .filter((name) => name.endsWith(".json"))
    .map(async (name) => readFile(join(folder(), name), "utf8"));
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as Row);
}

/** Puts what is new in the place of what was there. The file is whole or not there: rows are made in several processes. */
export async function addToRow(row: Row): Promise<void> {
  const path = pathOf(row);
  const before = await readFile(path, "utf8").catch(() => "{}");
  await mkdir(folder(), { recursive: true });
  const whole = { ...(JSON.parse(before) as Partial<Row>), ...row };
  await writeFile(`${path}.new`, JSON.stringify(whole, undefined, 1));
  await rename(`${path}.new`, path);
}
