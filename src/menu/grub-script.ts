/**
 * Words of GRUB's script language (GNU GRUB manual, "Shell-like scripting"). Names from outside (ISO files, titles, kernel
 * arguments) are hostile: whatever they hold, they come out as one literal word.
 */

/**
 * One literal word. Inside single quotes GRUB takes every character for itself but the quote; a quote is written outside of
 * them, escaped. Control characters have no business in a menu and become spaces.
 */
export function quote(text: string): string {
  const clean = printable(text);
  if (/^[\w./+,:=@%-]+$/.test(clean)) return clean;
  return `'${clean.replaceAll("'", String.raw`'\''`)}'`;
}

/** Without control characters and without the ones that turn the reading direction around (they make a name look like another). */
export function printable(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .toWellFormed();
}

/**
 * A kernel's arguments, each as one literal word. As on the kernel's own line, double quotes hold a word with spaces together;
 * GRUB puts them back around it.
 */
export function quoteArguments(text: string): string {
  const words = printable(text).match(/(?:[^\s"]|"[^"]*"|"(?=[^"]*$))+/g) ?? [];
  return words.map((word) => quote(word.replaceAll(/"([^"]*)"/g, "$1"))).join(" ");
}
