import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, cutStart, pad, say, widthOf, wrap } from "../../../src/tui/frame/words.ts";

/** What names and sentences are made of: Latin, Chinese, full-width stops, emoji of several code points, combining marks. */
const words = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "a",
        "Z",
        " ",
        "-",
        "/",
        "é",
        "中",
        "文",
        "，",
        "。",
        "“",
        "”",
        "👩‍🚒",
        "e\u0301",
        "ｶ",
      ),
      fc.string({ unit: "grapheme", maxLength: 3 }),
    ),
    { maxLength: 80 },
  )
  .map((parts) => say(parts.join(""), "en"));

describe("what is shown of words", () => {
  test("no control character and no bidirectional override reaches the terminal", () => {
    expect(say("a\u001b[2Jb\u202Ec\u0007\nd\u009b1m", "en")).toBe(
      "a\uFFFD[2Jb\uFFFDc\uFFFD\uFFFDd\uFFFD1m",
    );
  });

  test("in the user's language", () => {
    expect(say({ en: "disk", zh: "磁盘" }, "zh")).toBe("磁盘");
    expect(say("/dev/sdb", "zh")).toBe("/dev/sdb");
  });

  test("a Chinese character takes two columns", () => {
    expect(widthOf("磁盘 1")).toBe(6);
    expect(pad("磁盘", 6)).toBe("磁盘  ");
  });

  test("cut to any width, it is no wider, and says that something is missing", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 0, max: 60 }), (text, columns) => {
        for (const shown of [cut(text, columns), cutStart(text, columns)]) {
          expect(widthOf(shown)).toBeLessThanOrEqual(columns);
          if (shown !== text && columns > 0) expect(shown).toContain("…");
        }
      }),
    );
  });

  test("of a path its end is kept, of a name its beginning", () => {
    expect(cutStart("/media/library/debian.iso", 12)).toBe("…/debian.iso");
    expect(cut("debian-live-12.iso", 8)).toBe("debian-…");
    expect(cut("中文镜像", 4)).toBe("中…");
  });

  test("wrapped, no line is too wide, and nothing but spaces gets lost", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 60 }), (text, columns) => {
        const lines = wrap(text, columns);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
        const letters = (value: string) => value.replaceAll(/\s/g, "");
        expect(letters(lines.join(""))).toBe(letters(text));
      }),
    );
  });

  test("lines break between words, and between Chinese characters, but not before a stop", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("磁盘已写入，完成。", 10)).toEqual(["磁盘已写", "入，完成。"]);
    expect(wrap("", 10)).toEqual([""]);
  });
});
