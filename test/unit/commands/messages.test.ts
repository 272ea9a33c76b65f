/** Every sentence of every room is there in both languages. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import type { Text } from "../../../src/system/text.ts";

const SOURCE = join(packageRoot(), "src");
const files = (await readdir(SOURCE, { recursive: true }))
  .filter((name) => /(^|[/-])messages\.ts$/.test(name))
  .toSorted();

type Sentence = (...values: unknown[]) => Text;

test("each room's messages are found", () => {
  expect(files.length).toBeGreaterThan(15);
});

describe.each(files)("%s", async (file) => {
  const room = (await import(join(SOURCE, file))) as Record<string, Record<string, Sentence>>;
  const sentences = Object.values(room).flatMap((say) =>
    typeof say === "object"
      ? Object.entries(say).filter(([, say]) => typeof say === "function")
      : [],
  );

  test("says something", () => {
    expect(sentences.length).toBeGreaterThan(0);
  });

  test.each(sentences)("%s", (_name, sentence) => {
    const { en, zh } = called(sentence);
    expect(en).toMatch(/[a-z]{2}/i);
    expect(en).not.toMatch(/\p{Script=Han}|undefined|NaN|\[object/u);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(zh).not.toMatch(/undefined|NaN|\[object/);
    expect(zh).not.toBe(en);
    // What is put into the one is in the other as well.
    for (const value of [en, zh]) expect(value.includes("7")).toBe(en.includes("7"));
  });
});

/** The kinds of values that sentences take: the first that the sentence can be made with. */
const KINDS: readonly unknown[] = [
  7,
  "7",
  7n,
  { en: "x7", zh: "七7" },
  ["7"],
  [{ en: "x7", zh: "七7" }],
  // Which of the two copies of a GPT; a mistake in a recipe.
  "primary",
  // Where a chain of clusters leads; what is wrong with a file's entries in exFAT's directories, and in FAT's; a part of a stick.
  "bad",
  "entry-type",
  "file-as-directory",
  "esp",
  // Whether an image starts with Secure Boot on.
  "own-loader",
  // By which way an entry starts.
  "native",
  [{ file: "7", line: 7, text: "7" }],
  { file: "7", line: 7, text: "7" },
  // A part of a recipe's condition.
  { part: "exists", wanted: "7", holds: true, found: "7" },
  // A chain of clusters.
  { end: "bad", at: 7 },
  // Extents of a medium.
  [{ start: 7, length: 7 }],
  new Date(7),
  Object.assign(new Error("7"), { en: "x7", zh: "七7" }),
];

function called(sentence: Sentence): Text {
  const tries = KINDS.map((kind) => Array.from({ length: 6 }, () => kind));
  // Mixed ones: one of another kind first, last or between.
  for (const kind of KINDS) {
    for (const other of KINDS) {
      tries.push([kind, other, other], [kind, kind, other], [other, kind, other]);
    }
  }
  let last: unknown;
  for (const values of tries) {
    try {
      const text = sentence(...values);
      if (/undefined|NaN|\[object/.test(text.en + text.zh)) continue;
      return text;
    } catch (error) {
      last = error;
    }
  }
  throw new Error("no values make a sentence of it", { cause: last });
}
