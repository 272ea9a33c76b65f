/** The hook's functions, run by the kit's own busybox; what they say of labels and partitions is held against blkid and sfdisk. */
import { mkdir, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { hookShell, unpackMapper } from "../../support/hook.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const shell = await hookShell();
const RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 25);

/** What udev's rules are given by blkid. */
async function blkidLinks(image: string): Promise<string[]> {
  const said = await judge("blkid", ["-p", "-o", "udev", image], { accept: [0, 2] });
  const find = (name: string): string | undefined =>
    new RegExp(`^${name}=(.*)$`, "m").exec(said)?.[1];
  const label = find("ID_FS_LABEL_ENC");
  const uuid = find("ID_FS_UUID_ENC");
  return [
    ...(label === undefined ? [] : [`disk/by-label/${label}`]),
    ...(uuid === undefined ? [] : [`disk/by-uuid/${uuid}`]),
  ];
}

async function hookLinks(image: string): Promise<string[]> {
  // The kernel's name of the device doesn't matter here.
  const script = `
    node() { printf '%s' "$1"; }
    rm -f "$L/made-links"
    add_device x "$1"
    while read -r link kernel; do printf '%s\\n' "$link"; done <"$L/made-links"`;
  const lines = (await shell(script, image)).trimEnd().split("\n");
  expect(lines[0]).toBe("mapper/x");
  return lines.slice(1);
}

describe("links by label and UUID", () => {
  test.each([
    ["a plain one", "DRACUTLIVE", []],
    ["spaces and small letters", "d-live 12.0.0 te amd64", []],
    ["more than Joliet has room for", "Fedora-Workstation-Live-42-and-on", ["-J"]],
    ["with Joliet", "OpenSUSE", ["-J"]],
    ["slashes, quotes and worse", "../a/b \"q\" 'r' $(x) `y` \\z;&|", []],
    ["with Joliet, and just as bad", 'a/b "q" $(x)', ["-J"]],
    ["UTF-8", "Rettung für 救生艇", []],
    ["just dots", "..", []],
  ])("of an ISO: %s", async (_what, label, options) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "x");
    const image = join(folder, "a.iso");
    const volume = label.slice(0, 32);
    const about = ["-V", volume, ...options, "-o", image];
    await judge("xorriso", ["-as", "mkisofs", "-quiet", "-r", ...about, folder]);
    const wanted = (await blkidLinks(image)).filter((link) => !/\/\.\.?$/.test(link));
    expect(wanted.length).toBeGreaterThan(0);
    expect(await hookLinks(image)).toEqual(expect.arrayContaining(wanted));
  });

  test("without a modification date the creation date counts; without both there is no UUID", async () => {
    const folder = await temporaryFolder();
    const image = join(folder, "a.iso");
    const sector = Buffer.alloc(2048);
    sector.write("\u0001CD001\u0001");
    sector.write("LABEL".padEnd(32), 40);
    sector.write("2024010203040506", 813);
    sector.write("0".repeat(16), 830);
    const end = Buffer.from("\u00FFCD001\u0001".padEnd(2048, "\0"), "latin1");
    const write = async (): Promise<void> =>
      writeFile(image, Buffer.concat([Buffer.alloc(32768), sector, end, Buffer.alloc(1 << 20)]));
    await write();
    const created = ["disk/by-label/LABEL", "disk/by-uuid/2024-01-02-03-04-05-06"];
    expect(await blkidLinks(image)).toEqual(created);
    expect(await hookLinks(image)).toEqual(created);
    sector.write("2025010203040506", 830);
    await write();
    expect(await hookLinks(image)).toEqual(await blkidLinks(image));
    sector.write("0".repeat(16), 813);
    sector.write("0".repeat(16), 830);
    await write();
    expect(await hookLinks(image)).toEqual(["disk/by-label/LABEL"]);
  });

  test("any 32 bytes of volume id are escaped as udev does, and never leave the folder", async () => {
    const folder = await temporaryFolder();
    const image = join(folder, "a.iso");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (label) => {
        const sector = Buffer.alloc(2048);
        sector.write("\u0001CD001\u0001");
        sector.set(label, 40);
        sector.write("2024010203040506", 813);
        sector.write("0".repeat(16), 830);
        const end = Buffer.from("\u00FFCD001\u0001".padEnd(2048, "\0"), "latin1");
        await writeFile(
          image,
          Buffer.concat([Buffer.alloc(32768), sector, end, Buffer.alloc(1 << 20)]),
        );
        const links = await hookLinks(image);
        for (const link of links) {
          expect(link).toMatch(/^disk\/by-(label|uuid)\/[^/\s]+$/);
          expect(link).not.toMatch(/\/\.\.?$/);
        }
        expect(links.toSorted()).toEqual((await blkidLinks(image)).toSorted());
      }),
      { numRuns: RUNS },
    );
  });

  test.each(["persistence", "casper-rw", "a b/c", ""])("of ext4: %j", async (label) => {
    const image = join(await temporaryFolder(), "a.img");
    await judge("mke2fs", ["-q", "-t", "ext4", "-L", label, image, "4M"]);
    expect(await hookLinks(image)).toEqual(await blkidLinks(image));
  });

  test("of something else there are none", async () => {
    const image = join(await temporaryFolder(), "a.img");
    await writeFile(image, Buffer.alloc(100_000, "CD001"));
    expect(await hookLinks(image)).toEqual([]);
    await writeFile(image, "");
    expect(await hookLinks(image)).toEqual([]);
  });
});

