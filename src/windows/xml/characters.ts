/** Characters of XML 1.0 (fifth edition), section 2.2; escaping, section 2.4. */

/** What is no `Char`, lone surrogates among it. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const NO_CHAR = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** The first character that XML has no way to write, and where it stands; undefined where there is none. */
export function forbiddenCharacter(text: string): { index: number; code: number } | undefined {
  const found = NO_CHAR.exec(text);
  return found === null ? undefined : { index: found.index, code: found[0].codePointAt(0) ?? 0 };
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // Written as they are, a parser would make spaces or line feeds of them.
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** For text and for attributes in double quotes alike. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
