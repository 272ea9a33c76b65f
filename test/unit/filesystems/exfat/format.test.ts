import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { formatExfat, openExfat } from "../../../../src/filesystems/exfat/index.ts";
import {
  compressUpcaseTable,
  expandUpcaseTable,
  recommendedUpcaseTable,
  upcaseChecksum,
} from "../../../../src/filesystems/exfat/upcase.ts";
import { judge } from "../../../support/tools.ts";
import { expectClean, FORMAT, formatted, formattedByMkfs, MiB, NOW, opened } from "./support.ts";

const GiB = 1024 * MiB;

/** `Name: value` lines of dump.exfat. */
async function dump(path: string): Promise<Map<string, string>> {
  const said = await judge("dump.exfat", [path]);
  return new Map(
    [...said.matchAll(/^(.+?):\s+(.+)$/gm)].map(([, key = "", value = ""]) => [key, value]),
  );
}

test.each([
  [MiB, 4],
  [5 * MiB + 512, 4],
  [256 * MiB, 4],
  [256 * MiB + 512, 32],
  [32 * GiB, 32],
  [32 * GiB + 512, 128],
  [3 * 1024 * GiB, 128],
])("a volume of %d bytes gets clusters of %d KiB and is clean", async (size, kib) => {
  const { path, range } = await formatted(size);
  expect(await expectClean(path)).toEqual({ directories: 1, files: 0 });
  const volume = await openExfat(range);
  expect(volume).toMatchObject({
    fileSystem: "exfat",
    label: "LIFEBOAT",
    uuid: "1A2B-C3D4",
    allocationUnitBytes: kib * 1024,
  });
  const facts = await dump(path);
  expect(facts.get("Volume label")).toBe("LIFEBOAT");
  expect(facts.get("Volume Serial")).toBe("0x1a2bc3d4");
  expect(Number(facts.get("Free Clusters")) * kib * 1024).toBe(volume.freeBytes);
  // At most a MiB for alignment on top of what FAT and bitmap need.
  expect(volume.freeBytes).toBeGreaterThan(size * 0.995 - 1.2 * MiB);
});

test("GRUB prints the same label and UUID", async () => {
  const { path } = await formatted(16 * MiB, { label: "救生艇", serial: 0xab });
  const said = await judge("grub-fstest", [path, "ls", "--", "-l"]);
  expect(said).toContain("Filesystem type exfat - Label `救生艇', UUID 0000-00AB");
  expect(await openExfat(await opened(path))).toMatchObject({ label: "救生艇", uuid: "0000-00AB" });
});

test("the up-case table is the specification's, byte for byte", async () => {
  const stored = compressUpcaseTable(recommendedUpcaseTable());
  expect(upcaseChecksum(stored)).toBe(0xe619d30d);
  expect(expandUpcaseTable(stored)).toEqual(recommendedUpcaseTable());
  const mkfs = await opened(await formattedByMkfs(16 * MiB));
  const sector = await readBytes(mkfs, 0, 512);
  const heap = sector.readUInt32LE(88) * 512;
  expect((await readBytes(mkfs, heap + 4096, stored.length)).equals(stored)).toBe(true);
});

test("only metadata is written, in few writes, and the old volume's boot sector goes first", async () => {
  const recorder = new RecordingRange((await formatted(32 * GiB)).range);
  await formatExfat(recorder, { ...FORMAT, partitionOffsetSectors: 34 });
  const writes = recorder.log.flatMap((event) => (event.kind === "write" ? [event] : []));
  expect(writes.length).toBeLessThan(20);
  expect(writes.reduce((sum, write) => sum + write.data.length, 0)).toBeLessThan(6 * MiB);
  expect(writes[0]?.offset).toBe(0);
  expect(writes[0]?.data.every((byte) => byte === 0)).toBe(true);
  expect(writes.at(-1)?.offset).toBe(0);
  // The heap begins at a MiB of the disk, not of the partition.
  const boot = writes.at(-1)?.data ?? Buffer.alloc(512);
  expect(boot.readBigUInt64LE(64)).toBe(34n);
  expect((34 + boot.readUInt32LE(88)) % 2048).toBe(0);
});

test.each([512, 1024, 2048, 4096])("sectors of %d bytes, both boot regions", async (sectorSize) => {
  const medium = new MemoryRange(32 * MiB, sectorSize);
  await formatExfat(medium, FORMAT);
  const region = 12 * sectorSize;
  expect(medium.bytes.subarray(0, region).equals(medium.bytes.subarray(region, 2 * region))).toBe(
    true,
  );
  const volume = await openExfat(medium);
  await volume.writeFile("/x", Buffer.from("x"));
  // With its main boot region gone, the volume is still read, from the backup.
  medium.bytes.fill(0xff, 0, 4096);
  const rescued = await openExfat(medium);
  expect((await rescued.list("/")).map((entry) => entry.name)).toEqual(["x"]);
  await expect(rescued.remove("/x")).rejects.toMatchObject({ code: "read-only" });
});

test("two formats alike give the same bytes; without a serial it comes from the time", async () => {
  const images = await Promise.all(
    [0, 1].map(async () => {
      const medium = new MemoryRange(2 * MiB);
      await formatExfat(medium, { label: "", now: NOW, partitionOffsetSectors: 0 });
      return medium;
    }),
  );
  expect(images[0]?.bytes.equals(images[1]?.bytes ?? Buffer.alloc(0))).toBe(true);
  const volume = await openExfat(images[0] as ByteRange);
  expect(volume.label).toBe("");
  expect(volume.uuid).toBe("5D75-528F");
});

test.each([
  [{ label: "twelve chars" }, MiB, "exfat-label"],
  [{ label: "a\nb" }, MiB, "exfat-label"],
  [{}, MiB - 512, "volume-too-small"],
  [{ clusterBytes: 12_345 }, MiB, "exfat-cluster-size"],
  [{ clusterBytes: 256 }, MiB, "exfat-cluster-size"],
  [{ clusterBytes: 64 * MiB }, 256 * MiB, "exfat-cluster-size"],
  [{ clusterBytes: MiB }, 2 * MiB, "volume-too-small"],
])(
  "what can't be done is refused before anything is written: %o on %d bytes",
  async (options, size, code) => {
    const recorder = new RecordingRange(new MemoryRange(size));
    await expect(formatExfat(recorder, { ...FORMAT, ...options })).rejects.toMatchObject({ code });
    expect(recorder.log).toEqual([]);
  },
);
