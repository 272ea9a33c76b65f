import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { IndexTree } from "../../../../src/filesystems/ntfs/index-tree.ts";
import { loadNtfs, openNtfs } from "../../../../src/filesystems/ntfs/reader.ts";
import { openNtfsWritable } from "../../../../src/filesystems/ntfs/writer.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import {
  checkVolume,
  formatted,
  MIB,
  mkntfs,
  ntfscat,
  ntfscp,
  ntfsls,
  NOW,
  pattern,
  withFile,
  writing,
} from "./support.ts";

const isRoot = process.getuid?.() === 0;
const GIB = 1024 * MIB;

describe("other geometries", () => {
  test.each([
    ["512", 1024],
    ["512", 512],
    ["512", 65536],
    ["4096", 4096],
  ])("sectors of %s and clusters of %i, made by mkntfs", async (sector, cluster) => {
    const folder = await temporaryFolder();
    const args = ["-s", sector, "-c", String(cluster)];
    const image = await mkntfs(folder, 128 * MIB, args);
    await writing(image, async (volume) => {
      await volume.makeDirectory("/folder");
      for (let index = 0; index < 150; index++) {
        await volume.writeFile(`/folder/A name that takes some room ${index}`, pattern(index * 50));
      }
      for (let index = 0; index < 150; index += 2) {
        await volume.remove(`/folder/A name that takes some room ${index}`);
      }
    });
    await checkVolume(image);
    const names = await ntfsls(image, "/folder");
    expect(names).toHaveLength(75);
    expect(
      (await ntfscat(image, "/folder/A name that takes some room 149")).equals(pattern(7450)),
    ).toBe(true);
  });

  test("a file of 5 GiB on a stick of 33 GiB", async () => {
    const image = await formatted(await temporaryFolder(), 33 * GIB);
    const size = 5 * GIB + 1;
    await writing(image, async (volume, range) => {
      const reservation = await volume.reserve(size);
      expect(reservation.extents).toHaveLength(1);
      const start = reservation.extents[0]?.start ?? 0;
      await range.write(start + size - 5, Buffer.from("tail!"));
      await reservation.commit("/huge.iso", NOW);
      expect(await volume.extents("/huge.iso")).toEqual(reservation.extents);
    });
    await checkVolume(image);
    expect(await judge("7z", ["l", image])).toMatch(new RegExp(`${size} +\\d+ +huge.iso`));
    await withFile(image, async (range) => {
      const file = await (await openNtfs(range)).open("/huge.iso");
      expect((await readBytes(file, size - 5, 5)).toString()).toBe("tail!");
    });
  });
});

describe("volumes that must not be written", () => {
  async function refusal(image: string): Promise<unknown> {
    return writing(image, async (volume) => {
      // It can be read all the same.
      await volume.list("/");
      return volume.makeDirectory("/x").then(
        () => "written",
        (error: unknown) => error,
      );
    });
  }

  test("one that is marked dirty", async () => {
    const image = await mkntfs(await temporaryFolder(), 16 * MIB);
    await judge("ntfsfix", [image]);
    const before = await readFile(image);
    expect(await refusal(image)).toMatchObject({ code: "ntfs-dirty", kind: "refused" });
    expect((await readFile(image)).equals(before)).toBe(true);
    await judge("ntfsfix", ["-d", image]);
    expect(await refusal(image)).toBe("written");
  });

  test("one with a journal in use; a journal that was closed is emptied", async () => {
    const image = await mkntfs(await temporaryFolder(), 16 * MIB);
    const info = await judge("ntfsinfo", ["-v", "-i", "2", image]);
    const lcn = Number(/Runlist:.*\n\s*0x0\s+(0x[0-9a-f]+)/.exec(info)?.[1]);
    const page = Buffer.alloc(512);
    page.write("RSTR");
    page.writeUInt16LE(48, 24);
    page.writeUInt16LE(0, 48 + 12);
    const put = async () =>
      withFile(image, async (range) => range.write(lcn * 4096, page), { writable: true });
    await put();
    expect(await refusal(image)).toMatchObject({ code: "ntfs-log-in-use" });
    page.writeUInt16LE(2, 48 + 14);
    await put();
    expect(await refusal(image)).toBe("written");
    await withFile(image, async (range) => {
      expect((await readBytes(range, lcn * 4096, 8192)).every((byte) => byte === 0xff)).toBe(true);
    });
    await checkVolume(image);
  });

  test("one that Windows hibernated on", async () => {
    const image = await mkntfs(await temporaryFolder(), 16 * MIB);
    const hiberfil = Buffer.alloc(5000);
    hiberfil.write("hibr");
    await ntfscp(image, hiberfil, "/hiberfil.sys");
    expect(await refusal(image)).toMatchObject({ code: "ntfs-hibernated" });
    await withFile(
      image,
      async (range) => {
        const [extent] = (await (await openNtfs(range)).extents("/hiberfil.sys")) ?? [];
        await range.write(extent?.start ?? 0, Buffer.alloc(4096));
      },
      { writable: true },
    );
    expect(await refusal(image)).toBe("written");
  });

  test("one that is open for reading only", async () => {
    const image = await mkntfs(await temporaryFolder(), 16 * MIB);
    await withFile(image, async (range) => {
      const volume = await openNtfsWritable(range);
      await expect(volume.makeDirectory("/x")).rejects.toMatchObject({ code: "read-only" });
    });
  });
});

