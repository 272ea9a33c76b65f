import { describe, expect, test } from "vitest";
import { ventoyGeometry } from "../../../../src/boot/ventoy/geometry.ts";
import type { VentoyScheme } from "../../../../src/boot/ventoy/geometry.ts";

const GIB = 2097152;
const TIB = 1024 * GIB;

/** In sectors: odd ones, each remainder of eight, sticks as they are sold, and the borders of 32 GiB and 2 TiB. */
const SIZES = [
  [GIB / 2, GIB, 2 * GIB, 4 * GIB, 8 * GIB, 16 * GIB],
  [1, 2, 3, 4, 5, 6, 7, 8, 9].map((rest) => 2 * GIB + rest),
  [1_000_000, 1_000_001, 3_911_679, 7_831_552, 15_633_408, 30_031_250, 30_283_008, 60_063_744],
  [61_440_000, 120_845_067, 125_829_119, 250_069_680, 500_118_192, 976_773_168],
  [32 * GIB - 1, 32 * GIB, 32 * GIB + 1, 33 * GIB - 1, 33 * GIB, 33 * GIB + 1],
  [2 * TIB - 9, 2 * TIB - 8, 2 * TIB - 1, 2 * TIB, 2 * TIB + 1],
].flat();

/** Beyond what an MBR counts. */
const BEYOND_MBR = 2 * TIB;

/** In MiB. */
const RESERVES = [0, 1, 64, 333];

/** The installer's arithmetic, in its own steps: ends of partitions, and the second one moved down afterwards. */
function byReference(total: number, scheme: VentoyScheme, reserveMib: number) {
  let part1End: number;
  if (scheme === "mbr") {
    part1End = reserveMib > 0 ? total - reserveMib * 2048 - 65536 - 1 : total - 65536 - 1;
  } else {
    part1End = reserveMib > 0 ? total - (reserveMib * 2048 + 33) - 65536 - 1 : total - 65536 - 34;
  }
  let part2Start = part1End + 1;
  const rest = part2Start % 8;
  if (rest > 0) {
    part1End -= rest;
    part2Start = part1End + 1;
  }
  const gib = Math.floor(total / 2097152);
  return {
    part1: [2048, part1End],
    part2: [part2Start, part2Start + 65536 - 1],
    core: scheme === "mbr" ? [1, 2047] : [34, 2047],
    clusterSectors: gib > 32 ? 256 : 64,
  };
}

describe("the geometry of a Ventoy stick", () => {
  test("the table has 40 sizes", () => {
    expect(new Set(SIZES).size).toBe(40);
  });

  for (const scheme of ["mbr", "gpt"] as const) {
    for (const reserveMib of RESERVES) {
      const sizes = SIZES.filter((total) => scheme === "gpt" || total <= BEYOND_MBR);
      test.each(sizes)(`is the installer's: ${scheme}, ${reserveMib} MiB free, %i`, (total) => {
        const reserveBytes = reserveMib * 2 ** 20;
        const found = ventoyGeometry({ totalSectors: total, scheme, reserveBytes });
        const ends = ({ startLba, sectors }: { startLba: number; sectors: number }) => [
          startLba,
          startLba + sectors - 1,
        ];
        expect({
          part1: ends(found.data),
          part2: ends(found.efi),
          core: ends(found.core),
          clusterSectors: found.clusterBytes / 512,
        }).toEqual(byReference(total, scheme, reserveMib));
        expect(found.efi.startLba % 8).toBe(0);
        const free = total - (found.efi.startLba + found.efi.sectors);
        const tail = scheme === "gpt" ? 33 : 0;
        expect(free - reserveMib * 2048 - tail).toBeLessThan(8);
        expect(free - reserveMib * 2048 - tail).toBeGreaterThanOrEqual(0);
      });
    }
  }

  test("what can't be is refused, each for its reason", () => {
    const refusal = (options: Partial<Parameters<typeof ventoyGeometry>[0]>) => {
      const all = { totalSectors: 4 * GIB, scheme: "gpt" as const, reserveBytes: 0, ...options };
      return () => ventoyGeometry(all);
    };
    expect(refusal({ sectorSize: 4096 })).toThrow("4096 bytes");
    expect(refusal({ scheme: "mbr", totalSectors: BEYOND_MBR + 1 })).toThrow("2 TiB");
    expect(refusal({ scheme: "gpt", totalSectors: BEYOND_MBR + 1 })).not.toThrow();
    expect(refusal({ reserveBytes: 2 ** 20 + 512 })).toThrow("1,049,088 bytes");
    expect(refusal({ reserveBytes: -(2 ** 20) })).toThrow("whole MiB");
    expect(refusal({ reserveBytes: 4 * 2 ** 30 })).toThrow("needs at least");
    expect(refusal({ totalSectors: 65_536 })).toThrow("needs at least");
  });

  test.each(["mbr", "gpt"] as const)("%s: the size that is said to do does", (scheme) => {
    const tail = scheme === "gpt" ? 33 : 0;
    const needed = 2048 + 2048 + 65_536 + tail + 7;
    const geometry = ventoyGeometry({ totalSectors: needed, scheme, reserveBytes: 0 });
    expect(geometry.data.sectors).toBeGreaterThanOrEqual(2048);
    expect(() => ventoyGeometry({ totalSectors: needed - 8, scheme, reserveBytes: 0 })).toThrow(
      "needs at least",
    );
  });
});
