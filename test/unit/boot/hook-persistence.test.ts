/** The hook's guard, run by the kit's busybox: nothing is written where the persistence file isn't any more. */
import { createHash, randomBytes } from "node:crypto";
import { chmod, copyFile, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { testKit } from "../../support/kit.ts";
import { suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const SCRIPT = join(packageRoot(), "payloads/hook/persistence");
const UUID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const MIB = 1 << 20;
const SIZE = 16 * MIB;

let folder = "";
let busybox = "";
let partition = "";
let volume: Buffer;

beforeAll(async () => {
  folder = await suiteFolder();
  busybox = join(folder, "busybox");
  await copyFile(join((await testKit()).folder, "files/linux/busybox"), busybox);
  await chmod(busybox, 0o755);
  partition = join(folder, "partition");
  const image = join(folder, "volume");
  await judge("truncate", ["-s", String(SIZE), image]);
  await judge("mke2fs", ["-q", "-F", "-t", "ext4", "-U", UUID, image]);
  volume = await readFile(image);
});

/** Lays the volume into the partition at these extents (sectors), among random bytes. */
async function lay(extents: readonly (readonly [start: number, length: number])[]) {
  await writeFile(partition, randomBytes(24 * MIB));
  const file = await open(partition, "r+");
  let at = 0;
  for (const [start, length] of extents) {
    await file.write(volume, at, length * 512, start * 512);
    at += length * 512;
  }
  await file.close();
  return extents.map(([start, length]) => `${start}+${length}`).join(",");
}

/** What the guard says; empty where the sectors may be written to. */
async function guard(list: string, args: Record<string, string>): Promise<string> {
  const known = Object.entries(args).map(([name, value]) => `${name}) printf %s '${value}' ;;`);
  const script = `
    L=${folder} B=${busybox}
    fail() { printf '%s\\n' "$*"; }
    argument() { case $1 in ${known.join(" ")} *) return 1 ;; esac; }
    . ${SCRIPT}
    may_write ${partition} ${list} && echo ok`;
  const said = await judge(busybox, ["sh", "-c", script], { accept: [0, 1] });
  return said.trim() === "ok" ? "" : said;
}

const uuid = { "lifeboat.persist-uuid": UUID };

describe("the file system", () => {
  test.each([
    ["one extent", [[4096, 32768]]],
    // Clusters of 512 bytes: each sector of the superblock in an extent of its own.
    [
      "pieces",
      [
        [9000, 1],
        [9004, 1],
        [9010, 1],
        [9020, 1],
        [10_000, 32_764],
      ],
    ],
  ] as const)("in %s is known by its UUID", async (_name, extents) => {
    const list = await lay(extents);
    expect(await guard(list, uuid)).toBe("");
    const other = { "lifeboat.persist-uuid": UUID.replace("0f", "1f") };
    expect(await guard(list, other)).toMatch(/^changes will NOT be kept: another file system/);
    expect(await guard(list, {})).toMatch(/another file system/);
  });

  test("that is gone, or larger than the place it lies in", async () => {
    const list = await lay([[4096, 32_768]]);
    expect(await guard("4097+32768", uuid)).toMatch(/there is no ext4/);
    expect(await guard("99999999+32768", uuid)).toMatch(/there is no ext4/);
    expect(await guard("4096+32767", uuid)).toMatch(/larger than the persistence file/);
    expect(await guard(list, uuid)).toBe("");
    // Counts of more than 32 bits.
    volume.writeUInt32LE(volume.readUInt32LE(1024 + 96) | 128, 1024 + 96);
    volume.writeUInt32LE(1, 1024 + 336);
    await lay([[4096, 32_768]]);
    expect(await guard(list, uuid)).toMatch(/larger than the persistence file/);
    volume.writeUInt32LE(0, 1024 + 336);
    await lay([[4096, 32_768]]);
    expect(await guard(list, uuid)).toBe("");
  });
});

test("what says where the file lies must be what it was at the last refresh", async () => {
  const list = await lay([[4096, 32_768]]);
  const bytes = await readFile(partition);
  const parts = [bytes.subarray(1000, 1004), bytes.subarray(70_000, 70_000 + 200_000)];
  const sum = createHash("sha256").update(Buffer.concat(parts)).digest("hex");
  const check = { ...uuid, "lifeboat.persist-check": `${sum}@1000+4,70000+200000` };
  expect(await guard(list, check)).toBe("");
  await writeFile(join(folder, "persist-check"), `${sum}@1000+4,70000+200000\n`);
  expect(await guard(list, { ...uuid, "lifeboat.persist-check": "@" })).toBe("");
  const file = await open(partition, "r+");
  await file.write(Buffer.from([(bytes[1003] ?? 0) ^ 1]), 0, 1, 1003);
  await file.close();
  expect(await guard(list, check)).toMatch(/was moved, changed in size or deleted/);
});
