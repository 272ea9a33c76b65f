/** Planning a sync: holds the source against the stick, writes nothing, and returns plain data that `carryOut` executes. */
import { posix } from "node:path";
import type { VolumeEntry, WritableVolume } from "../../filesystems/volume.ts";
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { sameFile, sameMoment, secondsOf } from "../data/collect.ts";
import type { IsoRecord } from "../manifest.ts";
import type { SyncAction, SyncReason } from "./action.ts";
import { say } from "./messages.ts";
import { layRoom } from "./room.ts";
import type { SyncRules } from "./rules.ts";
import { selectFiles } from "./select.ts";
import type { MeasuredFile, SyncFile, SyncSource } from "./source.ts";
import type { SyncState, SyncedFile } from "./state.ts";
import { isStill, keyOf } from "./state.ts";

export interface SyncPlan {
  /** See `SyncRules.name`. */
  readonly source: string;
  /** In the order in which they are carried out; what is kept or skipped at the end. */
  readonly actions: readonly SyncAction[];
  readonly copyBytes: number;
  readonly freeBefore: number;
  readonly freeAfter: number;
  /** How much room is missing: with more than 0 the plan can't be carried out. */
  readonly missingBytes: number;
  readonly notes: readonly Text[];
}

export interface StickSide {
  readonly volume: WritableVolume;
  readonly records: readonly IsoRecord[];
  readonly state: SyncState;
}

/** @throws LifeboatError what asking the source throws. */
export async function planSync(
  source: SyncSource,
  rules: SyncRules,
  stick: StickSide,
  job: JobContext,
): Promise<SyncPlan> {
  const id = rules.name ?? source.id;
  const wanted = selectFiles(source.files, rules);
  const actions: SyncAction[] = [];
  const taken = new Map<string, string>();
  for (const file of wanted) {
    job.signal.throwIfAborted();
    const path = await placeOf(file, rules.to, stick.volume);
    const other = taken.get(keyOf(path));
    taken.set(keyOf(path), file.path);
    if (other !== undefined) actions.push(skip(file, path, say.sameNameTwice(other)));
    else actions.push(await planOne(file, path, source, stick));
  }
  // A library without a single file that fits is more likely not mounted than given up.
  if (wanted.length > 0) actions.push(...(await planRetired(id, rules, taken, stick)));
  const room = layRoom(actions, stick.volume);
  const copies = room.actions.filter(({ file }) => file !== undefined);
  return {
    source: id,
    actions: room.actions,
    copyBytes: copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    freeBefore: stick.volume.freeBytes,
    freeAfter: room.freeAfter,
    missingBytes: room.missingBytes,
    notes: [
      ...source.notes,
      ...(stick.state.isDamaged ? [say.badState("/lifeboat/sync.json")] : []),
    ],
  };
}

/** Where it goes, under names that the file system can hold; folders that are there as the stick spells them. */
async function placeOf(file: SyncFile, to: string, volume: WritableVolume): Promise<string> {
  let path = "/";
  for (const part of `${to}/${file.path}`.split("/")) {
    if (part === "") continue;
    path = posix.join(path, volume.storableName(part));
    path = (await volume.find(path))?.path ?? path;
  }
  return path;
}

async function planOne(
  file: SyncFile,
  path: string,
  source: SyncSource,
  stick: StickSide,
): Promise<SyncAction> {
  const { volume } = stick;
  if (/^\/lifeboat(?:\/|$)/i.test(path)) return skip(file, path, say.ownFolder());
  const obstacle = await inTheWay(path, volume);
  if (obstacle !== undefined) return skip(file, path, say.inTheWay(obstacle));
  let measured: MeasuredFile;
  try {
    measured = await source.measure(file);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== "source-file-missing") throw failure;
    return skip(file, path, failure.text);
  }
  const { sizeBytes } = measured;
  if (sizeBytes > volume.maxFileBytes)
    return skip(measured, path, say.tooLarge(volume.maxFileBytes));
  const entry = await volume.find(path);
  const about = { path, sizeBytes };
  if (entry === undefined) {
    return { ...about, action: "add", reason: "new", why: say.isNew(), file: measured };
  }
  const { same, reason, why } = await compare(measured, entry, stick);
  if (same) return { ...about, action: "keep", reason, why };
  return { ...about, action: "replace", reason, why, file: measured, oldBytes: entry.sizeBytes };
}

