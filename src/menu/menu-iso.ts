/** What the menu has to know of an ISO and of the stick that it lies on. */
import type { Extent } from "../block/byte-range.ts";
import type { IsoEntry } from "../iso/types.ts";
import type { Language, Text } from "../system/text.ts";
import type { MenuFolder } from "./folders.ts";
import type { MenuOwnLoader } from "./own-loader/entries.ts";

/** One of its entries, with what the stick's settings say of it. */
export interface MenuIsoEntry extends IsoEntry {
  readonly users?: readonly string[];
  /** A cpio on the ESP with files for this entry's initrd, which the hook puts there. */
  readonly files?: string;
}

/** One ISO as the menu needs it. */
export interface MenuIso {
  /** GRUB's name for it once it is open: a plain word, no other ISO's. */
  readonly device: string;
  readonly title: string;
  readonly uuid: string;
  /** The partition of a disk image whose file system has that UUID: `gpt1`. */
  readonly uuidPartition?: string;
  /** As it was when it was put on the stick; undefined where that isn't known. */
  readonly sha256?: string;
  /** Within the data partition, in bytes; undefined where the file can't be addressed. */
  readonly extents: readonly Extent[] | undefined;
  readonly entries: readonly MenuIsoEntry[];
  /** Who may start it, besides the superusers. */
  readonly users?: readonly string[];
  /** Why it has no entry. */
  readonly problems: readonly Text[];
  /** Path on the data partition. */
  readonly path: string;
  /** The folders that it lies in, where they are submenus. */
  readonly folders?: readonly MenuFolder[];
  /** Smaller comes first. */
  readonly rank?: number;
  /**
   * Path in the ISO → path on the ESP: for an ISO in several pieces the copies of its kernel and initrd, for files that the hook
   * wants the cpio that they are in. `extentList`: the cpio with the extent list of an ISO in many pieces.
   */
  readonly copies?: Readonly<Record<string, string>>;
  readonly extentList?: string;
  /** For computers with Secure Boot on, where its kernel is signed by another vendor. */
  readonly ownLoader?: MenuOwnLoader;
  /** Why it has none on the stick. */
  readonly noOwnLoader?: Text;
  /** A cpio on the ESP with files for the initrds of all its entries, which the hook puts there. */
  readonly injected?: string;
  /** Where its changes are kept, and the entries that keep them. */
  readonly persistence?: MenuPersistence;
}

export interface MenuPersistence {
  /** Within the data partition, in bytes. */
  readonly extents: readonly Extent[];
  /** The hook writes to no other file system. */
  readonly uuid: string;
  /** What says where the file lies, for the hook to compare (`lifeboat.persist-check`). */
  readonly check?: string;
  /** The cpio on the ESP with the list and the check, where they are too long for the kernel line. */
  readonly list?: string;
  readonly entries: readonly MenuIsoEntry[];
}

export interface StickFacts {
  /** `lifeboat.part=`: how the hook knows the data partition. */
  readonly partition: string;
  readonly language: Language;
  /** Ventoy lies on it: its menu runs lifeboat's, or lifeboat's starts it. */
  readonly hasVentoy: boolean;
}
