/** Releases that are sound, and those that hold something else than Ventoy's releases do. tar, zip and xz make them. */
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { isVentoyBootSector } from "../../../../src/boot/ventoy/release/device-check.ts";
import { openVentoyRelease } from "../../../../src/boot/ventoy/release/release.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { ventoyBootImage, ventoyRelease, writeSums } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import {
  archiveOf,
  FORMS,
  neededMembers,
  opened,
  refusalOf,
  refused,
  withMember,
  xzOf,
} from "./support.ts";

/** A user who owns nothing. */
const NOBODY = 65_534;

describe.each(FORMS)("a release as .%s", (form) => {
  test("gives its parts, byte for byte", async () => {
    const made = await ventoyRelease({ form, version: "1.1.17" });
    const release = await openVentoyRelease(made.archive);
    const sha256 = createHash("sha256")
      .update(await readFile(made.archive))
      .digest("hex");
    expect(release).toMatchObject({ archive: made.archive, archiveSha256: sha256 });
    expect(release).toMatchObject({ version: "1.1.17", checked: "none" });
    expect(release.bootImage.equals(made.bootImage)).toBe(true);
    expect(release.coreImage.equals(made.coreImage)).toBe(true);
    expect(release.diskImage.equals(made.diskImage)).toBe(true);
    expect(release.coreImage).toHaveLength(2047 * 512);
    expect(release.diskImage).toHaveLength(65_536 * 512);
  });

  test("is known by its first bytes, whatever it is called", async () => {
    const { archive, version } = await ventoyRelease({ form });
    for (const name of ["v", "Ventoy (1).bin", `ventoy-${version}-windows.zip`]) {
      const copy = join(await temporaryFolder(), name);
      await copyFile(archive, copy);
      expect(await openVentoyRelease(copy)).toMatchObject({ version: "9.9.9" });
    }
  });

  test("without one of the four", async () => {
    for (const path of ["boot/boot.img", "boot/core.img.xz", "ventoy/version"]) {
      const bytes = await archiveOf(form, await withMember(path, undefined));
      expect(await refused(bytes)).toMatch(`ventoy-archive-lacks: `);
      expect(await refused(bytes)).toMatch(`can't be used: it lacks ${path}`);
    }
    expect(await refused(await archiveOf(form, []))).toMatch(/lacks: .*nothing in it/);
  });

  test("with a version that is none", async () => {
    for (const text of ["", "\n", "1.1", "1.1.17b\n", "1.1.17\n\n", "v1.1.17", "1.1.17\0"]) {
      const bytes = await archiveOf(form, await withMember("ventoy/version", text));
      expect(await refused(bytes)).toMatch("ventoy-archive-version: ");
    }
    const long = await archiveOf(form, await withMember("ventoy/version", "9".repeat(100)));
    expect(await refused(long)).toMatch(/ventoy-archive-size: .*version in it is larger than 64/);
    for (const text of ["9.9.9", "9.9.9\n", "9.9.9\r\n"]) {
      const bytes = await archiveOf(form, await withMember("ventoy/version", text));
      expect((await opened(bytes)).version).toBe("9.9.9");
    }
  });

  test("with two versions mixed", async () => {
    const other = await archiveOf(form, await withMember("ventoy/version", "9.9.8\n"));
    expect(await refused(other)).toMatch(/ventoy-archive-mixed: .*9\.9\.9 and 9\.9\.8/);
    const good = await archiveOf(form, await neededMembers());
    expect(await refused(good, "ventoy-1.0.99-linux.tar.gz")).toMatch(
      /ventoy-archive-mixed: .*1\.0\.99 and 9\.9\.9/,
    );
    const [first, ...rest] = await neededMembers();
    const [strange] = await neededMembers({ version: "1.0.99" });
    const tops = await archiveOf(form, [strange ?? rest[0], ...rest].filter(isThere));
    expect(await refused(tops)).toMatch(/mixed: .*ventoy-1\.0\.99 and ventoy-9\.9\.9/);
    expect(first?.name).toBe("ventoy-9.9.9/boot/boot.img");
  });

  test("with something beside its folder, or in another one", async () => {
    const members = await neededMembers();
    const extra = await archiveOf(form, [...members, { name: "README", data: "x" }]);
    expect(await refused(extra)).toMatch(/ventoy-archive-content: .*"README"/);
    const flat = members.map((one) => ({ ...one, name: one.name.replace("ventoy-9.9.9/", "") }));
    expect(await refused(await archiveOf(form, flat))).toMatch(/content: .*"boot" where/);
    const file = await archiveOf(form, [{ name: "ventoy-9.9.9", data: "x" }]);
    expect(await refused(file)).toMatch(/content: .*"ventoy-9\.9\.9" where/);
  });

  test("with parts of a wrong size", async () => {
    const { bootImage, coreImage, diskImage } = await ventoyParts();
    for (const wrong of [bootImage.subarray(1), Buffer.concat([bootImage, Buffer.alloc(1)])]) {
      const bytes = await archiveOf(form, await withMember("boot/boot.img", wrong));
      expect(await refused(bytes)).toMatch(/size: .*boot\.img in it has 51[13] bytes.* 512/);
    }
    for (const [path, content] of [
      ["boot/core.img.xz", coreImage],
      ["ventoy/ventoy.disk.img.xz", diskImage],
    ] as const) {
      const short = await withMember(path, await xzOf(content.subarray(512)));
      const long = await withMember(path, await xzOf(Buffer.concat([content, Buffer.alloc(1)])));
      expect(await refused(await archiveOf(form, short))).toMatch(
        new RegExp(`size: .*${path} in it has ${content.length - 512} bytes`),
      );
      expect(await refused(await archiveOf(form, long))).toMatch(
        new RegExp(`size: .*${path} in it is more than the ${content.length} bytes`),
      );
    }
  });
});

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

