/** Run lists ("mapping pairs"): which clusters of the volume a non-resident attribute occupies. */
import type { Extent } from "../../block/byte-range.ts";
import { damaged } from "./failures.ts";

/** Clusters in a row. `vcn` counts within the attribute, `lcn` within the volume (undefined: a hole). */
export interface Run {
  readonly vcn: number;
  readonly lcn: number | undefined;
  readonly clusters: number;
}

/** Far beyond every volume, and small enough that bytes stay exact numbers. */
const MAX_VCN = 2 ** 53 / (2 << 20);

/**
 * Decodes mapping pairs that begin at `firstVcn`. Each is a byte with two lengths, a signed number of clusters and a signed
 * distance from the run before; a distance of no bytes is a hole.
 * @throws LifeboatError `ntfs-damaged` where a run lies outside the volume's `clusters`.
 */
export function decodeRuns(pairs: Buffer, firstVcn: number, clusters: number): Run[] {
  const runs: Run[] = [];
  let vcn = firstVcn;
  let lcn = 0;
  for (let at = 0; at < pairs.length;) {
    const head = pairs.readUInt8(at);
    if (head === 0) break;
    const lengthBytes = head & 15;
    const distanceBytes = head >> 4;
    const end = at + 1 + lengthBytes + distanceBytes;
    if (lengthBytes === 0 || lengthBytes > 8 || distanceBytes > 8 || end > pairs.length) {
      throw damaged("a run list", "a mapping pair has an impossible length");
    }
    const length = readSigned(pairs, at + 1, lengthBytes);
    if (length <= 0 || vcn + length > MAX_VCN) {
      throw damaged("a run list", `a run of ${length} clusters`);
    }
    if (distanceBytes === 0) {
      runs.push({ vcn, lcn: undefined, clusters: length });
    } else {
      lcn += readSigned(pairs, at + 1 + lengthBytes, distanceBytes);
      if (lcn < 0 || lcn + length > clusters) {
        throw damaged("a run list", `${length} clusters at ${lcn} lie outside the volume`);
      }
      runs.push({ vcn, lcn, clusters: length });
    }
    vcn += length;
    at = end;
  }
  return runs;
}

/** Encodes runs as mapping pairs, with the zero that ends them. Distances begin at 0 as they do in every attribute record. */
export function encodeRuns(runs: readonly Run[]): Buffer {
  const parts: Buffer[] = [];
  let previous = 0;
  for (const run of runs) {
    const length = encodeSigned(run.clusters);
    const distance = run.lcn === undefined ? Buffer.alloc(0) : encodeSigned(run.lcn - previous);
    previous = run.lcn ?? previous;
    parts.push(Buffer.from([(distance.length << 4) | length.length]), length, distance);
  }
  parts.push(Buffer.alloc(1));
  return Buffer.concat(parts);
}

/** Runs of the volume, in order, as the run list of an attribute that begins with them. */
export function runsOf(pieces: readonly { lcn: number; clusters: number }[]): Run[] {
  let vcn = 0;
  return pieces.map(({ lcn, clusters }) => {
    const run = { vcn, lcn, clusters };
    vcn += clusters;
    return run;
  });
}

/** How many clusters a run list spans, holes included. */
export function clustersOf(runs: readonly Run[]): number {
  const last = runs.at(-1);
  return last === undefined ? 0 : last.vcn + last.clusters;
}

/** Byte extents of the first `sizeBytes` of runs without holes, adjacent ones joined. */
export function extentsOf(runs: readonly Run[], clusterBytes: number, sizeBytes: number): Extent[] {
  const extents: { start: number; length: number }[] = [];
  for (const run of runs) {
    if (run.lcn === undefined) throw new RangeError("a hole has no extent");
    const length = Math.min(run.clusters * clusterBytes, sizeBytes - run.vcn * clusterBytes);
    if (length <= 0) break;
    const start = run.lcn * clusterBytes;
    const last = extents.at(-1);
    if (last !== undefined && last.start + last.length === start) last.length += length;
    else extents.push({ start, length });
  }
  return extents;
}

function readSigned(from: Buffer, at: number, size: number): number {
  if (size <= 6) return from.readIntLE(at, size);
  let value = 0n;
  for (let index = size - 1; index >= 0; index--) {
    value = (value << 8n) | BigInt(from.readUInt8(at + index));
  }
  return Number(BigInt.asIntN(size * 8, value));
}

/** The shortest little-endian two's complement form. */
function encodeSigned(value: number): Buffer {
  let size = 1;
  while (value < -(2 ** (8 * size - 1)) || value >= 2 ** (8 * size - 1)) size++;
  const into = Buffer.alloc(size);
  into.writeIntLE(value, 0, size);
  return into;
}
