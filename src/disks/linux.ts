/** Disks on Linux, from lsblk's tree (lsblk(8)) and a few facts of sysfs that it doesn't tell. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { LifeboatError } from "../system/errors.ts";
import type { Run } from "../system/run.ts";
import { cleanText } from "./clean.ts";
import type { Disk, DiskLister, DiskPartition } from "./disk.ts";
import { listSay } from "./list-messages.ts";
import { isSystemMount } from "./system-mounts.ts";

/** Reads a small text file; undefined where it can't. sysfs and procfs go through it, so that a test can supply them. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** NAME, which nothing reads, is what makes lsblk nest: without it, 2.38 at least lists partitions beside their disks. */
const COLUMNS = [
  "NAME",
  "KNAME",
  "PATH",
  "TYPE",
  "SIZE",
  "VENDOR",
  "MODEL",
  "SERIAL",
  "TRAN",
  "RM",
  "HOTPLUG",
  "RO",
  "LOG-SEC",
  "FSTYPE",
  "LABEL",
  "UUID",
];

/** util-linux below 2.33 writes numbers and truth values as text. */
const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
const truth = z.union([z.boolean(), z.enum(["0", "1"]).transform((text) => text === "1")]);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

const Node = z.object({
  kname: z.string(),
  path: z.string(),
  type: z.string(),
  size: number,
  vendor: text,
  model: text,
  serial: text,
  tran: text,
  rm: truth,
  hotplug: truth,
  ro: truth,
  "log-sec": number,
  fstype: text,
  label: text,
  uuid: text,
  mountpoints: z.array(z.string().nullable()).optional(),
  mountpoint: z.string().nullish(),
  get children() {
    return z.array(Node).optional();
  },
});

type Node = z.infer<typeof Node>;

const Listing = z.object({ blockdevices: z.array(Node) });

export class LinuxDisks implements DiskLister {
  readonly #run: Run;
  readonly #readText: ReadText;

  constructor(run: Run, readText: ReadText = readTextFile) {
    this.#run = run;
    this.#readText = readText;
  }

