/** The whole menu of a stick: its ISOs first, then the tools that every stick carries, then this computer. */
import type { Language } from "../system/text.ts";
import { checkNodes } from "./checks.ts";
import { SEARCH_NAME } from "./new-isos/search.ts";
import { nestInFolders } from "./folders.ts";
import type { MenuIso, StickFacts } from "./menu-iso.ts";
import { menuOfIso } from "./iso-entries.ts";
import { say } from "./messages.ts";
import type { MenuEntry, MenuNode } from "./model.ts";
import { ALL_FIRMWARE } from "./model.ts";
import { ventoyItself } from "./ventoy-hand-over.ts";

export function makeMenu(isos: readonly MenuIso[], stick: StickFacts): MenuNode[] {
  const { language } = stick;
  const nothing: MenuEntry = {
    kind: "entry",
    title: say.noIsos()[language],
    firmware: ALL_FIRMWARE,
    script: ["true"],
  };
  const tools = [...toolEntries(language), ...checkNodes(isos, language)];
  return [
    ...(isos.length === 0 ? [nothing] : isoNodes(isos, stick)),
    newIsos(language),
    { kind: "submenu", title: say.tools()[language], children: tools },
    { kind: "submenu", title: say.computer()[language], children: computerEntries(language) },
    ...(stick.hasVentoy ? [ventoyItself()] : []),
  ];
}

/** For superusers only where there are passwords: nobody has said who may start what it finds. */
function newIsos(language: Language): MenuNode {
  return {
    kind: "found",
    title: say.newIsos()[language],
    users: [],
    script: [`source ($lifeboat)/lifeboat/menu-$lifeboat_slot/${SEARCH_NAME}`],
  };
}

/** The part of the menu that is about ISOs. */
export function isoNodes(isos: readonly MenuIso[], stick: StickFacts): MenuNode[] {
  return nestInFolders(
    isos.map((iso) => ({
      folders: iso.folders ?? [],
      nodes: menuOfIso(iso, stick),
      ...(iso.rank === undefined ? {} : { rank: iso.rank }),
    })),
  );
}

/** The `mark` of this computer's own disk. */
export const COMPUTER = "computer";

const TOOLS = "($lifeboat)/lifeboat/tools";

function toolEntries(language: Language): MenuEntry[] {
  const memoryTest = say.memoryTest()[language];
  const networkBoot = say.networkBoot()[language];
  return [
    {
      kind: "entry",
      title: memoryTest,
      firmware: ["bios"],
      script: ["set gfxpayload=text", `linux16 ${TOOLS}/memtest86+x64.bin console=ttyS0,115200`],
    },
    {
      kind: "entry",
      title: memoryTest,
      firmware: ["x64"],
      script: unlessSecure(`chainloader ${TOOLS}/memtest86+x64.efi console=ttyS0,115200`),
    },
    {
      kind: "entry",
      title: memoryTest,
      firmware: ["ia32"],
      script: [`chainloader ${TOOLS}/memtest86+ia32.efi console=ttyS0,115200`],
    },
    {
      kind: "entry",
      title: networkBoot,
      firmware: ["bios"],
      script: [`linux16 ${TOOLS}/ipxe.lkrn`],
    },
    {
      kind: "entry",
      title: networkBoot,
      firmware: ["x64"],
      script: unlessSecure(`chainloader ${TOOLS}/ipxe.efi`),
    },
  ];
}

function unlessSecure(start: string): string[] {
  return [
    `if [ "$lockdown" = "y" ]; then`,
    `  lifeboat_say "$lifeboat_unsigned"`,
    "else",
    `  ${start}`,
    "fi",
  ];
}

function computerEntries(language: Language): MenuEntry[] {
  return [
    {
      kind: "entry",
      title: say.localDisk()[language],
      mark: COMPUTER,
      firmware: ["bios"],
      // A BIOS numbers the disk that it started from first: the computer's own is the next one.
      script: ["set root=hd1", "chainloader (hd1)+1", "boot", "set root=$lifeboat"],
    },
    // Leaving GRUB hands over to the firmware's next boot entry.
    {
      kind: "entry",
      title: say.localDisk()[language],
      mark: COMPUTER,
      firmware: ["x64", "ia32"],
      script: ["exit"],
    },
    {
      kind: "entry",
      title: say.firmwareSettings()[language],
      firmware: ["x64", "ia32"],
      script: ["fwsetup"],
    },
    { kind: "entry", title: say.restart()[language], firmware: ALL_FIRMWARE, script: ["reboot"] },
    { kind: "entry", title: say.powerOff()[language], firmware: ALL_FIRMWARE, script: ["halt"] },
  ];
}
