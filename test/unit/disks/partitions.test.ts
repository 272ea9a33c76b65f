/** The common view: which table counts, and what it says. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFile, openFile } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { readPartitions } from "../../../src/disks/partitions.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const MIB = 1 << 20;

async function imageOf(size: number): Promise<string> {
  const path = join(await temporaryFolder(), "disk.img");
  await (await createFile(path, size)).close();
  return path;
}

async function viewOf(path: string, sectorSize = 512) {
  const range = await openFile(path, { sectorSize });
  const view = await readPartitions(range);
  await range.close();
  return { ...view, codes: view.findings.map(({ code }) => code) };
}

async function overwrite(path: string, offset: number, data: Uint8Array): Promise<void> {
  const range = await openFile(path, { writable: true });
  await range.write(offset, data);
  await range.close();
}

const GPT_ARGUMENTS = [
  "--disk-guid=11111111-2222-4333-8444-555555555555",
  "--new=1:2048:+20M",
  "--typecode=1:0700",
  "--change-name=1:LIFEBOAT-11111111",
  "--partition-guid=1:AAAAAAAA-2222-4333-8444-555555555555",
  "--new=2:0:+8M",
  "--typecode=2:ef00",
  "--attributes=2:set:2",
];

describe("GPT", () => {
  test("by sgdisk", async () => {
    const path = await imageOf(64 * MIB);
    await judge("sgdisk", [...GPT_ARGUMENTS, path]);
    const view = await viewOf(path);
    expect(view).toMatchObject({
      scheme: "gpt",
      sectorSize: 512,
      diskId: "11111111-2222-4333-8444-555555555555",
      findings: [],
    });
    expect(view.partitions).toMatchObject([
      {
        number: 1,
        name: "LIFEBOAT-11111111",
        type: "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7",
        typeName: "Microsoft basic data",
        id: "AAAAAAAA-2222-4333-8444-555555555555",
        startLba: 2048,
        sectors: 40_960,
        active: false,
      },
      { number: 2, typeName: "EFI system partition", startLba: 43_008, active: true },
    ]);
  });

  test("counts by its backup where the first MiB was wiped, and says all that is missing", async () => {
    const path = await imageOf(64 * MIB);
    await judge("sgdisk", [...GPT_ARGUMENTS, path]);
    await overwrite(path, 0, Buffer.alloc(MIB));
    const view = await viewOf(path);
    expect(view).toMatchObject({ scheme: "gpt", partitions: [{ number: 1 }, { number: 2 }] });
    expect(view.codes).toEqual(["gpt-primary-missing", "gpt-no-protective-mbr"]);
  });

  test("hybrid: the GPT counts, with a warning", async () => {
    const path = await imageOf(64 * MIB);
    await judge("sgdisk", [...GPT_ARGUMENTS, path]);
    await judge("sgdisk", ["--hybrid=1", path]);
    const view = await viewOf(path);
    expect(view.scheme).toBe("gpt");
    expect(view.codes).toEqual(["hybrid-mbr"]);
  });

  test("made for 4096-byte sectors, found on a disk of 512-byte sectors", async () => {
    const path = await imageOf(256 * MIB);
    await judge("fdisk", ["-b", "4096", path], { input: "g\nn\n\n\n+20M\nw\n" });
    expect(await viewOf(path, 4096)).toMatchObject({ scheme: "gpt", sectorSize: 4096, codes: [] });
    const view = await viewOf(path, 512);
    expect(view).toMatchObject({ scheme: "gpt", sectorSize: 4096 });
    expect(view.partitions).toMatchObject([{ startLba: 256, sectors: 5120 }]);
    expect(view.codes).toContain("gpt-other-sector-size");
  });

  test("both copies lost: no partitions, and the protective MBR is named", async () => {
    const path = await imageOf(64 * MIB);
    await judge("sgdisk", [...GPT_ARGUMENTS, path]);
    await overwrite(path, 520, Buffer.alloc(8, 1));
    await overwrite(path, 64 * MIB - 512, Buffer.alloc(512));
    const view = await viewOf(path);
    expect(view).toMatchObject({ scheme: "none", diskId: "", partitions: [] });
    expect(view.codes).toEqual(["gpt-lost", "gpt-primary-header-size", "gpt-backup-missing"]);
  });
});

describe("MBR", () => {
  test("by sfdisk, with an extended partition as a container", async () => {
    const path = await imageOf(256 * MIB);
    const input = "label: dos\nlabel-id: 0x0badcafe\n,20M,7,*\n,,f\n,20M,83\n";
    await judge("sfdisk", ["--quiet", path], { input });
    const view = await viewOf(path);
    expect(view).toMatchObject({ scheme: "mbr", diskId: "0badcafe", codes: [] });
    expect(view.partitions).toMatchObject([
      { number: 1, type: "07", typeName: "NTFS or exFAT", id: "0badcafe-01", active: true },
      { number: 2, type: "0f", container: true },
      { number: 5, type: "83", id: "0badcafe-05" },
    ]);
    expect(view.partitions[0]).not.toHaveProperty("container");
  });

  test("counts before remains of a GPT, which are named", async () => {
    const path = await imageOf(64 * MIB);
    await judge("sgdisk", [...GPT_ARGUMENTS, path]);
    const range = await openFile(path);
    const backup = Buffer.alloc(33 * 512);
    await range.read(64 * MIB - backup.length, backup);
    await range.close();
    await judge("sfdisk", ["--quiet", "--wipe=always", path], { input: "label: dos\n,20M,7\n" });
    await overwrite(path, 64 * MIB - backup.length, backup);
    const view = await viewOf(path);
    expect(view).toMatchObject({ scheme: "mbr", partitions: [{ number: 1 }] });
    expect(view.codes).toEqual(["gpt-remains"]);
  });
});

test("nothing at all, and a disk of no size", async () => {
  for (const size of [0, 100, 512, MIB]) {
    expect(await readPartitions(new MemoryRange(size))).toEqual({
      scheme: "none",
      sectorSize: 512,
      diskId: "",
      partitions: [],
      findings: [],
    });
  }
});
