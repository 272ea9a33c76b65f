/** Planning a stick: looks at the target and the ISOs, writes nothing, and returns plain data that `build` executes. */
import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import { reasonOf } from "../../system/reason.ts";
import { MIB } from "../../system/sizes.ts";
import type { Language, Text } from "../../system/text.ts";
import { storableNameOn } from "../data/volume.ts";
import type { DataFileSystem, Scheme, StickLayout } from "../layout.ts";
import { layOut, partitionOf } from "../layout.ts";
import { say } from "../messages.ts";
import type { Target } from "../target.ts";

/** What a stick is to be like, whatever lies on it. */
export interface StickOptions {
  readonly fileSystem: DataFileSystem;
  readonly scheme: Scheme;
  readonly secureBoot: boolean;
  /** 0: no Windows partition. */
  readonly windowsBytes: number;
  readonly label: string;
  readonly language: Language;
}

export interface BuildOptions extends StickOptions {
  readonly isos: readonly string[];
}

export interface PlannedFile {
  /** A path on this computer; of a clone, one on the source's data partition. */
  readonly source: string;
  /** On the data partition. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface BuildPlan {
  readonly target: Target;
  readonly layout: StickLayout;
  readonly fileSystem: DataFileSystem;
  readonly label: string;
  readonly secureBoot: boolean;
  readonly language: Language;
  /** GUID for GPT, eight hex digits for MBR. */
  readonly diskId: string;
  /** `LIFEBOAT-` and eight hex digits of `diskId`. */
  readonly name: string;
  readonly files: readonly PlannedFile[];
  /** Ventoy behind lifeboat's menu; undefined: none. */
  readonly ventoy?: ChainedVentoy;
  readonly notes: readonly Text[];
}

export interface ChainedVentoy {
  /** Bytes 0x180–0x18F of the first sector, by which Ventoy knows its disk: 32 hex digits. */
  readonly uuid: string;
  readonly version: string;
  /** Path of the release's archive. */
  readonly archive: string;
  readonly archiveSha256: string;
  /** Left free behind all partitions. */
  readonly reserveBytes: number;
}

/** FAT's file size field has 32 bits. */
const FAT_LARGEST_FILE = 2 ** 32 - 1;
const LABEL_PATTERN = /^[A-Za-z0-9 _.-]{1,11}$/;
/** What file systems take for themselves, generously: 0.2 % (exFAT's FAT and bitmap, NTFS's MFT) and some MiB. */
const OVERHEAD_SHARE = 0.002;
const OVERHEAD_BYTES = 16 * MIB;
/** ext4's journal as `formatExt4` makes it, and its tables. */
const EXT4_OVERHEAD_BYTES = 32 * MIB;

/**
 * @param newGuid gives the disk's GUID; a test supplies its own.
 * @throws LifeboatError `target-too-small`, `mbr-too-large`, `file-too-large`, `bad-label`, `same-name`, `no-such-file`,
 * `source-is-target`.
 */
export async function planBuild(
  target: Target,
  options: BuildOptions,
  newGuid: () => string,
): Promise<BuildPlan> {
  checkLabel(options.label);
  const layout = layOutFor(target, options);
  const { files, notes } = await planFiles(options.isos, options.fileSystem, "/");
  await refuseTargetAsSource(target.path, options.isos);
  checkRoom(layout, options.fileSystem, files);
  return assemblePlan(target, options, layout, { files, notes, newGuid });
}

/** @throws LifeboatError `bad-label` where it isn't one that every file system takes. */
export function checkLabel(label: string): void {
  if (LABEL_PATTERN.test(label)) return;
  throw new LifeboatError("bad-label", say.badLabel(label), {
    kind: "usage",
    hint: say.badLabelHint(),
  });
}

/** @throws LifeboatError `target-too-small`, `mbr-too-large`. */
export function layOutFor(
  { sizeBytes, sectorSize }: Target,
  { scheme, windowsBytes }: StickOptions,
): StickLayout {
  return layOut({ scheme, sizeBytes, sectorSize, windowsBytes });
}

