/** Real images of Debian's packages, and images that are damaged, cut off, or none at all. */
import { readFile, truncate, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { inspectIso, loadRecipes } from "../../../src/iso/index.ts";
import { buildFixture, describeEntry, loadFixtures } from "../../support/iso-fixtures.ts";
import { fuzzRounds, mutate } from "../../support/mutations.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const set = await loadRecipes(fileURLToPath(new URL("../../../grub/recipes", import.meta.url)));
const fixtures = await loadFixtures();

async function inspect(path: string) {
  const range = await openFile(path);
  const report = await inspectIso(range, basename(path), set);
  await range.close();
  return report;
}

function fixtureOf(family: string) {
  const fixture = fixtures.find((one) => one.id === family);
  if (fixture === undefined) throw new Error(`no fixture ${family}`);
  return fixture;
}

describe("real images", () => {
  test.each([
    [
      "memtest86+",
      "/usr/lib/memtest86+/memtest86+x64.iso",
      ["bios", "uefi"],
      "x86_64",
      [
        "Memtest86+ | bios | linux16 /boot/floppy.img |  | native, not-needed",
        "Memtest86+ | x64 | chainload /EFI/BOOT/bootx64.efi |  | chainload, unsigned",
      ],
    ],
    [
      "memtest86+",
      "/usr/lib/memtest86+/memtest86+ia32.iso",
      ["bios", "uefi"],
      "i386",
      [
        "Memtest86+ | bios | linux16 /boot/floppy.img |  | native, not-needed",
        "Memtest86+ | ia32 | chainload /EFI/BOOT/bootia32.efi |  | chainload, unsigned",
      ],
    ],
    [
      "ipxe",
      "/usr/lib/ipxe/ipxe.iso",
      ["bios", "uefi"],
      "x86_64",
      [
        "iPXE | bios | linux16 /ipxe.krn |  | native, not-needed",
        "iPXE | x64 | chainload /EFI/BOOT/BOOTX64.EFI /efi.img |  | chainload, unsigned",
      ],
    ],
    [
      "grub-rescue",
      "/usr/lib/grub-rescue/grub-rescue-cdrom.iso",
      ["bios"],
      undefined,
      ["GRUB rescue | bios x64 ia32 | configfile /boot/grub/grub.cfg |  | native, not-needed"],
    ],
  ] as const)("%s: %s", async (family, path, firmware, machine, entries) => {
    const report = await inspect(path);
    expect(report).toMatchObject({
      family,
      firmware,
      arch: machine === undefined ? [] : [machine],
    });
    expect(report.entries.map(describeEntry)).toEqual(entries);
    const info = await judge("isoinfo", ["-d", "-i", path]);
    expect(info).toContain(`Volume id: ${report.volumeId}\n`);
    // Programs inside FAT images are known by their bytes alone: the path has to be right too.
    if (family === "ipxe") {
      const folder = await temporaryFolder();
      const image = join(folder, "efi.img");
      await judge("xorriso", ["-osirrox", "on", "-indev", path, "-extract", "/efi.img", image]);
      expect(await judge("mdir", ["-b", "-i", image, "::/EFI/BOOT"])).toMatch(/bootx64\.efi/i);
    }
  });
});

describe("what isn't a whole image", () => {
  test("an empty file, junk, text", async () => {
    const folder = await temporaryFolder();
    for (const [name, content, id] of [
      ["empty.iso", Buffer.alloc(0), "empty-file"],
      ["short.iso", Buffer.from("not an ISO"), "not-an-iso"],
      ["zeroes.iso", Buffer.alloc(1 << 20), "not-an-iso"],
    ] as const) {
      await writeFile(join(folder, name), content);
      const report = await inspect(join(folder, name));
      expect(report).toMatchObject({
        family: "unknown",
        name: name.slice(0, -4),
        size: content.length,
        entries: [],
      });
      expect(report.problems.map((problem) => [problem.id, problem.severity])).toEqual([
        [id, "error"],
      ]);
    }
  });

  test("cut off anywhere: never an entry, always a reason", async () => {
    const path = await buildFixture(fixtureOf("debian-live"), await temporaryFolder());
    const { size } = await openFile(path).then(async (range) => (await range.close(), range));
    for (const left of [size - 1, size >> 1, 40_000, 34_816, 33_000]) {
      await truncate(path, left);
      const report = await inspect(path);
      expect(report).toMatchObject({ family: "unknown", entries: [] });
      expect(["iso-truncated", "not-an-iso", "iso-damaged"]).toContain(report.problems[0]?.id);
    }
  });

  test("a disk image and a data disc are images that nothing knows", async () => {
    const folder = await temporaryFolder();
    const data = { id: "data", volumeId: "PHOTOS", files: { "/holiday.jpg": "x" } };
    const report = await inspect(await buildFixture(data, folder));
    expect(report).toMatchObject({
      family: "unknown",
      volumeId: "PHOTOS",
      name: "data",
      entries: [],
    });
    expect(report.problems.map(({ id }) => id)).toEqual(["unknown-image"]);
  });
});

/** Offset of the directory record whose identifier is `name`, and of its extent's two-way number. */
function recordOf(image: Buffer, name: string): number {
  const at = image.indexOf(Buffer.from(name, "latin1"));
  if (at < 0) throw new Error(`no record of ${name}`);
  return at - 33;
}

function setExtent(image: Buffer, record: number, lba: number): void {
  image.writeUInt32LE(lba, record + 2);
  image.writeUInt32BE(lba, record + 6);
}

describe("trees that lead astray", () => {
  const plain = {
    id: "astray",
    volumeId: "ASTRAY",
    files: {
      "/LIVE/VMLINUZ": "@kernel64",
      "/LIVE/X.SQUASHFS": "x",
      "/LIVE/INITRD": "i",
      "/OTHER/Y": "y",
    },
  };

  test("a folder that is its own parent", async () => {
    const image = await readFile(await buildFixture(plain, await temporaryFolder(), []));
    setExtent(image, recordOf(image, "LIVE"), image.readUInt32LE(0x8000 + 156 + 2));
    const report = await inspectIso(new MemoryRange(image), "astray.iso", set);
    expect(report).toMatchObject({ family: "unknown", volumeId: "ASTRAY", entries: [] });
    expect(report.problems.length).toBeGreaterThan(0);
  });

  test("a folder outside the file", async () => {
    const image = await readFile(await buildFixture(plain, await temporaryFolder(), []));
    setExtent(image, recordOf(image, "LIVE"), 0x7fffffff);
    const report = await inspectIso(new MemoryRange(image), "astray.iso", set);
    expect(report).toMatchObject({ family: "unknown", entries: [] });
    expect(report.problems.map(({ id }) => id)).toContain("iso-damaged");
  });

  test("a kernel outside the file", async () => {
    const image = await readFile(await buildFixture(plain, await temporaryFolder(), []));
    setExtent(image, recordOf(image, "VMLINUZ."), 0x7fffffff);
    const report = await inspectIso(new MemoryRange(image), "astray.iso", set);
    expect(report.entries).toEqual([]);
    expect(report.problems.map(({ id }) => id)).toContain("iso-damaged");
  });
});

test("whatever bytes are wrong, there is a report", async () => {
  const folder = await temporaryFolder();
  for (const family of ["debian-live", "fedora-live", "gparted"]) {
    const image = await readFile(await buildFixture(fixtureOf(family), folder));
    const areas = [
      { start: 0x8000, length: 6 * 2048 },
      { start: 0x8000, length: image.length - 0x8000 },
    ];
    await mutate(image, { areas, iterations: fuzzRounds(60), seed: 11 }, async (range) => {
      const report = await inspectIso(range, "x.iso", set);
      expect(report.entries.length + report.problems.length).toBeGreaterThan(0);
    });
  }
});

test("images for other processors say so", async () => {
  const files = {
    "/sys/kernel": "@efiarm",
    "/boot/grub/grub.cfg": "menuentry 'ARM' { linux /sys/kernel }",
  };
  const report = await inspect(
    await buildFixture({ id: "arm", volumeId: "ARM", files }, await temporaryFolder()),
  );
  expect(report).toMatchObject({ family: "linux", arch: ["aarch64"], entries: [] });
  expect(report.problems.map(({ id }) => id)).toEqual(["foreign-processor"]);
});

test.each([[["-J"]], [["-R"]], [[]]])("the same entries from a tree with %s", async (options) => {
  const fixture = fixtureOf("tinycore");
  const report = await inspect(await buildFixture(fixture, await temporaryFolder(), options));
  expect(report.family).toBe("tinycore");
  expect(report.entries.map((entry) => describeEntry(entry).toLowerCase())).toHaveLength(1);
});

test("a user's recipe wins over a built-in one", async () => {
  const text =
    "family: mine\nname: My tools\ndetect: [{volumeId: TinyCore}]\nentries: [{method: memdisk, title: '{name} ({label})'}]\n";
  const mine = await loadRecipes(fileURLToPath(new URL("../../../grub/recipes", import.meta.url)), [
    { name: "mine.yaml", text },
  ]);
  const range = await openFile(await buildFixture(fixtureOf("tinycore"), await temporaryFolder()));
  const report = await inspectIso(range, "x.iso", mine);
  await range.close();
  expect(report).toMatchObject({ family: "mine", name: "My tools", recipe: "mine.yaml" });
  expect(report.entries.map(describeEntry)).toEqual([
    "My tools (TinyCore) | bios | memdisk |  | memdisk, not-needed",
  ]);
  expect(report.problems.map(({ id }) => id)).toEqual(["bios-only"]);
});
