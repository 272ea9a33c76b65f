import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { Struct, ascii, bytes, u16le, u32le, u64le, u8 } from "../../../src/block/struct.ts";
import type { Infer } from "../../../src/block/struct.ts";

const Sample = new Struct("sample", 24, {
  name: ascii(4),
  kind: u8,
  flags: bytes(3),
  count: u16le,
  spare: u16le,
  checksum: u32le,
  lba: u64le,
});

describe("Struct", () => {
  test("has the types of its fields", () => {
    expectTypeOf<Infer<typeof Sample>["lba"]>().toEqualTypeOf<bigint>();
    expectTypeOf<Infer<typeof Sample>["flags"]>().toEqualTypeOf<Buffer>();
    expectTypeOf<Infer<typeof Sample>["count"]>().toEqualTypeOf<number>();
  });

  test("decodes bytes at their places, little-endian", () => {
    const from = Buffer.from("EFI ");
    const rest = Buffer.from("0102030405060708090a0b0c0d0e0f1011121314", "hex");
    expect(Sample.decode(Buffer.concat([from, rest]))).toEqual({
      name: "EFI ",
      kind: 1,
      flags: Buffer.from([2, 3, 4]),
      count: 0x0605,
      spare: 0x0807,
      checksum: 0x0c0b0a09,
      lba: 0x14131211100f0e0dn,
    });
  });

  test("encode undoes decode, for any bytes and at any offset", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 60 }), fc.nat(36), (raw, at) => {
        const from = Buffer.from(raw);
        if (at + 24 > from.length) {
          expect(() => Sample.decode(from, at)).toThrow(
            expect.objectContaining({ code: "truncated-structure" }),
          );
        } else {
          expect(Sample.encode(Sample.decode(from, at))).toEqual(from.subarray(at, at + 24));
        }
      }),
    );
  });

  test("what it decoded doesn't change with the buffer", () => {
    const from = Buffer.alloc(24, 1);
    const { flags } = Sample.decode(from);
    from.fill(9);
    expect(flags).toEqual(Buffer.from([1, 1, 1]));
  });

  test("fields that don't add up to the format's size are refused at once", () => {
    expect(() => new Struct("wrong", 3, { a: u16le })).toThrow("2 bytes, the format 3");
  });
});
