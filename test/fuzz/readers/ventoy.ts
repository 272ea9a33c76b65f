/** Ventoy releases that users bring, and the disk image in them. */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { MemoryRange } from "../../../src/block/memory.ts";
import { hasSecureBoot, versionOnEsp, withoutSecureBoot } from "../../../src/boot/ventoy/esp.ts";
import { openVentoyRelease } from "../../../src/boot/ventoy/release/release.ts";
import { openFat } from "../../../src/filesystems/fat32/index.ts";
import { run } from "../../../src/system/run.ts";
import {
  ventoyParts,
  ventoyRelease as madeRelease,
  ventoyTree,
} from "../../support/ventoy-release.ts";
import type { FuzzedReader, Seed } from "../reader.ts";
import { repairTar } from "./archives.ts";

export const ventoyRelease: FuzzedReader = {
  name: "ventoy-release",
  what: "Ventoy releases by tar, zip, 7-Zip and xz: archive, members, xz, disk image",
  kind: "document",
  makeSeeds: async (folder) => {
    const [tar, zip] = [await madeRelease(), await madeRelease({ form: "zip" })];
    const packed = await readFile(tar.archive);
    const stored = join(folder, "stored.zip");
    const options = ["-tzip", "-bd", "-mm=Copy"];
    await run("7z", ["a", ...options, stored, "ventoy-9.9.9"], { cwd: await ventoyTree() });
    return [
      // Read with gzip around it: what is changed behind gzip's own checksum is hardly ever looked at.
      { name: "tar", bytes: gunzipSync(packed) },
      { name: "tar.gz", bytes: packed },
      { name: "zip", bytes: await readFile(zip.archive) },
      { name: "stored.zip", bytes: await readFile(stored) },
    ];
  },
  tokens: [
    "ustar\0",
    "ustar  \0",
    "00000000000",
    "77777777777",
    "../",
    "ventoy-9.9.9/",
    "boot/boot.img",
    "ventoy/version",
    "\x80\0\0\0\xff",
    "\x81\0\0\0",
    "PK\u0001\u0002",
    "PK\u0003\u0004",
    "PK\u0005\u0006",
    "\u00fd7zXZ\0",
  ],
  repairDocument: repairTar,
  read: async ({ bytes, seed }) => {
    const path = join(scratchFolder(), "archive");
    await writeFile(path, seed === "tar" ? gzipSync(bytes, { level: 1 }) : bytes);
    const { version, bootImage, coreImage, diskImage } = await openVentoyRelease(path);
    const sizes = [bootImage.length, coreImage.length, diskImage.length].join();
    if (sizes !== "512,1048064,33554432") throw new Error(`parts of ${sizes} bytes`);
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`version ${version}`);
    return "whole";
  },
};

export const ventoyEsp: FuzzedReader = {
  name: "ventoy-esp",
  what: "Ventoy's disk image, FAT16 by mkfs.fat and mtools: without Secure Boot, version",
  kind: "image",
  makeSeeds: async () => {
    const { diskImage } = await ventoyParts();
    const fat = diskImage.readUInt16LE(14) * 512;
    const root = fat + 2 * diskImage.readUInt16LE(22) * 512;
    const hot = [
      { start: 0, length: 64 },
      { start: fat, length: 800 },
      { start: root, length: 1024 },
      { start: root + 16_384, length: 512 * 8 },
    ];
    const seed: Seed = { name: "disk image", bytes: diskImage, hot };
    return [seed];
  },
  read: async ({ bytes }) => {
    const after = withoutSecureBoot(bytes);
    if (after.length !== bytes.length) throw new Error(`${after.length} bytes`);
    const volume = await openFat(new MemoryRange(after));
    await versionOnEsp(volume);
    return (await hasSecureBoot(volume)) ? "part" : "whole";
  },
};

let folder: string | undefined;

function scratchFolder(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), "lifeboat-fuzz-ventoy-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  folder = made;
  return made;
}
