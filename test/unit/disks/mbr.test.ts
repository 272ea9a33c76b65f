/** Our MBR and its chain under sfdisk and fdisk, byte for byte where sfdisk makes the same; theirs under our reader. */
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBytes } from "../../../src/block/byte-range.ts";
import { createFile, openFile } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { RecordingRange } from "../../../src/block/recorder.ts";
import { readMbr } from "../../../src/disks/mbr/read.ts";
import type { MbrPartition, MbrTable } from "../../../src/disks/mbr/table.ts";
import { MBR_TYPE } from "../../../src/disks/mbr/types.ts";
import { writeMbr } from "../../../src/disks/mbr/write.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";
import { part, runsInside } from "./support.ts";

const MIB = 1 << 20;
const GIB = 1 << 30;

interface SfdiskMbr {
  partitiontable: {
    id: string;
    partitions?: { node: string; start: number; size: number; type: string; bootable?: boolean }[];
  };
}

async function asSfdiskSees(path: string) {
  const dump = JSON.parse(await judge("sfdisk", ["--json", path])) as SfdiskMbr;
  return {
    diskSignature: Number(dump.partitiontable.id),
    partitions: (dump.partitiontable.partitions ?? []).map((partition) => ({
      number: Number(partition.node.slice(path.length)),
      type: Number.parseInt(partition.type, 16),
      startLba: partition.start,
      sectors: partition.size,
      active: partition.bootable ?? false,
    })),
  };
}

function withoutLinks(table: MbrTable | undefined) {
  return {
    diskSignature: table?.diskSignature,
    partitions: table?.partitions.map(({ number, type, startLba, sectors, active }) => ({
      number,
      type,
      startLba,
      sectors,
      active,
    })),
  };
}

/** A new image that sfdisk partitioned by `script`. */
async function bySfdisk(size: number, script: string): Promise<string> {
  const path = join(await temporaryFolder(), "theirs.img");
  await (await createFile(path, size)).close();
  await judge("sfdisk", ["--quiet", path], { input: script });
  return path;
}

const NESTED = `label: dos
label-id: 0x1234abcd
2048,100M,7,*
,200M,83
,,f
,50M,83
,9G,7
,20M,82
,,c
`;

describe("theirs, read by us", () => {
  test("primary and logical partitions, across the CHS limit", async () => {
    const path = await bySfdisk(20 * GIB, NESTED);
    const range = await openFile(path);
    const { kind, table, findings } = await readMbr(range);
    await range.close();
    expect({ kind, findings }).toEqual({ kind: "mbr", findings: [] });
    expect(withoutLinks(table)).toEqual(await asSfdiskSees(path));
    expect(table?.partitions.map(({ number }) => number)).toEqual([1, 2, 3, 5, 6, 7, 8]);
  });

  test("an empty extended partition, and an empty table", async () => {
    for (const script of ["label: dos\n,100M,7\n,,5\n", "label: dos\n"]) {
      const path = await bySfdisk(GIB, script);
      const range = await openFile(path);
      const { table, findings } = await readMbr(range);
      await range.close();
      expect(findings).toEqual([]);
      expect(withoutLinks(table)).toEqual(await asSfdiskSees(path));
    }
  });

  test("a logical partition deleted from the middle, and one added out of disk order", async () => {
    const path = await bySfdisk(20 * GIB, NESTED);
    await judge("sfdisk", ["--quiet", "--delete", path, "6"]);
    await judge("sfdisk", ["--quiet", "--append", path], { input: "722944,1G,b\n" });
    const range = await openFile(path);
    const { table, findings } = await readMbr(range);
    await range.close();
    expect(findings).toEqual([]);
    expect(withoutLinks(table)).toEqual(await asSfdiskSees(path));
    const starts = table?.partitions.slice(3).map(({ startLba }) => startLba) ?? [];
    expect(starts).not.toEqual([...starts].sort((a, b) => a - b));
  });

  test("sgdisk's protective and hybrid MBRs are told apart", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    await (await createFile(path, 64 * MIB)).close();
    await judge("sgdisk", ["--new=1:2048:4096", path]);
    const kindOf = async () => {
      const range = await openFile(path);
      const { kind } = await readMbr(range);
      await range.close();
      return kind;
    };
    expect(await kindOf()).toBe("protective");
    await judge("sgdisk", ["--hybrid=1", path]);
    expect(await kindOf()).toBe("hybrid");
  });

  test.each([
    ["mkfs.fat", ["-F", "32"]],
    ["mkfs.exfat", []],
    ["mkntfs", ["--quiet", "--fast", "--force"]],
  ])("a whole disk formatted by %s has no partition table", async (program, args) => {
    const path = join(await temporaryFolder(), "disk.img");
    await (await createFile(path, 64 * MIB)).close();
    await judge(program, [...args, path]);
    const range = await openFile(path);
    expect(await readMbr(range)).toMatchObject({ kind: "none", findings: [] });
    await range.close();
  });
});

