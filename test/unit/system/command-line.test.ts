import * as fc from "fast-check";
import { expect, test } from "vitest";
import { commandLine } from "../../../src/system/command-line.ts";
import { judge } from "../../support/tools.ts";

test("plain words stay as they are", () => {
  expect(commandLine(["dd", "if=/dev/sdb", "bs=1M"], "linux")).toBe("dd if=/dev/sdb bs=1M");
  expect(commandLine([String.raw`\\.\PhysicalDrive3`], "win32")).toBe(
    String.raw`\\.\PhysicalDrive3`,
  );
});

test("Windows' shells get double quotes", () => {
  expect(commandLine(["lifeboat", String.raw`C:\my stick.img`], "win32")).toBe(
    String.raw`lifeboat "C:\my stick.img"`,
  );
});

test("a shell takes each word for what it was", async () => {
  const word = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .filter((text) => !text.includes("\0"));
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 4 }), async (words) => {
      const said = await judge("sh", ["-c", `printf '%s\\0' ${commandLine(words, "linux")}`]);
      expect(said.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});
