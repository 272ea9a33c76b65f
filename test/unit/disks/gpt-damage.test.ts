/** Damaged, cut and contradictory GPTs; power cuts while one is written. */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../src/block/memory.ts";
import { RecordingRange, replayCrash } from "../../../src/block/recorder.ts";
import { eraseGpt } from "../../../src/disks/gpt/erase.ts";
import { readGpt } from "../../../src/disks/gpt/read.ts";
import { emptyGpt, fitGpt } from "../../../src/disks/gpt/table.ts";
import type { GptTable } from "../../../src/disks/gpt/table.ts";
import { GPT_TYPE } from "../../../src/disks/gpt/types.ts";
import { writeGpt } from "../../../src/disks/gpt/write.ts";
import { geometryOf } from "../../../src/disks/geometry.ts";
import { readPartitions } from "../../../src/disks/partitions.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";
import { FUZZ_RUNS, FUZZ_TIMEOUT, damage, survives } from "./support.ts";
import { randomFrom } from "../../support/random.ts";

const SIZE = 2 << 20;
const LAST = SIZE / 512 - 1;

function tableOf(count: number, size = SIZE): GptTable {
  const digit = (n: number) => n.toString(16).padStart(12, "0");
  const empty = emptyGpt(
    { sectors: size / 512, sectorSize: 512 },
    `AAAAAAAA-0000-4000-8000-${digit(count)}`,
  );
  const partitions = Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    type: GPT_TYPE.linuxFilesystem,
    guid: `BBBBBBBB-0000-4000-8000-${digit(count * 256 + index).toUpperCase()}`,
    startLba: 100 + index * 100,
    sectors: 100,
    attributes: 0n,
    name: `p${index}`,
  }));
  return { ...empty, partitions };
}

async function diskWith(table: GptTable): Promise<MemoryRange> {
  const disk = new MemoryRange(SIZE);
  await writeGpt(disk, table);
  return disk;
}

/** Changes a header's field and puts the checksum right again. */
function forge(disk: MemoryRange, headerLba: number, change: (header: Buffer) => void): void {
  const header = disk.bytes.subarray(headerLba * 512, headerLba * 512 + 92);
  change(header);
  header.writeUInt32LE(0, 16);
  header.writeUInt32LE(crc32(header), 16);
}

const HEADER = {
  headerSize: 12,
  myLba: 24,
  alternateLba: 32,
  firstUsableLba: 40,
  lastUsableLba: 48,
  entriesLba: 72,
  entryCount: 80,
  entrySize: 84,
};

