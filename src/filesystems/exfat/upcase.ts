/**
 * The up-case table: section 7.2 of the exFAT specification. Each volume carries its own, and names compare and hash by it.
 */

/**
 * The mappings of the specification's recommended table (Table 24 there, a Unicode of 2006), as
 * `first[-last][/step]:difference`, code units in hexadecimal. String.prototype.toUpperCase won't do instead: it knows
 * more letters with each version of Node, and two sticks made alike would differ.
 */
const RECOMMENDED_MAPPINGS = `
  61-7a:-32 e0-f6:-32 f8-fe:-32 ff:+121 101-12f/2:-1 133-137/2:-1 13a-148/2:-1 14b-177/2:-1
  17a-17e/2:-1 180:+195 183-185/2:-1 188:-1 18c:-1 192:-1 195:+97 199:-1 19a:+163 19e:+130
  1a1-1a5/2:-1 1a8:-1 1ad:-1 1b0:-1 1b4-1b6/2:-1 1b9:-1 1bd:-1 1bf:+56 1c6:-2 1c9:-2 1cc:-2
  1ce-1dc/2:-1 1dd:-79 1df-1ef/2:-1 1f3:-2 1f5:-1 1f9-21f/2:-1 223-233/2:-1 23a:+10795 23c:-1
  23e:+10792 242:-1 247-24f/2:-1 253:-210 254:-206 256-257:-205 259:-202 25b:-203 260:-205
  263:-207 268:-209 269:-211 26b:+10743 26f:-211 272:-213 275:-214 27d:+10727 280:-218
  283:-218 288:-218 289:-69 28a-28b:-217 28c:-71 292:-219 37b-37d:+130 3ac:-38 3ad-3af:-37
  3b1-3c1:-32 3c2:-31 3c3-3cb:-32 3cc:-64 3cd-3ce:-63 3d9-3ef/2:-1 3f2:+7 3f8:-1 3fb:-1
  430-44f:-32 450-45f:-80 461-481/2:-1 48b-4bf/2:-1 4c2-4ce/2:-1 4cf:-15 4d1-513/2:-1
  561-586:-48 1d7d:+3814 1e01-1e95/2:-1 1ea1-1ef9/2:-1 1f00-1f07:+8 1f10-1f15:+8 1f20-1f27:+8
  1f30-1f37:+8 1f40-1f45:+8 1f51-1f57/2:+8 1f60-1f67:+8 1f70-1f71:+74 1f72-1f75:+86
  1f76-1f77:+100 1f78-1f79:+128 1f7a-1f7b:+112 1f7c-1f7d:+126 1f80-1f87:+8 1f90-1f97:+8
  1fa0-1fa7:+8 1fb0-1fb1:+8 1fb3:+9 1fcc:-9 1fd0-1fd1:+8 1fe0-1fe1:+8 1fe5:+7 1ffc:-9 214e:-28
  2170-217f:-16 2184:-1 24d0-24e9:-26 2c30-2c5e:-48 2c61:-1 2c68-2c6c/2:-1 2c76:-1
  2c81-2ce3/2:-1 2d00-2d25:-7264 ff41-ff5a:-32
`;

const CODE_UNITS = 0x10000;
/** In a compressed table: the next word says how many code units map to themselves (section 7.2.5.1). */
const IDENTITY_RUN = 0xffff;
/** The recommended table writes shorter runs of identities out in full. */
const SHORTEST_IDENTITY_RUN = 0x200;
export const MAX_UPCASE_TABLE_BYTES = CODE_UNITS * 2;

/** Code unit to upper-case code unit, all 65,536. */
export type UpcaseTable = Uint16Array;

let recommended: UpcaseTable | undefined;

/** The specification's recommended table, expanded: one for all volumes, which nobody changes. */
export function recommendedUpcaseTable(): UpcaseTable {
  recommended ??= expandMappings();
  return recommended;
}

function expandMappings(): UpcaseTable {
  const table = identityTable();
  for (const rule of RECOMMENDED_MAPPINGS.trim().split(/\s+/)) {
    const [, first = "", last, step, difference] =
      /^([0-9a-f]+)(?:-([0-9a-f]+))?(?:\/(\d))?:([+-]\d+)$/.exec(rule) ?? [];
    const end = Number.parseInt(last ?? first, 16);
    for (let unit = Number.parseInt(first, 16); unit <= end; unit += Number(step ?? 1)) {
      table[unit] = unit + Number(difference);
    }
  }
  return table;
}

/** The table as it lies on the medium, long runs of identities compressed. */
export function compressUpcaseTable(table: UpcaseTable): Buffer {
  const words: number[] = [];
  for (let unit = 0; unit < CODE_UNITS;) {
    let end = unit;
    while (end < CODE_UNITS && table[end] === end) end++;
    if (end - unit >= SHORTEST_IDENTITY_RUN) {
      words.push(IDENTITY_RUN, end - unit);
      unit = end;
    } else {
      do words.push(table[unit] ?? unit);
      while (++unit < end);
    }
  }
  const stored = Buffer.alloc(words.length * 2);
  words.forEach((word, index) => stored.writeUInt16LE(word, index * 2));
  return stored;
}

/** The table of a volume, compressed or not; code units that it doesn't reach map to themselves. */
export function expandUpcaseTable(stored: Buffer): UpcaseTable {
  const table = identityTable();
  let unit = 0;
  for (let at = 0; at + 2 <= stored.length && unit < CODE_UNITS; at += 2) {
    const word = stored.readUInt16LE(at);
    if (word === IDENTITY_RUN && at + 4 <= stored.length) {
      at += 2;
      unit += stored.readUInt16LE(at);
    } else {
      table[unit++] = word;
    }
  }
  return table;
}

/** Section 7.2.2, over the stored bytes. */
export function upcaseChecksum(stored: Uint8Array): number {
  let sum = 0;
  for (const byte of stored) sum = (((sum << 31) | (sum >>> 1)) + byte) >>> 0;
  return sum;
}

/** `name` in the volume's upper case: equal for names that the volume takes for the same. */
export function upcaseName(name: string, table: UpcaseTable): string {
  let upcased = "";
  for (let at = 0; at < name.length; at++) {
    upcased += String.fromCharCode(table[name.charCodeAt(at)] ?? 0);
  }
  return upcased;
}

/** Section 7.6.4: NameHash, over the bytes of the upper-case name. */
export function nameHash(upcased: string): number {
  let hash = 0;
  for (const byte of Buffer.from(upcased, "utf16le")) {
    hash = (((hash << 15) | (hash >>> 1)) + byte) & 0xffff;
  }
  return hash;
}

function identityTable(): UpcaseTable {
  const table = new Uint16Array(CODE_UNITS);
  for (let unit = 0; unit < CODE_UNITS; unit++) table[unit] = unit;
  return table;
}
