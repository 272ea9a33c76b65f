import { describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import type { WritableVolume } from "../../../../src/filesystems/volume.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import {
  checkVolume,
  formatted,
  MIB,
  mkntfs,
  NOW,
  ntfscat,
  ntfsls,
  pattern,
  writing,
} from "./support.ts";

/** The two kinds of volume that lifeboat writes to here. */
const MAKERS = [
  ["made by mkntfs", async (folder: string, size: number) => mkntfs(folder, size)],
  ["made by formatNtfs", async (folder: string, size: number) => formatted(folder, size)],
] as const;

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

  test("GRUB finds the files, at the extents that we say", async () => {
    const image = await make(await temporaryFolder(), 48 * MIB);
    const extents = await writing(image, async (volume, range) => {
      await volume.makeDirectory("/ISO");
      for (let index = 0; index < 60; index++) {
        await volume.writeFile(`/ISO/Some other file ${index}.txt`, pattern(700));
      }
      return addLarge(volume, range, "/ISO/système 日本.iso", pattern(3 * MIB));
    });
    const blocks = await judge("grub-fstest", [image, "blocklist", "/ISO/système 日本.iso"]);
    const [extent] = extents;
    expect(extents).toHaveLength(1);
    expect(blocks.trim()).toBe(`${(extent?.start ?? 0) / 512}+${(3 * MIB) / 512}`);
    const text = await judge("grub-fstest", [image, "ls", "--", "/ISO/"]);
    expect(text).toContain("Some other file 59.txt");
  });

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
