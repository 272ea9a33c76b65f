/**
 * Opening real devices. Linux tells a device's size and sector size in sysfs and its block devices take accesses of any
 * alignment (they go through the page cache); elsewhere both come from the listing of disks, and accesses are made whole
 * sectors.
 */
import { constants } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { LifeboatError } from "../system/errors.ts";
import { AlignedRange } from "./aligned.ts";
import type { ByteRange } from "./byte-range.ts";
import { DirectRange, O_DIRECT } from "./direct.ts";
import { FileRange, isDevice, openFile, openHandle } from "./file.ts";
import type { OpenOptions } from "./file.ts";
import { say } from "./messages.ts";
import { keepUdevAway } from "./udev-lock.ts";
import type { Run } from "../system/run.ts";

/** Linux counts a device's size in these, whatever its sectors are (Documentation/ABI/stable/sysfs-block, "size"). */
const SYSFS_SIZE_UNIT = 512;

export interface OpenDeviceOptions extends OpenOptions {
  /** From the listing of disks, like `sectorSize`. Needed on Windows and macOS; on Linux the kernel's own word counts. */
  readonly sizeBytes?: number;
  /**
   * False: others may open the device for themselves at the same time; that nobody holds it is then looked at only once.
   * For programs that lifeboat starts and that want the device exclusively, as mke2fs does.
   */
  readonly exclusive?: boolean;
  /**
   * True: past Linux's page cache, so that what is read comes from the medium. Elsewhere devices aren't cached in the first
   * place: macOS's raw nodes, and Windows' physical drives.
   */
  readonly direct?: boolean;
  /** Linux, for writing: keeps udev away from the device as long as it is open (udev-lock.ts). */
  readonly run?: Run;
  /** Default: the platform that this runs on. */
  readonly platform?: NodeJS.Platform;
}

/**
 * Opens a block device; for writing exclusively, so that the kernel refuses a device that is mounted or otherwise held.
 * @throws LifeboatError `open-failed`, `needs-permission`, `device-busy`, `device-size-unknown`,
 * `no-direct-access`.
 */
export async function openDevice(
  path: string,
  options: OpenDeviceOptions = {},
): Promise<ByteRange> {
  const writable = options.writable ?? false;
  const platform = options.platform ?? process.platform;
  const geometry =
    (platform === "linux" ? await sysfsGeometry(path) : undefined) ?? listedGeometry(path, options);
  const node = rawNode(path, platform);
  if (options.direct === true && platform === "linux") {
    const handle = await openDirect(path, flagsFor(writable, platform));
    if (writable && options.run !== undefined) await keepUdevAway(handle, options.run);
    return new AlignedRange(new DirectRange(path, handle, { ...geometry, writable }));
  }
  let handle = await openHandle(node, flagsFor(writable, platform));
  if (writable && options.exclusive === false) {
    await handle.close();
    handle = await openHandle(node, constants.O_RDWR);
  }
  if (writable && platform === "linux" && options.run !== undefined) {
    await keepUdevAway(handle, options.run);
  }
  const range = new FileRange(path, handle, { ...geometry, writable });
  return platform === "linux" ? range : new AlignedRange(range);
}

/**
 * Opens what a command line may name: a device or a disk-image file.
 * @throws LifeboatError as `openDevice` and `openFile` do.
 */
export async function openTarget(
  path: string,
  options: OpenDeviceOptions = {},
): Promise<ByteRange> {
  const windowsDevice = /^\\\\[.?]\\/.test(path);
  if (windowsDevice || (await isDevice(path))) return openDevice(path, options);
  return openFile(path, options);
}

/**
 * A block device opened with O_EXCL alone is claimed: EBUSY where something else holds it (open(2)). macOS refuses by itself
 * to write to a mounted disk, and Windows to write into a mounted volume.
 */
function flagsFor(writable: boolean, platform: NodeJS.Platform): number {
  if (!writable) return constants.O_RDONLY;
  return platform === "linux" ? constants.O_RDWR | constants.O_EXCL : constants.O_RDWR;
}

/** @throws LifeboatError `no-direct-access` where the device's driver doesn't take it. */
async function openDirect(path: string, flags: number): Promise<FileHandle> {
  const refused = (cause?: unknown) =>
    new LifeboatError("no-direct-access", say.noDirectAccess(path), { cause });
  if (O_DIRECT === undefined) throw refused();
  return openHandle(path, flags | O_DIRECT).catch((error: unknown) => {
    throw error instanceof LifeboatError && error.code === "open-failed" ? refused(error) : error;
  });
}

/** macOS's buffered nodes are many times slower than the raw ones beside them. */
function rawNode(path: string, platform: NodeJS.Platform): string {
  return platform === "darwin" ? path.replace(/^\/dev\/disk/, "/dev/rdisk") : path;
}

interface Geometry {
  readonly size: number;
  readonly sectorSize: number;
}

/** By device number, so that links (/dev/disk/by-id/…) and nodes of any name work; a partition's queue is its disk's. */
async function sysfsGeometry(path: string): Promise<Geometry | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isBlockDevice()) return undefined;
  const folder = `/sys/dev/block/${major(found.rdev)}:${minor(found.rdev)}`;
  const sectors = await numberIn(`${folder}/size`);
  const sectorSize =
    (await numberIn(`${folder}/queue/logical_block_size`)) ??
    (await numberIn(`${folder}/../queue/logical_block_size`));
  if (sectors === undefined || sectorSize === undefined) return undefined;
  return { size: sectors * SYSFS_SIZE_UNIT, sectorSize };
}

function listedGeometry(path: string, options: OpenDeviceOptions): Geometry {
  if (options.sizeBytes === undefined) {
    throw new LifeboatError("device-size-unknown", say.deviceSizeUnknown(path));
  }
  return { size: options.sizeBytes, sectorSize: options.sectorSize ?? 512 };
}

async function numberIn(path: string): Promise<number | undefined> {
  const text = await readFile(path, "latin1").catch(() => "");
  return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}

/** glibc's encoding of device numbers (sys/sysmacros.h): 12 bits of the major below 20 bits, split around 8 of the minor. */
function major(device: number): number {
  const high = Math.floor(device / 2 ** 32);
  return ((device >>> 8) & 0xfff) | (high & ~0xfff);
}

function minor(device: number): number {
  return (device & 0xff) | ((device >>> 12) & 0xfff00);
}
