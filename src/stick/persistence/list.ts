/** What persistence files a stick has, and which of them belong to no ISO. */
import { readSuperblock } from "../../filesystems/ext4/index.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { walk } from "../../filesystems/walk.ts";
import { failureOf } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import { readActiveSlot, readSlot } from "../menu/slots.ts";
import type { Stick } from "../stick.ts";
import { openDataToRead } from "../stick.ts";
import { PERSISTENCE_FOLDER, isoPathOf } from "./place.ts";

export interface PersistenceEntry {
  readonly path: string;
  /** The ISO that keeps its changes in it; null where there is none of that name, or it can't keep any. */
  readonly iso: string | null;
  readonly sizeBytes: number;
  /** Null where there is no ext4 in it; free as far as its superblock knows, which a running system writes now and then. */
  readonly volume: { label: string; uuid: string; freeBytes: number } | null;
}

/** In the medium's order. */
export async function listPersistence(stick: Stick, run: Run): Promise<PersistenceEntry[]> {
  const data = await openDataToRead(stick, run);
  if ((await data.find(PERSISTENCE_FOLDER))?.kind !== "directory") return [];
  const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
  const isos = new Map(
    (slot?.records.isos ?? []).flatMap(({ path, persistenceFile }) =>
      persistenceFile === undefined ? [] : [[persistenceFile.path, path] as const],
    ),
  );
  const found: PersistenceEntry[] = [];
  for await (const { path, kind, sizeBytes } of walk(data, { from: PERSISTENCE_FOLDER })) {
    if (kind !== "file" || isoPathOf(path) === undefined) continue;
    const volume = await describe(path, data);
    found.push({ path, iso: isos.get(path) ?? null, sizeBytes, volume });
  }
  return found;
}

async function describe(path: string, data: ReadableVolume): Promise<PersistenceEntry["volume"]> {
  try {
    const superblock = await readSuperblock(await data.open(path));
    const { label, uuid, freeBlocks, blockSize } = superblock;
    return { label, uuid, freeBytes: freeBlocks * blockSize };
  } catch (error) {
    failureOf(error);
    return null;
  }
}
