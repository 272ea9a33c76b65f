import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isShortName, storableName } from "../../../../src/filesystems/ntfs/names.ts";

test.each([
  ["debian-12.iso", "debian-12.iso"],
  ['a"b*c/d:e<f>g?h\\i|j', "a_b_c_d_e_f_g_h_i_j"],
  ["line\nbreak\u0000", "line_break_"],
  ["trailing. . ", "trailing"],
  ["con", "_con"],
  ["Nul.txt", "_Nul.txt"],
  ["COM1", "_COM1"],
  ["lpt².iso", "_lpt².iso"],
  ["com10", "com10"],
  ["console", "console"],
  ["$MFT", "_$MFT"],
  ["...", "_"],
  ["", "_"],
  ["日本語 🚀.iso", "日本語 🚀.iso"],
  [`${"x".repeat(300)}.iso`, `${"x".repeat(251)}.iso`],
  [`${"x".repeat(250)}🚀.iso`, `${"x".repeat(250)}.iso`],
  ["\ud800x", "_x"],
])("%j is stored as %j", (name, stored) => {
  expect(storableName(name)).toBe(stored);
});

/** Any UTF-16 code unit, the troublesome ones often. */
const unit = fc.oneof(
  fc.nat(0xffff),
  fc.nat(17).map((index) => ".. :*con1²$MFT\u0000🚀".charCodeAt(index)),
);

test("a stored name is stored as itself, and never longer than the format has room for", () => {
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 400 }), (units) => {
      const name = String.fromCharCode(...units);
      const stored = storableName(name);
      expect(storableName(stored)).toBe(stored);
      expect(stored.length).toBeGreaterThan(0);
      expect(stored.length).toBeLessThanOrEqual(255);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["AUTORUN.INF", true],
  ["readme.txt", true],
  ["a", true],
  ["longername.txt", false],
  ["a b.txt", false],
  ["a.b.c", false],
  ["a.text", false],
  ["ä.txt", false],
  [".x", false],
])("%s serves as a short name too: %s", (name, expected) => {
  expect(isShortName(name)).toBe(expected);
});
