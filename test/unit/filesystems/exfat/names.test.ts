import * as fc from "fast-check";
import { expect, test } from "vitest";
import { storableName } from "../../../../src/filesystems/exfat/names.ts";
import { decodeTimestamp, encodeTimestamp } from "../../../../src/filesystems/exfat/timestamps.ts";

test.each([
  ["plain name.iso", "plain name.iso"],
  [`a"b*c/d:e<f>g?h\\i|j`, "a_b_c_d_e_f_g_h_i_j"],
  ["tab\there\0", "tab_here_"],
  ["ends. . .", "ends"],
  ["...", "_"],
  ["", "_"],
  ["..", "_"],
  [".profile", ".profile"],
  ["half \ud83d surrogate \ude80", "half _ surrogate _"],
  ["x".repeat(300) + ".iso", "x".repeat(251) + ".iso"],
  ["🚑".repeat(200) + ".iso", "🚑".repeat(125) + ".iso"],
  ["y".repeat(250) + " ." + "z".repeat(80), "y".repeat(250) + " .zzz"],
  ["w".repeat(400), "w".repeat(255)],
])("%j becomes %j", (name, expected) => {
  expect(storableName(name)).toBe(expected);
});

test("what comes out can be stored, and comes out again as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
      const storable = storableName(name);
      expect(storable.length).toBeGreaterThan(0);
      expect(storable.length).toBeLessThanOrEqual(255);
      expect(storable).not.toMatch(/[\u0000-\u001f"*/:<>?\\|]|[. ]$/);
      expect(storable.isWellFormed()).toBe(true);
      expect(storableName(storable)).toBe(storable);
    }),
  );
});

test("times come back to 10 ms within what the format holds", () => {
  const noInvalidDate = true;
  const min = new Date("1980-01-01T00:00:00Z");
  const max = new Date("2107-12-31T23:59:59.990Z");
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate }), (date) => {
      const expected = Math.floor(date.getTime() / 10) * 10;
      expect(decodeTimestamp(encodeTimestamp(date))?.getTime()).toBe(expected);
    }),
  );
  expect(decodeTimestamp(encodeTimestamp(new Date("1970-05-05")))).toEqual(min);
  expect(decodeTimestamp(encodeTimestamp(new Date("2200-05-05")))).toEqual(max);
});

test("times of other zones, of no zone, and no times at all", () => {
  const dateTime = ((2026 - 1980) << 25) | (11 << 21) | (21 << 16) | (10 << 11) | (30 << 5) | 4;
  const at = (utcOffset: number, stamp = dateTime) =>
    decodeTimestamp({ dateTime: stamp >>> 0, tenMilliseconds: 150, utcOffset });
  // +08:00 is 32 quarters of an hour, -03:30 is -14.
  expect(at(0x80 | 32)?.toISOString()).toBe("2026-11-21T02:30:09.500Z");
  expect(at(0x80 | (-14 & 0x7f))?.toISOString()).toBe("2026-11-21T14:00:09.500Z");
  expect(at(0)).toEqual(new Date(2026, 10, 21, 10, 30, 9, 500));
  expect(at(0x80, 0)).toBeUndefined();
  expect(at(0x80, dateTime | (31 << 11))).toBeUndefined();
});
