/** Registry keys as data: found and replaced by name, without regard to case as Windows compares them. */
import type { RegistryKey, RegistryValue } from "../registry/tree.ts";
import { KEY_SECURITY } from "./security.ts";

function isCalled(name: string): (one: { readonly name: string }) => boolean {
  const wanted = name.toUpperCase();
  return (one) => one.name.toUpperCase() === wanted;
}

export function childKey(key: RegistryKey, name: string): RegistryKey | undefined {
  return key.subkeys.find(isCalled(name));
}

export function childValue(key: RegistryKey, name: string): RegistryValue | undefined {
  return key.values.find(isCalled(name));
}

/** A key that bcdedit would make: its security is that of keys in a store. */
export function newKey(name: string, security: Buffer = KEY_SECURITY): RegistryKey {
  return { name, lastWritten: 0n, security, values: [], subkeys: [] };
}

/** The key with this subkey in the place of the one of its name, or behind the others. */
export function withChild(key: RegistryKey, child: RegistryKey): RegistryKey {
  return { ...key, subkeys: replaced(key.subkeys, child) };
}

export function withValue(key: RegistryKey, value: RegistryValue): RegistryKey {
  return { ...key, values: replaced(key.values, value) };
}

function replaced<T extends { readonly name: string }>(all: readonly T[], one: T): T[] {
  const at = all.findIndex(isCalled(one.name));
  return at === -1 ? [...all, one] : all.with(at, { ...one, name: all[at]?.name ?? one.name });
}
