/**
 * A computer with disks, for the picture of the first screen: in a mount namespace of its own the program finds a `/dev` with image files for
 * disks, and an lsblk that lists them. So the picture shows what a technician has, and not the disks of whoever makes it; what is said
 * of each is read from its file by the program, as ever.
 */
import { chmod, mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";

interface PretendedDisk {
  readonly name: string;
  readonly image: string;
  readonly bytes: number;
  readonly model: string;
  readonly serial: string;
  readonly usb: boolean;
  readonly mountpoint?: string;
}

/** In `$1` the folder of the new `/dev`, then pairs of disk and image up to `--`, then the program. Device nodes are the real ones. */
const ENTER = `set -e
dev=$1; shift
mount -t tmpfs tmpfs "$dev"
for name in null zero full random urandom tty; do
  touch "$dev/$name"; mount --bind "/dev/$name" "$dev/$name"
done
mkdir "$dev/pts"; mount --rbind /dev/pts "$dev/pts"
while [ "$1" != -- ]; do
  touch "$dev/$1"; mount --bind "$2" "$dev/$1"; shift 2
done
shift
mount --rbind "$dev" /dev
exec "$@"
`;

/** @param stick the image of a stick, which is in the second port. @returns what goes before the program's command line. */
export async function computerWith(
  folder: string,
  stick: { readonly image: string; readonly bytes: number },
): Promise<string[]> {
  const disks: readonly PretendedDisk[] = [
    {
      name: "nvme0n1",
      image: join(folder, "nvme.img"),
      bytes: 512_110_190_592,
      model: "NVMe SSD 512GB",
      serial: "S5GXNX0R",
      usb: false,
      mountpoint: "/",
    },
    { name: "sdb", ...stick, model: "USB Flash Disk", serial: "07B4091C", usb: true },
    {
      name: "sdc",
      image: join(folder, "empty.img"),
      bytes: 30_943_995_904,
      model: "USB 3.1 Drive",
      serial: "4C530001",
      usb: true,
    },
  ];
  const [programs, dev] = [join(folder, "programs"), join(folder, "dev")];
  await mkdir(programs, { recursive: true });
  await mkdir(dev, { recursive: true });
  for (const { image, bytes } of disks) {
    if (image !== stick.image) {
      await writeFile(image, "");
      await truncate(image, bytes);
    }
  }
  const listing = JSON.stringify({ blockdevices: disks.map(listed) });
  await writeFile(join(programs, "listing.json"), listing);
  const lsblk = join(programs, "lsblk");
  await writeFile(lsblk, `#!/bin/sh\nexec cat '${join(programs, "listing.json")}'\n`);
  await chmod(lsblk, 0o755);
  const pairs = disks.flatMap(({ name, image }) => [name, image]);
  const path = `PATH=${programs}:${process.env["PATH"] ?? ""}`;
  return [
    "unshare",
    "--map-root-user",
    "--mount",
    "sh",
    "-c",
    ENTER,
    "sh",
    dev,
    ...pairs,
    "--",
    "env",
    path,
  ];
}

/** As lsblk(8) says it with `--json --bytes`. */
function listed({ name, bytes, model, serial, usb, mountpoint }: PretendedDisk) {
  return {
    name,
    kname: name,
    path: `/dev/${name}`,
    type: "disk",
    size: bytes,
    vendor: "",
    model,
    serial,
    tran: usb ? "usb" : "nvme",
    rm: usb,
    hotplug: usb,
    ro: false,
    "log-sec": 512,
    fstype: null,
    label: null,
    uuid: null,
    mountpoints: [mountpoint ?? null],
  };
}
