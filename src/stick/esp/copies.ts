/**
 * What of an ISO must lie on the ESP. GRUB 2.06 reads wrong bytes where one extent ends and the next begins, so of ISOs that lie in
 * several pieces what GRUB itself must read (kernel and initrd) is copied there; the hook maps any number of extents correctly.
 * The files of an ISO that the hook wants (recipes' `hookFiles`) get a cpio around them. And EFI programs and floppies are copied
 * whole: they are small, and have nothing in them by which their entry could tell that they have moved.
 */
import { createHash } from "node:crypto";
import type { ByteRange } from "../../block/byte-range.ts";
import { MemoryRange } from "../../block/memory.ts";
import { makeExtentList, makeHookFiles, makePersistenceList } from "../../boot/hook.ts";
import type { Fat32Volume } from "../../filesystems/fat32/index.ts";
import { openEntryFile } from "../../iso/image-partitions.ts";
import { WHOLE_IMAGE, bootFiles } from "../../iso/method-paths.ts";
import { openImage } from "../../iso/open-image.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { blockList } from "../../menu/block-list.ts";
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import type { JobContext } from "../../system/progress.ts";
import { removeTree } from "./files.ts";
import type { IsoRecord, PersistenceFile } from "../manifest.ts";
import { menuEntry } from "../menu/entry.ts";
import { say } from "../messages.ts";

const FOLDER = "/lifeboat/boot";
/** x86 Linux takes 2,048 characters in all; the rest is for the system's own arguments. */
const LONGEST_LIST = 700;
/** Beside the ISO's own list, and what an entry with persistence needs besides; and of what the file is known by. */
const LONGEST_PERSISTENCE_LIST = 300;
/** A kernel or initrd beyond this is none. */
const LARGEST_COPY = 200 * MIB;
/** Of what the hook wants: drivers in packages. */
const LARGEST_HOOK_FILE = 16 * MIB;
/** Copies never take what the menus and the folders need. */
export const ROOM_FOR_MENUS = 8 * MIB;

/** True for an ISO that needs copies to be started. */
export function isInPieces(record: IsoRecord): boolean {
  return (record.extents?.length ?? 0) > 1;
}

/** True for an EFI program or a floppy. */
function isCopiedWhole(record: IsoRecord): boolean {
  return record.entries.some(
    (entry) => bootFiles(menuEntry(entry).method)?.includes(WHOLE_IMAGE) === true,
  );
}

/** What GRUB starts of it is started from copies. */
function needsFiles(record: IsoRecord): boolean {
  return isInPieces(record) || isCopiedWhole(record);
}

/**
 * Makes the copies that are missing on the ESP, and returns the records with their places in them. Files of ISOs that are
 * unchanged are there already: nothing is written for them.
 */
export async function placeCopies(
  records: readonly IsoRecord[],
  data: ReadableVolume,
  esp: Fat32Volume,
  job: JobContext,
): Promise<IsoRecord[]> {
  const placed: IsoRecord[] = [];
  for (const record of records) {
    const copied =
      needsFiles(record) || hookFilesOf(record).length > 0
        ? await placeOne(record, data, esp, job)
        : withoutCopies(record);
    placed.push(await placePersistenceList(copied, esp, job));
  }
  return placed;
}

/** Removes the copies that no record names any more; called once the menu that named them is out of use. */
export async function removeUnusedCopies(
  records: readonly IsoRecord[],
  esp: Fat32Volume,
): Promise<void> {
  if ((await esp.find(FOLDER)) === undefined) return;
  const used = new Set(
    records.flatMap((record) => [
      ...(record.copies === undefined ? [] : [idOf(record)]),
      ...(record.persistenceFile?.list === undefined ? [] : [listIdOf(record.persistenceFile)]),
    ]),
  );
  for (const entry of await esp.list(FOLDER)) {
    if (!used.has(entry.name)) await removeTree(esp, entry.path);
  }
}

/** A persistence file in many pieces: its list goes to the ESP too. Without room for it the ISO has no such entry. */
async function placePersistenceList(
  record: IsoRecord,
  esp: Fat32Volume,
  job: JobContext,
): Promise<IsoRecord> {
  const { persistenceFile: file, ...rest } = record;
  if (file === undefined) return record;
  const lists = [blockList(file.extents), file.check ?? ""];
  if (lists.every(({ length }) => length <= LONGEST_PERSISTENCE_LIST)) return record;
  const folder = `${FOLDER}/${listIdOf(file)}`;
  const target = `${folder}/persist.cpio`;
  const source = new MemoryRange(makePersistenceList(file.extents, file.check));
  if (await copyToEsp([{ paths: [], target, source }], folder, esp)) {
    return { ...record, persistenceFile: { ...file, list: target } };
  }
  job.report({ kind: "note", level: "warning", text: say.espFull(file.path) });
  return rest;
}

async function placeOne(
  record: IsoRecord,
  data: ReadableVolume,
  esp: Fat32Volume,
  job: JobContext,
): Promise<IsoRecord> {
  const folder = `${FOLDER}/${idOf(record)}`;
  const cannot = (): IsoRecord => {
    const problem = whyNot(record);
    job.report({ kind: "note", level: "warning", text: problem.text });
    return { ...withoutCopies(record), problems: [...problemsOf(record), problem] };
  };
  const files = await filesToCopy(record, data, folder);
  if (files.length === 0) return cannot();
  const list = blockList(record.extents ?? []);
  if (list.length > LONGEST_LIST) {
    const source = new MemoryRange(makeExtentList(record.extents ?? []));
    files.push({ paths: [], target: `${folder}/extents.cpio`, source });
  }
  if (!(await copyToEsp(files, folder, esp))) {
    job.report({ kind: "note", level: "warning", text: say.espFull(record.path) });
    return cannot();
  }
  const problems = isInPieces(record) && !isCopiedWhole(record) ? [inPieces(record)] : [];
  for (const { text } of problems) job.report({ kind: "note", level: "info", text });
  const extentList = files.find(({ paths }) => paths.length === 0)?.target;
  return {
    ...withoutCopies(record),
    problems: [...problemsOf(record), ...problems],
    copies: Object.fromEntries(
      files.flatMap(({ paths, target }) => paths.map((path) => [path, target])),
    ),
    ...(extentList === undefined ? {} : { extentList }),
  };
}

