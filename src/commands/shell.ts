/**
 * What every command shares: the user's language, how results, progress and errors are shown, and how Ctrl-C is heard. The
 * only place that writes to the terminal or decides an exit status.
 */
import { Writable } from "node:stream";
import type { FailureKind } from "../system/errors.ts";
import { EXIT_STATUS, asLifeboatError, cancelled } from "../system/errors.ts";
import type { JobContext, ProgressEvent } from "../system/progress.ts";
import type { Language, Text } from "../system/text.ts";
import { areTyped } from "../system/typed-names.ts";
import { isLanguage, languageOf } from "../system/text.ts";
import { withoutControls } from "./plain.ts";
import { ProgressBoard } from "./progress-board.ts";
import { ProgressLine } from "./progress-line.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly lang?: string;
  readonly color?: boolean;
}

export class Shell {
  readonly language: Language;
  readonly json: boolean;
  readonly color: boolean;
  readonly #quiet: boolean;
  readonly #progress: ProgressLine;
  #board: ProgressBoard | undefined;
  readonly #abort = new AbortController();

  constructor(options: GlobalOptions) {
    const chosen = options.lang ?? "";
    this.language = isLanguage(chosen) ? chosen : languageOf(process.env);
    this.json = options.json ?? false;
    this.color = options.color ?? true;
    this.#quiet = options.quiet ?? false;
    this.#progress = new ProgressLine(process.stderr, this.language);
    for (const signal of SIGNALS) process.on(signal, this.#cancel);
    // A reader that went away (`lifeboat scan … | head`) is no reason to stop in the middle of something.
    for (const stream of [process.stdout, process.stderr]) {
      stream.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") throw error;
      });
    }
  }

  readonly #cancel = () => {
    // Who presses it twice doesn't want to wait for a safe point.
    if (this.#abort.signal.aborted) process.exit(EXIT_STATUS.cancelled);
    this.#abort.abort(cancelled());
  };

  /** Signals are somebody else's to hear from now on: the screens ask before they stop. */
  leaveSignals(): void {
    for (const signal of SIGNALS) process.off(signal, this.#cancel);
  }

  get job(): JobContext {
    return { report: (event) => this.report(event), signal: this.#abort.signal };
  }

  /** A job for each name, shown side by side; cancelled together. */
  jobs(names: readonly string[]): JobContext[] {
    const board = new ProgressBoard(process.stderr, this.language, names);
    this.#board = board;
    return names.map((name, index) => ({
      report: (event) => {
        if (event.kind === "note" && event.level === "warning") {
          const { en, zh } = event.text;
          board.above(() => this.warn({ en: `${name}: ${en}`, zh: `${name}：${zh}` }));
        } else if (!this.#quiet) board.show(index, event);
      },
      signal: this.#abort.signal,
    }));
  }

  report(event: ProgressEvent): void {
    if (event.kind === "note" && event.level === "warning") return this.warn(event.text);
    if (!this.#quiet) this.#progress.show(event);
  }

  warn(text: Text): void {
    this.#progress.end();
    process.stderr.write(
      `${this.say({ en: "warning", zh: "警告" })}: ${withoutControls(this.say(text))}\n`,
    );
  }

  say(text: Text): string {
    return text[this.language];
  }

  /** The command's result: one JSON document, or the text. */
  result(json: unknown, lines: readonly string[]): void {
    this.#board?.end();
    this.#progress.end();
    if (this.json) process.stdout.write(`${JSON.stringify(json, undefined, 2)}\n`);
    else if (lines.length > 0) {
      process.stdout.write(`${lines.map(withoutControls).join("\n")}\n`);
    }
  }

  /** Whether there is somebody to ask. */
  get isInteractive(): boolean {
    return process.stdin.isTTY && process.stderr.isTTY;
  }

  /** Asks for `expected` to be typed. False where there is no terminal to ask on, or something else is typed. */
  async confirm(question: Text, expected: string): Promise<boolean> {
    return (await this.#ask(question)) === expected;
  }

  /** The same for several names in one line, in any order. */
  async confirmAll(question: Text, expected: readonly string[]): Promise<boolean> {
    const typed = await this.#ask(question);
    if (typed === undefined) return false;
    return areTyped(typed, expected);
  }

  /** What is typed; undefined where there is no terminal to ask on. */
  async #ask(question: Text): Promise<string | undefined> {
    this.#progress.end();
    if (!this.isInteractive) return undefined;
    const { createInterface } = await import("node:readline/promises");
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    // The terminal is in raw mode: Ctrl-C is a key, and Ctrl-D ends the input.
    terminal.on("SIGINT", () => process.emit("SIGINT"));
    const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
    const { signal } = this.#abort;
    try {
      const typed = terminal.question(`${withoutControls(this.say(question))} `, { signal });
      return (await Promise.race([typed, closed])).trim();
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      terminal.close();
    }
  }

  /** Asks for a password twice, without showing it; empty where the two differ or nothing is typed. */
  async askPassword(): Promise<string> {
    this.#progress.end();
    const first = await this.#askHidden({ en: "Password:", zh: "密码：" });
    const second = await this.#askHidden({ en: "Once more:", zh: "请再次输入：" });
    if (first !== second) {
      this.warn({ en: "The two are not the same", zh: "两次输入不一致" });
      return "";
    }
    return first;
  }

  async #askHidden(question: Text): Promise<string> {
    process.stderr.write(`${this.say(question)} `);
    const { createInterface } = await import("node:readline/promises");
    // What readline echoes goes nowhere.
    const output = new Writable({ write: (_chunk, _encoding, done) => done() });
    const terminal = createInterface({ input: process.stdin, output, terminal: true });
    terminal.on("SIGINT", () => process.emit("SIGINT"));
    const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
    const { signal } = this.#abort;
    try {
      return await Promise.race([terminal.question("", { signal }), closed]);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      terminal.close();
      process.stderr.write("\n");
    }
  }

  /** Shows an error as one line with what to do, and sets the exit status that belongs to it. */
  fail(error: unknown): void {
    this.#board?.end();
    this.#progress.end();
    const { kind, ...document } = this.describe(error);
    if (this.json) process.stdout.write(`${JSON.stringify({ error: document }, undefined, 2)}\n`);
    else this.#complain(document);
    if (process.env["LIFEBOAT_DEBUG"]) process.stderr.write(`${(error as Error).stack ?? ""}\n`);
    process.exitCode = EXIT_STATUS[kind];
  }

  /** Says on stderr what became of one of several targets; with `--json` the result tells it. */
  failedOn(name: string, error: unknown): void {
    if (!this.json) this.#complain(this.describe(error), `${name}: `);
    if (process.env["LIFEBOAT_DEBUG"]) process.stderr.write(`${(error as Error).stack ?? ""}\n`);
  }

  /** An error as `--json` tells it, and its kind. */
  describe(error: unknown): { code: string; message: string; hint?: string; kind: FailureKind } {
    const { code, text, hint, kind } = asLifeboatError(error);
    return { code, message: this.say(text), ...(hint && { hint: this.say(hint) }), kind };
  }

  #complain({ message, hint }: { message: string; hint?: string }, where = ""): void {
    const stop = this.language === "zh" ? "。" : ". ";
    const line = hint === undefined ? message : `${message}${stop}${hint}`;
    process.stderr.write(`lifeboat: ${where}${withoutControls(line)}\n`);
  }
}