describe("one damaged copy", () => {
  const cases: Record<string, [(disk: MemoryRange) => void, string[]]> = {
    "the primary's signature": [(disk) => disk.bytes.write("NOT", 512), ["gpt-primary-missing"]],
    "the primary's checksum": [(disk) => disk.bytes.fill(9, 528, 530), ["gpt-primary-header-crc"]],
    "the primary's entries": [
      (disk) => disk.bytes.fill(9, 1024, 1030),
      ["gpt-primary-entries-crc"],
    ],
    "the primary's header size": [
      (disk) => disk.bytes.writeUInt32LE(513, 512 + HEADER.headerSize),
      ["gpt-primary-header-size"],
    ],
    "the primary's own address": [
      (disk) => forge(disk, 1, (header) => header.writeUInt32LE(7, HEADER.myLba)),
      ["gpt-primary-my-lba"],
    ],
    "a huge number of entries": [
      (disk) => forge(disk, 1, (header) => header.writeUInt32LE(0xffffffff, HEADER.entryCount)),
      ["gpt-primary-entries"],
    ],
    "an entry size of 200": [
      (disk) => forge(disk, 1, (header) => header.writeUInt32LE(200, HEADER.entrySize)),
      ["gpt-primary-entries"],
    ],
    "entries inside the usable sectors": [
      (disk) => forge(disk, 1, (header) => header.writeUInt32LE(200, HEADER.entriesLba)),
      ["gpt-primary-bounds"],
    ],
    "usable sectors beyond the disk": [
      (disk) =>
        forge(disk, 1, (header) => header.writeBigUInt64LE(2n ** 63n, HEADER.lastUsableLba)),
      ["gpt-primary-bounds"],
    ],
  };
  test.each(Object.entries(cases))("%s: the backup is used", async (_name, [harm, codes]) => {
    const table = tableOf(5);
    const disk = await diskWith(table);
    harm(disk);
    const report = await readGpt(disk);
    expect(report.used).toBe("backup");
    expect(report.table).toEqual(table);
    expect(report.findings.map(({ code }) => code)).toEqual(codes);
  });

  test("the backup: the primary is used, and it is said", async () => {
    const disk = await diskWith(tableOf(2));
    disk.bytes.fill(0, LAST * 512);
    const report = await readGpt(disk);
    expect(report.used).toBe("primary");
    expect(report.findings.map(({ code }) => code)).toEqual(["gpt-backup-missing"]);
  });

  test("the primary states a wrong place for the backup: it is found at the end", async () => {
    const disk = await diskWith(tableOf(2));
    forge(disk, 1, (header) => header.writeUInt32LE(500, HEADER.alternateLba));
    const report = await readGpt(disk);
    expect(report.backup).toMatchObject({ valid: true, lba: LAST });
    expect(report.findings.map(({ code }) => code)).toEqual(["gpt-alternate-lba"]);
  });

  test("both: no table, and both are named", async () => {
    const disk = await diskWith(tableOf(2));
    disk.bytes.fill(9, 1024, 1030);
    disk.bytes.fill(9, LAST * 512 + 20, LAST * 512 + 24);
    const report = await readGpt(disk);
    expect(report).toMatchObject({ used: "none", table: undefined });
    expect(report.findings.map(({ code }) => code)).toEqual([
      "gpt-primary-entries-crc",
      "gpt-backup-header-crc",
    ]);
    expect(await readPartitions(disk)).toMatchObject({ scheme: "none", partitions: [] });
  });

  test("writing the table that was read mends both, and sgdisk agrees", async () => {
    const disk = await diskWith(tableOf(5));
    disk.bytes.fill(9, 512, 1100);
    const { table } = await readGpt(disk);
    if (table === undefined) throw new Error("no table");
    await writeGpt(disk, table);
    const path = join(await temporaryFolder(), "disk.img");
    await writeFile(path, disk.bytes);
    expect(await judge("sgdisk", ["--verify", path])).toContain("No problems found");
  });
});

describe("partitions that can't be", () => {
  /** Two entries overlap, one lies outside, two share a GUID: with right checksums. */
  test("are reported, not repaired in silence", async () => {
    const disk = await diskWith(tableOf(4));
    for (const [header, entries] of [
      [1, 1024],
      [LAST, (LAST - 32) * 512],
    ] as const) {
      const array = disk.bytes.subarray(entries, entries + 128 * 128);
      array.writeUInt32LE(250, 32); // partition 1 starts inside 2 …
      array.writeUInt32LE(260, 40); // … and ends there
      array.writeUInt32LE(LAST, 3 * 128 + 40); // 4 reaches over the backup
      array.copy(array, 2 * 128 + 16, 128 + 16, 128 + 32); // 3 has 2's GUID
      forge(disk, header, (raw) => raw.writeUInt32LE(crc32(array), 88));
    }
    const { findings, table } = await readGpt(disk);
    expect(findings.map(({ code }) => code)).toEqual([
      "gpt-partition-outside",
      "gpt-overlap",
      "gpt-same-guid",
    ]);
    if (table === undefined) throw new Error("no table");
    await expect(writeGpt(disk, table)).rejects.toMatchObject({ code: "gpt-invalid-table" });
  });

  const base = tableOf(2);
  const [first] = base.partitions;
  if (first === undefined) throw new Error("no partition");
  const wrong: Record<string, GptTable> = {
    overlap: { ...base, partitions: [first, { ...first, number: 2, guid: base.diskGuid }] },
    "number 0": { ...base, partitions: [{ ...first, number: 0 }] },
    "number 129": { ...base, partitions: [{ ...first, number: 129 }] },
    "number twice": {
      ...base,
      partitions: [first, { ...first, startLba: 900, guid: base.diskGuid }],
    },
    "no length": { ...base, partitions: [{ ...first, sectors: 0 }] },
    "before the usable sectors": { ...base, partitions: [{ ...first, startLba: 33 }] },
    "a name of 37 units": { ...base, partitions: [{ ...first, name: "n".repeat(37) }] },
    "a type that is none": {
      ...base,
      partitions: [{ ...first, type: "00000000-0000-0000-0000-000000000000" }],
    },
    "a disk GUID that is none": { ...base, diskGuid: "x" },
    "a table for a larger disk": tableOf(2, SIZE * 2),
  };
  test.each(Object.entries(wrong))("%s: nothing is written", async (_name, table) => {
    const disk = new RecordingRange(new MemoryRange(SIZE));
    await expect(writeGpt(disk, table)).rejects.toMatchObject({
      code: "gpt-invalid-table",
      kind: "usage",
    });
    expect(disk.log).toEqual([]);
  });

  test("a table fitted to another disk can be written there", async () => {
    const disk = new MemoryRange(SIZE * 2);
    await writeGpt(disk, fitGpt(tableOf(2), geometryOf(disk)));
    expect((await readGpt(disk)).findings).toEqual([]);
  });
});

