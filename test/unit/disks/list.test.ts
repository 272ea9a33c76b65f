/**
 * The listings of three systems. Recorded ones are put together by the documented formats (lsblk(8), Get-Disk, diskutil(8)),
 * with the constellations that matter here; they were not taken from real hardware. Linux also lists this very machine.
 */
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Disk } from "../../../src/disks/disk.ts";
import { LinuxDisks } from "../../../src/disks/linux.ts";
import { diskLister, findDisk } from "../../../src/disks/list.ts";
import { MacDisks } from "../../../src/disks/macos.ts";
import { WindowsDisks } from "../../../src/disks/windows.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { Run } from "../../../src/system/run.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";
import { INFO, LIST, PROFILER } from "./listings/macos.ts";

const listing = (name: string) => readFile(new URL(`listings/${name}`, import.meta.url), "utf8");

/** Answers calls from a table of command lines; any other call fails the test. */
function scripted(answers: Record<string, string | Error>): Run {
  return async (program, args) => {
    const command = [program, ...args].join(" ");
    const known = Object.keys(answers).find((start) => command.startsWith(start));
    const answer = known === undefined ? new Error(`unexpected: ${command}`) : answers[known];
    if (answer instanceof Error) throw answer;
    return { exitCode: 0, stdout: answer ?? "", stderr: "" };
  };
}

const toolFailed = new LifeboatError("tool-failed", { en: "unknown column", zh: "" });

function byPath(disks: readonly Disk[], path: string): Disk {
  const disk = disks.find((disk) => disk.path === path);
  if (disk === undefined) throw new Error(`no ${path}`);
  return disk;
}

