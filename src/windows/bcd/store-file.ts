/** The file of a store: opened, and written anew. */
import { stat } from "node:fs/promises";
import { readBytes } from "../../block/byte-range.ts";
import { openFile } from "../../block/file.ts";
import { MemoryRange } from "../../block/memory.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { Hive, RegistryKey } from "../registry/index.ts";
import { readHive, readKeyTree, recoverHive, serialiseHive } from "../registry/index.ts";
import { fileSay } from "./file-messages.ts";
import { writeNew } from "./safe-replace.ts";
import type { BcdStore } from "./store.ts";
import { readStore } from "./store.ts";

const MIB = 1 << 20;

/** Real stores have some ten KiB; Windows' own reader takes no more either. */
const MOST_STORE_BYTES = 16 * MIB;

export interface StoreFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly hive: Hive;
  readonly tree: RegistryKey;
  readonly store: BcdStore;
}

/**
 * @throws LifeboatError `open-failed`; of kind `usage` where it is no store: `hive-signature`, `hive-is-log`,
 * `bcd-not-a-store`, `bcd-too-large`; of kind `damaged` where it is a damaged hive.
 */
export async function openStore(path: string): Promise<StoreFile> {
  const bytes = await readWhole(path);
  return readStoreBytes(path, bytes);
}

async function readWhole(path: string): Promise<Buffer> {
  const file = await openFile(path);
  try {
    if (file.size > MOST_STORE_BYTES) {
      const text = fileSay.tooLarge(path, MOST_STORE_BYTES / MIB);
      throw new LifeboatError("bcd-too-large", text, { kind: "usage" });
    }
    return await readBytes(file, 0, file.size);
  } finally {
    await file.close();
  }
}

/**
 * As `openStore`, but a dirty hive has the transaction logs beside it applied, where they belong to it: nothing is written.
 * @returns also how many of the logs' entries were applied; the store is still dirty where it was and there were none.
 */
export async function openRecovered(path: string): Promise<{ file: StoreFile; applied: number }> {
  const bytes = await readWhole(path);
  const hive = await readHive(new MemoryRange(bytes)).catch((error: unknown) => {
    throw asWrongFile(path, error);
  });
  const logs = hive.dirty ? await logsBeside(path) : [];
  if (logs.length === 0) return { file: await readStoreBytes(path, bytes), applied: 0 };
  const { range, applied } = await recoverHive(new MemoryRange(bytes), logs).catch(
    (error: unknown) => {
      if (failureOf(error).code !== "hive-logs-missing") throw error;
      return { range: new MemoryRange(bytes), applied: 0 };
    },
  );
  return {
    file: await readStoreBytes(path, await readBytes(range, 0, range.size)),
    applied,
  };
}

async function logsBeside(path: string): Promise<MemoryRange[]> {
  const logs: MemoryRange[] = [];
  for (const ending of [".LOG1", ".LOG2", ".LOG"]) {
    const isThere = await stat(`${path}${ending}`).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isThere) logs.push(new MemoryRange(await readWhole(`${path}${ending}`)));
  }
  return logs;
}

/** @param path for messages. @throws as `openStore`. */
export async function readStoreBytes(path: string, bytes: Buffer): Promise<StoreFile> {
  const hive = await readHive(new MemoryRange(bytes)).catch((error: unknown) => {
    throw asWrongFile(path, error);
  });
  const tree = await readKeyTree(hive, { limitBytes: MOST_STORE_BYTES });
  return { path, bytes, hive, tree, store: readStore(tree) };
}

/** A file that was never a hive is a mistake of who named it, and nothing that is damaged. */
function asWrongFile(path: string, error: unknown): unknown {
  if (!(error instanceof LifeboatError)) return error;
  if (error.code === "hive-is-log") {
    return new LifeboatError(error.code, fileSay.isLog(path), {
      kind: "usage",
      hint: fileSay.isLogHint(),
      cause: error,
    });
  }
  if (error.code !== "hive-signature") return error;
  return new LifeboatError(error.code, fileSay.notAStore(path), { kind: "usage", cause: error });
}

/** A hive of these keys; everything else about it as in `like`. */
export function serialiseStore(tree: RegistryKey, like?: Hive): Buffer {
  const block = like?.baseBlock;
  const minor = block?.minorVersion;
  return serialiseHive(tree, {
    minorVersion: minor === 4 || minor === 5 || minor === 6 ? minor : 3,
    fileName: like?.fileName ?? "",
    timestamp: block?.lastWrittenTimestamp ?? 0n,
  });
}

/**
 * Writes the store anew, to another file: the same keys and values, without what a hive gathers over the years.
 * @throws LifeboatError `bcd-file-exists`, `bcd-write-failed`.
 */
export async function exportStore({ tree, hive }: StoreFile, path: string): Promise<number> {
  const bytes = serialiseStore(tree, hive);
  await writeNew(path, bytes);
  return bytes.length;
}
