/** Making Linux see a partition table that was written: it reads tables when a disk appears, and afterwards only when it is told to. */
import { readFile, readdir, stat } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openTarget } from "../block/device.ts";
import { LifeboatError } from "../system/errors.ts";
import type { Run } from "../system/run.ts";
import type { Text } from "../system/text.ts";
import { findDisk, diskLister } from "./list.ts";
import { readPartitions } from "./partitions.ts";
import { rereadSay } from "./reread-messages.ts";

/** sysfs counts in these, whatever the disk's sectors are (Documentation/ABI/stable/sysfs-block). */
const SYSFS_UNIT = 512;

/** BLKRRPART fails while anything has one of the partitions open; udev's probes last for moments. */
const ATTEMPTS = 5;
const PAUSE_MS = 200;

/** udev may be busy with other devices; what is there by then is there. */
const SETTLE_SECONDS = 10;

/** Where udev listens (systemd-udevd.service, eudev). */
const UDEV_CONTROL = "/run/udev/control";

/**
 * Has the kernel take the table that is on the disk, unless it goes by that already, and waits until udev has made the nodes. To be
 * called when nobody holds the disk any more.
 * @returns what is to be told where the kernel keeps to an old table; never throws for that: the disk itself is as it should be.
 */
export async function rereadPartitions(path: string, run: Run): Promise<Text | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    return await reread(path, run);
  } catch (error) {
    // Pulled out already, or a program is missing: the next look at the table is at the next plugging in.
    if (!(error instanceof LifeboatError)) throw error;
    return (await stat(path).catch(() => undefined)) === undefined
      ? undefined
      : rereadSay.notReread(path);
  }
}

async function reread(path: string, run: Run): Promise<Text | undefined> {
  const { disk } = await findDisk(await diskLister(run).list(), path);
  const folder = `/sys/class/block/${basename(disk.path)}`;
  if (!(await hasPartitions(folder))) return undefined;
  if (await isSeen(path, folder)) return undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { exitCode } = await run("blockdev", ["--rereadpt", path], { accept: [0, 1] });
    if (exitCode === 0) break;
    if (attempt < ATTEMPTS) await setTimeout(PAUSE_MS);
  }
  await settle(run);
  if (await isSeen(path, folder)) return undefined;
  // Partition by partition, so that it goes on where one is in use; and for kernels that don't know the kind of table.
  await run("partx", ["--update", path], { accept: [0, 1] });
  await settle(run);
  return (await isSeen(path, folder)) ? undefined : rereadSay.notReread(path);
}

/** Loop devices have partitions only where whoever attached them asked for that. */
async function hasPartitions(folder: string): Promise<boolean> {
  const scanned = await readFile(`${folder}/loop/partscan`, "latin1").catch(() => "1");
  return scanned.trim() !== "0";
}

/** In containers it doesn't. */
export async function isUdevRunning(): Promise<boolean> {
  return stat(UDEV_CONTROL).then(
    () => true,
    () => false,
  );
}

async function settle(run: Run): Promise<void> {
  if (!(await isUdevRunning())) return;
  // Exit 1: the time is over.
  const options = ["settle", `--timeout=${SETTLE_SECONDS}`];
  await run("udevadm", options, { accept: [0, 1] }).catch(() => undefined);
}

/** Whether the kernel's partitions are those of the table that is on the disk. */
async function isSeen(path: string, folder: string): Promise<boolean> {
  const range = await openTarget(path);
  let wanted: string[];
  try {
    const { partitions, sectorSize } = await readPartitions(range);
    const units = sectorSize / SYSFS_UNIT;
    wanted = partitions
      // Of an extended partition Linux shows two sectors, and not its size.
      .filter(({ container }) => container !== true)
      .map(({ number, startLba, sectors }) => placeOf(number, startLba * units, sectors * units));
  } finally {
    await range.close();
  }
  const seen = await kernelsPartitions(folder);
  if (wanted.length === 0) return seen.length === 0;
  return wanted.every((place) => seen.includes(place));
}

async function kernelsPartitions(folder: string): Promise<string[]> {
  const places: string[] = [];
  for (const name of await readdir(folder)) {
    const [number, start, sectors] = await Promise.all(
      ["partition", "start", "size"].map(async (file) => numberIn(`${folder}/${name}/${file}`)),
    );
    if (number === undefined || start === undefined || sectors === undefined) continue;
    places.push(placeOf(number, start, sectors));
  }
  return places;
}

function placeOf(number: number, start: number, sectors: number): string {
  return `${number}: ${start}+${sectors}`;
}

async function numberIn(path: string): Promise<number | undefined> {
  const text = await readFile(path, "latin1").catch(() => "");
  return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
