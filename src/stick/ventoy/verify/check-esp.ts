/**
 * Ventoy's partition, looked at as a FAT16 volume: that its FATs agree, that each file has as many clusters as its size wants, and that no
 * two have the same one. Less than the check of FAT32 does: nothing is said of clusters that no file has.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import type { FatVolume } from "../../../filesystems/fat32/index.ts";
import { readGeometry } from "../../../filesystems/fat32/geometry.ts";
import { walk } from "../../../filesystems/walk.ts";
import { failureOf } from "../../../system/errors.ts";
import type { VerifyFinding } from "../../verify/finding.ts";
import { error, warning } from "../../verify/finding.ts";
import { say } from "./messages.ts";

const WHERE = "partition 2";
/** A damaged folder may seem to have any number. */
const MOST_ENTRIES = 10_000;

export async function checkEspVolume(
  range: ByteRange,
  volume: FatVolume,
  fix: VerifyFinding["fix"],
): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  if (volume.bits !== 16) {
    found.push(warning("ventoy-not-fat16", say.notFat16(volume.bits), WHERE, fix));
  }
  if (await fatsDiffer(range))
    found.push(warning("ventoy-fats-differ", say.fatsDiffer(), WHERE, fix));
  const taken: { readonly start: number; readonly end: number; readonly path: string }[] = [];
  try {
    for await (const { path, kind } of walk(volume, { maxEntries: MOST_ENTRIES })) {
      if (kind !== "file") continue;
      try {
        for (const { start, length } of await volume.extents(path)) {
          taken.push({ start, end: start + length, path });
        }
      } catch (cause) {
        const { text } = failureOf(cause);
        found.push(error("ventoy-file-damaged", say.fileDamaged(path, text), WHERE, fix));
      }
    }
  } catch (cause) {
    found.push(
      error("ventoy-folder-damaged", say.folderDamaged(failureOf(cause).text), WHERE, fix),
    );
  }
  taken.sort((a, b) => a.start - b.start);
  let last: (typeof taken)[number] | undefined;
  for (const one of taken) {
    if (last !== undefined && one.start < last.end) {
      const what = say.sharedClusters(last.path, one.path);
      found.push(error("ventoy-shared-clusters", what, WHERE, fix));
    }
    if (last === undefined || one.end > last.end) last = one;
  }
  return found;
}

async function fatsDiffer(range: ByteRange): Promise<boolean> {
  const { fatStarts, clusterCount, bits } = await readGeometry(range);
  const [first, ...others] = fatStarts;
  if (first === undefined) return false;
  // 32 MiB in clusters of a sector have a FAT of 128 KiB.
  const bytes = Math.min(Math.ceil(((clusterCount + 2) * bits) / 8), 1 << 20);
  const wanted = await readBytes(range, first, bytes);
  for (const start of others) {
    if (!(await readBytes(range, start, bytes)).equals(wanted)) return true;
  }
  return false;
}
