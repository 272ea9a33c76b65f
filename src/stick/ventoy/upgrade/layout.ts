/**
 * Whether what an upgrade writes has its place: the release's image in the partition behind the user's, and the core image from
 * behind a GPT of 128 entries, or an MBR, to 1 MiB, whatever lies there. Reads only.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { VENTOY_CHECK } from "../../../boot/ventoy/device-check.ts";
import { coreRun } from "../../../boot/ventoy/geometry.ts";
import { ENTRY_COUNT, ENTRY_SIZE } from "../../../disks/gpt/entries.ts";
import { readGpt } from "../../../disks/gpt/read.ts";
import { readPartitions } from "../../../disks/partitions.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { Text } from "../../../system/text.ts";
import { say } from "./messages.ts";
import type { VentoySurvey } from "../survey.ts";

const ENTRIES_LBA = 2;
/** Of Ventoy's own checks, those of where its two partitions lie. */
const OF_PLACES: readonly number[] = [VENTOY_CHECK.dataStart, VENTOY_CHECK.efiPlace];

/**
 * @param path of `disk`, for messages.
 * @throws LifeboatError `ventoy-partition-place`, `ventoy-table-place` (refused).
 */
export async function refuseLayout(
  disk: ByteRange,
  path: string,
  survey: VentoySurvey,
): Promise<void> {
  const { scheme, deviceCheck } = survey;
  const wrong = deviceCheck.find(({ code, ok }) => !ok && OF_PLACES.includes(code));
  const gap = gapBefore(survey);
  if (wrong?.code === VENTOY_CHECK.efiPlace && gap > 0) {
    const hint = say.gapHint(path, survey.esp.startLba - 1);
    throw refusal("ventoy-partition-place", say.gap(gap), hint);
  }
  if (wrong !== undefined) {
    throw refusal("ventoy-partition-place", wrong.what, say.partitionPlaceHint(path));
  }
  // Ventoy's checks go by the first two entries, and there may be others.
  const core = coreRun(scheme);
  const { partitions } = await readPartitions(disk);
  const early = partitions.find(({ startLba }) => startLba < core.startLba + core.sectors);
  if (early !== undefined) {
    const text = say.tooEarly(early.number, early.startLba);
    throw refusal("ventoy-partition-place", text, say.partitionPlaceHint(path));
  }
  if (scheme === "gpt" && !(await isUsualGpt(disk))) {
    throw refusal("ventoy-table-place", say.tablePlace(), say.tablePlaceHint(path));
  }
}

/**
 * Sectors that lie free between the user's partition and Ventoy's, which begins right behind it where Ventoy made both; 0 where they are not
 * partitions 1 and 2.
 */
export function gapBefore({ data, esp }: Pick<VentoySurvey, "data" | "esp">): number {
  if (data.number !== 1 || esp.number !== 2) return 0;
  return Math.max(0, esp.startLba - data.startLba - data.sectors);
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
