/** Blocks of GRUB's script language: lines inside of others. */

/** Lines that are run where the condition holds, and those for where it does not. */
export function whenTrue(
  condition: string,
  lines: readonly string[],
  otherwise: readonly string[] = [],
): string[] {
  const rest = otherwise.length === 0 ? [] : ["else", ...indent(otherwise)];
  return [`if ${condition}; then`, ...indent(lines), ...rest, "fi"];
}

export function functionLines(name: string, body: readonly string[]): string[] {
  return [`function ${name} {`, ...indent(body), "}"];
}

export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

/** One command; words that are empty are left out. */
export function command(...words: readonly string[]): string {
  return words.filter((word) => word !== "").join(" ");
}
