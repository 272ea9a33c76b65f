/** A saved boot stage, opened: its header, and its sections as streams. Bytes from outside: every length is held to the header's. */
import { createHash } from "node:crypto";
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readBytes } from "../../block/byte-range.ts";
import type { FileRange } from "../../block/file.ts";
import { openFile } from "../../block/file.ts";
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import type { BackupHeader, BackupSection } from "./header.ts";
import { Head, contentBytes, damaged, decodeHead, decodeHeader } from "./header.ts";
import { say } from "./messages.ts";

const CHUNK_BYTES = MIB;

export class BootBackup {
  readonly path: string;
  readonly header: BackupHeader;
  readonly #file: FileRange;

  constructor(path: string, header: BackupHeader, file: FileRange) {
    this.path = path;
    this.header = header;
    this.#file = file;
  }

  /**
   * Calls `each` with the section's content from its start on, in pieces of any length.
   * @throws LifeboatError `backup-damaged` as soon as it is longer than it says, or at its end where it is not what it says; what
   * `each` throws.
   */
  async read(section: BackupSection, each: (piece: Buffer) => Promise<void>): Promise<void> {
    const { offset, storedBytes, sha256, kind } = section;
    const expected = contentBytes(section);
    const hash = createHash("sha256");
    const file = this.#file;
    let seen = 0;
    let failure: { readonly error: unknown } | undefined;
    async function* stored() {
      for (let at = 0; at < storedBytes; at += CHUNK_BYTES) {
        yield await readBytes(file, offset + at, Math.min(CHUNK_BYTES, storedBytes - at));
      }
    }
    const take = async (piece: Buffer) => {
      seen += piece.length;
      // Gzip makes a gigabyte of a megabyte: no more of it is unpacked than the header promised.
      if (seen > expected) throw damaged(this.path, kind);
      hash.update(piece);
      // A pipeline may tell of the end that this puts to the stream, and not of what it was.
      await each(piece).catch((error: unknown) => {
        failure = { error };
        throw error;
      });
    };
    try {
      await pipeline(
        Readable.from(stored()),
        createGunzip(),
        async (unpacked: AsyncIterable<Buffer>) => {
          for await (const piece of unpacked) await take(piece);
        },
      );
    } catch (error) {
      if (failure !== undefined) throw failure.error;
      if (error instanceof LifeboatError) throw error;
      // zlib's own words for a stream that is none.
      throw damaged(this.path, kind);
    }
    if (seen !== expected || hash.digest("hex") !== sha256) throw damaged(this.path, kind);
  }

  /** Reads and checks every section. @throws LifeboatError `backup-damaged`. */
  async check(signal: AbortSignal): Promise<void> {
    for (const section of this.header.sections) {
      await this.read(section, async () => signal.throwIfAborted());
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** @throws LifeboatError `open-failed`, `not-a-backup`, `newer-backup`, `backup-damaged`. */
export async function openBackup(path: string): Promise<BootBackup> {
  const file = await openFile(path);
  try {
    if (file.size < Head.size) {
      throw new LifeboatError("not-a-backup", say.notABackup(path), { kind: "usage" });
    }
    const head = decodeHead(await readBytes(file, 0, Head.size), file.size, path);
    const json = await readBytes(file, head.headerOffset, head.headerBytes);
    return new BootBackup(path, decodeHeader(json, head, path), file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Reads all of a saved boot stage again: a file that can't be read is no way back.
 * @throws LifeboatError as `openBackup` and `BootBackup.check`.
 */
export async function checkBackup(path: string, signal: AbortSignal): Promise<void> {
  const backup = await openBackup(path);
  try {
    await backup.check(signal);
  } finally {
    await backup.close();
  }
}
