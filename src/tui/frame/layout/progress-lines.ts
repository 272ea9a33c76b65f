/** A job as it runs: what is done, what is being done, how fast, and how long it will take. */
import { formatSize } from "../../../system/sizes.ts";
import type { Language } from "../../../system/text.ts";
import { formatDuration } from "../duration.ts";
import type { JobProgress, Now } from "../job-progress.ts";
import { frameSay } from "../messages.ts";
import { cutStart, pad, say, widthOf } from "../words.ts";
import type { Line, Segment } from "./line.ts";
import { EMPTY, cutLine, segment } from "./line.ts";

/** What several jobs side by side have, where there is room: the name, what is done now, its bar, and a line between. */
const ROWS_OF_ONE = 4;
const LEAST_DONE = 2;

export function progressLines(
  jobs: readonly JobProgress[],
  place: { columns: number; rows: number; language: Language },
): Line[] {
  const each = Math.floor(place.rows / Math.max(1, jobs.length));
  if (jobs.length > 1 && each < ROWS_OF_ONE) return shortLines(jobs, place);
  return jobs.flatMap((job) => jobLines(job, { ...place, rows: each }, jobs.length > 1));
}

export function leastProgressRows(jobs: readonly JobProgress[]): number {
  return jobs.length === 1 ? ROWS_OF_ONE + LEAST_DONE : jobs.length;
}

/** A line for each: the mark, the name, how much is done, and what is done now or was done last. */
function shortLines(
  jobs: readonly JobProgress[],
  { columns, language }: { columns: number; language: Language },
): Line[] {
  const names = jobs.map(({ name }) => cutStart(name, Math.floor(columns / 3)));
  const widest = Math.max(...names.map(widthOf));
  return jobs.map(({ now, done, state }, index): Line => {
    const share = now?.bytes === undefined ? "" : percentOf(now.bytes);
    const last = now?.text ?? done.at(-1);
    return cutLine(
      [
        markOf(state),
        segment(pad(names[index] ?? "", widest), "strong"),
        segment(` ${share.padStart(4)}  `),
        segment(last === undefined ? "" : say(last, language), "faint"),
      ],
      columns,
    );
  });
}

function markOf(state: JobProgress["state"]): Segment {
  if (state === "failed") return segment("  ✘ ", "bad");
  return state === "done" ? segment("  ✓ ", "good") : segment("  ▸ ", "accent");
}

function percentOf({ done, total }: { done: number; total: number }): string {
  return `${Math.floor(shareOf(done, total) * 100)}%`;
}

function shareOf(done: number, total: number): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}

function jobLines(
  job: JobProgress,
  { columns, rows, language }: { columns: number; rows: number; language: Language },
  isNamed: boolean,
): Line[] {
  const name: Line[] = isNamed ? [[segment(cutStart(job.name, columns), "strong")]] : [];
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
  const title = cutLine([markOf(state), segment(say(now.text, language), "strong")], columns);
  if (now.bytes === undefined) return [title];
  return [title, cutLine(barLine(now, now.bytes, columns, language), columns)];
}

function barLine(
  { bytesPerSecond }: Now,
  { done, total }: { done: number; total: number },
  columns: number,
  language: Language,
): Line {
  const share = shareOf(done, total);
  const percent = percentOf({ done, total }).padStart(4);
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
