/** Characters and names of XML 1.0 (fifth edition), sections 2.2 and 2.3; escaping, section 2.4. */

/** What is no `Char`, lone surrogates among it. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const NO_CHAR = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const NAME_START =
  ":A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D\\u2070-\\u218F" +
  "\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}";
const NAME = `[${NAME_START}][-${NAME_START}.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040]*`;

/** A name where the search begins, by `lastIndex`. */
export const NAME_HERE = new RegExp(NAME, "uy");

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
