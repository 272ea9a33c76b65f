/** The file of a store: opened, and written anew. */
import { stat } from "node:fs/promises";
import { readBytes } from "../../block/byte-range.ts";
import { openFile } from "../../block/file.ts";
import { MemoryRange } from "../../block/memory.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { Hive, RegistryKey } from "../registry/index.ts";
import { readHive, readKeyTree, recoverHive, serialiseHive } from "../registry/index.ts";
import { openLog } from "../registry/log/transaction-log.ts";
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
  const isClean = await readHive(new MemoryRange(bytes)).then(
    ({ dirty }) => !dirty,
    (error: unknown) => {
      // A base block that was cut short while it was written: the logs have a copy of it.
      if (failureOf(error).code === "hive-checksum") return false;
      throw asWrongFile(path, error);
    },
  );
  const recovered = isClean ? undefined : await recoveredStore(path, bytes);
  return recovered ?? { file: await readStoreBytes(path, bytes), applied: 0 };
}

/** @returns undefined where there are no logs of this state of the store, or they make nothing of it that can be read. */
async function recoveredStore(
  path: string,
  bytes: Buffer,
): Promise<{ file: StoreFile; applied: number } | undefined> {
  const logs = await logsBeside(path);
  if (logs.length === 0) return undefined;
  try {
    const { range, applied } = await recoverHive(new MemoryRange(bytes), logs);
    const whole = await readBytes(range, 0, range.size);
    return { file: await readStoreBytes(path, whole), applied };
  } catch (error) {
    if (error instanceof LifeboatError) return undefined;
    throw error;
  }
}

async function logsBeside(path: string): Promise<MemoryRange[]> {
  const logs: MemoryRange[] = [];
  let isNumbered = false;
  for (const ending of [".LOG1", ".LOG2", ".LOG"]) {
    // Where Windows keeps two logs, a third one is left from an older Windows.
    if (ending === ".LOG" && isNumbered) continue;
    const isThere = await stat(`${path}${ending}`).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isThere) continue;
    const log = new MemoryRange(await readWhole(`${path}${ending}`));
    isNumbered ||= (await openLog(log)) !== undefined;
    logs.push(log);
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

/** A hive of these keys; everything else about it as in `like`, one write later: logs of that one don't fit it. */
export function serialiseStore(tree: RegistryKey, like?: Hive): Buffer {
  const block = like?.baseBlock;
  const minor = block?.minorVersion;
  return serialiseHive(tree, {
    minorVersion: minor === 4 || minor === 5 || minor === 6 ? minor : 3,
    fileName: like?.fileName ?? "",
    timestamp: block?.lastWrittenTimestamp ?? 0n,
    ...(block && { sequenceNumber: sequenceAfter(block) }),
  });
}

function sequenceAfter({ primarySequenceNumber, secondarySequenceNumber }: Hive["baseBlock"]) {
  // Of 32 bits; a difference counts as dirty, so both become the same.
  return (Math.max(primarySequenceNumber, secondarySequenceNumber) + 1) >>> 0;
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
