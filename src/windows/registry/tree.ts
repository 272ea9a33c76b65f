/**
 * A registry key with all that is below it, as plain data: what small hives (BCD stores) are read into and written anew from.
 * Names follow Microsoft's: a key has subkeys and values; a value has a name (empty: the default value), a type and data.
 */
export interface RegistryKey {
  /** Without a backslash. Compared without regard to case, kept as it was written. */
  name: string;
  /** When it was last written, as a FILETIME: units of 100 ns since 1601-01-01 UTC. */
  lastWritten: bigint;
  /** Self-relative security descriptor. */
  security: Buffer;
  /** Class name, where it has one. */
  className?: string;
  values: RegistryValue[];
  subkeys: RegistryKey[];
}

export interface RegistryValue {
  /** Empty for the default value. */
  name: string;
  /** REG_NONE 0, REG_SZ 1, REG_EXPAND_SZ 2, REG_BINARY 3, REG_DWORD 4, REG_MULTI_SZ 7 …; others are kept as they are. */
  type: number;
  /** As it is stored: texts in UTF-16LE with their NUL, numbers in little-endian. */
  data: Buffer;
}

/** REG_LINK. */
export const LINK_TYPE = 6;
/** Where a key that is a link says what to. */
export const LINK_VALUE = "SymbolicLinkValue";
