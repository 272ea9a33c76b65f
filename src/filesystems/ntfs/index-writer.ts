/**
 * Changing an index: it is laid out anew beside the old one, and one write of the record that owns it makes the change. A
 * power cut leaves the old index or the new one.
 */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { nonResidentAttribute, residentAttribute, TYPE } from "./attribute.ts";
import type { Attribute } from "./attribute.ts";
import { STRIDE } from "./boot-sector.ts";
import type { Geometry } from "./boot-sector.ts";
import type { ClusterBitmap, Piece } from "./cluster-bitmap.ts";
import { beyondUs, volumeFull } from "./failures.ts";
import { roundUp } from "./fields.ts";
import { piecesOf, runsOfPieces } from "./file-record.ts";
import type { NtfsFile } from "./file-record.ts";
import { applyFixups, undoFixups } from "./fixups.ts";
import { buildIndex, MIN_ROOT_ROOM } from "./index-builder.ts";
import type { BuiltIndex } from "./index-builder.ts";
import type { IndexEntry, IndexKind } from "./index-node.ts";
import { IndexTree } from "./index-tree.ts";
import { attributeRoom, firstSectorRoom, fitsRecord, totalLength } from "./mft-record.ts";
import { contentsOf } from "./mft-writer.ts";
import type { MftWriter } from "./mft-writer.ts";
import { runsOf } from "./runs.ts";
import type { Run } from "./runs.ts";
import { touch } from "./standard-information.ts";

/** Blocks of Windows and mkntfs are 4096 bytes; smaller ones may not hold two long names. */
const MIN_BLOCK_BYTES = 2048;
/** Larger index bitmaps move out of the record. */
const MAX_RESIDENT_BITMAP = 64;

export interface WriteParts {
  readonly volume: ByteRange;
  readonly geometry: Geometry;
  readonly clusters: ClusterBitmap;
  readonly mft: MftWriter;
}

/**
 * Replaces the entries of an index by what `edit` makes of them (leaf entries, in order).
 * @throws LifeboatError `ntfs-beyond-us`, `volume-full`: nothing has changed then.
 */
export async function changeIndex(
  parts: WriteParts,
  file: NtfsFile,
  name: string,
  edit: (entries: readonly IndexEntry[]) => readonly Buffer[],
  now: Date,
): Promise<void> {
  const tree = IndexTree.open(file, name, parts.volume, parts.geometry);
  await writeIndex(parts, file, name, tree.root, edit(await tree.entries()), now);
}

/**
 * Writes an index anew, whatever it is now.
 * @param leaves its entries as they lie in a leaf, in order.
 * @param now the time of the change; without it the file's times stay.
 * @throws LifeboatError `ntfs-beyond-us`, `volume-full`: nothing has changed then.
 */
export async function writeIndex(
  parts: WriteParts,
  file: NtfsFile,
  name: string,
  kind: IndexKind,
  leaves: readonly Buffer[],
  now?: Date,
): Promise<void> {
  const { geometry, clusters, volume, mft } = parts;
  const what = `the index ${name} of MFT record ${file.record.number}`;
  if (file.hasList) throw beyondUs(`${what} has an attribute list`);
  if (kind.blockBytes < MIN_BLOCK_BYTES)
    throw beyondUs(`${what} has blocks of ${kind.blockBytes} bytes`);

  const others = file.attributes.filter((attribute) => !isPartOf(attribute, name));
  const kept = others.map((attribute) => touched(attribute, now));
  const rootHeader = residentAttribute(TYPE.indexRoot, Buffer.alloc(0), { name }).length;
  const used = totalLength(kept) + rootHeader;
  const room = attributeRoom(geometry.recordBytes) - used;
  if (room < MIN_ROOT_ROOM) throw beyondUs(`${what} has no room in its record`);
  // A record whose first sector alone changes can't be torn, so entries go to blocks rather than into the second one.
  const inSector = firstSectorRoom(geometry.recordBytes, volume.sectorSize) - used;
  let built = buildIndex(kind, geometry, leaves, Math.min(inSector, room));
  if (clustersFor(built, geometry) > clusters.freeClusters) {
    built = buildIndex(kind, geometry, leaves, room);
  }

  const old: Room = {
    blocks: allocated(runsOfPieces(piecesOf(file, TYPE.indexAllocation, name), geometry)),
    others: allocated(runsOfPieces(piecesOf(file, TYPE.bitmap, name), geometry)),
  };
  const taken: Piece[] = [];
  try {
    const attributes = await placeIndex(parts, built, name, { taken, old });
    const all = inOrder([...kept, ...attributes]);
    if (!fitsRecord(all, geometry.recordBytes)) throw beyondUs(`${what} has no room in its record`);
    clusters.commit(taken);
    await clusters.store();
    // Everything that the record will lead to, the new file's own records too, is there before it.
    await volume.flush();
    const contents = { ...contentsOf(file.record), attributes: all };
    if (!(await mft.changesOneSector(contents))) {
      // Without the new time it may be one sector; the time then is another one's write.
      const untimed = inOrder([...others.map(({ raw }) => raw), ...attributes]);
      const first = { ...contents, attributes: untimed };
      if (await mft.changesOneSector(first)) {
        await mft.write(first);
        await volume.flush();
      }
    }
    await mft.write(contents);
  } catch (error) {
    clusters.release(taken);
    throw error;
  }
  await volume.flush();
  clusters.free([...old.blocks, ...old.others]);
  await clusters.store();
}

function clustersFor({ blocks, blockBytes }: BuiltIndex, geometry: Geometry): number {
  return Math.ceil((blocks.length * blockBytes) / geometry.clusterBytes);
}

