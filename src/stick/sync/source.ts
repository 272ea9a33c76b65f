/** Where `sync` takes its files from: a folder, or a web server. One interface for both. */
import type { ListedSum } from "../../system/checksum-list.ts";
import type { SourceFile } from "../data/source-file.ts";
import type { Text } from "../../system/text.ts";

export interface SyncFile {
  /** Relative to the source, "/"-separated; `isSafePath` holds for it. */
  readonly path: string;
  /** Undefined where the source has to be asked: `SyncSource.measure`. */
  readonly sizeBytes?: number;
  readonly modified?: Date;
  /** What is published of its content, by any algorithm. */
  readonly sums: readonly ListedSum[];
}

export type MeasuredFile = SyncFile & { readonly sizeBytes: number };

export interface SyncSource {
  /** What it is remembered by on the stick: the folder's real path, or the URL without user and password. */
  readonly id: string;
  readonly files: readonly SyncFile[];
  /** What was noticed while listing. */
  readonly notes: readonly Text[];
  /** The rules file in its root. */
  readonly rules: RulesText | undefined;
  /** Size, and time where it is known. @throws LifeboatError where the file isn't there. */
  measure(file: SyncFile): Promise<MeasuredFile>;
  /** Opens a file to be read from its beginning to its end, in order. @throws LifeboatError `source-changed`, what reading throws. */
  open(file: MeasuredFile): Promise<SourceFile>;
}

export interface RulesText {
  readonly bytes: Uint8Array;
  /** As people are told: a path or a URL. */
  readonly where: string;
}

export const RULES_NAME = "lifeboat-sync.yaml";

/** More are no library of ISOs. */
export const MOST_FILES = 100_000;
/** 256 KiB: of the rules file. */
export const LARGEST_RULES_BYTES = 256 * 1024;

const LONGEST_PATH = 1_024;
export const DEEPEST = 32;

/**
 * True for a relative path that leads nowhere else on any system: no `..`, no root, no drive, no backslash, no control
 * characters, no half of a surrogate pair.
 */
export function isSafePath(path: string): boolean {
  if (path.length === 0 || path.length > LONGEST_PATH || !path.isWellFormed()) return false;
  if (/[\u0000-\u001f\u007f-\u009f\\]/.test(path) || /^[a-z]:/i.test(path)) return false;
  const parts = path.split("/");
  return (
    parts.length <= DEEPEST && parts.every((part) => part !== "" && part !== "." && part !== "..")
  );
}
