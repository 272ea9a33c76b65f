/** Archives that are unpacked into initrds. */
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { InitrdTree } from "../../../src/stick/extras/initrd-tree.ts";
import { unpackArchive } from "../../../src/stick/extras/unpack.ts";
import { run } from "../../../src/system/run.ts";
import type { FuzzedReader, Seed } from "../reader.ts";

async function archiveTree(folder: string): Promise<string> {
  const root = join(folder, "root");
  await mkdir(join(root, "etc/empty"), { recursive: true });
  await mkdir(join(root, "run/lifeboat/notes"), { recursive: true });
  await writeFile(join(root, "etc/motd"), "hello\n".repeat(40));
  await writeFile(join(root, "etc/run.sh"), "#!/bin/sh\n");
  await chmod(join(root, "etc/run.sh"), 0o4750);
  await writeFile(join(root, "run/lifeboat/notes", "n".repeat(90)), "seen");
  await symlink("../../outside", join(root, "etc/link"));
  await run("ln", [join(root, "etc/motd"), join(root, "etc/hard link")]);
  return root;
}

const BLOCK = 512;

/** The checksum of each header that looks like one (POSIX, "ustar Interchange Format"). */
export function repairTar(bytes: Buffer): void {
  for (let at = 0; at + BLOCK <= bytes.length; at += BLOCK) {
    if (bytes.toString("latin1", at + 257, at + 262) !== "ustar") continue;
    bytes.fill(0x20, at + 148, at + 156);
    const sum = bytes.subarray(at, at + BLOCK).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148, "latin1");
  }
}

async function read({ bytes }: { bytes: Buffer }): Promise<"whole"> {
  const tree = new InitrdTree();
  await unpackArchive(bytes, tree);
  tree.toCpio();
  return "whole";
}

export const cpio: FuzzedReader = {
  name: "cpio",
  what: "newc archives by GNU cpio",
  kind: "document",
  makeSeeds: async (folder) => {
    const cwd = await archiveTree(folder);
    const seeds: Seed[] = [];
    for (const format of ["newc", "crc"]) {
      const archive = join(folder, format);
      await run("sh", ["-c", `find . | sort | cpio --quiet -o -H ${format} >'${archive}'`], {
        cwd,
      });
      seeds.push({ name: format, bytes: await readFile(archive) });
    }
    return seeds;
  },
  tokens: ["070701", "070702", "TRAILER!!!\0", "00000000", "FFFFFFFF", "../", "/", "\0\0\0\0"],
  read,
};

export const tar: FuzzedReader = {
  name: "tar",
  what: "ustar, GNU and pax archives by GNU tar, also with gzip",
  kind: "document",
  makeSeeds: async (folder) => {
    const root = await archiveTree(folder);
    const seeds: Seed[] = [];
    for (const format of ["gnu", "pax", "ustar"]) {
      const archive = join(folder, format);
      const fixed = ["--mtime=@1790000000", "--sort=name", "--owner=0", "--group=0", "-b", "1"];
      await run("tar", ["-cf", archive, `--format=${format}`, ...fixed, "-C", root, "."]);
      seeds.push({ name: format, bytes: await readFile(archive) });
    }
    const packed = seeds.map(({ name, bytes }) => ({ name: `${name}.gz`, bytes: gzipSync(bytes) }));
    return [...seeds, ...packed.slice(0, 1)];
  },
  tokens: [
    "ustar\0",
    "ustar  \0",
    "00000000000",
    "77777777777",
    "../",
    "\x80\0\0\0\xff",
    "30 path=x\n",
  ],
  repairDocument: repairTar,
  read,
};

export const zip: FuzzedReader = {
  name: "zip",
  what: "zip archives by 7-Zip",
  kind: "document",
  makeSeeds: async (folder) => {
    const cwd = await archiveTree(folder);
    const seeds: Seed[] = [];
    for (const method of ["Copy", "Deflate"]) {
      const archive = join(folder, `${method}.zip`);
      await run("7z", ["a", "-tzip", "-snl", "-bd", `-mm=${method}`, archive, "."], { cwd });
      seeds.push({ name: method, bytes: await readFile(archive) });
    }
    return seeds;
  },
  tokens: [
    "PK\u0003\u0004",
    "PK\u0001\u0002",
    "PK\u0005\u0006",
    "PK\u0006\u0006",
    "../",
    "\0\0\0\0",
  ],
  read,
};
