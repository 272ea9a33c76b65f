/** From results to docs/fuzzing.md, and to what is said of failures. */
import { MOST_BUFFER_BYTES, MOST_CPU_MS, MOST_GROWTH_BYTES } from "./limits.ts";
import type { FuzzedReader } from "./reader.ts";
import type { ReaderResult } from "./results.ts";
import type { Failure } from "./worker.ts";

const MIB = 1 << 20;

const HEAD = `# Fuzzing

Written by \`npm run fuzz\`; don't edit it by hand. Each reader of foreign bytes read so many inputs, made from sound ones by up to eight
changes: bits and bytes, numbers of two to eight bytes at their extremes, records copied over others, files cut off; for text and
archives also pieces left out, doubled, nested and mixed with the language's own words. In every other input the checksums that would
stop it at the door are made right again.

- **whole, part, refused** All of it was read; some of it was refused in lifeboat's words; it was refused as a whole.
- **failed** Anything else: another error, an answer that breaks the reader's own promise (an extent outside of the volume, a name with
  a slash in it), more than ${MOST_CPU_MS} ms of the processor for one input, ${MOST_GROWTH_BYTES / MIB} MiB more memory than
  before it, a buffer of more than ${MOST_BUFFER_BYTES / MIB} MiB, the end of the process.
- **peak** The process' memory, its seeds and the modules of tsx among it; **buffer** the longest that was asked for.

\`npm run fuzz -- --reader NAME --seed SEED --only NUMBER\` reads a single input again.
`;

const COLUMNS = ["reader", "of", "inputs", "a second", "whole", "part", "refused", "failed"].concat(
  ["slowest", "peak", "buffer", "seed", "commit", "day"],
);

/**
 * The page with the row of one reader made anew; those of others stay, as they were written by whichever computer ran them.
 * @param page as it is now.
 */
export function renderPage(
  readers: readonly FuzzedReader[],
  page: string,
  reader: string,
  result: ReaderResult,
): string {
  const rows = new Map(
    page.split("\n").flatMap((text) => {
      const name = /^\| ([a-z0-9-]+) \|/.exec(text)?.[1];
      return name === undefined ? [] : [[name, text] as const];
    }),
  );
  const lines = readers.flatMap(({ name, what }) => {
    const text = name === reader ? line(cellsOf(name, what, result)) : rows.get(name);
    return text === undefined ? [] : [text];
  });
  return `${HEAD}\n${[line(COLUMNS), line(COLUMNS.map(() => "---")), ...lines].join("\n")}\n`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function cellsOf(name: string, what: string, result: ReaderResult): string[] {
  const { inputs, seconds, whole, part, refused, failed, commit, day } = result;
  return [
    name,
    what,
    grouped(inputs),
    grouped(Math.round(inputs / seconds)),
    ...[whole, part, refused, failed].map(grouped),
    `${Math.round(result.slowestMs)} ms`,
    `${Math.round(result.peakBytes / MIB)} MiB`,
    `${Math.ceil(result.largestBuffer / 1024)} KiB`,
    `${result.run}`,
    commit,
    day,
  ];
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** Alike failures as one, with their number and the first of their inputs. */
export function summarise(failures: readonly Failure[]): string[] {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    const key = failure.reason.replaceAll(/\d+/g, "#").split("\n").slice(0, 4).join("\n");
    groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const numbers = group.slice(0, 3).map(({ number }) => number);
    return [`${group.length} × (${numbers.join(", ")}) ${first.reason}`];
  });
}
