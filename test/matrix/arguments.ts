/** The command line of `npm run matrix`. */
import { parseArgs } from "node:util";
import type { Choice } from "./cells.ts";
import { allCells, FILE_SYSTEMS } from "./cells.ts";

export interface Arguments {
  readonly choice: Choice;
  /** Also cells that there is a result of. */
  readonly again: boolean;
  /** Only say what would be started. */
  readonly list: boolean;
  /** Emulated computers at a time. */
  readonly jobs: number;
}

/** Each takes 2 GiB of memory and a processor. */
const MOST_JOBS = 16;

/** @throws Error that names what is wrong and what there is. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      system: { type: "string" },
      firmware: { type: "string" },
      fs: { type: "string" },
      all: { type: "boolean", default: false },
      again: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      jobs: { type: "string", default: "1" },
    },
  });
  const every = allCells();
  const systems = namesIn(
    values.system,
    every.map(({ system }) => system.iso),
  );
  const firmwares = namesIn(
    values.firmware,
    every.map(({ firmware }) => firmware),
  );
  const fileSystems = namesIn(values.fs, FILE_SYSTEMS);
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS)
    throw new Error(`--jobs is a number from 1 to ${MOST_JOBS}, not ${values.jobs}`);
  return {
    choice: {
      all: values.all,
      ...(systems === undefined ? {} : { systems }),
      ...(firmwares === undefined ? {} : { firmwares }),
      ...(fileSystems === undefined ? {} : { fileSystems }),
    },
    again: values.again,
    list: values.list,
    jobs,
  };
}

function namesIn(text: string | undefined, known: readonly string[]): string[] | undefined {
  const found = text?.split(",");
  const wrong = found?.find((name) => !known.includes(name));
  if (wrong === undefined) return found;
  throw new Error(`no ${wrong}; there are ${[...new Set(known)].join(", ")}`);
}
