/**
 * Disks on macOS, from diskutil's property lists (diskutil(8)): `list -plist` for the tree, `info -plist` for each whole disk.
 * An APFS container is a disk of its own there; it is put back under the partition that holds it.
 */
import { z } from "zod";
import { LifeboatError } from "../system/errors.ts";
import type { Run } from "../system/run.ts";
import { cleanText } from "./clean.ts";
import type { Disk, DiskLister, DiskPartition } from "./disk.ts";
import { listSay } from "./list-messages.ts";
import { parsePlist } from "./plist.ts";
import { isSystemMount } from "./system-mounts.ts";

const Slice = z.object({
  DeviceIdentifier: z.string(),
  Size: z.number().default(0),
  Content: z.string().default(""),
  VolumeName: z.string().default(""),
  MountPoint: z.string().optional(),
});

const Tree = z.object({
  AllDisksAndPartitions: z.array(
    Slice.extend({
      Partitions: z.array(Slice).default([]),
      APFSVolumes: z.array(Slice).default([]),
      APFSPhysicalStores: z.array(z.object({ DeviceIdentifier: z.string() })).default([]),
    }),
  ),
});

type WholeDisk = z.infer<typeof Tree>["AllDisksAndPartitions"][number];

const Info = z.object({
  DeviceBlockSize: z.number().default(512),
  BusProtocol: z.string().default(""),
  MediaName: z.string().default(""),
  VirtualOrPhysical: z.string().default(""),
  WritableMedia: z.boolean().default(true),
  RemovableMediaOrExternalDevice: z.boolean().optional(),
  RemovableMedia: z.boolean().default(false),
  Ejectable: z.boolean().default(false),
  Internal: z.boolean().default(true),
});

type Info = z.infer<typeof Info>;

export class MacDisks implements DiskLister {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  async list(): Promise<Disk[]> {
    const tree = Tree.safeParse(await this.#diskutil(["list", "-plist"]));
    if (!tree.success) throw unreadable(tree.error);
    const whole = tree.data.AllDisksAndPartitions;
    const serials = await this.#serials();
    const disks: Disk[] = [];
    for (const disk of whole) {
      if (disk.APFSPhysicalStores.length > 0) continue; // a container, not a disk
      const answer = await this.#diskutil(["info", "-plist", disk.DeviceIdentifier]);
      const info = Info.safeParse(answer);
      if (!info.success) throw unreadable(info.error);
      disks.push(diskOf(disk, info.data, whole, serials.get(disk.DeviceIdentifier) ?? ""));
    }
    return disks;
  }

  async #diskutil(args: readonly string[]) {
    return parsePlist((await this.#run("diskutil", args)).stdout);
  }

  /** Serial numbers by disk. diskutil tells none; where system_profiler can't either, there are none. */
  async #serials(): Promise<Map<string, string>> {
    const serials = new Map<string, string>();
    const kinds = [
      "SPUSBDataType",
      "SPNVMeDataType",
      "SPSerialATADataType",
      "SPCardReaderDataType",
    ];
    try {
      const { stdout } = await this.#run("system_profiler", ["-json", ...kinds]);
      collectSerials(JSON.parse(stdout), "", serials);
    } catch (error) {
      if (!(error instanceof LifeboatError) && !(error instanceof SyntaxError)) throw error;
    }
    return serials;
  }
}

/** A medium's `bsd_name` hangs somewhere below the device with the `serial_num` (`device_serial` with NVMe). */
function collectSerials(value: unknown, inherited: string, into: Map<string, string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collectSerials(item, inherited, into);
  } else if (typeof value === "object" && value !== null) {
    const fields = value as Record<string, unknown>;
    const own = [fields["serial_num"], fields["device_serial"]].find((s) => typeof s === "string");
    const serial = typeof own === "string" ? own : inherited;
    const name = fields["bsd_name"];
    if (typeof name === "string" && serial !== "") into.set(name, serial);
    for (const child of Object.values(fields)) {
      if (typeof child === "object") collectSerials(child, serial, into);
    }
  }
}

function diskOf(disk: WholeDisk, info: Info, all: readonly WholeDisk[], serial: string): Disk {
  const path = `/dev/${disk.DeviceIdentifier}`;
  const containers = all.filter((other) =>
    other.APFSPhysicalStores.some(
      (store) => wholeDiskOf(store.DeviceIdentifier) === disk.DeviceIdentifier,
    ),
  );
  const own = disk.MountPoint === undefined ? [] : [disk.MountPoint];
  const partitions = disk.Partitions.map((slice) => partitionOf(slice, containers));
  const mounts = [...own, ...partitions.flatMap((partition) => partition.mounts)];
  const nodes = [
    disk,
    ...disk.Partitions,
    ...containers,
    ...containers.flatMap((c) => c.APFSVolumes),
  ];
  return {
    path,
    kind: "disk",
    size: disk.Size,
    model: cleanText(info.MediaName),
    serial: cleanText(serial),
    bus: info.VirtualOrPhysical === "Virtual" ? "image" : info.BusProtocol.toLowerCase(),
    removable:
      info.RemovableMediaOrExternalDevice ??
      (info.RemovableMedia || info.Ejectable || !info.Internal),
    readOnly: !info.WritableMedia,
    sectorSize: info.DeviceBlockSize,
    mounts,
    holders: [],
    system: mounts.some(isSystemMount),
    partitions,
    nodes: nodes.map((node) => `/dev/${node.DeviceIdentifier}`),
  };
}

function partitionOf(
  slice: z.infer<typeof Slice>,
  containers: readonly WholeDisk[],
): DiskPartition {
  const volumes = containers
    .filter((container) =>
      container.APFSPhysicalStores.some(
        (store) => store.DeviceIdentifier === slice.DeviceIdentifier,
      ),
    )
    .flatMap((container) => container.APFSVolumes);
  const mounts = [slice, ...volumes].flatMap(({ MountPoint }) => MountPoint ?? []);
  return {
    path: `/dev/${slice.DeviceIdentifier}`,
    size: slice.Size,
    fileSystem: slice.Content,
    label: cleanText(slice.VolumeName),
    mounts,
  };
}

/** `disk4s2s1` → `disk4`. */
function wholeDiskOf(identifier: string): string {
  return /^disk\d+/.exec(identifier)?.[0] ?? identifier;
}

function unreadable(cause: unknown): LifeboatError {
  return new LifeboatError("disk-list-unreadable", listSay.unreadable("diskutil"), { cause });
}
