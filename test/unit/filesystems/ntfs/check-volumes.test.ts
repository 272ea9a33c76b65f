/** Volumes with nothing wrong, whoever made them; and such as nobody but Windows may change. */
import { link, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { isClean } from "../../../../src/filesystems/check.ts";
import { checkNtfs, repairNtfs } from "../../../../src/filesystems/ntfs/check/index.ts";
import { loadNtfs } from "../../../../src/filesystems/ntfs/reader.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { Anatomy, sampleVolume, saidByJudges } from "./check-support.ts";
import { checkVolume, formatted, MIB, mkntfs, pattern, withFile, writing } from "./support.ts";

const isRoot = process.getuid?.() === 0;

const NOTHING = { findings: [], unlisted: 0, files: 0, directories: 0 };

test.each([512, 1024, 4096, 65536, 2 * MIB])(
  "empty volumes with clusters of %i",
  async (cluster) => {
    const folder = await temporaryFolder();
    const size = cluster > 65536 ? 512 * MIB : 64 * MIB;
    const ours = await formatted(folder, size, { clusterBytes: cluster });
    await withFile(ours, async (range) => expect(await checkNtfs(range)).toEqual(NOTHING));
    if (cluster > 65536) return;
    const theirs = await mkntfs(folder, size, ["-c", String(cluster)]);
    await withFile(theirs, async (range) => expect(await checkNtfs(range)).toEqual(NOTHING));
  },
);

test.each([
  ["512", 1024],
  ["512", 65536],
  ["4096", 4096],
])(
  "sectors of %s, clusters of %i: a volume of mkntfs' that we have filled and emptied",
  async (sector, cluster) => {
    const folder = await temporaryFolder();
    const image = await mkntfs(folder, 64 * MIB, ["-s", sector, "-c", String(cluster)]);
    await writing(image, async (volume) => {
      await volume.makeDirectory("/folder");
      for (let index = 0; index < 120; index++) {
        await volume.writeFile(`/folder/A name that takes some room ${index}`, pattern(index * 50));
        if (index % 3 === 2)
          await volume.remove(`/folder/A name that takes some room ${index - 1}`);
      }
    });
    await withFile(image, async (range) => {
      const check = await checkNtfs(range);
      expect(check.findings).toEqual([]);
      expect([check.files, check.directories]).toEqual([80, 1]);
    });
    await checkVolume(image);
  },
);

describe.skipIf(!isRoot)("a volume that ntfs-3g filled (mounting needs root)", () => {
  test("lists of attributes, links, streams, short names, compressed and sparse files", async () => {
    const folder = await temporaryFolder();
    const image = await mkntfs(folder, 48 * MIB);
    const mount = join(folder, "mnt");
    await mkdir(mount);
    await judge("ntfs-3g", ["-o", "compression,streams_interface=xattr", image, mount]);
    const set = async (path: string, name: string, hex: string) => {
      const program =
        "import os, sys; os.setxattr(sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3]))";
      await judge("python3", ["-c", program, path, name, hex]);
    };
    try {
      await mkdir(join(mount, "packed"));
      await set(join(mount, "packed"), "system.ntfs_attrib_be", "00000810");
      await writeFile(join(mount, "packed", "zeroes"), Buffer.alloc(MIB));
      await writeFile(join(mount, "packed", "text"), "the same again and again ".repeat(9000));
      await judge("sh", ["-c", `cd "$0" && truncate -s 5M sparse && printf tail >> sparse`, mount]);
      await mkdir(join(mount, "names"));
      const first = join(mount, "names", "name-0");
      await writeFile(first, "many names");
      for (let index = 1; index < 60; index++) await link(first, `${first}-${index}`);
      for (let index = 0; index < 400; index++) {
        const path = join(mount, "names", `A long name of a file ${index}.text`);
        await writeFile(path, String(index));
        if (index % 9 === 0) await rm(path);
      }
      const shorten =
        "import os, sys\nfor i in range(100): os.setxattr(sys.argv[1] % i, 'system.ntfs_dos_name', b'ALONG~%d.TEX' % i) if i % 9 else None";
      await judge("python3", [
        "-c",
        shorten,
        join(mount, "names", "A long name of a file %d.text"),
      ]);
      await set(first, "user.stream", "00".repeat(20_000));
      await set(join(mount, "names"), "user.on a directory", "31");
      await set(join(mount, "sparse"), "system.ntfs_object_id", "0102030405060708090a0b0c0d0e0f10");
      await symlink("names/name-0", join(mount, "link"));
      await writeFile(join(mount, "gone"), pattern(3 * MIB));
      await rm(join(mount, "gone"));
    } finally {
      await judge("fusermount3", ["-u", mount]);
    }
    const bytes = await withFile(image, async (range) => readBytes(range, 0, range.size));
    const range = new MemoryRange(Buffer.from(bytes));
    const check = await checkNtfs(range);
    expect(check.findings).toEqual([]);
    expect(isClean(check)).toBe(true);
    expect((await repairNtfs(range)).mended).toEqual([]);
    expect(range.bytes.equals(bytes)).toBe(true);

    // Its largest directory made anew from nothing but its files' own names.
    const disk = await Anatomy.of(range);
    const place = await disk.place(await disk.number("names"), 0xa0);
    range.bytes.fill(0, place, place + 512);
    const { after, mended } = await repairNtfs(range);
    expect(after.findings.map(({ id }) => id)).toEqual([]);
    expect(mended.map(({ id }) => id)).toContain("index-damaged");
    expect(await saidByJudges(range)).toEqual([]);
    const namesIn = async (some: MemoryRange) => {
      const path = join(await temporaryFolder(), "image");
      await writeFile(path, some.bytes);
      // It lists the inner nodes' names last, and those may be other ones now.
      return (await judge("ntfsls", ["-a", "-x", "-p", "/names", path])).split("\n").sort();
    };
    expect(await namesIn(range)).toEqual(await namesIn(new MemoryRange(bytes)));
  });
});

describe("what Windows has to finish", () => {
  test("a journal in use: nothing else is said, and nothing is written", async () => {
    const range = await sampleVolume();
    const { mft, geometry } = await loadNtfs(range);
    const log = (await mft.file(2)).attributes.find(({ type }) => type === 0x80);
    const lcn = log?.nonResident?.mappingPairs.readIntLE(
      1 + ((log.nonResident.mappingPairs[0] ?? 0) & 15),
      (log.nonResident.mappingPairs[0] ?? 0) >> 4,
    );
    range.bytes.write("RCRD", (lcn ?? 0) * geometry.clusterBytes);
    await expectUntouched(range, ["journal-in-use"]);
  });

  test("marked dirty: the rest is said, and nothing is written", async () => {
    const range = await sampleVolume();
    const disk = await Anatomy.of(range);
    const information = range.bytes.indexOf(Buffer.from([3, 1, 0, 0]), disk.record(3) + 56);
    for (const copy of [0, disk.geometry.mftMirrorLcn * 4096 - disk.record(0)]) {
      range.bytes.writeUInt16LE(1, information + 2 + copy);
    }
    const bitmap = await disk.place(6, 0x80);
    range.bytes[bitmap + 150] = 0xff;
    await expectUntouched(range, ["dirty", "lost-clusters"]);
  });

  test("hibernated", async () => {
    const folder = await temporaryFolder();
    const image = await formatted(folder, 8 * MIB);
    await writing(image, async (volume) => {
      await volume.writeFile("/hiberfil.sys", Buffer.concat([Buffer.from("hibr"), pattern(9000)]));
    });
    const bytes = await withFile(image, async (range) => readBytes(range, 0, range.size));
    await expectUntouched(new MemoryRange(bytes), ["hibernated"]);
  });

  async function expectUntouched(range: MemoryRange, ids: readonly string[]): Promise<void> {
    const before = Buffer.from(range.bytes);
    const { mended, after } = await repairNtfs(range);
    expect(mended).toEqual([]);
    expect(after.findings.map(({ id }) => id)).toEqual(ids);
    expect(after.findings.filter(({ repairable }) => repairable)).toEqual([]);
    expect(range.bytes.equals(before)).toBe(true);
  }
});

test("a repair of a healthy volume writes nothing; the signal is heard, and noise is refused", async () => {
  const range = await sampleVolume();
  const before = Buffer.from(range.bytes);
  expect((await repairNtfs(range)).mended).toEqual([]);
  expect(range.bytes.equals(before)).toBe(true);
  const signal = AbortSignal.abort();
  await expect(checkNtfs(range, { signal })).rejects.toThrow("abort");
  await expect(checkNtfs(new MemoryRange(pattern(MIB)))).rejects.toMatchObject({
    code: "not-ntfs",
  });
});
