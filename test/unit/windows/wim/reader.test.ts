/** What lifeboat reads of WIM files against what wimlib-imagex says of the same. */
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import { readBlobs, summarizeBlobs } from "../../../../src/windows/wim/blob-table.ts";
import type { WimHeader } from "../../../../src/windows/wim/header.ts";
import { readWimHeader } from "../../../../src/windows/wim/header.ts";
import type { ResourceHeader } from "../../../../src/windows/wim/resource-header.ts";
import {
  besideFile,
  checkIntegrity,
  describeWim,
  findParts,
  openWim,
  refuseDamaged,
  refuseMissingParts,
} from "../../../../src/windows/wim/index.ts";
import { encodeGuid } from "../../../../src/disks/guid.ts";
import { cancelledJob, listeningJob, quietJob } from "../../../support/jobs.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import type { Wims } from "../../../support/wims.ts";
import { WIM_KINDS, makeWims } from "../../../support/wims.ts";
import { withIntegrityTable } from "./support.ts";

let wims: Wims;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lifeboat-wims-"));
  wims = await makeWims(folder);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function withFile<T>(
  path: string,
  work: (range: Awaited<ReturnType<typeof openFile>>) => Promise<T>,
): Promise<T> {
  const range = await openFile(path);
  try {
    return await work(range);
  } finally {
    await range.close();
  }
}

/** `Blob Table Size = 200` and the like. */
async function imagexHeader(path: string): Promise<Map<string, string>> {
  const said = await judge("wimlib-imagex", ["info", path, "--header"]);
  const fields = said.matchAll(/^(\w[\w ]+?) += (.+)$/gm);
  return new Map([...fields].map(([, name = "", value = ""]) => [name.toLowerCase(), value]));
}

function headerFields(header: WimHeader): Record<string, string> {
  const resource = (name: string, { sizeInWim, flags, offset, originalSize }: ResourceHeader) => ({
    [`${name} size`]: String(sizeInWim),
    [`${name} flags`]: `0x${flags.toString(16)}`,
    [`${name} offset`]: String(offset),
    [`${name} original size`]: String(originalSize),
  });
  return {
    version: header.solid ? "0xe00" : "0x10d00",
    flags: `0x${header.flags.toString(16)}`,
    "chunk size": String(header.chunkSize),
    guid: encodeGuid(header.guid).toString("hex"),
    "part number": String(header.partNumber),
    "total parts": String(header.totalParts),
    "image count": String(header.imageCount),
    ...resource("blob table", header.blobTable),
    ...resource("xml data", header.xmlData),
    ...resource("boot metadata", header.bootMetadata),
    "boot index": String(header.bootIndex),
    ...resource("integrity", header.integrityTable),
  };
}

interface Entry {
  readonly sha1: string;
  readonly bytes: number;
}

/** Of `info --blobs`: an entry for each content, the solid resources left out. */
async function imagexBlobs(path: string): Promise<Entry[]> {
  const said = await judge("wimlib-imagex", ["info", path, "--blobs"]);
  const entries = said.matchAll(/^Hash +=\s*0x([0-9a-f]{40})\nUncompressed size +=\s*(\d+)/gm);
  return [...entries].map(([, sha1 = "", bytes]) => ({ sha1, bytes: Number(bytes) }));
}

const sortedBySum = (entries: readonly Entry[]) =>
  entries.toSorted((a, b) => (a.sha1 < b.sha1 ? -1 : 1));

