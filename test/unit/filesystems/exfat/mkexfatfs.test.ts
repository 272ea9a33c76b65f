/** The style of Ventoy's own mkexfatfs, which most computers don't have: what it wrote is here as sums, and fsck.exfat judges. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { formatExfat, openExfat, planLayout } from "../../../../src/filesystems/exfat/index.ts";
import { expectClean, formatted, NOW } from "./support.ts";

const SERIAL = 0x1a2bc3d4;
const STYLE = {
  label: "Ventoy",
  serial: SERIAL,
  partitionOffsetSectors: 0,
  style: "mkexfatfs",
} as const;

/**
 * SHA-256 of all that mkexfatfs of relan's exfat-utils 1.3.0 writes, from the first byte to the end of the root directory's
 * cluster: `truncate -s $((sectors * 512)) v; mkexfatfs -i 1a2bc3d4 -n Ventoy -s CLUSTER v`.
 */
const BY_MKEXFATFS = [
  [2_000_000, 64, 294_912, "0f52ec01fd557cdb6d3d0ba3548885ea16d356d566c3eb24d4abc7ebc2ab925b"],
  [4_128_753, 64, 425_984, "7a69b90afb5597fda5f8c74000ea6868832d52cb7cd0452330046ce70f0e026f"],
  [67_041_280, 64, 4_456_448, "b88aa369e54499b5ecca5709a68e233d15414f478f801083e36acd605c79c3e4"],
  [68_000_007, 256, 1_572_864, "a90b424a79efffa21f8d79f07cbc6524c574df1f1d50ea54930696893e20b6fa"],
  [120_778_531, 256, 2_359_296, "5b5b3413b274ec7549c8e7b915f0ea156577dba4e16f8adb5d8a3784e943a036"],
] as const;

describe.each(BY_MKEXFATFS)(
  "%i sectors with clusters of %i",
  (sectors, perCluster, length, sum) => {
    const options = { ...STYLE, clusterBytes: perCluster * 512 };

    test("are what mkexfatfs writes, byte for byte, and nothing behind it is touched", async () => {
      const { range } = await formatted(sectors * 512, options);
      const metadata = await readBytes(range, 0, length);
      expect(createHash("sha256").update(metadata).digest("hex")).toBe(sum);
      const recorder = new RecordingRange(range);
      await formatExfat(recorder, { ...options, now: NOW });
      const ends = recorder.log.map((one) =>
        one.kind === "write" ? one.offset + one.data.length : 0,
      );
      expect(Math.max(...ends)).toBe(length);
    });

    test("are clean, before and after something was written", async () => {
      const { path, range } = await formatted(sectors * 512, options);
      await expectClean(path);
      const volume = await openExfat(range);
      expect(volume).toMatchObject({ label: "Ventoy", uuid: "1A2B-C3D4" });
      expect(volume.allocationUnitBytes).toBe(perCluster * 512);
      await volume.makeDirectory("/ventoy");
      await volume.writeFile("/ventoy/ventoy.json", Buffer.from("{}"), NOW);
      await range.flush();
      expect(await expectClean(path)).toEqual({ directories: 2, files: 1 });
    });
  },
);

test("a volume of no such style lies where it always did", () => {
  const size = { size: 2_000_000 * 512, sectorSize: 512 };
  const aligned = planLayout(size, { partitionOffsetSectors: 2048, serial: SERIAL });
  expect(aligned.heapStart % (1 << 20)).toBe(0);
  const relan = planLayout(size, { ...STYLE, clusterBytes: 32_768 });
  expect(relan.fatStart).toBe(65_536);
  expect(relan.heapStart % 32_768).toBe(0);
  expect(relan.heapStart).toBeLessThan(aligned.heapStart);
});
