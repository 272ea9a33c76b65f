/** Ventoy's partition on a stick that starts by lifeboat: mtools say what lies where, and fsck.fat that it is sound. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { handOverSector, withVentoyUuid } from "../../../../src/boot/ventoy/chain/boot-code.ts";
import {
  LEAD_PATH,
  chainedPartition,
  isChainedForSecureBoot,
  leadsToLifeboat,
} from "../../../../src/boot/ventoy/chain/partition.ts";
import { checkDiskImage } from "../../../../src/boot/ventoy/release/device-check.ts";
import { Fat16Editor, openFat } from "../../../../src/filesystems/fat32/index.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { ventoyBootImage, ventoyFiles, ventoyParts } from "../../../support/ventoy-release.ts";

/** Where the files of a release come to lie. */
const MOVED: Readonly<Record<string, string>> = {
  "EFI/BOOT/BOOTX64.EFI": "EFI/ventoy/BOOTX64.EFI",
  "EFI/BOOT/fbx64.efi": "EFI/ventoy/grubx64.efi",
  "EFI/BOOT/mmx64.efi": "EFI/ventoy/mmx64.efi",
  "EFI/BOOT/BOOTIA32.EFI": "EFI/ventoy/BOOTIA32.EFI",
  "EFI/BOOT/grubia32.efi": "EFI/ventoy/grubia32.efi",
  "EFI/BOOT/mmia32.efi": "EFI/ventoy/mmia32.efi",
};
const CERTIFICATE = "ENROLL_THIS_KEY_IN_MOKMANAGER.cer";
const lead = LEAD_PATH.slice(1);
const THEN = new Date(2026, 1, 2);

async function diskImage(): Promise<Buffer> {
  return (await ventoyParts()).diskImage;
}

async function changed(change: (editor: Fat16Editor) => void): Promise<Buffer> {
  const editor = new Fat16Editor(Buffer.from(await diskImage()));
  change(editor);
  return editor.bytes;
}

/** All files by mtools: path → content. Fails where fsck.fat has something to say. */
async function contents(image: Buffer): Promise<Record<string, Buffer>> {
  const folder = await temporaryFolder();
  const path = join(folder, "image");
  await writeFile(path, image);
  expect((await judge("fsck.fat", ["-n", path])).trim().split("\n")).toHaveLength(2);
  await judge("mcopy", ["-s", "-Q", "-i", path, "::/", join(folder, "out")]);
  const list = await judge("find", [".", "-type", "f"], { cwd: join(folder, "out") });
  const files: Record<string, Buffer> = {};
  for (const name of list.split("\n").filter((line) => line !== "")) {
    files[name.slice(2)] = await readFile(join(folder, "out", name));
  }
  return files;
}

function expectSame(found: Record<string, Buffer>, wanted: Record<string, string | Buffer>): void {
  const without = Object.keys(found).filter((path) => path !== lead);
  expect(without.toSorted()).toEqual(Object.keys(wanted).toSorted());
  for (const [path, content] of Object.entries(wanted)) {
    expect(found[path]?.equals(Buffer.from(content)), path).toBe(true);
  }
}

/** What is thrown, if anything is. */
function codeOf(make: () => unknown): string {
  try {
    make();
    return "";
  } catch (error) {
    if (error instanceof LifeboatError) return error.code;
    throw error;
  }
}