describe("partitions inside an image", () => {
  const partitions = async (image: string, sectors: number): Promise<string[]> => {
    const script = `
      $B dd if="$1" bs=512 count=64 2>/dev/null | $B od -An -v -tu1 |
        $B awk -v sectors="$2" -f "$L/partitions.awk"`;
    return (await shell(script, image, String(sectors))).split("\n").filter((line) => line !== "");
  };

  test.each(["dos", "gpt"])("of a table that sfdisk wrote: %s", async (kind) => {
    const image = join(await temporaryFolder(), "a.img");
    await writeFile(image, Buffer.alloc(8 << 20));
    const table = `label: ${kind}\n2048,2048\n5000,1111\n8192,4096\n`;
    await judge("sfdisk", ["--quiet", image], { input: table });
    expect(await partitions(image, 16_384)).toEqual(["1 2048 2048", "2 5000 1111", "3 8192 4096"]);
    // What reaches beyond the image is left out.
    expect(await partitions(image, 8200)).toEqual(["1 2048 2048", "2 5000 1111"]);
  });

  test("one that begins where the image begins is the image itself", async () => {
    const image = join(await temporaryFolder(), "a.img");
    await writeFile(image, Buffer.alloc(8 << 20));
    await judge("sfdisk", ["--quiet", "--force", image], { input: "label: dos\n100,200\n" });
    const table = await readFile(image);
    expect(await partitions(image, 16_384)).toEqual(["1 100 200"]);
    table.writeUInt32LE(0, 446 + 8);
    await writeFile(image, table);
    expect(await partitions(image, 16_384)).toEqual([]);
  });

  test("any sectors give numbers within the image or nothing", async () => {
    const image = join(await temporaryFolder(), "a.img");
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 2048, maxLength: 4096 }),
        fc.boolean(),
        async (bytes, gpt) => {
          const sectors = Buffer.from(bytes);
          sectors.set([0x55, 0xaa], 510);
          if (gpt) {
            sectors[446 + 4] = 0xee;
            sectors.write("EFI PART", 512);
            sectors.writeBigUInt64LE(2n, 512 + 72);
            sectors.writeUInt32LE(128, 512 + 84);
          }
          await writeFile(image, sectors);
          const found = await partitions(image, 100_000);
          expect(found.length).toBeLessThanOrEqual(16);
          for (const line of found) {
            const [, start = 0, length = 0] = line.split(" ").map(Number);
            expect(start).toBeGreaterThan(0);
            expect(start + length).toBeLessThanOrEqual(100_000);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe("arguments", () => {
  const argument = async (line: string, name: string): Promise<string> => {
    await shell('printf "%s" "$1" >"$L/cmdline"', line);
    return shell('argument "$1" || printf none', name);
  };

  test.each([
    ["quiet lifeboat.iso=1+2,3+4 ---", "1+2,3+4"],
    ["lifeboat.iso=1+2 lifeboat.iso=@", "@"],
    ["lifeboat.iso= x", ""],
    ["xlifeboat.iso=1+2 lifeboat.iso2=3", "none"],
    ["/* ? [a]", "none"],
    ["", "none"],
  ])("of %j: %j", async (line, value) => {
    expect(await argument(line, "lifeboat.iso")).toBe(value);
  });

  test("a path comes through %XX as it was", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/[\0\n]/.test(text)),
        async (path) => {
          const encoded = [...Buffer.from(path)]
            .map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
            .join("");
          expect(await shell('percent_decode "$1"', encoded)).toBe(path);
          expect(await shell('percent_decode "$1"', path.replaceAll("%", "%25"))).toBe(path);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe("lists of extents", () => {
  test.each([
    ["2048+4", "yes 4"],
    ["2048+4,9000000000+1", "yes 5"],
    ["", "no"],
    ["1", "no"],
    ["1+", "no"],
    ["+1", "no"],
    ["1+2+3", "no"],
    ["1+2,", "no"],
    [",1+2", "no"],
    ["1+2,,3+4", "no"],
    ["1+2;reboot", "no"],
    ["$(reboot)", "no"],
    ["*", "no"],
  ])("%j: %s", async (list, expected) => {
    const script =
      'if is_list "$1"; then printf "yes %s" "$(list_length "$1")"; else printf no; fi';
    expect(await shell(script, list)).toBe(expected);
  });

  test("there is an end to how many", async () => {
    const list = (length: number): string => Array.from({ length }, () => "1+2").join(",");
    const script = 'is_list "$1" && printf yes || printf no';
    expect(await shell(script, list(4096))).toBe("yes");
    expect(await shell(script, list(4097))).toBe("no");
  });
});

describe("finding the stick", () => {
  /** A /sys/class/block of files: what the kernel says of a disk with two partitions, and of another. */
  async function sysfs(folder: string): Promise<void> {
    const files: Record<string, string> = {
      "sda/size": "30000000\n",
      "sda/device/model": "Ultra Fit       \n",
      "sda/uevent": "DEVNAME=sda\nDEVTYPE=disk\n",
      "sda/sda1/partition": "1\n",
      "sda/sda1/uevent": "DEVNAME=sda1\nPARTN=1\nPARTNAME=LIFEBOAT-1A2B3C4D\n",
      "sda/sda2/partition": "2\n",
      "sda/sda2/uevent": "DEVNAME=sda2\nPARTN=2\n",
      "nvme0n1/size": "2000000000\n",
      "nvme0n1/uevent": "DEVNAME=nvme0n1\n",
      "nvme0n1/nvme0n1p1/partition": "1\n",
      "nvme0n1/nvme0n1p1/uevent": "PARTNAME=XLIFEBOAT-1A2B3C4D\n",
      "loop0/size": "0\n",
    };
    const block = join(folder, "class", "block");
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, "devices", path)), { recursive: true });
      await writeFile(join(folder, "devices", path), text);
    }
    await mkdir(block, { recursive: true });
    const links = ["sda", "nvme0n1", "loop0", "sda/sda1", "sda/sda2", "nvme0n1/nvme0n1p1"];
    for (const path of links) {
      await symlink(join(folder, "devices", path), join(block, basename(path)));
    }
  }

  test.each([
    ["LIFEBOAT-1A2B3C4D", "sda1"],
    ["LIFEBOAT-1A2B3C4", "none"],
    ["mbr:1a2b3c4d:2", "sda2"],
    ["mbr:1a2b3c4d:3", "none"],
    ["mbr:00000000:1", "nvme0n1p1"],
    ["ventoy:000102030405060708090a0b0c0d0e0f:1", "sda1"],
    ["ventoy:000102030405060708090a0b0c0d0e0f:3", "none"],
    ["ventoy:000102030405060708090a0b0c0d0e00:1", "none"],
    ["ventoy:1a2b3c4d:1", "none"],
  ])("%s: %s", async (wanted, found) => {
    const folder = await temporaryFolder();
    await sysfs(folder);
    // The disks themselves are files here.
    const disk = Buffer.alloc(512);
    disk.writeUInt32LE(0x1a2b3c4d, 440);
    for (let index = 0; index < 16; index++) disk.writeUInt8(index, 384 + index);
    await writeFile(join(folder, "sda"), disk);
    await writeFile(join(folder, "nvme0n1"), Buffer.alloc(512));
    const script = `
      SYS=$1
      node() { printf '%s' "$SYS/$1"; }
      find_partition "$2" || printf none`;
    expect(await shell(script, folder, wanted)).toBe(found);
  });

  test("what is said where it isn't there", async () => {
    const folder = await temporaryFolder();
    await sysfs(folder);
    const seen = "nvme0n1 (1000 GB; partitions XLIFEBOAT-1A2B3C4D); ";
    expect(await shell("SYS=$1; disks_seen", folder)).toBe(
      `${seen}sda (15 GB, Ultra Fit; partitions LIFEBOAT-1A2B3C4D, unnamed)`,
    );
    expect(await shell("SYS=$1; disks_seen", join(folder, "devices"))).toMatch(/^none at all/);
  });
});

test("the dmsetup that lifeboat brings needs nothing of the initrd's", async () => {
  const root = await temporaryFolder();
  await unpackMapper(root);
  const folder = join(root, "lifeboat", "dm");
  const loader = join(folder, "ld-linux-x86-64.so.2");
  const listed = await judge(loader, ["--library-path", folder, "--list", join(folder, "dmsetup")]);
  const libraries = [...listed.matchAll(/=> (\S+)/g)].map(([, path = ""]) => path);
  expect(libraries.length).toBeGreaterThan(4);
  for (const path of libraries) expect(dirname(path)).toBe(folder);
  // Where the kernel has no device-mapper it still says which it is.
  const script = 'L="$1"; dmsetup=brought; dm version 2>/dev/null || true';
  expect(await shell(script, join(root, "lifeboat"))).toContain("Library version:");
});

test("shellcheck finds nothing", async () => {
  const folder = join(packageRoot(), "payloads", "hook");
  const scripts = (await readdir(folder)).filter((name) => !name.endsWith(".awk"));
  expect(scripts).toContain("init");
  // busybox's sh has "local"; what sed and awk are given is meant to keep its dollar signs.
  const options = ["--shell", "dash", "--exclude", "SC3043,SC2016"];
  await judge("shellcheck", [...options, ...scripts.map((name) => join(folder, name))]);
});
