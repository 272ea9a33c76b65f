import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areTyped, missingNames } from "../../../src/system/typed-names.ts";

describe("names typed in one line", () => {
  test("in any order, with spaces in them, one a part of another", () => {
    const names = ["/dev/sdb", "/a stick", "/a stick/b.img"];
    expect(areTyped("/a stick/b.img /dev/sdb  /a stick", names)).toBe(true);
    expect(missingNames("/a stick/b.img", names)).toEqual({
      missing: ["/dev/sdb", "/a stick"],
      rest: "",
    });
  });

  test("one too few, one too many, one twice, or a part of one is not right", () => {
    const names = ["/dev/sdb", "/dev/sdc"];
    for (const typed of [
      "",
      "/dev/sdb",
      "/dev/sdb /dev/sdc /dev/sdd",
      "/dev/sdb /dev/sdb",
      "/dev/sdb /dev/sdc1",
      "/dev/sdb,/dev/sdc",
      "/dev/sdb /dev/sdb /dev/sdc",
    ])
      expect(areTyped(typed, names), typed).toBe(false);
  });

  test("whatever the names are, each of them typed is right, and any left out isn't", () => {
    const name = fc.stringMatching(/^\/[a-z 中]{0,6}[a-z]$/u);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), (names) => {
        expect(areTyped(names.toReversed().join(" "), names)).toBe(true);
        const { missing } = missingNames(names.slice(1).join(" "), names);
        expect(missing.length).toBeGreaterThan(0);
      }),
    );
  });
});
