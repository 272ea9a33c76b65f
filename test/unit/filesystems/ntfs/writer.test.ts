import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openNtfs } from "../../../../src/filesystems/ntfs/reader.ts";
import { openNtfsWritable } from "../../../../src/filesystems/ntfs/writer.ts";
import type { WritableVolume } from "../../../../src/filesystems/volume.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { run } from "../../../../src/system/run.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { checkVolume, formatted, MIB, mkntfs, ntfscp, NOW, pattern, withFile } from "./support.ts";

const isRoot = process.getuid?.() === 0;
const GIB = 1024 * MIB;

/** The two kinds of volume that lifeboat writes to here. */
const MAKERS = [
  ["made by mkntfs", async (folder: string, size: number) => mkntfs(folder, size)],
  ["made by formatNtfs", async (folder: string, size: number) => formatted(folder, size)],
] as const;

/** Images up to this size are changed in memory and written back: hundreds of changes want hundreds of flushes. */
const IN_MEMORY = 64 * MIB;

async function writing<T>(
  image: string,
  use: (volume: WritableVolume, range: ByteRange) => Promise<T>,
): Promise<T> {
  const options = { now: () => NOW };
  return withFile(
    image,
    async (file) => {
      if (file.size > IN_MEMORY) return use(await openNtfsWritable(file, options), file);
      const range = new MemoryRange(await readBytes(file, 0, file.size));
      const result = await use(await openNtfsWritable(range, options), range);
      await file.write(0, range.bytes);
      return result;
    },
    { writable: true },
  );
}

/** The names that ntfsls prints for a directory. */
async function ntfsls(image: string, path: string): Promise<string[]> {
  const lines = (await judge("ntfsls", ["-p", path, image])).trim().split("\n");
  return lines.filter((line) => line !== "." && line !== "..");
}

/** A file's bytes as ntfscat reads them. */
async function ntfscat(image: string, path: string): Promise<Buffer> {
  const out = `${image}.cat`;
  await run("sh", ["-c", `ntfscat "$0" "$1" > "$2"`, image, path, out]);
  return readFile(out);
}

async function addLarge(volume: WritableVolume, range: ByteRange, path: string, bytes: Buffer) {
  const reservation = await volume.reserve(bytes.length);
  let at = 0;
  for (const { start, length } of reservation.extents) {
    await range.write(start, bytes.subarray(at, at + length));
    at += length;
  }
  expect(at).toBe(bytes.length);
  await reservation.commit(path, NOW);
  return reservation.extents;
}

