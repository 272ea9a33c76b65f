/** What archives and folders become in an initrd: GNU tar, GNU cpio and 7-Zip make them, GNU cpio unpacks what is made of them. */
import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { pack } from "tar-stream";
import type { Header } from "tar-stream";
import { describe, expect, test } from "vitest";
import { InitrdTree, MOST_BYTES, MOST_ENTRIES } from "../../../../src/stick/extras/initrd-tree.ts";
import { addFolder, unpackArchive } from "../../../../src/stick/extras/unpack.ts";
import { memoryVolume } from "../../../support/memory-volume.ts";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { MIB } from "../../../support/sticks.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

/** The tree that the hook finds, as find shows it: kind, mode, path, and where links lead or the content of files. */
async function listed(tree: InitrdTree): Promise<string[]> {
  const folder = await temporaryFolder();
  execFileSync("cpio", ["-idm", "--quiet"], { cwd: folder, input: tree.toCpio() });
  const list = await judge("find", [".", "-mindepth", "2", "-printf", "%y %m %P %l\n"], {
    cwd: folder,
  });
  const lines = list.split("\n").filter((line) => line !== "");
  const shown = lines.map(async (line) => {
    const [kind, mode, path = "", target] = line.split(" ");
    if (kind === "l") return `l ${path} -> ${target}`;
    const content = kind === "f" ? ` ${await readFile(join(folder, path), "utf8")}` : "";
    return `${kind} ${mode} ${path}${content}`;
  });
  return (await Promise.all(shown)).toSorted();
}

async function unpacked(bytes: Buffer): Promise<string[]> {
  const tree = new InitrdTree();
  await unpackArchive(bytes, tree);
  return listed(tree);
}

async function refused(bytes: Buffer): Promise<string> {
  const tree = new InitrdTree();
  const said = await unpackArchive(bytes, tree).then(
    () => "nothing",
    (error: unknown) => {
      expect(error).toMatchObject({ code: "not-for-initrd" });
      return (error as Error).message;
    },
  );
  return said;
}

/** A tree as a user might have it, packed by `program`. */
async function packed(program: "tar" | "cpio" | "7z"): Promise<Buffer> {
  const folder = await temporaryFolder();
  const root = join(folder, "root");
  await mkdir(join(root, "etc/empty"), { recursive: true });
  await mkdir(join(root, "run/lifeboat/notes"), { recursive: true });
  await writeFile(join(root, "etc/motd"), "hello");
  await writeFile(join(root, "etc/run.sh"), "#!/bin/sh");
  await chmod(join(root, "etc/run.sh"), 0o4750);
  await writeFile(join(root, "run/lifeboat/notes/a b"), "seen");
  await symlink("../../outside", join(root, "etc/link"));
  const archive = join(folder, "archive");
  if (program === "tar") await judge("tar", ["-cf", archive, "-C", root, "."]);
  else if (program === "cpio") {
    await judge("sh", ["-c", `find . | cpio --quiet -o -H newc >'${archive}'`], { cwd: root });
  } else await judge("7z", ["a", "-tzip", "-snl", "-bd", archive, "."], { cwd: root });
  return readFile(program === "7z" ? `${archive}.zip` : archive);
}

