/** A split WIM (install.swm, install2.swm, …): its parts are known by the GUID that they share, and lie in one folder. */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import { failureOf } from "../../system/errors.ts";
import type { WimHeader } from "./header.ts";
import { readWimHeader } from "./header.ts";
import { say } from "./messages.ts";

/** The files beside a WIM: on this computer, in an ISO, on a stick. */
export interface Beside {
  /** Names of the files in the folder. */
  list(): Promise<readonly string[]>;
  open(name: string): Promise<ByteRange>;
}

export interface WimParts {
  readonly total: number;
  /** Part number → file name. */
  readonly found: ReadonlyMap<number, string>;
  /** The numbers of those that aren't there. */
  readonly missing: readonly number[];
}

/** More files than anybody has in one folder with a split WIM. */
const MOST_CANDIDATES = 1000;
const MOST_NAMED = 20;

/**
 * Looks at the headers of the files that may be parts, those with the usual names first.
 * @param name of the part that `header` is from.
 */
export async function findParts(
  name: string,
  header: WimHeader,
  beside: Beside,
): Promise<WimParts> {
  const { totalParts, partNumber, guid } = header;
  const found = new Map([[partNumber, name]]);
  if (totalParts > 1) {
    for (const candidate of await candidatesOf(name, beside)) {
      if (found.size === totalParts) break;
      const other = await headerOf(candidate, beside);
      const fits = other?.guid === guid && other.totalParts === totalParts;
      if (fits && !found.has(other.partNumber)) found.set(other.partNumber, candidate);
    }
  }
  const missing: number[] = [];
  for (let part = 1; part <= totalParts; part++) if (!found.has(part)) missing.push(part);
  return { total: totalParts, found, missing };
}

/** @throws LifeboatError `wim-part-missing`. */
export function refuseMissingParts(name: string, { total, missing }: WimParts): void {
  if (missing.length === 0) return;
  const named = missing.slice(0, MOST_NAMED).map((part) => `${part} (${usualName(name, part)})`);
  if (missing.length > MOST_NAMED) named.push("…");
  throw new LifeboatError("wim-part-missing", say.partsMissing(total, named.join(", ")), {
    kind: "usage",
    hint: say.partsMissingHint(usualName(name, 1)),
  });
}

/** As DISM and wimlib call them: install.swm, install2.swm, install3.swm. */
export function usualName(name: string, part: number): string {
  const [, stem = name, ending = ".swm"] = /^(.*?)\d*(\.[^.]*)$/.exec(name) ?? [];
  return `${stem}${part === 1 ? "" : part}${ending}`;
}

async function candidatesOf(name: string, beside: Beside): Promise<string[]> {
  const [, stem = ""] = /^(.*?)\d*\.[^.]*$/.exec(name.toLowerCase()) ?? [];
  const isLikely = (other: string) => other.toLowerCase().startsWith(stem);
  const names = (await beside.list()).filter(
    (other) => other !== name && /\.(?:swm|wim|esd)$/i.test(other),
  );
  const likely = names.filter(isLikely);
  return [...likely, ...names.filter((other) => !isLikely(other))].slice(0, MOST_CANDIDATES);
}

async function headerOf(name: string, beside: Beside): Promise<WimHeader | undefined> {
  try {
    const range = await beside.open(name);
    try {
      return await readWimHeader(range);
    } finally {
      await range.close();
    }
  } catch (error) {
    // What can't be read is none of the parts.
    failureOf(error);
    return undefined;
  }
}
