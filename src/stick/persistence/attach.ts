/** `refresh` finds the persistence file of each ISO anew, wherever its bytes lie now. Reads only. */
import type { Extent } from "../../block/byte-range.ts";
import { failureOf } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { readSuperblock } from "../../filesystems/ext4/index.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { REFRESH_PROBLEMS } from "../as-found.ts";
import type { IsoRecord, PersistenceFile } from "../manifest.ts";
import { say } from "./messages.ts";
import { persistencePath } from "./place.ts";

/**
 * The records with the files that are there, and with what is wrong with them as problems of the ISO.
 * @param records as they were found.
 */
export async function attachPersistence(
  records: readonly IsoRecord[],
  data: ReadableVolume,
): Promise<IsoRecord[]> {
  const attached: IsoRecord[] = [];
  for (const record of records) attached.push(await attachOne(record, data));
  return attached;
}

async function attachOne(record: IsoRecord, data: ReadableVolume): Promise<IsoRecord> {
  if (record.persistence === undefined) return record;
  const found = await lookAt(persistencePath(record.path), data);
  if (found === undefined) return record;
  const withWarning = (id: string, text: Text): IsoRecord => {
    return { ...record, problems: [...record.problems, { id, severity: "warning", text }] };
  };
  if ("unusable" in found) {
    return withWarning(REFRESH_PROBLEMS.persistenceUnusable, found.unusable);
  }
  const { label, ...persistenceFile } = found;
  const wanted = record.persistence.label;
  if (label === wanted) return { ...record, persistenceFile };
  const text = say.otherLabel(found.path, label, wanted);
  return { ...withWarning(REFRESH_PROBLEMS.persistenceLabel, text), persistenceFile };
}

/** Undefined where there is no such file. */
export async function lookAt(
  path: string,
  data: ReadableVolume,
): Promise<(PersistenceFile & { label: string }) | { unusable: Text } | undefined> {
  try {
    const entry = await data.find(path);
    if (entry?.kind !== "file") return undefined;
    const extents = (await data.extents(entry.path)) ?? [];
    if (extents.length === 0 || !inSectors(extents)) return { unusable: say.notAddressable(path) };
    const { uuid, label } = await readSuperblock(await data.open(entry.path));
    return { path: entry.path, extents, uuid, ...(await checkOf(entry.path, data)), label };
  } catch (error) {
    return { unusable: say.unusable(path, failureOf(error).text) };
  }
}

/** What the hook holds against the partition before it lets anything be written. */
async function checkOf(path: string, data: ReadableVolume): Promise<{ check?: string }> {
  const found = await data.whereabouts?.(path);
  if (found === undefined) return {};
  const parts = found.parts.map(({ start, length }) => `${start}+${length}`).join(",");
  return { check: `${found.sha256}@${parts}` };
}

/** The hook maps sectors of 512 bytes; a file that ends within one keeps the rest of its cluster. */
function inSectors(extents: readonly Extent[]): boolean {
  return extents.every(
    ({ start, length }, index) =>
      start % 512 === 0 && (length % 512 === 0 || index === extents.length - 1),
  );
}
