/** Files replaced so that a power cut leaves the old one or the new one, never half of one; and nothing that isn't ours is lost. */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chown, link, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import { reasonOf } from "../../system/reason.ts";
import { fileSay } from "./file-messages.ts";

/** More copies than anybody makes by hand. */
const MOST_BACKUPS = 9999;

interface Owner {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Writes a file that isn't there yet: whole, or not at all.
 * @throws LifeboatError `bcd-file-exists` (kind `refused`), `bcd-write-failed`.
 */
export async function writeNew(path: string, data: Uint8Array): Promise<void> {
  const place = (fresh: string) => moveToFree(fresh, [path]);
  await throughTemporary(path, data, { mode: 0o644 }, place).catch((cause: unknown) => {
    if (codeOf(cause) !== "EEXIST") throw failed(path, cause, fileSay.exportFailedHint());
    throw new LifeboatError("bcd-file-exists", fileSay.exists(path), {
      kind: "refused",
      hint: fileSay.existsHint(),
      cause,
    });
  });
  await flushFolder(path);
}

/** @throws LifeboatError `bcd-read-only` (kind `refused`) where its permissions let nobody write it. */
export async function requireWritable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o222) !== 0) return;
  throw new LifeboatError("bcd-read-only", fileSay.readOnly(path), {
    kind: "refused",
    hint: fileSay.readOnlyHint(),
  });
}

/**
 * Puts `data` in the place of the file, and `before`, what it was, beside it, under a name that was free: `.bak`, `.bak2` …
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
  try {
    const { mode, uid, gid } = await stat(real);
    const owner = { mode: mode & 0o777, uid, gid };
    const backup = await throughTemporary(real, before, owner, (fresh) =>
      moveToFree(fresh, backupNames(real)),
    );
    await flushFolder(real);
    await throughTemporary(real, data, owner, (fresh) => rename(fresh, real)).catch(
      async (cause: unknown) => {
        // The store is still there itself.
        await rm(backup, { force: true }).catch(() => {});
        throw cause;
      },
    );
    await flushFolder(real);
    return backup;
  } catch (cause) {
    throw failed(path, cause, fileSay.writeFailedHint());
  }
}

function* backupNames(path: string): Generator<string> {
  yield `${path}.bak`;
  for (let number = 2; number <= MOST_BACKUPS; number++) yield `${path}.bak${number}`;
}

/**
 * Writes `data` beside `path` under a name of its own, and has it placed.
 * @param owner the permissions of the new file, and where the system lets it the owner.
 */
async function throughTemporary<T>(
  path: string,
  data: Uint8Array,
  { mode, uid, gid }: Owner,
  place: (fresh: string) => Promise<T>,
): Promise<T> {
  const fresh = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  // "wx": what is there already isn't ours, and is neither written nor removed.
  const file = await open(fresh, "wx", mode);
  try {
    try {
      await file.writeFile(data);
      await file.datasync();
    } finally {
      await file.close();
    }
    if (uid !== undefined && gid !== undefined) await chown(fresh, uid, gid).catch(() => {});
    return await place(fresh);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {});
    throw cause;
  }
}

/**
 * Gives the file the first of the names that is free; nothing is overwritten.
 * @throws the system's EEXIST where none is.
 */
async function moveToFree(fresh: string, names: Iterable<string>): Promise<string> {
  let taken: unknown;
  for (const name of names) {
    try {
      await moveTo(fresh, name);
      return name;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
      taken = error;
    }
  }
  throw taken;
}

async function moveTo(fresh: string, name: string): Promise<void> {
  try {
    await link(fresh, name);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw error;
    // FAT has no links: the name is taken by an empty file of ours, which the renaming replaces.
    await (await open(name, "wx")).close();
    await rename(fresh, name).catch(async (cause: unknown) => {
      await rm(name, { force: true });
      throw cause;
    });
    return;
  }
  await rm(fresh);
}

/** The name is on the medium as well; not every system has it (Windows). */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), constants.O_RDONLY).catch(() => undefined);
  if (folder === undefined) return;
  await folder.sync().catch(() => {});
  await folder.close();
}

function failed(
  path: string,
  cause: unknown,
  hint: ReturnType<typeof fileSay.writeFailedHint>,
): LifeboatError {
  const text = fileSay.writeFailed(path, reasonOf(cause));
  return new LifeboatError("bcd-write-failed", text, { hint, cause });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
