/** Our GPT under sgdisk, sfdisk and fdisk, and theirs under our reader. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDevice } from "../../../src/block/device.ts";
import { createFile, openFile } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import type { GptPartition } from "../../../src/disks/gpt/entries.ts";
import { readGpt } from "../../../src/disks/gpt/read.ts";
import { emptyGpt } from "../../../src/disks/gpt/table.ts";
import type { GptTable } from "../../../src/disks/gpt/table.ts";
import { GPT_ATTRIBUTE, GPT_TYPE } from "../../../src/disks/gpt/types.ts";
import { writeGpt } from "../../../src/disks/gpt/write.ts";
import { geometryOf } from "../../../src/disks/geometry.ts";
import { randomGuid } from "../../../src/disks/guid.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";
import { runsInside } from "./support.ts";

const MIB = 1 << 20;

interface SfdiskGpt {
  partitiontable: {
    label: string;
    id: string;
    firstlba: number;
    lastlba: number;
    sectorsize: number;
    partitions?: {
      node: string;
      start: number;
      size: number;
      type: string;
      uuid: string;
      name?: string;
      attrs?: string;
    }[];
  };
}

/** What sfdisk reads, in the shape of our tables. */
async function asSfdiskSees(path: string) {
  const dump = JSON.parse(await judge("sfdisk", ["--json", path])) as SfdiskGpt;
  const { id, firstlba, lastlba, partitions } = dump.partitiontable;
  return {
    diskGuid: id,
    firstUsableLba: firstlba,
    lastUsableLba: lastlba,
    partitions: (partitions ?? []).map((partition) => ({
      number: Number(partition.node.slice(path.length)),
      type: partition.type,
      guid: partition.uuid,
      startLba: partition.start,
      sectors: partition.size,
      name: partition.name ?? "",
    })),
  };
}

function withoutAttributes({ diskGuid, firstUsableLba, lastUsableLba, partitions }: GptTable) {
  return {
    diskGuid,
    firstUsableLba,
    lastUsableLba,
    partitions: partitions.map(({ number, type, guid, startLba, sectors, name }) => ({
      number,
      type,
      guid,
      startLba,
      sectors,
      name,
    })),
  };
}

function withoutName<T extends { name: string }>(partition: T) {
  return { ...partition, name: undefined };
}

async function readFileGpt(path: string, sectorSize = 512) {
  const range = await openFile(path, { sectorSize });
  const report = await readGpt(range);
  await range.close();
  return report;
}

function partition(number: number, startLba: number, sectors: number): GptPartition {
  const guid = randomGuid();
  return {
    number,
    type: GPT_TYPE.microsoftBasicData,
    guid,
    startLba,
    sectors,
    attributes: 0n,
    name: "",
  };
}

/** lifeboat's own layout: data, ESP at the end, BIOS boot before the data. */
function stickTable(table: GptTable, sectorSize: number): GptTable {
  const mib = MIB / sectorSize;
  const last = Math.floor((table.lastUsableLba + 1) / mib) * mib;
  const esp = last - 32 * mib;
  return {
    ...table,
    partitions: [
      { ...partition(1, mib, esp - mib), name: "LIFEBOAT-1A2B3C4D" },
      {
        ...partition(2, esp, 32 * mib),
        type: GPT_TYPE.efiSystem,
        name: "LIFEBOAT-EFI 启动 ü",
        attributes: GPT_ATTRIBUTE.noDriveLetter | GPT_ATTRIBUTE.hidden,
      },
      { ...partition(3, 40, mib - 40), type: GPT_TYPE.biosBoot, name: "x".repeat(36) },
    ],
  };
}

