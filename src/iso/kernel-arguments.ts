/** The kernel's command line as words: what comes out of boot configurations, and what recipes drop, replace and append. */

/** Rules of a recipe over the arguments of an ISO's own boot entry. */
interface ArgumentRules {
  /** Names of arguments that go; a name may end in `*`. */
  readonly drop: readonly string[];
  /** New values for arguments that are there. */
  readonly replace: Readonly<Record<string, string>>;
  /** Arguments added, before a `---` where there is one. */
  readonly append: readonly string[];
}

/** Splits a command line at white space outside double quotes, which stay in the word as the kernel wants them. */
export function splitArguments(line: string): string[] {
  return line.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
}

/** One command line. A word with white space that no quotes protect is put in quotes, as GRUB does it. */
export function joinArguments(words: readonly string[]): string {
  return words
    .map((word) => (/\s/.test(word) && !word.includes('"') ? `"${word}"` : word))
    .join(" ");
}

/** `root` of `root=live:…`, `quiet` of `quiet`. */
function nameOf(word: string): string {
  const at = word.indexOf("=");
  return at < 0 ? word : word.slice(0, at);
}

/** Applies a recipe's rules: drops, then replaces, then appends what isn't there yet. */
export function applyRules(words: readonly string[], rules: ArgumentRules): string[] {
  const result: string[] = [];
  for (const word of words) {
    const name = nameOf(word);
    if (rules.drop.some((pattern) => fits(pattern, name))) continue;
    const value = Object.hasOwn(rules.replace, name) ? rules.replace[name] : undefined;
    result.push(value === undefined ? word : `${name}=${value}`);
  }
  // Ubuntu's installer hands what follows `---` (or the older `--`) on to the installed system: nothing of ours belongs there.
  const separator = result.findIndex((word) => word === "---" || word === "--");
  const at = separator < 0 ? result.length : separator;
  result.splice(at, 0, ...rules.append.filter((word) => !result.includes(word)));
  return result;
}

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** A label as udev spells it in /dev/disk/by-label, and dracut wants it on the command line: ` ` is `\x20`, `/` is `\x2f`. */
export function udevEscape(label: string): string {
  return Array.from(label, (character) => {
    if (/[\w#+\-.:=@]/.test(character) || character.charCodeAt(0) > 127) return character;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  }).join("");
}