describe("a boot sector that is not Ventoy's", () => {
  test.each([
    ["GRUB's own jump", 0, 0xe9],
    ["a parameter block", 0x0b, 2],
    ["the last byte of its head", 0x2f, 1],
    ["the first letter of its mark", 0x190, 0x47],
    ["the last letter of its mark", 0x19f, 0x0a],
    ["no signature", 510, 0],
  ])("%s", async (_, at, byte) => {
    const sector = ventoyBootImage("9.9.9");
    expect(isVentoyBootSector(sector)).toBe(true);
    sector[at] = byte;
    expect(isVentoyBootSector(sector)).toBe(false);
    const bytes = await archiveOf("tar.gz", await withMember("boot/boot.img", sector));
    expect(await refused(bytes)).toMatch(/ventoy-archive-content: .*boot\.img/);
  });

  test("what the check doesn't look at may be anything", () => {
    const sector = ventoyBootImage("9.9.9");
    for (let at = 0x30; at < 510; at++) if (at < 0x190 || at >= 0x1a0) sector[at] = 0xaa;
    expect(isVentoyBootSector(sector)).toBe(true);
    expect(isVentoyBootSector(sector.subarray(1))).toBe(false);
  });
});

describe("a disk image that is not Ventoy's", () => {
  test("another label", async () => {
    const { archive } = await ventoyRelease({ label: "VENTOY" });
    expect(await refusalOf(openVentoyRelease(archive))).toMatch(/content: .*label is "VENTOY"/);
  });

  test.each(["ventoy/ventoy.cpio", "grub/localboot.cfg", "tool/mount.exfat-fuse_aarch64"])(
    "without %s",
    async (path) => {
      const { archive } = await ventoyRelease({ files: { [path]: undefined } });
      expect(await refusalOf(openVentoyRelease(archive))).toMatch(`it lacks /${path}`);
    },
  );

  test.each([
    ["FAT12", ["-F", "12", "-s", "32"]],
    ["FAT32", ["-F", "32", "-s", "1"]],
    ["FAT16 of other sectors", ["-F", "16", "-S", "2048"]],
  ])("%s", async (name, options) => {
    const image = join(await temporaryFolder(), "image");
    const size = String(32 * 1024);
    await judge("mkfs.fat", ["-C", ...options, "-n", "VTOYEFI", image, size]);
    const packed = await xzOf(await readFile(image));
    const members = await withMember("ventoy/ventoy.disk.img.xz", packed);
    const said = await refused(await archiveOf("zip", members));
    const other = name.startsWith("FAT16") ? "it lacks /ventoy/ventoy.cpio" : "not a FAT16";
    expect(said).toMatch(`ventoy-archive-content: `);
    expect(said).toMatch(other);
  });

  test("no file system, one that says another size, one with a damaged folder", async () => {
    const { diskImage } = await ventoyParts();
    const noise = Buffer.alloc(diskImage.length, "noise");
    const longer = Buffer.from(diskImage);
    longer.writeUInt32LE(65_537, 32);
    longer.writeUInt16LE(0, 19);
    const damaged = Buffer.from(diskImage);
    // Every chain leads out of the volume.
    damaged.fill(0xf0, 512 + 4, 512 * 20);
    for (const [image, why] of [
      [noise, /not Ventoy's: This is no FAT/],
      [longer, /not a FAT16/],
      [damaged, /not Ventoy's: The FAT is damaged/],
    ] as const) {
      const members = await withMember("ventoy/ventoy.disk.img.xz", await xzOf(image));
      expect(await refused(await archiveOf("tar.gz", members))).toMatch(why);
    }
  });
});

describe("what is no archive", () => {
  test("is told from one, and what can't be read from that", async () => {
    const folder = await temporaryFolder();
    const missing = join(folder, "ventoy-9.9.9-linux.tar.gz");
    expect(await refusalOf(openVentoyRelease(missing))).toMatch(
      /ventoy-archive-unreadable: .*no such file/,
    );
    expect(await refusalOf(openVentoyRelease(folder))).toMatch(/unreadable: .*it is not a file/);
    expect(await refusalOf(openVentoyRelease(join(missing, "x")))).toMatch(/unreadable/);
    await judge("mkfifo", [join(folder, "pipe")]);
    expect(await refusalOf(openVentoyRelease(join(folder, "pipe")))).toMatch(/it is not a file/);
    for (const text of ["", "\u001f", "not an archive", "ustar"]) {
      expect(await refused(Buffer.from(text, "latin1"))).toMatch("ventoy-archive-unknown: ");
    }
    const { archive } = await ventoyRelease();
    const link = join(folder, "link");
    await symlink(archive, link);
    expect((await openVentoyRelease(link)).version).toBe("9.9.9");
  });

  test("a file that may not be read", async () => {
    const path = join(await temporaryFolder(), "archive");
    await writeFile(path, "x");
    await chmod(path, 0);
    // Root may read everything.
    const asNobody = process.getuid?.() === 0;
    if (asNobody) process.seteuid?.(NOBODY);
    try {
      expect(await refusalOf(openVentoyRelease(path))).toMatch(/unreadable: .*permission denied/);
    } finally {
      if (asNobody) process.seteuid?.(0);
    }
  });

  test("a file larger than any release, before it is read", async () => {
    const path = join(await temporaryFolder(), "archive");
    await writeFile(path, "\u001f\u008b", "latin1");
    await truncate(path, 300 * 2 ** 20);
    expect(await refusalOf(openVentoyRelease(path))).toMatch(/too-large: .*larger than 256/);
  });
});

describe("checksums", () => {
  /** A release in a folder of its own. */
  async function ownCopy(name?: string): Promise<string> {
    const { archive } = await ventoyRelease();
    const copy = join(await temporaryFolder(), name ?? basename(archive));
    await copyFile(archive, copy);
    return copy;
  }

  test("beside the archive count where they name it, given ones must", async () => {
    const archive = await ownCopy();
    const sums = await writeSums(archive);
    expect((await openVentoyRelease(archive)).checked).toBe("beside");
    expect((await openVentoyRelease(archive, { sums })).checked).toBe("given");
    execFileSync("sha256sum", ["-c", "--quiet", "sha256.txt"], { cwd: join(sums, "..") });
    const other = await ownCopy("other.tar.gz");
    expect((await openVentoyRelease(other)).checked).toBe("none");
    expect(await refusalOf(openVentoyRelease(other, { sums }))).toMatch(
      /ventoy-sums-lack: .*sha256\.txt has no SHA-256 of other\.tar\.gz/,
    );
    await copyFile(sums, join(other, "..", "sha256.txt"));
    expect((await openVentoyRelease(other)).checked).toBe("none");
  });

  test.each([
    ["with an asterisk", (sum: string, name: string) => `${sum} *${name}\n`],
    ["with CRLF", (sum: string, name: string) => `${sum}  ${name}\r\n${sum}  other\r\n`],
    ["in upper case", (sum: string, name: string) => `${sum.toUpperCase()}  ${name}`],
    ["with a folder before it", (sum: string, name: string) => `${sum}  ./${name}\n`],
    ["among others", (sum: string, name: string) => `${"0".repeat(64)}  x.iso\n${sum}  ${name}\n`],
  ])("a list %s", async (_, listOf) => {
    const archive = await ownCopy();
    const sum = createHash("sha256")
      .update(await readFile(archive))
      .digest("hex");
    await writeFile(join(archive, "../sha256.txt"), listOf(sum, basename(archive)));
    expect((await openVentoyRelease(archive)).checked).toBe("beside");
    await writeFile(join(archive, "../sha256.txt"), listOf("0".repeat(64), basename(archive)));
    expect(await refusalOf(openVentoyRelease(archive))).toMatch(
      /checksum-mismatch: .*sha256\.txt its SHA-256 is 0{64}, and it is/,
    );
  });

  test("that contradict each other, or can't be read", async () => {
    const archive = await ownCopy();
    const sums = await writeSums(archive);
    const list = await readFile(sums, "utf8");
    await writeFile(sums, `${list}${"1".repeat(64)}  ${basename(archive)}\n`);
    expect(await refusalOf(openVentoyRelease(archive))).toMatch("checksum-mismatch: ");
    const missing = join(archive, "../none.txt");
    expect(await refusalOf(openVentoyRelease(archive, { sums: missing }))).toMatch(
      /ventoy-sums-unreadable: .*none\.txt can't be read: no such file/,
    );
    await writeFile(sums, Buffer.alloc(2 << 20, `${"1".repeat(64)}  ${basename(archive)}\n`));
    expect((await openVentoyRelease(archive)).checked).toBe("none");
    expect(await refusalOf(openVentoyRelease(archive, { sums }))).toMatch(/larger than 1\.00 MiB/);
    const folder = await temporaryFolder();
    await mkdir(join(folder, "sha256.txt"));
    await copyFile(archive, join(folder, basename(archive)));
    const inFolder = join(folder, basename(archive));
    expect((await openVentoyRelease(inFolder)).checked).toBe("none");
    expect(await refusalOf(openVentoyRelease(inFolder, { sums: folder }))).toMatch(/a folder/);
  });

  test("decide before anything is unpacked", async () => {
    const archive = join(await temporaryFolder(), "ventoy-9.9.9-linux.tar.gz");
    await writeFile(archive, Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(100)]));
    await writeFile(join(archive, "../sha256.txt"), `${"0".repeat(64)}  ${basename(archive)}\n`);
    expect(await refusalOf(openVentoyRelease(archive))).toMatch("checksum-mismatch: ");
  });
});
