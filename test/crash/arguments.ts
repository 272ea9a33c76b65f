/** The command line of `npm run crash`. */
import { parseArgs } from "node:util";
import type { DataFileSystem, Scheme } from "../../src/stick/layout.ts";
import type { RowName } from "./results.ts";
import { SCENARIOS } from "./scenarios.ts";

export const FILE_SYSTEMS: readonly DataFileSystem[] = ["exfat", "fat32", "ntfs"];
export const SCHEMES: readonly Scheme[] = ["gpt", "mbr"];
export const COMMANDS: readonly string[] = SCENARIOS.map(({ command }) => command);
const PARTS = ["cuts", "media"] as const;

export type Part = (typeof PARTS)[number];

export interface Arguments {
  readonly rows: readonly RowName[];
  readonly parts: readonly Part[];
  readonly every: number;
  readonly orders: number;
  readonly seed: number;
  readonly places: number;
  readonly jobs: number;
}

/** @throws Error that names what is wrong and what there is. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      command: { type: "string" },
      fs: { type: "string" },
      scheme: { type: "string" },
      only: { type: "string" },
      every: { type: "string", default: "1" },
      orders: { type: "string", default: "12" },
      seed: { type: "string", default: "1" },
      places: { type: "string", default: "12" },
      jobs: { type: "string", default: "1" },
      page: { type: "boolean", default: false },
    },
  });
  const commands = choose(COMMANDS, values.command);
  const schemes = choose(SCHEMES, values.scheme);
  const fileSystems = choose(FILE_SYSTEMS, values.fs);
  return {
    // The page alone needs none.
    rows: (values.page ? [] : fileSystems).flatMap((fileSystem) =>
      schemes.flatMap((scheme) => commands.map((command) => ({ command, fileSystem, scheme }))),
    ),
    parts: choose(PARTS, values.only),
    every: count(values.every),
    orders: count(values.orders),
    seed: count(values.seed),
    places: count(values.places),
    jobs: count(values.jobs),
  };
}

function choose<T extends string>(all: readonly T[], text: string | undefined): T[] {
  const wanted = text?.split(",");
  const wrong = wanted?.find((name) => !all.some((one) => one === name));
  if (wrong !== undefined) throw new Error(`no ${wrong}; there are ${all.join(", ")}`);
  return all.filter((one) => wanted?.includes(one) !== false);
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${text} is no number from 1`);
  return number;
}
