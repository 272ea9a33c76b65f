import type { Disk } from "../../src/disks/disk.ts";

/** A stick in a port of the test's computer, for as much as a listing says. */
export function testDisk(path: string, rest: Partial<Disk> = {}): Disk {
  return {
    path,
    kind: "disk",
    size: 8 * 2 ** 30,
    model: "Test Stick",
    serial: "T-1",
    bus: "usb",
    removable: true,
    readOnly: false,
    sectorSize: 512,
    mounts: [],
    holders: [],
    system: false,
    partitions: [],
    nodes: [path],
    ...rest,
  };
}
