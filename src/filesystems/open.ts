/** The front door: a volume by what it holds. Each reader is loaded when it is needed. */
import type { ByteRange } from "../block/byte-range.ts";
import { hasUdf, recognise } from "./recognise.ts";
import type { ReadableVolume } from "./volume.ts";

export { recognise } from "./recognise.ts";
export type { Recognised } from "./recognise.ts";

/**
 * Opens the volume that begins at the start of `range`; undefined where it holds no file system that lifeboat reads.
 *
 * A volume that is both ISO 9660 and UDF is opened as the one that has its files: see `openOptical`.
 * @throws LifeboatError what the file system's reader throws where its volume is damaged.
 */
export async function openVolume(range: ByteRange): Promise<ReadableVolume | undefined> {
  const found = await recognise(range);
  switch (found) {
    case "exfat":
      return (await import("./exfat/index.ts")).openExfat(range);
    case "ntfs":
      return (await import("./ntfs/index.ts")).openNtfs(range);
    case "fat32":
      return (await import("./fat32/index.ts")).openFat(range);
    case "ext4":
      return (await import("./ext4/index.ts")).openExt4(range);
    case "udf":
      return (await import("./udf/index.ts")).openUdf(range);
    case "iso9660":
      return openOptical(range);
    case "swap":
    case "squashfs":
    case "luks":
    case "bitlocker":
    case undefined:
      break;
  }
  return undefined;
}

/** A file in ISO 9660 is this long at most, but for multi-extent files, which Windows does not read. */
const MAX_EXTENT_FILE_BYTES = 2 ** 32;
/** What the ISO 9660 tree of a Windows ISO holds: a text that says this disc needs UDF. */
const STUB_NAME = /^readme(\.txt)?$/i;

/**
 * Windows ISOs keep their files in UDF, with a stub beside it; others made with both have the same files in both. Rock
 * Ridge wins always, for its names and links; a volume without it that may hold files over 4 GiB is read as UDF, because
 * some tools write such files' lengths cut off into ISO 9660.
 */
async function openOptical(range: ByteRange): Promise<ReadableVolume> {
  const { openIso9660 } = await import("./iso9660/index.ts");
  const iso = await openIso9660(range);
  if (iso.tree === "rock-ridge" || !(await hasUdf(range))) return iso;
  const root = await iso.list("/");
  const isStub = root.every((entry) => entry.kind === "file" && STUB_NAME.test(entry.name));
  if (!isStub && range.size <= MAX_EXTENT_FILE_BYTES) return iso;
  const { openUdf } = await import("./udf/index.ts");
  return openUdf(range);
}
