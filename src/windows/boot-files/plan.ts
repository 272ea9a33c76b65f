/**
 * What bcdboot copies from \Windows\Boot of an applied image to the system partition, as a plan: no BCD, which is written anew.
 * UEFI starts \EFI\Microsoft\Boot\bootmgfw.efi by its own entry, and \EFI\Boot\bootx64.efi where it knows nothing of the disk, as with
 * every stick. BIOS starts \bootmgr through the boot sector or GRUB's ntldr.
 */
import type { FatAttributes } from "../../filesystems/fat32/index.ts";
import { Draft } from "./draft.ts";
import { BOOT_MANAGER, fileNamed, windowsPath } from "./listing.ts";
import type { BootListing } from "./listing.ts";
import { say } from "./messages.ts";
import type { BootFilesPlan } from "./types.ts";

export interface BootFilesOptions {
  /** `all`: what of both the image has. */
  readonly firmware: "uefi" | "bios" | "all";
  /** The files signed by "Windows UEFI CA 2023": for computers that trust nothing else any more. Old ones don't trust it yet. */
  readonly bootex?: boolean;
  /**
   * Whether \EFI\Boot\bootx64.efi is written. Not where something else starts from there: on lifeboat's own ESP it is shim.
   * Default: true.
   */
  readonly fallbackLoader?: boolean;
  /** The language that Windows' boot menu will be in: its absence is told. */
  readonly locale?: string;
}

const EFI_BOOT = "/EFI/Microsoft/Boot";
const BIOS_BOOT = "/Boot";

/** UEFI 2.10, section 3.5.1.1: what firmware looks for on removable media. */
const FALLBACK_LOADERS: Readonly<Record<string, string>> = {
  x86_64: "bootx64.efi",
  i386: "bootia32.efi",
  aarch64: "bootaa64.efi",
  arm: "bootarm.efi",
};

const HIDDEN: FatAttributes = { hidden: true, system: true };

/** Pure: nothing is read or written. */
export function planBootFiles(listing: BootListing, options: BootFilesOptions): BootFilesPlan {
  const draft = new Draft(listing);
  const { firmware } = options;
  const hasEfi = listing.folders.EFI !== undefined;
  const hasBios = fileNamed(listing.folders.PCAT, "bootmgr") !== undefined;
  // An arm64 image has nothing for BIOS, and that is as it should be; one of the two there must be.
  const wantsEfi = firmware === "uefi" || (firmware === "all" && (hasEfi || !hasBios));
  if (wantsEfi) planEfi(draft, options);
  if (firmware === "bios" || (firmware === "all" && hasBios)) planBios(draft);
  if (firmware === "all" && !hasBios) draft.warn("no-bios-boot-files", say.noBios());
  for (const folder of ["Fonts", "Resources"] as const) {
    if ((listing.folders[folder] ?? []).length > 0) continue;
    draft.warn("boot-files-missing", say.missing([`\\Windows\\Boot\\${folder}`]));
  }
  checkLanguages(draft, options.locale);
  if (listing.skipped.length > 0) draft.warn("boot-files-skipped", say.skipped(listing.skipped));
  return draft.plan();
}

function planEfi(draft: Draft, { bootex = false, fallbackLoader = true }: BootFilesOptions): void {
  const { folders, machines } = draft.listing;
  const folder = bootex ? "EFI_EX" : "EFI";
  const manager = fileNamed(folders[folder], BOOT_MANAGER[folder]);
  const machine = machines[folder];
  if (bootex && folders.EFI_EX === undefined) {
    draft.fail("no-bootex-files", say.noBootex(), say.noBootexHint());
  } else if (manager === undefined) {
    const path = `\\Windows\\Boot\\${folder}\\${BOOT_MANAGER[folder]}`;
    draft.fail("no-boot-manager", say.noBootManager(path), say.noBootManagerHint());
  } else if (machine === undefined || !Object.hasOwn(FALLBACK_LOADERS, machine)) {
    draft.fail("boot-manager-machine", say.machine(windowsPath(manager.from), machine));
  } else {
    draft.machine = machine;
    if (fallbackLoader) draft.copy(manager, `/EFI/Boot/${FALLBACK_LOADERS[machine] ?? ""}`);
  }
  // What is there under both names counts as the later one has it.
  draft.copyAll("EFI", EFI_BOOT);
  draft.copyAll("Fonts", `${EFI_BOOT}/Fonts`);
  if (bootex) {
    draft.copyAll("EFI_EX", EFI_BOOT);
    draft.copyAll("Fonts_EX", `${EFI_BOOT}/Fonts`);
  }
  draft.copyAll("Resources", `${EFI_BOOT}/Resources`);
  draft.expect(`${EFI_BOOT}/bootmgr.efi`, `${EFI_BOOT}/memtest.efi`);
  draft.createStatusLog(EFI_BOOT);
}

function planBios(draft: Draft): void {
  if (fileNamed(draft.listing.folders.PCAT, "bootmgr") === undefined) {
    const path = "\\Windows\\Boot\\PCAT\\bootmgr";
    draft.fail("no-boot-manager", say.noBootManager(path), say.noBootManagerHint());
  }
  draft.copyAll("PCAT", BIOS_BOOT, { bootmgr: "/bootmgr", bootnxt: "/BOOTNXT" });
  draft.copyAll("Fonts", `${BIOS_BOOT}/Fonts`);
  draft.copyAll("Resources", `${BIOS_BOOT}/Resources`);
  draft.expect("/BOOTNXT", `${BIOS_BOOT}/memtest.exe`);
  draft.createStatusLog(BIOS_BOOT);
  draft.setAttributes("/bootmgr", { ...HIDDEN, readOnly: true });
  draft.setAttributes("/BOOTNXT", HIDDEN);
  draft.setAttributes(BIOS_BOOT, HIDDEN);
}

function checkLanguages(draft: Draft, locale: string | undefined): void {
  const { languages } = draft;
  if (languages.length === 0) {
    draft.warn("no-boot-languages", say.noLanguages());
  } else if (locale !== undefined) {
    const isThere = languages.some((name) => name.toLowerCase() === locale.toLowerCase());
    if (!isThere) draft.warn("no-boot-language", say.noLanguage(locale, languages));
  }
}
