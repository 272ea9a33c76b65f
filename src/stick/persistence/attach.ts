/** `refresh` finds the persistence file of each ISO anew, wherever its bytes lie now. Reads only. */
import type { Extent } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { readSuperblock } from "../../filesystems/ext4/index.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import type { IsoRecord, PersistenceFile } from "../manifest.ts";
import { say } from "./messages.ts";
import { persistencePath } from "./place.ts";

const UNUSABLE = "persistence-unusable";
const OTHER_LABEL = "persistence-label";

/** The records with the files that are there, and with what is wrong with them as problems of the ISO. */
export async function attachPersistence(
  records: readonly IsoRecord[],
  data: ReadableVolume,
): Promise<IsoRecord[]> {
  const attached: IsoRecord[] = [];
  for (const record of records) attached.push(await attachOne(record, data));
  return attached;
}

async function attachOne(record: IsoRecord, data: ReadableVolume): Promise<IsoRecord> {
  const { persistenceFile: _old, ...rest } = record;
  const problems = record.problems.filter(({ id }) => id !== UNUSABLE && id !== OTHER_LABEL);
  const bare = { ...rest, problems };
  if (record.persistence === undefined) return bare;
  const found = await lookAt(persistencePath(record.path), data);
  if (found === undefined) return bare;
  const warn = (id: string, text: Text) =>
    problems.push({ id, severity: "warning" as const, text });
  if ("unusable" in found) {
    warn(UNUSABLE, found.unusable);
    return bare;
  }
  const { label, ...persistenceFile } = found;
  if (label !== record.persistence.label) {
    warn(OTHER_LABEL, say.otherLabel(found.path, label, record.persistence.label));
  }
  return { ...bare, persistenceFile };
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
    if (!(error instanceof LifeboatError) || error.kind === "cancelled") throw error;
    return { unusable: say.unusable(path, error.text) };
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
