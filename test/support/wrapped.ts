/** Sentences on a screen may be wrapped anywhere, Chinese ones between any two characters. */

export function withoutSpaces(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

export function stands(screen: string, wanted: string | RegExp): boolean {
  if (typeof wanted === "string") return withoutSpaces(screen).includes(withoutSpaces(wanted));
  return wanted.test(screen.replaceAll(/\s+/g, " "));
}
