/** The computer's disks, whatever the platform. */
import { realpath } from "node:fs/promises";
import { LifeboatError } from "../system/errors.ts";
import { run as realRun } from "../system/run.ts";
import type { Run } from "../system/run.ts";
import type { Disk, DiskLister } from "./disk.ts";
import { LinuxDisks } from "./linux.ts";
import { listSay } from "./list-messages.ts";
import { MacDisks } from "./macos.ts";
import { WindowsDisks } from "./windows.ts";

/** The lister for a platform. @throws LifeboatError `platform-unsupported`. */
export function diskLister(
  run: Run = realRun,
  platform: NodeJS.Platform = process.platform,
): DiskLister {
  if (platform === "linux") return new LinuxDisks(run);
  if (platform === "win32") return new WindowsDisks(run);
  if (platform === "darwin") return new MacDisks(run);
  throw new LifeboatError("platform-unsupported", listSay.platform(platform), { kind: "missing" });
}

export interface FoundDisk {
  readonly disk: Disk;
  /** False where the path names a partition of the disk, or something on one. */
  readonly whole: boolean;
}

/**
 * The disk that a path names, by itself, by a link (`/dev/disk/by-id/…`), or by something on it.
 * @throws LifeboatError `no-such-disk`.
 */
export async function findDisk(disks: readonly Disk[], path: string): Promise<FoundDisk> {
  const target = await realpath(path).catch(() => path);
  const names = [path, target].map(nameOf);
  const whole = disks.find((disk) => names.includes(nameOf(disk.path)));
  if (whole !== undefined) return { disk: whole, whole: true };
  const holder = disks.find((disk) => disk.nodes.some((node) => names.includes(nameOf(node))));
  if (holder !== undefined) return { disk: holder, whole: false };
  throw new LifeboatError("no-such-disk", listSay.noSuchDisk(path), {
    kind: "usage",
    hint: listSay.noSuchDiskHint(),
  });
}

/** Windows knows no case and takes `\\?\` for `\\.\`; macOS's raw nodes are the same disks. */
function nameOf(path: string): string {
  if (path.startsWith("\\\\")) return path.toLowerCase().replace(/^\\\\\?\\/, "\\\\.\\");
  return path.replace(/^\/dev\/rdisk/, "/dev/disk");
}
