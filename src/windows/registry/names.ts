/** Names of keys and values: how they are stored, compared and hashed. */
import { recommendedUpcaseTable } from "../../filesystems/exfat/upcase.ts";

/** One by one, as the kernel's RtlUpcaseUnicodeChar does, whose table is that of Windows' file systems. */
function upcaseUnit(unit: number): number {
  return recommendedUpcaseTable()[unit] ?? unit;
}

/** Names are the same where this is 0; subkeys lists are sorted by it: upper-case UTF-16 code units. */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = upcaseUnit(a.charCodeAt(index)) - upcaseUnit(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The same for all names that `compareNames` calls the same. */
export function foldName(name: string): string {
  let folded = "";
  for (let index = 0; index < name.length; index++) {
    folded += String.fromCharCode(upcaseUnit(name.charCodeAt(index)));
  }
  return folded;
}

/** The name hash of hash leaves (lh). */
export function nameHash(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) {
    hash = (Math.imul(hash, 37) + upcaseUnit(name.charCodeAt(index))) >>> 0;
  }
  return hash;
}

/** The name hint of fast leaves (lf), as the number that its four bytes are. */
export function nameHint(name: string): number {
  const hint = Buffer.alloc(4);
  const first = name.slice(0, 4);
  // Of a character that has no place in one byte, Windows stores nothing at all.
  if (isCompressible(first)) hint.write(first, "latin1");
  return hint.readUInt32LE();
}

export interface StoredName {
  readonly bytes: Buffer;
  /** One byte a character: KEY_COMP_NAME, VALUE_COMP_NAME. */
  readonly compressed: boolean;
}

export function storeName(name: string): StoredName {
  const compressed = isCompressible(name);
  return { bytes: Buffer.from(name, compressed ? "latin1" : "utf16le"), compressed };
}

export function loadName(bytes: Buffer, compressed: boolean): string {
  return bytes.toString(compressed ? "latin1" : "utf16le");
}

function isCompressible(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) > 0xff) return false;
  }
  return true;
}