describe.skipIf(!isRoot)("through a mount (needs root)", () => {
  test("ntfs-3g sees our files, changes our directories, and we see its changes", async () => {
    const folder = await temporaryFolder();
    const image = await formatted(folder, 64 * MIB);
    const mount = join(folder, "mnt");
    await mkdir(mount);
    const names = Array.from({ length: 300 }, (_, index) => `Our file number ${index}.txt`);
    await writing(image, async (volume) => {
      await volume.makeDirectory("/shared");
      for (const name of names) await volume.writeFile(`/shared/${name}`, Buffer.from(name));
    });
    await judge("ntfs-3g", [image, mount]);
    try {
      expect((await readdir(join(mount, "shared"))).toSorted()).toEqual(names.toSorted());
      for (const name of names)
        expect(await readFile(join(mount, "shared", name), "utf8")).toBe(name);
      const script = `cd "$0/shared" && rm *7.txt && mkdir 'Their folder' && for i in $(seq 300); do echo $i > "Their file $i"; done`;
      await judge("sh", ["-c", script, mount]);
    } finally {
      await judge("fusermount3", ["-u", mount]);
    }
    await writing(image, async (volume) => {
      expect(await volume.list("/shared")).toHaveLength(300 - 30 + 300 + 1);
      for (let index = 1; index <= 300; index += 2)
        await volume.remove(`/shared/Their file ${index}`);
      await volume.writeFile("/shared/Their folder/both", Buffer.from("x"));
    });
    await checkVolume(image);
  });

  test("files that Windows lists by object id, or as links, leave those lists when they go", async () => {
    const folder = await temporaryFolder();
    const image = await mkntfs(folder, 32 * MIB);
    const mount = join(folder, "mnt");
    await mkdir(mount);
    await judge("ntfs-3g", [image, mount]);
    const script = `
import os, sys
os.chdir(sys.argv[1])
for index in range(60):
    name = f"file {index}"
    open(name, "w").write(name)
    os.setxattr(name, "system.ntfs_object_id", bytes([index]) * 16)
    os.mkdir(f"link {index}")
    target = (f"\\\\??\\\\C:\\\\{index}").encode("utf-16-le")
    data = (0).to_bytes(2, "little") + len(target).to_bytes(2, "little") + (len(target) + 2).to_bytes(2, "little") + (0).to_bytes(2, "little") + target + b"\\0\\0\\0\\0"
    os.setxattr(f"link {index}", "system.ntfs_reparse_data", (0xA0000003).to_bytes(4, "little") + len(data).to_bytes(2, "little") + b"\\0\\0" + data)
`;
    try {
      await judge("python3", ["-c", script, mount]);
    } finally {
      await judge("fusermount3", ["-u", mount]);
    }
    const entriesOf = async (inode: number, name: string) =>
      withFile(image, async (range) => {
        const { mft, geometry } = await loadNtfs(range);
        const tree = IndexTree.open(await mft.file(inode), name, range, geometry);
        return (await tree.entries()).length;
      });
    const counts = async () => [await entriesOf(25, "$O"), await entriesOf(26, "$R")];
    expect(await counts()).toEqual([60, 60]);
    await writing(image, async (volume) => {
      expect(await volume.find("/link 3")).toMatchObject({ kind: "other" });
      for (let index = 0; index < 50; index++) {
        await volume.remove(`/file ${index}`);
        await volume.remove(`/link ${index}`);
      }
      await volume.writeFile("/file 55", Buffer.from("replaced"));
    });
    await checkVolume(image);
    expect(await counts()).toEqual([9, 10]);
  });
});
