/** Wildcards of recipes and of GRUB's `for`: `*`, `?` and `[abc]`/`[a-z]`/`[!a]` within one path component. */

export function hasWildcard(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * True where all of `name` fits `pattern`. Upper and lower case are the same, as on media without Rock Ridge.
 *
 * Remembers only the last star, so its time is at most the product of both lengths: patterns come from foreign ISOs too.
 */
export function matchesWildcard(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = name.toLowerCase();
  let p = 0;
  let n = 0;
  let star = -1;
  let starAt = 0;
  while (n < given.length) {
    if (wanted[p] === "*") {
      star = p++;
      starAt = n;
      continue;
    }
    const length = matchOne(wanted, p, given[n] ?? "");
    if (length > 0) {
      p += length;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++starAt;
    } else {
      return false;
    }
  }
  while (wanted[p] === "*") p++;
  return p === wanted.length;
}

/** How many characters of the pattern at `at` stand for `character`; 0 where they don't. */
function matchOne(pattern: string, at: number, character: string): number {
  const first = pattern[at];
  if (first === undefined) return 0;
  if (first === "?") return 1;
  if (first !== "[") return first === character ? 1 : 0;
  const end = pattern.indexOf("]", at + 2);
  if (end < 0) return first === character ? 1 : 0;
  const negated = pattern[at + 1] === "!";
  let inside = false;
  for (let i = at + (negated ? 2 : 1); i < end; i++) {
    const low = pattern[i] ?? "";
    const high = pattern[i + 1] === "-" && i + 2 < end ? (pattern[i + 2] ?? "") : low;
    if (character >= low && character <= high) inside = true;
    if (high !== low || pattern[i + 1] === "-") i += 2;
  }
  return inside === negated ? 0 : end - at + 1;
}
