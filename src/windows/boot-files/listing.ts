/** What an applied Windows brings to start itself with: the folders below \Windows\Boot. */
import { LifeboatError } from "../../system/errors.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { walk } from "../../filesystems/walk.ts";
import { readPeHeaders } from "../pe.ts";
import { say } from "./messages.ts";

/** `_EX`: the same signed by "Windows UEFI CA 2023" instead of "Windows Production PCA 2011". */
export const BOOT_FOLDERS = ["EFI", "EFI_EX", "PCAT", "Fonts", "Fonts_EX", "Resources"] as const;

export type BootFolder = (typeof BOOT_FOLDERS)[number];

export interface BootFile {
  /** On the Windows volume, absolute. */
  readonly from: string;
  /** Below its folder: `en-US/bootmgr.efi.mui`. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface BootListing {
  /** Undefined where the folder isn't there. */
  readonly folders: Readonly<Record<BootFolder, readonly BootFile[] | undefined>>;
  /** The PE machine of each boot manager: `x86_64`, `i386`, `aarch64`, …; undefined where it is no PE file or isn't there. */
  readonly machines: { readonly EFI: string | undefined; readonly EFI_EX: string | undefined };
  /** Links and the like, which are not copied. */
  readonly skipped: readonly string[];
}

export const BOOT_MANAGER = { EFI: "bootmgfw.efi", EFI_EX: "bootmgfw_EX.efi" } as const;

/** A real Windows has some 300 files in all of them, one level of languages deep. */
const MOST_FILES = 20_000;
const DEEPEST = 8;

/**
 * Reads the lists of names; of the files only the heads of the boot managers.
 * @param windows the folder of Windows on the volume.
 * @throws LifeboatError `no-windows-boot-files` where there is no \Windows\Boot; what reading throws.
 */
export async function readBootListing(
  volume: ReadableVolume,
  windows = "/Windows",
): Promise<BootListing> {
  const boot = `${windows}/Boot`;
  if ((await volume.find(boot))?.kind !== "directory") {
    throw new LifeboatError("no-windows-boot-files", say.noBootFolder(windowsPath(boot)), {
      kind: "usage",
      hint: say.noBootFolderHint(),
    });
  }
  const skipped: string[] = [];
  const folders: Partial<Record<BootFolder, BootFile[]>> = {};
  for (const folder of BOOT_FOLDERS) {
    const found = await volume.find(`${boot}/${folder}`);
    if (found?.kind !== "directory") continue;
    const files: BootFile[] = [];
    const options = { from: found.path, maxEntries: MOST_FILES, maxDepth: DEEPEST };
    for await (const { path, kind, sizeBytes } of walk(volume, options)) {
      if (kind === "other") skipped.push(windowsPath(path));
      if (kind !== "file") continue;
      files.push({ from: path, path: path.slice(found.path.length + 1), sizeBytes });
    }
    folders[folder] = files;
  }
  const machineOf = async (folder: "EFI" | "EFI_EX"): Promise<string | undefined> => {
    const file = fileNamed(folders[folder], BOOT_MANAGER[folder]);
    if (file === undefined) return undefined;
    return (await readPeHeaders(await volume.open(file.from)))?.machine;
  };
  const machines = { EFI: await machineOf("EFI"), EFI_EX: await machineOf("EFI_EX") };
  const { EFI, EFI_EX, PCAT, Fonts, Fonts_EX, Resources } = folders;
  return { folders: { EFI, EFI_EX, PCAT, Fonts, Fonts_EX, Resources }, machines, skipped };
}

/** Without regard to case. */
export function fileNamed(files: readonly BootFile[] = [], path: string): BootFile | undefined {
  return files.find((file) => file.path.toLowerCase() === path.toLowerCase());
}

/** For messages. */
export function windowsPath(path: string): string {
  return path.replaceAll("/", "\\");
}
