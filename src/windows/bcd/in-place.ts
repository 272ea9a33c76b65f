/** Changes carried out on a store's file: what isn't changed keeps its bytes, and the file as it was stays beside it. */
import { LifeboatError } from "../../system/errors.ts";
import type { StoreChange } from "./edit.ts";
import { withChanges } from "./edit.ts";
import { fileSay } from "./file-messages.ts";
import { replaceKeeping } from "./safe-replace.ts";
import { storeTree } from "./store.ts";
import type { StoreFile } from "./store-file.ts";
import { serialiseStore } from "./store-file.ts";

/** @throws LifeboatError `bcd-dirty` (kind `refused`). */
export function requireClean({ hive, path }: StoreFile): void {
  if (!hive.dirty) return;
  throw new LifeboatError("bcd-dirty", fileSay.dirty(path), {
    kind: "refused",
    hint: fileSay.dirtyHint(),
  });
}

/**
 * @returns the path of the copy of what the file was.
 * @throws LifeboatError `bcd-dirty`, `bcd-write-failed`.
 */
export async function editStore(file: StoreFile, changes: readonly StoreChange[]): Promise<string> {
  requireClean(file);
  return replaceKeeping(file.path, file.bytes, changedBytes(file, changes));
}

function changedBytes({ store, hive }: StoreFile, changes: readonly StoreChange[]): Buffer {
  return serialiseStore(storeTree(withChanges(store, changes)), hive);
}
