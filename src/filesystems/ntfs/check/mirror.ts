/** $MFTMirr, the copy of the MFT's first records, against those. */
import { readBytes } from "../../../block/byte-range.ts";
import type { FindingList } from "../../check.ts";
import { TYPE } from "../attribute.ts";
import { isDamage } from "../failures.ts";
import { runsOfPieces } from "../file-record.ts";
import type { Mft } from "../mft.ts";
import { decodeRecord, RECORD } from "../mft-record.ts";
import type { MftRecord } from "../mft-record.ts";
import { fix, say } from "./messages.ts";
import { recordName, STAGE } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

const LEAST_MIRRORED = 4;
/** One cluster of 2 MiB. */
const MOST_MIRRORED = 2048;

interface Copy {
  readonly raw: Buffer;
  /** Undefined where it can't be read. */
  readonly record: MftRecord | undefined;
  /** What ntfs-3g compares: the record up to its end, fixups undone. */
  readonly inUse: Buffer;
}

/**
 * Compares them, and says how the one gets right from the other.
 * @returns false where the MFT's first records must be mended before anything else can be read.
 */
export async function checkMirror(mft: Mft, list: FindingList<RepairWriter>): Promise<boolean> {
  const { volume, geometry } = mft;
  const { recordBytes, clusterBytes, mftMirrorLcn } = geometry;
  const own = decoded(await mft.raw(RECORD.mftMirror), RECORD.mftMirror).record;
  const data = own?.attributes.filter(({ type, name }) => type === TYPE.data && name === "") ?? [];
  const place = own === undefined ? undefined : runsOfPieces(data, geometry)[0];
  const sizeBytes = data[0]?.nonResident?.dataBytes ?? 0;
  const room = own === undefined ? LEAST_MIRRORED : Math.floor(sizeBytes / recordBytes);
  const records = Math.min(room, mft.records, MOST_MIRRORED);
  const start = mftMirrorLcn * clusterBytes;
  const isThere = own === undefined || place?.lcn === mftMirrorLcn;
  if (!isThere || start + records * recordBytes > volume.size) {
    list.add({
      id: "mirror-place",
      severity: "error",
      where: "$MFTMirr",
      what: say.mirrorPlace(),
      fix: fix.letWindows(),
      stage: STAGE.boot,
      mend: undefined,
    });
    return true;
  }
  let isReadable = true;
  for (let number = 0; number < records; number++) {
    const at = number * recordBytes;
    const original = decoded(await mft.raw(number), number);
    const copy = decoded(await readBytes(volume, start + at, recordBytes), number);
    if (original.record !== undefined) {
      const isUsed = original.record.inUse || number < LEAST_MIRRORED;
      if (!isUsed || original.inUse.equals(copy.inUse)) continue;
      list.add({
        id: "mirror-differs",
        severity: "warning",
        where: `$MFTMirr, ${recordName(number)}`,
        what: say.mirrorDiffers(),
        fix: fix.mirrorFromMft(),
        stage: STAGE.boot,
        mend: async (writer) => writer.patch(start + at, original.raw),
      });
    } else if (copy.record !== undefined) {
      if (number < LEAST_MIRRORED) isReadable = false;
      list.add({
        id: "mirrored-record",
        severity: "error",
        where: recordName(number),
        what: say.mirroredRecord(),
        fix: fix.mftFromMirror(),
        stage: STAGE.boot,
        mend: async () => mft.stream.write(at, copy.raw),
      });
    }
  }
  return isReadable;
}

function decoded(raw: Buffer, number: number): Copy {
  const plain = Buffer.from(raw);
  try {
    const record = decodeRecord(plain, number);
    return { raw, record, inUse: plain.subarray(0, record.header.bytesInUse) };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { raw, record: undefined, inUse: plain.subarray(0, 0) };
  }
}
