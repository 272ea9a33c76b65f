/**
 * What is left of several names when some were typed in one line, in any order.
 * @returns the names that aren't there, in their order, and what was typed besides.
 */
export function missingNames(
  typed: string,
  names: readonly string[],
): { readonly missing: readonly string[]; readonly rest: string } {
  // Names may have spaces in them: each is looked for as it is, the longest first.
  let rest = ` ${typed} `;
  const missing = new Set<string>();
  for (const name of names.toSorted((a, b) => b.length - a.length)) {
    const at = rest.indexOf(` ${name} `);
    if (at < 0) missing.add(name);
    else rest = `${rest.slice(0, at)} ${rest.slice(at + name.length + 1)}`;
  }
  return { missing: names.filter((name) => missing.has(name)), rest: rest.trim() };
}

/** True where each name was typed once, and nothing else. */
export function areTyped(typed: string, names: readonly string[]): boolean {
  const { missing, rest } = missingNames(typed, names);
  return missing.length === 0 && rest === "";
}