describe("with Secure Boot", () => {
  test("what firmware and shim would start is led out of their way, and nothing is lost", async () => {
    const before = await diskImage();
    const kept = Buffer.from(before);
    const after = chainedPartition(before, true);
    expect(before.equals(kept)).toBe(true);
    const found = await contents(after);
    const wanted = Object.entries(ventoyFiles()).map(([path, data]) => [MOVED[path] ?? path, data]);
    expectSame(found, Object.fromEntries(wanted) as Record<string, Buffer>);
    expect(found[lead]?.toString()).toMatch(/^source \(\$root\)\/lifeboat\/grub\/grub\.cfg$/m);

    const volume = await openFat(new MemoryRange(after));
    expect(await leadsToLifeboat(volume)).toBe(true);
    expect(await isChainedForSecureBoot(volume)).toBe(true);
    // Still a release's partition for Ventoy's check.
    await checkDiskImage(after);
    expect(chainedPartition(before, true).equals(after)).toBe(true);
  });

  test("before 1.1.13 the second shim has GRUB's name", async () => {
    const older = await changed((editor) => {
      editor.drop("/EFI/BOOT/fbx64.efi");
      editor.put("/EFI/BOOT/grubx64.efi", Buffer.from("the preloader"), THEN);
    });
    const found = await contents(chainedPartition(older, true));
    expect(found["EFI/ventoy/grubx64.efi"]?.toString()).toBe("the preloader");
    expect(found["EFI/BOOT/grubx64.efi"]).toBeUndefined();
  });

  test("a release without programs for 32-bit UEFI will do", async () => {
    const gone = ["BOOTIA32.EFI", "grubia32.efi", "grubia32_real.efi", "mmia32.efi"];
    const image = await changed((editor) => {
      for (const name of gone) editor.drop(`/EFI/BOOT/${name}`);
    });
    const found = await contents(chainedPartition(image, true));
    expect(
      Object.keys(found)
        .filter((path) => path.startsWith("EFI/ventoy"))
        .toSorted(),
    ).toEqual(["EFI/ventoy/BOOTX64.EFI", "EFI/ventoy/grubx64.efi", "EFI/ventoy/mmx64.efi"]);
  });
});

test("without Secure Boot Ventoy's GRUBs stay, and what only Secure Boot needs goes", async () => {
  const after = chainedPartition(await diskImage(), false);
  const wanted = Object.fromEntries(
    Object.entries(ventoyFiles()).filter(([path]) => !(path in MOVED) && path !== CERTIFICATE),
  );
  expect(wanted["EFI/BOOT/grubx64_real.efi"]).toBeDefined();
  expectSame(await contents(after), wanted);
  const volume = await openFat(new MemoryRange(after));
  expect(await leadsToLifeboat(volume)).toBe(true);
  expect(await isChainedForSecureBoot(volume)).toBe(false);
});

test("a release's own partition leads to Ventoy, and so does one with another line in it", async () => {
  const before = await diskImage();
  expect(await leadsToLifeboat(await openFat(new MemoryRange(before)))).toBe(false);
  const editor = new Fat16Editor(chainedPartition(before, true));
  editor.drop(LEAD_PATH);
  editor.put(LEAD_PATH, Buffer.from("source (hd1,2)/grub.cfg\n"), THEN);
  expect(await leadsToLifeboat(await openFat(new MemoryRange(editor.bytes)))).toBe(false);
});

describe("refused", () => {
  test.each([
    ["/EFI/BOOT/grubx64_real.efi", true],
    ["/EFI/BOOT/grubx64_real.efi", false],
    ["/EFI/BOOT/BOOTX64.EFI", true],
    ["/EFI/BOOT/fbx64.efi", true],
  ] as const)("a release without %s, Secure Boot %s", async (path, secureBoot) => {
    const image = await changed((editor) => editor.drop(path));
    expect(codeOf(() => chainedPartition(image, secureBoot))).toBe("ventoy-chain-lacks");
  });

  test.each(["/EFI/ventoy/BOOTX64.EFI", "/EFI/ventoy", "/lifeboat/grub/grub.cfg", "/lifeboat"])(
    "a release that has %s",
    async (path) => {
      const image = await changed((editor) => {
        for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) {
          editor.makeFolder(path.slice(0, at), THEN);
        }
        editor.put(path, Buffer.from("somebody's"), THEN);
      });
      expect(codeOf(() => chainedPartition(image, true))).toBe("ventoy-chain-taken");
    },
  );

  test.each([0, 1, 3])("one with %i free clusters, where four are needed", async (free) => {
    const image = await filledUp(free);
    const kept = Buffer.from(image);
    expect(codeOf(() => chainedPartition(image, true))).toBe("volume-full");
    expect(image.equals(kept)).toBe(true);
  });

  test("one with four is enough", async () => {
    const after = chainedPartition(await filledUp(4), true);
    expect(new Fat16Editor(after).freeBytes).toBe(0);
    expect((await contents(after))[lead]).toBeDefined();
  });

  test("a root folder without room", async () => {
    const image = await changed((editor) => {
      const fill = () => {
        for (let index = 0; index < 600; index++) editor.put(`/F${index}`, Buffer.alloc(0), THEN);
      };
      expect(codeOf(fill)).toBe("directory-full");
    });
    expect(codeOf(() => chainedPartition(image, true))).toBe("directory-full");
  });
});

