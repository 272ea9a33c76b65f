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
    const line = describeBytes(text, event, (now - this.#startMs) / 1000);
    const columns = this.#out.columns || 80;
    this.#out.write(`\r\u001b[K${line.length < columns ? line : line.slice(-columns + 1)}`);
    this.#open = true;
    if (finished) this.end();
  }

  /** Leaves the line, so that something else can be written. */
  end(): void {
    if (this.#open) this.#out.write("\n");
    this.#open = false;
    this.#label = "";
  }
}

/** What is done, how fast, and how long it will take. @param seconds since it began. */
export function describeBytes(
  text: string,
  { doneBytes, totalBytes }: { readonly doneBytes: number; readonly totalBytes: number },
  seconds: number,
): string {
  const rate = seconds > 0 ? doneBytes / seconds : 0;
  const percent = totalBytes === 0 ? 100 : Math.floor((doneBytes * 100) / totalBytes);
  const left = rate > 0 ? formatSeconds((totalBytes - doneBytes) / rate) : "–:––";
  return `${text}  ${percent}%  ${formatSize(doneBytes)}/${formatSize(totalBytes)}  ${formatSize(rate)}/s  ${left}`;
}

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