/** A folder of the file's name, or a file of its folder's. */
async function inTheWay(path: string, volume: WritableVolume): Promise<string | undefined> {
  const entry = await volume.find(path);
  if (entry !== undefined && entry.kind !== "file") return entry.path;
  for (let folder = posix.dirname(path); folder !== "/"; folder = posix.dirname(folder)) {
    const found = await volume.find(folder);
    if (found !== undefined && found.kind !== "directory") return found.path;
  }
  return undefined;
}

async function compare(
  file: MeasuredFile,
  entry: VolumeEntry,
  stick: StickSide,
): Promise<{ same: boolean; reason: SyncReason; why: Text }> {
  if (file.sizeBytes !== entry.sizeBytes) {
    return { same: false, reason: "size", why: say.otherSize(entry.sizeBytes) };
  }
  const published = file.sums.filter(({ algorithm }) => algorithm === "sha256");
  const known = published.length === 0 ? undefined : await knownHash(entry, stick);
  if (known !== undefined) {
    return published.some(({ sum }) => sum === known)
      ? { same: true, reason: "same-checksum", why: say.sameChecksum() }
      : { same: false, reason: "checksum", why: say.otherChecksum() };
  }
  const modified = secondsOf(file);
  const there = secondsOf(entry);
  if (modified === null || there === null) {
    return { same: true, reason: "same-size", why: say.sameSize() };
  }
  return sameMoment(modified, there)
    ? { same: true, reason: "same-size-and-time", why: say.sameSizeAndTime() }
    : { same: false, reason: "time", why: say.otherTime() };
}

/** The SHA-256 of when it was put there, unless it has changed since. */
async function knownHash(
  entry: VolumeEntry,
  { volume, records, state }: StickSide,
): Promise<string | undefined> {
  const record = records.find(({ path }) => path === entry.path);
  if (record !== undefined && record.sha256 !== null) {
    const extents = (await volume.extents(entry.path)) ?? null;
    if (sameFile(record, entry, entry.sizeBytes === 0 ? [] : extents)) return record.sha256;
  }
  return state.files.find((synced) => isStill(synced, entry))?.sha256;
}

/** What earlier syncs from this source put there and it has no more. */
async function planRetired(
  id: string,
  rules: SyncRules,
  taken: ReadonlyMap<string, string>,
  { volume, state }: StickSide,
): Promise<SyncAction[]> {
  const retired = new Map<string, SyncedFile[]>();
  for (const synced of state.files) {
    const key = keyOf(synced.path);
    if (synced.source !== id || taken.has(key)) continue;
    retired.set(key, [...(retired.get(key) ?? []), synced]);
  }
  const actions: SyncAction[] = [];
  for (const entries of retired.values()) {
    const entry = await volume.find(entries[0]?.path ?? "/");
    if (entry?.kind !== "file") continue;
    const about = { path: entry.path, sizeBytes: entry.sizeBytes };
    if (!entries.some((synced) => isStill(synced, entry))) {
      actions.push({ ...about, action: "keep", reason: "changed-since", why: say.changedSince() });
    } else if (rules.remove === "never") {
      actions.push({ ...about, action: "keep", reason: "never-removed", why: say.neverRemoved() });
    } else {
      actions.push({ ...about, action: "remove", reason: "retired", why: say.retired() });
    }
  }
  return actions;
}

function skip(file: SyncFile, path: string, why: Text): SyncAction {
  return { action: "skip", path, sizeBytes: file.sizeBytes ?? 0, reason: "not-possible", why };
}
