import { describe, expect, test } from "vitest";
import {
  askDebugfs,
  dumped,
  fsckIsClean,
  makeVolume,
  MIB,
  pattern,
  readPath,
  tree,
  useDebugfs,
} from "./support.ts";

const MODIFIED = new Date("2025-12-24T18:00:00.500Z");
const HOSTILE = [
  'a"; halt; .iso',
  "a'; halt; ${x} b.iso",
  "<5>",
  "<2>",
  "-d",
  "--after",
  "#comment",
  "!touch x",
  "back\\slash",
  "trailing space ",
  "  leading",
  '"',
  '""',
  "中文镜像 2026.iso",
  "🚢🛟.iso",
  "?offset=0",
  "*",
  '"'.repeat(255),
  "中".repeat(85),
];

describe("names", () => {
  test("hostile names stay names", async () => {
    const { volume, e2fs } = await makeVolume(64 * MIB);
    await volume.makeDirectory("/d");
    for (const name of HOSTILE) {
      expect(volume.storableName(name)).toBe(name);
      await volume.writeFile(`/d/${name}`, Buffer.from(name), MODIFIED);
    }
    const listed = (await volume.list("/d")).map(({ name }) => name);
    expect(listed.sort()).toEqual(HOSTILE.toSorted());
    for (const name of HOSTILE) {
      expect((await readPath(volume, `/d/${name}`)).toString()).toBe(name);
    }
    expect(await tree(volume)).toHaveLength(HOSTILE.length + 2);
    await fsckIsClean(e2fs);
    for (const name of HOSTILE.slice(0, 8)) {
      await volume.writeFile(`/d/${name}`, Buffer.from(`${name} again`));
      expect((await readPath(volume, `/d/${name}`)).toString()).toBe(`${name} again`);
      await volume.remove(`/d/${name}`);
      await volume.makeDirectory(`/d/${name}`);
      await volume.remove(`/d/${name}`);
    }
    expect(await volume.list("/d")).toHaveLength(HOSTILE.length - 8);
    await fsckIsClean(e2fs);
  });

  test("a folder grows beyond its first block", async () => {
    const { volume, e2fs } = await makeVolume(64 * MIB);
    await volume.makeDirectory("/many");
    const names = Array.from({ length: 20 }, (_, index) => `${index}${"x".repeat(250)}`);
    for (const name of names) await volume.writeFile(`/many/${name}`, Buffer.from(name));
    const listed = (await volume.list("/many")).map(({ name }) => name);
    expect(listed.sort()).toEqual(names.sort());
    await fsckIsClean(e2fs);
  });
});

describe("small files", () => {
  test("written, replaced, removed; other links to the old bytes keep them", async () => {
    const made = await makeVolume(64 * MIB);
    const { e2fs } = made;
    let { volume } = made;
    const free = volume.freeBytes;
    await volume.writeFile("/f", pattern(5000, 1), MODIFIED);
    await volume.writeFile("/f", pattern(9000, 2), MODIFIED);
    expect((await dumped(e2fs, "/f")).equals(pattern(9000, 2))).toBe(true);
    expect(free - volume.freeBytes).toBe(12288);
    await useDebugfs(e2fs, ["ln /f /g", "sif /f links_count 2"]);
    volume = await made.reopen();
    await volume.writeFile("/f", Buffer.alloc(0), MODIFIED);
    expect((await readPath(volume, "/f")).length).toBe(0);
    expect((await readPath(volume, "/g")).equals(pattern(9000, 2))).toBe(true);
    await fsckIsClean(e2fs);
    await volume.remove("/f");
    await volume.remove("/g");
    expect(volume.freeBytes).toBe(free);
    expect(await tree(volume)).toEqual(["directory - /lost+found"]);
    await fsckIsClean(e2fs);
  });

  test("what must not be removed or replaced isn't", async () => {
    const { volume, e2fs } = await makeVolume(64 * MIB);
    await volume.makeDirectory("/d");
    await volume.writeFile("/d/f", Buffer.from("x"));
    const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;
    await expect(volume.remove("/d")).rejects.toThrow(code("directory-not-empty"));
    await expect(volume.remove("/none")).rejects.toThrow(code("no-such-file"));
    await expect(volume.remove("/lost+found")).rejects.toThrow(code("ext4-kept"));
    await expect(volume.remove("/")).rejects.toThrow(code("ext4-kept"));
    await expect(volume.writeFile("/d", Buffer.from("x"))).rejects.toThrow(code("is-a-directory"));
    await expect(volume.makeDirectory("/d")).rejects.toThrow(code("already-exists"));
    expect(await tree(volume)).toEqual([
      "directory - /d",
      "directory - /lost+found",
      "file 1 /d/f",
    ]);
    await fsckIsClean(e2fs);
  });

  test("times beyond 2038 and before 1970", async () => {
    const { volume, e2fs } = await makeVolume(64 * MIB);
    for (const time of ["2099-12-31T23:59:59.125Z", "1950-01-01T00:00:00Z"]) {
      await volume.writeFile("/f", Buffer.from("x"), new Date(time));
      expect((await volume.find("/f"))?.modified).toEqual(new Date(time));
    }
    // The bits, not the date: e2fsprogs' releases print times before 1970 differently.
    expect(await askDebugfs(e2fs, "stat /f")).toMatch(/mtime: 0xda616280:00000000/);
    await fsckIsClean(e2fs);
  });
});
