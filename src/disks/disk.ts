/** What lifeboat knows of one of the computer's disks: plain data, the same on every platform. */

export interface DiskPartition {
  /** `/dev/sdb1`, `disk4s1`'s node, or Windows' volume or drive letter where it has one. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** `ext4`, `vfat`, … where the system knows; else empty. */
  readonly fileSystem: string;
  readonly label: string;
  /** Where it, or anything built on it (LVM, encryption, RAID), is mounted; `[SWAP]` for swap in use. */
  readonly mounts: readonly string[];
}

export interface Disk {
  /** What opens it: `/dev/sdb`, `\\.\PhysicalDrive3`, `/dev/disk4`. */
  readonly path: string;
  readonly kind: "disk" | "loop";
  /** Bytes. */
  readonly size: number;
  /** Vendor and model; without invisible characters. */
  readonly model: string;
  /** Empty where the system tells none. */
  readonly serial: string;
  /** `usb`, `sata`, `nvme`, `mmc`, `virtio`, `loop`, …, in lower case; empty where unknown. */
  readonly bus: string;
  /** Made to be taken out: USB and other hot-plugged disks, SD cards. */
  readonly removable: boolean;
  readonly readOnly: boolean;
  /** Logical sector size in bytes. */
  readonly sectorSize: number;
  /** Mount points of the disk and everything on it, whatever lies between. */
  readonly mounts: readonly string[];
  /** What else holds it: active LVM volumes, RAID, encryption, by name. */
  readonly holders: readonly string[];
  /** The running system stands on it: its root, its start-up files, its swap, or the medium of a live system. */
  readonly system: boolean;
  readonly partitions: readonly DiskPartition[];
  /** Every node of the disk and of what is on it, the disk's own first. */
  readonly nodes: readonly string[];
  /** Loop devices: the file behind. */
  readonly backingFile?: string;
  /** Linux: counts up with every disk that appears, so a stick that was pulled and put back has another. */
  readonly diskSequence?: number;
}

/** Lists the computer's disks. @throws LifeboatError as `Run` does, and `disk-list-unreadable`. */
export interface DiskLister {
  list(): Promise<Disk[]>;
}
