/** Commands in messages, for people who copy them: names with spaces, quotes or dollar signs stay one word. */

/** What no shell takes for anything else. */
const PLAIN = /^[\w@%+=:,./\\-]+$/;

/**
 * @param platform whose shell it is for: POSIX (single quotes), or Windows' cmd and PowerShell (double quotes, which no
 * file's name there can have in it).
 */
export function commandLine(
  words: readonly string[],
  platform: NodeJS.Platform = process.platform,
): string {
  return words.map((word) => quoted(word, platform)).join(" ");
}

function quoted(word: string, platform: NodeJS.Platform): string {
  if (platform === "win32") return PLAIN.test(word) ? word : `"${word}"`;
  // A backslash is one of Windows' plain characters only.
  if (PLAIN.test(word) && !word.includes("\\")) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
