/** English sentences with numbers in them. */
import { expect, test } from "vitest";
import { counted } from "../../../src/system/text.ts";

test("one thing, none, several, and a great many", () => {
  const files = [0, 1, 2, 2048, 1_234_567].map((count) => counted(count, "file", "files"));
  expect(files).toEqual(["0 files", "1 file", "2 files", "2,048 files", "1,234,567 files"]);
});
