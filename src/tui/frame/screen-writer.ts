/**
 * Takes ink's frames and writes to the terminal only the lines that changed, each at its place: nothing scrolls, nothing is erased
 * before it is drawn anew, and over a slow line a moving bar costs one line. (ink 6.8 redraws all lines, or with its incremental mode
 * puts them a row too low.)
 */
import { EventEmitter } from "node:events";
import { widthOf } from "./words.ts";

/** What is needed of a terminal. */
export interface TerminalOutput {
  readonly columns?: number;
  readonly rows?: number;
  readonly isTTY?: boolean;
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** Faster than anybody reads. */
const INTERVAL_MS = 30;

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";

/** An output stream for ink's debug mode, in which each write is a whole frame. */
export class ScreenWriter extends EventEmitter {
  readonly isTTY = true;
  readonly #terminal: TerminalOutput;
  #lines: readonly string[] = [];
  #pending: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #open = true;
  readonly #resized = (): void => {
    // What a terminal keeps of its lines when its size changes differs from one to the next.
    this.#lines = [];
    this.#terminal.write("\u001b[2J");
    this.emit("resize");
  };

  /** Shows the alternate screen, so that what stood on the terminal before is there again at the end. */
  constructor(terminal: TerminalOutput) {
    super();
    this.#terminal = terminal;
    terminal.write(ENTER);
    terminal.on("resize", this.#resized);
  }

  get columns(): number {
    return this.#terminal.columns || 80;
  }

  get rows(): number {
    return this.#terminal.rows || 24;
  }

  write(frame: string): boolean {
    if (!this.#open) return true;
    this.#pending = frame;
    if (this.#timer === undefined) this.#draw();
    return true;
  }

  /** Leaves the terminal as it was found. Again: nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#timer);
    this.#terminal.off("resize", this.#resized);
    this.#terminal.write(LEAVE);
  }

  #draw(): void {
    this.#timer = undefined;
    if (this.#pending === undefined) return;
    const lines = this.#pending.split("\n").slice(0, this.rows);
    this.#pending = undefined;
    const changed = lines.flatMap((line, index) =>
      line === this.#lines[index] ? [] : [this.#lineAt(index, line)],
    );
    if (changed.length > 0) this.#terminal.write(changed.join(""));
    this.#lines = lines;
    this.#timer = setTimeout(() => this.#draw(), INTERVAL_MS);
  }

  #lineAt(index: number, line: string): string {
    // Behind a full line the cursor stands on its last column: what erases from there takes that with it.
    const rest = widthOf(line) < this.columns ? "\u001b[K" : "";
    return `\u001b[${index + 1};1H${line}\u001b[0m${rest}`;
  }
}
