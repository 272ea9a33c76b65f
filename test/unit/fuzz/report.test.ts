/** docs/fuzzing.md: a run of one reader leaves the others' rows as they are. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { READERS } from "../../fuzz/readers/index.ts";
import { renderPage } from "../../fuzz/report.ts";

const RESULT = {
  inputs: 100_000,
  seconds: 50,
  whole: 1,
  part: 2,
  refused: 99_997,
  failed: 0,
  slowestMs: 12,
  slowestNumber: 7,
  peakBytes: 1 << 27,
  largestBuffer: 4096,
  run: 3,
  commit: "0123456789",
  day: "2026-12-01",
};

test("the row of a reader is replaced, or put where the list of readers has it", async () => {
  const page = await readFile(join(packageRoot(), "docs", "fuzzing.md"), "utf8");
  const after = renderPage(READERS, page, "mbr", RESULT);
  const changed = after.split("\n").filter((line) => !page.split("\n").includes(line));
  expect(changed).toEqual([
    expect.stringMatching(/^\| mbr \| .* \| 100,000 \| 2,000 \| 1 \| 2 \|/),
  ]);
  expect(after.split("\n")).toHaveLength(page.split("\n").length);

  const without = page.replace(/^\| mbr .*\n/m, "");
  expect(renderPage(READERS, without, "mbr", RESULT)).toBe(after);
  expect(renderPage(READERS, "", "mbr", RESULT).match(/^\| [a-z]+ \|/gm)).toEqual([
    "| reader |",
    "| mbr |",
  ]);
});
