import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOut, partitionOf } from "../../../src/stick/layout.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;

describe("the layout", () => {
  test("of a 4 GiB GPT stick", () => {
    const layout = layOut({ scheme: "gpt", sizeBytes: 4 * GIB, sectorSize: 512, windowsBytes: 0 });
    expect(layout.partitions).toEqual([
      { number: 1, role: "data", startLba: 2048, sectors: 7860224 },
      { number: 2, role: "esp", startLba: 7862272, sectors: 524288 },
      { number: 3, role: "bios-boot", startLba: 40, sectors: 2008 },
    ]);
  });

  test("with MBR the core image lies in the gap, in no partition", () => {
    const layout = layOut({ scheme: "mbr", sizeBytes: 4 * GIB, sectorSize: 512, windowsBytes: 0 });
    expect(layout.partitions.map(({ role }) => role)).toEqual(["data", "esp"]);
    expect(layout.core).toEqual({ startLba: 40, sectors: 2008 });
    expect(partitionOf(layout, "esp").startLba + 524288).toBe((4 * GIB) / 512);
  });

  test("Windows To Go lies between data and ESP", () => {
    const options = { sizeBytes: 64 * GIB, sectorSize: 512, windowsBytes: 40 * GIB };
    const gpt = layOut({ scheme: "gpt", ...options });
    expect(gpt.partitions.map(({ number, role }) => [number, role])).toEqual([
      [1, "data"],
      [2, "esp"],
      [3, "bios-boot"],
      [4, "msr"],
      [5, "windows"],
    ]);
    const windows = partitionOf(gpt, "windows");
    expect(windows.sectors * 512).toBe(40 * GIB);
    expect(windows.startLba + windows.sectors).toBe(partitionOf(gpt, "esp").startLba);
    expect(layOut({ scheme: "mbr", ...options }).partitions.map(({ number }) => number)).toEqual([
      1, 2, 3,
    ]);
  });

  test("of 4096-byte sectors: the same places in bytes, and no BIOS", () => {
    const layout = layOut({ scheme: "gpt", sizeBytes: 8 * GIB, sectorSize: 4096, windowsBytes: 0 });
    expect(partitionOf(layout, "data").startLba * 4096).toBe(MIB);
    expect(layout.core).toBeUndefined();
    // Enough clusters to be FAT32: 65,525 of one sector each, and the FATs.
    expect(partitionOf(layout, "esp").sectors).toBeGreaterThan(65_525 + 1024);
  });

  test("what can't be is refused with the size that would do", () => {
    const small = { scheme: "gpt" as const, sectorSize: 512, windowsBytes: 0 };
    expect(() => layOut({ ...small, sizeBytes: 256 * MIB })).toThrow(
      "The target holds 256 MiB; this stick needs at least 322 MiB",
    );
    expect(() =>
      layOut({ scheme: "mbr", sizeBytes: 3 * 2 ** 40, sectorSize: 512, windowsBytes: 0 }),
    ).toThrow("2 TiB");
  });

  test("of any size and kind: aligned, inside the disk, nothing overlaps", () => {
    const anyLayout = fc.record({
      scheme: fc.constantFrom("gpt" as const, "mbr" as const),
      sizeBytes: fc.integer({ min: 400 * MIB, max: 2 ** 40 }),
      sectorSize: fc.constantFrom(512, 4096),
      windowsBytes: fc.constantFrom(0, 20 * MIB),
    });
    fc.assert(
      fc.property(anyLayout, (options) => {
        const layout = layOut(options);
        const runs = layout.partitions.toSorted((a, b) => a.startLba - b.startLba);
        let end = options.scheme === "gpt" ? 1 + 1 + (128 * 128) / options.sectorSize : 1;
        for (const { role, startLba, sectors } of runs) {
          expect(startLba).toBeGreaterThanOrEqual(end);
          if (role !== "bios-boot") expect((startLba * options.sectorSize) % MIB).toBe(0);
          end = startLba + sectors;
        }
        const tail = options.scheme === "gpt" ? 1 + (128 * 128) / options.sectorSize : 0;
        expect(end).toBeLessThanOrEqual(layout.totalSectors - tail);
      }),
    );
  });
});
