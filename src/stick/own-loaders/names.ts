import type { IsoRecord } from "../manifest.ts";

/** The file name of an ISO's second menu, in the slot. */
export function ownMenuName({ folder }: NonNullable<IsoRecord["ownLoader"]>): string {
  return `own-${folder.slice(folder.lastIndexOf("/") + 1)}.cfg`;
}
