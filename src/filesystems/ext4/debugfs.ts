/**
 * The door to e2fsprogs' debugfs, which does all changes to ext4 metadata. Its commands come as lines on standard input, parsed
 * by libss (lib/ss/parse.c): words are divided by blanks, double quotes group, and `""` inside them is one quote character.
 * Lines longer than stdio's buffer would be cut in two and the rest run as a command of its own, so names go in alone, in the
 * folder that `cd <inode>` chose, and never as paths.
 */
import { resolve } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import type { Run as RunProgram } from "../../system/run.ts";
import { say } from "./messages.ts";

/** Where e2fsprogs finds the volume: a file or device, the volume's first byte in it, and the way to start programs. */
export interface Ext4Place {
  readonly path: string;
  readonly offsetBytes: number;
  readonly run: RunProgram;
}

/** A word of a command: a bare word or number, an inode, or a name from outside (its bytes, always quoted). */
export type Word = string | number | Buffer;

/** Far above the longest line of ours (a name of 255 quote characters doubled), far below stdio's 8 KiB. */
const MAX_LINE_BYTES = 1024;
const BARE_WORD = /^[A-Za-z0-9@._<>/-]+$/;

/** How debugfs spells inode `number` where it wants a file. */
export function inodeWord(number: number): string {
  return `<${number}>`;
}

/**
 * Runs `commands` one after the other on the volume, opened for writing.
 *
 * debugfs goes on after a failed command and ends with status 0, so its complaints are returned; whoever calls must also look
 * at the volume for the result.
 * @returns what it wrote to its standard error, without its banner; empty where all went well.
 * @throws LifeboatError `ext4-bad-path`, `tool-missing`, `tool-failed`.
 */
export async function debugfs(
  place: Ext4Place,
  commands: readonly (readonly Word[])[],
): Promise<string> {
  const volume = `${e2fsPath(place.path)}?offset=${place.offsetBytes}`;
  const input = Buffer.concat(commands.map(commandLine));
  const { stderr } = await place.run("debugfs", ["-w", "-f", "-", volume], {
    input,
    uninterrupted: true,
  });
  const complaints = stderr.split("\n").filter((line) => line !== "" && !isBanner(line));
  return complaints.join(" · ");
}

/** `path` as e2fsprogs can open it: absolute, so that no dash leads, and without the question mark that begins its options. */
export function e2fsPath(path: string): string {
  const absolute = resolve(path);
  if (!absolute.includes("?")) return absolute;
  throw new LifeboatError("ext4-bad-path", say.badPath(absolute), {
    kind: "usage",
    hint: say.badPathHint(),
  });
}

/** One command as debugfs reads it, with its line end. @throws LifeboatError `ext4-bad-name` for a name that can't pass. */
export function commandLine(words: readonly Word[]): Buffer {
  const parts: Buffer[] = [];
  for (const word of words) {
    if (parts.length > 0) parts.push(Buffer.from(" "));
    parts.push(encodeWord(word));
  }
  parts.push(Buffer.from("\n"));
  const line = Buffer.concat(parts);
  if (line.length > MAX_LINE_BYTES) throw badName(line);
  return line;
}

function encodeWord(word: Word): Buffer {
  if (typeof word === "number") return Buffer.from(String(word));
  if (typeof word === "string" && BARE_WORD.test(word)) return Buffer.from(word);
  const bytes = Buffer.from(word);
  if (bytes.length === 0 || bytes.some((byte) => byte < 0x20 || byte === 0x7f)) {
    throw badName(bytes);
  }
  // latin1 keeps each byte, whatever the name's encoding.
  const doubled = bytes.toString("latin1").replaceAll('"', '""');
  return Buffer.from(`"${doubled}"`, "latin1");
}

function badName(bytes: Buffer): LifeboatError {
  return new LifeboatError("ext4-bad-name", say.badName(bytes.toString("utf8")), { kind: "usage" });
}

function isBanner(line: string): boolean {
  return /^debugfs \d[^ ]* \([^)]*\)$/.test(line.trim());
}
