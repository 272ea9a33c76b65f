/** What the registry holds for each format, and what it means. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NIL_OBJECT, OBJECT } from "../../../../src/windows/bcd/object-id.ts";
import type { ElementValue } from "../../../../src/windows/bcd/values.ts";
import { decodeValue, encodeValue } from "../../../../src/windows/bcd/values.ts";

const ID = {
  device: 0x11000001,
  string: 0x12000004,
  object: 0x23000003,
  "object-list": 0x24000001,
  integer: 0x25000004,
  boolean: 0x26000020,
  "integer-list": 0x17000077,
} as const;

function utf16(text: string): string {
  return Buffer.from(text, "utf16le").toString("hex");
}

test.each<[ElementValue & { format: keyof typeof ID }, number, string]>([
  [{ format: "string", text: "启动" }, 1, utf16("启动\0")],
  [{ format: "object", id: OBJECT.bootmgr }, 1, utf16(`${OBJECT.bootmgr}\0`)],
  [
    { format: "object-list", ids: [OBJECT.memdiag, OBJECT.ntldr] },
    7,
    utf16(`${OBJECT.memdiag}\0${OBJECT.ntldr}\0\0`),
  ],
  [{ format: "object-list", ids: [] }, 7, utf16("\0")],
  [{ format: "integer", integer: 30n }, 3, "1e00000000000000"],
  [{ format: "boolean", boolean: true }, 3, "01"],
  [{ format: "boolean", boolean: false }, 3, "00"],
  [{ format: "integer-list", integers: [0x15000075n] }, 3, "7500001500000000"],
  [{ format: "integer-list", integers: [] }, 3, ""],
])("$0.format: %#", (value, type, hex) => {
  const data = encodeValue(value);
  expect([data.type, data.data.toString("hex")]).toEqual([type, hex]);
  expect(decodeValue(ID[value.format], data)).toEqual(value);
});

test.each([
  ["1e", 30n],
  ["00c201", 115_200n],
  ["00000080", 0x80000000n],
  ["ffffffffffffffff", (1n << 64n) - 1n],
])("an integer of the bytes %s", (hex, integer) => {
  const data = Buffer.from(hex, "hex");
  expect(decodeValue(ID.integer, { type: 3, data })).toEqual({ format: "integer", integer });
});

test("identifiers of any case, and texts with one NUL too many", () => {
  const upper = Buffer.from(`${OBJECT.bootmgr.toUpperCase()}\0`, "utf16le");
  expect(decodeValue(ID.object, { type: 1, data: upper })).toEqual({
    format: "object",
    id: OBJECT.bootmgr,
  });
  const long = Buffer.from("\\winload.exe\0\0", "utf16le");
  expect(decodeValue(ID.string, { type: 1, data: long })).toMatchObject({ text: "\\winload.exe" });
});

describe("what can't be read keeps its bytes", () => {
  test.each<[string, number, number, string]>([
    ["an integer without bytes", ID.integer, 3, ""],
    ["an integer of nine bytes", ID.integer, 3, "00".repeat(9)],
    ["a boolean of two bytes", ID.boolean, 3, "0000"],
    ["a boolean that is a number", ID.boolean, 4, "01000000"],
    ["a list of nine bytes", ID["integer-list"], 3, "00".repeat(9)],
    ["half a character", ID.string, 1, "41"],
    ["an object that is none", ID.object, 1, utf16("{bootmgr}\0")],
    ["a list with one that is none", ID["object-list"], 7, utf16(`${NIL_OBJECT}\0x\0\0`)],
    ["a list that is a text", ID["object-list"], 1, utf16(`${NIL_OBJECT}\0\0`)],
    ["a device of 31 bytes", ID.device, 3, "00".repeat(31)],
    ["a format that isn't known", 0x1f000001, 3, "00"],
    ["format 0", 0x10000001, 3, "00"],
  ])("%s", (_what, id, type, hex) => {
    const bytes = Buffer.from(hex, "hex");
    expect(decodeValue(id, { type, data: bytes })).toEqual({ format: "unknown", bytes });
  });

  test("any bytes of any type: an answer", () => {
    const ids = [...Object.values(ID), 0x10000001, 0x1f000001];
    fc.assert(
      fc.property(
        fc.constantFrom(...ids),
        fc.integer({ min: 0, max: 12 }),
        fc.uint8Array({ maxLength: 300 }),
        (id, type, bytes) => {
          const data = Buffer.from(bytes);
          const value = decodeValue(id, { type, data });
          if (value.format === "unknown") expect(value.bytes).toEqual(data);
        },
      ),
    );
  });
});

test("any value is the same after its bytes", () => {
  const guid = fc.uuid().map((text) => `{${text}}`);
  const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
  const text = fc.string({ unit: "grapheme" }).filter((all) => !all.includes("\0"));
  const value = fc.oneof(
    fc.record({ format: fc.constant("string" as const), text }),
    fc.record({ format: fc.constant("object" as const), id: guid }),
    fc.record({ format: fc.constant("object-list" as const), ids: fc.array(guid) }),
    fc.record({ format: fc.constant("integer" as const), integer: u64 }),
    fc.record({ format: fc.constant("boolean" as const), boolean: fc.boolean() }),
    fc.record({ format: fc.constant("integer-list" as const), integers: fc.array(u64) }),
  );
  fc.assert(
    fc.property(value, (one) => {
      expect(decodeValue(ID[one.format], encodeValue(one))).toEqual(one);
    }),
  );
});