describe.each(WIM_KINDS)("%s", (kind) => {
  test("each field of the header is what wimlib-imagex says", async () => {
    const path = wims.paths[kind];
    const header = await withFile(path, readWimHeader);
    const judged = await imagexHeader(path);
    for (const [name, value] of Object.entries(headerFields(header))) {
      // Two of its words have an underscore.
      expect(judged.get(name) ?? judged.get(name.replace(" size", "_size")), name).toBe(value);
    }
    expect(header.pipable).toBe(kind === "pipable");
    expect(header.solid).toBe(kind === "solid" || kind === "lzms");
  });

  test("the blob table has the same contents", async () => {
    const path = wims.paths[kind];
    const ours = await withFile(path, async (range) => {
      const entries: Entry[] = [];
      for await (const blob of readBlobs(range, await readWimHeader(range))) {
        if (blob.kind === "solid") continue;
        const { sizeInWim, originalSize } = blob.resource;
        const bytes = blob.kind === "in-solid" ? sizeInWim : originalSize;
        entries.push({ sha1: blob.sha1, bytes });
      }
      return entries;
    });
    expect(ours.length).toBeGreaterThan(0);
    expect(sortedBySum(ours)).toEqual(sortedBySum(await imagexBlobs(path)));
  });

  test("the images are those of the XML data, and nothing is wrong", async () => {
    const path = wims.paths[kind];
    const report = await withFile(path, describeWim);
    expect(report.problems).toEqual([]);
    const said = await judge("wimlib-imagex", ["info", path]);
    const field = (name: string) =>
      [...said.matchAll(new RegExp(`^${name}: +(.*)$`, "gm"))].map(([, value]) => value);
    const { images } = report;
    expect(images.map(({ index }) => String(index))).toEqual(field("Index"));
    expect(images.map(({ name }) => name)).toEqual(field("Name"));
    expect(images.map(({ fileCount }) => String(fileCount))).toEqual(field("File Count"));
    expect(images.map(({ directoryCount }) => String(directoryCount))).toEqual(
      field("Directory Count"),
    );
    // The file's own comes first, above the images.
    expect(images.map(({ totalBytes }) => String(totalBytes))).toEqual(field("Total Bytes"));
    const created = images.map((image) => Math.floor((image.created?.getTime() ?? 0) / 1000));
    expect(created).toEqual(field("Creation Time").map((text) => Date.parse(text ?? "") / 1000));
    expect(report.header.compression).toBe(field("Compression")[0]?.toLowerCase());
  });
});

test("an image of Windows tells edition, version, architecture and languages", async () => {
  const { images } = await withFile(wims.paths.windows, openWim);
  expect(images).toMatchObject([
    { index: 1, name: "Windows 11 Core", displayName: "Windows 11 Home", editionId: "Core" },
    {
      index: 2,
      name: "Windows 11 Professional",
      displayName: "Windows 11 Pro",
      flags: "Professional",
      editionId: "Professional",
      architecture: "x86_64",
      version: { major: 10, minor: 0, build: 26100, spBuild: 1742 },
      languages: ["zh-CN"],
      defaultLanguage: "zh-CN",
      productType: "WinNT",
      installationType: "Client",
    },
  ]);
});

test("a description, the image that boots, and what a solid WIM unpacks to are told", async () => {
  const lzx = await withFile(wims.paths.lzx, describeWim);
  expect(lzx.images[0]).toMatchObject({ description: "About it", editionId: "", architecture: "" });
  expect(lzx.header.bootIndex).toBe(1);
  const sums = await Promise.all(
    (["none", "solid"] as const).map(async (kind) => withFile(wims.paths[kind], describeWim)),
  );
  expect(sums[1]?.blobs).toMatchObject({ solidResources: 1, blobs: 4 });
  expect(sums[1]?.blobs?.originalBytes).toBe(sums[0]?.blobs?.originalBytes);
});