/** As many clusters are left as asked for: one file has all others. */
async function filledUp(free: number): Promise<Buffer> {
  return changed((editor) => {
    const data = Buffer.alloc(editor.freeBytes - free * 512, "full");
    editor.put("/FULL.BIN", data, THEN);
  });
}

test("a folder grows by a cluster where it has no free place", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `n${index}.txt`);
  const image = await changed((editor) => {
    for (const name of names) editor.put(`/EFI/${name}`, Buffer.from(name), THEN);
  });
  const found = await contents(chainedPartition(image, true));
  for (const name of names) expect(found[`EFI/${name}`]?.toString()).toBe(name);
  expect(found["EFI/ventoy/BOOTX64.EFI"]).toBeDefined();
});

test("damaged images are refused in words, or give a volume of the same size", async () => {
  const image = await smallImage();
  // Boot sector, both FATs, the root folder and the first others.
  const areas = [
    { start: 0, length: 96 << 10 },
    { start: 0, length: 512 },
  ];
  const options = { areas, iterations: fuzzRounds(60), seed: 4711 };
  const refused = await mutate(image, options, async ({ bytes }) => {
    expect(chainedPartition(bytes, true)).toHaveLength(image.length);
  });
  expect(refused).toBeGreaterThan(0);
});

/** Of 4 MiB: what counts lies closer together. */
async function smallImage(): Promise<Buffer> {
  const path = join(await temporaryFolder(), "small");
  await judge("mkfs.fat", ["-C", "-F", "16", "-s", "1", "-n", "VTOYEFI", path, "4096"]);
  const editor = new Fat16Editor(await readFile(path));
  for (const folder of ["/EFI", "/EFI/BOOT"]) editor.makeFolder(folder, THEN);
  for (const from of Object.keys(MOVED)) editor.put(`/${from}`, Buffer.from(from), THEN);
  // Longer than a short name, as the editor makes none.
  const source = `${path}.efi`;
  await writeFile(source, "GRUB");
  await writeFile(path, editor.bytes);
  await judge("mcopy", ["-i", path, source, "::/EFI/BOOT/grubx64_real.efi"]);
  return readFile(path);
}

describe("the boot sector that is handed over to", () => {
  test.each([
    ["mbr", 1n],
    ["gpt", 34n],
  ] as const)("%s: leads to Ventoy's core image, wherever the disk's leads", (scheme, lba) => {
    const uuid = Buffer.alloc(16, 0x5a);
    const disk = withVentoyUuid(ventoyBootImage("9.9.9"), uuid);
    disk.writeBigUInt64LE(0x1_0000_0001n, 0x5c);
    const sector = handOverSector(disk, scheme);
    expect(sector.readBigUInt64LE(0x5c)).toBe(lba);
    expect(sector.subarray(0, 0x5c).equals(disk.subarray(0, 0x5c))).toBe(true);
    expect(sector.subarray(0x64, 440).equals(disk.subarray(0x64, 440))).toBe(true);
    expect(sector.subarray(384, 400).equals(uuid)).toBe(true);
    expect(
      sector.subarray(440).equals(Buffer.concat([Buffer.alloc(70), Buffer.from([0x55, 0xaa])])),
    ).toBe(true);
  });
});
