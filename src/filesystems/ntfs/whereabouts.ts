/**
 * Where NTFS says where a file lies: in its MFT records, sequence number and flags (in use), and the $DATA attribute with its runs.
 * Left out: everything with times in it, and the last two bytes of each sector, which change whenever the record is written
 * (libntfs' layout.h, NTFS_RECORD); what belongs there stands in the record's header.
 */
import type { Extent } from "../../block/byte-range.ts";
import { partOf } from "../whereabouts.ts";
import { TYPE } from "./attribute.ts";
import { STRIDE } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import type { NtfsFile } from "./file-record.ts";
import type { MftRecord } from "./mft-record.ts";
import type { Run } from "./runs.ts";

const SEQUENCE = { from: 16, length: 2 };
const FLAGS = { from: 22, length: 2 };
const FIXUP_BYTES = 2;

/** @param mft the runs of the MFT. */
export function ntfsParts(geometry: Geometry, mft: readonly Run[], file: NtfsFile): Extent[] {
  const { clusterBytes, recordBytes } = geometry;
  const table = mft.map(({ lcn = 0, clusters }) => {
    return { start: lcn * clusterBytes, length: clusters * clusterBytes };
  });
  return [file.record, ...file.extensions].flatMap((record) =>
    partsOfRecord(record).flatMap(({ start, length }) =>
      partOf(table, record.number * recordBytes + start, length),
    ),
  );
}

/** Within the record. */
function partsOfRecord({ header, attributes }: MftRecord): Extent[] {
  const parts: Extent[] = [
    { start: SEQUENCE.from, length: SEQUENCE.length },
    { start: FLAGS.from, length: FLAGS.length },
  ];
  let at = header.attributesOffset;
  for (const { type, name, raw } of attributes) {
    if (type === TYPE.data && name === "") {
      parts.push(...withoutFixups(at, at + raw.length, header.fixupsOffset));
    }
    at += raw.length;
  }
  return parts;
}

function withoutFixups(from: number, to: number, fixupsOffset: number): Extent[] {
  const parts: Extent[] = [];
  for (let at = from; at < to;) {
    const stride = Math.floor(at / STRIDE);
    const fixup = (stride + 1) * STRIDE - FIXUP_BYTES;
    parts.push({ start: at, length: Math.max(0, Math.min(to, fixup) - at) });
    // The first number is the one at the sectors' ends; those behind it are what belongs there.
    if (to > fixup) {
      parts.push({ start: fixupsOffset + (stride + 1) * FIXUP_BYTES, length: FIXUP_BYTES });
    }
    at = fixup + FIXUP_BYTES;
  }
  return parts.filter(({ length }) => length > 0);
}
