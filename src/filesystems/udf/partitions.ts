/** Partition maps: ECMA-167 3/10.7, UDF 2.60 2.2.8 to 2.2.10. From a logical block to bytes of the medium. */
import type { ReadCache } from "../optical/cache.ts";
import type { Run } from "../optical/content.ts";
import { LifeboatError } from "../../system/errors.ts";
import { FILE_TYPE_METADATA, readFileEntry } from "./file-entry.ts";
import { damaged, say } from "./messages.ts";
import type { Space } from "./space.ts";
import type { PartitionDescriptor, VolumeStructure } from "./volume-descriptors.ts";

const MAP_TYPE_PHYSICAL = 1;
const MAP_TYPE_NAMED = 2;
const NAMED_MAP_BYTES = 64;
/** A volume has one partition map or two; the metadata kind adds one. */
const MAX_MAPS = 16;
const METADATA_PARTITION = "*UDF Metadata Partition";

type Locate = (what: string, block: number, length: number) => Run[];

/** @throws LifeboatError `unsupported-partition` for virtual and sparable partitions; `udf-damaged`. */
export async function openPartitions(structure: VolumeStructure, cache: ReadCache): Promise<Space> {
  const blockBytes = structure.logical.blockBytes;
  if (![512, 1024, 2048, 4096].includes(blockBytes)) {
    throw damaged("udf-damaged", say.badField("logical volume", "block size", blockBytes));
  }
  const partitions: Locate[] = [];
  const space: Space = {
    cache,
    blockBytes,
    locate: (what, address, length) => {
      const partition = partitions[address.partition];
      if (partition === undefined) {
        throw damaged("outside-partition", say.outsidePartition(what, address.block));
      }
      return partition(what, address.block, length);
    },
  };
  for (const map of mapsOf(structure.partitionMaps, structure.logical.mapCount)) {
    partitions.push(await openMap(structure, space, map));
  }
  return space;
}

function* mapsOf(table: Buffer, count: number): Generator<Buffer> {
  if (count > MAX_MAPS) throw damaged("udf-damaged", say.badField("logical volume", "maps", count));
  let at = 0;
  for (let index = 0; index < count; index++) {
    const length = at + 2 <= table.length ? table.readUInt8(at + 1) : 0;
    if (length < 6 || at + length > table.length) {
      throw damaged("udf-damaged", say.badField("partition map", "length", length));
    }
    yield table.subarray(at, at + length);
    at += length;
  }
}

async function openMap(structure: VolumeStructure, space: Space, map: Buffer): Promise<Locate> {
  const type = map.readUInt8(0);
  if (type === MAP_TYPE_PHYSICAL) {
    return physical(structure, partitionOf(structure, map.readUInt16LE(4)), space.blockBytes);
  }
  const name =
    type === MAP_TYPE_NAMED && map.length === NAMED_MAP_BYTES
      ? map.toString("latin1", 5, 28).replace(/\0+$/, "")
      : `type ${type}`;
  if (name !== METADATA_PARTITION) {
    throw new LifeboatError("unsupported-partition", say.unsupportedPartition(name), {
      kind: "refused",
      hint: say.unsupportedHint(),
    });
  }
  const base = partitionOf(structure, map.readUInt16LE(38));
  return metadata(physical(structure, base, space.blockBytes), space, map);
}

function partitionOf(structure: VolumeStructure, number: number): PartitionDescriptor {
  const found = structure.partitions.find((partition) => partition.number === number);
  if (found === undefined) {
    throw damaged("udf-damaged", say.badField("partition map", "partition number", number));
  }
  return found;
}

function physical(
  structure: VolumeStructure,
  partition: PartitionDescriptor,
  blockBytes: number,
): Locate {
  const start = partition.startSector * structure.sectorBytes;
  const size = partition.sectors * structure.sectorBytes;
  return (what, block, length) => {
    const offset = block * blockBytes;
    if (offset + length > size) {
      throw damaged("outside-partition", say.outsidePartition(what, block));
    }
    return [{ start: start + offset, length }];
  };
}

/** UDF 2.60, 2.2.10 and 2.2.13: the metadata partition's blocks are those of a file; a mirror of its entry is kept. */
async function metadata(base: Locate, space: Space, map: Buffer): Promise<Locate> {
  const baseSpace: Space = {
    ...space,
    locate: (what, address, length) => base(what, address.block, length),
  };
  const main = map.readUInt32LE(40);
  const mirror = map.readUInt32LE(44);
  const runs = await metadataRuns(baseSpace, main).catch((cause: unknown) => {
    if (!(cause instanceof LifeboatError)) throw cause;
    return metadataRuns(baseSpace, mirror);
  });
  return (what, block, length) => slice(runs, what, block, block * space.blockBytes, length);
}

async function metadataRuns(space: Space, block: number): Promise<readonly Run[]> {
  const entry = await readFileEntry(space, "metadata file", { block, partition: 0 });
  if (!FILE_TYPE_METADATA.includes(entry.fileType) || entry.content.kind !== "runs") {
    throw damaged("udf-damaged", say.badField("metadata file", "type", entry.fileType));
  }
  return entry.content.runs;
}

/** The part of `runs` that begins `offset` bytes in and is `length` long. */
function slice(
  runs: readonly Run[],
  what: string,
  block: number,
  offset: number,
  length: number,
): Run[] {
  const found: Run[] = [];
  let at = 0;
  let left = length;
  for (const run of runs) {
    const skip = Math.max(0, offset - at);
    at += run.length;
    if (skip >= run.length || left === 0) continue;
    if (run.start === undefined) break;
    const take = Math.min(run.length - skip, left);
    found.push({ start: run.start + skip, length: take });
    left -= take;
    offset += take;
  }
  if (left > 0) throw damaged("outside-partition", say.outsidePartition(what, block));
  return found;
}