describe("ours, judged", () => {
  test("sgdisk and sfdisk find no fault and read the same", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    const range = await createFile(path, 3 * 1024 * MIB);
    const table = stickTable(emptyGpt(geometryOf(range), randomGuid()), 512);
    await writeGpt(range, table);
    await range.close();

    expect(await judge("sgdisk", ["--verify", path])).toContain("No problems found");
    expect(await judge("sfdisk", ["--verify", path])).toContain("No errors detected");
    expect(await asSfdiskSees(path)).toEqual(withoutAttributes(table));
    const second = await judge("sgdisk", ["--info=2", path]);
    expect(second).toContain("Attribute flags: C000000000000000");
    expect(second).toContain(`Partition unique GUID: ${table.partitions[1]?.guid}`);
    expect(second).toContain("(EFI system partition)");
    const listed = await judge("sgdisk", ["--print", path]);
    expect(listed).toMatch(/^ +3 +40 +2047 .*EF02 /m);
  });

  test("on a disk beyond 2 TiB, where the protective entry can't say the size", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    const range = await createFile(path, 3 * 1024 * 1024 * MIB);
    const table = stickTable(emptyGpt(geometryOf(range), randomGuid()), 512);
    await writeGpt(range, table);
    await range.close();
    expect(await judge("sgdisk", ["--verify", path])).toContain("No problems found");
    expect(await asSfdiskSees(path)).toEqual(withoutAttributes(table));
  });

  test("with 4096-byte sectors fdisk finds no fault and reads the same", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    const range = await createFile(path, 256 * MIB, 4096);
    const table = stickTable(emptyGpt(geometryOf(range), randomGuid()), 4096);
    const ours = { ...table, partitions: table.partitions.map((p) => ({ ...p, name: "n" })) };
    await writeGpt(range, ours);
    await range.close();
    const checked = await judge("fdisk", ["-b", "4096", path], { input: "v\nq\n" });
    expect(checked).toContain("No errors detected");
    const columns = "Device,Start,Sectors,Type-UUID,UUID,Name";
    const listed = await judge("fdisk", ["-b", "4096", "-l", "-o", columns, path]);
    const rows = listed.split("\n").filter((line) => line.startsWith(path));
    expect(rows.map((row) => row.split(/\s+/).slice(1, 6))).toEqual(
      ours.partitions.map((p) => [`${p.startLba}`, `${p.sectors}`, p.type, p.guid, p.name]),
    );
    expect(listed).toContain(`Disk identifier: ${ours.diskGuid}`);
  });

  const root = process.getuid?.() === 0;
  test.skipIf(!root)("on a device of 4096-byte sectors (needs root)", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    await (await createFile(path, 256 * MIB)).close();
    const options = ["--find", "--show", "--sector-size", "4096", path];
    const device = (await judge("losetup", options)).trim();
    onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
    const range = await openDevice(device, { writable: true });
    await writeGpt(range, stickTable(emptyGpt(geometryOf(range), randomGuid()), 4096));
    await range.close();
    const verified = await judge("sgdisk", ["--verify", device]);
    expect(verified).toContain("No problems found");
    expect(await judge("sgdisk", ["--print", device])).toMatch(/Sector size.*: 4096/);
  });

  test("any table: what was written is what is read, by us and by sfdisk", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    const range = await createFile(path, 64 * MIB);
    const empty = emptyGpt(geometryOf(range), randomGuid());
    const name = fc.string({ unit: "binary", maxLength: 18 }).map((s) => s.replaceAll("\0", "0"));
    const tables = fc
      .tuple(
        runsInside(empty.firstUsableLba, empty.lastUsableLba, 20),
        fc.array(fc.record({ name, attributes: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }), {
          minLength: 20,
          maxLength: 20,
        }),
        fc.integer({ min: 1, max: 100 }),
      )
      .map(([runs, details, first]): GptTable => ({
        ...empty,
        partitions: runs.map((run, index) => ({
          ...partition(first + index, run.startLba, run.sectors),
          name: details[index]?.name ?? "",
          attributes: details[index]?.attributes ?? 0n,
        })),
      }));
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        await writeGpt(range, table);
        const report = await readGpt(range);
        expect(report.findings).toEqual([]);
        expect(report.used).toBe("primary");
        expect(report.table).toEqual(table);
        expect(report.backup.table).toEqual(table);
        if (runs++ % 10 !== 0) return;
        expect(await judge("sgdisk", ["--verify", path])).toContain("No problems found");
        // sfdisk's JSON can't carry every name; the sectors are what matters here.
        const seen = (await asSfdiskSees(path)).partitions;
        expect(seen.map(withoutName)).toEqual(withoutAttributes(table).partitions.map(withoutName));
      }),
      { numRuns: 60 },
    );
    await range.close();
  });

  test("keeps boot code and disk signature, and the rest of a 4096-byte sector 0", async () => {
    for (const sectorSize of [512, 4096]) {
      const range = new MemoryRange(4 * MIB, sectorSize);
      for (let at = 0; at < sectorSize; at++) range.bytes[at] = at * 7;
      const before = Buffer.from(range.bytes.subarray(0, sectorSize));
      await writeGpt(range, emptyGpt(geometryOf(range), randomGuid()));
      expect(range.bytes.subarray(0, 446)).toEqual(before.subarray(0, 446));
      expect(range.bytes.subarray(512, sectorSize)).toEqual(before.subarray(512));
      expect(range.bytes.toString("hex", 446, 454)).toBe(
        sectorSize === 512 ? "00000200ee820200" : "00000200ee101000",
      );
    }
  });
});

