/** Whatever the kind of fake and its sizes: always unmasked, and the quick test changes nothing. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { judgeMedium } from "../../../../src/disks/media-test/verdict.ts";
import type { Fake } from "../../../support/fake-media.ts";
import { dropping, genuine, oneBlock, wrapping } from "../../../support/fake-media.ts";
import { MIB, testFake } from "./support.ts";

const SECTOR = 512;

const garbage = (address: number, into: Buffer) => into.fill(address % 251);

const KINDS: Readonly<Record<string, (real: number, reported: number) => Fake>> = {
  wrapping,
  zeroes: dropping,
  garbage: (real, reported) => dropping(real, reported, garbage),
  oneSector: (real, reported) => oneBlock(real, reported, SECTOR),
  oneBlock: (real, reported) => oneBlock(real, reported, 64 * 1024, MIB),
};

/** Sizes in sectors; a fake lies by more than the MiB that a bad place can have. */
const fakes = fc
  .record({
    kind: fc.constantFrom(...Object.keys(KINDS)),
    reported: fc.integer({ min: 8 * 2048, max: 20 * 2048 }),
    share: fc.double({ min: 0.05, max: 1, noNaN: true }),
    seed: fc.nat(255),
  })
  .map(({ kind, reported, share, seed }) => {
    const most = reported - 4 * 2048;
    const real = Math.max(2 * 2048, Math.floor(most * share));
    return { kind, reported: reported * SECTOR, real: real * SECTOR, seed };
  });

test.each(["quick", "full"] as const)("%s", async (mode) => {
  await fc.assert(
    fc.asyncProperty(fakes, async ({ kind, reported, real, seed }) => {
      const fake = (KINDS[kind] ?? wrapping)(real, reported);
      const result = await testFake(fake, mode, { seed });
      expect(result).toMatchObject({ capacityBytes: real, notPutBack: [] });
      expect(judgeMedium(result).verdict).toBe("fake");
      if (mode === "quick") expect(await fake.chips.changed()).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

test.each(["quick", "full"] as const)("%s: a sound medium of any size passes", async (mode) => {
  const sizes = fc.integer({ min: 2048, max: 20 * 2048 }).map((sectors) => sectors * SECTOR);
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(255), async (size, seed) => {
      const fake = genuine(size);
      const result = await testFake(fake, mode, { seed });
      expect(result).toMatchObject({ capacityBytes: size, badRanges: [], findings: [] });
      if (mode === "quick") expect(await fake.chips.changed()).toEqual([]);
    }),
    { numRuns: 5 },
  );
});
