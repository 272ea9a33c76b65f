const MAX_NAME_BYTES = 255;
/** An extension up to this length survives when a name is cut. */
const MAX_KEPT_EXTENSION_BYTES = 16;
const REPLACEMENT = "_";

/**
 * `name` as ext4 can store it through debugfs. The format itself forbids only "/" and NUL; control characters are replaced
 * too, because debugfs takes its commands line by line. Cut to 255 bytes of UTF-8 between characters, keeping the extension.
 */
export function storableName(name: string): string {
  const clean = name.toWellFormed().replace(/[\u0000-\u001f\u007f/]/g, REPLACEMENT);
  if (clean === "" || clean === "." || clean === "..") return REPLACEMENT.repeat(clean.length || 1);
  if (Buffer.byteLength(clean) <= MAX_NAME_BYTES) return clean;
  const dot = clean.lastIndexOf(".");
  const extension = dot > 0 ? clean.slice(dot) : "";
  const kept = Buffer.byteLength(extension) <= MAX_KEPT_EXTENSION_BYTES ? extension : "";
  const stem = clean.slice(0, clean.length - kept.length);
  return cutToBytes(stem, MAX_NAME_BYTES - Buffer.byteLength(kept)) + kept;
}

/** Whether a name on the medium, or asked for, can be handed to debugfs as it is. */
export function isStorable(name: string): boolean {
  return storableName(name) === name;
}

function cutToBytes(text: string, most: number): string {
  let cut = "";
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    cut += character;
  }
  return cut;
}
