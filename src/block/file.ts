import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { LifeboatError } from "../system/errors.ts";
import { reasonOf } from "../system/reason.ts";
import type { Text } from "../system/text.ts";
import { checkBounds } from "./bounds.ts";
import type { ByteRange } from "./byte-range.ts";
import { say } from "./messages.ts";

export interface OpenOptions {
  /** Default: reading only. */
  readonly writable?: boolean;
  /** Logical sector size in bytes of the disk that an image file holds. Default: 512. */
  readonly sectorSize?: number;
}

/** A regular file, or an open device handle, as a byte range. */
export class FileRange implements ByteRange {
  readonly path: string;
  readonly size: number;
  readonly sectorSize: number;
  readonly writable: boolean;
  readonly #handle: FileHandle;

  /** Takes over `handle`; `size` in bytes must be known (a device's `stat` says 0). */
  constructor(
    path: string,
    handle: FileHandle,
    details: { size: number; sectorSize?: number; writable: boolean },
  ) {
    this.path = path;
    this.#handle = handle;
    this.size = details.size;
    this.sectorSize = details.sectorSize ?? 512;
    this.writable = details.writable;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    checkBounds(this.path, offset, into.length, this.size);
    for (let done = 0; done < into.length;) {
      const { bytesRead } = await this.#handle
        .read(into, done, into.length - done, offset + done)
        .catch(async (cause: unknown) => {
          const text = say.readFailed(this.path, offset + done, reasonOf(cause));
          throw await this.#failure("read-failed", text, cause);
        });
      if (bytesRead === 0) {
        throw new LifeboatError("short-read", say.shortRead(this.path, offset, into.length, done));
      }
      done += bytesRead;
    }
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    if (!this.writable) throw new LifeboatError("read-only", say.readOnly(this.path));
    checkBounds(this.path, offset, data.length, this.size);
    for (let done = 0; done < data.length;) {
      const { bytesWritten } = await this.#handle
        .write(data, done, data.length - done, offset + done)
        .catch(async (cause: unknown) => {
          const text = say.writeFailed(this.path, offset + done, reasonOf(cause));
          throw await this.#failure("write-failed", text, cause);
        });
      // No error and no progress: trying for ever wouldn't help.
      if (bytesWritten === 0) {
        const text = say.shortWrite(this.path, offset, data.length, done);
        throw new LifeboatError("short-write", text);
      }
      done += bytesWritten;
    }
  }

  async flush(): Promise<void> {
    if (!this.writable) return;
    await this.#handle.datasync().catch(async (cause: unknown) => {
      throw await this.#failure("write-failed", say.flushFailed(this.path, reasonOf(cause)), cause);
    });
  }

  /** When the file was last changed. */
  async modified(): Promise<Date> {
    return (await this.#handle.stat()).mtime;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** A stick that was pulled out is told from one that fails: what to do differs. */
  async #failure(code: string, text: Text, cause: unknown): Promise<LifeboatError> {
    if (await this.#isGone(cause)) return deviceGone(this.path, cause);
    if (codeOf(cause) === "ENOSPC") {
      return new LifeboatError(code, text, { hint: say.hostFullHint(this.path), cause });
    }
    return new LifeboatError(code, text, { cause });
  }

  /** Linux answers EIO for a while after a removal too; but then its device node is gone. */
  async #isGone(cause: unknown): Promise<boolean> {
    const errno = codeOf(cause);
    if (errno === "ENODEV" || errno === "ENXIO" || errno === "ENOMEDIUM") return true;
    if (errno !== "EIO") return false;
    return stat(this.path).then(
      () => false,
      () => true,
    );
  }
}

export function deviceGone(path: string, cause: unknown): LifeboatError {
  const hint = say.deviceGoneHint();
  return new LifeboatError("device-gone", say.deviceGone(path), { hint, cause });
}

/** Opens a regular file. @throws LifeboatError `open-failed`, `needs-permission`. */
export async function openFile(path: string, options: OpenOptions = {}): Promise<FileRange> {
  const writable = options.writable ?? false;
  const handle = await openHandle(path, writable ? constants.O_RDWR : constants.O_RDONLY);
  const found = await handle.stat();
  if (!found.isFile()) {
    await handle.close();
    throw new LifeboatError("open-failed", say.notAFile(path), { kind: "usage" });
  }
  const { size } = found;
  return new FileRange(path, handle, { size, writable, sectorSize: options.sectorSize ?? 512 });
}

/**
 * Creates an image file of `size` bytes, all holes: it takes no room before something is written.
 * @throws LifeboatError `open-failed` (it exists already, the folder is missing, …), `needs-permission`.
 */
export async function createFile(path: string, size: number, sectorSize = 512): Promise<FileRange> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
  const handle = await openHandle(path, flags);
  await handle.truncate(size);
  return new FileRange(path, handle, { size, writable: true, sectorSize });
}

/** Opens with errors in lifeboat's words. */
export async function openHandle(path: string, flags: number): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "EACCES" || code === "EPERM") {
      throw new LifeboatError("needs-permission", say.needsPermission(path), {
        hint: say.needsPermissionHint(),
        cause,
      });
    }
    if (code === "EBUSY") {
      throw new LifeboatError("device-busy", say.deviceBusy(path), {
        hint: say.deviceBusyHint(),
        kind: "refused",
        cause,
      });
    }
    throw new LifeboatError("open-failed", say.openFailed(path, reasonOf(cause)), {
      kind: "usage",
      cause,
    });
  }
}

/** True where `path` names a block or character device. */
export async function isDevice(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (found.isBlockDevice() || found.isCharacterDevice());
}

function codeOf(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException | undefined)?.code;
}
