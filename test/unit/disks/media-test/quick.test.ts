/** The quick test on media that lie, fail or are sound. Nothing of what they hold may change. */
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
import { GIB, KIB, MIB, codesOf, testFake } from "./support.ts";

const REPORTED = 64 * GIB;
/** Of a stick as it is sold: no power of two, and no whole MiB. */
const ODD = 7_918_845_440 + 3 * 512;

const garbage = (address: number, into: Buffer) => into.fill(`nothing ${address * 7919}`);

const FAKES: [string, number, () => Fake][] = [
  ["wraps at 8 GiB", 8 * GIB, () => wrapping(8 * GIB, REPORTED)],
  ["wraps at an odd size", ODD, () => wrapping(ODD, REPORTED)],
  ["wraps at most of its size", 60 * GIB + 512, () => wrapping(60 * GIB + 512, REPORTED)],
  ["wraps within the run", 5 * MIB + 512, () => wrapping(5 * MIB + 512, REPORTED)],
  ["forgets, and reads zeroes", 8 * GIB, () => dropping(8 * GIB, REPORTED)],
  ["forgets, and reads garbage", ODD, () => dropping(ODD, REPORTED, garbage)],
  ["forgets the last MiB", REPORTED - MIB, () => dropping(REPORTED - MIB, REPORTED)],
  ["says 2 TB and has 8", ODD, () => dropping(ODD, 2000 * GIB)],
  ["puts all beyond into one sector", ODD, () => oneBlock(ODD, REPORTED, 512)],
  ["puts all beyond into one MiB", ODD, () => oneBlock(ODD, REPORTED, MIB, 3 * GIB)],
  [
    "ends within the run, and has one block",
    2 * MIB,
    () => oneBlock(2 * MIB, 13 * MIB, 64 * KIB, MIB),
  ],
  ["keeps its end", 8 * GIB - 64 * MIB, () => keepingItsEnd(8 * GIB, REPORTED, 64 * MIB)],
];

describe("a fake is unmasked, with its capacity to the sector, and unchanged", () => {
  test.each(FAKES)("%s", async (_name, real, make) => {
    const fake = make();
    fake.medium.at(5_000, 1);
    const result = await testFake(fake, "quick");
    expect(judgeMedium(result)).toEqual({ verdict: "fake", fitFor: [] });
    expect(result).toMatchObject({ capacityBytes: real, badRanges: [], notPutBack: [] });
    expect(await fake.chips.changed()).toEqual([]);
    // By the clock of a medium that moves 5 MB/s.
    expect(fake.medium.ms).toBeLessThan(60_000);
  });

  test.each([
    ["forgets", () => dropping(9 * MIB, 32 * MIB)],
    ["wraps", () => wrapping(9 * MIB, 32 * MIB)],
  ])("%s behind a cache of the last 2 MiB", async (_name, make) => {
    const fake = make();
    const through = (medium: ByteRange) => new Caching(medium, 2 * MIB);
    const result = await testFake(fake, "quick", { through });
    expect(result.capacityBytes).toBe(9 * MIB);
    expect(await fake.chips.changed()).toEqual([]);
  });

  test("what is beyond can't even be read", async () => {
    const fake = genuine(REPORTED);
    const beyond = { start: 8 * GIB, length: REPORTED - 8 * GIB };
    const result = await testFake(fake, "quick", {
      through: (medium) => new Worn(medium, { unreadable: [beyond] }),
    });
    expect(result).toMatchObject({ capacityBytes: 8 * GIB, badRanges: [] });
    expect(await fake.chips.changed()).toEqual([]);
  });
});

describe("a sound medium", () => {
  test.each([MIB, 3 * MIB + 512, 512 * MIB, REPORTED])("of %i bytes passes", async (size) => {
    const fake = genuine(size);
    fake.medium.at(5_000, 1);
    const result = await testFake(fake, "quick");
    expect(result).toMatchObject({
      sizeBytes: size,
      capacityBytes: size,
      badRanges: [],
      notPutBack: [],
      findings: [],
    });
    expect(await fake.chips.changed()).toEqual([]);
    expect(fake.medium.ms).toBeLessThan(60_000);
    // The fake's clock is its speed.
    const { speed } = result;
    if (size > 100 * MIB) {
      expect(speed.sequentialReadBytesPerSecond).toBeGreaterThan(4.5e6);
      expect(speed.sequentialReadBytesPerSecond).toBeLessThan(5e6);
      expect(speed.sequentialWriteBytesPerSecond).toBeGreaterThan(4.5e6);
      expect(speed.randomRead4kOpsPerSecond).toBeCloseTo(1000 / (1 + 4096 / 5000));
      expect(speed.randomWrite4kOpsPerSecond).toBeCloseTo(1000 / (1 + 4096 / 5000));
    }
  });

  test("that is too slow to be looked through in time says so", async () => {
    const fake = genuine(2000 * GIB);
    fake.medium.at(5_000, 5);
    const result = await testFake(fake, "quick");
    expect(result.capacityBytes).toBe(2000 * GIB);
    expect(codesOf(result)).toEqual(["repeats-not-excluded"]);
    expect(fake.medium.ms).toBeLessThan(60_000);
  });

  test("less than a MiB is refused", async () => {
    const refused = testFake(genuine(MIB - 512), "quick");
    await expect(refused).rejects.toMatchObject({ code: "media-too-small", kind: "usage" });
  });
});

describe("a worn medium", () => {
  const size = 64 * MIB;
  // The last 6 MiB are written whole.
  const place = { start: size - 2 * MIB, length: 8 * KIB };

  test("flipped bits are found to the sector", async () => {
    const fake = genuine(size);
    const result = await testFake(fake, "quick", {
      through: (medium) => new Worn(medium, { flipped: [place] }),
    });
    expect(judgeMedium(result).verdict).toBe("failing");
    expect(result).toMatchObject({ capacityBytes: size, badRanges: [place] });
  });

  test("what can't be read is not written, and the rest is put back", async () => {
    const fake = genuine(size);
    const result = await testFake(fake, "quick", {
      through: (medium) => new Worn(medium, { unreadable: [place] }),
    });
    expect(judgeMedium(result).verdict).toBe("failing");
    expect(result).toMatchObject({ capacityBytes: size, notPutBack: [] });
    const [bad] = result.badRanges;
    expect(bad?.start).toBeLessThanOrEqual(place.start);
    expect((bad?.start ?? 0) + (bad?.length ?? 0)).toBeGreaterThanOrEqual(place.start + 8 * KIB);
    expect(bad?.length).toBeLessThanOrEqual(128 * KIB);
    expect(await fake.chips.changed()).toEqual([]);
  });

  test("one that takes nothing at all fails, and isn't called a fake", async () => {
    const fake = genuine(size);
    const readOnly = Object.assign(Object.create(fake.medium) as Fake["medium"], {
      read: fake.medium.read.bind(fake.medium),
      write: async () => {},
      size,
    });
    const result = await testFake(fake, "quick", { through: () => readOnly });
    expect(judgeMedium(result).verdict).toBe("failing");
    expect(codesOf(result)).toEqual(["holds-nothing"]);
    expect(result).toMatchObject({ capacityBytes: 0, notPutBack: [] });
  });
});
