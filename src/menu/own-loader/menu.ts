/**
 * The configurations that an ISO's own GRUB reads on the stick. Vendors build in different commands: what is used here is in all of
 * theirs (Debian's, Ubuntu's, Fedora's and RHEL's, openSUSE's). `probe` and `regexp` are not; so the stick's own GRUB looks whether
 * the ISO is still where it was before it hands over.
 */
import { blockList } from "../block-list.ts";
import { quote } from "../grub-script.ts";
import type { MenuIso, MenuIsoEntry, StickFacts } from "../menu-iso.ts";
import type { MenuEntry } from "../model.ts";
import { ALL_FIRMWARE } from "../model.ts";
import type { MenuPasswords } from "../render.ts";
import { passwordLines, renderNode } from "../render.ts";
import type { LinuxCommands } from "../starts/linux.ts";
import { startOf } from "../starts/start.ts";
import { MOST_CHOICES, chosenFolder, programFolder } from "./choice.ts";
import { ownLoaderEntries } from "./entries.ts";

/** What lies at the prefix that is built into an ISO's GRUB: the same for all of them. */
export const SHARED_CONFIG = [
  "# Written by lifeboat refresh: a GRUB that looks here finds its configuration beside itself.",
  "source $cmdpath/grub.cfg",
  "",
].join("\n");

/** Functions of `loaderConfig`. */
const LINUX_COMMANDS: LinuxCommands = { linux: "lifeboat_linux", initrd: "lifeboat_initrd" };

/** GRUB numbers the disks that the firmware shows it. */
const MOST_DISKS = 32;

/**
 * What lies beside an ISO's GRUB. It finds the stick's partitions as grub/main.cfg does, and then reads its menu in the slot that
 * is in use. lifeboat's partition is the second, or the third where Ventoy's lies before it.
 * @param folder of the ISO's own loader, on the ESP.
 * @param menu the file name of its menu in the slot.
 */
export function loaderConfig(folder: string, menu: string): string {
  const disks = Array.from({ length: MOST_DISKS }, (_, number) => `hd${number}`).join(" ");
  return `# Written by lifeboat refresh: what this ISO's own GRUB runs first.
set lifeboat=$root
if [ ! -f ($lifeboat)/lifeboat/slot.cfg ]; then
  search --no-floppy --file --set=lifeboat ${quote(`${programFolder(folder)}/grub.cfg`)}
fi
for lifeboat_disk in ${disks}; do
  if [ "$lifeboat" = "$lifeboat_disk,gpt2" ]; then set data=$lifeboat_disk,gpt1; fi
  if [ "$lifeboat" = "$lifeboat_disk,msdos2" ]; then set data=$lifeboat_disk,msdos1; fi
  if [ "$lifeboat" = "$lifeboat_disk,gpt3" ]; then set data=$lifeboat_disk,gpt1; fi
  if [ "$lifeboat" = "$lifeboat_disk,msdos3" ]; then set data=$lifeboat_disk,msdos1; fi
done
export lifeboat data
if [ -f ($lifeboat)/lifeboat/mapper.cpio ]; then
  set lifeboat_mapper=($lifeboat)/lifeboat/mapper.cpio
  export lifeboat_mapper
fi

# It reads every file that is opened whole, an ISO too. It only measures; what is signed is checked all the same.
if rmmod tpm; then true; fi

if serial --unit=0 --speed=115200; then
  terminal_input --append serial
  terminal_output --append serial
fi

# Older GRUBs of some vendors check signatures in a command of another name.
function ${LINUX_COMMANDS.linux} {
  if linux "$@"; then true; else linuxefi "$@"; fi
}
function ${LINUX_COMMANDS.initrd} {
  if initrd "$@"; then true; else initrdefi "$@"; fi
}

set lifeboat_slot=a
source ($lifeboat)/lifeboat/slot.cfg
source ($lifeboat)/lifeboat/menu-$lifeboat_slot/${quote(menu)}
`;
}

/** The menu of an ISO's own GRUB; undefined where the ISO has no boot loader of its own on the stick. */
export function ownLoaderMenu(
  iso: MenuIso,
  stick: StickFacts,
  passwords?: MenuPasswords,
): string | undefined {
  const { ownLoader } = iso;
  if (ownLoader === undefined) return undefined;
  const entries = ownLoaderEntries(iso);
  const chosen = entries.slice(0, MOST_CHOICES).map((_, index) => {
    const path = chosenFolder(ownLoader.folder, index);
    return `if [ "$cmdpath" = "($lifeboat)${path}" ]; then set default=${index}; set timeout=0; fi`;
  });
  const lines = [
    "# Written by lifeboat refresh: the menu of this ISO's own GRUB. The stick's menu has chosen from it already.",
    ...(passwords === undefined ? [] : passwordLines({ ...passwords, menuUsers: undefined })),
    "set timeout=-1",
    ...chosen,
    ...entries
      .map((entry) => nodeOf(entry, iso, stick))
      .flatMap((node) => renderNode(node, { restricts: passwords !== undefined })),
  ];
  return `${lines.join("\n")}\n`;
}

function nodeOf(entry: MenuIsoEntry, iso: MenuIso, stick: StickFacts): MenuEntry {
  const { persistence, ...plain } = iso;
  const from = persistence?.entries.includes(entry) === true ? iso : plain;
  // What can't be started at all keeps its place here too: the others are counted.
  const start = startOf(entry, from, stick, LINUX_COMMANDS) ?? ["true"];
  const { title, users = iso.users } = entry;
  const script = [
    "set root=$lifeboat",
    "set gfxpayload=keep",
    `if loopback ${iso.device} ($data)${blockList(iso.extents ?? [])}; then true; fi`,
    ...start,
  ];
  // One firmware alone starts this GRUB: nothing is to be asked.
  return { kind: "entry", title, firmware: ALL_FIRMWARE, script, ...(users && { users }) };
}
