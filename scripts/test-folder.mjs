/**
 * Where the tests put the disk images that they make: in memory where there is plenty of it. They write and flush all the time, and half
 * of their time on a disk is the kernel's.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ENOUGH_GIB = 16;

/**
 * A new folder in memory, and how it goes away again; undefined where TMPDIR says where, where memory is short, and for whoever may
 * not mount. (Not below /dev/shm: xorriso takes what is in /dev for a drive.)
 */
export function folderInMemory() {
  if (process.env.TMPDIR !== undefined || process.getuid?.() !== 0) return undefined;
  if (availableGib() < ENOUGH_GIB) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "lb-"));
  const options = ["-t", "tmpfs", "-o", `size=${ENOUGH_GIB - 4}g`, "lifeboat-tests", folder];
  const isMounted = spawnSync("mount", options, { stdio: "ignore" }).status === 0;
  const remove = () => {
    if (isMounted) spawnSync("umount", ["--lazy", folder], { stdio: "inherit" });
    rmSync(folder, { recursive: true, force: true });
  };
  if (isMounted) return { folder, remove };
  remove();
  return undefined;
}

/** By /proc/meminfo (proc(5)). */
function availableGib() {
  try {
    const meminfo = readFileSync("/proc/meminfo", "utf8");
    return Number(/^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) / 2 ** 20;
  } catch {
    return 0; // no Linux
  }
}
