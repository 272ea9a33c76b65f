import type { Finding } from "../../disks/finding.ts";
import { errorFinding, warningFinding } from "../../disks/finding.ts";
import type { FatAttributes } from "../../filesystems/fat32/index.ts";
import type { Text } from "../../system/text.ts";
import { windowsPath } from "./listing.ts";
import type { BootFile, BootFolder, BootListing } from "./listing.ts";
import { say } from "./messages.ts";
import type { BootFileCopy, BootFilesPlan } from "./types.ts";

/** bcdboot makes it of this length. That its content may be zeroes was not tried on a real boot manager. */
const STATUS_LOG = { name: "BOOTSTAT.DAT", sizeBytes: 65_536 };

/** A plan while it is being made. */
export class Draft {
  readonly listing: BootListing;
  machine: string | undefined;
  /** By the target in lower case: FAT doesn't tell `EFI` from `efi`. */
  readonly #copies = new Map<string, { copy: BootFileCopy; folder: BootFolder | undefined }>();
  readonly #created: { to: string; sizeBytes: number }[] = [];
  readonly #attributes: { path: string; attributes: FatAttributes }[] = [];
  readonly #findings: Finding[] = [];

  constructor(listing: BootListing) {
    this.listing = listing;
  }

  /** The folders that messages lie in. */
  get languages(): string[] {
    const found = new Set<string>();
    for (const { copy } of this.#copies.values()) {
      const [, language] = /\/([^/]+)\/[^/]+\.mui$/i.exec(copy.to) ?? [];
      const isLanguage = language !== undefined && /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(language);
      if (isLanguage) found.add(language);
    }
    return [...found].sort();
  }

  copy({ from, sizeBytes }: BootFile, to: string, folder?: BootFolder): void {
    const key = to.toLowerCase();
    const there = this.#copies.get(key);
    if (there !== undefined && there.folder === folder) {
      this.warn("boot-file-twice", say.twice(windowsPath(there.copy.from), windowsPath(from)));
      return;
    }
    this.#copies.set(key, { copy: { from, to, sizeBytes }, folder });
  }

  /** @param elsewhere by names in lower case, those that don't go to `to`. */
  copyAll(folder: BootFolder, to: string, elsewhere: Readonly<Record<string, string>> = {}): void {
    const isEx = folder.endsWith("_EX");
    for (const file of this.listing.folders[folder] ?? []) {
      const path = isEx ? plainPath(file.path) : file.path;
      const key = path.toLowerCase();
      const special = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
      this.copy(file, special ?? `${to}/${path}`, folder);
    }
  }

  createStatusLog(folder: string): void {
    const to = `${folder}/${STATUS_LOG.name}`;
    this.#copies.delete(to.toLowerCase());
    this.#created.push({ to, sizeBytes: STATUS_LOG.sizeBytes });
  }

  setAttributes(path: string, attributes: FatAttributes): void {
    this.#attributes.push({ path, attributes });
  }

  /** Says which of these aren't copied. */
  expect(...paths: string[]): void {
    const missing = paths.filter((path) => !this.#copies.has(path.toLowerCase()));
    if (missing.length > 0) this.warn("boot-files-missing", say.missing(missing.map(windowsPath)));
  }

  fail(code: string, text: Text, hint?: Text): void {
    this.#findings.push(errorFinding(code, text, hint));
  }

  warn(code: string, text: Text): void {
    this.#findings.push(warningFinding(code, text));
  }

  plan(): BootFilesPlan {
    const copies = [...this.#copies.values()].map(({ copy }) => copy);
    const files = [...copies, ...this.#created];
    const isThere = (path: string) =>
      files.some(({ to }) => to === path || to.startsWith(`${path}/`));
    return {
      copies,
      created: this.#created,
      attributes: this.#attributes.filter(({ path }) => isThere(path)),
      machine: this.machine,
      languages: this.languages,
      totalBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      findings: this.#findings,
    };
  }
}

/** `bootmgfw_EX.efi` becomes `bootmgfw.efi`, and `de-DE/bootmgfw_EX.efi.mui` likewise. */
function plainPath(path: string): string {
  const at = path.lastIndexOf("/") + 1;
  return path.slice(0, at) + path.slice(at).replace(/_EX(?=\.|$)/i, "");
}
