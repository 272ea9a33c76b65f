import { LifeboatError } from "../../system/errors.ts";
import { checkDataSize } from "./big-data.ts";
import { say } from "./messages.ts";
import { MOST_DESCRIPTOR_BYTES } from "./key-security.ts";
import { foldName } from "./names.ts";
import { MOST_LEVELS } from "./read-tree.ts";
import type { RegistryKey } from "./tree.ts";

/** Microsoft, "Registry element size limits". */
const MOST_KEY_NAME = 255;
const MOST_VALUE_NAME = 16_383;
/** Its length in bytes has 16 bits. */
const MOST_CLASS_NAME = 32_767;

/** @throws LifeboatError `registry-name`. */
export function checkKeyName(name: string): void {
  if (name.length > 0 && name.length <= MOST_KEY_NAME && !name.includes("\\")) return;
  throw badName(name);
}

/** @throws LifeboatError `registry-name`. */
export function checkValueName(name: string): void {
  if (name.length > MOST_VALUE_NAME) throw badName(name);
}

/** @throws LifeboatError `registry-name`. */
export function checkClassName(name: string): void {
  if (name.length > MOST_CLASS_NAME) throw badName(name);
}

/**
 * What a hive can't hold is refused before anything is written.
 * @throws LifeboatError `registry-name`, `registry-duplicate`, `registry-data-too-large`, `registry-too-deep`.
 */
export function checkTree(key: RegistryKey, minorVersion: number, level = 1): void {
  if (level > MOST_LEVELS) {
    throw new LifeboatError("registry-too-deep", say.tooDeep(MOST_LEVELS), { kind: "usage" });
  }
  checkKeyName(key.name);
  checkClassName(key.className ?? "");
  if (key.security.length > MOST_DESCRIPTOR_BYTES) {
    throw new LifeboatError(
      "registry-data-too-large",
      say.dataTooLarge(key.security.length, MOST_DESCRIPTOR_BYTES),
      { kind: "usage" },
    );
  }
  for (const { name, data } of key.values) {
    checkValueName(name);
    checkDataSize(minorVersion, data.length);
  }
  checkDistinct(key.values);
  checkDistinct(key.subkeys);
  for (const subkey of key.subkeys) checkTree(subkey, minorVersion, level + 1);
}

function checkDistinct(named: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    const folded = foldName(name);
    if (seen.has(folded)) {
      throw new LifeboatError("registry-duplicate", say.duplicate(name), { kind: "usage" });
    }
    seen.add(folded);
  }
}

function badName(name: string): LifeboatError {
  return new LifeboatError("registry-name", say.badName(name), { kind: "usage" });
}
