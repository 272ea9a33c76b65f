/** Hives written from nothing: read back the same, and by hivex. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { checksumOf } from "../../../../src/windows/registry/base-block.ts";
import { compareNames, readHive, serialiseHive } from "../../../../src/windows/registry/index.ts";
import type { RegistryKey } from "../../../../src/windows/registry/index.ts";
import {
  SECURITY,
  TIME,
  binary,
  changedByHivex,
  digestOf,
  dword,
  hivexsh,
  key,
  made,
  text,
  treeOf,
  xmlOf,
} from "./support.ts";

/** Every kind of data and name that the format stores in a way of its own. */
function everything(): RegistryKey {
  const bytes = (length: number) => Buffer.alloc(length, "lifeboat");
  return key("Root", {
    className: "a class",
    values: [
      text("", "the default value"),
      dword("Number", 0xdead_beef),
      binary("empty", Buffer.alloc(0)),
      ...[1, 4, 5, 16_343, 16_344, 16_345, 40_000].map((size) => binary(`${size}`, bytes(size))),
      text("中文", "值"),
      text("Größe", "ß"),
      { name: "unknown type", type: 0x1234_5678, data: bytes(9) },
    ],
    subkeys: [
      key("b", { subkeys: [key("below", { values: [text("x", "y")] })] }),
      key("A"),
      key("键", { className: "类" }),
      key("_"),
      key("ÄÖÜ"),
      // More than one leaf holds.
      key("many", { subkeys: Array.from({ length: 1030 }, (_, index) => key(`${1030 - index}`)) }),
    ],
  });
}

function sorted(tree: RegistryKey): RegistryKey {
  const subkeys = tree.subkeys.map(sorted).toSorted((a, b) => compareNames(a.name, b.name));
  return { ...tree, subkeys };
}

