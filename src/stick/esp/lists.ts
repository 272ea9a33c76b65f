/** Lists of extents that are too long for the kernel line: they go to the ESP, each in a cpio for the hook. */
import { MemoryRange } from "../../block/memory.ts";
import { makeExtentList, makePersistenceList } from "../../boot/hook.ts";
import { blockList } from "../../menu/block-list.ts";
import type { IsoRecord, PersistenceFile } from "../manifest.ts";
import { listIdOf } from "./ids.ts";
import type { StoreFile } from "./store.ts";
import { STORE_FOLDERS } from "./store.ts";

/** x86 Linux takes 2,048 characters in all; the rest is for the system's own arguments. */
const LONGEST_LIST = 700;
/** Beside the ISO's own list, and what an entry with persistence needs besides; and of what the file is known by. */
const LONGEST_PERSISTENCE_LIST = 300;

/** Undefined where the kernel line has room for it. */
export function extentListFile({ extents }: IsoRecord, folder: string): StoreFile | undefined {
  if (blockList(extents ?? []).length <= LONGEST_LIST) return undefined;
  return {
    path: `${folder}/extents.cpio`,
    source: new MemoryRange(makeExtentList(extents ?? [])),
  };
}

/** The same for a persistence file. */
export function persistenceListFile(file: PersistenceFile): StoreFile | undefined {
  const lists = [blockList(file.extents), file.check ?? ""];
  if (lists.every(({ length }) => length <= LONGEST_PERSISTENCE_LIST)) return undefined;
  return {
    path: `${STORE_FOLDERS.boot}/${listIdOf(file)}/persist.cpio`,
    source: new MemoryRange(makePersistenceList(file.extents, file.check)),
  };
}
