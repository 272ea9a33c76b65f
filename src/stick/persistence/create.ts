/** Makes, lists and removes the files that live systems keep their changes in. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { rangeOfExtents } from "../../block/concatenation.ts";
import { openFile } from "../../block/file.ts";
import type { Reservation, WritableVolume } from "../../filesystems/volume.ts";
import { formatForSmallFiles } from "../../filesystems/ext4/index.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import { findOnStick } from "../add.ts";
import { copyOnto } from "../data/copy.ts";
import { makeFolders } from "../data/folders.ts";
import { rangeOf } from "../data/volume.ts";
import type { IsoRecord } from "../manifest.ts";
import { readActiveSlot, readSlot } from "../menu/slots.ts";
import type { RefreshResult, RefreshTools } from "../refresh.ts";
import { refreshStick } from "../refresh.ts";
import type { Stick } from "../stick.ts";
import { openData } from "../stick.ts";
import { say } from "./messages.ts";
import { persistencePath } from "./place.ts";

/** Less holds a journal and little else. */
const LEAST_BYTES = 64 * MIB;
const LABEL = /^[\w.-]{1,16}$/;

export interface CreateOptions {
  /** Rounded down to whole MiB. */
  readonly sizeBytes: number;
  /** Default: the one that the ISO's family looks for. */
  readonly label?: string;
  /** See `copyOnto`. */
  readonly beforeReadBack?: () => Promise<void>;
}

export interface CreateResult extends RefreshResult {
  /** On the data partition. */
  readonly path: string;
  readonly iso: string;
  readonly sizeBytes: number;
  readonly label: string;
  readonly uuid: string;
  readonly extents: number;
}

/**
 * Makes the persistence file of an ISO and puts its entry into the menu.
 * @param name the ISO's path on the stick, or its name alone where it is there once.
 * @throws LifeboatError `no-such-iso`, `several-isos`, `not-in-menu`, `persistence-unsupported`, `persistence-exists`,
 *   `persistence-too-small`, `file-too-large`, `volume-full`, `bad-label`, `persistence-name`, `tool-missing`,
 *   `read-back-mismatch`; the stick is then as it was.
 */
export async function createPersistence(
  stick: Stick,
  name: string,
  options: CreateOptions,
  tools: RefreshTools,
  job: JobContext,
): Promise<CreateResult> {
  const volume = await openData(stick, tools.run);
  const iso = await findIso(stick, volume, name);
  const { persistence } = iso;
  if (persistence === undefined) {
    throw usage("persistence-unsupported", say.notSupported(iso.path), say.notSupportedHint());
  }
  const label = options.label ?? persistence.label;
  if (!LABEL.test(label)) throw usage("bad-label", say.badLabel(label));
  const path = persistencePath(iso.path);
  await checkPath(path, volume);
  const sizeBytes = Math.floor(options.sizeBytes / MIB) * MIB;
  checkSize(sizeBytes, volume);

  const uuid = randomUUID();
  const { files, folders } = persistence;
  const now = new Date();
  job.report({ kind: "step", text: say.formatting(path) });
  const extents = await withImage(sizeBytes, async (image) => {
    const format = { path: image, sizeBytes, label, uuid, files, folders, run: tools.run, now };
    const used = await formatForSmallFiles(format);
    await makeFolders(dirname(path), volume);
    const reservation = await volume.reserve(sizeBytes);
    try {
      const place = { range: rangeOf(stick.data), reservation };
      await copyUsed(image, used, place, path, job, options.beforeReadBack);
      job.signal.throwIfAborted();
      await reservation.commit(path, now);
      await stick.disk.flush();
    } catch (error) {
      await reservation.release().catch(() => undefined);
      throw error;
    }
    return reservation.extents.length;
  });
  const refreshed = await refreshStick(stick, tools, job);
  return { ...refreshed, path, iso: iso.path, sizeBytes, label, uuid, extents };
}

/**
 * Gives up an ISO's changes, and its entry in the menu.
 * @param name an ISO's path or name, or the path of a persistence file whose ISO is gone.
 * @throws LifeboatError `no-persistence`, and those for a name that fits none or several.
 */
export async function removePersistence(
  stick: Stick,
  name: string,
  tools: RefreshTools,
  job: JobContext,
): Promise<RefreshResult & { readonly path: string }> {
  const volume = await openData(stick, tools.run);
  const path = await findPersistence(stick, volume, name);
  await volume.remove(path);
  await stick.disk.flush();
  return { ...(await refreshStick(stick, tools, job)), path };
}

/** The path of the file that `removePersistence` would remove: for the question before it. */
export async function findPersistence(
  stick: Stick,
  volume: WritableVolume,
  name: string,
): Promise<string> {
  const direct = await volume.find(persistencePath(name.startsWith("/") ? name : `/${name}`));
  if (direct?.kind === "file") return direct.path;
  const iso = await findIso(stick, volume, name);
  const entry = await volume.find(persistencePath(iso.path));
  if (entry?.kind === "file") return entry.path;
  throw usage("no-persistence", say.none(iso.path), say.noneHint());
}

async function findIso(stick: Stick, volume: WritableVolume, name: string): Promise<IsoRecord> {
  const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
  const isos = slot?.records.isos ?? [];
  const path = await findOnStick(name, isos, async (one) => volume.find(one));
  const iso = isos.find((one) => one.path === path);
  if (iso === undefined) throw usage("not-in-menu", say.notInMenu(path), say.refreshFirst());
  return iso;
}

async function checkPath(path: string, volume: WritableVolume): Promise<void> {
  const name = posix.basename(path);
  if (volume.storableName(name) !== name) {
    throw usage("persistence-name", say.badName(path), say.badNameHint());
  }
  if ((await volume.find(path)) !== undefined) {
    throw usage("persistence-exists", say.exists(path), say.existsHint());
  }
}

function checkSize(sizeBytes: number, volume: WritableVolume): void {
  if (sizeBytes < LEAST_BYTES) {
    throw usage("persistence-too-small", say.tooSmall(sizeBytes, LEAST_BYTES), say.tooSmallHint());
  }
  if (sizeBytes > volume.maxFileBytes) {
    const text = say.tooLarge(sizeBytes, volume.maxFileBytes, volume.fileSystem);
    throw usage("file-too-large", text, say.tooLargeHint());
  }
  if (sizeBytes > volume.freeBytes) {
    const text = say.noRoom(sizeBytes, volume.freeBytes);
    throw new LifeboatError("volume-full", text, { hint: say.noRoomHint() });
  }
}

/** A sparse file of that length, which is gone afterwards: only the file system's own structures take room in it. */
async function withImage<T>(sizeBytes: number, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "lifeboat-persistence-"));
  try {
    const path = join(folder, "volume.img");
    await writeFile(path, "");
    await truncate(path, sizeBytes);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the file system has written, zeroes too, and nothing of what it holds for free: gigabytes need not be. */
async function copyUsed(
  image: string,
  used: readonly Extent[],
  place: { range: ByteRange; reservation: Reservation },
  path: string,
  job: JobContext,
  beforeReadBack?: () => Promise<void>,
): Promise<void> {
  const file = await openFile(image);
  try {
    const target = rangeOfExtents(place.range, place.reservation.extents);
    const source = rangeOfExtents(file, used);
    const options = beforeReadBack === undefined ? {} : { beforeReadBack };
    await copyOnto(source, rangeOfExtents(target, used), path, job, options);
  } finally {
    await file.close();
  }
}

function usage(code: string, text: LifeboatError["text"], hint?: LifeboatError["text"]) {
  return new LifeboatError(code, text, { kind: "usage", ...(hint && { hint }) });
}
