import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Disk } from "../../../src/disks/disk.ts";
import { identityOf, sameIdentity } from "../../../src/disks/identity.ts";
import { judgeTarget } from "../../../src/disks/safety.ts";
import type { SafetyOptions } from "../../../src/disks/safety.ts";
import { isSystemMount } from "../../../src/disks/system-mounts.ts";
import { findTarget } from "../../../src/disks/target.ts";
import { testDisk } from "../../support/listed-disk.ts";
import { temporaryFolder } from "../../support/tools.ts";

const STICK: Disk = testDisk("/dev/sdz", {
  size: 32e9,
  model: "SanDisk Ultra",
  serial: "4C53",
  nodes: ["/dev/sdz", "/dev/sdz1"],
  diskSequence: 9,
});

function codes(change: Partial<Disk>, options: SafetyOptions = {}, whole = true): string[] {
  const disk = { ...STICK, ...change };
  const findings = judgeTarget({ kind: "disk", path: disk.path, disk, whole }, options);
  expect(findings.every(({ level }) => level === "error")).toBe(true);
  expect(findings.every(({ text }) => text.en !== "" && text.zh !== "")).toBe(true);
  return findings.map(({ code }) => code);
}

const TIB = 2 ** 40;

describe("a disk", () => {
  test("a free stick is allowed", () => {
    expect(codes({})).toEqual([]);
    expect(codes({}, { neededBytes: 32e9, expectSerial: "4C53" })).toEqual([]);
    expect(codes({ size: 2 * TIB })).toEqual([]);
  });

  test.each<[string, string[], Partial<Disk>, SafetyOptions?]>([
    ["the system's", ["system-disk"], { system: true }],
    ["mounted", ["mounted"], { mounts: ["/media/a"] }],
    ["held", ["in-use"], { holders: ["/dev/md0 (raid1)"] }],
    ["write-protected", ["read-only"], { readOnly: true }],
    ["built in", ["not-removable"], { removable: false }],
    ["large", ["too-large"], { size: 2 * TIB + 1 }],
    ["small", ["too-small"], {}, { neededBytes: 32e9 + 1 }],
    ["another one", ["serial-differs"], {}, { expectSerial: "4c53" }],
    ["without a serial number", ["serial-differs"], { serial: "" }, { expectSerial: "4C53" }],
    [
      "everything at once",
      ["system-disk", "mounted", "in-use", "read-only", "not-removable", "too-large"],
      {
        system: true,
        mounts: ["/"],
        holders: ["x"],
        readOnly: true,
        removable: false,
        size: 3 * TIB,
      },
    ],
  ])("%s: refused", (_name, expected, change, options) => {
    expect(codes(change, options)).toEqual(expected);
  });

  test("a partition: refused, with the disk in the hint", () => {
    const [finding] = judgeTarget({ kind: "disk", path: "/dev/sdz1", disk: STICK, whole: false });
    expect(finding).toMatchObject({ level: "error", code: "not-a-whole-disk" });
    expect(finding?.hint?.en).toContain("/dev/sdz");
  });

  test("what the options allow, and nothing more", () => {
    const all = { allowFixed: true, allowLarge: true };
    expect(codes({ removable: false, size: 3 * TIB }, all)).toEqual([]);
    expect(codes({ removable: false, system: true, mounts: ["/"] }, all)).toEqual([
      "system-disk",
      "mounted",
    ]);
    expect(codes({}, all, false)).toEqual(["not-a-whole-disk"]);
  });

  test("the mounts are named", () => {
    const disk = { ...STICK, mounts: ["/media/a", "/media/b\u202E c"] };
    const [finding] = judgeTarget({ kind: "disk", path: disk.path, disk, whole: true });
    expect(finding?.text.en).toContain("/media/a, /media/b c");
    expect(finding?.text.zh).toContain("/media/a、/media/b c");
  });

  test("a loop device counts as removable, unless it is mounted", () => {
    expect(codes({ kind: "loop", removable: false })).toEqual([]);
    expect(codes({ kind: "loop", removable: false, mounts: ["/mnt"] })).toEqual(["mounted"]);
  });
});