test("a power cut at any moment leaves the old table or the new one", async () => {
  const [before, after] = [tableOf(3), tableOf(7)];
  const intact = await diskWith(before);
  const primaryLost = new MemoryRange(Buffer.from(intact.bytes));
  primaryLost.bytes.fill(0, 512, 1024);
  for (const old of [intact, primaryLost]) {
    const recorder = new RecordingRange(new MemoryRange(Buffer.from(old.bytes)));
    await writeGpt(recorder, after);
    for (let count = 0; count <= recorder.log.length; count++) {
      // Of the writes behind the last flush each may be there or not: at most three, so try all ways.
      for (let ways = 0; ways < 8; ways++) {
        const disk = new MemoryRange(Buffer.from(old.bytes));
        await replayCrash(recorder.log, count, disk, (index) => ((ways >> (index % 3)) & 1) === 1);
        const { table } = await readGpt(disk);
        expect([before.diskGuid, after.diskGuid]).toContain(table?.diskGuid);
        expect(table?.partitions.length).toBe(table?.diskGuid === before.diskGuid ? 3 : 7);
        expect((await readPartitions(disk)).scheme).toBe("gpt");
      }
    }
  }
});

test("erased, no tool finds a GPT any more", async () => {
  const disk = await diskWith(tableOf(3));
  await eraseGpt(disk);
  expect(await readGpt(disk)).toMatchObject({
    used: "none",
    primary: { present: false },
    backup: { present: false },
  });
  const path = join(await temporaryFolder(), "disk.img");
  await writeFile(path, disk.bytes);
  expect(await judge("sgdisk", ["--print", path], { accept: [0, 2] })).not.toContain(
    "GPT: present",
  );
});

test(
  "a damaged image gives findings or lifeboat's own errors, nothing else",
  async () => {
    const intact = (await diskWith(tableOf(9))).bytes;
    const headers: [number, number][] = [
      [512, 92],
      [LAST * 512, 92],
    ];
    const areas: [number, number][] = [
      ...headers,
      [440, 72],
      [1024, 1300],
      [(LAST - 32) * 512, 1300],
    ];
    for (let run = 0; run < FUZZ_RUNS; run++) {
      const disk = new MemoryRange(Buffer.from(intact));
      const random = randomFrom(run);
      const what = `run ${run}: ${damage(disk.bytes, areas, random)}`;
      // Half of them with right checksums again, so that what lies behind those is reached.
      if (run % 2 === 0) {
        for (const lba of [1, LAST]) {
          const header = disk.bytes.subarray(lba * 512, lba * 512 + 92);
          const entries = Number(header.readBigUInt64LE(HEADER.entriesLba) & 0xffffn) * 512;
          const length = Math.min(header.readUInt32LE(HEADER.entryCount), 1024) * 128;
          forge(disk, lba, (raw) =>
            raw.writeUInt32LE(crc32(disk.bytes.subarray(entries, entries + length)), 88),
          );
        }
      }
      await survives(what, () => readGpt(disk));
      await survives(what, () => readPartitions(disk));
      await survives(what, async () => {
        const { table } = await readGpt(disk);
        if (table !== undefined) await writeGpt(disk, table);
      });
    }
  },
  FUZZ_TIMEOUT,
);
