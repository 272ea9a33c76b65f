/**
 * ISOs that lie in several pieces. GRUB 2.06 reads wrong bytes where one extent ends and the next begins, so what GRUB itself
 * must read (kernel and initrd) is copied to the ESP; the hook maps any number of extents correctly.
 */
import { createHash } from "node:crypto";
import { readBytes } from "../block/byte-range.ts";
import { makeExtentList } from "../boot/hook.ts";
import type { Fat32Volume } from "../filesystems/fat32/index.ts";
import { openImage } from "../iso/open-image.ts";
import type { ReadableVolume } from "../filesystems/volume.ts";
import { blockList } from "../menu/block-list.ts";
import { MIB } from "../system/sizes.ts";
import type { JobContext } from "../system/progress.ts";
import { removeTree } from "./esp.ts";
import type { IsoRecord } from "./manifest.ts";
import { say } from "./messages.ts";

const FOLDER = "/lifeboat/boot";
/** x86 Linux takes 2,048 characters in all; the rest is for the system's own arguments. */
const LONGEST_LIST = 700;
/** A kernel or initrd beyond this is none. */
const LARGEST_COPY = 200 * MIB;

/** True for an ISO that needs copies to be started. */
export function isInPieces(record: IsoRecord): boolean {
  return (record.extents?.length ?? 0) > 1;
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
    placed.push(
      isInPieces(record) ? await placeOne(record, data, esp, job) : withoutCopies(record),
    );
  }
  return placed;
}

/** Removes the copies that no record names any more; called once the menu that named them is out of use. */
export async function removeUnusedCopies(
  records: readonly IsoRecord[],
  esp: Fat32Volume,
): Promise<void> {
  if ((await esp.find(FOLDER)) === undefined) return;
  const used = new Set(records.filter(isInPieces).map(idOf));
  for (const entry of await esp.list(FOLDER)) {
    if (!used.has(entry.name)) await removeTree(esp, entry.path);
  }
}

async function placeOne(
  record: IsoRecord,
  data: ReadableVolume,
  esp: Fat32Volume,
  job: JobContext,
): Promise<IsoRecord> {
  const folder = `${FOLDER}/${idOf(record)}`;
  const pieces = record.extents?.length ?? 0;
  const opened = await openImage(await data.open(record.path));
  const iso = "image" in opened ? opened.image.volume : undefined;
  const wanted = [...new Set(record.entries.flatMap(({ method }) => bootFiles(method)))];
  const copies: Record<string, string> = {};
  for (const path of iso === undefined ? [] : wanted) {
    const target = `${folder}/${Object.keys(copies).length}-${
      path
        .split("/")
        .at(-1)
        ?.replaceAll(/[^\w.-]/g, "_") ?? ""
    }`;
    if (!(await copyToEsp(iso, path, target, folder, esp))) {
      job.report({ kind: "note", level: "warning", text: say.espFull(record.path) });
      return {
        ...withoutCopies(record),
        problems: [...problemsOf(record), notBootable(record, pieces)],
      };
    }
    copies[path] = target;
  }
  const usable = Object.keys(copies).length > 0;
  const problem = usable ? inPieces(record, pieces) : notBootable(record, pieces);
  job.report({ kind: "note", level: usable ? "info" : "warning", text: problem.text });
  const problems = [...problemsOf(record), problem];
  if (blockList(record.extents ?? []).length <= LONGEST_LIST) {
    return { ...withoutCopies(record), problems, copies };
  }
  const extentList = `${folder}/extents.cpio`;
  if ((await esp.find(extentList)) === undefined && usable) {
    await esp.writeFile(extentList, makeExtentList(record.extents ?? []));
  }
  return { ...withoutCopies(record), problems, copies, extentList };
}

/** False where it doesn't fit. */
async function copyToEsp(
  iso: ReadableVolume | undefined,
  path: string,
  target: string,
  folder: string,
  esp: Fat32Volume,
): Promise<boolean> {
  const file = await iso?.open(path);
  if (file === undefined || file.size > LARGEST_COPY) return false;
  const there = await esp.find(target);
  if (there?.sizeBytes === file.size) return true;
  // Some clusters more for the folders.
  if (esp.freeBytes < file.size + MIB) return false;
  for (const path of [FOLDER, folder]) {
    if ((await esp.find(path)) === undefined) await esp.makeDirectory(path);
  }
  await esp.writeFile(target, await readBytes(file, 0, file.size));
  return true;
}

function bootFiles(method: IsoRecord["entries"][number]["method"]): string[] {
  switch (method.kind) {
    case "linux":
      return [method.kernel, ...method.initrd];
    case "linux16":
      return [method.kernel];
    case "chainload":
      return [method.image ?? method.path];
    case "configfile":
    case "loopback":
    case "memdisk":
      return [];
  }
}

/** Of everything that would make the copies stale. */
function idOf(record: IsoRecord): string {
  const about = JSON.stringify([record.path, record.size, record.modified, record.extents]);
  return createHash("sha256").update(about).digest("hex").slice(0, 12);
}

function withoutCopies({ copies: _copies, extentList: _list, ...record }: IsoRecord): IsoRecord {
  return { ...record, problems: problemsOf(record) };
}

const IN_PIECES = "in-pieces";
const NOT_BOOTABLE_IN_PIECES = "not-bootable-in-pieces";

/** The ISO's own problems, without what this module says of it. */
function problemsOf(record: IsoRecord): IsoRecord["problems"] {
  return record.problems.filter(({ id }) => id !== IN_PIECES && id !== NOT_BOOTABLE_IN_PIECES);
}

function inPieces(record: IsoRecord, pieces: number): IsoRecord["problems"][number] {
  return { id: IN_PIECES, severity: "info", text: say.inPieces(record.path, pieces) };
}

function notBootable(record: IsoRecord, pieces: number): IsoRecord["problems"][number] {
  const text = say.inPiecesUnbootable(record.path, pieces);
  return { id: NOT_BOOTABLE_IN_PIECES, severity: "warning", text };
}