describe("ours, judged", () => {
  test("the very bytes that sfdisk writes, chain and CHS fields included", async () => {
    const theirs = await bySfdisk(20 * GIB, NESTED.replace(",,f", ",,5"));
    const read = await openFile(theirs);
    const { table } = await readMbr(read);
    if (table === undefined) throw new Error("no table");
    const path = join(await temporaryFolder(), "ours.img");
    const range = await createFile(path, 20 * GIB);
    // Without the places of the links: that lifeboat chooses the same ones is part of what is judged.
    const chosen = table.partitions.map(({ number, type, startLba, sectors, active }) =>
      part(number, type, startLba, sectors, active),
    );
    await writeMbr(range, { ...table, partitions: chosen });
    const lbas = [0, ...table.partitions.flatMap(({ ebrLba }) => ebrLba ?? [])];
    expect(lbas.length).toBe(5);
    for (const lba of lbas) {
      const ours = await readBytes(range, lba * 512, 512);
      expect(ours.toString("hex"), `sector ${lba}`).toBe(
        (await readBytes(read, lba * 512, 512)).toString("hex"),
      );
    }
    await range.close();
    await read.close();
  });

  test("any table: what was written is what is read, by us and by sfdisk", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    const sectors = (4 * GIB) / 512;
    const range = await createFile(path, 4 * GIB);
    const tables = fc
      .record({
        primary: runsInside(1, 1_000_000, 3),
        logical: runsInside(1_100_001, sectors - 2, 12),
        types: fc.array(
          fc
            .integer({ min: 1, max: 255 })
            .filter((type) => ![0x05, 0x0f, 0x85, 0xee].includes(type)),
          { minLength: 20, maxLength: 20 },
        ),
        diskSignature: fc.nat(0xffff_ffff),
        active: fc.nat(4),
      })
      .map(({ primary, logical, types, diskSignature, active }): MbrTable => {
        // A link needs a sector before each logical partition.
        const spaced = logical.filter(({ startLba }, index) => {
          const before = logical[index - 1];
          return before === undefined || before.startLba + before.sectors < startLba;
        });
        return {
          diskSignature,
          partitions: [
            ...primary.map((run, index) =>
              part(index + 1, types[index] ?? 7, run.startLba, run.sectors, active === index),
            ),
            part(4, MBR_TYPE.extendedLba, 1_100_000, sectors - 1_100_000),
            ...spaced.map((run, index) =>
              part(5 + index, types[index + 4] ?? 7, run.startLba, run.sectors),
            ),
          ],
        };
      });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        await writeMbr(range, table);
        const report = await readMbr(range);
        expect(report).toMatchObject({ kind: "mbr", findings: [] });
        expect(withoutLinks(report.table)).toEqual(withoutLinks(table));
        if (runs++ % 10 !== 0) return;
        expect(await judge("sfdisk", ["--verify", path])).not.toMatch(
          /overlap|outside|error(?!s detected)/i,
        );
        expect(await asSfdiskSees(path)).toEqual(withoutLinks(table));
      }),
      { numRuns: 80 },
    );
    await range.close();
  });

  test("a table that was read keeps its links where they are", async () => {
    const path = await bySfdisk(20 * GIB, NESTED);
    await judge("sfdisk", ["--quiet", "--delete", path, "6"]);
    await judge("sfdisk", ["--quiet", "--append", path], { input: "722944,1G,b\n" });
    const range = await openFile(path, { writable: true });
    const { table } = await readMbr(range);
    if (table === undefined) throw new Error("no table");
    await writeMbr(range, table);
    expect((await readMbr(range)).table).toEqual(table);
    await range.close();
    expect(await asSfdiskSees(path)).toEqual(withoutLinks(table));
  });

  test("with 4096-byte sectors fdisk reads the same", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    const range = await createFile(path, 256 * MIB, 4096);
    const table: MbrTable = {
      diskSignature: 0xcafe0001,
      partitions: [
        part(1, 0x07, 256, 10_000, true),
        part(2, 0x0f, 10_256, 50_000),
        part(5, 0x83, 10_512, 20_000),
        part(6, 0x82, 31_000, 29_000),
      ],
    };
    await writeMbr(range, table);
    expect(withoutLinks((await readMbr(range)).table)).toEqual(table);
    await range.close();
    const listed = await judge("fdisk", [
      "-b",
      "4096",
      "-l",
      "-o",
      "Device,Start,Sectors,Id",
      path,
    ]);
    const rows = listed.split("\n").filter((line) => line.startsWith(path));
    expect(rows.map((row) => row.slice(path.length).trim().split(/\s+/))).toEqual(
      table.partitions.map(({ number, startLba, sectors, type }) => [
        String(number),
        String(startLba),
        String(sectors),
        type.toString(16),
      ]),
    );
    expect(listed).toContain("Disk identifier: 0xcafe0001");
    const checked = await judge("fdisk", ["-b", "4096", path], { input: "v\nq\n" });
    expect(checked).not.toMatch(/overlap|bad|different/i);
  });

  test("boot code stays, in sector 0 and in links that were there", async () => {
    const disk = new MemoryRange(4 * MIB);
    disk.bytes.fill(0x90, 0, 446);
    const partitions = [part(1, MBR_TYPE.extendedLba, 100, 4000), part(5, 7, 163, 500)];
    await writeMbr(disk, { diskSignature: 1, partitions });
    expect(disk.bytes.subarray(0, 440)).toEqual(Buffer.alloc(440, 0x90));
    disk.bytes.fill(0x77, 51_200, 51_200 + 446);
    await writeMbr(disk, { diskSignature: 2, partitions: [...partitions, part(6, 7, 900, 5)] });
    expect(disk.bytes.subarray(51_200, 51_200 + 446)).toEqual(Buffer.alloc(446, 0x77));
    expect((await readMbr(disk)).table?.partitions.length).toBe(3);
  });

  const extended = part(2, MBR_TYPE.extendedLba, 100, 4000);
  const wrong: Record<string, MbrPartition[]> = {
    overlap: [part(1, 7, 1, 100), part(2, 7, 100, 5)],
    "beyond the disk": [part(1, 7, 8000, 193)],
    "logical without extended": [part(5, 7, 100, 5)],
    "a gap in the logical numbers": [extended, part(6, 7, 200, 5)],
    "logical outside": [extended, part(5, 7, 4100, 5)],
    "a logical partition in a logical one": [extended, part(5, 7, 200, 50), part(6, 7, 210, 5)],
    "no room for a link": [extended, part(5, 7, 200, 50), part(6, 7, 250, 5)],
    "the first link's sector taken": [extended, part(5, 7, 100, 50)],
    "a link inside a partition": [
      extended,
      part(5, 7, 200, 50),
      { ...part(6, 7, 300, 5), ebrLba: 220 },
    ],
    "type 0": [part(1, 0, 200, 5)],
    "number twice": [part(1, 7, 200, 5), part(1, 7, 300, 5)],
    "two extended": [extended, part(3, 5, 5000, 5)],
    "sector 0": [part(1, 7, 0, 5)],
  };
  test.each(Object.entries(wrong))("%s: nothing is written", async (_name, partitions) => {
    const disk = new RecordingRange(new MemoryRange(4 * MIB));
    await expect(writeMbr(disk, { diskSignature: 1, partitions })).rejects.toMatchObject({
      code: "mbr-invalid-table",
      kind: "usage",
    });
    expect(disk.log).toEqual([]);
  });
});

test("sfdisk reads from a copy of only our sectors what it read from its own", async () => {
  // The other way round of "the very bytes": sfdisk's image, its tables zeroed, written again by us from what we read.
  const path = await bySfdisk(GIB, "label: dos\n,100M,7,*\n,,f\n,50M,83\n,60M,82\n");
  const before = await asSfdiskSees(path);
  const range = await openFile(path, { writable: true });
  const { table } = await readMbr(range);
  if (table === undefined) throw new Error("no table");
  for (const lba of [0, ...table.partitions.flatMap(({ ebrLba }) => ebrLba ?? [])]) {
    await range.write(lba * 512, Buffer.alloc(512));
  }
  await writeMbr(range, table);
  await range.close();
  expect(await asSfdiskSees(path)).toEqual(before);
});
