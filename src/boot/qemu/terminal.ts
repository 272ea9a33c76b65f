/**
 * What a serial line said, as text that can be searched: control sequences of ECMA-48 (and the VT100's own) are taken out, and
 * one that moves the cursor to another line becomes a line break, so that texts far apart on the screen stay apart.
 */

/** CSI with its final byte, OSC and the other strings, and two-character escapes (ECMA-48, sections 5.3 to 5.6). */
const SEQUENCE =
  // eslint-disable-next-line no-control-regex
  /\u001b(?:\[[0-?]*[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[ -/]*[0-OQ-WYZ\\`-~])/g;

/** The beginning of a sequence (or of CR LF) whose rest has not come yet. */
// eslint-disable-next-line no-control-regex
const UNFINISHED =
  /(?:\u001b(?:\[[0-?]*[ -/]*|\][^\u0007\u001b]*\u001b?|[PX^_][^\u001b]*\u001b?|[ -/]*)?|\r)$/;

/** A string longer than this never ends: noise, not a sequence. */
const LONGEST_SEQUENCE = 1_024;

/** Cursor to a position or to another line: CUU, CUD, CNL, CPL, CUP, ED, VPA, HVP. */
const LEAVES_LINE = "ABEFHJdf";

/** Cursor forward, to a column, to a tab stop: CUF, CHA, CHT. */
const LEAVES_COLUMN = "CGI";

export class TerminalText {
  #pending = "";

  /** Takes the next piece of raw output; returns the plain text that is complete with it. */
  push(raw: string): string {
    let text = this.#pending + raw;
    const unfinished = UNFINISHED.exec(text.slice(-LONGEST_SEQUENCE));
    this.#pending = unfinished?.[0] ?? "";
    if (this.#pending !== "") text = text.slice(0, -this.#pending.length);
    return text
      .replace(/\r\n?/g, "\n")
      .replace(SEQUENCE, (_, final: string | undefined) => {
        if (final === undefined) return "";
        if (LEAVES_LINE.includes(final)) return "\n";
        return LEAVES_COLUMN.includes(final) ? " " : "";
      })
      .replace(CONTROLS, "");
  }
}

// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
