/**
 * Unmounting what is mounted of a target, after somebody has said so. On Linux only, by umount(8), and never lazily: what a lazy
 * unmount leaves open is still written later. Never anything of the disk that the system runs from, and swap in use makes
 * a disk that one (system-mounts.ts).
 */
import { readFile } from "node:fs/promises";
import { LifeboatError } from "../system/errors.ts";
import type { Run } from "../system/run.ts";
import type { Text } from "../system/text.ts";
import { cleanText } from "./clean.ts";
import type { Disk, DiskLister } from "./disk.ts";
import type { SafetyOptions } from "./safety.ts";
import { judgeTarget } from "./safety.ts";
import type { Target } from "./target.ts";
import { findTarget } from "./target.ts";
import { unmountSay } from "./unmount-messages.ts";

/** Mounted once more over itself a volume shows only when the upper one is gone: so many layers are taken off. */
const MOST_LAYERS = 8;

/** The processes that a message names. */
const MOST_USERS = 8;

/** umount(8), "EXIT STATUS": wrong use or no permission, problems with mtab, failure, some of several. */
const UMOUNT_FAILURES = [1, 2, 4, 8, 16, 32, 64];

export interface Mounted {
  /** The disk, or the loop devices over an image file. */
  readonly disks: readonly Disk[];
  /** Mount points; those that lie in others first. */
  readonly places: readonly string[];
}

/**
 * What is to be unmounted before the target may be written.
 * @returns undefined where nothing is mounted, and where it would be refused all the same.
 */
export async function findMounted(
  path: string,
  options: SafetyOptions,
  lister: DiskLister,
): Promise<Mounted | undefined> {
  const target = await findTarget(path, lister);
  const errors = judgeTarget(target, options).filter(({ level }) => level === "error");
  if (errors.length === 0 || errors.some(({ code }) => code !== "mounted")) return undefined;
  const disks = disksOf(target);
  // A loop device over the image that the system runs from isn't judged as a system's disk.
  if (disks.some(({ system }) => system)) return undefined;
  const places = [...new Set(disks.flatMap(({ mounts }) => mounts))];
  return { disks, places: places.sort((a, b) => b.length - a.length) };
}

/**
 * @param mounted what somebody agreed to. A volume that was mounted somewhere else since stays mounted.
 * @throws LifeboatError `unmount-failed` (kind `refused`); what was unmounted before it stays so.
 */
export async function unmountAll({ disks, places }: Mounted, run: Run): Promise<void> {
  const nodes = new Set(disks.flatMap((disk) => disk.nodes));
  for (const place of places) await unmount(place, nodes, run);
}

async function unmount(place: string, nodes: ReadonlySet<string>, run: Run): Promise<void> {
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const sources = await sourcesAt(place, run);
    // umount takes off what lies on top, which may belong to another disk.
    const top = sources.at(-1);
    if (top === undefined || !sources.some((source) => nodes.has(source))) return;
    if (!nodes.has(top)) {
      throw refused(
        unmountSay.covered(cleanText(place), cleanText(top)),
        unmountSay.coveredHint(cleanText(place)),
      );
    }
    const { exitCode, stderr } = await run("umount", ["--", place], {
      accept: [0, ...UMOUNT_FAILURES],
    });
    if (exitCode !== 0) throw await failure(place, stderr, run);
  }
}

/** The devices mounted at a place, the uppermost last; of a btrfs without its subvolume. */
async function sourcesAt(place: string, run: Run): Promise<string[]> {
  const options = ["--noheadings", "--raw", "--nofsroot", "--output", "SOURCE"];
  // Exit 1: nothing is mounted there.
  const { stdout } = await run("findmnt", [...options, "--mountpoint", place], { accept: [0, 1] });
  return stdout.split("\n").filter((line) => line !== "");
}

async function failure(place: string, stderr: string, run: Run): Promise<LifeboatError> {
  if (/busy/.test(stderr)) {
    const users = await usersOf(place, run);
    return refused(unmountSay.busy(cleanText(place), users), unmountSay.busyHint());
  }
  const reason = cleanText(stderr.replace(/^umount: /, "").replaceAll(/\s+/g, " "));
  return refused(unmountSay.failed(cleanText(place), reason), unmountSay.failedHint());
}

/** `bash (1234)`, …; none where fuser isn't there to say. */
async function usersOf(place: string, run: Run): Promise<string[]> {
  const found = await run("fuser", ["-m", place], { accept: [0, 1] }).catch(() => undefined);
  const ids = (found?.stdout ?? "").match(/\d+/g) ?? [];
  const users: string[] = [];
  for (const id of ids.slice(0, MOST_USERS)) {
    const name = await readFile(`/proc/${id}/comm`, "utf8").catch(() => "");
    users.push(name === "" ? id : `${cleanText(name)} (${id})`);
  }
  return ids.length > MOST_USERS ? [...users, "…"] : users;
}

function disksOf(target: Target): readonly Disk[] {
  if (target.kind === "disk") return [target.disk];
  return target.loops.filter(({ mounts }) => mounts.length > 0);
}

function refused(text: Text, hint: Text): LifeboatError {
  return new LifeboatError("unmount-failed", text, { kind: "refused", hint });
}
