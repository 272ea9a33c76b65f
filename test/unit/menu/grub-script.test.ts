import * as fc from "fast-check";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { printable, quote, quoteArguments } from "../../../src/menu/grub-script.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 300);

/** What people and attackers put into names: everything that means something to GRUB's script language. */
const hostile = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom(...Array.from("'\"\\${};|&<>()[]!#`~ \n\r\tabc救")) }),
  fc.string({ unit: "binary" }),
);

/** The inverse of what GRUB's lexer does with our quoting: single quotes are literal, `\x` outside of them is `x`. */
function unquote(word: string): string {
  return word.replaceAll(/'([^']*)'|\\(.)/gs, (_all, inside: string | undefined, escaped: string) =>
    inside === undefined ? escaped : inside,
  );
}

describe("quoting for GRUB", () => {
  test("a word comes back as it was, but for control characters", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(unquote(quote(text))).toBe(printable(text));
      }),
      { numRuns: RUNS },
    );
  });

  test("plain words need no quotes", () => {
    expect(quote("/live/vmlinuz-6.1.0")).toBe("/live/vmlinuz-6.1.0");
    expect(quote("boot=live")).toBe("boot=live");
    expect(quote("")).toBe("''");
  });

  test("the worst name stays one word", () => {
    expect(quote("a'; halt; ${x} b.iso")).toBe(String.raw`'a'\''; halt; ${"${x}"} b.iso'`);
  });

  test("characters that turn the reading direction around are taken out", () => {
    expect(printable("abc\u202Egnp.iso")).toBe("abcgnp.iso");
    expect(printable("a\u0000b\nc")).toBe("a b c");
  });

  test("arguments are quoted one by one", () => {
    expect(quoteArguments("boot=live  toram;halt 'x")).toBe(
      String.raw`boot=live 'toram;halt' ''\''x'`,
    );
  });

  test("a kernel argument with spaces in double quotes stays one word", () => {
    expect(quoteArguments('a ocs="x y" b')).toBe("a 'ocs=x y' b");
    expect(quoteArguments('"unmatched x')).toBe(`'"unmatched' x`);
  });

  test("GRUB's own parser takes every menu entry with hostile words in it", async () => {
    const samples = fc.sample(hostile, RUNS);
    const lines = samples.map(
      (text) => `menuentry ${quote(text)} {\n  linux ${quoteArguments(text)}\n}`,
    );
    const path = join(await temporaryFolder(), "menu.cfg");
    await writeFile(path, `${lines.join("\n")}\n`);
    await judge("grub-script-check", [path]);
  });
});
