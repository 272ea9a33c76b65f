/**
 * The tests' cache: things that are real, slow to make and the same each time. It lies outside the checkout, so that a fresh
 * clone finds it again: `$LIFEBOAT_TEST_CACHE`, else `lifeboat-tests` in the user's cache folder.
 */
import { createHash } from "node:crypto";
import {
  access,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export function cacheFolder(): string {
  const named = process.env["LIFEBOAT_TEST_CACHE"];
  if (named) return named;
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "lifeboat-tests");
}

export interface Recipe {
  readonly name: string;
  /** The name's end, with the dot; empty for a folder. */
  readonly extension: string;
  /** The files that say how it is made (this module's neighbours): when one changes, it is made anew. */
  readonly sources: readonly string[];
  /** Makes it in `folder`, which is empty and thrown away afterwards; returns the path of what is to be kept. */
  readonly make: (folder: string) => Promise<string>;
}

/** The path of what `recipe` makes, made now where it isn't there yet. Safe to call from several processes at once. */
export async function cached(recipe: Recipe): Promise<string> {
  const hash = createHash("sha256");
  for (const source of recipe.sources) {
    hash.update(await readFile(new URL(source, import.meta.url)));
  }
  const key = hash.digest("hex").slice(0, 12);
  const result = join(cacheFolder(), `${recipe.name}-${key}${recipe.extension}`);
  if (await exists(result)) return result;

  await mkdir(cacheFolder(), { recursive: true });
  const unlock = await lock(join(cacheFolder(), `${recipe.name}.lock`));
  try {
    // Another process may have made it while this one waited.
    if (await exists(result)) return result;
    const startedAt = Date.now();
    progress(`${recipe.name}: making it (kept in ${cacheFolder()})`);
    const folder = await mkdtemp(join(cacheFolder(), `making-${recipe.name}-`));
    try {
      // The rename is what makes it count: a half-made file never has the final name.
      await rename(await recipe.make(folder), result);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await removeForerunners(recipe, basename(result));
    progress(`${recipe.name}: done in ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  } finally {
    await unlock();
  }
  return result;
}

/**
 * Waits until no other process holds this lock of the cache, and takes it.
 * @returns what gives it back.
 */
export async function lockInCache(name: string): Promise<() => Promise<void>> {
  await mkdir(cacheFolder(), { recursive: true });
  return lock(join(cacheFolder(), `${name}.lock`));
}

export function progress(text: string): void {
  process.stderr.write(`[test set-up] ${text}\n`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What an older recipe made goes when nobody has used that checkout for a while. */
const KEEP_FORERUNNERS_MS = 7 * 24 * 3_600_000;

async function removeForerunners(recipe: Recipe, current: string): Promise<void> {
  const pattern = new RegExp(`^${recipe.name}-[0-9a-f]{12}${recipe.extension}$`);
  for (const name of await readdir(cacheFolder())) {
    if (!pattern.test(name) || name === current) continue;
    const path = join(cacheFolder(), name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > KEEP_FORERUNNERS_MS)
      await rm(path, { recursive: true, force: true });
  }
}

const LOCK_POLL_MS = 500;

/** Takes a lock file with this process' id in it; one whose process is gone doesn't count. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (let waited = false; ; waited = true) {
    try {
      const handle = await open(path, "wx");
      await handle.write(String(process.pid));
      await handle.close();
      return async () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(await readFile(path, "utf8").catch(() => ""));
    if (owner > 0 ? !isRunning(owner) : await wasLeftEmpty(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (!waited) progress(`waiting for process ${owner || "?"}, which is at the same`);
    await sleep(LOCK_POLL_MS);
  }
}

/** Its maker ended between making it and writing its id into it. */
async function wasLeftEmpty(path: string): Promise<boolean> {
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  return age > 10_000;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
