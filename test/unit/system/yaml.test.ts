/** YAML made to cost more than it is worth: found by fuzzing, and each ended or stalled the whole program. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkYaml } from "../../../src/system/yaml.ts";

const anything = z.unknown();

function messagesOf(text: string): string[] {
  const checked = checkYaml(text, anything);
  return "problems" in checked ? checked.problems.map(({ message }) => message) : [];
}

describe("collections within each other", () => {
  const nested: Readonly<Record<string, (depth: number) => string>> = {
    "[": (depth) => "[".repeat(depth) + "]".repeat(depth),
    "{a: ": (depth) => "{a: ".repeat(depth) + "}".repeat(depth),
    "- ": (depth) => "- ".repeat(depth),
    "? ": (depth) => "? ".repeat(depth),
    "by indentation": (depth) =>
      Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}a:\n`).join(""),
  };
  // Near the end of the stack V8 does not throw: it ends the process.
  test.each(Object.entries(nested))("%s: refused where they are too many", (_, write) => {
    expect(messagesOf(write(40))).toEqual([]);
    for (const depth of [200, 1000, 5000]) {
      expect(messagesOf(write(depth))).toEqual(["collections are nested more than 100 deep"]);
    }
  });

  test.each([
    ["colons in braces", (depth: number) => `{a${" : b".repeat(depth)}}`],
    ["colons in brackets, line by line", (depth: number) => `[a${"\n: b".repeat(depth)}]`],
    [
      "some in each of some brackets",
      (depth: number) => `[x, a${" : b".repeat(30)} : `.repeat(depth),
    ],
    ["behind a bracket that is closed", (depth: number) => `[a${": [b, c]".repeat(depth)}]`],
  ])("without commas between them, %s begin collections too", (_, write) => {
    const refusal = "collections are nested more than 100 deep";
    // Each is a mistake as well, but for the first.
    expect(messagesOf(write(2))).not.toContain(refusal);
    for (const depth of [200, 1000, 5000]) expect(messagesOf(write(depth))).toEqual([refusal]);
  });

  test("what only looks like it isn't refused", () => {
    const column = " ".repeat(300);
    const texts = [
      `a: |\n${column}deep text\n`,
      `a: |\n  ${"- ".repeat(300)}\n  [[\n\nb: 1\n`,
      `a: >-\n  deep ${column} text\n  [[\nb:\n  - 1\n`,
      `a: 1\n${column}# comment\nb: 2\n`,
      `a: plain ${"and ".repeat(100)}\n  text\nb: 1\n`,
      `a: 1${column}# comment\n`,
      `a: "${"[".repeat(300)}"\n`,
      `a: '${"- ".repeat(300)}'\n`,
      `a: [${"[1], ".repeat(300)}]\n`,
      `a: [${"{b: 1, c: {d: 2}}, ".repeat(300)}]\n`,
      `a: [${"b: 1, ".repeat(300)}]\nb: {${Array.from({ length: 300 }, (_, key) => `k${key}: {c: 1}`).join(",\n ")}}\n`,
      "a: {b: 1}\n".replace("a", "long key ".repeat(40)),
      Array.from({ length: 300 }, (_, index) => `- a: [${index}]\n`).join(""),
    ];
    for (const text of texts) expect(messagesOf(text)).toEqual([]);
  });

  test("the line is that of the mistake", () => {
    const checked = checkYaml(`a: 1\nb: |\n  text\n  text\nc: ${"[".repeat(200)}`, anything);
    expect("problems" in checked && checked.problems[0]?.line).toBe(5);
  });
});

test("more keys than anybody writes, each compared with all others", () => {
  const keys = (count: number) =>
    Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join("");
  expect(messagesOf(keys(1000))).toEqual([]);
  expect(messagesOf(keys(40_000))).toEqual(["more than 5000 keys"]);
});

test("more words than anybody writes, each a mistake", () => {
  expect(messagesOf("&a ".repeat(40_000))).toEqual(["more than 50000 words and signs"]);
});

test("mistakes are in short words without their place, and leave stacks as they were", () => {
  const usual = Error.stackTraceLimit;
  expect(messagesOf("a: &a &b 1\n")).toEqual(["A node can have at most one anchor"]);
  expect(Error.stackTraceLimit).toBe(usual);
});
