/** The keys of Ventoy's `control` (grub.cfg, `ventoy_cmd.c`), the values that it knows for them, and what each does in words. */
import type { Text } from "../../system/text.ts";
import { sayControl } from "./control-words.ts";

export interface ControlKey {
  /** Undefined: any text. */
  readonly fits?: RegExp;
  /** The same for people. */
  readonly known?: string;
  readonly words: (value: string) => Text;
}

const flag = (words: (isOn: boolean) => Text): ControlKey => ({
  fits: /^[01]$/,
  known: "0, 1",
  words: (value) => words(value === "1"),
});
const seconds = (words: (value: string) => Text): ControlKey => ({
  fits: /^\d+$/,
  known: "0, 1, 2 …",
  words,
});
const fileType = (type: string) => flag((isOn) => sayControl.fileType(type, isOn));

/** Ventoy's names for them, in the order of its own configurator. */
export const CONTROL_KEYS: Readonly<Record<string, ControlKey>> = {
  VTOY_DEFAULT_MENU_MODE: flag(sayControl.menuMode),
  VTOY_TREE_VIEW_MENU_STYLE: flag(sayControl.treeStyle),
  VTOY_FILT_DOT_UNDERSCORE_FILE: flag(sayControl.dotUnderscore),
  VTOY_FILT_TRASH_DIR: flag(sayControl.trash),
  VTOY_SORT_CASE_SENSITIVE: flag(sayControl.sortCase),
  VTOY_MAX_SEARCH_LEVEL: {
    fits: /^(?:\d+|max)$/,
    known: "max, 0, 1, 2 …",
    words: sayControl.searchLevel,
  },
  VTOY_VHD_NO_WARNING: flag(sayControl.vhdWarning),
  VTOY_FILE_FLT_ISO: fileType("ISO"),
  VTOY_FILE_FLT_WIM: fileType("WIM"),
  VTOY_FILE_FLT_EFI: fileType("EFI"),
  VTOY_FILE_FLT_IMG: fileType("IMG"),
  VTOY_FILE_FLT_VHD: fileType("VHD"),
  VTOY_FILE_FLT_VTOY: fileType("VTOY"),
  VTOY_WIN11_BYPASS_CHECK: flag(sayControl.windows11Check),
  VTOY_WIN11_BYPASS_NRO: flag(sayControl.windows11Account),
  VTOY_LINUX_REMOUNT: flag(sayControl.linuxRemount),
  VTOY_SECONDARY_BOOT_MENU: flag(sayControl.secondMenu),
  VTOY_SHOW_PASSWORD_ASTERISK: flag(sayControl.asterisk),
  VTOY_MENU_TIMEOUT: seconds(sayControl.timeout),
  VTOY_WIN_UEFI_RES_LOCK: {
    fits: /^[0-3]$/,
    known: "0, 1, 2, 3",
    words: sayControl.resolutionLock,
  },
  VTOY_WINDOWS_CD_PROMPT: flag(sayControl.cdPrompt),
  VTOY_SECURE_BOOT_POLICY: flag(sayControl.secureBoot),
  VTOY_SECONDARY_TIMEOUT: seconds(sayControl.secondTimeout),
  VTOY_DEFAULT_KBD_LAYOUT: { words: sayControl.keyboard },
  VTOY_MENU_LANGUAGE: {
    fits: /^[a-z]{2}_[A-Za-z]{2}$/,
    known: "en_US, zh_CN …",
    words: sayControl.language,
  },
  VTOY_DEFAULT_SEARCH_ROOT: { fits: /^\//, known: "/…", words: sayControl.searchRoot },
  VTOY_DEFAULT_IMAGE: {
    fits: /^(?:\/|F[2-9]>)/,
    known: "/…, F2>… F9>…",
    words: sayControl.defaultImage,
  },
};
