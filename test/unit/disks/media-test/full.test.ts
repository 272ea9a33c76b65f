/** The full test on media that lie, fail or are sound. */
import { describe, expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { judgeMedium } from "../../../../src/disks/media-test/verdict.ts";
import type { Fake } from "../../../support/fake-media.ts";
import {
  Caching,
  Worn,
  dropping,
  genuine,
  keepingItsEnd,
  oneBlock,
  wrapping,
} from "../../../support/fake-media.ts";
import { KIB, MIB, cancelled, codesOf, testFake } from "./support.ts";

const REPORTED = 24 * MIB;
const ODD = 9 * MIB + 7 * 512;

const FAKES: [string, number, () => Fake][] = [
  ["wraps at a power of two", 8 * MIB, () => wrapping(8 * MIB, REPORTED)],
  ["wraps at an odd size", ODD, () => wrapping(ODD, REPORTED)],
  ["wraps at most of its size", 22 * MIB + 512, () => wrapping(22 * MIB + 512, REPORTED)],
  ["forgets, and reads zeroes", ODD, () => dropping(ODD, REPORTED)],
  ["forgets the last MiB", REPORTED - MIB, () => dropping(REPORTED - MIB, REPORTED)],
  ["puts all beyond into one sector", ODD, () => oneBlock(ODD, REPORTED, 512, 8 * MIB)],
  ["keeps its end", 8 * MIB, () => keepingItsEnd(9 * MIB, REPORTED, MIB)],
  // After this much, samples are enough.
  ["forgets a lot", ODD, () => dropping(ODD, 144 * MIB)],
];

describe("a fake is unmasked, with its capacity to the sector", () => {
  test.each(FAKES)("%s", async (_name, real, make) => {
    const result = await testFake(make(), "full");
    expect(result).toMatchObject({ mode: "full", capacityBytes: real });
    expect(judgeMedium(result)).toEqual({ verdict: "fake", fitFor: [] });
  });

  test.each([
    ["forgets", () => dropping(ODD, REPORTED)],
    ["wraps", () => wrapping(ODD, REPORTED)],
  ])("%s behind a cache of the last 4 MiB", async (_name, make) => {
    const through = (medium: ByteRange) => new Caching(medium, 4 * MIB);
    expect((await testFake(make(), "full", { through })).capacityBytes).toBe(ODD);
  });

  test("the bad places of one that wraps are found below its end", async () => {
    const place = { start: 3 * MIB, length: 4 * KIB };
    const through = (medium: ByteRange) => new Worn(medium, { flipped: [place] });
    const result = await testFake(wrapping(ODD, REPORTED), "full", { through });
    expect(result).toMatchObject({ capacityBytes: ODD, badRanges: [place] });
  });
});

describe("a sound medium", () => {
  test("passes, and every sector of it is another one now", async () => {
    const fake = genuine(REPORTED);
    fake.medium.at(20_000, 0.5);
    const result = await testFake(fake, "full");
    expect(result).toMatchObject({ capacityBytes: REPORTED, badRanges: [], findings: [] });
    expect(await fake.chips.changed()).toHaveLength(REPORTED / (4 * KIB));
    const { speed } = result;
    expect(speed.sequentialReadBytesPerSecond).toBeGreaterThan(19e6);
    expect(speed.sequentialWriteBytesPerSecond).toBeGreaterThan(19e6);
    expect(speed.randomRead4kOpsPerSecond).toBeCloseTo(1000 / (0.5 + 4096 / 20_000));
    expect(speed.randomWrite4kOpsPerSecond).toBeCloseTo(1000 / (0.5 + 4096 / 20_000));
  });

  test("whose size is no whole MiB is tested to its last sector", async () => {
    const size = 5 * MIB + 512;
    const last = { start: size - 512, length: 512 };
    const through = (medium: ByteRange) => new Worn(medium, { flipped: [last] });
    const result = await testFake(genuine(size), "full", { through });
    expect(result).toMatchObject({ capacityBytes: size, badRanges: [last] });
  });
});

describe("a worn medium", () => {
  test("all its bad places are found, to the sector or to the block that can't be read", async () => {
    const flipped = { start: 5 * MIB + 512, length: 512 };
    const unreadable = { start: 20 * MIB, length: 12 * KIB };
    const through = (medium: ByteRange) =>
      new Worn(medium, { flipped: [flipped], unreadable: [unreadable] });
    const result = await testFake(genuine(REPORTED), "full", { through });
    expect(judgeMedium(result).verdict).toBe("failing");
    expect(result).toMatchObject({
      capacityBytes: REPORTED,
      badRanges: [flipped, unreadable],
      findings: [],
    });
  });

  test("one that takes nothing at all fails, and isn't called a fake", async () => {
    const result = await testFake(dropping(0, REPORTED), "full");
    expect(codesOf(result)).toEqual(["holds-nothing"]);
    expect(judgeMedium(result).verdict).toBe("failing");
  });
});

test("cancelled, it says that the contents are lost", async () => {
  const abort = new AbortController();
  const stopped = testFake(genuine(REPORTED), "full", {
    signal: abort.signal,
    report: () => abort.abort(cancelled()),
  });
  await expect(stopped).rejects.toMatchObject({
    kind: "cancelled",
    message:
      "Cancelled; its old contents are lost, all or in part, and with them the partition table",
  });
});
