/** Reasons of the operating system, as it gives them here. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { reasonOf } from "../../../src/system/reason.ts";

async function failing(work: () => Promise<unknown>) {
  return reasonOf(await work().catch((error: unknown) => error));
}

test.each([
  ["a file that isn't there", async () => readFile("/nowhere/at all"), "no such file or folder"],
  ["a folder for a file", async () => readFile("/tmp"), "it is a folder"],
  ["a file for a folder", async () => readdir("/etc/passwd"), "a part of its path is no folder"],
  [
    "a name that is too long",
    async () => readFile(`/tmp/${"x".repeat(300)}`),
    "the name is too long",
  ],
  ["a full disk", async () => writeFile("/dev/full", "x"), "no space left on the disk"],
])("%s", async (_name, work, words) => {
  const reason = await failing(work);
  expect(reason.en).toBe(words);
  expect(reason.zh).toMatch(/\p{Script=Han}/u);
});

test("what nobody knows is told as it is", () => {
  expect(reasonOf(new Error("the moon"))).toEqual({ en: "the moon", zh: "the moon" });
  expect(reasonOf("why")).toEqual({ en: "why", zh: "why" });
});