describe("Linux", () => {
  const sysfs: Record<string, string> = {
    "/sys/class/block/loop0/loop/backing_file": "/home/anna/disk image.img\n",
    "/sys/class/block/loop1/loop/backing_file": "/dev/sdc1\n",
    "/sys/class/block/sdb/diskseq": "17\n",
    "/sys/class/block/mmcblk0/device/type": "MMC\n",
    "/sys/class/block/mmcblk1/device/type": "SD\n",
  };
  async function recorded(): Promise<Disk[]> {
    const run = scripted({ "lsblk --json --bytes": await listing("linux.json") });
    return new LinuxDisks(run, async (path) => sysfs[path]).list();
  }

  test("only whole disks with a medium: no optical drives, zram, empty readers, eMMC boot areas", async () => {
    expect((await recorded()).map(({ path }) => path.slice(5))).toEqual(
      "loop0 loop1 sda sdb sdc sdd sde mmcblk0 mmcblk1 nvme0n1".split(" "),
    );
  });

  test("a system below encryption and LVM is found", async () => {
    expect(byPath(await recorded(), "/dev/sda")).toMatchObject({
      model: "Samsung SSD 860",
      bus: "sata",
      system: true,
      removable: false,
      mounts: ["/boot/efi", "/var/snap", "/", "[SWAP]"],
      holders: [
        "/dev/mapper/sda2_crypt (crypt)",
        "/dev/mapper/vg-root (lvm)",
        "/dev/mapper/vg-swap (lvm)",
      ],
      partitions: [
        { path: "/dev/sda1", fileSystem: "vfat", mounts: ["/boot/efi"] },
        { path: "/dev/sda2", mounts: ["/var/snap", "/", "[SWAP]"] },
      ],
    });
  });

  test("a mounted stick; its model can't play tricks on the screen", async () => {
    expect(byPath(await recorded(), "/dev/sdb")).toMatchObject({
      model: "SanDisk Ultraevil[2J",
      serial: "4C530001230101115173",
      bus: "usb",
      removable: true,
      system: false,
      mounts: ["/media/anna/DATA"],
      holders: [],
      diskSequence: 17,
    });
  });

  test("the stick that the running rescue system was started from, through a loop over its partition", async () => {
    expect(byPath(await recorded(), "/dev/sdc")).toMatchObject({
      system: true,
      mounts: ["/run/live/medium"],
      holders: ["/dev/loop1 (loop)", "/dev/mapper/lifeboat (dm)"],
    });
  });

  test("RAID; and a btrfs whose other disk shows as mounted", async () => {
    const disks = await recorded();
    expect(byPath(disks, "/dev/nvme0n1")).toMatchObject({
      mounts: ["/srv/my data"],
      holders: ["/dev/md0 (raid1)"],
      system: false,
    });
    expect(byPath(disks, "/dev/sdd")).toMatchObject({
      mounts: [],
      holders: ["/dev/sdd (btrfs)"],
      sectorSize: 4096,
      removable: true,
    });
  });

  test("an eMMC is built in, an SD card isn't", async () => {
    const disks = await recorded();
    expect(byPath(disks, "/dev/mmcblk0")).toMatchObject({ removable: false, bus: "mmc" });
    expect(byPath(disks, "/dev/mmcblk1")).toMatchObject({ removable: true, readOnly: true });
  });

  test("a loop device names the file behind it", async () => {
    expect(byPath(await recorded(), "/dev/loop0")).toMatchObject({
      kind: "loop",
      bus: "loop",
      backingFile: "/home/anna/disk image.img",
      mounts: [],
    });
  });

  test("util-linux before 2.37 and before 2.33: one mount point, numbers and truth as text", async () => {
    const old = (await listing("linux.json"))
      .replaceAll(/"mountpoints": \[(null|"[^"]*")(, "[^"]*")?\]/g, '"mountpoint": $1')
      .replaceAll(
        /"(rm|hotplug|ro)": (true|false)/g,
        (_all, key, value) => `"${key}": "${value === "true" ? 1 : 0}"`,
      )
      .replaceAll(/"(size|log-sec)": (\d+)/g, '"$1": "$2"');
    const asked: string[] = [];
    const run: Run = async (program, args) => {
      asked.push(args.at(-1)?.split(",").at(-1) ?? "");
      if (asked.length === 1) throw toolFailed;
      return { exitCode: 0, stdout: program === "lsblk" ? old : "", stderr: "" };
    };
    const disks = await new LinuxDisks(run, async () => undefined).list();
    expect(asked).toEqual(["MOUNTPOINTS", "MOUNTPOINT"]);
    expect(byPath(disks, "/dev/sdb")).toMatchObject({
      size: 62_058_921_984,
      removable: true,
      mounts: ["/media/anna/DATA"],
    });
    expect(byPath(disks, "/dev/sda").system).toBe(true);
  });

  test("an answer that makes no sense is said so; a missing lsblk too", async () => {
    for (const stdout of ["", "{}", '{"blockdevices":[{"kname":5}]}']) {
      const disks = new LinuxDisks(scripted({ lsblk: stdout }), async () => undefined);
      await expect(disks.list()).rejects.toMatchObject({ code: "disk-list-unreadable" });
    }
    const missing = new LifeboatError("tool-missing", { en: "", zh: "" });
    const disks = new LinuxDisks(scripted({ lsblk: missing }), async () => undefined);
    await expect(disks.list()).rejects.toBe(missing);
  });

  test("this machine: the disks that lsblk lists plainly, with their sizes", async () => {
    const plain = await judge("lsblk", ["-dbnr", "-o", "PATH,SIZE,TYPE"]);
    const expected = plain
      .trim()
      .split("\n")
      .map((line) => line.split(" "))
      .filter(
        ([path, size, type]) => type === "disk" && size !== "0" && !/zram|ram/.test(path ?? ""),
      )
      .map(([path, size]) => [path, Number(size)]);
    const disks = (await diskLister(undefined, "linux").list()).filter(
      ({ kind }) => kind === "disk",
    );
    expect(disks.map(({ path, size }) => [path, size])).toEqual(expected);
    const root = (await judge("findmnt", ["-no", "SOURCE", "/"])).trim();
    const holder = disks.find(({ nodes }) => nodes.includes(root));
    if (holder !== undefined) expect(holder.system).toBe(true);
  });

  const root = process.getuid?.() === 0;
  test.skipIf(!root)("a loop device on this machine (needs root)", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    await writeFile(path, Buffer.alloc(1 << 20));
    const device = (await judge("losetup", ["--find", "--show", "--read-only", path])).trim();
    onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
    const disk = byPath(await diskLister().list(), device);
    expect(disk).toMatchObject({ kind: "loop", size: 1 << 20, readOnly: true, backingFile: path });
    const sequence = await readFile(`/sys/class/block/${device.slice(5)}/diskseq`, "utf8");
    expect(disk.diskSequence).toBe(Number(sequence));
  });
});

