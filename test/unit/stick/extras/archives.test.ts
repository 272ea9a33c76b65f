/** What archives and folders become in an initrd: GNU tar, GNU cpio and 7-Zip make them, GNU cpio unpacks what is made of them. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { pack } from "tar-stream";
import type { Header } from "tar-stream";
import { describe, expect, test } from "vitest";
import {
  InitrdTree,
  MOST_BYTES,
  MOST_ENTRIES,
  MOST_HEADERS,
} from "../../../../src/stick/extras/initrd-tree.ts";
import { planExtras } from "../../../../src/stick/extras/plan.ts";
import { addFolder, unpackArchive } from "../../../../src/stick/extras/unpack.ts";
import type { IsoRecord } from "../../../../src/stick/manifest.ts";
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

test("a folder in a tar that says it has content is refused, not waited for", async () => {
  const bytes = await packed("tar");
  const header = bytes.subarray(0, 512);
  expect(header.toString("latin1", 156, 157)).toBe("5");
  header.write("00000000777", 124, "latin1");
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  expect(await refused(bytes)).toContain("tar, ");
});

test("a member of a tar whose size is no number is refused, not waited for", async () => {
  const bytes = await tarOf([{ name: "a", data: "hello" }]);
  bytes.write("\u0081\0\0\0\0\0\0\0\0\0\0\u0001", 124, "latin1");
  bytes.fill(0x20, 148, 156);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  expect(await refused(bytes)).toContain("tar, a");
});

test("a file of a zip that isn't packed is held against its CRC-32", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "motd"), "hello");
  await judge("7z", ["a", "-tzip", "-mm=Copy", "-bd", "x.zip", "motd"], { cwd: folder });
  const bytes = await readFile(join(folder, "x.zip"));
  bytes[bytes.indexOf("hello")] = 0x48;
  expect(await refused(bytes)).toContain("CRC-32, motd");
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

/** A member of a cpio: what `encodeCpio` never makes. */
function cpioMember(name: string, { inode = 1, links = 1, data = "" } = {}): Buffer {
  const mode = name === "TRAILER!!!" ? 0 : 0o100644;
  const fields = [inode, mode, 0, 0, links, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  const filled = (text: string) => text.padEnd((text.length + 3) & ~3, "\0");
  return Buffer.from(filled(`${header}${name}\0`) + filled(data));
}

const CPIO_END = cpioMember("TRAILER!!!");

describe("hard links of a cpio", () => {
  /** As GNU cpio packs some of the links that a folder has. */
  async function linkedCpio(content: string, names: string): Promise<Buffer> {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "a"), content);
    const script = `ln a b; ln a c; printf '${names}' | cpio --quiet -o -H newc >out.cpio`;
    await judge("sh", ["-c", script], { cwd: folder });
    return readFile(join(folder, "out.cpio"));
  }

  test.each(["", "linked"])(
    "GNU cpio's, content %j, others outside of the archive",
    async (text) => {
      expect(await unpacked(await linkedCpio(text, "a\\nb\\n"))).toEqual([
        "d 755 lifeboat/root",
        `f 644 lifeboat/root/a ${text}`,
        `f 644 lifeboat/root/b ${text}`,
      ]);
      expect(await unpacked(await linkedCpio(text, "c\\n"))).toEqual([
        "d 755 lifeboat/root",
        `f 644 lifeboat/root/c ${text}`,
      ]);
      expect(await unpacked(await linkedCpio(text, "a\\nb\\nc\\n"))).toHaveLength(4);
    },
  );

  test.each([
    ["the first", ["x", "", ""]],
    ["the second", ["", "x", ""]],
    ["the last", ["", "", "x"]],
    ["each", ["x", "x", "x"]],
  ])("data with %s: as GNU cpio unpacks it", async (_, contents) => {
    for (const links of [3, 4]) {
      const members = contents.map((data, index) => cpioMember(`f${index}`, { links, data }));
      const other = cpioMember("other", { inode: 2, links: 2 });
      const bytes = Buffer.concat([...members, other, CPIO_END]);
      expect(await unpacked(bytes)).toEqual([
        "d 755 lifeboat/root",
        "f 644 lifeboat/root/f0 x",
        "f 644 lifeboat/root/f1 x",
        "f 644 lifeboat/root/f2 x",
        "f 644 lifeboat/root/other ",
      ]);
      const folder = await temporaryFolder();
      execFileSync("cpio", ["-id", "--quiet"], { cwd: folder, input: bytes });
      for (const name of ["f0", "f1", "f2"]) {
        expect(await readFile(join(folder, name), "utf8")).toBe("x");
      }
    }
  });

  test("a number that comes again once all its links were there is another file's", async () => {
    const one = { links: 2, data: "one" };
    const files = [
      cpioMember("a", one),
      cpioMember("b", { links: 2 }),
      cpioMember("c", { links: 2 }),
    ];
    expect(await unpacked(Buffer.concat([...files, CPIO_END]))).toEqual([
      "d 755 lifeboat/root",
      "f 644 lifeboat/root/a one",
      "f 644 lifeboat/root/b one",
      "f 644 lifeboat/root/c ",
    ]);
  });
});

