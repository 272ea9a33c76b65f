/** From the anchor to the logical volume: ECMA-167 part 3. */
import type { ByteRange } from "../../block/byte-range.ts";
import { Struct, bytes, u16le, u32le } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import type { ReadCache } from "../optical/cache.ts";
import { longAd } from "./fields.ts";
import { damaged, say } from "./messages.ts";
import { TAG, TAG_BYTES, decodeTag } from "./tag.ts";

/** Discs have 2,048; images of hard disks and sticks mostly 512. */
const SECTOR_SIZES = [2048, 512, 4096, 1024];
/** ECMA-167 3/8.4.2.1: anchors stand at two of these: 256, N − 256, N. */
const ANCHOR_SECTOR = 256;
/** A sequence has sixteen sectors, and six to ten descriptors. */
const MAX_SEQUENCE_SECTORS = 256;
const MAX_POINTER_HOPS = 8;

/** ECMA-167 3/10.2. */
const Anchor = new Struct("UDF anchor volume descriptor pointer", 32, {
  tag: bytes(TAG_BYTES),
  mainLength: u32le,
  mainSector: u32le,
  reserveLength: u32le,
  reserveSector: u32le,
});

/** ECMA-167 3/10.1, as far as it is used. */
const PrimaryVolume = new Struct("UDF primary volume descriptor", 200, {
  tag: bytes(TAG_BYTES),
  sequenceNumber: u32le,
  primaryNumber: u32le,
  volumeId: bytes(32),
  sequence: bytes(16),
  volumeSetId: bytes(128),
});

/** ECMA-167 3/10.5, as far as it is used. */
const Partition = new Struct("UDF partition descriptor", 196, {
  tag: bytes(TAG_BYTES),
  sequenceNumber: u32le,
  flags: u16le,
  number: u16le,
  contents: bytes(32),
  contentsUse: bytes(128),
  accessType: u32le,
  startSector: u32le,
  sectors: u32le,
});

/** ECMA-167 3/10.6; the partition maps follow. */
const LogicalVolume = new Struct("UDF logical volume descriptor", 440, {
  tag: bytes(TAG_BYTES),
  sequenceNumber: u32le,
  charset: bytes(64),
  volumeId: bytes(128),
  blockBytes: u32le,
  domainId: bytes(32),
  /** "Logical volume contents use", which UDF gives to the file set descriptor's address (UDF 2.60, 2.2.4.4). */
  fileSet: longAd,
  mapTableBytes: u32le,
  mapCount: u32le,
  implementationId: bytes(32),
  implementationUse: bytes(128),
  integrityExtent: bytes(8),
});

/** UDF 2.60, 2.1.5.3: in a domain identifier's suffix, the revision as binary-coded decimals. */
const DOMAIN_REVISION_OFFSET = 24;

export type PartitionDescriptor = Infer<typeof Partition>;

export interface VolumeStructure {
  readonly sectorBytes: number;
  readonly primary: Infer<typeof PrimaryVolume>;
  readonly logical: Infer<typeof LogicalVolume>;
  readonly partitionMaps: Buffer;
  readonly partitions: readonly PartitionDescriptor[];
  /** `2.50`, as the domain identifier says. */
  readonly revision: string;
}

/** @throws LifeboatError `not-udf`; `udf-damaged` where neither the main nor the reserve sequence is whole. */
export async function readVolumeStructure(
  range: ByteRange,
  cache: ReadCache,
): Promise<VolumeStructure> {
  let found = false;
  for await (const { anchor, sectorBytes } of anchors(range, cache)) {
    found = true;
    const sequences = [
      { sector: anchor.mainSector, length: anchor.mainLength },
      { sector: anchor.reserveSector, length: anchor.reserveLength },
    ];
    for (const sequence of sequences) {
      const structure = await readSequence(cache, sectorBytes, sequence);
      if (structure !== undefined) return structure;
    }
  }
  if (!found) throw damaged("not-udf", say.noVolume());
  throw damaged("udf-damaged", say.noDescriptors());
}

