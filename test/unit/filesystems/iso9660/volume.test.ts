import { mkdir, open, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import { openIso9660 } from "../../../../src/filesystems/iso9660/index.ts";
import type {
  Iso9660Volume,
  OpenIso9660Options,
} from "../../../../src/filesystems/iso9660/index.ts";
import { walk } from "../../../../src/filesystems/walk.ts";
import { SAMPLE_FILES, SAMPLE_LINKS, SAMPLE_TIME } from "../../../support/sample-tree.ts";
import { digestsOf, pathsOf, sampleDigests, writeSample } from "../../../support/sample-tree.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

/** An ISO of the sample tree. */
async function master(
  program: "xorriso" | "genisoimage",
  args: readonly string[],
  links = true,
): Promise<string> {
  const folder = await temporaryFolder();
  const iso = join(folder, "test.iso");
  await writeSample(join(folder, "tree"), links);
  const front = program === "xorriso" ? ["-as", "mkisofs"] : ["-input-charset", "utf-8"];
  await judge(program, [...front, ...args, "-o", iso, join(folder, "tree")]);
  return iso;
}

async function openIso(path: string, options: OpenIso9660Options = {}): Promise<Iso9660Volume> {
  const range = await openFile(path);
  onTestFinished(() => range.close());
  return openIso9660(range, options);
}

/** The lines of a judge's answer that are paths. */
function pathLines(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("/"))
    .sort();
}

/** xorriso's reading of the Rock Ridge tree. It prints paths in quotes. */
async function xorrisoPaths(iso: string): Promise<string[]> {
  const output = await judge("xorriso", ["-indev", iso, "-find", "/"]);
  const paths = [...output.matchAll(/^'(\/.+)'$/gm)].map(([, path]) => path ?? "");
  return paths.sort();
}

/** 7-Zip's reading of the Joliet tree. */
async function sevenZipPaths(archive: string): Promise<string[]> {
  const [, list = ""] = (await judge("7z", ["l", "-slt", archive])).split("----------\n");
  return [...list.matchAll(/^Path = (.+)$/gm)].map(([, path]) => `/${path}`).sort();
}

test.for([
  ["xorriso", ["-R", "-V", "Rock"]],
  ["xorriso", ["-R", "-J", "-joliet-long", "-V", "Both"]],
  ["genisoimage", ["-R", "-V", "GENISO"]],
  ["genisoimage", ["-R", "-J", "-joliet-long", "-V", "GENBOTH"]],
] as const)("Rock Ridge of %s %s holds what was put in", async ([program, args]) => {
  const iso = await master(program, args);
  const volume = await openIso(iso);
  expect(volume.tree).toBe("rock-ridge");
  expect(await digestsOf(volume)).toEqual(sampleDigests());
  const found: Record<string, string | undefined> = {};
  for await (const entry of walk(volume)) {
    if (entry.kind === "other") found[entry.path.slice(1)] = await volume.readLink(entry.path);
  }
  expect(found).toEqual(SAMPLE_LINKS);
  expect((await volume.find("/boot/grub/grub.cfg"))?.modified).toEqual(SAMPLE_TIME);
  expect(await pathsOf(volume)).toEqual(await xorrisoPaths(iso));
});

test("deep directories that were moved come back to their place", async () => {
  const iso = await master("genisoimage", ["-R", "-V", "DEEP"]);
  const plain = await openIso(iso, { tree: "plain" });
  expect(await plain.find("/RR_MOVED/LEVEL8")).toMatchObject({ kind: "directory" });
  const volume = await openIso(iso);
  const bottom = Object.keys(SAMPLE_FILES).find((path) => path.endsWith("bottom.txt")) ?? "";
  expect(await volume.find(`/${bottom}`)).toMatchObject({ kind: "file", sizeBytes: 5 });
  expect(await volume.list("/rr_moved")).toEqual([]);
});

