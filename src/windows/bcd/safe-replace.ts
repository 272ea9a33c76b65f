/** Files replaced so that a power cut leaves the old one or the new one, never half of one. */
import { constants } from "node:fs";
import { chown, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import { reasonOf } from "../../system/reason.ts";
import { fileSay } from "./file-messages.ts";

/**
 * Writes a file that isn't there yet.
 * @throws LifeboatError `bcd-file-exists` (kind `refused`), `bcd-write-failed`.
 */
export async function writeNew(path: string, data: Uint8Array): Promise<void> {
  await written(path, data, 0o644).catch((cause: unknown) => {
    if (codeOf(cause) !== "EEXIST") throw failed(path, cause);
    throw new LifeboatError("bcd-file-exists", fileSay.exists(path), {
      kind: "refused",
      hint: fileSay.existsHint(),
      cause,
    });
  });
  await flushFolder(path);
}

/**
 * Puts `data` in the place of the file, and `before`, what it was, beside it.
 * @returns the path of the copy.
 * @throws LifeboatError `bcd-write-failed`: the file is what it was.
 */
export async function replaceKeeping(
  path: string,
  before: Uint8Array,
  data: Uint8Array,
): Promise<string> {
  // A link stays one: what it leads to is replaced.
  const real = await realpath(path).catch(() => path);
  const backup = `${real}.bak`;
  await replace(backup, before, real);
  await replace(real, data, real);
  return backup;
}

/** @param like the file whose permissions, and where the system lets it whose owner, the new one gets. */
async function replace(path: string, data: Uint8Array, like: string): Promise<void> {
  const fresh = `${path}.new`;
  try {
    const { mode, uid, gid } = await stat(like);
    // What an earlier attempt left behind.
    await rm(fresh, { force: true });
    await written(fresh, data, mode & 0o777);
    await chown(fresh, uid, gid).catch(() => {});
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {});
    throw failed(path, cause);
  }
  await flushFolder(path);
}

async function written(path: string, data: Uint8Array, mode: number): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const file = await open(path, flags, mode);
  try {
    await file.writeFile(data);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The name is on the medium as well; not every system has it (Windows). */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), constants.O_RDONLY).catch(() => undefined);
  if (folder === undefined) return;
  await folder.sync().catch(() => {});
  await folder.close();
}

function failed(path: string, cause: unknown): LifeboatError {
  return new LifeboatError("bcd-write-failed", fileSay.writeFailed(path, reasonOf(cause)), {
    hint: fileSay.writeFailedHint(),
    cause,
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
