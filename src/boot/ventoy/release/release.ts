/**
 * A release of Ventoy that the user brings: the archive as it is published, for Linux or for Windows. Everything about it is looked at
 * before anything of it is used; nothing is unpacked to a disk.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { LifeboatError } from "../../../system/errors.ts";
import { reasonOf } from "../../../system/reason.ts";
import { checkBootImage, checkDiskImage } from "./device-check.ts";
import {
  CORE_IMAGE_BYTES,
  DISK_IMAGE_BYTES,
  MOST_BYTES,
  PATHS,
  ReleaseMembers,
} from "./members.ts";
import { say } from "./messages.ts";
import { readTarGz } from "./read-tar.ts";
import { readZip } from "./read-zip.ts";
import { refusal } from "./refusal.ts";
import { checkSums } from "./sums.ts";
import type { SumsChecked } from "./sums.ts";

export interface VentoyRelease {
  /** Path of the archive, as it was given. */
  readonly archive: string;
  /** Lower-case hex. */
  readonly archiveSha256: string;
  /** Which list of checksums it was held against. */
  readonly checked: SumsChecked;
  /** `1.1.17` */
  readonly version: string;
  /** The first sector, 512 bytes: boot code; its disk signature and partition table belong to no stick. */
  readonly bootImage: Buffer;
  /** GRUB's core image, 2,047 sectors. */
  readonly coreImage: Buffer;
  /** What fills the second partition, 32 MiB: a FAT16 volume called VTOYEFI. */
  readonly diskImage: Buffer;
}

export interface OpenReleaseOptions {
  /** Path of the release's `sha256.txt`, in which the archive must be. Default: the one beside it, where that names it. */
  readonly sums?: string;
}

/** The names that releases have; others may have been chosen by whoever saved them. */
const OFFICIAL_NAME =
  /^ventoy-(?<version>\d{1,4}\.\d{1,4}\.\d{1,4})-(?:linux\.tar\.gz|windows\.zip)$/i;

export function isOfficialName(path: string): boolean {
  return OFFICIAL_NAME.test(basename(path));
}

/**
 * Reads a release and checks all of it.
 * @throws LifeboatError `ventoy-archive-unreadable` (also what is no file), `-unknown` (no .tar.gz and no .zip), `-damaged` (incomplete, or
 * its checksums are wrong), `-member` (a path, link or name that no release has), `-too-large`, `-size` (of a part), `-lacks`, `-mixed`
 * (two versions), `-version`, `-content` (parts that aren't Ventoy's); those of `checkSums`.
 */
export async function openVentoyRelease(
  path: string,
  options: OpenReleaseOptions = {},
): Promise<VentoyRelease> {
  try {
    const read = await formatOf(path);
    const archiveSha256 = await sha256Of(path);
    const checked = await checkSums(path, archiveSha256, options.sums);
    const members = new ReleaseMembers();
    await read(path, members);
    const version = versionIn(members, path);
    return { archive: path, archiveSha256, checked, version, ...(await partsOf(members)) };
  } catch (error) {
    throw aboutArchive(path, error);
  }
}

/** By the archive's first bytes: a name says little about what was saved under it. */
async function formatOf(
  path: string,
): Promise<(path: string, members: ReleaseMembers) => Promise<void>> {
  // Looked at before it is opened: opening a pipe would wait for somebody to write to it.
  const found = await stat(path);
  if (!found.isFile()) {
    throw new LifeboatError("ventoy-archive-unreadable", say.notAFile(), {
      kind: "usage",
      hint: say.nameHint(),
    });
  }
  if (found.size > MOST_BYTES) throw refusal("ventoy-archive-too-large", say.tooLarge(MOST_BYTES));
  const file = await open(path);
  try {
    const magic = Buffer.alloc(4);
    await file.read(magic, 0, magic.length, 0);
    if (magic[0] === 0x1f && magic[1] === 0x8b) return readTarGz;
    if (["PK\u0003\u0004", "PK\u0005\u0006"].includes(magic.toString("latin1"))) return readZip;
  } finally {
    await file.close();
  }
  throw refusal("ventoy-archive-unknown", say.noArchive());
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}

/** Of the folder, of the file in it and of the archive's own name: they must be the same. */
function versionIn(members: ReleaseMembers, path: string): string {
  const folder = members.version;
  const text = members.part("version").toString("latin1");
  const version = /^(?<version>\d{1,4}\.\d{1,4}\.\d{1,4})\r?\n?$/.exec(text)?.groups?.["version"];
  if (version === undefined) throw refusal("ventoy-archive-version", say.noVersion());
  const named = OFFICIAL_NAME.exec(basename(path))?.groups?.["version"] ?? version;
  for (const other of [folder, named]) {
    if (other !== version) throw refusal("ventoy-archive-mixed", say.mixed(other, version));
  }
  return version;
}

async function partsOf(
  members: ReleaseMembers,
): Promise<Pick<VentoyRelease, "bootImage" | "coreImage" | "diskImage">> {
  const bootImage = members.part("bootImage");
  const [packedCore, packedDisk] = [members.part("coreImage"), members.part("diskImage")];
  checkBootImage(bootImage);
  // Loaded when it is needed: hardly any command is about Ventoy.
  const { unpackXz } = await import("./unpack-xz.ts");
  const coreImage = await unpackXz(packedCore, CORE_IMAGE_BYTES, PATHS.coreImage);
  const diskImage = await unpackXz(packedDisk, DISK_IMAGE_BYTES, PATHS.diskImage);
  await checkDiskImage(diskImage);
  return { bootImage, coreImage, diskImage };
}

/** Refusals get the path before them, and what the system refused gets words. */
function aboutArchive(path: string, error: unknown): unknown {
  if (error instanceof LifeboatError) {
    const { code, text, hint, kind } = error;
    if (!code.startsWith("ventoy-archive-")) return error;
    const details = { kind, cause: error, ...(hint === undefined ? {} : { hint }) };
    return new LifeboatError(code, say.refused(path, text), details);
  }
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const details = ["ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG", "ELOOP"].includes(code)
    ? ({ kind: "usage", hint: say.nameHint(), cause: error } as const)
    : { hint: say.unreadableHint(), cause: error };
  const text = say.refused(path, say.unreadable(reasonOf(error)));
  return new LifeboatError("ventoy-archive-unreadable", text, details);
}
