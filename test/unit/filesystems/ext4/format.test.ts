import { join } from "node:path";
import { stat } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createFile, openFile } from "../../../../src/block/file.ts";
import { formatExt4 } from "../../../../src/filesystems/ext4/format.ts";
import { run } from "../../../../src/system/run.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { fsckIsClean, makeVolume, MIB, NOW, readAll, sha256, tree, UUID } from "./support.ts";

const GIB = 1024 * MIB;

async function patterned(size: number): Promise<string> {
  const path = join(await temporaryFolder(), "image");
  const file = await createFile(path, size);
  for (let at = 0; at < size; at += MIB) await file.write(at, Buffer.alloc(MIB, 0xa5));
  await file.close();
  return path;
}

const WANTED = { label: "LIFEBOAT", uuid: UUID, run, now: NOW };

test("nothing outside the volume is touched, and the image keeps its length", async () => {
  const path = await patterned(40 * MIB);
  const offsetBytes = 3 * MIB + 512;
  // Not a whole number of blocks: the rest must stay too.
  await formatExt4({ ...WANTED, path, offsetBytes, sizeBytes: 32 * MIB + 1536 });
  expect((await stat(path)).size).toBe(40 * MIB);
  const file = await openFile(path);
  const bytes = await readAll(file);
  await file.close();
  const isKept = (byte: number) => byte === 0xa5;
  expect(bytes.subarray(0, offsetBytes).every(isKept)).toBe(true);
  expect(bytes.subarray(offsetBytes + 32 * MIB).every(isKept)).toBe(true);
  await fsckIsClean(`${path}?offset=${offsetBytes}`);
});

test("the same format comes out twice, byte for byte", async () => {
  const sums: string[] = [];
  for (let turn = 0; turn < 2; turn++) {
    const path = join(await temporaryFolder(), "image");
    await (await createFile(path, 32 * MIB)).close();
    await formatExt4({ ...WANTED, path, offsetBytes: 0, sizeBytes: 32 * MIB });
    const file = await openFile(path);
    sums.push(sha256(await readAll(file)));
    await file.close();
  }
  expect(sums[0]).toBe(sums[1]);
});

describe("what others say of it", () => {
  test("dumpe2fs: features, identity, times, a layout for large files", async () => {
    const { e2fs } = await makeVolume(8 * GIB);
    const said = await judge("dumpe2fs", [e2fs]);
    expect(said).toMatch(/Filesystem UUID: +01234567-89ab-4cde-8f01-23456789abcd\n/);
    expect(said).toMatch(/Filesystem volume name: +LIFEBOAT\n/);
    expect(said).toMatch(/Reserved block count: +0\n/);
    expect(said).toMatch(/Filesystem created: +Mon May +4 /);
    const features = /Filesystem features: +(.*)/.exec(said)?.[1]?.split(" ") ?? [];
    expect(features.sort()).toEqual(
      (
        "64bit dir_index dir_nlink ext_attr extent extra_isize filetype flex_bg has_journal " +
        "huge_file large_file metadata_csum sparse_super sparse_super2"
      ).split(" "),
    );
    const freeRuns = [...said.matchAll(/^ {2}Free blocks: (.*)$/gm)].flatMap(([, list]) =>
      (list ?? "").split(", ").map((run) => run.split("-").map(Number)),
    );
    const [first] = freeRuns;
    // Metadata and a journal of 16 MiB take less than 24 MiB at the start.
    expect(first?.[0]).toBeLessThan((24 * MIB) / 4096);
    await fsckIsClean(e2fs);
  });

  test("blkid: type, label and UUID", async () => {
    const path = join(await temporaryFolder(), "image");
    await (await createFile(path, 16 * MIB)).close();
    await formatExt4({
      ...WANTED,
      path,
      offsetBytes: 0,
      sizeBytes: 16 * MIB,
      label: "救援 U盘",
    });
    const said = await judge("blkid", ["-p", "-o", "export", path]);
    expect(said).toContain("TYPE=ext4\n");
    expect(said).toContain(`UUID=${UUID}\n`);
    expect(await judge("e2label", [path])).toBe("救援 U盘\n");
  });

  test("an empty volume, in lifeboat's own reading", async () => {
    const { volume } = await makeVolume(64 * MIB);
    expect(await tree(volume)).toEqual(["directory - /lost+found"]);
    expect(volume).toMatchObject({ label: "LIFEBOAT", uuid: UUID, fileSystem: "ext4" });
    expect(volume.freeBytes).toBeGreaterThan(58 * MIB);
  });
});

test("what can't be formatted is refused before anything is written", async () => {
  const path = await patterned(20 * MIB);
  const file = await openFile(path);
  const before = sha256(await readAll(file));
  const wanted = { ...WANTED, path, offsetBytes: 0, sizeBytes: 20 * MIB };
  const cases = [
    [{ sizeBytes: 15 * MIB }, "ext4-too-small"],
    [{ offsetBytes: MIB }, "ext4-image-too-short"],
    [{ label: "seventeen letters" }, "ext4-label-too-long"],
    [{ uuid: "no-uuid" }, "ext4-bad-uuid"],
    [{ path: `${path}.none` }, "ext4-image-too-short"],
  ] as const;
  for (const [change, code] of cases) {
    await expect(formatExt4({ ...wanted, ...change })).rejects.toMatchObject({ code });
  }
  expect(sha256(await readAll(file))).toBe(before);
  await file.close();
});
