/**
 * Byte for byte what Ventoy's own installer writes: its steps are carried out with the tools that it calls, and all but the random
 * identifiers is compared. Partition 1 has its judge in exfat/mkexfatfs.test.ts.
 */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import { checkVentoyDevice } from "../../../../src/boot/ventoy/device-check.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import type { InstallerRun } from "../../../support/ventoy-sticks.ts";
import { SECTOR, installByItsSteps, makeVentoyStick } from "../../../support/ventoy-sticks.ts";

const GIB = 2097152;

/** Sizes of every remainder that matters, below and beyond what CHS can say, and beyond what an MBR can. */
const RUNS: InstallerRun[] = [
  { totalSectors: GIB / 2, scheme: "mbr", reserveMib: 0, tool: "fdisk" },
  { totalSectors: GIB / 2, scheme: "mbr", reserveMib: 0, tool: "parted" },
  { totalSectors: 1_000_003, scheme: "mbr", reserveMib: 64, tool: "fdisk" },
  { totalSectors: 2 * GIB + 5, scheme: "mbr", reserveMib: 0, tool: "parted" },
  { totalSectors: 15_633_408, scheme: "mbr", reserveMib: 0, tool: "fdisk" },
  { totalSectors: 33 * GIB + 7, scheme: "mbr", reserveMib: 333, tool: "fdisk" },
  { totalSectors: 33 * GIB + 7, scheme: "mbr", reserveMib: 333, tool: "parted" },
  { totalSectors: 2048 * GIB, scheme: "mbr", reserveMib: 0, tool: "fdisk" },
  { totalSectors: GIB / 2, scheme: "gpt", reserveMib: 0, tool: "parted" },
  { totalSectors: 1_000_003, scheme: "gpt", reserveMib: 64, tool: "parted" },
  { totalSectors: 2 * GIB + 6, scheme: "gpt", reserveMib: 0, tool: "parted" },
  { totalSectors: 33 * GIB + 1, scheme: "gpt", reserveMib: 1, tool: "parted" },
  { totalSectors: 2048 * GIB + 1, scheme: "gpt", reserveMib: 0, tool: "parted" },
];

let parts: VentoyParts;
beforeAll(async () => {
  parts = await ventoyParts();
});

describe.each(RUNS)("$scheme by $tool, $totalSectors sectors, $reserveMib MiB free", (one) => {
  test("is what the installer's steps make of it", async () => {
    const folder = await temporaryFolder();
    const [theirs, ours] = [join(folder, "theirs.img"), join(folder, "ours.img")];
    const { totalSectors, scheme, reserveMib } = one;
    const part2 = await installByItsSteps(theirs, one, parts);
    const plan = await makeVentoyStick(ours, totalSectors, parts, {
      scheme,
      reserveBytes: reserveMib << 20,
    });
    expect(plan.layout.partitions[1]).toMatchObject({ startLba: part2, sectors: 65_536 });

    // mkexfatfs -s 64 or -s 256, by whole GiB, and no partition offset.
    const volume = await sectors(ours, 2048, 1);
    expect(volume[109]).toBe(Math.floor(totalSectors / GIB) > 32 ? 8 : 6);
    expect(volume.readBigUInt64LE(64)).toBe(0n);
    expect(volume.readBigUInt64LE(72)).toBe(BigInt(part2 - 2048));

    const behind = part2 + 65_536;
    const places = [
      [0, 2048],
      [part2, 65_536],
      [behind, Math.min(64, totalSectors - behind)],
      [totalSectors - 33, 33],
    ] as const;
    for (const [start, count] of places) {
      const [a, b] = [await sectors(theirs, start, count), await sectors(ours, start, count)];
      for (const bytes of [a, b]) hideIdentifiers(bytes, start, one);
      expect(differing(a, b, start), `sectors ${start}–${start + count - 1}`).toEqual([]);
    }
    if (scheme === "gpt")
      expect(await judge("sgdisk", ["-v", ours])).toContain("No problems found");
    else expect(await judge("sfdisk", ["--verify", ours])).toContain("No errors detected");

    const disk = await openFile(ours);
    try {
      const checks = await checkVentoyDevice(disk);
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    } finally {
      await disk.close();
    }
  });
});

/** The identifiers are those of the plan, which the user saw. */
test.each(["mbr", "gpt"] as const)("%s: what the plan says is on the disk", async (scheme) => {
  const path = join(await temporaryFolder(), "stick.img");
  const plan = await makeVentoyStick(path, GIB / 2, parts, { scheme, label: "My sticks" });
  const first = await sectors(path, 0, 1);
  expect(first.toString("hex", 384, 400)).toBe(plan.ventoyUuid);
  expect(first.toString("hex", 440, 444)).toBe(plan.diskSignature);
  const said = await judge("sfdisk", ["--dump", path]);
  const id = scheme === "gpt" ? plan.diskId : `0x${plan.diskId.toLowerCase()}`;
  expect(said).toContain(`label-id: ${id}`);
  if (scheme === "gpt") {
    expect(said).toContain('name="Ventoy"');
    expect(said).toMatch(/name="VTOYEFI", attrs="GUID:63"/);
  }
  const data = join(await temporaryFolder(), "data.img");
  const { startLba = 0, sectors: length = 0 } = plan.layout.partitions[0] ?? {};
  const count = `count=${length}`;
  await judge("dd", [`if=${path}`, `of=${data}`, `skip=${startLba}`, count, "conv=sparse"]);
  expect(await judge("fsck.exfat", ["-n", data])).toContain("clean");
  expect(await judge("dump.exfat", [data])).toMatch(/Volume label:\s+My sticks\n/);
});

async function sectors(path: string, start: number, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(count * SECTOR);
    await file.read(bytes, 0, bytes.length, start * SECTOR);
    return bytes;
  } finally {
    await file.close();
  }
}

/**
 * Zeroes over what is random: Ventoy's UUID, the signature, a GPT's GUIDs and with them its sums. CHS in an MBR is fdisk's to judge:
 * parted takes the heads and sectors that a device names, and four and 32 for image files; fdisk and lifeboat take 255 and 63.
 */
function hideIdentifiers(
  bytes: Buffer,
  start: number,
  { scheme, totalSectors, tool }: InstallerRun,
) {
  const end = start + bytes.length / SECTOR;
  const hide = (lba: number, at: number, length: number) => {
    if (lba < start || lba >= end) return;
    bytes.fill(0, (lba - start) * SECTOR + at, (lba - start) * SECTOR + at + length);
  };
  hide(0, 384, 16);
  hide(0, 440, 4);
  if (scheme === "mbr") {
    if (tool === "fdisk") return;
    for (const entry of [446, 462]) {
      hide(0, entry + 1, 3);
      hide(0, entry + 5, 3);
    }
    return;
  }
  for (const [header, entries] of [
    [1, 2],
    [totalSectors - 1, totalSectors - 33],
  ] as const) {
    hide(header, 16, 4);
    hide(header, 56, 16);
    hide(header, 88, 4);
    hide(entries, 16, 16);
    hide(entries, 128 + 16, 16);
  }
}

/** The first few that differ, as sector and byte. */
function differing(a: Buffer, b: Buffer, start: number): string[] {
  const found: string[] = [];
  if (a.equals(b)) return found;
  for (let at = 0; at < a.length && found.length < 20; at++) {
    if (a[at] !== b[at]) {
      found.push(`${start + Math.floor(at / SECTOR)}+${at % SECTOR}: ${a[at]} → ${b[at]}`);
    }
  }
  return found;
}
