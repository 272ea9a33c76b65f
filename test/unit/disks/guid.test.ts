import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeGuid, encodeGuid, isGuid, randomGuid } from "../../../src/disks/guid.ts";
import { cleanText } from "../../../src/disks/clean.ts";

describe("GUIDs", () => {
  test("the ESP's type is stored as the specification's appendix A orders its bytes", () => {
    const stored = Buffer.from("28732ac11ff8d211ba4b00a0c93ec93b", "hex");
    expect(decodeGuid(stored)).toBe("C12A7328-F81F-11D2-BA4B-00A0C93EC93B");
    expect(encodeGuid("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")).toEqual(stored);
  });

  test("encode undoes decode", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (raw) => {
        expect(encodeGuid(decodeGuid(Buffer.from(raw)))).toEqual(Buffer.from(raw));
      }),
    );
  });

  test("new ones are GUIDs in upper case and differ", () => {
    expect(randomGuid()).toMatch(/^[0-9A-F-]{36}$/);
    expect(isGuid(randomGuid())).toBe(true);
    expect(randomGuid()).not.toBe(randomGuid());
  });

  test("anything else is refused", () => {
    expect(isGuid("C12A7328-F81F-11D2-BA4B-00A0C93EC93")).toBe(false);
    expect(isGuid("C12A7328F81F11D2BA4B00A0C93EC93B")).toBe(false);
    expect(() => encodeGuid("x")).toThrow(RangeError);
  });
});

test("names from hardware lose what could deceive on a screen", () => {
  expect(cleanText("  SanDisk\u001B[31m \u202EevoM\u202C\u200B U\u0000SB  ")).toBe(
    "SanDisk[31m evoM USB",
  );
  expect(cleanText("Kingston 数据 ü")).toBe("Kingston 数据 ü");
});
