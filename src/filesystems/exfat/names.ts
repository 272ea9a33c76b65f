/** File names: section 7.7.3 of the exFAT specification. */

/** UTF-16 code units; the field NameLength is one byte. */
const MAX_NAME_UNITS = 255;

/** Table 35 there: control characters and the nine that Windows reserves. Half surrogates are no text anywhere. */
const FORBIDDEN =
  /[\u0000-\u001f"*/:<>?\\|]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** An extension worth keeping when a name is cut: a dot and up to 16 code units. */
const EXTENSION = /\.[^. ]{1,15}$/;

/**
 * `name` itself where exFAT can store it and Windows can open it, else the closest such name: forbidden characters become
 * `_`, at most 255 UTF-16 code units with the extension kept, no dots and spaces at the end.
 */
export function storableName(name: string): string {
  const clean = stripEnd(name.replace(FORBIDDEN, "_"));
  if (clean.length <= MAX_NAME_UNITS) return clean === "" ? "_" : clean;
  const extension = EXTENSION.exec(clean)?.[0] ?? "";
  return stripEnd(cut(clean, MAX_NAME_UNITS - extension.length)) + extension;
}

/** At most `units` code units of `text`, no surrogate pair split. */
function cut(text: string, units: number): string {
  const last = text.charCodeAt(units - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? units - 1 : units);
}

function stripEnd(name: string): string {
  return name.replace(/[. ]+$/, "");
}
