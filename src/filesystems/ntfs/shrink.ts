/**
 * An NTFS volume made smaller. What says how large it is: the boot sector and its copy in the partition's last sector, the length of
 * $Bitmap, and that of the sparse stream $BadClus:$Bad. The journal is emptied, as by everybody who writes past it (ntfs-3g).
 */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import { SectorWriter } from "../sector-writer.ts";
import type { ShrinkRoom } from "../shrink.ts";
import { nonResidentAttribute, TYPE } from "./attribute.ts";
import { BootSector } from "./boot-sector.ts";
import { ClusterBitmap } from "./cluster-bitmap.ts";
import { beyondUs } from "./failures.ts";
import { roundUp, writeU64 } from "./fields.ts";
import { openPieces, piecesOf, runsOfPieces } from "./file-record.ts";
import { logState } from "./log-file.ts";
import { say } from "./messages.ts";
import { RECORD } from "./mft-record.ts";
import type { MftRecord } from "./mft-record.ts";
import { contentsOf, MftWriter } from "./mft-writer.ts";
import { loadNtfs, openNtfs } from "./reader.ts";
import type { Loaded } from "./reader.ts";
import { prepareForWriting } from "./refusal.ts";
import { needsRepair } from "./volume-information.ts";

/** $Bitmap's length is a multiple of this (libntfs, ntfsresize). */
const BITMAP_UNIT = 8;
const BAD = "$Bad";

/**
 * Reads only.
 * @throws LifeboatError `ntfs-dirty`, `ntfs-log-in-use` where Windows has to look at it first; `ntfs-beyond-us` for bad clusters; what
 * `openNtfs` throws.
 */
export async function ntfsShrinkRoom(range: ByteRange): Promise<ShrinkRoom> {
  const loaded = await loadNtfs(range);
  const { geometry, information, mft } = loaded;
  const details = { kind: "refused", hint: say.cleanHint() } as const;
  if (needsRepair(information)) throw new LifeboatError("ntfs-dirty", say.refusedDirty(), details);
  const log = piecesOf(await mft.file(RECORD.logFile), TYPE.data);
  if ((await logState(openPieces(log, range, geometry, "$LogFile"))) === "in-use") {
    throw new LifeboatError("ntfs-log-in-use", say.refusedLog(), details);
  }
  badClusters(await mft.file(RECORD.badClusters), loaded);
  const { bitmap } = await openBitmap(loaded);
  const { clusterBytes, sectorBytes } = geometry;
  const boot = BootSector.decode(await readBytes(range, 0, 512));
  // The boot sector's copy lies in the sector behind the volume.
  const presentBytes = (boot.totalSectors + 1) * sectorBytes;
  const most = Math.min(presentBytes, range.size);
  const least = bitmap.lastInUse * clusterBytes + sectorBytes;
  return { presentBytes: most, leastBytes: Math.min(least, most) };
}

/**
 * Cuts the volume so that it and the copy of its boot sector fill `bytes`, which nothing in use lies behind (`ntfsShrinkRoom`).
 * Cut off in the middle, the volume has its new size, and a $Bitmap that is longer than it needs; on clusters larger than 4 KiB $MFTMirr may be
 * ahead of $MFT by one record, which a repair puts right.
 * @throws LifeboatError `ntfs-dirty`, `ntfs-hibernated`, `ntfs-log-in-use`, `ntfs-beyond-us`; what reading and writing throw.
 */
export async function shrinkNtfs(range: ByteRange, bytes: number): Promise<void> {
  const loaded = await loadNtfs(range);
  const { geometry, mft } = loaded;
  const { bitmap, record: bitmapRecord } = await openBitmap(loaded);
  const { clusterBytes, sectorBytes } = geometry;
  const totalSectors = Math.floor(bytes / sectorBytes) - 1;
  const clusters = Math.floor((totalSectors * sectorBytes) / clusterBytes);
  if (clusters > geometry.clusters || clusters < bitmap.lastInUse) {
    throw new RangeError(`the volume can't be cut to ${bytes} bytes`);
  }
  const bad = badClusters(await mft.file(RECORD.badClusters), loaded);
  await prepareForWriting(loaded, await hibernation(range));
  const writer = new SectorWriter(range);

  const boot = await readBytes(range, 0, 512);
  const resized = BootSector.encode({ ...BootSector.decode(boot), totalSectors });
  await writer.patch(totalSectors * sectorBytes, resized);
  await writer.flush();
  await writer.patch(0, resized);
  await writer.flush();

  const records = await MftWriter.open(mft, bitmap);
  const write = async (record: MftRecord, attributes: readonly Buffer[]) => {
    await records.write({ ...contentsOf(record), attributes });
    await range.flush();
  };
  const length = roundUp(Math.ceil(clusters / 8), BITMAP_UNIT);
  await bitmap.endAt(clusters, length);
  await range.flush();
  const shorter = bitmapRecord.attributes.map((attribute) => {
    const { raw, type, name, nonResident } = attribute;
    if (type !== TYPE.data || name !== "" || nonResident === undefined) return raw;
    const copy = Buffer.from(raw);
    // Data and initialized length; the clusters stay its own.
    writeU64(copy, 48, length);
    writeU64(copy, 56, length);
    return copy;
  });
  await write(bitmapRecord, shorter);
  const hole = nonResidentAttribute(
    TYPE.data,
    [{ vcn: 0, lcn: undefined, clusters }],
    clusterBytes,
    clusters * clusterBytes,
    { name: BAD, initializedBytes: 0 },
  );
  const attributes = bad.attributes.map(({ raw, type, name }) =>
    type === TYPE.data && name === BAD ? hole : raw,
  );
  await write(bad, attributes);
}

async function hibernation(range: ByteRange): Promise<ByteRange | undefined> {
  const volume = await openNtfs(range);
  const found = await volume.find("/hiberfil.sys");
  return found?.kind === "file" ? volume.open(found.path) : undefined;
}

type NtfsFile = Awaited<ReturnType<Loaded["mft"]["file"]>>;

async function openBitmap({ mft, range, geometry }: Loaded) {
  const file = await mft.file(RECORD.bitmap);
  const pieces = piecesOf(file, TYPE.data);
  if (file.hasList || pieces.length !== 1) throw beyondUs("$Bitmap is in too many pieces");
  const stream = openPieces(pieces, range, geometry, "$Bitmap", { writable: true });
  return { bitmap: await ClusterBitmap.load(stream, geometry.clusters), record: file.record };
}

/** @throws LifeboatError `ntfs-beyond-us` where there are bad clusters, or Windows writes the stream in another way. */
function badClusters(file: NtfsFile, { geometry }: Loaded) {
  const pieces = piecesOf(file, TYPE.data, BAD);
  const [only] = pieces;
  const plain = pieces.length === 1 && only?.nonResident !== undefined && only.flags === 0;
  if (file.hasList || !plain) throw beyondUs("the list of its bad clusters isn't a plain hole");
  if (runsOfPieces(pieces, geometry).some(({ lcn }) => lcn !== undefined)) {
    throw beyondUs("it has bad clusters");
  }
  return file.record;
}