describe.each(MAKERS)("writing to a volume %s", (_, make) => {
  test("files and directories that ntfs-3g's tools and 7z read", async () => {
    const image = await make(await temporaryFolder(), 64 * MIB);
    const big = pattern(5 * MIB + 3);
    await writing(image, async (volume, range) => {
      const before = volume.freeBytes;
      await volume.makeDirectory("/ISO");
      await volume.makeDirectory("/ISO/Ünï 日本語");
      await volume.writeFile("/ISO/readme.txt", Buffer.from("first"));
      await volume.writeFile("/iso/README.TXT", Buffer.from("second"), NOW);
      await volume.writeFile("/ISO/Ünï 日本語/🚀.cfg", Buffer.from("set timeout=5\n"));
      await volume.writeFile("/empty", Buffer.alloc(0));
      expect(await addLarge(volume, range, "/ISO/big.iso", big)).toHaveLength(1);
      expect(before - volume.freeBytes).toBeGreaterThan(big.length);
      expect((await volume.find("/ISO/big.iso"))?.modified).toEqual(NOW);
    });
    await checkVolume(image);
    expect((await ntfscat(image, "/ISO/readme.txt")).toString()).toBe("second");
    expect((await ntfscat(image, "/ISO/big.iso")).equals(big)).toBe(true);
    expect((await ntfscat(image, "/ISO/Ünï 日本語/🚀.cfg")).toString()).toBe("set timeout=5\n");
    expect(await ntfsls(image, "/ISO")).toEqual(["big.iso", "readme.txt", "Ünï 日本語"]);
    const listing = await judge("7z", ["l", "-slt", image]);
    expect(listing).toMatch(/Path = ISO\/big\.iso\nFolder = -\nSize = 5242883\n/);
    expect(await judge("7z", ["t", image])).toContain("Everything is Ok");
    const clusters = await judge("ntfscluster", ["-f", "-F", "/ISO/big.iso", image], {
      accept: [0, 1],
    });
    expect(clusters).toContain("big.iso");
  });

  test("1,100 names in one directory, then many of them removed", async () => {
    const image = await make(await temporaryFolder(), 32 * MIB);
    const count = 1100;
    const nameOf = (index: number) => `Entry ${(index * 7919) % count} with a name of some length`;
    const all = Array.from({ length: count }, (_, index) => nameOf(index));
    await writing(image, async (volume) => {
      await volume.makeDirectory("/many");
      for (const name of all) await volume.makeDirectory(`/many/${name}`);
    });
    await checkVolume(image);
    expect((await ntfsls(image, "/many")).toSorted()).toEqual(all.toSorted());
    // Looking a name up goes down the tree by ntfs-3g's own collation.
    for (const name of all.filter((_, index) => index % 70 === 0)) {
      expect(await ntfsls(image, `/many/${name}`)).toEqual([]);
    }
    const kept = all.filter((_, index) => index % 5 !== 0);
    await writing(image, async (volume) => {
      await expect(volume.remove("/many")).rejects.toMatchObject({ code: "directory-not-empty" });
      for (const name of all) if (!kept.includes(name)) await volume.remove(`/MANY/${name}`);
    });
    await checkVolume(image);
    expect((await ntfsls(image, "/many")).toSorted()).toEqual(kept.toSorted());
  }, 120_000);

  test("removing gives all room back", async () => {
    const image = await make(await temporaryFolder(), 32 * MIB);
    await writing(image, async (volume, range) => {
      await volume.writeFile("/first", Buffer.from("x"));
      let free = 0;
      for (let round = 0; round < 3; round++) {
        await addLarge(volume, range, "/large", pattern(8 * MIB));
        await volume.makeDirectory("/folder");
        for (let index = 0; index < 40; index++)
          await volume.writeFile(`/folder/${index}`, pattern(100));
        for (let index = 0; index < 40; index++) await volume.remove(`/folder/${index}`);
        await volume.remove("/folder");
        await volume.remove("/large");
        // The MFT has grown in the first round, and keeps that.
        if (round > 0) expect(volume.freeBytes).toBe(free);
        free = volume.freeBytes;
      }
      await (await volume.reserve(10 * MIB)).release();
      expect(volume.freeBytes).toBe(free);
    });
    await checkVolume(image);
    await writing(image, async (volume) => {
      await expect(volume.reserve(33 * MIB)).rejects.toMatchObject({ code: "volume-full" });
      const size = volume.freeBytes;
      const all = await volume.reserve(size);
      expect(volume.freeBytes).toBe(0);
      await expect(volume.writeFile("/none", Buffer.from("x"))).rejects.toMatchObject({
        code: "volume-full",
      });
      await all.commit("/all", NOW);
      await expect(all.commit("/again", NOW)).rejects.toMatchObject({ code: "reservation-closed" });
    });
    await checkVolume(image);
    // No cluster is free for a new index, and still a file can go.
    await writing(image, async (volume) => volume.remove("/first"));
    await checkVolume(image);
    await writing(image, async (volume) => volume.remove("/all"));
    await checkVolume(image);
  });

  test("a file in more pieces than a record holds, and in more than its list does", async () => {
    const image = await make(await temporaryFolder(), 48 * MIB);
    const cluster = pattern(4096);
    const small = pattern(150 * 4096 - 5, 2);
    const large = pattern(1400 * 4096 - 9, 3);
    await writing(image, async (volume, range) => {
      // Single free clusters all over: every other one of the first is removed again, the rest of the room is filled.
      await volume.makeDirectory("/filler");
      const holders = [];
      for (let index = 0; index < 3300; index++) holders.push(await volume.reserve(cluster.length));
      const rest = await volume.reserve(volume.freeBytes - 24 * 4096);
      await rest.commit("/filler/rest", NOW);
      for (const [index, holder] of holders.entries()) {
        if (index % 2 === 1) await holder.release();
      }
      expect((await addLarge(volume, range, "/pieces 1", small)).length).toBeGreaterThan(100);
      expect((await addLarge(volume, range, "/pieces 2", large)).length).toBeGreaterThan(1000);
    });
    await checkVolume(image);
    expect((await ntfscat(image, "/pieces 1")).equals(small)).toBe(true);
    expect((await ntfscat(image, "/pieces 2")).equals(large)).toBe(true);
    await writing(image, async (volume) => {
      const file = await volume.open("/pieces 2");
      expect((await readBytes(file, 0, file.size)).equals(large)).toBe(true);
      await volume.remove("/pieces 1");
      await volume.remove("/pieces 2");
    });
    await checkVolume(image);
  });

  test("what is in the way is refused, and nothing has changed then", async () => {
    const image = await make(await temporaryFolder(), 16 * MIB);
    await writing(image, async (volume) => {
      await volume.makeDirectory("/folder");
      await volume.writeFile("/File", Buffer.from("x"));
      const free = volume.freeBytes;
      const refused: [Promise<unknown>, string][] = [
        [volume.makeDirectory("/FILE"), "file-exists"],
        [volume.makeDirectory("/none/x"), "no-such-file"],
        [volume.makeDirectory("/File/x"), "not-a-directory"],
        [volume.makeDirectory("/a:b"), "name-not-storable"],
        [volume.writeFile("/$mft", Buffer.from("x")), "name-not-storable"],
        [volume.writeFile("/folder", Buffer.from("x")), "is-a-directory"],
        [volume.remove("/none"), "no-such-file"],
        [volume.remove("/$MFT"), "no-such-file"],
        [volume.remove("/"), "is-a-directory"],
        [volume.reserve(2 ** 50), "file-too-large"],
      ];
      for (const [promise, code] of refused) await expect(promise).rejects.toMatchObject({ code });
      const taken = await volume.reserve(5000);
      await expect(taken.commit("/file", NOW)).rejects.toMatchObject({ code: "file-exists" });
      await taken.commit("/other", NOW);
      expect(free - volume.freeBytes).toBe(8192);
    });
    await checkVolume(image);
  });
});

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
});
