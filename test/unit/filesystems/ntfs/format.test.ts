import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { createFile } from "../../../../src/block/file.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { formatNtfs } from "../../../../src/filesystems/ntfs/format.ts";
import { openNtfs } from "../../../../src/filesystems/ntfs/reader.ts";
import { windowsUpCase } from "../../../../src/filesystems/ntfs/up-case.ts";
import { run } from "../../../../src/system/run.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { checkVolume, formatted, MIB, mkntfs, NOW, withFile } from "./support.ts";

const GIB = 1024 * MIB;

describe("formatNtfs", () => {
  test.each([
    [3 * MIB, 512],
    [16 * MIB, 1024],
    [64 * MIB, 4096],
    [40 * MIB + 512 * 7, 16384],
    [300 * MIB, 65536],
    [512 * MIB, 2 * MIB],
    [33 * GIB, 4096],
  ])(
    "a volume of %i bytes with clusters of %i is sound to ntfsfix, ntfsresize and 7z",
    async (size, clusterBytes) => {
      const folder = await temporaryFolder();
      const image = await formatted(folder, size, { clusterBytes });
      await checkVolume(image);
      expect(await judge("7z", ["l", image])).toMatch(/\$Extend\/\$Reparse/);
      const info = await judge("ntfsinfo", ["-m", image]);
      expect(info).toContain(`Cluster Size: ${clusterBytes}`);
      expect(info).toContain("Volume Name: LIFEBOAT");
      expect(info).toContain("Volume Version: 3.1");
    },
  );

  test("every system file is one that ntfsinfo can take apart", async () => {
    const image = await formatted(await temporaryFolder(), 32 * MIB);
    for (const number of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 24, 25, 26]) {
      const text = await judge("ntfsinfo", ["-v", "-i", String(number), image]);
      expect(text).toContain("End of inode reached");
    }
  });

  test("ntfssecaudit finds the descriptors by their ids and hashes", async () => {
    const image = await formatted(await temporaryFolder(), 32 * MIB);
    const text = await judge("ntfssecaudit", ["-a", "-v", image], { accept: [0, 1] });
    expect(text).toMatch(/no errors were found|No errors were found/i);
  });

  test("blkid prints the serial number, and our reader the same", async () => {
    const image = await formatted(await temporaryFolder(), 32 * MIB, { serial: 0x00ab_cdefn });
    expect(await judge("blkid", ["-p", "-o", "value", "-s", "UUID", image])).toBe(
      "0000000000ABCDEF\n",
    );
    expect(await withFile(image, async (range) => (await openNtfs(range)).uuid)).toBe(
      "0000000000ABCDEF",
    );
  });

  test("the hidden sectors and the backup boot sector are where they belong", async () => {
    const image = await formatted(await temporaryFolder(), 32 * MIB, { partitionStartLba: 534528 });
    await withFile(image, async (range) => {
      const first = await readBytes(range, 0, 512);
      expect(first.readUInt32LE(0x1c)).toBe(534528);
      expect((await readBytes(range, range.size - 512, 512)).equals(first)).toBe(true);
    });
  });

  test("what was in the range before doesn't shine through", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "used.img");
    const range = await createFile(path, 24 * MIB);
    await range.write(0, Buffer.alloc(24 * MIB, 0xa5));
    await formatNtfs(range, { label: "", serial: 1n, partitionStartLba: 0, now: NOW });
    await range.close();
    await checkVolume(path);
  });

  test("the same options make the same bytes", async () => {
    const make = async () => {
      const range = new MemoryRange(8 * MIB);
      await formatNtfs(range, { label: "x", serial: 7n, partitionStartLba: 63, now: NOW });
      return range.bytes;
    };
    expect((await make()).equals(await make())).toBe(true);
  });

  test("a 4Kn disk gets sectors and records of 4096 bytes", async () => {
    const range = new MemoryRange(16 * MIB, 4096);
    await formatNtfs(range, { label: "4Kn", serial: 7n, partitionStartLba: 256, now: NOW });
    const volume = await openNtfs(range);
    expect([volume.label, volume.allocationUnitBytes]).toEqual(["4Kn", 4096]);
    expect(range.bytes.readUInt16LE(0x0b)).toBe(4096);
    expect(await volume.list("/")).toEqual([]);
    const path = join(await temporaryFolder(), "4kn.img");
    const file = await createFile(path, range.size);
    await file.write(0, range.bytes);
    await file.close();
    await checkVolume(path);
  });

  test.each([
    ["a range that is too small", 200 << 10, 4096, "x"],
    ["clusters that aren't a power of two", 16 * MIB, 3000, "x"],
    ["clusters smaller than a sector", 16 * MIB, 256, "x"],
    ["a label that Windows can't take", 16 * MIB, 4096, "x".repeat(33)],
  ])("refuses %s", async (_, size, clusterBytes, label) => {
    const options = { label, serial: 1n, partitionStartLba: 0, now: NOW, clusterBytes };
    await expect(formatNtfs(new MemoryRange(size), options)).rejects.toMatchObject({
      code: "ntfs-cannot-format",
    });
  });

  test("the upper-case table is the one that mkntfs writes for Windows", async () => {
    const folder = await temporaryFolder();
    const image = await mkntfs(folder, 32 * MIB);
    const table = join(folder, "upcase");
    await run("sh", ["-c", `ntfscat -i 10 "$0" > "$1"`, image, table]);
    await withFile(table, async (range) => {
      const theirs = await readBytes(range, 0, range.size);
      expect(windowsUpCase().encode().equals(theirs)).toBe(true);
    });
  });
});
