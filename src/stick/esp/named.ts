/** What of the ESP a menu needs besides itself, by its records. */
import type { IsoRecord } from "../manifest.ts";

/** Paths of single files: copies, lists, and what the settings bring into initrds. */
export function singleFilesOf(record: IsoRecord): string[] {
  const { copies = {}, extentList, persistenceFile, extras } = record;
  const lists = [extentList, persistenceFile?.list, extras?.injected];
  const answers = extras?.answers.map(({ cpio }) => cpio) ?? [];
  return [...Object.values(copies), ...lists.filter((path) => path !== undefined), ...answers];
}

/** The same and the folder of the ISO's own boot loader, which stands for all that is in it. */
export function filesOfRecord(record: IsoRecord): string[] {
  const { ownLoader } = record;
  return [...singleFilesOf(record), ...(ownLoader === undefined ? [] : [ownLoader.folder])];
}