interface BootFile {
  /** In the ISO: one for a copy, several for what the hook wants; none for the extent list. */
  readonly paths: readonly string[];
  /** On the ESP. */
  readonly target: string;
  readonly source: ByteRange;
}

/**
 * Kernels, initrds and EFI programs of all the ISO's entries where it lies in several pieces, and what the hook wants of it;
 * none where one of them can't be had from it.
 */
async function filesToCopy(
  record: IsoRecord,
  data: ReadableVolume,
  folder: string,
): Promise<BootFile[]> {
  const copied = needsFiles(record) ? record.entries.map((entry) => menuEntry(entry).method) : [];
  const wanted = [...new Set(copied.flatMap((method) => bootFiles(method) ?? []))];
  const files: BootFile[] = [];
  try {
    const range = await data.open(record.path);
    const opened = await openImage(range);
    const tree = "image" in opened ? opened.image.volume : undefined;
    for (const [index, path] of wanted.entries()) {
      const source = await openEntryFile(range, tree, path);
      if (source.size > LARGEST_COPY) return [];
      files.push({
        paths: [path],
        target: `${folder}/${index}-${plainName(path === WHOLE_IMAGE ? record.path : path)}`,
        source,
      });
    }
    const paths = hookFilesOf(record);
    if (paths.length > 0) {
      const contents: { name: string; data: Uint8Array }[] = [];
      for (const [index, path] of paths.entries()) {
        const source = await openEntryFile(range, tree, path);
        if (source.size > LARGEST_HOOK_FILE) return [];
        const data = Buffer.alloc(source.size);
        await source.read(0, data);
        contents.push({ name: `${index}-${plainName(path)}`, data });
      }
      const source = new MemoryRange(makeHookFiles(contents));
      files.push({ paths, target: `${folder}/files.cpio`, source });
    }
    return files;
  } catch (error) {
    // What is wrong with one ISO must not keep the others from the menu.
    if (error instanceof LifeboatError) return [];
    throw error;
  }
}

/** Writes those that aren't there yet, all or none. False where they don't fit. */
async function copyToEsp(
  files: readonly BootFile[],
  folder: string,
  esp: Fat32Volume,
): Promise<boolean> {
  const missing: BootFile[] = [];
  for (const file of files) {
    const there = await esp.find(file.target);
    if (there?.sizeBytes !== file.source.size) missing.push(file);
  }
  if (missing.length === 0) return true;
  const bytes = missing.reduce((sum, { source }) => sum + source.size, 0);
  if (esp.freeBytes < bytes + ROOM_FOR_MENUS) return false;
  for (const path of [FOLDER, folder]) {
    if ((await esp.find(path)) === undefined) await esp.makeDirectory(path);
  }
  for (const { target, source } of missing) await esp.writeFile(target, source);
  return true;
}

/** The last component of a path, without what a shell or a FAT could trip over. */
function plainName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replaceAll(/[^\w.-]/g, "_");
}

/** What the hook wants of the ISO, for any of its entries. */
function hookFilesOf(record: IsoRecord): string[] {
  const all = record.entries.flatMap(({ method }) =>
    method.kind === "linux" ? (method.hookFiles ?? []) : [],
  );
  return [...new Set(all)];
}

/** Of everything that would make the copies stale. */
export function idOf(record: IsoRecord): string {
  const about = JSON.stringify([record.path, record.size, record.modified, record.extents]);
  return createHash("sha256").update(about).digest("hex").slice(0, 12);
}

function listIdOf({ path, extents, check }: PersistenceFile): string {
  const about = JSON.stringify([path, extents, check]);
  return createHash("sha256").update(about).digest("hex").slice(0, 12);
}

function withoutCopies({ copies: _copies, extentList: _list, ...record }: IsoRecord): IsoRecord {
  return { ...record, problems: problemsOf(record) };
}

const IN_PIECES = "in-pieces";
const NOT_BOOTABLE_IN_PIECES = "not-bootable-in-pieces";
const NO_HOOK_FILES = "no-hook-files";
const NOT_COPIED = "not-copied";
const OURS = new Set([IN_PIECES, NOT_BOOTABLE_IN_PIECES, NO_HOOK_FILES, NOT_COPIED]);

/** The ISO's own problems, without what this module says of it. */
function problemsOf(record: IsoRecord): IsoRecord["problems"] {
  return record.problems.filter(({ id }) => !OURS.has(id));
}

function inPieces({ path, extents }: IsoRecord): IsoRecord["problems"][number] {
  const text = say.inPieces(path, extents?.length ?? 0);
  return { id: IN_PIECES, severity: "info", text };
}

/** What was wanted on the ESP isn't there. */
function whyNot(record: IsoRecord): IsoRecord["problems"][number] {
  const { path, extents } = record;
  if (isCopiedWhole(record))
    return { id: NOT_COPIED, severity: "warning", text: say.notCopied(path) };
  if (isInPieces(record)) {
    const text = say.inPiecesUnbootable(path, extents?.length ?? 0);
    return { id: NOT_BOOTABLE_IN_PIECES, severity: "warning", text };
  }
  return { id: NO_HOOK_FILES, severity: "warning", text: say.noHookFiles(path) };
}