async function* anchors(
  range: ByteRange,
  cache: ReadCache,
): AsyncGenerator<{ anchor: Infer<typeof Anchor>; sectorBytes: number }> {
  for (const sectorBytes of SECTOR_SIZES) {
    const last = Math.floor(range.size / sectorBytes) - 1;
    for (const sector of [ANCHOR_SECTOR, last - ANCHOR_SECTOR, last]) {
      if (sector < ANCHOR_SECTOR || sector > last) continue;
      const found = await cache.read("UDF", sector * sectorBytes, 512);
      const tag = decodeTag(found);
      if (tag?.identifier !== TAG.anchor || tag.location !== sector) continue;
      yield { anchor: Anchor.decode(found), sectorBytes };
    }
  }
}

interface Sequence {
  readonly sector: number;
  readonly length: number;
}

/** A sequence's prevailing descriptors (ECMA-167 3/8.4.3: the highest sequence number); undefined where one is missing. */
async function readSequence(
  cache: ReadCache,
  sectorBytes: number,
  sequence: Sequence,
): Promise<VolumeStructure | undefined> {
  let primary: Infer<typeof PrimaryVolume> | undefined;
  let logical: { decoded: Infer<typeof LogicalVolume>; sector: Buffer } | undefined;
  const partitions = new Map<number, PartitionDescriptor>();
  for await (const { id, sector } of descriptorsOf(cache, sectorBytes, sequence)) {
    if (id === TAG.primaryVolume) primary = prevailing(primary, PrimaryVolume.decode(sector));
    if (id === TAG.partition) {
      const decoded = Partition.decode(sector);
      partitions.set(decoded.number, prevailing(partitions.get(decoded.number), decoded));
    }
    if (id === TAG.logicalVolume) {
      const decoded = LogicalVolume.decode(sector);
      if (prevailing(logical?.decoded, decoded) === decoded) logical = { decoded, sector };
    }
  }
  if (primary === undefined || logical === undefined || partitions.size === 0) return undefined;
  const { decoded, sector } = logical;
  const mapsEnd = LogicalVolume.size + decoded.mapTableBytes;
  if (mapsEnd > sector.length) return undefined;
  return {
    sectorBytes,
    primary,
    logical: decoded,
    partitionMaps: sector.subarray(LogicalVolume.size, mapsEnd),
    partitions: [...partitions.values()],
    revision: revisionOf(decoded.domainId),
  };
}

async function* descriptorsOf(
  cache: ReadCache,
  sectorBytes: number,
  start: Sequence,
): AsyncGenerator<{ id: number; sector: Buffer }> {
  let sequence: Sequence | undefined = start;
  for (let hops = 0; sequence !== undefined && hops < MAX_POINTER_HOPS; hops++) {
    const first: number = sequence.sector;
    const count = Math.min(Math.floor(sequence.length / sectorBytes), MAX_SEQUENCE_SECTORS);
    sequence = undefined;
    for (let index = 0; index < count; index++) {
      const offset = (first + index) * sectorBytes;
      if (offset + sectorBytes > cache.size) return;
      const sector = await cache.read("UDF", offset, sectorBytes);
      const tag = decodeTag(sector);
      if (tag === undefined || tag.location !== first + index) continue;
      if (tag.identifier === TAG.terminating) return;
      if (tag.identifier === TAG.volumePointer) {
        // ECMA-167 3/10.3: the extent where the sequence goes on.
        sequence = { length: sector.readUInt32LE(20), sector: sector.readUInt32LE(24) };
        break;
      }
      yield { id: tag.identifier, sector };
    }
  }
}

function prevailing<T extends { sequenceNumber: number }>(old: T | undefined, found: T): T {
  return old === undefined || found.sequenceNumber >= old.sequenceNumber ? found : old;
}

function revisionOf(domainId: Buffer): string {
  const digits = domainId.readUInt16LE(DOMAIN_REVISION_OFFSET).toString(16).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