test.for([
  ["xorriso", ["--norock", "-J", "-joliet-long"]],
  ["genisoimage", ["-J", "-joliet-long"]],
] as const)("Joliet of %s holds what was put in", async ([program, args]) => {
  const iso = await master(program, [...args, "-V", "Joliet Vol"], false);
  const volume = await openIso(iso);
  expect(volume.tree).toBe("joliet");
  // genisoimage has no tree deeper than eight levels without Rock Ridge, so compare what both have.
  const wanted = sampleDigests();
  const found = await digestsOf(volume);
  for (const [path, sha256] of Object.entries(found))
    expect([path, wanted[path]]).toEqual([path, sha256]);
  expect(Object.keys(found).length).toBeGreaterThanOrEqual(Object.keys(wanted).length - 1);
  expect(await pathsOf(volume)).toEqual(await sevenZipPaths(iso));
  expect(await volume.find("/BOOT/GRUB/Grub.CFG")).toMatchObject({ path: "/boot/grub/grub.cfg" });
});

test("a plain tree loses its versions and trailing dots, and is found in any case", async () => {
  const iso = await master("genisoimage", ["-V", "PLAIN"], false);
  const volume = await openIso(iso);
  expect(volume.tree).toBe("plain");
  const judged = pathLines(await judge("isoinfo", ["-i", iso, "-f"]));
  expect(await pathsOf(volume)).toEqual(judged.map((path) => path.replace(/\.?;1$/, "")).sort());
  expect(await volume.find("/boot/grub/grub.cfg")).toMatchObject({ path: "/BOOT/GRUB/GRUB.CFG" });
  expect(await volume.find("/no_exten")).toMatchObject({ name: "NO_EXTEN", kind: "file" });
});

test("Rock Ridge is preferred, is case-sensitive, and other trees can be asked for", async () => {
  const iso = await master("xorriso", ["-R", "-J", "-V", "Pick_Me"]);
  const volume = await openIso(iso);
  expect(await volume.find("/BOOT/GRUB/GRUB.CFG")).toBeUndefined();
  const joliet = await openIso(iso, { tree: "joliet" });
  expect(await joliet.find("/BOOT/GRUB/GRUB.CFG")).toBeDefined();
  const onlyJoliet = await master("xorriso", ["--norock", "-J"], false);
  await expect(openIso(onlyJoliet, { tree: "rock-ridge" })).rejects.toMatchObject({
    code: "no-such-tree",
  });
});

test("symbolic links are followed on the way and at the end, within bounds", async () => {
  const volume = await openIso(await master("xorriso", ["-R"]));
  expect(await volume.find("/vmlinuz")).toMatchObject({ path: "/boot/vmlinuz-6.1.0-amd64" });
  expect(await volume.find("/debian/debian/boot/up/filesystem.packages")).toMatchObject({
    path: "/live/filesystem.packages",
  });
  expect(await volume.find("/absolute")).toMatchObject({ path: "/boot/grub/grub.cfg" });
  expect(await volume.find("/dangling")).toMatchObject({ kind: "other" });
  expect(await volume.find("/circle")).toMatchObject({ kind: "other" });
  expect(await volume.find("/circle/x")).toBeUndefined();
  expect((await volume.open("/vmlinuz")).size).toBe(300_001);
  await expect(volume.open("/circle")).rejects.toMatchObject({ code: "no-such-file" });
  await expect(volume.open("/boot")).rejects.toMatchObject({ code: "not-a-file" });
  await expect(volume.list("/vmlinuz")).rejects.toMatchObject({ code: "not-a-directory" });
});

test("a link's target may go on over many entries", async () => {
  const folder = await temporaryFolder();
  const target = "far-away/and-rather-long/".repeat(30) + "x".repeat(240);
  await mkdir(join(folder, "tree"));
  await symlink(target, join(folder, "tree", "link"));
  const iso = join(folder, "test.iso");
  await judge("xorriso", ["-as", "mkisofs", "-R", "-o", iso, join(folder, "tree")]);
  expect(await (await openIso(iso)).readLink("/link")).toBe(target);
});

test("extents are where xorriso says that the files lie", async () => {
  const iso = await master("xorriso", ["-R"]);
  const volume = await openIso(iso);
  const report = await judge("xorriso", ["-indev", iso, "-find", "/", "-exec", "report_lba", "--"]);
  const lines = [...report.matchAll(/^File data lba: +\d+ , +(\d+) , +(\d+) , +(\d+) , '(.+)'$/gm)];
  expect(lines.length).toBeGreaterThan(100);
  for (const [, lba, , size, path] of lines) {
    const length = Number(size);
    const wanted = length === 0 ? [] : [{ start: Number(lba) * 2048, length }];
    expect([path, await volume.extents(path ?? "")]).toEqual([path, wanted]);
  }
});

