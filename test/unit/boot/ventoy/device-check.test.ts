import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import {
  FINGERPRINT_FILES,
  VENTOY_CHECK,
  checkVentoyDevice,
  passesDeviceCheck,
} from "../../../../src/boot/ventoy/device-check.ts";
import { ventoyGeometry } from "../../../../src/boot/ventoy/geometry.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { FUZZ_RUNS, FUZZ_TIMEOUT } from "../../disks/support.ts";
import { judge } from "../../../support/tools.ts";

const GEOMETRY = ventoyGeometry({ totalSectors: 72 * 2048, scheme: "mbr", reserveBytes: 0 });
const EFI_AT = GEOMETRY.efi.startLba * 512;

/** A disk as Ventoy wants it, its table made with sfdisk and its FAT with mkfs.fat and mtools. */
async function makeDisk(files: readonly string[] = FINGERPRINT_FILES): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "lifeboat-test-"));
  const path = join(folder, "disk.img");
  const empty = join(folder, "empty");
  await writeFile(path, Buffer.alloc(GEOMETRY.totalSectors * 512));
  await writeFile(empty, "x");
  const { data, efi } = GEOMETRY;
  const table = `label: dos\nstart=${data.startLba}, size=${data.sectors}, type=7, bootable\nstart=${efi.startLba}, size=${efi.sectors}, type=ef\n`;
  await judge("sfdisk", ["--quiet", "--no-reread", path], { input: table });
  const fat = join(folder, "fat.img");
  await writeFile(fat, Buffer.alloc(efi.sectors * 512));
  await judge("mkfs.fat", ["-F", "16", "-s", "1", "-n", "VTOYEFI", fat]);
  for (const folderName of ["ventoy", "grub", "tool"])
    await judge("mmd", ["-i", fat, `::${folderName}`]);
  for (const file of files) await judge("mcopy", ["-i", fat, empty, `::${file}`]);
  const disk = await readFile(path);
  (await readFile(fat)).copy(disk, EFI_AT);
  Buffer.from([0xeb, 0x63, 0x90]).copy(disk, 0);
  // What the menu looks for, spelled out once more.
  Buffer.from("5654004765004844005264002045720d", "hex").copy(disk, 0x190);
  await rm(folder, { recursive: true });
  return disk;
}

const failed = async (disk: Buffer) =>
  (await checkVentoyDevice(new MemoryRange(disk))).filter(({ ok }) => !ok);
const codes = async (disk: Buffer) => (await failed(disk)).map(({ code }) => code);

describe("Ventoy's check of its device", () => {
  let good: Buffer;
  beforeAll(async () => {
    good = await makeDisk();
  });

  test("passes what is as it should be, and says of each what it wants", async () => {
    const checks = await checkVentoyDevice(new MemoryRange(good));
    expect(passesDeviceCheck(checks)).toBe(true);
    expect(checks.map(({ code }) => code)).toEqual([
      4097, 4098, 4098, 4098, 4100, 5, 7, 10, 12, 12,
    ]);
    expect(checks.every(({ what }) => what.en !== "" && what.zh !== "")).toBe(true);
  });

  test.each(FINGERPRINT_FILES)("misses %s", async (path) => {
    const disk = await makeDisk(FINGERPRINT_FILES.filter((other) => other !== path));
    const found = await failed(disk);
    expect(found.map(({ code }) => code)).toEqual([VENTOY_CHECK.fileMissing]);
    expect(found[0]?.what.en).toBe(
      `Ventoy wants: partition 2 has the file ${path}; it isn't there`,
    );
  });

  test("partition 1 elsewhere", async () => {
    const disk = Buffer.from(good);
    disk.writeUInt32LE(4096, 446 + 8);
    disk.writeUInt32LE(GEOMETRY.data.sectors - 2048, 446 + 12);
    expect(await codes(disk)).toEqual([VENTOY_CHECK.dataStart]);
  });

  test("a gap before partition 2, or another length of it", async () => {
    const gap = Buffer.from(good);
    gap.writeUInt32LE(GEOMETRY.data.sectors - 8, 446 + 12);
    expect(await codes(gap)).toEqual([VENTOY_CHECK.efiPlace]);
    const longer = Buffer.from(good);
    longer.writeUInt32LE(GEOMETRY.data.sectors - 1, 446 + 12);
    longer.writeUInt32LE(GEOMETRY.efi.startLba - 1, 462 + 8);
    longer.writeUInt32LE(GEOMETRY.efi.sectors + 1, 462 + 12);
    // One sector off, the FAT isn't found either.
    expect(await codes(longer)).toContain(VENTOY_CHECK.efiPlace);
  });

  test("another label, and one in the boot sector alone, which GRUB doesn't look at", async () => {
    const root = good.indexOf("VTOYEFI    \x08", EFI_AT + 512, "latin1");
    expect(root).toBeGreaterThan(EFI_AT);
    const other = Buffer.from(good);
    other.write("RESCUE ", root, "latin1");
    const [found] = await failed(other);
    expect(found).toMatchObject({ code: VENTOY_CHECK.label });
    expect(found?.what.en).toContain('it is "RESCUE');
    const none = Buffer.from(good);
    none[root] = 0xe5;
    expect(await codes(none)).toEqual([VENTOY_CHECK.label]);
  });

  test("another start of the first sector, or no mark in it", async () => {
    const head = Buffer.from(good);
    head[0x2f] = 1;
    expect(await codes(head)).toEqual([VENTOY_CHECK.bootSector]);
    const mark = Buffer.from(good);
    mark[0x19f] = 0;
    expect(await codes(mark)).toEqual([VENTOY_CHECK.bootSector]);
    // Between them lie boot code and the disk's identifier, which are each disk's own.
    const between = Buffer.from(good);
    between.fill(0xff, 0x30, 0x190);
    expect(await codes(between)).toEqual([]);
  });

  test("no FAT, no partition, no disk", async () => {
    const noFat = Buffer.from(good);
    noFat.fill(0, EFI_AT, EFI_AT + 512);
    const { fileMissing, notFat, label } = VENTOY_CHECK;
    expect(await codes(noFat)).toEqual([fileMissing, fileMissing, fileMissing, notFat, label]);
    expect(await codes(Buffer.alloc(1 << 20))).toEqual([
      4097, 4098, 4098, 4098, 4100, 5, 7, 10, 12, 12,
    ]);
    expect(passesDeviceCheck(await checkVentoyDevice(new MemoryRange(0)))).toBe(false);
  });

  test(
    "of any bytes says right or wrong, and fails in no other way",
    { timeout: FUZZ_TIMEOUT },
    async () => {
      const change = fc.tuple(
        fc.oneof(
          fc.integer({ min: 0, max: 511 }),
          fc.integer({ min: EFI_AT, max: EFI_AT + 200_000 }),
        ),
        fc.integer({ min: 0, max: 255 }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
          const undo = changes.map(([at]) => [at, good[at] ?? 0] as const);
          for (const [at, byte] of changes) good[at] = byte;
          try {
            expect(await checkVentoyDevice(new MemoryRange(good))).toHaveLength(10);
          } catch (error) {
            if (!(error instanceof LifeboatError)) throw error;
            expect(error.code).toBe("");
          } finally {
            for (const [at, byte] of undo.toReversed()) good[at] = byte;
          }
        }),
        { numRuns: FUZZ_RUNS },
      );
    },
  );
});
