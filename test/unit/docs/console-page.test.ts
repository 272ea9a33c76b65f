/** How a page's commands are read, and what counts as the same output. */
import { expect, test } from "vitest";
import { isAsShown, shownCommands, shownFiles } from "../../support/console-page.ts";

test("commands and their output are found, in blocks of a console only", () => {
  const page = "text\n```console\n$ one\na\nb\n$ two\n```\n$ three\n```sh\n$ four\n```\n";
  expect(shownCommands(page)).toEqual([
    { line: 3, command: "one", output: ["a", "b"] },
    { line: 6, command: "two", output: [] },
  ]);
});

test("files are found by the name behind their language", () => {
  const page = "```yaml a.yaml\nx: 1\n```\n```yaml\ny: 2\n```\n";
  expect([...shownFiles(page)]).toEqual([["a.yaml", "x: 1\n"]]);
});

test.each([
  [["a", "b"], "a\nb\n", true],
  [["a"], "a\nb\n", false],
  [["a", "b"], "a\n", false],
  [["a", "…", "d"], "a\nb\nc\nd\n", true],
  [["a", "…", "d"], "a\nd\n", true],
  [["…", "b"], "a\nb\nc\n", false],
  [["…"], "", true],
  [[], "", true],
  [[], "a\n", false],
  [["LIFEBOAT-00000000 is 1"], "LIFEBOAT-ABCDEF01 is 1\n", true],
  [["LIFEBOAT-00000000 is 1"], "LIFEBOAT-ABCDEF01 is 2\n", false],
  [["a … d"], "a b c d\n", true],
  [["a … d"], "a b c\n", false],
  [["a.c…"], "abc\n", false],
  [["reads 1.0 MB/s"], "reads 325.4 MB/s\n", true],
])("%j against %j", (shown, output, same) => {
  expect(isAsShown(shown, output)).toBe(same);
});
