/**
 * What a check of a file system's own structures finds, and what a repair of them did. Each file system that can be checked has two
 * functions of these shapes in its folder `check/`; they need no driver and no other program, and mount nothing.
 */
import type { Text } from "../system/text.ts";

export type FindingSeverity = "info" | "warning" | "error";

export interface FileSystemFinding {
  /** Stable kebab-case, unique among the findings of one file system. */
  readonly id: string;
  /** `error`: files or free space are wrong. `warning`: a structure is, and all files are whole. `info`: as it may be. */
  readonly severity: FindingSeverity;
  readonly what: Text;
  /** A path, or a sector or cluster with its number. */
  readonly where: string;
  /** What the repair will do; where nothing can be repaired, what the user can. */
  readonly fix: Text;
  /** A repair puts it right without guessing at what a user's data were. */
  readonly repairable: boolean;
}

export interface CheckOptions {
  /** Heard between directories and between large reads. */
  readonly signal?: AbortSignal | undefined;
}

export interface FileSystemCheck {
  /** At most a thousand: a volume of noise has millions. */
  readonly findings: readonly FileSystemFinding[];
  /** How many more there are. */
  readonly unlisted: number;
  /** Counted in what could be read of the tree. */
  readonly files: number;
  readonly directories: number;
}

export interface FileSystemRepair {
  /** What was found and put right, in the order of the work. One repair may bring the next finding to light. */
  readonly mended: readonly FileSystemFinding[];
  /** The check after the repair: what is left. */
  readonly after: FileSystemCheck;
}

/** No errors and no warnings. */
export function isClean(check: FileSystemCheck): boolean {
  return check.unlisted === 0 && check.findings.every(({ severity }) => severity === "info");
}

/** A finding together with what mends it: only that which writes sees the second part. */
export interface Planned<Writer> extends FileSystemFinding {
  /** Repairs are carried out stage by stage, the medium flushed between: what others build on comes first. */
  readonly stage: number;
  readonly mend: ((writer: Writer) => Promise<void>) | undefined;
  /** What it is about, for `withdraw`. */
  readonly subject?: number | undefined;
}

const MOST_LISTED = 1000;

/** Gathers findings up to a bound, and counts the rest. */
export class FindingList<Writer> {
  planned: Planned<Writer>[] = [];
  #unlisted = 0;

  get unlisted(): number {
    return this.#unlisted;
  }

  /** False once the list is full. */
  add(finding: Omit<Planned<Writer>, "repairable">): boolean {
    if (this.planned.length >= MOST_LISTED) {
      this.#unlisted++;
      return false;
    }
    this.planned.push({ ...finding, repairable: finding.mend !== undefined });
    return true;
  }

  /** Takes back what was said of some subjects: something else was found to be wrong with them. */
  withdraw(subjects: ReadonlySet<number>): void {
    this.planned = this.planned.filter(
      ({ subject }) => subject === undefined || !subjects.has(subject),
    );
  }

  addAll(others: FindingList<Writer>): void {
    for (const finding of others.planned) this.add(finding);
    this.#unlisted += others.unlisted;
  }

  /** Errors first; of those, how many: what two readings of one volume are compared by. */
  count(severity: FindingSeverity): number {
    return this.planned.filter((finding) => finding.severity === severity).length;
  }
}

/** A finding as others see it. */
export function withoutMend<Writer>(finding: Planned<Writer>): FileSystemFinding {
  const { id, severity, what, where, fix, repairable } = finding;
  return { id, severity, what, where, fix, repairable };
}

/** A repair that doesn't come to an end in this many rounds of check and repair never will. */
const MOST_ROUNDS = 24;

/** One look at a whole volume. */
export interface Round<Writer> {
  readonly list: FindingList<Writer>;
  readonly files: number;
  readonly directories: number;
  /** For the volume as this look has found it. Undefined where nothing could be written, and nothing can be mended. */
  readonly writer: Writer | undefined;
}

export function asCheck<Writer>({ list, files, directories }: Round<Writer>): FileSystemCheck {
  const findings = list.planned.map((finding) => withoutMend(finding));
  return { findings, unlisted: list.unlisted, files, directories };
}

/**
 * Checks, mends what can be mended, and checks again, until nothing is left that can be: a directory that is brought back has
 * files of its own to be looked at. A round that finds the same as the one before ends it.
 * @param check must look at the medium anew.
 */
export async function repairInRounds<Writer extends { flush(): Promise<void> }>(
  check: () => Promise<Round<Writer>>,
): Promise<FileSystemRepair> {
  const mended: FileSystemFinding[] = [];
  let before = "";
  for (let round = 0; ; round++) {
    const found = await check();
    const { writer } = found;
    const work = found.list.planned.filter(({ mend }) => mend !== undefined);
    const now = JSON.stringify(work.map((finding) => withoutMend(finding)));
    if (work.length === 0 || writer === undefined || now === before || round === MOST_ROUNDS) {
      return { mended, after: asCheck(found) };
    }
    before = now;
    for (const stage of [...new Set(work.map((finding) => finding.stage))].sort((a, b) => a - b)) {
      for (const finding of work) {
        if (finding.stage !== stage) continue;
        await finding.mend?.(writer);
        mended.push(withoutMend(finding));
      }
      await writer.flush();
    }
  }
}
