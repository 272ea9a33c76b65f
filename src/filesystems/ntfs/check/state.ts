/** Whether Windows has work to finish on a volume: then what lies on it isn't to be changed, and may not even be what it means. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { NtfsReader } from "../reader.ts";
import type { Loaded } from "../reader.ts";
import { refusalToWrite } from "../refusal.ts";
import { fix } from "./messages.ts";
import type { Report } from "./survey.ts";

/** By the writer's refusals: the id of the finding, and whether the rest can be checked all the same. */
const STATES: Readonly<Record<string, { id: string; mayBeRead: boolean }>> = {
  "ntfs-log-in-use": { id: "journal-in-use", mayBeRead: false },
  "ntfs-hibernated": { id: "hibernated", mayBeRead: false },
  "ntfs-dirty": { id: "dirty", mayBeRead: true },
};
const OTHER = { id: "other-version", mayBeRead: true };

export async function workOfWindows(
  loaded: Loaded,
): Promise<{ finding: Report | undefined; mayBeRead: boolean }> {
  const refusal = await refusalToWrite(loaded, await hibernationOf(loaded));
  if (refusal === undefined) return { finding: undefined, mayBeRead: true };
  const { id, mayBeRead } = STATES[refusal.code] ?? OTHER;
  const common = { severity: "warning" as const, where: "$Volume", fix: fix.letWindows() };
  return { finding: { ...common, id, what: refusal.text }, mayBeRead };
}

/** The contents of hiberfil.sys; undefined where there is none, or it can't be found. */
async function hibernationOf(loaded: Loaded): Promise<ByteRange | undefined> {
  try {
    const reader = new NtfsReader(loaded);
    const found = await reader.find("/hiberfil.sys");
    return found?.kind === "file" ? await reader.open(found.path) : undefined;
  } catch (error) {
    if (error instanceof LifeboatError) return undefined;
    throw error;
  }
}
