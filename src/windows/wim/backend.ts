/**
 * What is done with the contents of WIM files, whatever program does it: wimlib-imagex on Linux and macOS, DISM on Windows. Callers
 * have looked at the WIM before (`openWim`, `chooseImage`, `findParts`), so that a mistake is told before anything is written.
 */
import type { JobContext } from "../../system/progress.ts";

/** A WIM file on this computer. */
export interface WimFile {
  readonly path: string;
  /** The further parts of a split WIM; `path` is the first. */
  readonly parts?: readonly string[];
}

/**
 * `volume`: an NTFS volume that isn't mounted, a block device or an image file, empty: everything that NTFS knows is kept. `folder`:
 * on Windows the root of a volume; elsewhere security descriptors, short names and attributes are lost, which Windows doesn't survive.
 */
export type ApplyTarget =
  | { readonly kind: "volume"; readonly path: string }
  | { readonly kind: "folder"; readonly path: string };

export interface ApplyRequest {
  readonly wim: WimFile;
  readonly index: number;
  readonly target: ApplyTarget;
  /** Against the integrity table first, where there is one. */
  readonly check?: boolean;
  /** What the image unpacks to, by its XML data: for the progress. */
  readonly totalBytes?: number;
}

export interface ExtractRequest {
  readonly wim: WimFile;
  readonly index: number;
  /** In the image, with `/`: files, or folders with all that is in them. */
  readonly paths: readonly string[];
  /** It has to be there. Each of the paths comes into it under its last name. */
  readonly folder: string;
}

export interface CaptureRequest {
  readonly folder: string;
  /** It must not be there yet. */
  readonly wim: string;
  readonly name: string;
  readonly description?: string;
  /** Default: `fast`. */
  readonly compression?: "none" | "fast" | "max";
  /** Windows PE starts from it. */
  readonly bootable?: boolean;
}

export interface ExportRequest {
  readonly wim: WimFile;
  readonly index: number;
  /** A new WIM, which has this image alone. */
  readonly to: string;
  readonly bootable?: boolean;
}

/** Paths in the image are absolute, with `/`. */
export type UpdateCommand =
  | { readonly kind: "add"; readonly source: string; readonly path: string }
  /** `ifThere`: no failure where it isn't. */
  | { readonly kind: "delete"; readonly path: string; readonly ifThere?: boolean }
  | { readonly kind: "rename"; readonly from: string; readonly to: string };

export interface UpdateRequest {
  readonly wim: string;
  readonly index: number;
  readonly commands: readonly UpdateCommand[];
}

/** All of them throw LifeboatErrors that say what the program's own words mean (`wim-…`, `tool-missing`, `tool-failed`). */
export interface WimBackend {
  readonly name: "wimlib" | "dism";
  apply(request: ApplyRequest, job: JobContext): Promise<void>;
  extract(request: ExtractRequest, job: JobContext): Promise<void>;
  capture(request: CaptureRequest, job: JobContext): Promise<void>;
  export(request: ExportRequest, job: JobContext): Promise<void>;
  update(request: UpdateRequest, job: JobContext): Promise<void>;
  /** Unpacks everything and holds it against its SHA-1. Undefined where the program can't. */
  readonly verify: ((wim: WimFile, job: JobContext) => Promise<void>) | undefined;
}
