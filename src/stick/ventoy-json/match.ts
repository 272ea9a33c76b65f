/** Which path Ventoy takes a pattern for (`ventoy_strcmp`, `ventoy_strncmp`): upper and lower case differ, and `*` stands for one byte of UTF-8. */

/** `*` is no wildcard as the last character where Ventoy compares with a length (`ventoy_strncmp`). */
export type Comparison = "whole" | "counted";

export function hasStar(pattern: string): boolean {
  return pattern.includes("*");
}

/** A star may stand for a slash too; both have the same length in bytes, so that this costs no more than they are long. */
export function fitsVentoyPattern(
  pattern: string,
  path: string,
  comparison: Comparison = "whole",
): boolean {
  const wanted = Buffer.from(pattern);
  const given = Buffer.from(path);
  if (wanted.length !== given.length) return false;
  const last = wanted.length - 1;
  return wanted.every((byte, index) => {
    if (byte === given[index]) return true;
    return byte === 0x2a && (comparison === "whole" || index < last);
  });
}
