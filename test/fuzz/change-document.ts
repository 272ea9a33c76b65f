/** Changes to short files whose parts may move: pieces are cut, doubled, nested and mixed with the language's own words. */
import type { Random } from "../support/random.ts";
import { pick } from "../support/random.ts";

/** As long as the longest text that is looked at (settings, recipes). */
const LARGEST_BYTES = 128 << 10;
const MOST_CHANGES = 6;
const NUMBERS = [
  "0",
  "-1",
  "1",
  "255",
  "65536",
  "2147483648",
  "4294967295",
  "1e999",
  "9".repeat(400),
];
const ODD = [
  "\0",
  "\u00ff",
  "\ufeff",
  "\u2028",
  "\ud800",
  "\r",
  "\t",
  "\\",
  "'",
  '"',
  "%",
  "$",
  "*",
];

/** A changed copy of `document`. @param others further documents of the same kind, to take pieces from. */
export function changeDocument(
  document: Buffer,
  others: readonly Buffer[],
  tokens: readonly string[],
  random: Random,
): Buffer {
  let bytes = Buffer.from(document);
  for (let left = 1 + random(random(MOST_CHANGES) + 1); left > 0; left--) {
    bytes = changeOnce(bytes, others, tokens, random).subarray(0, LARGEST_BYTES);
  }
  return bytes;
}

function changeOnce(
  bytes: Buffer,
  others: readonly Buffer[],
  tokens: readonly string[],
  random: Random,
): Buffer<ArrayBuffer> {
  const at = random(bytes.length + 1);
  const piece = (from: Buffer): Buffer => {
    const start = random(from.length + 1);
    return from.subarray(start, start + pick([1, 4, 16, 64, 512], random));
  };
  const insert = (what: Uint8Array, replaced = 0): Buffer<ArrayBuffer> =>
    Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at + replaced)]);
  switch (random(12)) {
    case 0:
    case 1: {
      const changed = Buffer.from(bytes);
      if (at < changed.length) {
        changed[at] = random(2) === 0 ? (changed[at] ?? 0) ^ (1 << random(8)) : random(256);
      }
      return changed;
    }
    case 2:
      return insert(Buffer.alloc(0), piece(bytes).length);
    case 3:
      return insert(piece(bytes));
    case 4:
      return insert(piece(pick([bytes, ...others], random)), random(2) * random(64));
    case 5:
    case 6:
      return insert(Buffer.from(pick([...tokens, ...ODD], random)), random(2) * random(8));
    case 7:
      return insert(Buffer.from(pick(NUMBERS, random)), random(8));
    case 8: {
      // Nested, or once more and once more: what is counted or goes deeper and deeper.
      const one = random(2) === 0 ? Buffer.from(pick([...tokens, ...ODD], random)) : piece(bytes);
      const times = pick([3, 30, 300, 3000, 30_000], random);
      const most = Math.floor(LARGEST_BYTES / Math.max(1, one.length));
      return insert(Buffer.concat(Array.from({ length: Math.min(times, most) }, () => one)));
    }
    case 9:
      return Buffer.from(bytes.subarray(0, at));
    case 10: {
      const noise = Buffer.alloc(1 + random(16));
      for (let index = 0; index < noise.length; index++) noise[index] = random(256);
      return insert(noise, random(16));
    }
    default: {
      // A field of a binary format, or digits of a text one.
      const length = pick([1, 2, 4, 8], random);
      return insert(
        Buffer.alloc(length, pick([0x00, 0x30, 0x39, 0x46, 0x7f, 0x80, 0xff], random)),
        length,
      );
    }
  }
}
