/** Hives that are damaged, foreign or made to do harm: each is refused with what is wrong, and where. */
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { checksumOf } from "../../../../src/windows/registry/base-block.ts";
import { readHive, readKeyTree } from "../../../../src/windows/registry/index.ts";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { CountedReads } from "./counted-reads.ts";
import { binary, digestOf, dword, key, made, text, treeOf } from "./support.ts";

const BINS = 4096;
const ROOT = BINS + 32 + 4;

function sample(minorVersion: 3 | 5 = 5): Buffer {
  return made(
    key("Root", {
      className: "class",
      values: [text("Text", "some text"), dword("Number", 1), binary("big", Buffer.alloc(40_000))],
      subkeys: [key("one", { values: [dword("x", 1)] }), key("two", { subkeys: [key("below")] })],
    }),
    minorVersion,
  );
}

/** A hive with changes, and a right checksum. */
function changed(change: (hive: Buffer) => void, hive = sample()): Buffer {
  change(hive);
  seal(hive);
  return hive;
}

function seal(hive: Buffer): void {
  if (hive.length >= 512) hive.writeUInt32LE(checksumOf(hive), 508);
}

/** Offset in the file of the field at `field` of the first structure with this signature. */
function at(hive: Buffer, signature: string, field: number): number {
  return hive.indexOf(signature, BINS, "latin1") + field;
}

describe("base blocks", () => {
  test.each<[string, string, (hive: Buffer) => Buffer | undefined]>([
    ["nothing", "hive-signature", () => Buffer.alloc(0)],
    ["half a base block", "hive-signature", (hive) => hive.subarray(0, 300)],
    ["another signature", "hive-signature", (hive) => void hive.write("xxxx")],
    ["a log", "hive-is-log", (hive) => void hive.writeUInt32LE(1, 28)],
    ["an old log", "hive-is-log", (hive) => void hive.writeUInt32LE(2, 28)],
    ["a new log", "hive-is-log", (hive) => void hive.writeUInt32LE(6, 28)],
    ["an unknown type", "hive-base-block", (hive) => void hive.writeUInt32LE(9, 28)],
    ["an unknown format", "hive-base-block", (hive) => void hive.writeUInt32LE(0, 32)],
    ["Windows NT 3.1", "hive-version", (hive) => void hive.writeUInt32LE(1, 24)],
    ["a version to come", "hive-version", (hive) => void hive.writeUInt32LE(7, 24)],
    ["no bins", "hive-base-block", (hive) => void hive.writeUInt32LE(0, 40)],
    ["half a bin", "hive-base-block", (hive) => void hive.writeUInt32LE(4608, 40)],
    ["absurdly many bins", "hive-base-block", (hive) => void hive.writeUInt32LE(0xffff_f000, 40)],
    ["a file cut short", "hive-truncated", (hive) => hive.subarray(0, -4096)],
    ["no bin", "hive-bad-bin", (hive) => void hive.write("xxxx", BINS)],
    ["a bin too large", "hive-bad-bin", (hive) => void hive.writeUInt32LE(0x100_0000, BINS + 8)],
  ])("%s", async (_, code, change) => {
    const hive = sample();
    const given = change(hive) ?? hive;
    seal(given);
    await expect(readHive(new MemoryRange(given))).rejects.toMatchObject({ code });
  });

  test("a wrong checksum", async () => {
    const hive = sample();
    hive.writeUInt32LE(0x1234, 508);
    await expect(readHive(new MemoryRange(hive))).rejects.toMatchObject({
      code: "hive-checksum",
      hint: { en: expect.stringContaining(".LOG1") as string },
    });
  });

  test("a dirty hive is opened, and says so", async () => {
    const hive = changed((hive) => void hive.writeUInt32LE(2, 4));
    expect((await readHive(new MemoryRange(hive))).dirty).toBe(true);
    expect((await readHive(new MemoryRange(sample()))).dirty).toBe(false);
  });

  test("what lies behind the hive is not looked at", async () => {
    const longer = Buffer.concat([sample(), Buffer.alloc(100_001, 0xaa)]);
    expect(digestOf(await treeOf(longer))).toBe(digestOf(await treeOf(sample())));
  });
});