describe("serialiseHive", () => {
  test.each([3, 4, 5, 6] as const)("version 1.%i is read back the same", async (minorVersion) => {
    const tree = everything();
    const bytes = made(tree, minorVersion);
    expect(bytes.equals(made(tree, minorVersion))).toBe(true);
    expect(digestOf(await treeOf(bytes))).toBe(digestOf(sorted(tree)));
    const count = (signature: string) => bytes.toString("latin1").split(signature).length - 1;
    // "many" has an index root over three leaves; a leaf is a cell of its own, so its signature has 4 bytes before it.
    expect(count("ri\x03\0")).toBe(1);
    expect(count("lh\x04\0")).toBe(0);
    expect(count(minorVersion >= 5 ? "lh\x06\0" : "lf\x06\0")).toBe(1);
    expect(count("db\x02\0")).toBe(minorVersion >= 4 ? 1 : 0);
    expect(count("db\x03\0")).toBe(minorVersion >= 4 ? 1 : 0);
    // One security descriptor for all 1,038 keys, a ring of one.
    expect(count("sk\0\0")).toBe(1);
    expect(bytes.readUInt32LE(bytes.indexOf("sk\0\0", 0, "latin1") + 12)).toBe(1038);
  });

  test("base block and root are as the specification says", async () => {
    const tree = key("Root", {
      values: [dword("longest name", 1), text("b", "12345")],
      subkeys: [key("sub", { className: "class" }), key("subkey")],
    });
    const bytes = serialiseHive(tree, {
      minorVersion: 3,
      fileName: "\\??\\C:\\a\\long\\path\\that\\is\\cut\\boot\\BCD",
      timestamp: TIME,
      sequenceNumber: 7,
    });
    const hive = await readHive(new MemoryRange(bytes));
    expect(hive.fileName).toBe("\\long\\path\\that\\is\\cut\\boot\\BCD");
    expect(hive.baseBlock).toMatchObject({
      primarySequenceNumber: 7,
      secondarySequenceNumber: 7,
      lastWrittenTimestamp: TIME,
      rootCellOffset: 32,
      hiveBinsDataSize: 4096,
      clusteringFactor: 1,
      checksum: checksumOf(bytes),
    });
    expect(bytes.length).toBe(8192);
    expect(bytes.readBigUInt64LE(4096 + 20)).toBe(TIME);
    expect((await hive.root()).node).toMatchObject({
      flags: 0x2c,
      largestSubkeyNameLength: 12,
      largestSubkeyClassNameLength: 10,
      largestValueNameLength: 24,
      largestValueDataSize: 12,
    });
  });

  test("hivex reads what is written", async () => {
    const tree = everything();
    const hive = made(tree);
    const commands = ["lsval 中文", "lsval Größe", "cd \\b", "ls", "cd \\many\\777"];
    expect(await hivexsh(hive, commands)).toBe("值\nß\nbelow\n");
    const xml = await xmlOf(hive);
    expect(xml.match(/<node /g)).toHaveLength(1038);
    expect(xml).toContain('default="1" value="the default value"');
    const longest = Buffer.alloc(16_344, "lifeboat").toString("base64");
    expect(xml.replaceAll(/\s/g, "").includes(`value="${longest}"`)).toBe(true);
  });

  test("what hivex writes is read", async () => {
    const start = made(key("Root", { subkeys: [key("first")] }), 3);
    const changed = await changedByHivex(start, [
      "add second",
      "cd second",
      "setval 3",
      "Text",
      "string:some text",
      "Number",
      "dword:0x2a",
      "@",
      "hex:3:01,02,03,04,05",
    ]);
    const { subkeys } = await treeOf(changed);
    expect(subkeys.map(({ name }) => name)).toEqual(["first", "second"]);
    expect(subkeys[1]?.values).toEqual([
      text("Text", "some text"),
      dword("Number", 42),
      binary("", Buffer.from([1, 2, 3, 4, 5])),
    ]);
  });

  const distinct = {
    comparator: (a: { name: string }, b: { name: string }) => compareNames(a.name, b.name) === 0,
  };
  const values = fc.uniqueArray(
    fc.record({
      name: fc.string({ maxLength: 30, unit: "binary" }),
      type: fc.nat(0xffff_ffff),
      data: fc.uint8Array({ maxLength: 40 }).map((data) => Buffer.from(data)),
    }),
    { ...distinct, maxLength: 6 },
  );
  const trees = (levels: number): fc.Arbitrary<RegistryKey> =>
    fc.record({
      name: fc.stringMatching(/^[^\\]{1,40}$/),
      lastWritten: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      security: fc.constantFrom(SECURITY, Buffer.alloc(20, 1), Buffer.alloc(0)),
      values,
      subkeys:
        levels === 1
          ? fc.constant([])
          : fc.uniqueArray(trees(levels - 1), { ...distinct, maxLength: 5 }),
    });

  test("any tree comes back", async () => {
    await fc.assert(
      fc.asyncProperty(trees(4), fc.constantFrom(3, 4, 5, 6), async (tree, minorVersion) => {
        const hive = made(tree, minorVersion);
        expect(digestOf(await treeOf(hive))).toBe(digestOf(sorted(tree)));
      }),
      { numRuns: 60 },
    );
  });

  const deep = () => {
    let tree = key("bottom");
    for (let level = 1; level <= 512; level++) tree = key("k", { subkeys: [tree] });
    return tree;
  };
  test.each([
    ["registry-name", key("a\\b")],
    ["registry-name", key("x".repeat(256))],
    ["registry-name", key("k", { subkeys: [key("")] })],
    ["registry-name", key("k", { values: [dword("x".repeat(16_384), 1)] })],
    ["registry-duplicate", key("k", { subkeys: [key("Äa"), key("äA")] })],
    ["registry-duplicate", key("k", { values: [dword("a", 1), dword("A", 1)] })],
    ["registry-data-too-large", key("k", { values: [binary("a", Buffer.alloc(1 << 20))] })],
    ["registry-too-deep", deep()],
  ])("%s is refused", (code, tree) => {
    expect(() => made(tree, 3)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test("the deepest tree and the longest names are taken", async () => {
    const tree = deep().subkeys[0];
    if (tree === undefined) throw new Error("no subkey");
    tree.subkeys.push(key("中".repeat(255), { values: [dword("值".repeat(16_383), 1)] }));
    expect(digestOf(await treeOf(made(tree)))).toBe(digestOf(sorted(tree)));
  });
});
