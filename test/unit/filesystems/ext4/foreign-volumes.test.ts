import { describe, expect, test } from "vitest";
import { rangeOfExtents } from "../../../../src/block/concatenation.ts";
import { openExt4Volume } from "../../../../src/filesystems/ext4/writer.ts";
import { run } from "../../../../src/system/run.ts";
import {
  dumped,
  fsckIsClean,
  makeImage,
  makeVolume,
  MIB,
  openForTest,
  openVolume,
  pattern,
  readAll,
  useDebugfs,
} from "./support.ts";

const MODIFIED = new Date("2025-12-24T18:00:00.500Z");

describe("volumes of others", () => {
  test.each([
    ["1 KiB blocks", ["-t", "ext4", "-b", "1024"]],
    ["1 KiB blocks, small groups", ["-t", "ext4", "-b", "1024", "-g", "1024"]],
    ["defaults", ["-t", "ext4", "-b", "4096"]],
    ["no checksums", ["-t", "ext4", "-O", "^metadata_csum,^64bit,^huge_file", "-I", "128"]],
    ["uninit_bg", ["-t", "ext4", "-b", "1024", "-g", "1024", "-O", "^metadata_csum,uninit_bg"]],
    ["meta_bg", ["-t", "ext4", "-b", "1024", "-g", "512", "-O", "meta_bg,^resize_inode"]],
    ["checksum seed", ["-t", "ext4", "-b", "1024", "-O", "metadata_csum_seed"]],
  ])("%s", async (_, args) => {
    const path = await makeImage(40 * MIB, args);
    const { volume, range, e2fs } = await openVolume(path, 0, 40 * MIB);
    const data = Buffer.alloc(9 * MIB + 1, pattern(MIB + 13, 5));
    const reservation = await volume.reserve(data.length);
    await rangeOfExtents(range, reservation.extents).write(0, data);
    await volume.makeDirectory("/d");
    await reservation.commit("/d/file", MODIFIED);
    await volume.writeFile("/small", pattern(100, 6));
    await fsckIsClean(e2fs);
    expect((await dumped(e2fs, "/d/file")).equals(data)).toBe(true);
    await volume.remove("/d/file");
    await volume.writeFile("/small", pattern(200, 7));
    await fsckIsClean(e2fs);
  });

  test.each([
    ["quota", ["-t", "ext4", "-O", "quota"], [], "ext4-not-writable"],
    ["bigalloc", ["-t", "ext4", "-O", "bigalloc"], [], "ext4-not-writable"],
    ["ext3", ["-t", "ext3"], [], "ext4-not-writable"],
    ["journal not replayed", ["-t", "ext4"], ["feature needs_recovery"], "ext4-needs-recovery"],
    ["mounted", ["-t", "ext2"], ["ssv state 0"], "ext4-needs-recovery"],
    ["with errors", ["-t", "ext4"], ["ssv state 3"], "ext4-needs-recovery"],
  ] as const)("refused: %s", async (_, args, commands, code) => {
    const path = await makeImage(40 * MIB, args);
    if (commands.length > 0) await useDebugfs(path, commands);
    const range = await openForTest(path, true);
    const before = await readAll(range);
    await expect(openExt4Volume({ range, path, offsetBytes: 0, run })).rejects.toMatchObject({
      code,
    });
    expect((await readAll(range)).equals(before)).toBe(true);
  });

  test("a volume whose counts are wrong is not allocated on", async () => {
    const { volume, e2fs, reopen } = await makeVolume(40 * MIB);
    await volume.writeFile("/f", Buffer.from("x"));
    await useDebugfs(e2fs, ["setb 9000 5"]);
    const again = await reopen();
    await expect(again.reserve(MIB)).rejects.toMatchObject({ code: "ext4-counts-disagree" });
  });
});
