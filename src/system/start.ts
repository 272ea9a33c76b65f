/**
 * The door for programs that keep running while lifeboat works with them (QEMU, a server for a disk). What they start with
 * is the same as for `run`; what differs is that the caller gets the child instead of its result.
 */
import { LifeboatError } from "./errors.ts";
import { childEnvironment, toolMissing } from "./run.ts";

export interface StartOptions {
  readonly cwd?: string;
  /** Added to the clean environment that every child gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Aborting it ends the child. */
  readonly signal?: AbortSignal;
  /** What the child prints, in pieces as they come. */
  readonly onStdout?: (text: string) => void;
}

export interface ChildEnd {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  /** The last words on its standard error, at most `TAIL_CHARACTERS`. */
  readonly stderr: string;
}

export interface Child {
  readonly pid: number;
  /** Never rejects: how it ended is in the value. */
  readonly ended: Promise<ChildEnd>;
  /** Asks it to end, ends it by force three seconds later, and waits until it has. */
  stop(): Promise<ChildEnd>;
}

/**
 * Starts `program` and returns once it runs. It never outlives lifeboat: it ends when `signal` aborts, and with lifeboat
 * itself (normal exit, Ctrl-C, SIGTERM, SIGHUP).
 * @throws LifeboatError `tool-missing` (the message names the Debian package), `tool-failed` (it can't be executed).
 */
export type Start = (
  program: string,
  args: readonly string[],
  options?: StartOptions,
) => Promise<Child>;

/** A child may talk for hours; only the end of what it says explains how it ended. */
const TAIL_CHARACTERS = 16_384;

const FORCE_AFTER_MS = 3_000;

export const start: Start = async (program, args, options = {}) => {
  const { execa } = await import("execa");
  options.signal?.throwIfAborted();
  if (process.env["LIFEBOAT_DEBUG"]) process.stderr.write(`& ${[program, ...args].join(" ")}\n`);
  const child = execa(program, args, {
    env: { ...childEnvironment(), ...options.env },
    extendEnv: false,
    reject: false,
    buffer: false,
    stdin: "ignore",
    forceKillAfterDelay: FORCE_AFTER_MS,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-TAIL_CHARACTERS);
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => options.onStdout?.(text));

  const { pid } = child;
  if (pid === undefined) {
    const result = await child;
    if (result.code === "ENOENT") throw toolMissing(program);
    const reason = result.shortMessage ?? program;
    throw new LifeboatError(
      "tool-failed",
      { en: `${program} could not be started: ${reason}`, zh: `无法启动 ${program}：${reason}` },
      { cause: result },
    );
  }
  const ended = child.then((result) => ({ exitCode: result.exitCode, stderr }));
  return {
    pid,
    ended,
    async stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
};
