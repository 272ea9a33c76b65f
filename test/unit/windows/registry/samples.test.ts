/** Real hives: read, written anew, and both judged by hivex. */
import { readFile, stat } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { readHive, readKeyTree, serialiseHive } from "../../../../src/windows/registry/index.ts";
import { CountedReads } from "./counted-reads.ts";
import {
  digestOf,
  hasSamples,
  sampleLog,
  sampleStore,
  sampleStores,
  sampleSystem,
  treeOf,
  xmlOf,
} from "./support.ts";

describe.skipIf(!hasSamples)("real hives", () => {
  test.each(sampleStores)("%s, written anew, is the same tree to hivex", async (name) => {
    const bytes = await sampleStore(name);
    const hive = await readHive(new MemoryRange(bytes));
    expect(hive.dirty).toBe(false);
    const tree = await readKeyTree(hive);
    const options = {
      minorVersion: 3 as const,
      fileName: hive.fileName,
      timestamp: hive.baseBlock.lastWrittenTimestamp,
    };
    const anew = serialiseHive(tree, options);
    expect(serialiseHive(tree, options).equals(anew)).toBe(true);
    expect(digestOf(await treeOf(anew))).toBe(digestOf(tree));
    expect(await xmlOf(anew)).toBe(await xmlOf(bytes));
  });

  test("a transaction log is called that", async () => {
    const refused = readHive(new MemoryRange(await sampleLog()));
    await expect(refused).rejects.toMatchObject({
      code: "hive-is-log",
      hint: { en: expect.stringContaining("without .LOG") as string },
    });
  });

  test("a SYSTEM hive is navigated without reading much of it", async () => {
    const path = await sampleSystem();
    await using file = disposable(await openFile(path));
    const reads = new CountedReads(file.range, "the sample");
    const hive = await readHive(reads);
    expect(hive.baseBlock.minorVersion).toBe(5);
    const key = await hive.find("controlset001\\services\\PARTMGR\\parameters");
    const value = await key?.value("sanpolicy");
    expect([value?.name, value?.type, await value?.data()]).toEqual([
      "SanPolicy",
      4,
      Buffer.from([1, 0, 0, 0]),
    ]);
    expect(await hive.find("ControlSet001\\Nothing\\At all")).toBeUndefined();
    expect(reads.bytes).toBeLessThan((await stat(path)).size / 5);
  });

  // 25,000 keys: not in every run.
  test.runIf(process.env["LIFEBOAT_FUZZ"] !== undefined)("a SYSTEM hive, anew", async () => {
    const path = await sampleSystem();
    await using file = disposable(await openFile(path));
    const hive = await readHive(file.range);
    const tree = await readKeyTree(hive);
    const { lastWrittenTimestamp: timestamp } = hive.baseBlock;
    const anew = serialiseHive(tree, { minorVersion: 5, fileName: "SYSTEM", timestamp });
    expect(digestOf(await treeOf(anew))).toBe(digestOf(tree));
    const [ours, theirs] = [await xmlOf(anew), await xmlOf(await readFile(path))].map(
      withoutBigData,
    );
    expect(ours === theirs).toBe(true);
  });
});

/** hivex gives more than a big value's size: what lies behind the data in the last segment's cell. */
function withoutBigData(xml: string): string {
  return xml.replaceAll(/value="[^"]{21792,}"/g, "big");
}

function disposable(range: Awaited<ReturnType<typeof openFile>>) {
  return { range, [Symbol.asyncDispose]: async () => range.close() };
}
