import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assertStorable,
  foldCase,
  storableName,
} from "../../../../src/filesystems/fat32/long-name.ts";
import { decodeShortName, makeShortName } from "../../../../src/filesystems/fat32/short-name.ts";
import { decodeTimestamp, encodeTimestamp } from "../../../../src/filesystems/fat32/timestamp.ts";

describe("a storable name", () => {
  test.each([
    ["debian-12.iso", "debian-12.iso"],
    ['a"b*c/d:e<f>g?h\\i|j', "a_b_c_d_e_f_g_h_i_j"],
    ["tab\there\u0000\u001f", "tab_here__"],
    ["dots at the end...", "dots at the end"],
    ["mixed . . ", "mixed"],
    ["", "_"],
    [".", "_"],
    ["..", "_"],
    ["\ud83d alone", "_ alone"],
    ["boat 🛟.iso", "boat 🛟.iso"],
    [`${"x".repeat(300)}.iso`, `${"x".repeat(251)}.iso`],
    [`x${"😀".repeat(200)}.iso`, `x${"😀".repeat(125)}.iso`],
    [`${"😀".repeat(200)}.iso`, `${"😀".repeat(125)}.iso`],
    ["y".repeat(300), "y".repeat(255)],
    [`a. ${"z".repeat(300)}`, `a. ${"z".repeat(252)}`],
    [`${"z".repeat(254)}. ${"z".repeat(40)}`, "z".repeat(254)],
  ])("of %j", (name, expected) => {
    expect(storableName(name)).toBe(expected);
  });

  test("can always be stored, and is its own", () => {
    const units = fc.array(fc.nat(0xffff), { maxLength: 400 });
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      units.map((codes) => String.fromCharCode(...codes)),
    );
    fc.assert(
      fc.property(texts, (name) => {
        const stored = storableName(name);
        expect(storableName(stored)).toBe(stored);
        expect(stored.length).toBeLessThanOrEqual(255);
        assertStorable(stored);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a short name", () => {
  const none = () => false;
  test.each([
    ["FOO.BAR", "FOO.BAR", true],
    ["FOO", "FOO", true],
    ["foo.bar", "FOO.BAR", false],
    ["Foo.bar", "FOO.BAR", false],
    [".foo", "FOO~1", false],
    ["PICKLE.A", "PICKLE.A", true],
    ["prettybg.big", "PRETTYBG.BIG", false],
    ["foo.bar.iso", "FOOBAR~1.ISO", false],
    ["FOO BAR.ISO", "FOOBAR~1.ISO", false],
    ["a+b=c.txt", "A_B_C~1.TXT", false],
    ["TextFile.Mine.txt", "TEXTFI~1.TXT", false],
    ["longextension.html", "LONGEX~1.HTM", false],
    ["救援.iso", "__~1.ISO", false],
    ["😀.iso", "_~1.ISO", false],
    ["é", "_~1", false],
  ])("of %j is %j", (name, alias, exact) => {
    const made = makeShortName(name, none);
    expect([made.alias, made.exact]).toEqual([alias, exact]);
    expect(decodeShortName(made.bytes, 0)).toBe(alias);
    expect(made.bytes).toHaveLength(11);
  });

  test("avoids those that are taken: four by number, then by a hash", () => {
    const taken = new Set<string>();
    for (let index = 0; index < 3000; index++) {
      const { alias, bytes } = makeShortName(`same beginning ${index}.iso`, (tried) =>
        taken.has(tried),
      );
      expect(taken.has(alias)).toBe(false);
      expect(bytes.toString("latin1")).toMatch(/^[A-Z0-9~]{1,8} *ISO$/);
      taken.add(alias);
    }
    expect(taken.has("SAMEBE~4.ISO")).toBe(true);
    expect(taken.has("SAMEBE~5.ISO")).toBe(false);
  });

  test("gives up where every one is taken", () => {
    expect(() => makeShortName("some name", () => true)).toThrow(/65,536 entries/);
  });

  test("reads Windows NT's flags, the lead byte 05 and code page 437", () => {
    const bytes = Buffer.from("README  TXT", "latin1");
    expect(decodeShortName(bytes, 0x18)).toBe("readme.txt");
    expect(decodeShortName(bytes, 0x08)).toBe("readme.TXT");
    expect(decodeShortName(bytes, 0x10)).toBe("README.txt");
    expect(decodeShortName(Buffer.from("\u0005\u009aX        ", "latin1"), 0)).toBe("σÜX");
    expect(decodeShortName(Buffer.from("A/B\u0001    TXT", "latin1"), 0)).toBe("A_B_.TXT");
  });
});

test("letters in both cases are the same name, across alphabets but not across ASCII's border", () => {
  expect(foldCase("straße Ünïted Ж 救")).toBe(foldCase("STRAßE ÜNÏTED ж 救"));
  expect(foldCase("ß")).not.toBe("SS");
  expect(foldCase("ı")).not.toBe("I");
  expect(foldCase("ſ")).not.toBe("S");
});

describe("a time", () => {
  test("goes both ways, two seconds fine, for all of FAT's years", () => {
    const first = new Date(1980, 0, 1).getTime();
    const last = new Date(2107, 11, 31, 23, 59, 58).getTime();
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (at) => {
        const { date, time, hundredths } = encodeTimestamp(new Date(at));
        const back = decodeTimestamp(date, time)?.getTime() ?? 0;
        expect(at - back - hundredths * 10).toBeGreaterThanOrEqual(0);
        expect(at - back - hundredths * 10).toBeLessThan(10);
      }),
    );
  });

  test("before, after and nowhere", () => {
    const years = (at: Date) => {
      const { date, time } = encodeTimestamp(at);
      return decodeTimestamp(date, time)?.getFullYear();
    };
    expect(years(new Date(1970, 0, 1))).toBe(1980);
    expect(years(new Date(2200, 0, 1))).toBe(2107);
    expect(years(new Date(Number.NaN))).toBe(1980);
    expect(decodeTimestamp(0, 0)).toBeUndefined();
    expect(decodeTimestamp(0x21, 0xffff)).toBeUndefined();
  });
});
