/** Progress of several jobs at once: on a terminal a line each that is rewritten; without one, a line a step with the job's name. */
import type { ProgressEvent } from "../system/progress.ts";
import { formatSize } from "../system/sizes.ts";
import type { Language } from "../system/text.ts";
import { withoutControls } from "./plain.ts";
import { describeBytes } from "./progress-line.ts";

const INTERVAL_MS = 100;

interface Line {
  readonly name: string;
  /** What it is at. */
  label: string;
  startMs: number;
  text: string;
}

export class ProgressBoard {
  readonly #out: NodeJS.WriteStream;
  readonly #language: Language;
  readonly #lines: Line[];
  #drawn = false;
  #lastMs = 0;

  constructor(out: NodeJS.WriteStream, language: Language, names: readonly string[]) {
    this.#out = out;
    this.#language = language;
    this.#lines = names.map((name) => {
      return { name: withoutControls(name), label: "", startMs: 0, text: "" };
    });
  }

  show(index: number, event: ProgressEvent): void {
    const line = this.#lines[index];
    if (line === undefined) return;
    const text = withoutControls(event.text[this.#language]);
    if (event.kind === "note") {
      this.above(() => this.#out.write(`${line.name}: ${text}\n`));
      return;
    }
    const now = performance.now();
    const isNew = text !== line.label;
    if (isNew) {
      line.label = text;
      line.startMs = now;
    }
    if (!this.#canRewrite()) {
      const size = event.kind === "bytes" ? ` (${formatSize(event.totalBytes)})` : "";
      if (isNew) this.#out.write(`${line.name}: ${text}${size}\n`);
      return;
    }
    const seconds = (now - line.startMs) / 1000;
    line.text = event.kind === "bytes" ? describeBytes(text, event, seconds) : text;
    if (!isNew && now - this.#lastMs < INTERVAL_MS) return;
    this.#lastMs = now;
    this.#draw();
  }

  /** Takes the lines away while something else is written, and puts them below it. */
  above(write: () => void): void {
    if (this.#drawn) this.#out.write(`\u001b[${this.#lines.length}A\u001b[J`);
    write();
    if (this.#drawn) this.#write("");
  }

  /** Leaves the lines as they are, so that something else can be written. */
  end(): void {
    if (this.#drawn) this.#draw();
    this.#drawn = false;
  }

  /** The cursor can't be moved to a line above the screen's first. */
  #canRewrite(): boolean {
    return this.#out.isTTY && this.#lines.length < (this.#out.rows || 24);
  }

  #draw(): void {
    this.#write(this.#drawn ? `\u001b[${this.#lines.length}A` : "");
    this.#drawn = true;
  }

  #write(before: string): void {
    const columns = this.#out.columns || 80;
    const lines = this.#lines.map(({ name, text }) => {
      return `\r\u001b[K${cutToWidth(`${name}  ${text}`, columns - 1)}\n`;
    });
    this.#out.write(`${before}${lines.join("")}`);
  }
}

/** A line that wraps would be two. Characters from Hangul Jamo on are taken to be two columns wide (most of those that are used are). */
function cutToWidth(text: string, columns: number): string {
  let width = 0;
  let cut = "";
  for (const character of text) {
    width += character >= "\u1100" ? 2 : 1;
    if (width > columns) return cut;
    cut += character;
  }
  return cut;
}