test("zeroes between cpios, and behind them", async () => {
  const cpio = (name: string) => Buffer.concat([cpioMember(name, { data: name }), CPIO_END]);
  const zeroes = Buffer.alloc(4 * MIB);
  expect(await unpacked(Buffer.concat([cpio("a"), zeroes, cpio("b"), zeroes]))).toEqual([
    "d 755 lifeboat/root",
    "f 644 lifeboat/root/a a",
    "f 644 lifeboat/root/b b",
  ]);
  expect(await refused(Buffer.concat([cpio("a"), zeroes, Buffer.from("x")]))).toMatch(/damaged/);
});

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

  test.each([
    ["links without end", cpioMember("a", { links: 0xffffffff })],
    ["one name", cpioMember("a")],
    ["ends", CPIO_END],
  ])("a cpio of nothing but headers: %s", async (_, header) => {
    const few = Buffer.concat([...Array<Buffer>(MOST_HEADERS - 1).fill(header), CPIO_END]);
    expect(await refused(few)).toBe("nothing");
    const many = Buffer.alloc(300_000 * header.length, header);
    expect(await refused(gzipSync(many))).toMatch(/more than 20000/);
  });

  test("a tar of one name", async () => {
    const many = Array.from({ length: MOST_HEADERS + 1 }, () => ({ name: "a" }));
    expect(await refused(await tarOf(many))).toMatch(/more than 20000/);
  });

  test("a zip whose members replace each other", async () => {
    const folder = await temporaryFolder();
    const names = ["zeroes-1", "zeroes-2", "zeroes-3"];
    await judge("truncate", ["-s", String(30 * MIB), ...names], { cwd: folder });
    await judge("7z", ["a", "-tzip", "-mx1", "-bd", "a.zip", ...names], { cwd: folder });
    const text = (await readFile(join(folder, "a.zip"))).toString("latin1");
    const same = Buffer.from(text.replaceAll(/zeroes-\d/g, "zeroes-1"), "latin1");
    expect(await refused(same)).toMatch(/together larger than 64/);
  });

  test("a zip whose members are the same bytes", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "noise"), randomBytes(MIB));
    await judge("7z", ["a", "-tzip", "-bd", "a.zip", "noise"], { cwd: folder });
    const bytes = await readFile(join(folder, "a.zip"));
    expect(await refused(bytes)).toBe("nothing");
    // Its end (APPNOTE.TXT 4.3.16) says how many members the directory has, its size, and where it begins.
    const end = Buffer.from(bytes.subarray(bytes.length - 22));
    const start = end.readUInt32LE(16);
    const directory = bytes.subarray(start, bytes.length - 22);
    end.writeUInt16LE(2, 8);
    end.writeUInt16LE(2, 10);
    end.writeUInt32LE(2 * directory.length, 12);
    const twice = Buffer.concat([bytes.subarray(0, start), directory, directory, end]);
    expect(await refused(twice)).toMatch(/entries overlap/);
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

test("a cancelled job is heard before the next source is read", async () => {
  const record: IsoRecord = {
    path: "/a.iso",
    size: 0,
    modified: null,
    extents: null,
    sha256: null,
    volumeId: "",
    uuid: "",
    family: "",
    name: "",
    version: "",
    arch: [],
    firmware: [],
    entries: [
      {
        title: "",
        firmware: [],
        method: { kind: "linux", kernel: "/k", initrd: ["/i"], args: "", hook: true },
        via: "hook",
        secureBoot: "not-needed",
      },
    ],
    problems: [],
  };
  const settings = { images: { "/a.iso": { inject: ["/x", "/y", "/z"] } } };
  const memory = memoryVolume({ "/x/a": "x", "/y/a": "y", "/z/a": "z" });
  const read = async (last: string) => {
    const abort = new AbortController();
    const paths: string[] = [];
    const open: typeof memory.open = async (path) => {
      paths.push(path);
      if (path === last) abort.abort(new Error("Ctrl-C"));
      return memory.open(path);
    };
    const job = { report: () => {}, signal: abort.signal };
    const plan = planExtras(record, settings, { ...memory, open }, job);
    const end = await plan.then(({ problems }) => problems, String);
    return { paths, end };
  };
  expect(await read("/y/a")).toEqual({ paths: ["/x/a", "/y/a"], end: "Error: Ctrl-C" });
  expect(await read("")).toEqual({ paths: ["/x/a", "/y/a", "/z/a"], end: [] });
});
