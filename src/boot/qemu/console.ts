/** A machine's serial line: what it has said so far, raw and as text, waiting for more, and keys for it. */
import type { Socket } from "node:net";
import { TerminalText } from "./terminal.ts";

/** A guest that talks without end must not fill this computer's memory: of the past, only this much is kept. */
const KEPT_CHARACTERS = 8 * 1024 * 1024;

export class SerialConsole {
  readonly #socket: Socket;
  readonly #plain = new TerminalText();
  #raw = "";
  #text = "";
  /** How many characters were dropped from the front of `#text`. */
  #dropped = 0;
  #lastOutput = Date.now();

  constructor(socket: Socket, onText?: (text: string) => void) {
    this.#socket = socket;
    const decoder = new TextDecoder("utf-8");
    socket.on("data", (bytes: Buffer) => {
      const raw = decoder.decode(bytes, { stream: true });
      const text = this.#plain.push(raw);
      this.#raw = (this.#raw + raw).slice(-KEPT_CHARACTERS);
      this.#text += text;
      if (this.#text.length > 2 * KEPT_CHARACTERS) {
        this.#dropped += KEPT_CHARACTERS;
        this.#text = this.#text.slice(KEPT_CHARACTERS);
      }
      this.#lastOutput = Date.now();
      if (text !== "") onText?.(text);
    });
  }

  /** All of it, control sequences included. */
  get raw(): string {
    return this.#raw;
  }

  /** All of it as text. */
  get text(): string {
    return this.#text;
  }

  /** Where the next output will stand; a position to search from. */
  get end(): number {
    return this.#dropped + this.#text.length;
  }

  /** The text from a position on. */
  since(position: number): string {
    return this.#text.slice(Math.max(0, position - this.#dropped));
  }

  /** The position after the first `wanted` at or after `from`; undefined where it isn't there (yet). */
  find(wanted: string, from: number): number | undefined {
    const at = this.#text.indexOf(wanted, Math.max(0, from - this.#dropped));
    return at < 0 ? undefined : this.#dropped + at + wanted.length;
  }

  /** How long it has said nothing, in milliseconds. */
  get quietMs(): number {
    return Date.now() - this.#lastOutput;
  }

  send(keys: string): void {
    this.#socket.write(keys);
  }
}
