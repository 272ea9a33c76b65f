/**
 * Checking an image from the boot menu: GRUB hashes it and compares the sum with that of when it was put on the stick. GRUB's
 * `hashsum` takes the sum and the file's name from a file: there is one a slot, with a sector for each image, so that the menu names
 * the sector and the ESP keeps one file.
 */
import type { Language } from "../system/text.ts";
import { blockList } from "./block-list.ts";
import type { MenuIso } from "./menu-iso.ts";

import { say } from "./messages.ts";
import type { MenuEntry, MenuNode } from "./model.ts";

/** The file of a slot with the sums. */
export const SUMS_NAME = "sums";

const SECTOR_BYTES = 512;
/** The device that the file with the sums is opened as. */
const SUMS = "lifeboat_sums";

/**
 * Those that GRUB can hash: it reads wrong bytes across the border of two extents, a block list counts whole sectors, and the sum must be
 * known.
 */
function checkable(isos: readonly MenuIso[]): (MenuIso & { sha256: string; sectors: number })[] {
  return isos.flatMap((iso) => {
    const { sha256, extents = [] } = iso;
    const [extent] = extents;
    if (sha256 === undefined || extent === undefined || extents.length > 1) return [];
    if (extent.length % SECTOR_BYTES !== 0) return [];
    return [{ ...iso, sha256, sectors: extent.length / SECTOR_BYTES }];
  });
}

/** The text of `sums` in the menu's slot: a sector of 512 bytes for each image, each one line of a checksum file. */
export function checkSums(isos: readonly MenuIso[]): string {
  const lines = checkable(isos).map(({ device, sha256, sectors }) =>
    // GRUB takes the spaces behind a block list for its end, and a line that ends with its file for one.
    `${sha256}  (${device})0+${sectors}`.padEnd(SECTOR_BYTES),
  );
  return lines.join("");
}

/** A submenu with an entry for each; nothing where none can be checked. */
export function checkNodes(isos: readonly MenuIso[], language: Language): MenuNode[] {
  const children = checkable(isos).map((iso, sector): MenuEntry => {
    const { title, users, device, extents = [] } = iso;
    return {
      kind: "entry",
      title: say.checkOne(title)[language],
      // `hashsum` is in our BIOS image only; Debian's signed GRUB hasn't got it, and Secure Boot forbids to load it.
      firmware: ["bios"],
      // Whatever lies there now: its sum says more than its name would.
      script: [
        "set root=$lifeboat",
        `if loopback ${device} ($data)${blockList(extents)}; then true; fi`,
        `echo "$lifeboat_hashing"`,
        `loopback ${SUMS} ($lifeboat)/lifeboat/menu-$lifeboat_slot/${SUMS_NAME}`,
        `if hashsum --hash sha256 --check (${SUMS})${sector}+1; then`,
        "  clear",
        `  lifeboat_say "$lifeboat_same"`,
        "else",
        "  clear",
        `  lifeboat_say "$lifeboat_differs"`,
        "fi",
      ],
      ...(users && { users }),
    };
  });
  if (children.length === 0) return [];
  return [{ kind: "submenu", title: say.checkImages()[language], children }];
}