describe("structures", () => {
  const LH = "lh\x02\0";
  test.each<[string, string, (hive: Buffer) => unknown]>([
    ["the root outside", "hive-bad-offset", (hive) => hive.writeUInt32LE(0xffff_fff8, 36)],
    ["the root misaligned", "hive-bad-offset", (hive) => hive.writeUInt32LE(33, 36)],
    ["the root in a bin's header", "hive-bad-offset", (hive) => hive.writeUInt32LE(8, 36)],
    ["a free cell", "hive-bad-cell", (hive) => hive.writeInt32LE(96, ROOT - 4)],
    ["a cell of no size", "hive-bad-cell", (hive) => hive.writeInt32LE(0, ROOT - 4)],
    ["a cell too large", "hive-bad-cell", (hive) => hive.writeInt32LE(-0x7fff_fff8, ROOT - 4)],
    ["a cell too small", "hive-cell-too-short", (hive) => hive.writeInt32LE(-16, ROOT - 4)],
    ["no key node", "hive-bad-signature", (hive) => hive.write("xx", ROOT)],
    ["a long name", "hive-bad-field", (hive) => hive.writeUInt16LE(0xffff, ROOT + 72)],
    [
      "a name of half letters",
      "hive-bad-field",
      (hive) => {
        hive.writeUInt16LE(0, ROOT + 2);
        return hive.writeUInt16LE(3, ROOT + 72);
      },
    ],
    [
      "a name longer than its cell",
      "hive-cell-too-short",
      (hive) => hive.writeUInt16LE(100, ROOT + 72),
    ],
    [
      "absurdly many subkeys",
      "hive-bad-field",
      (hive) => hive.writeUInt32LE(0xffff_ffff, ROOT + 20),
    ],
    ["a subkey too many", "hive-bad-field", (hive) => hive.writeUInt32LE(3, ROOT + 20)],
    [
      "a list too long",
      "hive-cell-too-short",
      (hive) => hive.writeUInt16LE(0xffff, at(hive, LH, 2)),
    ],
    ["no list", "hive-bad-signature", (hive) => hive.write("xx", at(hive, LH, 0))],
    ["a key below itself", "hive-cycle", (hive) => hive.writeUInt32LE(32, at(hive, LH, 4))],
    [
      "a key that is there twice",
      "hive-cycle",
      (hive) => hive.writeUInt32LE(hive.readUInt32LE(at(hive, LH, 4)), at(hive, LH, 12)),
    ],
    [
      "absurdly many values",
      "hive-bad-field",
      (hive) => hive.writeUInt32LE(0xffff_ffff, ROOT + 36),
    ],
    [
      "values beyond their list",
      "hive-cell-too-short",
      (hive) => hive.writeUInt32LE(100, ROOT + 36),
    ],
    ["no value", "hive-bad-signature", (hive) => hive.write("xx", at(hive, "vk\x04\0", 0))],
    [
      "data longer than the hive",
      "hive-bad-field",
      (hive) => hive.writeUInt32LE(0x7fff_ffff, at(hive, "vk\x04\0", 4)),
    ],
    [
      "inline data of 5 bytes",
      "hive-bad-field",
      (hive) => hive.writeUInt32LE(0x8000_0005, at(hive, "vk\x06\0", 4)),
    ],
    [
      "data longer than their cell",
      "hive-cell-too-short",
      (hive) => hive.writeUInt32LE(200, at(hive, "vk\x04\0", 4)),
    ],
    ["no big data", "hive-bad-signature", (hive) => hive.write("xx", at(hive, "db\x03\0", 0))],
    [
      "segments too many",
      "hive-bad-field",
      (hive) => hive.writeUInt16LE(9, at(hive, "db\x03\0", 2)),
    ],
    [
      "no security descriptor",
      "hive-bad-signature",
      (hive) => hive.write("xx", at(hive, "sk\0\0", 0)),
    ],
    [
      "a descriptor too long",
      "hive-cell-too-short",
      (hive) => hive.writeUInt32LE(0xffff_ffff, at(hive, "sk\0\0", 16)),
    ],
    [
      "a class name too long",
      "hive-cell-too-short",
      (hive) => hive.writeUInt16LE(0xffff, ROOT + 74),
    ],
  ])("%s", async (_, code, change) => {
    await expect(treeOf(changed(change))).rejects.toMatchObject({ code, kind: "damaged" });
  });

  test("one segment used twice", async () => {
    const hive = changed((hive) => {
      const list = BINS + 4 + hive.readUInt32LE(at(hive, "db\x03\0", 4));
      hive.writeUInt32LE(hive.readUInt32LE(list), list + 4);
    });
    await expect(treeOf(hive)).rejects.toMatchObject({ code: "hive-cycle" });
  });

  test("many values that share the same data don't fill the memory", async () => {
    const values = Array.from({ length: 3000 }, (_, index) => dword(`${index}`, 1));
    const hive = made(
      key("Root", { values: [binary("first", Buffer.alloc(900_000)), ...values] }),
      3,
    );
    const first = hive.indexOf("vk\x05\0", 0, "latin1");
    for (let at = first + 32; (at = hive.indexOf("vk", at + 1, "latin1")) >= 0;) {
      hive.copy(hive, at + 4, first + 4, first + 12);
    }
    await expect(treeOf(hive)).rejects.toMatchObject({ code: "hive-too-large" });
  });

  test("one value that is there many times doesn't fill the memory with its name", async () => {
    const name = "N".repeat(16_000);
    const values = [binary("list", Buffer.alloc(160_000)), binary(name, Buffer.alloc(1))];
    const hive = made(key("Root", { values }), 3);
    const list = BINS + hive.readUInt32LE(ROOT + 40) + 4;
    const [filler, named] = [hive.readUInt32LE(list), hive.readUInt32LE(list + 4)];
    // The data of the first value become the list.
    const data = hive.readUInt32LE(BINS + filler + 4 + 8);
    const most = Math.floor(hive.readUInt32LE(40) / 24);
    for (let index = 0; index < most; index++)
      hive.writeUInt32LE(named, BINS + data + 4 + index * 4);
    hive.writeUInt32LE(most, ROOT + 36);
    hive.writeUInt32LE(data, ROOT + 40);
    seal(hive);
    await expect(treeOf(hive)).rejects.toMatchObject({ code: "hive-cycle", kind: "damaged" });
  });

  test("names that lie over one another are taken one at a time, and count", async () => {
    const hive = made(key("Root", { values: [binary("list", Buffer.alloc(160_000))] }), 3);
    const list = BINS + hive.readUInt32LE(ROOT + 40) + 4;
    const data = hive.readUInt32LE(BINS + hive.readUInt32LE(list) + 4 + 8);
    // Cells of values every 24 bytes in those data, each with a name that reaches over the next ones.
    const many = 2000;
    for (let index = 0; index < many; index++) {
      const at = BINS + data + 4 + 4 + 8192 * 2 + index * 24;
      hive.writeInt32LE(-16_384, at);
      hive.write("vk", at + 4, "latin1");
      hive.writeUInt16LE(16_000, at + 6);
      hive.writeUInt32LE(0x8000_0001, at + 8);
      hive.writeUInt16LE(1, at + 20);
      hive.writeUInt32LE(at - BINS, BINS + data + 4 + index * 4);
    }
    hive.writeUInt32LE(many, ROOT + 36);
    hive.writeUInt32LE(data, ROOT + 40);
    // Were all of them read first, the last one would be found to be none.
    const last = BINS + data + 4 + (many - 1) * 4;
    hive.writeUInt32LE(32, last);
    seal(hive);
    const limited = readKeyTree(await readHive(new MemoryRange(hive)), { limitBytes: 200_000 });
    await expect(limited).rejects.toMatchObject({ code: "hive-too-large" });
  });

  test("an index root that is below an index root", async () => {
    const subkeys = Array.from({ length: 600 }, (_, index) => key(`${index}`));
    const hive = made(key("Root", { subkeys }));
    const root = at(hive, "ri\x02\0", 0);
    hive.writeUInt32LE(root - 4 - BINS, root + 4);
    await expect(treeOf(hive)).rejects.toMatchObject({ code: "hive-cycle" });
  });

  test("of a large hive, little is read", async () => {
    const values = [binary("large", Buffer.alloc(2 << 20))];
    const hive = made(key("Root", { subkeys: [key("a", { values }), key("b")] }));
    const reads = new CountedReads(new MemoryRange(hive), "the hive");
    const found = await (await readHive(reads)).find("A");
    expect((await found?.value("LARGE"))?.sizeBytes).toBe(2 << 20);
    expect(reads.bytes).toBeLessThan(1 << 19);
  });
});

test.each([3, 5] as const)("random damage to a hive of version 1.%i", async (minorVersion) => {
  const hive = sample(minorVersion);
  const areas = [
    { start: 0, length: 48 },
    { start: BINS, length: 1400 },
  ];
  const options = { areas, iterations: fuzzRounds(400), seed: 7, repair: seal };
  const refused = await mutate(hive, options, async (range) => {
    await readKeyTree(await readHive(range));
  });
  expect(refused).toBeGreaterThan(100);
});
