import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DiskPicture } from "../../../src/tui/frame/disk-picture.ts";
import { cellsOf } from "../../../src/tui/frame/disk-picture.ts";
import { beforeAfterLines, diskLines } from "../../../src/tui/frame/layout/disk-lines.ts";
import { textOf } from "../../../src/tui/frame/layout/line.ts";

const GIB = 2 ** 30;

const picture: DiskPicture = {
  totalBytes: 10 * GIB,
  parts: [
    {
      label: "data",
      startBytes: 0,
      bytes: 8 * GIB,
      kind: "free",
      stretches: [
        { kind: "file", startBytes: 0, bytes: 2 * GIB },
        { kind: "pieces", startBytes: 4 * GIB, bytes: 1024 },
      ],
    },
    { label: "boot stage", startBytes: 8 * GIB, bytes: GIB, kind: "boot", stretches: [] },
  ],
};

describe("a disk as a bar", () => {
  test("each cell shows what it mostly is; a file in pieces is seen however small it is", () => {
    expect(cellsOf(picture, 10)).toEqual([
      "file",
      "file",
      "free",
      "free",
      "pieces",
      "free",
      "free",
      "free",
      "boot",
      "unallocated",
    ]);
  });

  test("two things that share a cell are both seen", () => {
    const stretches = [
      { kind: "file" as const, startBytes: 0, bytes: 1024 },
      { kind: "used" as const, startBytes: 2048, bytes: 1024 },
    ];
    const part = { label: "data", startBytes: 0, bytes: GIB, kind: "free" as const, stretches };
    expect(cellsOf({ totalBytes: GIB, parts: [part] }, 4)).toEqual([
      "file",
      "used",
      "free",
      "free",
    ]);
  });

  test("with its parts and what its marks mean", () => {
    const [bar = "", parts, legend] = diskLines(picture, 42, "en").map(textOf);
    expect(bar).toBe("▕████████░░░░░░░░▄░░░░░░░░░░░░░░░▓▓▓▓····▏");
    expect(parts).toContain("data 8.00 GiB  │  boot stage 1.00 GiB");
    expect(legend).toContain("▄ an image in pieces");
  });

  test("damage is drawn over everything, each place of it", () => {
    const damaged = [
      { start: 0, length: 512 },
      { start: 10 * GIB - 512, length: 512 },
    ];
    const cells = cellsOf({ ...picture, damaged }, 10);
    expect([cells[0], cells[1], cells[9]]).toEqual(["damaged", "file", "damaged"]);
  });

  test("before and after stand on one scale, their marks said once", () => {
    const after = { ...picture, parts: picture.parts.slice(0, 1) };
    const lines = beforeAfterLines(picture, after, 60, "en").map(textOf);
    expect(lines[0]).toMatch(/^before ▕█+░+▄░+▓+·+▏$/);
    expect(lines[2]).toMatch(/^after {2}▕█+░+▄░+·+▏$/);
    expect(lines[1]).toContain("boot stage 1.00 GiB");
    expect(lines[3]).not.toContain("boot stage");
    expect(lines.filter((line) => line.includes("an image in pieces"))).toHaveLength(1);
  });

  test("of any width and any parts it has as many cells as columns", () => {
    const stretch = fc.record({
      kind: fc.constantFrom("file" as const, "pieces" as const),
      startBytes: fc.integer({ min: -10, max: 2 ** 45 }),
      bytes: fc.integer({ min: 0, max: 2 ** 45 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 45 }),
        fc.array(stretch, { maxLength: 30 }),
        fc.integer({ min: 1, max: 300 }),
        (totalBytes, stretches, columns) => {
          const parts = [
            { label: "x", startBytes: 0, bytes: totalBytes, kind: "free" as const, stretches },
          ];
          expect(cellsOf({ totalBytes, parts }, columns)).toHaveLength(columns);
        },
      ),
    );
  });
});