describe("the integrity table", () => {
  test("fits what wimlib-imagex wrote, and a flipped bit doesn't, for either", async () => {
    const { job, events } = listeningJob();
    const path = wims.paths.lzx;
    const check = async (file: string) =>
      withFile(file, async (range) => checkIntegrity(range, await readWimHeader(range), job));
    expect(await check(path)).toEqual({ chunks: 1, damagedChunks: 0, damaged: [] });
    const last = events.at(-1);
    expect(last?.kind === "bytes" && last.doneBytes === last.totalBytes).toBe(true);

    const copy = join(await temporaryFolder(), "flipped.wim");
    const bytes = await readFile(path);
    bytes.writeUInt8((bytes[1000] ?? 0) ^ 4, 1000);
    await writeFile(copy, bytes);
    const found = await check(copy);
    expect(found).toMatchObject({ damagedChunks: 1, damaged: [{ start: 208 }] });
    expect(() => refuseDamaged(found)).toThrow(/damaged.*byte 208/);
    await expect(judge("wimlib-imagex", ["info", copy, "--check"])).rejects.toThrow(/exit 13/);
  });

  test.each([1, 7, 4096, 99_991, 1 << 20, (1 << 20) + 1])(
    "of pieces of %i bytes is read as wimlib-imagex reads it",
    async (chunkSize) => {
      // A table with a SHA-1 for each byte is larger than the file: a small one is enough for it.
      const kind = chunkSize < 100 ? "split" : "none";
      const path = join(await temporaryFolder(), "chunks.wim");
      const made = withIntegrityTable(await readFile(wims.paths[kind]), chunkSize);
      await writeFile(path, made.bytes);
      await judge("wimlib-imagex", ["info", path, "--check"]);
      const check = async () =>
        withFile(path, async (range) =>
          checkIntegrity(range, await readWimHeader(range), quietJob()),
        );
      expect(await check()).toEqual({ chunks: made.chunks, damagedChunks: 0, damaged: [] });

      const broken = Math.floor(made.chunks / 2);
      made.bytes.writeUInt8(
        (made.bytes[208 + broken * chunkSize] ?? 0) ^ 1,
        208 + broken * chunkSize,
      );
      await writeFile(path, made.bytes);
      const found = await check();
      expect(found.damagedChunks).toBe(1);
      expect(found.damaged[0]?.start).toBe(208 + broken * chunkSize);
    },
  );

  test("is missing where there is none, and its check can be stopped", async () => {
    const check = async (path: string, job = quietJob()) =>
      withFile(path, async (range) => checkIntegrity(range, await readWimHeader(range), job));
    await expect(check(wims.paths.none)).rejects.toMatchObject({ code: "wim-no-integrity" });
    const path = join(await temporaryFolder(), "long.wim");
    const long = Buffer.concat([await readFile(wims.paths.none), Buffer.alloc(3 << 20)]);
    await writeFile(path, withIntegrityTable(long, 1 << 20, 3 << 20).bytes);
    const stopped = cancelledJob(({ kind }) => kind === "bytes");
    await expect(check(path, stopped)).rejects.toMatchObject({ kind: "cancelled" });
  });
});

describe("a split WIM", () => {
  test("all parts are found from any of them, whatever they are called", async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".swm"));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const path = join(folder, name);
      const header = await withFile(path, readWimHeader);
      const parts = await findParts(name, header, besideFile(path));
      expect(parts).toMatchObject({ total: names.length, missing: [] });
      expect(parts.found.get(1)).toBe("install.swm");
      expect(new Set(parts.found.values())).toEqual(new Set(names));
    }
  });

  test("one that is missing, or of another set, is named", async () => {
    const other = await temporaryFolder();
    const names = (await readdir(folder)).filter((name) => name.endsWith(".swm"));
    for (const name of names) await copyFile(join(folder, name), join(other, name));
    await rm(join(other, "install2.swm"));
    await copyFile(join(other, "install3.swm"), join(other, "copy of 3.swm"));
    await copyFile(wims.paths.lzx, join(other, "install2.wim"));
    await writeFile(join(other, "install9.swm"), "no WIM");
    const path = join(other, "install.swm");
    const header = await withFile(path, readWimHeader);
    const parts = await findParts("install.swm", header, besideFile(path));
    expect(parts.missing).toEqual([2]);
    expect(() => refuseMissingParts("install.swm", parts)).toThrow(/2 \(install2\.swm\)/);
  });
});

/** Real and malformed on purpose; the folder is not part of the project. */
const SAMPLES = fileURLToPath(new URL("../../../../../shared/samples/wim", import.meta.url));

describe.skipIf(!existsSync(SAMPLES))("samples of wimlib's own tests", () => {
  test("what is wrong in their contents disturbs nothing that is read here", async () => {
    for (const name of await readdir(SAMPLES)) {
      const path = join(SAMPLES, name);
      const report = await withFile(path, describeWim);
      const judged = await imagexHeader(path);
      for (const [field, value] of Object.entries(headerFields(report.header))) {
        expect(judged.get(field) ?? judged.get(field.replace(" size", "_size"))).toBe(value);
      }
      expect(report.problems, basename(path)).toEqual([]);
      expect(report.images).toHaveLength(1);
      const blobs = await withFile(path, async (range) => summarizeBlobs(range, report.header));
      expect(blobs).toMatchObject({ metadata: 1, outside: 0 });
    }
  });
});
