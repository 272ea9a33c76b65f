/**
 * Whether what an upgrade writes before the first partition has its place: Ventoy's core image goes from behind a GPT of 128 entries
 * to 1 MiB, whatever lies there. Reads only.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { ENTRY_COUNT, ENTRY_SIZE } from "../../disks/gpt/entries.ts";
import { readGpt } from "../../disks/gpt/read.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { say } from "./messages.ts";
import type { VentoySurvey } from "./survey.ts";

const ENTRIES_LBA = 2;

/**
 * @param path of `disk`, for messages.
 * @throws LifeboatError `ventoy-table-place` (refused).
 */
export async function refuseLayout(
  disk: ByteRange,
  path: string,
  { scheme }: VentoySurvey,
): Promise<void> {
  if (scheme === "gpt" && !(await isUsualGpt(disk))) {
    throw refusal("ventoy-table-place", say.tablePlace(), say.tablePlaceHint(path));
  }
}

/** That the primary copy ends before the core image begins. A damaged one is known by its backup, which has as many entries. */
async function isUsualGpt(disk: ByteRange): Promise<boolean> {
  const { used, table, primary, backup } = await readGpt(disk);
  const { header } = used === "backup" ? backup : primary;
  if (table === undefined || header === undefined) return false;
  const bytes = header.entryCount * header.entrySize;
  return table.entriesLba === ENTRIES_LBA && bytes <= ENTRY_COUNT * ENTRY_SIZE;
}

function refusal(code: string, text: Text, hint: Text): LifeboatError {
  return new LifeboatError(code, text, { kind: "refused", hint });
}
