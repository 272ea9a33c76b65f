/**
 * The one door to other programs. Everything that lifeboat starts goes through a `Run`, so that a test can see and answer
 * every call, and so that each program gets the same clean environment.
 */
import { StringDecoder } from "node:string_decoder";
import { LifeboatError } from "./errors.ts";
import { packageOf } from "./packages.ts";

export interface RunOptions {
  /** Bytes or text for its standard input; none: it reads end of file at once. */
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no error. Default: 0 only. `any`: the caller reads what each means. */
  readonly accept?: readonly number[] | "any";
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /**
   * Ctrl-C at the terminal, which goes to every program there, does not reach it: for programs that change a disk and must
   * come to their end.
   */
  readonly uninterrupted?: boolean;
  /** An open file of ours that becomes its standard input; not with `input`. */
  readonly descriptor?: number;
  /** What it prints on standard output, in pieces as they come: for programs that tell their progress there. */
  readonly onOutput?: (text: string) => void;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `program` with `args` and waits for it.
 * @throws LifeboatError `tool-missing` (the message names the Debian package), `tool-failed` (its last words in the message).
 */
export type Run = (
  program: string,
  args: readonly string[],
  options?: RunOptions,
) => Promise<RunResult>;

/** What every child sees and nothing else: no locale that changes its output, no settings of the user's shell. */
export function childEnvironment(): Record<string, string> {
  const kept: Record<string, string> = { LC_ALL: "C.UTF-8" };
  const names = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TERM",
    "SystemRoot",
    "SystemDrive",
    "TEMP",
    "USERPROFILE",
  ];
  for (const name of names) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  // mke2fs, mkntfs and their like live where a plain user's PATH does not look.
  if (process.platform !== "win32")
    kept["PATH"] = `${kept["PATH"] ?? "/usr/bin:/bin"}:/usr/sbin:/sbin`;
  return kept;
}

export const run: Run = async (program, args, options = {}) => {
  // Loaded when the first program is started: a job on an image file often starts none.
  const { execa } = await import("execa");
  const child = execa(program, args, {
    env: { ...childEnvironment(), ...options.env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    // A process group of its own. Windows would open a console window for it.
    detached: options.uninterrupted === true && process.platform !== "win32",
    ...(options.input === undefined
      ? { stdin: stdinOf(options.descriptor) }
      : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  const { onOutput } = options;
  if (onOutput !== undefined) {
    const decoder = new StringDecoder("utf8");
    child.stdout?.on("data", (bytes: Buffer) => onOutput(decoder.write(bytes)));
  }
  const result = await child;
  const command = [program, ...args].join(" ");
  if (process.env["LIFEBOAT_DEBUG"]) process.stderr.write(`+ ${command}\n`);
  if (result.isCanceled) options.signal?.throwIfAborted();
  if (result.exitCode === undefined && result.code === "ENOENT") throw toolMissing(program);
  // Ctrl-C goes to every program at the terminal: lifeboat was cancelled too.
  if (result.signal === "SIGINT") {
    // It can reach a child only before that has left the group, and so before it has done anything.
    if (options.uninterrupted === true) return run(program, args, options);
    throw new LifeboatError("cancelled", { en: "Cancelled", zh: "已取消" }, { kind: "cancelled" });
  }
  const exitCode = result.exitCode ?? -1;
  const { accept = [0] } = options;
  // One that a signal ended has none.
  const accepted = accept === "any" ? exitCode >= 0 : accept.includes(exitCode);
  if (!accepted) {
    const last = (result.stderr || result.stdout || result.shortMessage || "")
      .trim()
      .split("\n")
      .slice(-3)
      .join(" · ");
    throw new LifeboatError(
      "tool-failed",
      {
        en: `${program} failed (exit ${exitCode}): ${last || command}`,
        zh: `${program} 失败（退出码 ${exitCode}）：${last || command}`,
      },
      { cause: result },
    );
  }
  return { exitCode, stdout: result.stdout, stderr: result.stderr };
};

/** execa hands any descriptor on; its types know the first three. */
function stdinOf(descriptor: number | undefined): 0 | "ignore" {
  return (descriptor ?? "ignore") as 0 | "ignore";
}

export function toolMissing(program: string): LifeboatError {
  const name = packageOf(program);
  return new LifeboatError(
    "tool-missing",
    { en: `The program ${program} is not installed`, zh: `未安装程序 ${program}` },
    {
      kind: "missing",
      hint: {
        en: `Install it: sudo apt-get install ${name}`,
        zh: `请安装：sudo apt-get install ${name}`,
      },
    },
  );
}
