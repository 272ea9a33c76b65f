/** What a running job has said so far: made from its progress events by a pure function. */
import type { ProgressEvent } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";

export interface JobProgress {
  /** The target, where several are worked on at once. */
  readonly name: string;
  /** What has been done, the last at the end. */
  readonly done: readonly Text[];
  /** What is being done now. */
  readonly now: Now | undefined;
  readonly notes: readonly { readonly level: "info" | "warning"; readonly text: Text }[];
  readonly state: "running" | "done" | "failed";
}

export interface Now {
  readonly text: Text;
  /** Undefined where it can't be said how much there is to do. */
  readonly bytes: { readonly done: number; readonly total: number } | undefined;
  /** Of the last seconds; 0 where it isn't known yet. */
  readonly bytesPerSecond: number;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly ms: number;
  readonly done: number;
}

/** The rate is that of the last so many milliseconds: a medium whose cache is full shows it soon. */
const RATE_WINDOW_MS = 8_000;
/** Samples closer to each other than this add nothing. */
const SAMPLE_MS = 500;
const MOST_NOTES = 50;

export function newJob(name: string): JobProgress {
  return { name, done: [], now: undefined, notes: [], state: "running" };
}

/** @param ms a clock that only goes forward. */
export function heard(job: JobProgress, event: ProgressEvent, ms: number): JobProgress {
  if (event.kind === "note") {
    const { level, text } = event;
    return { ...job, notes: [...job.notes, { level, text }].slice(-MOST_NOTES) };
  }
  const isSame = job.now?.text.en === event.text.en;
  const done = isSame || job.now === undefined ? job.done : [...job.done, job.now.text];
  if (event.kind === "step") {
    return {
      ...job,
      done,
      now: { text: event.text, bytes: undefined, bytesPerSecond: 0, samples: [] },
    };
  }
  const { text, doneBytes, totalBytes } = event;
  const before = isSame && job.now !== undefined ? job.now.samples : [];
  const samples = sampled(before, { ms, done: doneBytes });
  const [oldest] = samples;
  const seconds = oldest === undefined ? 0 : (ms - oldest.ms) / 1000;
  const bytesPerSecond =
    oldest === undefined || seconds <= 0 ? 0 : Math.max(0, (doneBytes - oldest.done) / seconds);
  return {
    ...job,
    done,
    now: { text, bytes: { done: doneBytes, total: totalBytes }, bytesPerSecond, samples },
  };
}

/** The job has come to its end. */
export function ended(job: JobProgress, state: "done" | "failed"): JobProgress {
  const done = state === "done" && job.now !== undefined ? [...job.done, job.now.text] : job.done;
  return { ...job, done, now: state === "done" ? undefined : job.now, state };
}

function sampled(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.ms - last.ms < SAMPLE_MS) return samples;
  return [...samples.filter(({ ms }) => sample.ms - ms <= RATE_WINDOW_MS), sample];
}
