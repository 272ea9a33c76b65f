/** Registry hives that tests make. */
import { serialiseHive } from "../../src/windows/registry/index.ts";
import type { RegistryKey, RegistryValue } from "../../src/windows/registry/index.ts";

/** O:BAG:SYD:(A;;KA;;;BA)(A;;KA;;;SY), written by hand: header, owner, group, DACL. */
export const SECURITY = Buffer.from(
  "010004804800000058000000000000001400000002003400020000000000180" +
    "03f000f00010200000000000520000000200200000000140" +
    "03f000f00010100000000000512000000" +
    "01020000000000052000000020020000" +
    "010100000000000512000000",
  "hex",
);

export const TIME = 133_000_000_000_000_000n;

export function key(
  name: string,
  parts: { values?: RegistryValue[]; subkeys?: RegistryKey[]; className?: string } = {},
): RegistryKey {
  const { values = [], subkeys = [], className } = parts;
  const read = { name, lastWritten: TIME, security: SECURITY, values, subkeys };
  return className === undefined ? read : { ...read, className };
}

export function text(name: string, content: string): RegistryValue {
  return { name, type: 1, data: Buffer.from(`${content}\0`, "utf16le") };
}

export function dword(name: string, number: number): RegistryValue {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(number);
  return { name, type: 4, data };
}

export function binary(name: string, data: Buffer): RegistryValue {
  return { name, type: 3, data };
}

export function made(tree: RegistryKey, minorVersion: 3 | 4 | 5 | 6 = 5): Buffer {
  return serialiseHive(tree, { minorVersion, fileName: "test", timestamp: TIME });
}
