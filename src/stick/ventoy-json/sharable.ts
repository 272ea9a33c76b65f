/** Which paths and titles mean the same to lifeboat's menu and to Ventoy's. */
import { wrongInText } from "./json.ts";
import { LONGEST_ALIAS_BYTES, LONGEST_PATH_BYTES, bytesOf } from "./names.ts";

/** Labels that systems look for which Ventoy starts: those of its own CreatePersistentImg.sh. */
export const VENTOY_LABELS: readonly string[] = [
  "casper-rw",
  "persistence",
  "MX-Persist",
  "vtoycow",
];

/** The images that Ventoy lists, by the ends of their names. */
const IMAGE = /\.(?:iso|wim|img|vhdx?|efi|vtoy)$/i;
/** What both unpack: lifeboat knows no xz and no bzip2, Ventoy neither tar alone nor cpio. */
const ARCHIVE = /\.(?:tar\.gz|tgz|zip)$/i;

/** A path that means one file or folder to both. */
export function isSharedPath(path: string): boolean {
  const parts = path.split("/");
  return (
    path.startsWith("/") &&
    bytesOf(path) <= LONGEST_PATH_BYTES &&
    // oxlint-disable-next-line no-control-regex
    !/[*?[\]\\"\u0000-\u001f]/.test(path) &&
    path.isWellFormed() &&
    parts.slice(1).every((part) => part !== "" && part !== "." && part !== "..")
  );
}

export function isSharedImage(path: string): boolean {
  return isSharedPath(path) && IMAGE.test(path);
}

export function isSharedArchive(path: string): boolean {
  return isSharedPath(path) && ARCHIVE.test(path);
}

export function isSharedTitle(title: string): boolean {
  return bytesOf(title) <= LONGEST_ALIAS_BYTES && wrongInText(title) === undefined;
}