describe("Windows", () => {
  async function recorded(): Promise<Disk[]> {
    return new WindowsDisks(scripted({ "powershell.exe": await listing("windows.json") })).list();
  }

  test("disks in the order of their numbers, with their drive letters and folders", async () => {
    const disks = await recorded();
    expect(disks.map(({ path, mounts }) => [path, mounts])).toEqual([
      ["\\\\.\\PhysicalDrive0", ["C:\\"]],
      ["\\\\.\\PhysicalDrive1", ["D:\\", "C:\\Mount\\Daten\\"]],
      ["\\\\.\\PhysicalDrive2", ["E:\\"]],
      ["\\\\.\\PhysicalDrive3", []],
      ["\\\\.\\PhysicalDrive10", []],
    ]);
  });

  test("Windows' own disk, and the one that it pages to, are the system's", async () => {
    expect((await recorded()).map(({ system }) => system)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test("a stick, an SD card, a Storage Space", async () => {
    const disks = await recorded();
    expect(disks[2]).toMatchObject({
      model: "SanDisk Ultra Fit",
      serial: "4C530001230101115173",
      bus: "usb",
      removable: true,
      readOnly: false,
      size: 62_058_921_984,
      partitions: [{ fileSystem: "exfat", label: "LIFEBOAT" }],
    });
    expect(disks[4]).toMatchObject({ removable: true, readOnly: true });
    expect(disks[3]).toMatchObject({ holders: ["Storage Spaces"], sectorSize: 4096 });
    expect(disks[1]).toMatchObject({ removable: false, serial: "ZFN0ABCD" });
  });

  test("an answer that makes no sense is said so", async () => {
    const disks = new WindowsDisks(scripted({ "powershell.exe": "Get-Disk : not found" }));
    await expect(disks.list()).rejects.toMatchObject({ code: "disk-list-unreadable" });
  });
});

describe("macOS", () => {
  const answers = {
    "diskutil list -plist": LIST,
    "diskutil info -plist disk0": INFO["disk0"] ?? "",
    "diskutil info -plist disk4": INFO["disk4"] ?? "",
    system_profiler: PROFILER,
  };

  test("the disk below the APFS container that the system runs from", async () => {
    const disks = await new MacDisks(scripted(answers)).list();
    expect(disks.map(({ path }) => path)).toEqual(["/dev/disk0", "/dev/disk4"]);
    expect(disks[0]).toMatchObject({
      system: true,
      removable: false,
      mounts: ["/System/Volumes/Data", "/"],
      serial: "0ba0123456789abc",
      sectorSize: 4096,
    });
    expect(disks[0]?.nodes).toContain("/dev/disk1s5");
  });

  test("a write-protected stick with a name out of the hands of a stranger", async () => {
    const disks = await new MacDisks(scripted(answers)).list();
    expect(disks[1]).toMatchObject({
      system: false,
      removable: true,
      readOnly: true,
      bus: "usb",
      model: "Ultra Fit Media",
      serial: "4C530001230101115173",
      mounts: ["/Volumes/Tom & Anna\u202E"],
      partitions: [{ path: "/dev/disk4s1", label: "Tom & Anna", size: 62_057_873_408 }],
    });
  });

  test("without system_profiler there are no serial numbers, but disks", async () => {
    for (const system_profiler of [toolFailed, "nothing"]) {
      const disks = await new MacDisks(scripted({ ...answers, system_profiler })).list();
      expect(disks.map(({ serial }) => serial)).toEqual(["", ""]);
    }
  });

  test("an answer that makes no sense is said so", async () => {
    const disks = new MacDisks(
      scripted({ ...answers, "diskutil list -plist": "<plist><dict/></plist>" }),
    );
    await expect(disks.list()).rejects.toMatchObject({ code: "disk-list-unreadable" });
  });
});

describe("findDisk", () => {
  async function disks(): Promise<Disk[]> {
    const linux = scripted({ lsblk: await listing("linux.json") });
    const windows = scripted({ "powershell.exe": await listing("windows.json") });
    return [
      ...(await new LinuxDisks(linux, async () => undefined).list()),
      ...(await new WindowsDisks(windows).list()),
    ];
  }

  test.each([
    ["/dev/sdb", "/dev/sdb", true],
    ["/dev/sdb1", "/dev/sdb", false],
    ["/dev/mapper/vg-root", "/dev/sda", false],
    ["\\\\.\\physicaldrive2", "\\\\.\\PhysicalDrive2", true],
    ["\\\\?\\PhysicalDrive2", "\\\\.\\PhysicalDrive2", true],
    ["E:\\", "\\\\.\\PhysicalDrive2", false],
  ])("%s", async (path, expected, whole) => {
    const found = await findDisk(await disks(), path);
    expect([found.disk.path, found.whole]).toEqual([expected, whole]);
  });

  test("by a link", async () => {
    const link = join(await temporaryFolder(), "usb-stick");
    await symlink("/dev/null", link);
    const disk = { ...byPath(await disks(), "/dev/sdb"), path: "/dev/null" };
    expect(await findDisk([disk], link)).toEqual({ disk, whole: true });
  });

  test("anything else", async () => {
    await expect(findDisk(await disks(), "/dev/sr0")).rejects.toMatchObject({
      code: "no-such-disk",
      kind: "usage",
    });
  });
});

test("other platforms are refused, not guessed at", () => {
  expect(() => diskLister(undefined, "freebsd")).toThrow(
    expect.objectContaining({ code: "platform-unsupported" }),
  );
});
