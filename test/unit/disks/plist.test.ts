/** Our reader of property lists against Python's plistlib, and against damage. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parsePlist } from "../../../src/disks/plist.ts";
import { judge } from "../../support/tools.ts";
import { LIST } from "./listings/macos.ts";
import { FUZZ_RUNS, FUZZ_TIMEOUT, damage, survives } from "./support.ts";
import { randomFrom } from "../../support/random.ts";

const WRITE =
  "import sys,json,plistlib; plistlib.dump(json.load(sys.stdin), sys.stdout.buffer, sort_keys=False)";

test("reads what plistlib writes", async () => {
  // XML 1.0 has no control characters, and plistlib refuses them.
  const text = fc
    .string({ unit: "grapheme", maxLength: 20 })
    .map((s) => s.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "x"));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      fc.integer(),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map((d) => d + 0),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(text, tie("value"), { maxKeys: 4 }),
    ),
  }));
  const samples = fc.sample(value, { numRuns: 60, seed: 1 });
  const xml = await judge("python3", ["-c", WRITE], { input: JSON.stringify(samples) });
  // Through JSON on both sides: it knows no negative zero, and no prototypes.
  expect(JSON.stringify(parsePlist(xml))).toBe(JSON.stringify(samples));
});

test("reads comments, entities, empty elements; dates and data as text", () => {
  const xml = `<?xml version="1.0"?><!DOCTYPE plist><plist version="1.0"><!-- a > b --><dict>
    <key>a&amp;&#65;&#x4e2d;</key><string/><key>__proto__</key><array/>
    <key>when</key><date>2026-11-21T10:00:00Z</date><key>raw</key><data>AAEC</data></dict></plist>`;
  const value = parsePlist(xml);
  expect(Object.entries(value)).toEqual([
    ["a&A中", ""],
    ["__proto__", []],
    ["when", "2026-11-21T10:00:00Z"],
    ["raw", "AAEC"],
  ]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test.each([
  "",
  "<plist>",
  "<plist></plist>",
  "<plist><string>a</plist>",
  "<plist><string>&nbsp;</string></plist>",
  "<plist><string>&#x110000;</string></plist>",
  "<plist><integer>x</integer></plist>",
  "<plist><dict><string>a</string></dict></plist>",
  "<plist><array><true/></dict></plist>",
  "<plist><script/></plist>",
  `<plist>${"<array>".repeat(100_000)}`,
])("refuses %.50s", (xml) => {
  expect(() => parsePlist(xml)).toThrow(expect.objectContaining({ code: "plist-broken" }));
});

test(
  "a damaged list gives lifeboat's own error, nothing else",
  async () => {
    const intact = Buffer.from(LIST);
    for (let run = 0; run < FUZZ_RUNS; run++) {
      const list = Buffer.from(intact);
      const what = damage(list, [[0, list.length]], randomFrom(run));
      await survives(what, async () => parsePlist(list.toString()));
    }
  },
  FUZZ_TIMEOUT,
);
