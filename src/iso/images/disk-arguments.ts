/**
 * The kernel line of a system that lies in a disk image. The hook makes the image's partitions appear as `/dev/mapper/lifeboat1` and
 * so on, and by the labels and UUIDs of their file systems, but not as partitions of a disk: what says `/dev/sda2` or `PARTUUID=`
 * is told the file system's UUID instead. The mapping is read-only.
 */
import { applyRules, joinArguments, splitArguments } from "../kernel-arguments.ts";
import type { DiskPart } from "./disk-parts.ts";

/** The device that recipes name; the partition is a device of its own. */
const MAPPED = /\/dev\/mapper\/lifeboat(?![\w-])/g;
/** A root file system of an installed system; `live:…` and other words belong to live systems. */
const ROOT = /^root=(?:UUID=|LABEL=|PARTUUID=|\/dev\/)/i;
/** `/dev/sda2`, `/dev/vda2`, `/dev/nvme0n1p2`, `/dev/mmcblk0p2`. */
const DISK_PARTITION = /^\/dev\/(?:[hsv]d[a-z]|(?:nvme\d+n\d+|mmcblk\d+)p)(\d{1,3})$/;

/** In seconds, at most: the stick has to be found and mapped first. initramfs-tools gives up after 30 otherwise. */
const WAIT = "rootdelay=120";

/** True where the line starts a system installed in a file system, which would write to it. */
export function startsInstalled(args: string): boolean {
  return splitArguments(args).some((word) => ROOT.test(word));
}

/** @param where the partition that the kernel lies in. */
export function argumentsInDisk(args: string, where: DiskPart, parts: readonly DiskPart[]): string {
  const device = `/dev/mapper/lifeboat${where.number ?? ""}`;
  const words = splitArguments(args.replaceAll(MAPPED, device)).map((word) => {
    const [name = "", ...rest] = word.split("=");
    return name === "root" ? `root=${reachable(rest.join("="), parts)}` : word;
  });
  if (!startsInstalled(args)) return joinArguments(words);
  const waits = words.some((word) => word.startsWith("rootdelay="));
  const append = ["ro", ...(waits ? [] : [WAIT])];
  return joinArguments(applyRules(words, { drop: ["rw", "ro", "resume"], replace: {}, append }));
}

/** What names the same file system where there is no disk with partitions. */
function reachable(root: string, parts: readonly DiskPart[]): string {
  const partUuid = /^PARTUUID=(.+)$/i.exec(root)?.[1]?.toLowerCase();
  const number = DISK_PARTITION.exec(root)?.[1];
  const found = parts.find(
    (part) =>
      (partUuid !== undefined && part.partUuid === partUuid) ||
      (number !== undefined && part.number === Number(number)),
  );
  return found === undefined || found.volume.uuid === "" ? root : `UUID=${found.volume.uuid}`;
}