describe("an image file", () => {
  const loop: Disk = { ...STICK, kind: "loop", path: "/dev/loop7", serial: "" };
  async function judged(path: string, loops: Disk[] = [], options: SafetyOptions = {}) {
    const target = await findTarget(path, { list: async () => loops });
    return judgeTarget(target, options).map(({ level, code }) => `${level} ${code}`);
  }

  test("new, in a folder that is there", async () => {
    const folder = await temporaryFolder();
    expect(await judged(join(folder, "new.img"), [], { neededBytes: 1e9 })).toEqual([]);
    expect(await judged(join(folder, "no/new.img"))).toEqual(["error no-such-folder"]);
  });

  test("there already", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "disk.img");
    await writeFile(path, Buffer.alloc(1000));
    expect(await judged(path)).toEqual([]);
    expect(await judged(path, [], { neededBytes: 1001 })).toEqual(["error too-small"]);
    expect(await judged(path, [], { expectSerial: "4C53" })).toEqual(["error serial-differs"]);
    await mkdir(join(folder, "folder"));
    expect(await judged(join(folder, "folder"))).toEqual(["error not-a-file"]);
  });

  test.skipIf(process.platform !== "linux")("behind a loop device", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    await writeFile(path, Buffer.alloc(1000));
    const other = { ...loop, backingFile: `${path}2`, mounts: ["/mnt"] };
    expect(await judged(path, [other])).toEqual([]);
    expect(await judged(path, [{ ...loop, backingFile: path }])).toEqual(["warning loop-attached"]);
    const mounted = { ...loop, backingFile: path, mounts: ["/mnt"] };
    expect(await judged(path, [mounted])).toEqual(["error mounted"]);
  });

  test("a device is never taken for a file", async () => {
    await expect(judged("/dev/null")).rejects.toMatchObject({ code: "no-such-disk" });
    const disk = { ...STICK, path: "/dev/null", nodes: ["/dev/null"] };
    expect(await judged("/dev/null", [disk])).toEqual([]);
    const windows = { ...STICK, path: "\\\\.\\PhysicalDrive3", nodes: [] };
    expect(await judged("\\\\.\\PHYSICALDRIVE3", [windows])).toEqual([]);
  });
});

describe("identity", () => {
  const before = identityOf(STICK);

  test("survives a plan kept as JSON", () => {
    expect(sameIdentity(JSON.parse(JSON.stringify(before)) as typeof before, before)).toBe(true);
    const without = { ...STICK };
    delete without.diskSequence;
    expect(sameIdentity(identityOf(without), identityOf({ ...without, mounts: ["/x"] }))).toBe(
      true,
    );
  });

  test.each<Partial<Disk>>([
    { path: "/dev/sdy" },
    { serial: "4C54" },
    { size: 32e9 + 512 },
    { model: "SanDisk Ultra Fit" },
    { diskSequence: 10 },
    { backingFile: "/home/a.img" },
  ])("another disk: %o", (change) => {
    expect(sameIdentity(before, identityOf({ ...STICK, ...change }))).toBe(false);
  });
});

test.each([
  ["/", true],
  ["/boot/efi", true],
  ["/usr", true],
  ["/home", true],
  ["[SWAP]", true],
  ["/run/live/medium", true],
  ["/cdrom", true],
  ["/run/archiso/bootmnt", true],
  ["/run/initramfs/live", true],
  ["/System/Volumes/Data", true],
  ["/media/anna/boot", false],
  ["/run/media/anna/DATA", false],
  ["/mnt", false],
  ["/home/anna/usb", false],
  ["/usrlocal", false],
  ["/Volumes/STICK", false],
])("%s of the system: %s", (mount, expected) => {
  expect(isSystemMount(mount)).toBe(expected);
});
