/** A job as it runs: what is done, what is being done, how fast, and how long it will take. */
import { formatSize } from "../../../system/sizes.ts";
import type { Language } from "../../../system/text.ts";
import { formatDuration } from "../duration.ts";
import type { JobProgress, Now } from "../job-progress.ts";
import { frameSay } from "../messages.ts";
import { cut, say, widthOf } from "../words.ts";
import type { Line } from "./line.ts";
import { EMPTY, cutLine, segment } from "./line.ts";

/** What several jobs side by side have: the name, the bar, its figures, and a line between. */
const ROWS_OF_ONE = 4;
const LEAST_DONE = 2;

export function progressLines(
  jobs: readonly JobProgress[],
  place: { columns: number; rows: number; language: Language },
): Line[] {
  const each = Math.floor(place.rows / Math.max(1, jobs.length));
  return jobs.flatMap((job) => jobLines(job, { ...place, rows: each }, jobs.length > 1));
}

export function leastProgressRows(jobs: readonly JobProgress[]): number {
  return jobs.length * ROWS_OF_ONE + (jobs.length === 1 ? LEAST_DONE : 0);
}

function jobLines(
  job: JobProgress,
  { columns, rows, language }: { columns: number; rows: number; language: Language },
  isNamed: boolean,
): Line[] {
  const name: Line[] = isNamed ? [[segment(cut(job.name, columns), "strong")]] : [];
  const now = nowLines(job, columns, language);
  const notes = job.notes
    .filter(({ level }) => level === "warning")
    .slice(-2)
    .map(({ text }): Line => cutLine([segment(`  ! ${say(text, language)}`, "warning")], columns));
  const room = Math.max(0, rows - name.length - now.length - notes.length - 1);
  const shown = room === 0 ? [] : job.done.slice(-room);
  const done = shown.map((text): Line =>
    cutLine([segment("  ✓ ", "good"), segment(say(text, language), "faint")], columns),
  );
  return [...name, ...done, ...now, ...notes, EMPTY];
}

function nowLines({ now, state }: JobProgress, columns: number, language: Language): Line[] {
  if (now === undefined) return [];
  const mark = state === "failed" ? segment("  ✘ ", "bad") : segment("  ▸ ", "accent");
  const title = cutLine([mark, segment(say(now.text, language), "strong")], columns);
  if (now.bytes === undefined) return [title];
  return [title, cutLine(barLine(now, now.bytes, columns, language), columns)];
}

function barLine(
  { bytesPerSecond }: Now,
  { done, total }: { done: number; total: number },
  columns: number,
  language: Language,
): Line {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const left = bytesPerSecond > 0 ? (total - done) / bytesPerSecond : undefined;
  const rate = bytesPerSecond > 0 ? `${formatSize(Math.round(bytesPerSecond))}/s` : "";
  const time = left === undefined ? "" : say(frameSay.timeLeft(formatDuration(left)), language);
  const figures = [percent, `${formatSize(done)} / ${formatSize(total)}`, rate, time]
    .filter(Boolean)
    .join("  ");
  const room = Math.max(8, Math.min(60, columns - widthOf(figures) - 7));
  const filled = Math.round(share * room);
  return [
    segment("    "),
    segment("█".repeat(filled), "good"),
    segment("░".repeat(room - filled), "faint"),
    segment(` ${figures}`),
  ];
}
