/** Ventoy's second partition without Secure Boot: mtools says what is there then, and fsck.fat that it is sound. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { hasSecureBoot, versionOnEsp, withoutSecureBoot } from "../../../../src/boot/ventoy/esp.ts";
import { Fat16Image, openFat } from "../../../../src/filesystems/fat32/index.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { ventoyFiles, ventoyParts } from "../../../support/ventoy-release.ts";
import type { VentoyReleaseOptions } from "../../../support/ventoy-release.ts";
import { memoryVolume } from "../../../support/memory-volume.ts";

const OLDER = { "EFI/BOOT/grubx64.efi": "GRUB's shim", "EFI/BOOT/MokManager.efi": "keys" };
const GONE = [
  "EFI/BOOT/grubx64.efi",
  "EFI/BOOT/grubx64_real.efi",
  "EFI/BOOT/MokManager.efi",
  "EFI/BOOT/mmx64.efi",
  "ENROLL_THIS_KEY_IN_MOKMANAGER.cer",
];
const GONE_IA32 = ["EFI/BOOT/grubia32.efi", "EFI/BOOT/grubia32_real.efi", "EFI/BOOT/mmia32.efi"];

async function diskImage(options: VentoyReleaseOptions = {}): Promise<Buffer> {
  return (await ventoyParts(options)).diskImage;
}

/** All files by mtools: path → content. Fails where fsck.fat has something to say. */
async function contents(image: Buffer): Promise<Record<string, Buffer>> {
  const folder = await temporaryFolder();
  const path = join(folder, "image");
  await writeFile(path, image);
  const said = (await judge("fsck.fat", ["-n", path])).trim().split("\n");
  expect(said).toHaveLength(2);
  await judge("mcopy", ["-s", "-Q", "-i", path, "::/", join(folder, "out")]);
  const list = await judge("find", [".", "-type", "f"], { cwd: join(folder, "out") });
  const files: Record<string, Buffer> = {};
  for (const name of list.split("\n").filter((line) => line !== "")) {
    files[name.slice(2)] = await readFile(join(folder, "out", name));
  }
  return files;
}

/** What there should be: the files that were put there, without some and with others in the place of some. */
function expected(
  options: VentoyReleaseOptions,
  gone: readonly string[],
  moved: Readonly<Record<string, string>>,
): Record<string, Buffer> {
  const before = ventoyFiles(options);
  const after: Record<string, Buffer> = {};
  for (const [path, content] of Object.entries(before)) {
    if (!gone.includes(path)) after[path] = Buffer.from(content);
  }
  for (const [to, from] of Object.entries(moved)) after[to] = Buffer.from(before[from] ?? "");
  return after;
}

const X64 = { "EFI/BOOT/BOOTX64.EFI": "EFI/BOOT/grubx64_real.efi" };
const IA32 = { "EFI/BOOT/BOOTIA32.EFI": "EFI/BOOT/grubia32_real.efi" };

