/** What of ISOs must lie on the ESP: what GRUB starts from there, what the hook wants, and lists of extents. */
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { IsoRecord } from "../manifest.ts";
import { say } from "../messages.ts";
import { bootCopies, needsBootCopies } from "./boot-copies.ts";
import { hookFilesCpio, hookFilesOf } from "./hook-files.ts";
import { idOf } from "./ids.ts";
import { extentListFile, persistenceListFile } from "./lists.ts";
import { aboutCopies, whyNotCopied } from "./problems.ts";
import type { EspStore } from "./store.ts";
import { STORE_FOLDERS } from "./store.ts";
import type { WantedFile } from "./wanted.ts";
import { openIso } from "./wanted.ts";

/**
 * Makes the copies that are missing on the ESP, and returns the records with their places in them. Files of ISOs that are
 * unchanged are there already: nothing is written for them.
 * @param records as they were found.
 */
export async function placeCopies(
  records: readonly IsoRecord[],
  data: ReadableVolume,
  store: EspStore,
  job: JobContext,
): Promise<IsoRecord[]> {
  const placed: IsoRecord[] = [];
  for (const record of records) {
    const wants = needsBootCopies(record) || hookFilesOf(record).length > 0;
    const copied = wants ? await placeOne(record, data, store, job) : record;
    placed.push(await placePersistenceList(copied, store, job));
  }
  return placed;
}

async function placeOne(
  record: IsoRecord,
  data: ReadableVolume,
  store: EspStore,
  job: JobContext,
): Promise<IsoRecord> {
  const folder = `${STORE_FOLDERS.boot}/${idOf(record)}`;
  const files = await filesToCopy(record, data, folder);
  const list = extentListFile(record, folder);
  const outcome =
    files === undefined
      ? "unreadable"
      : await store.put([...files, ...(list === undefined ? [] : [list])]);
  if (files === undefined || outcome !== "there") {
    const problem = whyNotCopied(record);
    if (outcome === "full") {
      job.report({ kind: "note", level: "warning", text: say.espFull(record.path) });
    }
    job.report({ kind: "note", level: "warning", text: problem.text });
    return { ...record, problems: [...record.problems, problem] };
  }
  const problems = aboutCopies(record);
  for (const { text } of problems) job.report({ kind: "note", level: "info", text });
  return {
    ...record,
    problems: [...record.problems, ...problems],
    copies: Object.fromEntries(files.flatMap(({ inIso, path }) => inIso.map((one) => [one, path]))),
    ...(list === undefined ? {} : { extentList: list.path }),
  };
}

/** Undefined where one of them can't be had from the ISO: without it, the others start nothing. */
async function filesToCopy(
  record: IsoRecord,
  data: ReadableVolume,
  folder: string,
): Promise<WantedFile[] | undefined> {
  try {
    const iso = await openIso(record.path, data);
    const copies = needsBootCopies(record) ? await bootCopies(record, iso, folder) : [];
    const forHook = hookFilesOf(record);
    const cpio = forHook.length === 0 ? [] : await hookFilesCpio(forHook, iso, folder);
    if (copies === undefined || cpio === undefined) return undefined;
    const files = copies.concat(cpio);
    return files.length === 0 ? undefined : files;
  } catch (error) {
    // What is wrong with one ISO must not keep the others from the menu.
    failureOf(error);
    return undefined;
  }
}

/** A persistence file in many pieces: without room for its list the ISO has no such entry. */
async function placePersistenceList(
  record: IsoRecord,
  store: EspStore,
  job: JobContext,
): Promise<IsoRecord> {
  const { persistenceFile: file, ...rest } = record;
  const list = file && persistenceListFile(file);
  if (file === undefined || list === undefined) return record;
  if ((await store.put([list])) === "there") {
    return { ...record, persistenceFile: { ...file, list: list.path } };
  }
  job.report({ kind: "note", level: "warning", text: say.espFull(file.path) });
  return rest;
}
