/** Which entries of an ISO its own boot loader starts, and how the stick's menu hands over to it. */
import { startsByOtherGrub } from "../../iso/starts-by-other-grub.ts";
import type { IsoEntry } from "../../iso/types.ts";
import { quote } from "../grub-script.ts";
import { chosenFolder } from "./choice.ts";

/** An ISO's own boot loader on the ESP. */
export interface MenuOwnLoader {
  /** Absolute, of letters, digits and slashes, without one at its end. */
  readonly folder: string;
  /** The file name of its menu in the slot. */
  readonly menu: string;
  /** Start by it whatever the stick's own shim trusts: the settings' `loader: own`. */
  readonly always: boolean;
}

/** Shim's name in the folder of an ISO's own loader. */
export const SHIM_FILE = "shimx64.efi";

/** What is asked of an ISO of the menu. */
interface OwnLoaderIso<E extends IsoEntry> {
  readonly entries: readonly E[];
  readonly persistence?: { readonly entries: readonly E[] };
  readonly ownLoader?: MenuOwnLoader;
}

/** What its second menu shows, in this order: an entry's place is its choice. */
export function ownLoaderEntries<E extends IsoEntry>(iso: OwnLoaderIso<E>): readonly E[] {
  const all = [...iso.entries, ...(iso.persistence?.entries ?? [])];
  return all.filter(
    ({ firmware, method }) => firmware.includes("x64") && startsByOtherGrub(method),
  );
}

/** The command that hands over; undefined where the ISO has no boot loader of its own on the stick, or not for this entry. */
export function handOver<E extends IsoEntry>(entry: E, iso: OwnLoaderIso<E>): string[] | undefined {
  const index = ownLoaderEntries(iso).indexOf(entry);
  if (iso.ownLoader === undefined || index < 0) return undefined;
  const folder = chosenFolder(iso.ownLoader.folder, index);
  return [`chainloader ($lifeboat)${quote(`${folder}/${SHIM_FILE}`)}`];
}
