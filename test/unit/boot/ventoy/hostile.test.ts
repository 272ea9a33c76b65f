/** Archives made to harm, and archives that a download cut short or spoiled: each is refused by name, and in little memory. */
import { createWriteStream } from "node:fs";
import { copyFile, link, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openVentoyRelease } from "../../../../src/boot/ventoy/release/release.ts";
import { unpackXz } from "../../../../src/boot/ventoy/release/unpack-xz.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { packTree, ventoyRelease, ventoyTree } from "../../../support/ventoy-release.ts";
import {
  archiveOf,
  FORMS,
  neededMembers,
  opened,
  refusalOf,
  refused,
  setTarSize,
  tarOf,
  withMember,
  xzOf,
  zipOf,
} from "./support.ts";
import type { TestMember } from "./support.ts";

const MIB = 2 ** 20;

describe.each(FORMS)("hostile members of a .%s", (form) => {
  /** All that is needed, and one member more: before the others and behind them. */
  async function refusedWith(extra: TestMember): Promise<string> {
    const members = await neededMembers();
    const said = await refused(await archiveOf(form, [extra, ...members]));
    expect(await refused(await archiveOf(form, [...members, extra]))).toBeDefined();
    return said;
  }

  test.each([
    "../outside",
    "ventoy-9.9.9/../../outside",
    "ventoy-9.9.9/boot/..",
    "..",
    "./../x",
    "/etc/passwd",
    "//server/share",
    "C:/Windows/x",
    "c:x",
    "ventoy-9.9.9\\..\\..\\x",
    "\\\\server\\share\\x",
    "ventoy-9.9.9/a\\b",
    "ventoy-9.9.9/a\nb",
    "ventoy-9.9.9/\u001b[2Jx",
    `ventoy-9.9.9/${"n".repeat(300)}`,
    `ventoy-9.9.9/${"d/".repeat(300)}x`,
  ])("a path %j", async (name) => {
    const said = await refusedWith({ name, data: "x" });
    expect(said).toMatch(/^ventoy-archive-member: /);
    expect(said).not.toMatch(/[\n\u001b]/);
    expect(said).toMatch(/would lead out|longer than 512/);
  });

  test("no path leads out of the release's folder, whatever it is", async () => {
    const members = await neededMembers();
    const part = fc.constantFrom("..", ".", "", "a", "ventoy-9.9.9", "C:", "\\", "boot", "x\0y");
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
        const name = parts.join("/");
        // Neither tar-stream nor a header of zip has a member without a name.
        if (name === "" || name.includes("\0")) return;
        const bytes = await archiveOf(form, [{ name, data: "x" }, ...members.slice(0, 1)]);
        // Without the others it is refused in any case: as lacking those where nothing is wrong with the path.
        const said = await refused(bytes);
        const inside =
          /^(?:\.\/|\/)*ventoy-9\.9\.9\//.test(`${name}/`) &&
          !name.startsWith("/") &&
          !/\\|\.\.|^C:/.test(name);
        if (!inside) expect(said).toMatch(/member|content|damaged/);
      }),
      { numRuns: 60 },
    );
  });

  test("links and special files", async () => {
    const target = "boot/boot.img";
    for (const linkname of [target, "/etc/passwd", "../../outside"]) {
      const symbolic = { name: "ventoy-9.9.9/link", type: "symlink", linkname } as const;
      expect(await refusedWith(symbolic)).toMatch(/member: .*link" in it is neither a file/);
    }
    const fifo = { name: "ventoy-9.9.9/fifo", type: "fifo" } as const;
    expect(await refusedWith(fifo)).toMatch(/member: .*fifo" in it is neither a file/);
    const members = await withMember("boot/boot.img", undefined);
    const needed = {
      name: "ventoy-9.9.9/boot/boot.img",
      type: "symlink",
      linkname: target,
    } as const;
    expect(await refused(await archiveOf(form, [needed, ...members]))).toMatch(/neither a file/);
    const folder = { name: "ventoy-9.9.9/boot/boot.img", type: "directory" } as const;
    expect(await refused(await archiveOf(form, [folder, ...members]))).toMatch(/neither a file/);
  });

  test("a member twice", async () => {
    const members = await neededMembers();
    for (const name of ["ventoy-9.9.9/boot/boot.img", "ventoy-9.9.9//boot/./boot.img"]) {
      const again = { name, data: Buffer.alloc(512) };
      expect(await refused(await archiveOf(form, [...members, again]))).toMatch(
        /ventoy-archive-member: .*boot\.img" is in it twice/,
      );
    }
    const other = { name: "ventoy-9.9.9/README", data: "x" };
    expect(await refused(await archiveOf(form, [other, ...members, other]))).toMatch(/twice/);
  });

  test("more members than any release has", async () => {
    const many = Array.from({ length: 4097 }, (_, index) => ({ name: `ventoy-9.9.9/f${index}` }));
    const bytes = form === "zip" ? zipOf(many) : gzipSync(manyInTar(many.length));
    expect(await refused(bytes)).toMatch(/ventoy-archive-too-large: .*more than 4,096 files/);
  });

  test("members that say they are larger than any release, and parts that do", async () => {
    const huge = { name: "ventoy-9.9.9/README", data: "x", saysBytes: 257 * MIB };
    const bytes = await archiveOf(form, [huge, ...(await neededMembers())]);
    expect(await refused(bytes)).toMatch(/too-large: .*unpacked it is larger than 256/);
    const some = Array.from({ length: 3 }, (_, index) => ({
      name: `ventoy-9.9.9/f${index}`,
      saysBytes: 100 * MIB,
    }));
    // In a tar they would have to be there.
    if (form === "zip") expect(await refused(zipOf(some))).toMatch(/too-large: /);
    const part = { ...huge, name: "ventoy-9.9.9/boot/core.img.xz", saysBytes: 2 * MIB };
    expect(await refused(await archiveOf(form, [part]))).toMatch(/size: .*core\.img\.xz .*larger/);
    const disk = { ...huge, name: "ventoy-9.9.9/ventoy/ventoy.disk.img.xz", saysBytes: 34 * MIB };
    expect(await refused(await archiveOf(form, [disk]))).toMatch(/size: .*disk\.img\.xz .*larger/);
  });

  test("sizes that don't agree with the content", async () => {
    for (const saysBytes of [511, 513]) {
      const members = (await neededMembers()).map((one) =>
        one.name.endsWith("core.img.xz") ? { ...one, saysBytes } : one,
      );
      expect(await refused(await archiveOf(form, members))).toMatch(/^ventoy-archive-/);
    }
  });

  test("a release that ends too early, wherever", async () => {
    const { archive } = await ventoyRelease({ form });
    const bytes = await readFile(archive);
    const ends = [2, 3, 4, 10, 18, 19, 30, 512, bytes.length >> 1, bytes.length - 9];
    for (const end of [...ends, bytes.length - 8, bytes.length - 1]) {
      expect(await refused(bytes.subarray(0, end))).toMatch(
        /^ventoy-archive-(?:damaged|unknown): /,
      );
    }
  });

  test("bytes of the content that changed on the way", async () => {
    const { archive } = await ventoyRelease({ form });
    const bytes = await readFile(archive);
    let refusals = 0;
    // From behind the gzip header, of which nobody reads the time and the system.
    const step = Math.ceil(bytes.length / (form === "zip" ? 25 : 60));
    for (let at = 10; at < bytes.length; at += step) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const error = await opened(changed).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      // What isn't needed isn't unpacked from a zip.
      if (error === undefined) expect(form).toBe("zip");
      else {
        expect(error).toBeInstanceOf(LifeboatError);
        refusals++;
      }
    }
    expect(refusals).toBeGreaterThan(form === "zip" ? 4 : 50);
  });

  test("xz that ends too early, has a wrong check or none, or another packer's", async () => {
    const core = (await neededMembers()).find(({ name }) => name.includes("core.img"));
    const packed = Buffer.from(core?.data ?? "");
    const plain = await unpackXz(packed, 2047 * 512, "core");
    const path = join(await temporaryFolder(), "core");
    const made = async (...options: readonly string[]): Promise<Buffer> => {
      await writeFile(path, plain);
      await judge("xz", ["--force", "--keep", ...options, path]);
      return readFile(`${path}.xz`);
    };
    const changed = (bytes: Buffer, at: number): Buffer => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    const check = checkOffset(packed);
    for (const [bad, why] of [
      [packed.subarray(0, packed.length - 1), /ends too early/],
      [packed.subarray(0, packed.length >> 1), /ends too early/],
      [packed.subarray(0, 12), /ends too early/],
      [Buffer.alloc(0), /no xz/],
      [gzipSync(plain), /no xz/],
      [changed(packed, check), /wrong data or checksum/],
      [changed(packed, packed.length - 1), /wrong data or checksum/],
      [changed(packed, 8), /wrong data or checksum/],
      [await made("--check=none"), /has no checksum/],
      [await made("--check=sha256"), /check that lifeboat doesn't know/],
      [await made("--x86", "--lzma2"), /filter .* lifeboat doesn't know/],
      [await made("--lzma2=preset=0,dict=128MiB"), /dictionary larger than 64 MiB/],
    ] as const) {
      const bytes = await archiveOf(form, await withMember("boot/core.img.xz", bad));
      const said = await refused(bytes);
      expect(said).toMatch(/ventoy-archive-damaged: .*core\.img\.xz in it/);
      expect(said).toMatch(why);
    }
    for (const good of [await made("--check=crc64"), await made("--lzma2=dict=64MiB")]) {
      const bytes = await archiveOf(form, await withMember("boot/core.img.xz", good));
      expect((await opened(bytes)).coreImage.equals(plain)).toBe(true);
    }
  });

  test("an xz bomb stops where there is more than there should be, and the next one unpacks", async () => {
    const bomb = await xzBomb(150);
    expect(bomb.length).toBeLessThan(MIB);
    const members = await withMember("boot/core.img.xz", bomb);
    const bytes = await archiveOf(form, members);
    const before = process.memoryUsage.rss();
    for (let round = 0; round < 3; round++) {
      expect(await refused(bytes)).toMatch(/size: .*core\.img\.xz in it is more than the 1048064/);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * MIB);
    expect((await opened(await archiveOf(form, await neededMembers()))).version).toBe("9.9.9");
  });
});

/** Of the only block's check: before the index, which begins where the footer says (xz file format, 2.1.2.2). */
function checkOffset(packed: Buffer): number {
  const indexBytes = (packed.readUInt32LE(packed.length - 8) + 1) * 4;
  return packed.length - 12 - indexBytes - 4;
}

function manyInTar(count: number): Buffer {
  const header = Buffer.alloc(512);
  header.write("ustar\u000000", 257, "latin1");
  header.write("0", 156, "latin1");
  header.write("0000644\0", 100, "latin1");
  const all = Buffer.alloc(512 * count);
  for (let index = 0; index < count; index++) {
    header.fill(0, 0, 100);
    header.write(`ventoy-9.9.9/f${index}`, 0, "latin1");
    setTarSize(header, "00000000000");
    header.copy(all, index * 512);
  }
  return all;
}

/** xz of so many MiB of zeroes. */
async function xzBomb(mib: number): Promise<Buffer> {
  const path = join(await temporaryFolder(), "bomb");
  await judge("sh", ["-c", `head -c ${mib * MIB} /dev/zero | xz -0 --check=crc32 >'${path}'`]);
  return readFile(path);
}

test("xz unpacks one after the other and side by side, bombs among them", async () => {
  const content = Buffer.alloc(3 * MIB, "all the same ");
  const good = await xzOf(content);
  const bomb = await xzBomb(50);
  const work = Array.from({ length: 12 }, async (_, index) => {
    if (index % 3 === 0) return unpackXz(good, content.length, "x");
    const bad = index % 3 === 1 ? bomb : good.subarray(0, good.length - 20);
    await expect(unpackXz(bad, content.length, "x")).rejects.toThrow(/x in it is/);
    return content;
  });
  for (const unpacked of await Promise.all(work)) expect(unpacked.equals(content)).toBe(true);
});

test("xz in several streams and blocks", async () => {
  const content = Buffer.concat([Buffer.alloc(MIB, "one "), Buffer.alloc(MIB, "two ")]);
  const [one, two] = [await xzOf(content.subarray(0, MIB)), await xzOf(content.subarray(MIB))];
  expect((await unpackXz(Buffer.concat([one, two]), 2 * MIB, "x")).equals(content)).toBe(true);
  const path = join(await temporaryFolder(), "x");
  await writeFile(path, content);
  await judge("xz", ["-T2", "--block-size=65536", "--check=crc32", path]);
  const packed = await readFile(`${path}.xz`);
  expect((await unpackXz(packed, 2 * MIB, "x")).equals(content)).toBe(true);
});

describe("tar", () => {
  test("hard links, as GNU tar packs them", async () => {
    const folder = await temporaryFolder();
    await judge("cp", ["-a", join(await ventoyTree(), "ventoy-9.9.9"), folder]);
    const top = join(folder, "ventoy-9.9.9");
    await link(join(top, "README"), join(top, "README.hard"));
    const archive = join(await temporaryFolder(), "a.tar.gz");
    await packTree(folder, archive);
    expect(await refusalOf(openVentoyRelease(archive))).toMatch(
      /member: .*README.* neither a file/,
    );
  });

  test("symbolic links, a pipe and a device, as GNU tar and zip pack them", async () => {
    for (const name of ["a.tar.gz", "a.zip"]) {
      const folder = await temporaryFolder();
      await judge("cp", ["-a", join(await ventoyTree(), "ventoy-9.9.9"), folder]);
      await symlink("README", join(folder, "ventoy-9.9.9/link"));
      const archive = join(await temporaryFolder(), name);
      if (name === "a.zip") await judge("zip", ["-q", "-y", "-r", archive, "."], { cwd: folder });
      else await packTree(folder, archive);
      expect(await refusalOf(openVentoyRelease(archive))).toMatch(
        /"(?:\.\/)?ventoy-9\.9\.9\/link"/,
      );
    }
  });

  test("two releases in one archive, as GNU tar packs them", async () => {
    const folder = await temporaryFolder();
    for (const version of ["1.0.98", "9.9.9"]) {
      await judge("cp", ["-a", join(await ventoyTree({ version }), `ventoy-${version}`), folder]);
    }
    for (const name of ["a.tar.gz", "a.zip"]) {
      const archive = join(await temporaryFolder(), name);
      await packTree(folder, archive);
      expect(await refusalOf(openVentoyRelease(archive))).toMatch(
        /mixed: .*two versions are mixed/,
      );
    }
  });

  test.each(["gnu", "pax", "ustar", "v7"])(
    "as GNU tar makes it with --format=%s",
    async (format) => {
      const archive = join(await temporaryFolder(), "a.tar.gz");
      const tree = await ventoyTree();
      await judge("tar", ["-czf", archive, `--format=${format}`, "-C", tree, "ventoy-9.9.9"]);
      const work = openVentoyRelease(archive);
      // tar-stream knows no archive without a magic, which nobody has made for thirty years.
      if (format === "v7") expect(await refusalOf(work)).toMatch(/damaged: .*unknown format/);
      else expect((await work).version).toBe("9.9.9");
    },
  );

  test.each([
    ["81", "\u0081\0\0\0\0\0\0\0\0\0\0\u0001"],
    ["ff", "\u00ff".repeat(12)],
    ["80, more than a number holds", `\u0080${"\u0001".repeat(11)}`],
    ["letters", "abcdefghijk"],
  ])("a size that is no number: %s", async (_, field) => {
    const [first, ...rest] = await neededMembers();
    const bytes = await tarOf([first, ...rest].filter((one) => one !== undefined));
    setTarSize(bytes, field);
    expect(await refused(gzipSync(bytes))).toMatch(/^ventoy-archive-/);
  });

  test("a folder that says it has content", async () => {
    const bytes = await tarOf([{ name: "ventoy-9.9.9", type: "directory" }]);
    setTarSize(bytes, "00000000777");
    expect(await refused(gzipSync(bytes))).toMatch(/damaged: .*size 511/);
  });

  test("what comes behind its end is counted", async () => {
    const bytes = await tarOf(await neededMembers());
    const some = gzipSync(Buffer.concat([bytes, Buffer.alloc(5 * MIB)]), { level: 1 });
    expect((await opened(some)).version).toBe("9.9.9");
    const path = join(await temporaryFolder(), "bomb.tar.gz");
    await writeFile(path, gzipSync(bytes));
    await writeFile(path, await gzipOfZeroes(300), { flag: "a" });
    expect(await refusalOf(openVentoyRelease(path))).toMatch(/too-large: .*unpacked it is larger/);
  });

  test("a gzip bomb stops at the limit and needs no memory", async () => {
    const path = join(await temporaryFolder(), "ventoy-9.9.9-linux.tar.gz");
    await writeFile(path, await gzipOfZeroes(600));
    const before = process.memoryUsage.rss();
    expect(await refusalOf(openVentoyRelease(path))).toMatch(/too-large: .*unpacked it is larger/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * MIB);
  });
});

async function gzipOfZeroes(mib: number): Promise<Buffer> {
  const path = join(await temporaryFolder(), "zeroes.gz");
  const zeroes = Buffer.alloc(MIB);
  const source = Readable.from(
    (function* () {
      for (let left = mib; left > 0; left--) yield zeroes;
    })(),
  );
  await pipeline(source, createGzip({ level: 1 }), createWriteStream(path));
  return readFile(path);
}

describe("zip", () => {
  test("as 7-Zip makes it, packed and not", async () => {
    const cwd = await ventoyTree();
    for (const method of ["Copy", "Deflate"]) {
      const archive = join(await temporaryFolder(), "a.zip");
      await judge("7z", ["a", "-tzip", "-bd", `-mm=${method}`, archive, "ventoy-9.9.9"], { cwd });
      expect((await openVentoyRelease(archive)).version).toBe("9.9.9");
    }
    for (const extra of [["-mm=BZip2"], ["-psecret"], ["-psecret", "-mem=AES256"]]) {
      const archive = join(await temporaryFolder(), "a.zip");
      await judge("7z", ["a", "-tzip", "-bd", ...extra, archive, "ventoy-9.9.9"], { cwd });
      expect(await refusalOf(openVentoyRelease(archive))).toMatch(
        /damaged: .*encrypted, or packed/,
      );
    }
  });

  test("a wrong CRC-32 of what isn't packed", async () => {
    const bytes = zipOf(await neededMembers(), 0);
    expect((await opened(bytes)).version).toBe("9.9.9");
    // The boot image's code, which no other check looks at.
    const at = bytes.indexOf("boot code of");
    bytes[at] = 0x42;
    expect(await refused(bytes)).toMatch(/damaged: .*boot\.img in it is damaged .*CRC-32/);
  });

  test("entries that have the same bytes in common", async () => {
    const many = await neededMembers();
    const shared = { name: "ventoy-9.9.9/f", data: Buffer.alloc(200_000, "x") };
    const bytes = zipOf([...many, shared], 0);
    const central = bytes.indexOf("PK\u0001\u0002");
    const end = bytes.lastIndexOf("PK\u0005\u0006");
    const entry = bytes.subarray(bytes.lastIndexOf("PK\u0001\u0002"), end);
    const others = Array.from({ length: 5 }, (_, index) => {
      const copy = Buffer.from(entry);
      copy.write(String(index), copy.length - 1);
      return copy;
    });
    const tail = Buffer.from(bytes.subarray(end));
    tail.writeUInt16LE(many.length + 6, 8);
    tail.writeUInt16LE(many.length + 6, 10);
    const all = Buffer.concat([bytes.subarray(0, end), ...others, tail]);
    expect(central).toBeGreaterThan(0);
    expect(await refused(all)).toMatch(/damaged: .*entries overlap/);
  });

  test("a bomb in what isn't needed is not unpacked, one in what is needed stops", async () => {
    const bomb = { name: "ventoy-9.9.9/README", data: Buffer.alloc(200 * MIB) };
    const bytes = await archiveOf("zip", [bomb, ...(await neededMembers())]);
    const before = process.memoryUsage.rss();
    expect((await opened(bytes)).version).toBe("9.9.9");
    const members = await withMember("boot/boot.img", undefined);
    const lies = { name: "ventoy-9.9.9/boot/boot.img", data: bomb.data, saysBytes: 512 };
    expect(await refused(await archiveOf("zip", [lies, ...members]))).toMatch(
      /damaged: .*boot\.img in it is damaged .*too many bytes/,
    );
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * MIB);
  });
});

test("a tar under a zip's name, a zip under a tar's, and a .tar.gz that was unpacked", async () => {
  const { archive } = await ventoyRelease();
  const folder = await temporaryFolder();
  const zip = join(folder, "ventoy-9.9.9-windows.zip");
  await copyFile(archive, zip);
  expect((await openVentoyRelease(zip)).version).toBe("9.9.9");
  const tar = gunzipSync(await readFile(archive));
  expect(await refused(tar, basename(archive))).toMatch(/unknown: .*neither like a \.tar\.gz/);
});