describe.each(["tar", "cpio", "7z"] as const)("an archive of %s", (program) => {
  test("keeps modes and links, and goes where the hook looks", async () => {
    const bytes = await packed(program);
    const tree = new InitrdTree();
    await unpackArchive(bytes, tree);
    const folder = await temporaryFolder();
    execFileSync("cpio", ["-idm", "--quiet"], { cwd: folder, input: tree.toCpio() });
    expect(await readFile(join(folder, "lifeboat/run/notes/a b"), "utf8")).toBe("seen");
    const find = ["lifeboat", "-mindepth", "1", "-printf", "%y %m %p|%l\n"];
    const found = (await judge("find", find, { cwd: folder })).trim().split("\n").toSorted();
    const wanted = [
      "d 755 lifeboat/root|",
      "d 755 lifeboat/root/etc|",
      "d 755 lifeboat/root/etc/empty|",
      "d 755 lifeboat/root/run|",
      "d 755 lifeboat/run|",
      "d 755 lifeboat/run/notes|",
      "f 644 lifeboat/root/etc/motd|",
      // What would make somebody root is gone, the rest of the mode is not.
      "f 750 lifeboat/root/etc/run.sh|",
      "f 644 lifeboat/run/notes/a b|",
      "l 777 lifeboat/root/etc/link|../../outside",
    ];
    expect(found).toEqual(wanted.toSorted());
  });

  test("is the same with gzip around it, and the same each time", async () => {
    const bytes = await packed(program);
    const [a, b] = [new InitrdTree(), new InitrdTree()];
    await unpackArchive(bytes, a);
    if (program !== "7z") await unpackArchive(gzipSync(bytes), b);
    else await unpackArchive(bytes, b);
    expect(a.toCpio().equals(b.toCpio())).toBe(true);
  });

  test("that is damaged is refused or read, never anything else", async () => {
    const bytes = await packed(program);
    const areas = [{ start: 0, length: bytes.length }];
    const options = { areas, iterations: fuzzRounds(150), seed: 7 };
    const count = await mutate(bytes, options, async (range) => {
      await unpackArchive(Buffer.from(range.bytes), new InitrdTree());
    });
    expect(count).toBeGreaterThan(0);
    for (const length of [1, 6, 100, 111, 512, bytes.length >> 1, bytes.length - 700]) {
      const cut = bytes.subarray(0, length);
      await unpackArchive(cut, new InitrdTree()).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "not-for-initrd" });
      });
    }
  });
});