test("label and UUID are those that GRUB answers", async () => {
  for (const args of [
    ["-R", "-V", "Debian 12"],
    ["-J", "-V", "Joliet卷"],
    ["-V", "PLAIN_ONE"],
  ]) {
    const iso = await master("xorriso", args, false);
    const volume = await openIso(iso);
    const grub = await judge("grub-fstest", [iso, "ls", "(loop0)"]);
    expect(grub).toContain(`Label \`${volume.label}'`);
    expect(grub).toContain(`UUID ${volume.uuid} `);
    expect(volume.uuid).toMatch(/^\d{4}(-\d\d){6}$/);
  }
});

test("a volume without a modification date has no UUID, as in GRUB", async () => {
  const iso = await master("xorriso", ["-R"], false);
  const handle = await open(iso, "r+");
  await handle.write(Buffer.alloc(17), 0, 17, 32768 + 830);
  await handle.close();
  expect(await judge("grub-fstest", [iso, "ls", "(loop0)"])).not.toContain("UUID");
  expect((await openIso(iso)).uuid).toBe("");
});

test("files over 4 GiB are put together from their extents", async () => {
  const folder = await temporaryFolder();
  const sizeBytes = 9 * 2 ** 30 + 12_345;
  await judge("truncate", ["-s", String(sizeBytes), join(folder, "install.wim")]);
  const iso = join(folder, "big.iso");
  // The tree comes first: the gigabytes of zeroes behind it need not be written.
  const script = `xorriso -as mkisofs -quiet -iso-level 3 -R -J -V BIG "$0" 2>/dev/null | head -c 1M >"$1"`;
  await judge("sh", ["-c", script, join(folder, "install.wim"), iso]);
  await truncate(iso, sizeBytes + (1 << 20));

  const report = await judge("xorriso", ["-indev", iso, "-find", "/", "-exec", "report_lba", "--"]);
  const [, lba] = /^File data lba: +0 , +(\d+) , .*install.wim'$/m.exec(report) ?? [];
  expect(report).toMatch(/^File data lba: +2 , .*install.wim'$/m);
  const start = Number(lba) * 2048;
  const handle = await open(iso, "r+");
  const places = [0, 2 ** 32 - 2048 - 4, 2 ** 32 - 2, sizeBytes - 8];
  for (const at of places) await handle.write(`@${at}`.padEnd(8).slice(-8), start + at);
  await handle.close();

  for (const tree of ["rock-ridge", "joliet", "plain"] as const) {
    const volume = await openIso(iso, { tree });
    expect(await volume.find("/INSTALL.WIM".toLowerCase())).toMatchObject({ sizeBytes });
    expect(await volume.extents("/install.wim")).toEqual([{ start, length: sizeBytes }]);
    const content = await volume.open("/install.wim");
    for (const at of places) {
      const mark = Buffer.alloc(8);
      await content.read(at, mark);
      expect(mark.toString()).toBe(`@${at}`.padEnd(8).slice(-8));
    }
  }
});

test("an image that is cut short says so", async () => {
  const iso = await master("xorriso", ["-R"]);
  const { sizeInBlocks } = await openIso(iso);
  const range = await openFile(iso);
  expect(range.size).toBe(sizeInBlocks * 2048);
  await range.close();
  await truncate(iso, 400 << 10);
  const volume = await openIso(iso);
  const failures: string[] = [];
  for await (const entry of walk(volume)) {
    if (entry.kind !== "file") continue;
    await volume.open(entry.path).catch((error: { code: string }) => failures.push(error.code));
  }
  expect(new Set(failures)).toEqual(new Set(["truncated-volume"]));
  await truncate(iso, 40 << 10);
  await expect(openIso(iso)).rejects.toMatchObject({ code: "truncated-volume" });
  await truncate(iso, 0);
  await expect(openIso(iso)).rejects.toMatchObject({ code: "not-iso9660" });
});

test("file contents can't be written", async () => {
  const volume = await openIso(await master("xorriso", ["-R"]));
  const content = await volume.open("/vmlinuz");
  expect(content.writable).toBe(false);
  await expect(content.write(0, Buffer.alloc(1))).rejects.toMatchObject({ code: "read-only" });
});
