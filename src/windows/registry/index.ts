/**
 * Registry hives, by Maxim Suhanov's "Windows registry file format specification": read over a byte range, written anew from a
 * tree, edited in place, and recovered from their transaction logs.
 *
 * Small hives (BCD stores) are best read whole (`readKeyTree`) and written anew (`serialiseHive`); large ones (SYSTEM) are
 * navigated (`Hive.find`) and edited (`editHive`, `HiveEditor`).
 *
 * Not here: transactional logs of the CLFS (TxR), layered keys, hives of Windows NT 3.
 */
export { applyEdits, editHive } from "./edit-hive.ts";
export type { HiveEdit } from "./edit-hive.ts";
export { readHive } from "./hive.ts";
export type { Hive } from "./hive.ts";
export type { HiveKey, HiveValue } from "./hive-key.ts";
export { HiveEditor } from "./hive-editor.ts";
export type { HiveEditOptions, NewKeyOptions } from "./hive-editor.ts";
export { compareNames } from "./names.ts";
export { recoverHive } from "./log/recover.ts";
export type { RecoveredHive } from "./log/recover.ts";
export { readKeyTree } from "./read-tree.ts";
export type { ReadTreeOptions } from "./read-tree.ts";
export { serialiseHive } from "./serialise.ts";
export type { SerialiseOptions } from "./serialise.ts";
export type { RegistryKey, RegistryValue } from "./tree.ts";