describe("without Secure Boot", () => {
  test("GRUB is started at once, and the shims are gone", async () => {
    const options = { files: OLDER };
    const before = await diskImage(options);
    const kept = Buffer.from(before);
    const after = withoutSecureBoot(before);
    expect(before.equals(kept)).toBe(true);
    const files = await contents(after);
    const wanted = expected(options, [...GONE, ...GONE_IA32], { ...X64, ...IA32 });
    expect(Object.keys(files).toSorted()).toEqual(Object.keys(wanted).toSorted());
    for (const [path, content] of Object.entries(wanted)) {
      expect(files[path]?.equals(content), path).toBe(true);
    }
    expect(withoutSecureBoot(after).equals(after)).toBe(true);
  });

  test("the same files as a release that was made without it", async () => {
    const files = await contents(withoutSecureBoot(await diskImage()));
    expect(files).toEqual(await contents(await diskImage({ secureBoot: false })));
  });

  test("clusters become free in both FATs, and as many as the files had", async () => {
    const before = await diskImage();
    const after = withoutSecureBoot(before);
    const perFat = before.readUInt16LE(22) * 512;
    const first = before.readUInt16LE(14) * 512;
    const fat = (image: Buffer, index: number) =>
      image.subarray(first + index * perFat, first + (index + 1) * perFat);
    expect(fat(after, 0).equals(fat(after, 1))).toBe(true);
    const used = (image: Buffer) => {
      let count = 0;
      for (let at = 4; at < perFat; at += 2) if (fat(image, 0).readUInt16LE(at) !== 0) count++;
      return count;
    };
    const all = ventoyFiles();
    const clusters = (path: string) => Math.ceil((all[path]?.length ?? 0) / 512);
    const freed = [...GONE, ...GONE_IA32, "EFI/BOOT/BOOTX64.EFI", "EFI/BOOT/BOOTIA32.EFI"]
      .filter((path) => !path.includes("_real"))
      .reduce((sum, path) => sum + clusters(path), 0);
    expect(used(before) - used(after)).toBe(freed);
    // No more than entries and FATs is written to.
    const data = first + 2 * perFat + 512 * 32;
    let changed = 0;
    for (let at = data; at < after.length; at += 512) {
      if (after.compare(before, at, at + 512, at, at + 512) !== 0) changed++;
    }
    expect(changed).toBeLessThanOrEqual(2);
  });

  test("each architecture for itself", async () => {
    const noX64 = { files: { "EFI/BOOT/grubx64_real.efi": undefined } };
    const files = await contents(withoutSecureBoot(await diskImage(noX64)));
    expect(files).toEqual(expected(noX64, GONE_IA32, IA32));
    const noIa32 = { files: { "EFI/BOOT/grubia32_real.efi": undefined } };
    const others = await contents(withoutSecureBoot(await diskImage(noIa32)));
    expect(others).toEqual(expected(noIa32, GONE, X64));
    const plain = await diskImage({ secureBoot: false });
    expect(withoutSecureBoot(plain).equals(plain)).toBe(true);
  });

  test("a GRUB with nothing before it gets its name", async () => {
    const options = { files: { "EFI/BOOT/BOOTX64.EFI": undefined } };
    const files = await contents(withoutSecureBoot(await diskImage(options)));
    expect(files).toEqual(expected(options, [...GONE, ...GONE_IA32], { ...X64, ...IA32 }));
  });

  test("in folders of several clusters, in pieces, with long names", async () => {
    const many = Array.from({ length: 60 }, (_, index) => [
      `EFI/BOOT/another file with a long name, number ${index}.efi`,
      `x${index}`,
    ]);
    const options = { files: { ...OLDER, ...(Object.fromEntries(many) as object) } };
    const image = await diskImage(options);
    const path = join(await temporaryFolder(), "image");
    await writeFile(path, image);
    // Holes in front, so that what is copied anew lies in pieces.
    const before = ventoyFiles(options);
    for (const name of ["BOOTX64.EFI", "grubx64_real.efi", "mmx64.efi"]) {
      await judge("mdel", ["-i", path, "::/EFI/BOOT/fbx64.efi"], { accept: [0, 1] });
      await judge("mdel", ["-i", path, `::/EFI/BOOT/${name}`]);
      const source = `${path}.file`;
      await writeFile(source, before[`EFI/BOOT/${name}`] ?? "");
      await judge("mcopy", ["-i", path, source, `::/EFI/BOOT/${name}`]);
    }
    const files = await contents(withoutSecureBoot(await readFile(path)));
    const gone = [...GONE, ...GONE_IA32, "EFI/BOOT/fbx64.efi"];
    expect(files).toEqual(expected(options, gone, { ...X64, ...IA32 }));
  });
});

