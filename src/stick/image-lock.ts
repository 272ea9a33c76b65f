/**
 * Keeps two lifeboats from changing one image file at the same time: a file beside it that holds the process's number. The
 * kernel does this for devices. It is for people's mistakes on one computer: processes of other computers that share the
 * folder aren't seen.
 */
import { readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LifeboatError } from "../system/errors.ts";
import { say } from "./build/messages.ts";

export type ReleaseLock = () => Promise<void>;

/** By path. A number that is our own but isn't here is a lock left by a process that had it before us. */
const held = new Set<string>();
/** Long enough for another process to get from making its lock to writing its number. */
const SETTLE_MS = 200;

/**
 * Takes the lock of an image, there already or not yet. Where the folder takes no file, there is none, and that is no error.
 * @throws LifeboatError `in-use` while the process that holds it lives. A lock that outlived its process is taken over.
 */
export async function lockImage(image: string): Promise<ReleaseLock> {
  const lock = await lockPathOf(image);
  let made = await makeLock(lock);
  if (made === "exists") {
    const holder = await livingHolder(lock);
    if (holder !== undefined) throw inUse(image, lock, holder);
    await takeAway(image, lock);
    made = await makeLock(lock);
  }
  // Another process that took it over was faster.
  if (made === "exists") throw inUse(image, lock, (await readHolder(lock)) ?? 0);
  if (made === "impossible") return async () => {};
  held.add(lock);
  return async () => {
    if (held.delete(lock)) await rm(lock, { force: true });
  };
}

/** The same for all names of the image that are links to it. */
async function lockPathOf(image: string): Promise<string> {
  const folder = await realpath(dirname(resolve(image))).catch(() => dirname(resolve(image)));
  const real = await realpath(image).catch(() => join(folder, basename(image)));
  return join(dirname(real), `.${basename(real)}.lifeboat-lock`);
}

async function makeLock(lock: string): Promise<"made" | "exists" | "impossible"> {
  try {
    await writeFile(lock, `${process.pid}\n`, { flag: "wx" });
    return "made";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return "exists";
    return "impossible";
  }
}

async function livingHolder(lock: string): Promise<number | undefined> {
  let pid = await readHolder(lock);
  if (pid === undefined) {
    await sleep(SETTLE_MS);
    pid = await readHolder(lock);
  }
  return pid !== undefined && isAlive(pid, lock) ? pid : undefined;
}

async function readHolder(lock: string): Promise<number | undefined> {
  const text = await readFile(lock, "utf8").catch(() => "");
  return /^[1-9]\d{0,9}\n$/.test(text) ? Number(text) : undefined;
}

function isAlive(pid: number, lock: string): boolean {
  if (pid === process.pid) return held.has(lock);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: somebody else's process.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Moved away before it is removed: two processes that find the same stale lock don't remove each other's new one. */
async function takeAway(image: string, lock: string): Promise<void> {
  const stale = `${lock}-${process.pid}`;
  const moved = await rename(lock, stale).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const holder = await readHolder(stale);
  if (holder !== undefined && isAlive(holder, lock)) {
    await rename(stale, lock);
    throw inUse(image, lock, holder);
  }
  await rm(stale, { force: true });
}

function inUse(image: string, lock: string, pid: number): LifeboatError {
  return new LifeboatError("in-use", say.inUse(image, pid), {
    kind: "refused",
    hint: say.inUseHint(lock),
  });
}
