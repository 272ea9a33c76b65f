/** The blob table ("offset table" in Microsoft's paper, "lookup table" in older programs): an entry for each content that is stored. */
import type { ByteRange } from "../../block/byte-range.ts";
import { Struct, bytes, u16le, u32le } from "../../block/struct.ts";
import { MIB } from "../../system/sizes.ts";
import type { WimHeader } from "./header.ts";
import { damaged } from "./header.ts";
import { say } from "./messages.ts";
import type { ResourceHeader } from "./resource-header.ts";
import { RESOURCE_FLAGS, liesInside, resourceHeader } from "./resource-header.ts";
import { checkTable } from "./table.ts";

const BlobEntry = new Struct("blob table entry", 50, {
  resource: resourceHeader,
  partNumber: u16le,
  referenceCount: u32le,
  sha1: bytes(20),
});

/** In the place of a size: the entry is a solid resource, and the blobs in it are among the entries beside it. */
const SOLID_RESOURCE = 0x1_0000_0000;

/** Ten million blobs; Windows has a hundred thousand. */
const LARGEST_BYTES = 512 * MIB;

const ENTRIES_AT_ONCE = 2048;

export interface Blob {
  readonly resource: ResourceHeader;
  /** `solid`: the packed bytes of several blobs. `in-solid`: one of these. `metadata`: the tree of an image. */
  readonly kind: "blob" | "metadata" | "solid" | "in-solid";
  readonly partNumber: number;
  readonly referenceCount: number;
  /** Of the unpacked content, in lower-case hex. */
  readonly sha1: string;
}

/**
 * The entries in their order, read piece by piece. What they say is not held against anything.
 * @param signal stops it between two pieces.
 * @throws LifeboatError `wim-truncated`, `wim-blob-table`.
 */
export async function* readBlobs(
  range: ByteRange,
  header: WimHeader,
  signal?: AbortSignal,
): AsyncGenerator<Blob> {
  const { blobTable } = header;
  checkTable(say.blobTable(), blobTable, range.size);
  const { offset, sizeInWim } = blobTable;
  if (sizeInWim > LARGEST_BYTES) {
    throw damaged("wim-blob-table", say.tableTooLarge(sizeInWim, LARGEST_BYTES));
  }
  if (sizeInWim % BlobEntry.size !== 0) throw damaged("wim-blob-table", say.tableSize(sizeInWim));
  const buffer = Buffer.alloc(Math.min(sizeInWim, ENTRIES_AT_ONCE * BlobEntry.size));
  for (let done = 0; done < sizeInWim; done += buffer.length) {
    signal?.throwIfAborted();
    const piece = buffer.subarray(0, Math.min(buffer.length, sizeInWim - done));
    await range.read(offset + done, piece);
    for (let at = 0; at < piece.length; at += BlobEntry.size) {
      const { resource, partNumber, referenceCount, sha1 } = BlobEntry.decode(piece, at);
      yield {
        resource,
        kind: kindOf(resource),
        partNumber,
        referenceCount,
        sha1: sha1.toString("hex"),
      };
    }
  }
}

function kindOf({ flags, originalSize }: ResourceHeader): Blob["kind"] {
  if ((flags & RESOURCE_FLAGS.solid) !== 0) {
    return originalSize === SOLID_RESOURCE ? "solid" : "in-solid";
  }
  return (flags & RESOURCE_FLAGS.metadata) === 0 ? "blob" : "metadata";
}

export interface BlobSummary {
  /** Contents of files. */
  readonly blobs: number;
  /** Trees of images; all in the first part of a split WIM. */
  readonly metadata: number;
  readonly solidResources: number;
  /** Of all contents, each once, unpacked. */
  readonly originalBytes: number;
  /** What all of it takes in this file. */
  readonly storedBytes: number;
  /** How many lie outside of the file, and where the farthest of them ends. */
  readonly outside: number;
  readonly outsideEnd: number;
}

/** Of this file: those of the other parts of a split WIM are in their own tables. */
export async function summarizeBlobs(
  range: ByteRange,
  header: WimHeader,
  signal?: AbortSignal,
): Promise<BlobSummary> {
  const sum = {
    blobs: 0,
    metadata: 0,
    solidResources: 0,
    originalBytes: 0,
    storedBytes: 0,
    outside: 0,
    outsideEnd: 0,
  };
  for await (const { kind, resource, partNumber } of readBlobs(range, header, signal)) {
    // An entry of another part says nothing of this file: wimlib passes over it as well.
    if (partNumber !== header.partNumber) continue;
    if (kind === "metadata") sum.metadata++;
    else if (kind === "solid") sum.solidResources++;
    else {
      sum.blobs++;
      // Inside of a solid resource the first size is that of the content, and the second nothing.
      sum.originalBytes += kind === "blob" ? resource.originalSize : resource.sizeInWim;
    }
    // Where a blob of a solid resource lies is said inside of that.
    if (kind === "in-solid") continue;
    sum.storedBytes += resource.sizeInWim;
    if (liesInside(resource, range.size)) continue;
    sum.outside++;
    sum.outsideEnd = Math.max(sum.outsideEnd, resource.offset + resource.sizeInWim);
  }
  return sum;
}
