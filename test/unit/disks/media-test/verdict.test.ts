import { describe, expect, test } from "vitest";
import type { MediaSpeed, MediaTestResult } from "../../../../src/disks/media-test/types.ts";
import { judgeMedium } from "../../../../src/disks/media-test/verdict.ts";
import { GIB } from "./support.ts";

function speed(read: number, write: number, reads: number, writes: number): MediaSpeed {
  return {
    sequentialReadBytesPerSecond: read * 1e6,
    sequentialWriteBytesPerSecond: write * 1e6,
    randomRead4kOpsPerSecond: reads,
    randomWrite4kOpsPerSecond: writes,
  };
}

const USB2 = speed(30, 8, 900, 5);
const FAST_STICK = speed(150, 60, 2_500, 800);
const SSD = speed(400, 350, 8_000, 6_000);

const sound: MediaTestResult = {
  mode: "quick",
  sizeBytes: 64 * GIB,
  capacityBytes: 64 * GIB,
  speed: SSD,
  badRanges: [],
  notPutBack: [],
  findings: [],
};

describe("what a sound medium is fit for", () => {
  test.each([
    ["slow", speed(4, 2, 300, 3), ["repair-tools"]],
    ["genuine", USB2, ["repair-tools"]],
    ["genuine", FAST_STICK, ["repair-tools", "full-system"]],
    ["genuine", SSD, ["repair-tools", "full-system", "portable-ssd"]],
    // Reads like an SSD, but each small write stops everything: no system is to run from it.
    ["genuine", speed(400, 350, 8_000, 40), ["repair-tools"]],
  ] as const)("%s, %o", (verdict, measured, fitFor) => {
    expect(judgeMedium({ ...sound, speed: measured })).toEqual({ verdict, fitFor });
  });

  test("what was not measured is not assumed", () => {
    const measured = { ...SSD, randomWrite4kOpsPerSecond: undefined };
    expect(judgeMedium({ ...sound, speed: measured }).fitFor).toEqual(["repair-tools"]);
  });
});

describe("what isn't sound is fit for nothing, however fast", () => {
  const place = [{ start: 4096, length: 512 }];
  test.each([
    ["fake", { capacityBytes: 8 * GIB }],
    ["fake", { capacityBytes: 8 * GIB, badRanges: place }],
    ["failing", { badRanges: place }],
    ["failing", { notPutBack: place }],
    ["failing", { capacityBytes: 0 }],
  ] as const)("%s: %o", (verdict, change) => {
    expect(judgeMedium({ ...sound, ...change })).toEqual({ verdict, fitFor: [] });
  });
});
