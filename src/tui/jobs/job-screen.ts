/**
 * The screen of something that runs: its progress, the question before it is stopped, and what came of it. Every job of every screen
 * runs on it.
 */
import type { LifeboatError } from "../../system/errors.ts";
import { asLifeboatError, cancelled } from "../../system/errors.ts";
import type { JobContext, ProgressEvent } from "../../system/progress.ts";
import type { App } from "../app.ts";
import type { JobProgress } from "../frame/job-progress.ts";
import { ended, heard, newJob } from "../frame/job-progress.ts";
import type { Effect, Go, Screen, Step } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, ButtonsControl, Control, View, Words } from "../frame/view.ts";
import { jobSay } from "./messages.ts";

export type JobOrder<Result> = JobWork<Result> & JobEnd<Result>;

interface JobWork<Result> {
  readonly title: Words;
  /** One for each target that is worked on; a single job's name isn't shown. */
  readonly names: readonly string[];
  /** Asked before it is stopped: what state that leaves. */
  readonly question: Words;
  readonly help: readonly Words[];
  /** @throws LifeboatError what the use case throws. */
  readonly carryOut: (jobs: readonly JobContext[]) => Promise<Result>;
  /** How each of several targets ended, where some can fail while others don't; default: all of them are done. */
  readonly states?: (result: Result) => readonly ("done" | "failed")[];
  /** Shown when it failed, beside the error; default: a way back. */
  readonly failed?: (error: LifeboatError, go: (go: Go) => void) => readonly (Block | Control)[];
}

type JobEnd<Result> =
  /** Shown under the progress when all is done. */
  | { readonly done: (result: Result, go: (go: Go) => void) => readonly (Block | Control)[] }
  /** Where it leads at once when it is done: to the plan that it made. */
  | { readonly next: (result: Result) => Go };

interface State<Result> {
  readonly jobs: readonly JobProgress[];
  readonly stopping: boolean;
  readonly outcome:
    | { readonly kind: "done"; readonly result: Result }
    | { readonly kind: "failed"; readonly error: LifeboatError }
    | undefined;
}

type Message<Result> =
  | {
      readonly kind: "heard";
      readonly index: number;
      readonly event: ProgressEvent;
      readonly ms: number;
    }
  | { readonly kind: "stop" }
  | { readonly kind: "go"; readonly go: Go }
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failed"; readonly error: LifeboatError };

/** Nobody reads figures that change more often, and each change costs the job time. */
const INTERVAL_MS = 500;

export function jobScreen<Result>(order: JobOrder<Result>, app: Pick<App, "now">): Screen {
  const abort = new AbortController();
  const work: Effect<Message<Result>> = async (send) => {
    const jobs = order.names.map((_name, index) => ({
      report: seldom(app, (event) => send({ kind: "heard", index, event, ms: app.now() })),
      signal: abort.signal,
    }));
    try {
      send({ kind: "done", result: await order.carryOut(jobs) });
    } catch (error) {
      send({ kind: "failed", error: asLifeboatError(error) });
    }
  };
  return defineScreen<State<Result>, Message<Result>>({
    start: () => ({
      state: { jobs: order.names.map(newJob), stopping: false, outcome: undefined },
      effects: [work],
    }),
    update: (state, message) => {
      const step = update(order, state, message, abort);
      if (message.kind !== "done" || !("next" in order)) return step;
      return { ...step, go: order.next(message.result) };
    },
    view: (state, send) => view(order, state, send),
  });
}

function update<Result>(
  { states }: JobOrder<Result>,
  state: State<Result>,
  message: Message<Result>,
  abort: AbortController,
): Step<State<Result>, Message<Result>> {
  switch (message.kind) {
    case "heard": {
      const jobs = state.jobs.map((job, index) =>
        index === message.index ? heard(job, message.event, message.ms) : job,
      );
      return { state: { ...state, jobs } };
    }
    case "stop":
      abort.abort(cancelled());
      return { state: { ...state, stopping: true } };
    case "go":
      return { state, go: message.go };
    case "done":
    case "failed": {
      const each = message.kind === "done" ? (states?.(message.result) ?? []) : [];
      const jobs = state.jobs.map((job, index) => ended(job, each[index] ?? message.kind));
      return { state: { jobs, stopping: false, outcome: message } };
    }
  }
}

function view<Result>(
  order: JobOrder<Result>,
  { jobs, stopping, outcome }: State<Result>,
  send: (message: Message<Result>) => void,
): View {
  const { title, help, question } = order;
  const go = (where: Go) => send({ kind: "go", go: where });
  const progress: Block = { kind: "progress", jobs };
  if (outcome === undefined) {
    const stop = () => send({ kind: "stop" });
    const body = stopping
      ? [progress, { kind: "text" as const, text: jobSay.stopping(), tone: "warning" as const }]
      : [progress];
    return { title, help, body, running: { question, stop, stopping } };
  }
  if (outcome.kind === "done") {
    const end = "done" in order ? order.done(outcome.result, go) : [];
    return { title, help, body: [progress, ...end] };
  }
  const { error } = outcome;
  const more = order.failed?.(error, go) ?? [backButton(go)];
  return { title, help, body: [progress, ...errorBlocks(error), ...more] };
}

/** The context of an order with one name. */
export function onlyJob(jobs: readonly JobContext[]): JobContext {
  const [job] = jobs;
  if (job === undefined) throw new Error("a job of one target has one context");
  return job;
}

export function errorBlocks({ text, hint, kind }: LifeboatError): Block[] {
  const tone = kind === "cancelled" ? "warning" : "bad";
  return [
    { kind: "text", text, tone },
    ...(hint === undefined ? [] : [{ kind: "text" as const, text: hint }]),
  ];
}

export function backButton(go: (go: Go) => void): ButtonsControl {
  return {
    kind: "buttons",
    id: "after",
    buttons: [{ id: "back", label: jobSay.back(), press: () => go("back") }],
  };
}

/** Of figures, those of every half second, and the last of each step; all that is said otherwise. */
function seldom({ now }: Pick<App, "now">, report: (event: ProgressEvent) => void) {
  let last = Number.NEGATIVE_INFINITY;
  let label = "";
  return (event: ProgressEvent): void => {
    if (event.kind === "bytes") {
      const isSame = event.text.en === label;
      label = event.text.en;
      if (isSame && event.doneBytes < event.totalBytes && now() - last < INTERVAL_MS) return;
      last = now();
    }
    report(event);
  };
}