describe("hostile volumes", () => {
  /** First cluster of a file, and where its FAT entry lies. */
  function entryOf(image: Buffer, shortName: string): number {
    return image.indexOf(Buffer.from(shortName, "latin1"));
  }

  function refusalOf(image: Buffer): string {
    try {
      withoutSecureBoot(image);
    } catch (error) {
      if (error instanceof LifeboatError) return `${error.code}: ${error.text.en}`;
      throw error;
    }
    return "nothing";
  }

  async function damaged(change: (image: Buffer, fat: number) => void): Promise<string> {
    const image = Buffer.from(await diskImage());
    change(image, image.readUInt16LE(14) * 512);
    return refusalOf(image);
  }

  const REAL = "GRUBX6~1EFI";
  const SHIM = "BOOTX64 EFI";

  test.each([
    ["a circle", (fat: number, first: number) => [[fat + 2 * (first + 3), first]], /in a circle/],
    [
      "one cluster after itself",
      (fat: number, first: number) => [[fat + 2 * first, first]],
      /circle/,
    ],
    ["out of the volume", (fat: number, first: number) => [[fat + 2 * first, 0xfff0]], /leads to/],
    ["to a free cluster", (fat: number, first: number) => [[fat + 2 * first, 0]], /leads to 0/],
    ["too early an end", (fat: number, first: number) => [[fat + 2 * first, 0xffff]], /only 512/],
  ])("GRUB's chain: %s", async (_, changes, why) => {
    const said = await damaged((image, fat) => {
      const first = image.readUInt16LE(entryOf(image, REAL) + 26);
      for (const [at = 0, value = 0] of changes(fat, first)) image.writeUInt16LE(value, at);
    });
    expect(said).toMatch(/^fat-chain: /);
    expect(said).toMatch(why);
  });

  test("chains in common, none, and a folder in itself", async () => {
    const shared = await damaged((image) => {
      const first = image.readUInt16LE(entryOf(image, REAL) + 26);
      image.writeUInt16LE(first + 2, entryOf(image, SHIM) + 26);
    });
    expect(shared).toMatch(/fat-chain: .*BOOTX64\.EFI has clusters in common/);
    const removed = await damaged((image) => {
      const first = image.readUInt16LE(entryOf(image, REAL) + 26);
      image.writeUInt16LE(first + 2, entryOf(image, "MMX64   EFI") + 26);
    });
    expect(removed).toMatch(/mmx64\.efi has clusters in common/);
    const empty = await damaged((image) => {
      image.writeUInt16LE(0, entryOf(image, REAL) + 26);
      image.writeUInt32LE(0, entryOf(image, REAL) + 28);
    });
    expect(empty).toMatch(/fat-chain: .*grubx64_real\.efi/);
    const outside = await damaged((image) => {
      image.writeUInt16LE(1, entryOf(image, REAL) + 26);
    });
    expect(outside).toMatch(/fat-chain: .*begins at 1/);
    // EFI's folder BOOT is the root: there is no GRUB in it, so nothing changes.
    const image = Buffer.from(await diskImage());
    image.writeUInt16LE(0, entryOf(image, "BOOT       ") + 26);
    expect(withoutSecureBoot(image).equals(image)).toBe(true);
  });

  test("what is no FAT16, or not whole", async () => {
    for (const image of [Buffer.alloc(0), Buffer.alloc(511), Buffer.alloc(4096)]) {
      expect(refusalOf(image)).toMatch(/^not-fat: /);
    }
    const whole = await diskImage();
    expect(refusalOf(whole.subarray(0, -512))).toMatch(/^not-fat: .*not all of it/);
    const folder = await temporaryFolder();
    await judge("mkfs.fat", ["-C", "-F", "32", "-s", "1", join(folder, "image"), "34000"]);
    expect(refusalOf(await readFile(join(folder, "image")))).toMatch(/^not-fat: /);
  });

  test("bytes changed at random: a volume or a LifeboatError, and soon", async () => {
    const image = await diskImage();
    const fat = image.readUInt16LE(14) * 512;
    const root = fat + 2 * image.readUInt16LE(22) * 512;
    const areas = [
      { start: 0, length: 64 },
      { start: fat, length: 800 },
      { start: root, length: 16_384 },
      { start: root + 16_384, length: 512 * 40 },
    ];
    const options = { areas, iterations: fuzzRounds(40), seed: 16 };
    const refused = await mutate(image, options, async ({ bytes }) => {
      const after = withoutSecureBoot(bytes);
      expect(after).toHaveLength(bytes.length);
      const volume = await openFat(new MemoryRange(after));
      await versionOnEsp(volume);
      await hasSecureBoot(volume);
    });
    expect(refused).toBeGreaterThan(0);
  });
});

test("files are taken away in any order, and nothing else", async () => {
  const all = ventoyFiles();
  const paths = Object.keys(all).filter((path) => path !== "ventoy/ventoy.cpio");
  const image = await diskImage();
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(paths), async (removed) => {
      const volume = new Fat16Image(Buffer.from(image));
      for (const path of removed) volume.remove(`/${path.toLowerCase()}`, "/ventoy/ventoy.cpio");
      const files = await contents(volume.bytes);
      const left = Object.keys(all).filter((path) => !removed.includes(path));
      expect(Object.keys(files).toSorted()).toEqual(left.toSorted());
      for (const path of left) expect(files[path]?.equals(Buffer.from(all[path] ?? ""))).toBe(true);
    }),
    { numRuns: 8 },
  );
});

describe("what is asked of a second partition", () => {
  test("Secure Boot, and the version, of what mtools made", async () => {
    const of = async (image: Buffer) => {
      const volume = await openFat(new MemoryRange(image));
      return [await hasSecureBoot(volume), await versionOnEsp(volume)];
    };
    const image = await diskImage({ version: "1.1.17" });
    expect(await of(image)).toEqual([true, "1.1.17"]);
    expect(await of(withoutSecureBoot(image))).toEqual([false, "1.1.17"]);
    expect(await of(await diskImage({ files: { "grub/grub.cfg": undefined } }))).toEqual([
      true,
      undefined,
    ]);
  });

  test.each([
    ['set VENTOY_VERSION="1.1.17"\n', "1.1.17"],
    ["set VENTOY_VERSION=1.0.00\r\nset x=1", "1.0.00"],
    ['# x\n  set VENTOY_VERSION="1.0.99-b1"', "1.0.99-b1"],
    ['set VENTOY_VERSION="1.1.17"\nset VENTOY_VERSION="2.0.0"\n', "1.1.17"],
    ['set VENTOY_VERSION=""\n', undefined],
    ['set VENTOY_VERSION="1.1.17\u001b[2J"\n', undefined],
    [`set VENTOY_VERSION="${"1".repeat(100)}"\n`, undefined],
    ["set VENTOY_VERSION=", undefined],
    ["", undefined],
  ])("a menu with %j", async (text, version) => {
    const volume = memoryVolume({ "/grub/grub.cfg": text });
    expect(await versionOnEsp(volume)).toBe(version);
    expect(await hasSecureBoot(volume)).toBe(false);
  });
});
