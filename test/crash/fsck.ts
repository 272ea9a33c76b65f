/** What the file systems' own checkers say of a volume in a file, line by line; nothing where they find nothing. */
import type { DataFileSystem } from "../../src/stick/layout.ts";
import { runInShell } from "./shell.ts";

/** @throws Error where the checker itself could not run. */
export async function complaintsOf(path: string, fileSystem: DataFileSystem): Promise<string[]> {
  switch (fileSystem) {
    case "fat32":
      return fsckFat(path);
    case "exfat":
      return fsckExfat(path);
    case "ntfs":
      return ntfsresize(path);
    case "ext4":
      throw new Error("ext4 is written by debugfs, whose writes aren't recorded");
  }
}

async function fsckFat(path: string): Promise<string[]> {
  const text = await said("fsck.fat", ["-n", path], [0, 1]);
  return linesOf(text).filter(
    (line) =>
      // Its name, its summary, and what it would have done.
      !/^fsck\.fat |: \d+ files, |^Leaving filesystem unchanged|^Dirty bit is set/.test(line) ||
      line.startsWith("Dirty bit"),
  );
}

async function fsckExfat(path: string): Promise<string[]> {
  const text = await said("fsck.exfat", ["-n", path], [0, 1, 4], / clean\. /);
  return linesOf(text).filter(
    (line) => !/^exfatprogs version|: clean\. |directories \d+, files/.test(line),
  );
}

/** ntfsfix looks at little; ntfsresize at least holds the bitmap against all files. */
async function ntfsresize(path: string): Promise<string[]> {
  const text = await said("ntfsresize", ["--info", "--force", path], [0, 1]);
  return linesOf(text).filter((line) => /ERROR|error|orphan|mismatch/.test(line));
}

/** What it said where it found something; nothing where it exited with 0 and said that all is well. */
async function said(
  program: string,
  args: readonly string[],
  accept: readonly number[],
  wellWhere = /^/,
): Promise<string> {
  const { exitCode, text } = await runInShell(program, args);
  if (!accept.includes(exitCode)) throw new Error(`${program} failed (exit ${exitCode}): ${text}`);
  return exitCode === 0 && wellWhere.test(text) ? "" : text;
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** The kind of a complaint: without names and numbers. */
export function kindOf(complaint: string): string {
  return complaint
    .replaceAll(/\/[^\s,]+|"[^"]*"|'[^']*'/g, "…")
    .replaceAll(/0x[0-9a-f]+|\d+/gi, "N")
    .trim();
}
