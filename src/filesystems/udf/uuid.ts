/** The identifier that GRUB, udev and util-linux all make of the volume set's identifier, which begins with a unique part. */

/** UDF 2.60, 2.2.2.5: eight characters of time in hex, eight more of the writer's choice. */
const FULL_CHARACTERS = 16;
const TIME_CHARACTERS = 8;

/**
 * Sixteen hex digits; empty where the identifier is shorter than eight bytes. Where it doesn't begin with hex digits, its
 * bytes (in UTF-8) are written as hex instead: the first eight of them, or the four behind eight digits.
 */
export function volumeUuid(volumeSetId: string): string {
  const bytes = Buffer.from(volumeSetId, "utf8");
  if (bytes.length < TIME_CHARACTERS) return "";
  const digits = /^[0-9A-Fa-f]{0,16}/.exec(bytes.toString("latin1"))?.[0].length ?? 0;
  const text = bytes.toString("latin1");
  if (digits < TIME_CHARACTERS) return hexOf(bytes, 0, 8);
  if (digits < FULL_CHARACTERS) {
    return text.slice(0, TIME_CHARACTERS).toLowerCase() + hexOf(bytes, TIME_CHARACTERS, 4);
  }
  return text.slice(0, FULL_CHARACTERS).toLowerCase();
}

/** `count` bytes from `at` on; zeroes behind the end, as in a C string's buffer. */
function hexOf(bytes: Buffer, at: number, count: number): string {
  const padded = Buffer.alloc(count);
  bytes.copy(padded, 0, at, at + count);
  return padded.toString("hex");
}
