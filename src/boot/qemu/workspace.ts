/** Where a try-out keeps its sockets, its copy of the firmware's variables, and what the guest writes. */
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `sun_path` has 108 bytes on Linux and 104 on macOS; this leaves room for the workspace's name and the sockets' in it. */
const LONGEST_FOLDER = 64;

/**
 * Makes a folder where the most room is: a guest may write gigabytes, which go into a temporary overlay, and `/tmp` is often
 * kept in memory.
 */
export async function makeWorkspace(): Promise<string> {
  const candidates = process.platform === "linux" ? [tmpdir(), "/var/tmp", "/tmp"] : [tmpdir()];
  const fitting = candidates.filter((folder) => Buffer.byteLength(folder) <= LONGEST_FOLDER);
  let best = { folder: fitting[0] ?? "/tmp", free: -1 };
  for (const folder of fitting) {
    const free = await statfs(folder).then(
      (info) => info.bavail * info.bsize,
      () => -1,
    );
    if (free > best.free) best = { folder, free };
  }
  return mkdtemp(join(best.folder, `lifeboat-qemu-${process.pid}-`));
}

export async function removeWorkspace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
