/**
 * Handing over to Ventoy from lifeboat's menu. What is there is asked when it is wanted, since the stick may have become another one by
 * then: whether Ventoy's own GRUB runs this menu (by its F6), or lifeboat's GRUB runs and Ventoy's boot files lie beside it.
 *
 * Nothing can be told to Ventoy on the way, so its list is what opens, and the user is told which image to choose there. A menu that
 * Ventoy's GRUB opened can't be left by a command: GRUB's `normal_exit` leaves all menus at once, Ventoy's own as well.
 */
import type { Language } from "../system/text.ts";
import { quote } from "./grub-script.ts";
import { say } from "./messages.ts";
import type { MenuEntry } from "./model.ts";
import { ALL_FIRMWARE } from "./model.ts";
import { functionLines, whenTrue } from "./script-blocks.ts";

/** Ventoy's boot sector, on the volume with the menu; what it loads next lies on the same disk where it expects it. */
const BOOT_SECTOR = "($lifeboat)/lifeboat/ventoy/boot.img";
/** Ventoy's boot partition is the second one of its disk, whatever the table. */
const SECURE_LOADER = "/EFI/ventoy/BOOTX64.EFI";
const LOADERS = { x64: "/EFI/BOOT/grubx64_real.efi", ia32: "/EFI/BOOT/grubia32_real.efi" } as const;

/** True where Ventoy's GRUB runs this menu: it exports the name of its data partition. */
const IN_VENTOY = '[ -n "$vtoy_iso_part" ]';

/** True where there is a Ventoy to hand over to; sets its loader and the disk either way. */
const FIND = functionLines("lifeboat_ventoy_find", [
  "set lifeboat_ventoy_disk=",
  "set lifeboat_ventoy_loader=",
  "regexp --set=1:lifeboat_ventoy_disk '^(hd[0-9]+)' \"$data\"",
  ...whenTrue(
    '[ "$lifeboat_firmware" = bios ]',
    [`set lifeboat_ventoy_loader="${BOOT_SECTOR}"`],
    whenTrue(
      '[ "$lifeboat_firmware" = ia32 ]',
      [`set lifeboat_ventoy_loader="($lifeboat_ventoy_disk,2)${LOADERS.ia32}"`],
      // Shim takes Ventoy's own shim, which is signed by Microsoft, and not the GRUB behind that.
      whenTrue(
        '[ "$lockdown" = y ]',
        [`set lifeboat_ventoy_loader="($lifeboat_ventoy_disk,2)${SECURE_LOADER}"`],
        [`set lifeboat_ventoy_loader="($lifeboat_ventoy_disk,2)${LOADERS.x64}"`],
      ),
    ),
  ),
  ...whenTrue('[ -f "$lifeboat_ventoy_loader" ]', ["return 0"]),
  "return 1",
]);

/**
 * Doesn't come back where Ventoy starts. By `root` a boot sector is told which disk it was started from, and an EFI program which partition,
 * wherever its file was read.
 */
const START = functionLines("lifeboat_ventoy_start", [
  ...whenTrue(
    '[ "$lifeboat_firmware" = bios ]',
    [
      "set root=$lifeboat_ventoy_disk",
      'if chainloader --force "$lifeboat_ventoy_loader"; then boot; fi',
    ],
    ["set root=$lifeboat_ventoy_disk,2", 'if chainloader "$lifeboat_ventoy_loader"; then boot; fi'],
  ),
  "set root=$lifeboat",
  'lifeboat_say "$lifeboat_ventoy_failed" "$lifeboat_ventoy_loader"',
]);

/** $1 is the image to choose in Ventoy's list; without it the list itself is what is wanted. */
const HAND_OVER = functionLines("lifeboat_ventoy", [
  ...whenTrue(
    IN_VENTOY,
    ['lifeboat_say "$lifeboat_ventoy_back" "$1"'],
    whenTrue(
      "lifeboat_ventoy_find",
      [
        ...whenTrue('[ -n "$1" ]', ['lifeboat_say "$lifeboat_ventoy_choose" "$1"']),
        "lifeboat_ventoy_start",
      ],
      ['lifeboat_say "$lifeboat_ventoy_missing" "$lifeboat_ventoy_loader"'],
    ),
  ),
]);

/** True where lifeboat's GRUB runs and could hand over. */
const WAITS = functionLines("lifeboat_ventoy_waits", [
  ...whenTrue(IN_VENTOY, ["return 1"]),
  "lifeboat_ventoy_find",
]);

/** What the head of the menu has on a stick with Ventoy. */
export function ventoyLines(language: Language): string[] {
  const sentences = {
    lifeboat_ventoy_back: say.ventoyBack(),
    lifeboat_ventoy_choose: say.ventoyChoose(),
    lifeboat_ventoy_failed: say.ventoyFailed(),
    lifeboat_ventoy_missing: say.ventoyMissing(),
  };
  return [
    ...Object.entries(sentences).map(([name, text]) => `set ${name}=${quote(text[language])}`),
    `export ${Object.keys(sentences).join(" ")}`,
    ...FIND,
    ...START,
    ...HAND_OVER,
    ...WAITS,
  ];
}

/** What the entry of an image runs that only Ventoy starts. @param path of the image, on the data partition. */
export function handOverTo(path: string): string[] {
  return [`lifeboat_ventoy ${quote(path)}`];
}

/**
 * Ventoy's own list, at the end of the menu. For superusers only where there are passwords: Ventoy knows none of them, and starts
 * everything.
 */
export function ventoyItself(): MenuEntry {
  return {
    kind: "entry",
    title: "Ventoy",
    firmware: ALL_FIRMWARE,
    users: [],
    shownWhere: "lifeboat_ventoy_waits",
    script: ["lifeboat_ventoy"],
  };
}