describe("theirs, read by us", () => {
  test("sgdisk's, with names, attributes, gaps in the numbers and a larger table", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    await (await createFile(path, 256 * MIB)).close();
    const parts = [
      ["--new=1:2048:+10M", "--typecode=1:ef00", "--change-name=1:EFI ü 数据"],
      ["--new=7:100000:200000", "--typecode=7:8200", "--attributes=7:set:2"],
      ["--new=130:300000:300000", "--attributes=130:set:63"],
    ];
    await judge("sgdisk", ["--resize-table=256", ...parts.flat(), path]);
    const { table, findings, used } = await readFileGpt(path);
    expect({ findings, used }).toEqual({ findings: [], used: "primary" });
    expect(table).toMatchObject({ entryCount: 256, entriesLba: 2 });
    expect(table && withoutAttributes(table)).toEqual(await asSfdiskSees(path));
    expect(
      table?.partitions.map(({ number, name, attributes }) => [number, name, attributes]),
    ).toEqual([
      [1, "EFI ü 数据", 0n],
      [7, "", GPT_ATTRIBUTE.legacyBiosBootable],
      [130, "", GPT_ATTRIBUTE.noDriveLetter],
    ]);
  });

  test("entries that lie elsewhere stay there when the table is written anew", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    await (await createFile(path, 64 * MIB)).close();
    await judge("sgdisk", ["--move-main-table=100", "--new=1:2048:4096", path]);
    const range = await openFile(path, { writable: true });
    const { table, findings } = await readGpt(range);
    expect(findings).toEqual([]);
    expect(table?.entriesLba).toBe(100);
    if (table === undefined) return;
    await writeGpt(range, { ...table, partitions: [partition(2, 4096, 10)] });
    await range.close();
    const verified = await judge("sgdisk", ["--verify", path]);
    expect(verified).toContain("No problems found");
    expect(await judge("sgdisk", ["--print", path])).toContain("begins at sector 100");
  });

  test("fdisk's with 4096-byte sectors", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    await (await createFile(path, 256 * MIB)).close();
    const input = "g\nn\n\n\n+20M\nt\n1\nn\n\n\n+7M\nw\n";
    await judge("fdisk", ["-b", "4096", path], { input });
    const report = await readFileGpt(path, 4096);
    expect(report.findings).toEqual([]);
    expect(report.table?.partitions).toMatchObject([
      { number: 1, type: GPT_TYPE.efiSystem, startLba: 256, sectors: 5120 },
      { number: 2, type: GPT_TYPE.linuxFilesystem, startLba: 5376, sectors: 1792 },
    ]);
  });

  test("a disk image that was enlarged: sgdisk moves the backup where we say that it should be", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    await (await createFile(path, 64 * MIB)).close();
    await judge("sgdisk", ["--new=1:2048:4096", path]);
    const handle = await open(path, "r+");
    await handle.truncate(80 * MIB);
    await handle.close();
    const grown = await readFileGpt(path);
    expect(grown.used).toBe("primary");
    expect(grown.findings.map(({ code }) => code)).toEqual(["gpt-backup-not-at-end"]);
    await judge("sgdisk", ["--move-second-header", path]);
    expect((await readFileGpt(path)).findings).toEqual([]);
  });
});