/** A plan with identifiers of its own. */
export function assemblePlan(
  target: Target,
  options: StickOptions,
  layout: StickLayout,
  rest: Pick<BuildPlan, "files" | "notes"> & { readonly newGuid: () => string },
): BuildPlan {
  const { scheme, fileSystem, label, secureBoot, language } = options;
  const { newGuid, files } = rest;
  const diskId = scheme === "gpt" ? newGuid() : randomBytes(4).toString("hex").toUpperCase();
  const notes = [...rest.notes, ...(layout.core === undefined ? [say.biosSkipped()] : [])];
  const name = `LIFEBOAT-${diskId.slice(0, 8).toUpperCase()}`;
  return { target, layout, fileSystem, label, secureBoot, language, diskId, name, files, notes };
}

/** Where files from this computer will lie on the stick, under names that its file system can hold. */
export async function planFiles(
  sources: readonly string[],
  fileSystem: DataFileSystem,
  folder: string,
): Promise<{ files: PlannedFile[]; notes: Text[] }> {
  const files: PlannedFile[] = [];
  const notes: Text[] = [];
  for (const source of sources) {
    const { size } = await statSource(source);
    const name = basename(source);
    const stored = await storableNameOn(fileSystem, name);
    if (stored !== name) notes.push(say.renamed(name, stored));
    if (fileSystem === "fat32" && size > FAT_LARGEST_FILE) {
      throw new LifeboatError("file-too-large", say.isoTooLargeForFs(name, fileSystem), {
        kind: "usage",
        hint: say.isoTooLargeHint(),
      });
    }
    const path = folder === "/" ? `/${stored}` : `${folder}/${stored}`;
    // Windows' file systems don't tell upper from lower case.
    if (files.some((other) => other.path.toLowerCase() === path.toLowerCase())) {
      throw new LifeboatError("same-name", say.twiceTheSameName(stored), {
        kind: "usage",
        hint: say.renameHint(),
      });
    }
    files.push({ source, path, sizeBytes: size });
  }
  return { files, notes };
}

/** An image that is built anew can't be what is copied into it. @throws LifeboatError `source-is-target`. */
export async function refuseTargetAsSource(
  target: string,
  sources: readonly string[],
): Promise<void> {
  const there = await stat(target).catch(() => undefined);
  if (there === undefined) return;
  for (const source of sources) {
    const { dev, ino } = await statSource(source);
    if (dev !== there.dev || ino !== there.ino) continue;
    throw new LifeboatError("source-is-target", say.sourceIsTarget(source), { kind: "usage" });
  }
}

async function statSource(path: string) {
  const found = await stat(path).catch((cause: unknown) => {
    throw new LifeboatError("no-such-file", say.noSuchSource(path, reasonOf(cause)), {
      kind: "usage",
      cause,
    });
  });
  if (!found.isFile()) {
    throw new LifeboatError("no-such-file", say.notAFile(path), { kind: "usage" });
  }
  return found;
}

/** @throws LifeboatError `target-too-small` where the files don't fit beside what the file system takes. */
export function checkRoom(
  layout: StickLayout,
  fileSystem: DataFileSystem,
  files: readonly PlannedFile[],
): void {
  const dataBytes = partitionOf(layout, "data").sectors * layout.sectorSize;
  const overhead =
    dataBytes * OVERHEAD_SHARE + (fileSystem === "ext4" ? EXT4_OVERHEAD_BYTES : OVERHEAD_BYTES);
  const wanted = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (wanted + overhead <= dataBytes || files.length === 0) return;
  const size = layout.totalSectors * layout.sectorSize;
  const needed = Math.ceil(size - dataBytes + wanted + overhead);
  throw new LifeboatError("target-too-small", say.tooSmall(size, needed), {
    kind: "refused",
    hint: say.tooSmallHint(),
  });
}
