/**
 * A shell that starts programs for us. Starting one from here would copy the page tables of a process that holds whole disks in its
 * memory, which takes longer than what fsck does.
 */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { childEnvironment } from "../../src/system/run.ts";

export interface Said {
  readonly exitCode: number;
  /** What came on its standard output and its standard error. */
  readonly text: string;
}

/** Stands behind what each program said, before its exit code. */
const END = "\u0001END ";
const LOOP = `while IFS= read -r line; do eval "$line"; printf '\\001END %s\\n' "$?"; done`;

let shell: ChildProcessWithoutNullStreams | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** Runs a program after those that were asked for before. @throws Error where the shell has ended. */
export async function runInShell(program: string, args: readonly string[]): Promise<Said> {
  const said = queue.then(async () => ask(program, args));
  queue = said.catch(() => undefined);
  return said;
}

async function ask(program: string, args: readonly string[]): Promise<Said> {
  const { stdin, stdout } = (shell ??= start());
  const words = [program, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  return new Promise((resolve, reject) => {
    let text = "";
    const onData = (data: string) => {
      text += data;
      const end = text.lastIndexOf(END);
      if (end < 0 || !text.endsWith("\n")) return;
      done();
      resolve({ exitCode: Number(text.slice(end + END.length)), text: text.slice(0, end) });
    };
    const onEnd = () => {
      done();
      reject(new Error(`the shell that starts ${program} has ended`));
    };
    const done = () => {
      stdout.off("data", onData).off("end", onEnd);
      (stdout as Socket).unref();
    };
    stdout.on("data", onData).on("end", onEnd);
    (stdout as Socket).ref();
    stdin.write(`${words.join(" ")} </dev/null 2>&1\n`);
  });
}

/** Keeps us alive while it is asked something only; and ends when we do, as there are no more lines then. */
function start(): ChildProcessWithoutNullStreams {
  const child = spawn("sh", ["-c", LOOP], { env: childEnvironment() });
  child.stdout.setEncoding("utf8");
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    (stream as Socket).unref();
  }
  return child;
}
