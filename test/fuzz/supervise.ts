/** Starts processes that fuzz, watches them, ends those that hang, and goes on behind the input that ended them. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { HEAP_MIB, MOST_CPU_MS, MOST_WAIT_MS } from "./limits.ts";
import { emptyState, readState } from "./state.ts";
import type { State } from "./state.ts";
import type { Failure, Order, Task } from "./worker.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
const LOOK_EVERY_MS = 200;
/** What the kernel counts a process' time in (proc(5), `utime`; sysconf(_SC_CLK_TCK) is 100 on all Linux). */
const TICK_MS = 10;
/** More failures than these say nothing new. */
const MOST_ENDINGS = 50;

export interface TaskResult {
  readonly task: Task;
  readonly state: State;
  readonly failures: readonly Failure[];
  /** By the clock. */
  readonly seconds: number;
}

export interface Supervision {
  readonly run: number;
  /** With the seeds of all readers. */
  readonly seeds: string;
  /** For the files of this group alone; it exists. */
  readonly folder: string;
  /** What one input may take of the processor, where that is another than limits.ts says. */
  readonly mostCpuMs?: number;
}

/** Runs tasks one after the other, in one process as long as it lives. */
export async function supervise(
  tasks: readonly Task[],
  { run, seeds, folder, mostCpuMs = MOST_CPU_MS }: Supervision,
): Promise<TaskResult[]> {
  const results: TaskResult[] = [];
  let waiting = [...tasks];
  let before: TaskResult | undefined;
  for (let endings = 0; waiting.length > 0; endings++) {
    const order: Order = {
      tasks: waiting,
      run,
      mostCpuMs,
      seeds,
      state: join(folder, "state"),
      failures: join(folder, "failures"),
      finished: join(folder, "finished"),
    };
    for (const path of [order.state, order.failures, order.finished]) await writeFile(path, "");
    const startedAt = Date.now();
    const ending = await watch(order);
    const seconds = (Date.now() - startedAt) / 1000;
    const states = await linesOf<State>(order.finished);
    const failures = await linesOf<Failure>(order.failures);
    const resultOf = (task: Task, state: State, further: Failure[] = []): TaskResult => {
      const own = failures.filter(({ reader }) => reader === task.reader);
      // The time of a process that had several tasks is shared between them by their inputs.
      const share = seconds * shareOf(task, order.tasks);
      return joined(before, { task, state, failures: [...own, ...further], seconds: share });
    };
    for (const [index, state] of states.entries()) {
      const task = waiting[index];
      if (task === undefined) continue;
      results.push(resultOf(task, state));
      before = undefined;
    }
    waiting = waiting.slice(states.length);
    const [task] = waiting;
    if (task === undefined) break;
    const state = readState(order.state);
    if (state === undefined || state.task !== states.length || ending.setUp) {
      throw new Error(`${task.reader}: ${ending.reason}`);
    }
    const failure = { reader: task.reader, number: state.number, reason: ending.reason };
    const counted = { ...state, task: 0, failed: state.failed + 1 };
    before = resultOf(task, counted, [failure]);
    const next = { ...task, from: state.number + 1 };
    if (endings >= MOST_ENDINGS || next.from >= task.to) {
      results.push(before);
      before = undefined;
      waiting = waiting.slice(1);
    } else waiting = [next, ...waiting.slice(1)];
  }
  await rm(folder, { recursive: true, force: true });
  return results;
}

function shareOf(task: Task, tasks: readonly Task[]): number {
  const total = tasks.reduce((sum, { from, to }) => sum + to - from, 0);
  return (task.to - task.from) / total;
}

/** One task's results over two processes. */
function joined(before: TaskResult | undefined, after: TaskResult): TaskResult {
  if (before === undefined) return after;
  const [a, b] = [before.state, after.state];
  const slower = a.slowestMs > b.slowestMs ? a : b;
  const state: State = {
    ...emptyState(),
    number: b.number,
    whole: a.whole + b.whole,
    part: a.part + b.part,
    refused: a.refused + b.refused,
    failed: a.failed + b.failed,
    slowestMs: slower.slowestMs,
    slowestNumber: slower.slowestNumber,
    peakBytes: Math.max(a.peakBytes, b.peakBytes),
    largestBuffer: Math.max(a.largestBuffer, b.largestBuffer),
  };
  return {
    task: { ...after.task, from: before.task.from },
    state,
    failures: [...before.failures, ...after.failures],
    seconds: before.seconds + after.seconds,
  };
}

interface Ending {
  readonly reason: string;
  /** It ended before it read anything. */
  readonly setUp: boolean;
}

/** Waits until the process has ended, or ends it. */
async function watch(order: Order): Promise<Ending> {
  const args = [`--max-old-space-size=${HEAP_MIB}`, "--import", "tsx", WORKER];
  const child = spawn(process.execPath, [...args, JSON.stringify(order)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    said = `${said}${text}`.slice(-8000);
  });
  const exited = new Promise<string>((resolve) => {
    child.on("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  let hung: string | undefined;
  try {
    let seen = { place: "", cpuMs: 0, at: Date.now() };
    for (;;) {
      const isOver = exited.then(() => true);
      if (await Promise.race([isOver, sleep(LOOK_EVERY_MS).then(() => false)])) break;
      const state = readState(order.state);
      if (state === undefined) continue;
      const cpuMs = await cpuOf(child);
      const place = `${state.task} ${state.number}`;
      if (place !== seen.place) {
        seen = { place, cpuMs, at: Date.now() };
      } else if (cpuMs - seen.cpuMs > order.mostCpuMs && !(await isFinished(order, state))) {
        hung = `hang: more than ${order.mostCpuMs} ms of the processor`;
      } else if (Date.now() - seen.at > MOST_WAIT_MS && !(await isFinished(order, state))) {
        hung = `hang: nothing after ${MOST_WAIT_MS} ms`;
      }
      if (hung !== undefined) child.kill("SIGKILL");
    }
  } finally {
    // Nobody watches it any more.
    if (child.exitCode === null) child.kill("SIGKILL");
  }
  const how = await exited;
  const words = said.split("\n").filter((line) => line.trim() !== "");
  const fatal = words.find((line) => /FATAL|Error/.test(line)) ?? "";
  const setUp = readState(order.state) === undefined || /: the seed "/.test(said);
  return { reason: hung ?? `${how}: ${setUp ? said : fatal}`, setUp };
}

/** The next task's seeds are being loaded: no input is. */
async function isFinished(order: Order, state: State): Promise<boolean> {
  return state.number >= (order.tasks[state.task]?.to ?? 0);
}

/** Of the process with all its threads, in milliseconds; 0 where it is gone. */
async function cpuOf(child: ChildProcess): Promise<number> {
  const text = await readFile(`/proc/${child.pid}/stat`, "utf8").catch(() => "");
  // Behind the name in brackets, which may have spaces: state is the first, utime and stime the 12th and 13th.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}

async function linesOf<T>(path: string): Promise<T[]> {
  const text = await readFile(path, "utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as T]));
}
