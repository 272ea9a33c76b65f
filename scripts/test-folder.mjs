/**
 * Where the tests put the disk images that they make: in memory where there is plenty of it. They write and flush all the time, and half
 * of their time on a disk is the kernel's.
 */
import { mkdtempSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const TMPFS_MAGIC = 0x01021994; // statfs(2)
const ENOUGH_BYTES = 12 * 2 ** 30;

/** A new folder in memory; undefined where there is none, or too little of it, or TMPDIR says where. */
export function folderInMemory() {
  if (process.env.TMPDIR !== undefined) return undefined;
  try {
    const { type, bavail, bsize } = statfsSync(MEMORY);
    if (type !== TMPFS_MAGIC || bavail * bsize < ENOUGH_BYTES) return undefined;
    if (availableMemory() < ENOUGH_BYTES) return undefined;
    return mkdtempSync(join(MEMORY, "lifeboat-tests-"));
  } catch {
    return undefined; // no such file system here
  }
}

/** In bytes, by /proc/meminfo (proc(5)). */
function availableMemory() {
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return Number(kib ?? 0) * 1024;
}
