/** Damaged partition tables and chains of logical partitions. */
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../src/block/memory.ts";
import { readMbr } from "../../../src/disks/mbr/read.ts";
import { writeMbr } from "../../../src/disks/mbr/write.ts";
import { FUZZ_RUNS, FUZZ_TIMEOUT, damage, part, survives } from "./support.ts";
import { randomFrom } from "../../support/random.ts";

const MIB = 1 << 20;

describe("damaged chains", () => {
  const EXTENDED = 1000;
  async function chained(): Promise<MemoryRange> {
    const disk = new MemoryRange(4 * MIB);
    const logical = [0, 1, 2, 3].map((index) => part(5 + index, 7, 1100 + index * 1000, 500));
    const partitions = [part(1, 7, 10, 500), part(2, 0x0f, EXTENDED, 6000), ...logical];
    await writeMbr(disk, { diskSignature: 0xaabbccdd, partitions });
    return disk;
  }
  async function linksOf(disk: MemoryRange): Promise<number[]> {
    const { table } = await readMbr(disk);
    return table?.partitions.flatMap(({ ebrLba }) => ebrLba ?? []) ?? [];
  }

  /** Makes the third link's pointer lead to `lba`. */
  async function pointTo(disk: MemoryRange, lba: number): Promise<void> {
    const third = (await linksOf(disk))[2] ?? 0;
    disk.bytes.writeUInt32LE((lba - EXTENDED) >>> 0, third * 512 + 446 + 16 + 8);
  }

  test("a loop is cut, with what came before it kept", async () => {
    const disk = await chained();
    await pointTo(disk, (await linksOf(disk))[1] ?? 0);
    const { table, findings } = await readMbr(disk);
    expect(findings.map(({ code }) => code)).toEqual(["mbr-ebr-loop"]);
    expect(table?.partitions.map(({ number }) => number)).toEqual([1, 2, 5, 6, 7]);
  });

  test("a pointer out of the extended partition isn't followed", async () => {
    for (const lba of [7000, 0xffff_ffff]) {
      const disk = await chained();
      await pointTo(disk, lba);
      const { findings } = await readMbr(disk);
      expect(findings.map(({ code }) => code)).toEqual(["mbr-ebr-outside"]);
    }
  });

  test("an unsigned link ends the chain", async () => {
    const disk = await chained();
    disk.bytes.fill(0, ((await linksOf(disk))[3] ?? 0) * 512);
    const { table, findings } = await readMbr(disk);
    expect(findings.map(({ code }) => code)).toEqual(["mbr-ebr-unsigned"]);
    expect(table?.partitions.length).toBe(5);
  });

  test("a chain without end is bounded", async () => {
    const disk = new MemoryRange(4 * MIB);
    await writeMbr(disk, { diskSignature: 1, partitions: [part(1, 5, 1, 8000)] });
    for (let lba = 1; lba < 2000; lba++) {
      disk.bytes.copy(disk.bytes, lba * 512 + 446 + 16, 446, 462); // an extended type, some length
      disk.bytes.writeUInt32LE(lba, lba * 512 + 446 + 16 + 8); // the next sector, from 1
      disk.bytes.writeUInt16LE(0xaa55, lba * 512 + 510);
    }
    const { findings } = await readMbr(disk);
    expect(findings.map(({ code }) => code)).toEqual(["mbr-ebr-too-many"]);
  });

  test("what can't be a partition table isn't taken for one", async () => {
    const disk = await chained();
    disk.bytes[446] = 0x41;
    expect(await readMbr(disk)).toMatchObject({ kind: "none", table: undefined });
    disk.bytes[446] = 0x80;
    disk.bytes[511] = 0;
    expect((await readMbr(disk)).kind).toBe("none");
    expect((await readMbr(new MemoryRange(100))).kind).toBe("none");
  });

  test("partitions beyond the disk and over each other are reported", async () => {
    const disk = await chained();
    disk.bytes.writeUInt32LE(100_000, 446 + 12);
    disk.bytes[446 + 16] = 0x80;
    disk.bytes[446] = 0x80;
    const { findings } = await readMbr(disk);
    expect(findings.map(({ code }) => code)).toEqual([
      "mbr-partition-outside",
      "mbr-overlap",
      "mbr-two-active",
    ]);
  });

  test(
    "a damaged image gives findings or lifeboat's own errors, nothing else",
    async () => {
      const intact = await chained();
      const areas = [0, ...(await linksOf(intact))].map((lba): [number, number] => [
        lba * 512 + 440,
        72,
      ]);
      for (let run = 0; run < FUZZ_RUNS; run++) {
        const disk = new MemoryRange(Buffer.from(intact.bytes));
        const what = `run ${run}: ${damage(disk.bytes, areas, randomFrom(run))}`;
        await survives(what, () => readMbr(disk));
        await survives(what, async () => {
          const { table } = await readMbr(disk);
          if (table !== undefined) await writeMbr(disk, table);
        });
      }
    },
    FUZZ_TIMEOUT,
  );
});
