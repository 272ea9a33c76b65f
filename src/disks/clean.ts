/**
 * Text that hardware or a stranger's disk supplies (model, serial number, partition name) without what could deceive on a
 * screen: control characters (Unicode Cc, so escape sequences too), and the invisible ones (Cf), among them those that
 * turn the reading direction; lone surrogates (Cs), and line and paragraph separators (Zl, Zp).
 */
export function cleanText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "").trim();
}