  async list(): Promise<Disk[]> {
    const nodes = parseListing(await this.#lsblk());
    const backing = new Map<string, string>();
    for (const node of nodes) {
      if (node.type !== "loop") continue;
      const file = await this.#readText(`/sys/class/block/${node.kname}/loop/backing_file`);
      if (file !== undefined) backing.set(node.kname, file.replace(/\n$/, ""));
    }
    attachLoops(nodes, backing);
    const busy = new Set(allOf(nodes).flatMap((node) => (isMountedBtrfs(node) ? [node.uuid] : [])));
    const disks: Disk[] = [];
    for (const node of nodes) {
      if (isWholeDisk(node)) disks.push(await this.#disk(node, backing.get(node.kname), busy));
    }
    return disks;
  }

  /** MOUNTPOINTS came with util-linux 2.37; before it a node mounted twice shows one of its places. */
  async #lsblk(): Promise<string> {
    const options = (column: string) => ["--json", "--bytes", "-o", [...COLUMNS, column].join(",")];
    try {
      return (await this.#run("lsblk", options("MOUNTPOINTS"))).stdout;
    } catch (error) {
      if (!(error instanceof LifeboatError) || error.code !== "tool-failed") throw error;
      return (await this.#run("lsblk", options("MOUNTPOINT"))).stdout;
    }
  }

  async #disk(node: Node, backingFile: string | undefined, busy: Set<string>): Promise<Disk> {
    const folder = `/sys/class/block/${node.kname}`;
    const mounts = mountsOf(node);
    const nodes = allOf([node]);
    const sequence = await this.#readText(`${folder}/diskseq`);
    const cardType = node.kname.startsWith("mmcblk")
      ? await this.#readText(`${folder}/device/type`)
      : undefined;
    return {
      path: node.path,
      kind: node.type === "loop" ? "loop" : "disk",
      size: node.size,
      model: modelOf(node),
      serial: cleanText(node.serial),
      bus: busOf(node),
      removable: isRemovable(node, cardType),
      readOnly: node.ro,
      sectorSize: node["log-sec"],
      mounts,
      holders: holdersOf(nodes, busy),
      system: mounts.some(isSystemMount),
      partitions: (node.children ?? []).filter(({ type }) => type === "part").map(partitionOf),
      nodes: [...new Set(nodes.map(({ path }) => path))],
      ...(backingFile === undefined ? {} : { backingFile }),
      ...(/^\d+\s*$/.test(sequence ?? "") ? { diskSequence: Number(sequence) } : {}),
    };
  }
}

function parseListing(stdout: string): Node[] {
  try {
    return Listing.parse(JSON.parse(stdout)).blockdevices;
  } catch (cause) {
    throw new LifeboatError("disk-list-unreadable", listSay.unreadable("lsblk"), { cause });
  }
}

/**
 * A loop device over a partition (lifeboat's own hook starts systems like that) isn't in lsblk's tree: put it below, so that
 * the stick a rescue system runs from is seen to be mounted. Below it hangs whatever device-mapper made of it.
 */
function attachLoops(nodes: readonly Node[], backing: ReadonlyMap<string, string>): void {
  const byPath = new Map(allOf(nodes).map((node) => [node.path, node]));
  for (const loop of nodes) {
    const below = byPath.get(backing.get(loop.kname) ?? "");
    if (below === undefined || allOf([loop]).includes(below)) continue;
    below.children = [...(below.children ?? []), loop];
  }
}

/** The nodes and everything below them. Each object once, whatever the tree looks like. */
function allOf(nodes: readonly Node[]): Node[] {
  const seen = new Set<Node>(nodes);
  for (const node of seen) for (const child of node.children ?? []) seen.add(child);
  return [...seen];
}

/** Not optical drives, RAM disks, floppies, empty card readers, or the boot and RPMB areas of an eMMC. */
function isWholeDisk(node: Node): boolean {
  if (node.size === 0 || /^(zram|ram|fd)\d|^mmcblk\d+(boot|rpmb|gp)/.test(node.kname)) return false;
  return node.type === "disk" || node.type === "loop";
}

function mountsOf(node: Node): string[] {
  const mounts = allOf([node]).flatMap(({ mountpoints, mountpoint }) => [
    ...(mountpoints ?? []),
    mountpoint,
  ]);
  return [...new Set(mounts.filter((mount) => typeof mount === "string"))];
}

function isMountedBtrfs(node: Node): boolean {
  return node.fstype === "btrfs" && node.uuid !== "" && mountsOf(node).length > 0;
}

/** What stands between a disk and its mounts; and a btrfs of several devices, of which only one shows as mounted. */
function holdersOf(nodes: readonly Node[], mountedBtrfs: ReadonlySet<string>): string[] {
  const holders = nodes
    .slice(1)
    .filter(({ type }) => type !== "part")
    .map(({ type, path }) => `${path} (${type})`);
  for (const { fstype, uuid, path } of nodes) {
    if (fstype === "btrfs" && mountedBtrfs.has(uuid)) holders.push(`${path} (btrfs)`);
  }
  return [...new Set(holders)];
}

/** The vendor says something with USB and SCSI only: SATA disks all have "ATA", virtio ones a PCI number. */
function modelOf(node: Node): string {
  const vendor = /^(ATA|0x[0-9a-f]+)$/.test(node.vendor.trim()) ? "" : node.vendor.trim();
  return cleanText(`${vendor} ${node.model.trim()}`);
}

function busOf(node: Node): string {
  if (node.type === "loop") return "loop";
  if (node.tran !== "") return node.tran;
  if (node.kname.startsWith("mmcblk")) return "mmc";
  return node.kname.startsWith("vd") ? "virtio" : "";
}

/** lsblk calls an eMMC hot-pluggable, since it does so of all MMC; only its card type tells it from an SD card. */
function isRemovable(node: Node, cardType: string | undefined): boolean {
  if (cardType !== undefined) return cardType.trim() === "SD";
  return node.rm || node.hotplug || node.tran === "usb";
}

function partitionOf(node: Node): DiskPartition {
  return {
    path: node.path,
    size: node.size,
    fileSystem: node.fstype,
    label: cleanText(node.label),
    mounts: mountsOf(node),
  };
}

async function readTextFile(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
