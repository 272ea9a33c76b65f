/** Progress on a terminal: one line that is rewritten, with rate and time left; without one, a line a step. */
import type { ProgressEvent } from "../system/progress.ts";
import { formatSize } from "../system/sizes.ts";
import type { Language } from "../system/text.ts";
import { withoutControls } from "./plain.ts";

/** Often enough to look alive, seldom enough to cost nothing over a slow line. */
const INTERVAL_MS = 100;

export class ProgressLine {
  readonly #out: NodeJS.WriteStream;
  readonly #language: Language;
  #open = false;
  #lastMs = 0;
  #label = "";
  #startMs = 0;

  constructor(out: NodeJS.WriteStream, language: Language) {
    this.#out = out;
    this.#language = language;
  }

  show(event: ProgressEvent): void {
    const text = withoutControls(event.text[this.#language]);
    if (event.kind !== "bytes") {
      this.end();
      this.#out.write(`${text}\n`);
      return;
    }
    if (!this.#out.isTTY) {
      // A log wants to know what was done, not every megabyte of it.
      if (text !== this.#label) this.#out.write(`${text} (${formatSize(event.totalBytes)})\n`);
      this.#label = text;
      return;
    }
    const now = performance.now();
    if (text !== this.#label) {
      this.#label = text;
      this.#startMs = now;
    }
    const finished = event.doneBytes >= event.totalBytes;
    if (!finished && now - this.#lastMs < INTERVAL_MS) return;
    this.#lastMs = now;
    this.#out.write(`\r\u001b[K${this.#render(text, event.doneBytes, event.totalBytes, now)}`);
    this.#open = true;
    if (finished) this.end();
  }

  /** Leaves the line, so that something else can be written. */
  end(): void {
    if (this.#open) this.#out.write("\n");
    this.#open = false;
    this.#label = "";
  }

  #render(text: string, done: number, total: number, now: number): string {
    const seconds = (now - this.#startMs) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
    const left = rate > 0 ? formatSeconds((total - done) / rate) : "–:––";
    const line = `${text}  ${percent}%  ${formatSize(done)}/${formatSize(total)}  ${formatSize(rate)}/s  ${left}`;
    const columns = this.#out.columns || 80;
    return line.length < columns ? line : line.slice(-columns + 1);
  }
}

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
