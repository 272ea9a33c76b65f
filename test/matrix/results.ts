/** What the cells gave, kept in the tests' cache: a run that was cut short goes on where it was. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../src/system/run.ts";
import { packageRoot } from "../../src/system/places.ts";
import { cacheFolder } from "../setup/cache.ts";
import type { Cell } from "./cells.ts";

export interface CellResult {
  /** `runs`: the system's own user space was on the console. `says`: it isn't meant to start, and its entry said why. */
  readonly outcome: "runs" | "says" | "failed";
  /** What was awaited in vain. */
  readonly missing?: string;
  readonly seconds: number;
  /** ISO 8601. */
  readonly at: string;
  /** Of the program and the ISO that it was made with: other ones, and it doesn't count any more. */
  readonly of: string;
  /** All that the serial line said. */
  readonly log: string;
}

export interface Results {
  /** Program or package → version, of the last run. */
  versions: Record<string, string>;
  cells: Record<string, CellResult>;
}

export function matrixFolder(): string {
  return join(cacheFolder(), "matrix");
}

export function keyOf({ system, fileSystem, firmware }: Cell): string {
  return `${system.iso}-${fileSystem}-${firmware}`;
}

export async function readResults(): Promise<Results> {
  const text = await readFile(resultsPath(), "utf8").catch(() => undefined);
  return text === undefined ? { versions: {}, cells: {} } : (JSON.parse(text) as Results);
}

/** Whole or not at all. */
export async function writeResults(results: Results): Promise<void> {
  await mkdir(matrixFolder(), { recursive: true });
  const fresh = `${resultsPath()}.new`;
  await writeFile(fresh, `${JSON.stringify(results, undefined, 1)}\n`);
  await rename(fresh, resultsPath());
}

function resultsPath(): string {
  return join(matrixFolder(), "results.json");
}

/** What a stick is made of besides its ISOs. */
const MADE_OF = ["src", "grub", "payloads", "package-lock.json"];

/** Changes with anything that ends up on a stick, committed or not. */
export async function fingerprintOfProgram(): Promise<string> {
  const cwd = packageRoot();
  const tree = await run("git", ["ls-tree", "HEAD", ...MADE_OF], { cwd });
  const changes = await run("git", ["diff", "HEAD", "--", ...MADE_OF], { cwd });
  const others = await run("git", ["status", "--porcelain", "--", ...MADE_OF], { cwd });
  const all = [tree, changes, others].map(({ stdout }) => stdout).join("\0");
  return createHash("sha256").update(all).digest("hex").slice(0, 12);
}
