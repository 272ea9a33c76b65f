import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandLine } from "../../../../src/filesystems/ext4/debugfs.ts";
import { storableName } from "../../../../src/filesystems/ext4/names.ts";

describe("storableName", () => {
  test.each([
    ["plain.iso", "plain.iso"],
    ['a"; halt; .iso', 'a"; halt; .iso'],
    ["a/b\0c", "a_b_c"],
    ["line\nbreak\r\t.iso", "line_break__.iso"],
    ["", "_"],
    [".", "_"],
    ["..", "__"],
    ["\ud800lone", "\ufffdlone"],
  ])("%j becomes %j", (name, expected) => {
    expect(storableName(name)).toBe(expected);
  });

  test("long names are cut between characters and keep their extension", () => {
    expect(storableName(`${"x".repeat(300)}.iso`)).toBe(`${"x".repeat(251)}.iso`);
    expect(storableName(`${"中".repeat(100)}.iso`)).toBe(`${"中".repeat(83)}.iso`);
    expect(storableName(`${"🚢".repeat(100)}.img.xz`)).toBe(`${"🚢".repeat(63)}.xz`);
    expect(storableName(`a.${"y".repeat(300)}`)).toBe(`a.${"y".repeat(253)}`);
  });

  test("whatever comes in, what comes out is storable and stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
        const stored = storableName(name);
        const bytes = Buffer.from(stored);
        expect(bytes.length).toBeGreaterThan(0);
        expect(bytes.length).toBeLessThanOrEqual(255);
        expect(bytes.some((byte) => byte < 0x20 || byte === 0x2f || byte === 0x7f)).toBe(false);
        expect(storableName(stored)).toBe(stored);
      }),
    );
  });
});

describe("commandLine", () => {
  test.each([
    [["rm", Buffer.from("a b")], 'rm "a b"\n'],
    [["rm", Buffer.from('a"; halt')], 'rm "a""; halt"\n'],
    [["ln", "<12>", Buffer.from("<5>")], 'ln <12> "<5>"\n'],
    [["sif", "<12>", "size", 2147483648], "sif <12> size 2147483648\n"],
  ])("%j", (words, line) => {
    expect(commandLine(words).toString()).toBe(line);
  });

  test("bytes that are no UTF-8 pass unchanged", () => {
    expect(commandLine(["rm", Buffer.from([0xff, 0x22, 0xfe])])).toEqual(
      Buffer.concat([
        Buffer.from('rm "'),
        Buffer.from([0xff, 0x22, 0x22, 0xfe]),
        Buffer.from('"\n'),
      ]),
    );
  });

  test.each([["a\nrm x"], ["a\rb"], ["a\0b"], [""], ["x".repeat(2000)]])(
    "%j never reaches debugfs",
    (name) => {
      expect(() => commandLine(["rm", Buffer.from(name)])).toThrow(
        expect.objectContaining({ code: "ext4-bad-name" }) as Error,
      );
    },
  );
});
