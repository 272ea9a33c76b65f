/**
 * The members of a release archive as they go by: each name and size is looked at, four of them are kept. A release has one folder,
 * `ventoy-X.Y.Z`, with everything in it (Ventoy: INSTALL/ventoy_pack.sh).
 */
import { MIB } from "../../../system/sizes.ts";
import { say } from "./messages.ts";
import { refusal } from "./refusal.ts";

const SECTOR = 512;
export const BOOT_IMAGE_BYTES = SECTOR;
export const CORE_IMAGE_BYTES = 2047 * SECTOR;
export const DISK_IMAGE_BYTES = 65_536 * SECTOR;

/** Where in the release's folder they are. */
export const PATHS = {
  bootImage: "boot/boot.img",
  coreImage: "boot/core.img.xz",
  diskImage: "ventoy/ventoy.disk.img.xz",
  version: "ventoy/version",
} as const;

export type Part = keyof typeof PATHS;

export const PARTS = Object.keys(PATHS) as readonly Part[];

/** Of bytes that can't be made smaller xz makes a ten-thousandth more, and a header. */
const packedLimit = (sizeBytes: number): number => Math.ceil(sizeBytes * 1.01) + 64 * 1024;

const MOST_PART_BYTES: Readonly<Record<Part, number>> = {
  bootImage: BOOT_IMAGE_BYTES,
  coreImage: packedLimit(CORE_IMAGE_BYTES),
  diskImage: packedLimit(DISK_IMAGE_BYTES),
  version: 64,
};

/** Releases have about 40 MiB in some two hundred members. */
export const MOST_BYTES = 256 * MIB;
export const MOST_MEMBERS = 4096;
const LONGEST_PATH = 512;
const LONGEST_NAME = 255;

export interface MemberHeader {
  /** As the archive has it. */
  readonly name: string;
  readonly kind: "file" | "folder" | "other";
  /** What the archive says that it has, unpacked. */
  readonly sizeBytes: number;
}

export class ReleaseMembers {
  readonly #paths = new Set<string>();
  readonly #parts = new Map<Part, Buffer>();
  #members = 0;
  #bytes = 0;
  #top: string | undefined;

  /**
   * Takes note of the next member. Where it is one of the four, what it says of its size is in bounds, and its content is to be given to
   * `keep`.
   * @throws LifeboatError `ventoy-archive-member`, `-too-large`, `-size`, `-mixed`, `-content`.
   */
  enter({ name, kind, sizeBytes }: MemberHeader): Part | undefined {
    if (++this.#members > MOST_MEMBERS) {
      throw refusal("ventoy-archive-too-large", say.tooMany(MOST_MEMBERS));
    }
    const names = namesOf(name);
    if (kind === "other") throw refusal("ventoy-archive-member", say.notPlain(name));
    this.#count(name, sizeBytes, kind);
    const [top, ...below] = names;
    // The folder that was packed, as `.`.
    if (top === undefined && kind === "folder") return undefined;
    if (top === undefined) throw refusal("ventoy-archive-member", say.badPath(name));
    const path = names.join("/");
    if (this.#paths.has(path)) throw refusal("ventoy-archive-member", say.twice(name));
    this.#paths.add(path);
    this.#checkTop(top, below.length > 0 || kind === "folder");
    const part = PARTS.find((one) => PATHS[one] === below.join("/"));
    if (part === undefined) return undefined;
    if (kind !== "file") throw refusal("ventoy-archive-member", say.notPlain(name));
    checkPartSize(part, sizeBytes);
    return part;
  }

  keep(part: Part, content: Buffer): void {
    this.#parts.set(part, content);
  }

  /** @throws LifeboatError `ventoy-archive-lacks` */
  part(part: Part): Buffer {
    const content = this.#parts.get(part);
    if (content !== undefined) return content;
    throw refusal("ventoy-archive-lacks", say.lacks(PATHS[part]));
  }

  /** That of the folder's name. @throws LifeboatError `ventoy-archive-lacks` where the archive is empty. */
  get version(): string {
    if (this.#top === undefined) throw refusal("ventoy-archive-lacks", say.empty());
    return versionOf(this.#top) ?? "";
  }

  #count(name: string, sizeBytes: number, kind: string): void {
    // tar-stream takes some numbers for none, and never ends the stream of a folder that says it has content.
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || (kind === "folder" && sizeBytes > 0)) {
      throw refusal("ventoy-archive-damaged", say.damagedMember(name, `size ${sizeBytes}`));
    }
    this.#bytes += sizeBytes;
    if (this.#bytes > MOST_BYTES) {
      throw refusal("ventoy-archive-too-large", say.unpacksTooLarge(MOST_BYTES));
    }
  }

  #checkTop(top: string, isFolder: boolean): void {
    const version = versionOf(top);
    if (version === undefined || !isFolder) {
      throw refusal("ventoy-archive-content", say.otherTop(top));
    }
    this.#top ??= top;
    if (this.#top !== top) throw refusal("ventoy-archive-mixed", say.mixed(this.#top, top));
  }
}

/** @throws LifeboatError `ventoy-archive-member` */
function namesOf(path: string): string[] {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw refusal("ventoy-archive-member", say.longPath(path.slice(0, 80), LONGEST_PATH));
  }
  const absolute = path.startsWith("/") || /^[a-z]:/i.test(path);
  // What people see in a message must be what is there.
  const foreign = /[\\\u0000-\u001f\u007f\ufffd]/.test(path);
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  const fits = names.every((name) => name !== ".." && Buffer.byteLength(name) <= LONGEST_NAME);
  if (path === "" || absolute || foreign || !fits) {
    throw refusal("ventoy-archive-member", say.badPath(shown(path)));
  }
  return names;
}

function shown(path: string): string {
  return path.replaceAll(/[\u0000-\u001f\u007f]/g, "?");
}

function checkPartSize(part: Part, sizeBytes: number): void {
  const limit = MOST_PART_BYTES[part];
  if (part === "bootImage" && sizeBytes !== BOOT_IMAGE_BYTES) {
    const text = say.wrongSize(PATHS[part], BOOT_IMAGE_BYTES, sizeBytes);
    throw refusal("ventoy-archive-size", text);
  }
  if (sizeBytes > limit) {
    throw refusal("ventoy-archive-size", say.memberTooLarge(PATHS[part], limit));
  }
}

function versionOf(top: string): string | undefined {
  return /^ventoy-(?<version>\d{1,4}\.\d{1,4}\.\d{1,4})$/.exec(top)?.groups?.["version"];
}

/**
 * The whole content of a member, no longer than its header says.
 * @throws LifeboatError `ventoy-archive-damaged` where it is shorter or longer.
 */
export async function contentOf(
  stream: AsyncIterable<unknown>,
  part: Part,
  sizeBytes: number,
): Promise<Buffer> {
  const content = Buffer.alloc(sizeBytes);
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (filled + chunk.length > sizeBytes) {
      throw refusal("ventoy-archive-damaged", say.wrongSize(PATHS[part], sizeBytes, undefined));
    }
    chunk.copy(content, filled);
    filled += chunk.length;
  }
  if (filled === sizeBytes) return content;
  throw refusal("ventoy-archive-damaged", say.wrongSize(PATHS[part], sizeBytes, filled));
}