/** A tar with these members, whatever they are called. */
async function tarOf(
  members: readonly (Partial<Header> & { name: string; data?: string | Buffer })[],
): Promise<Buffer> {
  const packer = pack();
  for (const { data = "", ...header } of members) packer.entry(header, data);
  packer.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe("hostile archives", () => {
  test.each([
    ["../outside", /would lead out/],
    ["etc/../../outside", /would lead out/],
    [`${"x".repeat(300)}/a`, /would lead out/],
    ["lifeboat/init", /belongs to the hook/],
    ["./lifeboat/../lifeboat/x", /would lead out/],
  ])("a member %s", async (name, why) => {
    expect(await refused(await tarOf([{ name, data: "x" }]))).toMatch(why);
  });

  test("an absolute member lies in the initrd", async () => {
    const lines = await unpacked(await tarOf([{ name: "/etc/x", data: "x" }]));
    expect(lines).toContain("f 644 lifeboat/root/etc/x x");
  });

  test("nothing is written through a link, nor over a folder", async () => {
    const link = { name: "etc", type: "symlink", linkname: "/" } as const;
    expect(await refused(await tarOf([link, { name: "etc/passwd", data: "x" }]))).toMatch(
      /"etc", which is no folder/,
    );
    const file = { name: "etc", data: "x" };
    expect(await refused(await tarOf([{ name: "etc/passwd", data: "x" }, file]))).toMatch(
      /a folder and something else/,
    );
    expect(await refused(await tarOf([file, { name: "etc/passwd", data: "x" }]))).toMatch(
      /no folder/,
    );
  });

  test("hard links are files of their own; one to nowhere is refused", async () => {
    const first = { name: "a", data: "x", mode: 0o755 };
    const lines = await unpacked(await tarOf([first, { name: "b", type: "link", linkname: "a" }]));
    expect(lines).toContain("f 755 lifeboat/root/b x");
    expect(await refused(await tarOf([{ name: "b", type: "link", linkname: "a" }]))).toMatch(
      /to be the same file/,
    );
    const folder = await temporaryFolder();
    await writeFile(join(folder, "a"), "linked");
    const link = "ln a b && printf 'a\\nb\\n' | cpio --quiet -o -H newc >c.cpio";
    await judge("sh", ["-c", link], { cwd: folder });
    expect(await unpacked(await readFile(join(folder, "c.cpio")))).toEqual([
      "d 755 lifeboat/root",
      "f 644 lifeboat/root/a linked",
      "f 644 lifeboat/root/b linked",
    ]);
  });

  test("devices are refused", async () => {
    const node = { name: "dev/sda", type: "block-device", devmajor: 8, devminor: 0 } as const;
    expect(await refused(await tarOf([node]))).toMatch(/neither a file, a folder nor/);
  });

  test("bombs: of gzip, of zip, of many members", async () => {
    const zeroes = await tarOf([{ name: "zeroes", data: Buffer.alloc(MOST_BYTES + 1) }]);
    expect(await refused(gzipSync(zeroes))).toMatch(/together larger than 64/);
    expect(await refused(gzipSync(Buffer.alloc(3 * MOST_BYTES)))).toMatch(/larger than 64/);
    const folder = await temporaryFolder();
    await judge("truncate", ["-s", String(MOST_BYTES + 1), join(folder, "zeroes")]);
    await judge("7z", ["a", "-tzip", "-mx1", "-bd", "bomb.zip", "zeroes"], { cwd: folder });
    expect(await refused(await readFile(join(folder, "bomb.zip")))).toMatch(/larger than 64/);
    const many = Array.from({ length: MOST_ENTRIES + 1 }, (_, index) => ({ name: `f${index}` }));
    expect(await refused(await tarOf(many))).toMatch(/more than 20000/);
  });

  test("a zip's names and encrypted members", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "aa_evil"), "x");
    await judge("7z", ["a", "-tzip", "-bd", "a.zip", "aa_evil"], { cwd: folder });
    const bytes = await readFile(join(folder, "a.zip"));
    const evil = Buffer.from(bytes.toString("latin1").replaceAll("aa_evil", "../evil"), "latin1");
    expect(await refused(evil)).toMatch(/damaged: invalid relative path/);
    await judge("7z", ["a", "-tzip", "-psecret", "-bd", "b.zip", "aa_evil"], { cwd: folder });
    expect(await refused(await readFile(join(folder, "b.zip")))).toMatch(/encrypted/);
  });

  test("what is no archive", async () => {
    expect(await refused(Buffer.from("d-i preseed"))).toMatch(/neither a folder nor an archive/);
    expect(await refused(Buffer.alloc(0))).toMatch(/neither/);
    expect(await refused(gzipSync("x"))).toMatch(/neither/);
  });

  test("whatever names a tar has, cpio unpacks it inside of the hook's folder", async () => {
    const name = fc
      .array(fc.constantFrom("..", ".", "a", "b", "run", "lifeboat", "", "c d", "'$(x)"), {
        maxLength: 5,
      })
      .map((parts) => parts.join("/"));
    const type = fc.constantFrom("file", "directory", "symlink");
    const member = fc.record({ name, type, linkname: name });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 6 }), async (members) => {
        const tree = new InitrdTree();
        try {
          await unpackArchive(await tarOf(members.filter((one) => one.name !== "")), tree);
        } catch (error) {
          expect(error).toMatchObject({ code: "not-for-initrd" });
          return;
        }
        const paths = execFileSync("cpio", ["-t", "--quiet"], { input: tree.toCpio() });
        for (const path of paths.toString().trimEnd().split("\n")) {
          expect(path).toMatch(/^lifeboat(\/(root|run)(\/|$)|$)/);
          expect(path.split("/")).not.toContain("..");
          expect(path).not.toMatch(/^lifeboat\/root\/lifeboat/);
        }
      }),
      { numRuns: fuzzRounds(60) },
    );
  });
});

describe("a folder of the data partition", () => {
  test("goes in with programs as such, and without what desktops leave", async () => {
    const volume = memoryVolume({
      "/x/etc/motd": "hello",
      "/x/bin/run": "#!/bin/sh",
      "/x/bin/elf": Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1]),
      "/x/._motd": "macOS",
      "/x/.DS_Store": "macOS",
      "/y/other": "not this",
    });
    const tree = new InitrdTree();
    await addFolder(volume, "/x", tree);
    const lines = await listed(tree);
    expect(lines).toHaveLength(6);
    expect(lines).toContain("f 644 lifeboat/root/etc/motd hello");
    expect(lines).toContain("f 755 lifeboat/root/bin/run #!/bin/sh");
    expect(lines.some((line) => line.startsWith("f 755 lifeboat/root/bin/elf"))).toBe(true);
    expect(lines.join()).not.toMatch(/macOS|not this/);
  });

  test("that is too large is refused before it is read", async () => {
    const volume = memoryVolume({ "/x/a": Buffer.alloc(40 * MIB), "/x/b": Buffer.alloc(40 * MIB) });
    await expect(addFolder(volume, "/x", new InitrdTree())).rejects.toMatchObject({
      code: "not-for-initrd",
    });
  });
});
