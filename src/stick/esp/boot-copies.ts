/**
 * Kernels, initrds and EFI programs that GRUB starts from the ESP instead of from the ISO. GRUB 2.06 reads wrong bytes where one
 * extent ends and the next begins, so those of ISOs that lie in several pieces are copied; and EFI programs and floppies are copied
 * whole: they are small, and have nothing in them by which their entry could tell that they have moved.
 */
import { WHOLE_IMAGE, bootFiles } from "../../iso/method-paths.ts";
import { MIB } from "../../system/sizes.ts";
import type { IsoRecord } from "../manifest.ts";
import { menuEntry } from "../menu/entry.ts";
import { pathsIdOf } from "./ids.ts";
import type { OpenedIso, WantedFile } from "./wanted.ts";
import { plainName } from "./wanted.ts";

/** A kernel or initrd beyond this is none. */
const LARGEST_COPY = 200 * MIB;

export function isInPieces(record: IsoRecord): boolean {
  return (record.extents?.length ?? 0) > 1;
}

/** True for an EFI program or a floppy. */
export function isCopiedWhole(record: IsoRecord): boolean {
  return record.entries.some(
    (entry) => bootFiles(menuEntry(entry).method)?.includes(WHOLE_IMAGE) === true,
  );
}

/** True where what GRUB starts of it is started from copies. */
export function needsBootCopies(record: IsoRecord): boolean {
  // Ventoy reads the image by itself, however it lies.
  const byGrub = record.entries.length === 0 || record.entries.some(({ via }) => via !== "ventoy");
  return (isInPieces(record) && byGrub) || isCopiedWhole(record);
}

/** Undefined where one of them is too large to be one. */
export async function bootCopies(
  record: IsoRecord,
  iso: OpenedIso,
  folder: string,
): Promise<WantedFile[] | undefined> {
  const methods = record.entries.map((entry) => menuEntry(entry).method);
  const paths = new Set(methods.flatMap((method) => bootFiles(method) ?? []));
  const files: WantedFile[] = [];
  for (const path of paths) {
    const source = await iso.open(path);
    if (source.size > LARGEST_COPY) return undefined;
    const name = plainName(path === WHOLE_IMAGE ? record.path : path);
    files.push({ inIso: [path], path: `${folder}/${pathsIdOf([path])}-${name}`, source });
  }
  return files;
}