/** Clusters that an index has and gives up: those of its blocks, and those of its bitmap. */
interface Room {
  blocks: Piece[];
  others: Piece[];
}

/**
 * Writes the blocks of an index to new clusters, which it adds to `taken`; returns the attributes that find them. On a volume
 * without a free cluster the blocks go over the old ones, which then leave `old`: else nobody could remove a file there.
 */
async function placeIndex(
  parts: WriteParts,
  built: BuiltIndex,
  name: string,
  room: { readonly taken: Piece[]; readonly old: Room },
): Promise<Buffer[]> {
  const { geometry, volume, clusters } = parts;
  const { clusterBytes } = geometry;
  const root = residentAttribute(TYPE.indexRoot, built.root, { name });
  if (built.blocks.length === 0) return [root];
  const store = async (value: Buffer, reusable?: Room): Promise<Run[]> => {
    const wanted = Math.ceil(value.length / clusterBytes);
    const fresh = clusters.reserve(wanted);
    const pieces = fresh ?? reuse(reusable, wanted);
    if (pieces === undefined) {
      throw volumeFull(value.length, clusters.freeClusters * clusterBytes);
    }
    if (fresh !== undefined) room.taken.push(...fresh);
    else await renumber(parts, pieces, value, built.blockBytes);
    await writePieces(volume, clusterBytes, pieces, value);
    return runsOf(pieces);
  };
  // Before the blocks: these may go over old ones, and then there is no way back for want of room.
  const used = Buffer.alloc(roundUp(Math.ceil(built.blocks.length / 8), 8));
  for (let block = 0; block < built.blocks.length; block++) {
    used[block >> 3] = (used[block >> 3] ?? 0) | (1 << (block & 7));
  }
  const bitmap =
    used.length <= MAX_RESIDENT_BITMAP
      ? residentAttribute(TYPE.bitmap, used, { name })
      : nonResidentAttribute(TYPE.bitmap, await store(used), clusterBytes, used.length, { name });
  const blocks = Buffer.concat(built.blocks);
  const allocation = nonResidentAttribute(
    TYPE.indexAllocation,
    await store(blocks, room.old),
    clusterBytes,
    blocks.length,
    { name },
  );
  return [root, allocation, bitmap];
}

/** Gives blocks that go over old ones a number that none of those has: else nobody would see that one is torn. */
async function renumber(
  { volume, geometry }: WriteParts,
  pieces: readonly Piece[],
  blocks: Buffer,
  blockBytes: number,
): Promise<void> {
  const numbers = new Set<number>();
  for (const { lcn, clusters } of pieces) {
    const { clusterBytes } = geometry;
    const old = await readBytes(volume, lcn * clusterBytes, clusters * clusterBytes);
    for (let at = STRIDE; at <= old.length; at += STRIDE) numbers.add(old.readUInt16LE(at - 2));
  }
  let number = 1;
  while (numbers.has(number)) number++;
  for (let at = 0; at < blocks.length; at += blockBytes) {
    const block = blocks.subarray(at, at + blockBytes);
    undoFixups(block, "an index block");
    applyFixups(block, number);
  }
}

/** Takes the first clusters out of an index's old room, where it has so many. */
function reuse(room: Room | undefined, clusters: number): Piece[] | undefined {
  const have = room?.blocks.reduce((sum, piece) => sum + piece.clusters, 0) ?? 0;
  if (room === undefined || have < clusters) return undefined;
  const kept: Piece[] = [];
  const left: Piece[] = [];
  let missing = clusters;
  for (const { lcn, clusters: length } of room.blocks) {
    const take = Math.min(length, missing);
    if (take > 0) kept.push({ lcn, clusters: take });
    if (take < length) left.push({ lcn: lcn + take, clusters: length - take });
    missing -= take;
  }
  room.blocks = left;
  return kept;
}

/** Writes a value over pieces of the volume; the rest of the last cluster becomes zero. */
export async function writePieces(
  volume: ByteRange,
  clusterBytes: number,
  pieces: readonly Piece[],
  value: Uint8Array,
): Promise<void> {
  let at = 0;
  for (const piece of pieces) {
    const length = Math.min(piece.clusters * clusterBytes, value.length - at);
    const start = piece.lcn * clusterBytes;
    await volume.write(start, value.subarray(at, at + length));
    at += length;
    const slack = roundUp(length, clusterBytes) - length;
    if (slack > 0) await volume.write(start + length, Buffer.alloc(slack));
  }
}

/** The clusters of runs, holes left out. */
export function allocated(runs: readonly Run[]): Piece[] {
  return runs.flatMap(({ lcn, clusters }) => (lcn === undefined ? [] : [{ lcn, clusters }]));
}

/** Encoded attributes in the order of their types; those of one type keep theirs. */
function inOrder(attributes: readonly Buffer[]): Buffer[] {
  return attributes.toSorted((a, b) => a.readUInt32LE(0) - b.readUInt32LE(0));
}

function isPartOf(attribute: Attribute, index: string): boolean {
  const types: readonly number[] = [TYPE.indexRoot, TYPE.indexAllocation, TYPE.bitmap];
  return attribute.name === index && types.includes(attribute.type);
}

/** An attribute as it was, with the time of the change where it holds times. */
function touched(attribute: Attribute, now: Date | undefined): Buffer {
  const { raw, type, value } = attribute;
  if (now === undefined || type !== TYPE.standardInformation || value === undefined) return raw;
  const changed = Buffer.from(raw);
  const at = raw.readUInt16LE(20);
  touch(changed.subarray(at, at + value.length), now);
  return changed;
}
