/** JavaScript's expressions and the settings' patterns as POSIX ones. The judge is GNU grep, whose library GRUB's is. */
import * as fc from "fast-check";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadRecipes } from "../../../../src/iso/recipes/library.ts";
import { posixExpression } from "../../../../src/menu/new-isos/extended-regex.ts";
import { pathExpression } from "../../../../src/menu/new-isos/hidden-patterns.ts";
import { fitsPattern } from "../../../../src/stick/settings/patterns.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";

const folder = await suiteFolder();

/** Which of the lines fit, as grep in the C locale has it: GRUB counts bytes too. */
async function grep(expression: string, lines: readonly string[]): Promise<Set<string>> {
  const path = join(folder, "lines");
  const pattern = join(folder, "pattern");
  await writeFile(path, `${lines.join("\n")}\n`);
  await writeFile(pattern, expression);
  const shell = `LC_ALL=C grep -a -E -f "$1" "$2"`;
  const said = await judge("sh", ["-c", shell, "sh", pattern, path], { accept: [0, 1] });
  return new Set(said.split("\n").slice(0, -1));
}

async function fitting(
  expression: RegExp,
  lines: readonly string[],
): Promise<Set<string> | undefined> {
  const posix = posixExpression(expression);
  if (posix === undefined) return undefined;
  const fits = await grep(posix.fits, lines);
  if (posix.unless !== undefined)
    for (const line of await grep(posix.unless, lines)) fits.delete(line);
  return fits;
}

/** Texts that look like what the expression is made of. */
function near(source: string): fc.Arbitrary<string> {
  const words = source.match(/[A-Za-z0-9]+|[ _.+-]/g) ?? ["x"];
  const piece = fc.oneof(
    fc.constantFrom(...words, ...words.map((word) => word.toLowerCase())),
    fc.string({
      minLength: 0,
      maxLength: 3,
      unit: fc.constantFrom(...Array.from("aZ09 _-.+]^\\[")),
    }),
  );
  return fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
}

test("every volumeId of the recipes can be asked in GRUB, and says the same there", async () => {
  const set = await loadRecipes(
    fileURLToPath(new URL("../../../../grub/recipes", import.meta.url)),
  );
  const expressions = set.recipes.flatMap(({ detect, entries }) =>
    [...detect, ...entries.flatMap(({ when }) => when ?? [])].flatMap(({ volumeId, inGrub }) => [
      ...(volumeId ? [volumeId] : []),
      ...(inGrub?.volumeId ? [inGrub.volumeId] : []),
    ]),
  );
  expect(expressions.length).toBeGreaterThan(40);
  for (const expression of expressions) {
    const lines = fc.sample(near(expression.source), 60);
    const fits = await fitting(expression, lines);
    expect(fits, expression.source).toEqual(new Set(lines.filter((line) => expression.test(line))));
  }
});

test("an expression is converted rightly or not at all", async () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    "\\.",
    "\\d",
    "\\w",
    "\\W",
    "[ab]",
    "[^a-c]",
    "[\\d.-]",
    "[\\]x]",
    ".",
    "_",
    "\\+",
    "(?:a|b_)",
    "(?<n>ab?)",
  );
  const repeat = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "*?", "{1,2}?");
  const body = fc.array(fc.tuple(atom, repeat), { minLength: 1, maxLength: 4 });
  const arbitrary = fc
    .tuple(fc.constantFrom("", "^", "\\b"), body, fc.constantFrom("", "$", "\\b", "(?!a)", "|b"))
    .map(([start, parts, end]) => start + parts.flat().join("") + end)
    // A name may be given once.
    .filter((source) => (source.match(/\?<n>/g) ?? []).length < 2);
  let converted = 0;
  await fc.assert(
    fc.asyncProperty(arbitrary, async (source) => {
      const expression = new RegExp(source, "m");
      const lines = fc.sample(near(`${source} ab_.+9`), 30);
      const fits = await fitting(expression, lines);
      if (fits === undefined) return;
      converted++;
      expect(fits, source).toEqual(new Set(lines.filter((line) => expression.test(line))));
    }),
    // So many that chance alone never leaves too few that can be converted.
    { numRuns: 300 },
  );
  expect(converted).toBeGreaterThan(20);
});

test.each([
  "(?=a)b",
  "a(?!b)c",
  "(?<!a)b",
  "(a)\\1",
  "\\u0041",
  "\\bb|c",
  "a*(?!b)",
  "^(a|ab)(?!c)",
  "^a|b(?!a)",
  "a?\\b",
])("%s is not converted", (source) => {
  expect(posixExpression(new RegExp(source, "m"))).toBeUndefined();
});

test("what the settings hide is hidden where GRUB finds it", async () => {
  const name = fc.string({
    minLength: 1,
    maxLength: 4,
    unit: fc.constantFrom(...Array.from("abAB1é中 .-(+")),
  });
  const wild = fc.oneof(
    name,
    name.map((one) => `*${one}`),
    name.map((one) => `${one}?`),
    name.map((one) => `[ab]${one}`),
    name.map((one) => `[!a]${one}`),
  );
  const pattern = fc.oneof(
    wild,
    fc.array(wild, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`),
  );
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`);
  await fc.assert(
    fc.asyncProperty(
      pattern,
      fc.array(path, { minLength: 20, maxLength: 20 }),
      async (one, paths) => {
        const lines = [
          ...paths,
          one.replaceAll(/[*?]/g, "a"),
          one.replaceAll(/\[!?.*?\]/g, "b").replaceAll(/[*?]/g, "x"),
        ].filter((line) => line.startsWith("/"));
        const wanted = lines.filter((line) => fitsPattern(one, line));
        const hidden = await grep(pathExpression(one), lines);
        // "?" and "[!…]" may stand for up to four bytes, which can be more characters: more is hidden then, never less.
        for (const line of wanted) expect(hidden.has(line), `${one} ${line}`).toBe(true);
        if (!/\?|\[!/.test(one)) expect(hidden).toEqual(new Set(wanted));
      },
    ),
    { numRuns: 60 },
  );
});
