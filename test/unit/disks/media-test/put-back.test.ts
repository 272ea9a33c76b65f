/** The quick test keeps what is on the medium, whatever happens while it runs. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { SliceRange } from "../../../../src/block/slice.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { judgeMedium } from "../../../../src/disks/media-test/verdict.ts";
import type { Fake } from "../../../support/fake-media.ts";
import { dropping, genuine, oneBlock, wrapping } from "../../../support/fake-media.ts";
import { MIB, cancelled, testFake } from "./support.ts";

const SIZE = 16 * MIB;

/** Counts accesses, and does something at each. */
class Watched extends SliceRange {
  count = 0;
  readonly #each: (count: number) => void;

  constructor(medium: ByteRange, each: (count: number) => void) {
    super(medium, 0, medium.size);
    this.#each = each;
  }

  override async read(offset: number, into: Uint8Array): Promise<void> {
    this.#each(++this.count);
    await super.read(offset, into);
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    this.#each(++this.count);
    await super.write(offset, data);
  }
}

const KINDS: [string, () => Fake][] = [
  ["sound", () => genuine(SIZE)],
  ["wrapping", () => wrapping(5 * MIB + 512, SIZE)],
  ["forgetting", () => dropping(5 * MIB + 512, SIZE)],
  ["one-block", () => oneBlock(5 * MIB + 512, SIZE, 512, MIB)],
];

describe.each(KINDS)("cancelled on a %s medium", (_name, make) => {
  test("at any access, everything is put back", async () => {
    let accesses = 0;
    const through = (medium: ByteRange) => new Watched(medium, (count) => (accesses = count));
    await testFake(make(), "quick", { through });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: accesses }), async (at) => {
        const fake = make();
        const abort = new AbortController();
        const stopped = testFake(fake, "quick", {
          signal: abort.signal,
          through: (medium) =>
            new Watched(medium, (count) => {
              if (count === at) abort.abort(cancelled());
            }),
        });
        const outcome = await stopped.catch((error: unknown) => error);
        // Too late to stop: it was putting back anyway.
        if (outcome instanceof LifeboatError) {
          expect(outcome).toMatchObject({
            kind: "cancelled",
            message: "Cancelled; everything is back in its place",
          });
        }
        expect(await fake.chips.changed()).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });
});

/** Takes no more writes after `most`. */
class WornOut extends SliceRange {
  #left: number;

  constructor(medium: ByteRange, most: number) {
    super(medium, 0, medium.size);
    this.#left = most;
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    if (--this.#left < 0) {
      throw new LifeboatError("write-failed", { en: "EIO", zh: "EIO" });
    }
    await super.write(offset, data);
  }
}

describe("a medium that stops taking writes", () => {
  test("while test blocks are on it: what could not be put back is told", async () => {
    const fake = genuine(SIZE);
    const result = await testFake(fake, "quick", {
      through: (medium) => new WornOut(medium, 100),
    });
    expect(judgeMedium(result).verdict).not.toBe("genuine");
    const changed = await fake.chips.changed();
    expect(changed.length).toBeGreaterThan(0);
    const told = (place: number) =>
      result.notPutBack.some(({ start, length }) => place >= start && place < start + length);
    expect(changed.filter((place) => place < result.capacityBytes).every(told)).toBe(true);
    expect(result.findings.at(-1)).toMatchObject({ level: "error", code: "not-put-back" });
  });

  test("and the user cancels: the error tells it", async () => {
    const abort = new AbortController();
    const stopped = testFake(genuine(SIZE), "quick", {
      signal: abort.signal,
      through: (medium) => new WornOut(medium, 100),
      report: ({ text }) => {
        if (text.en === "Reading them back") abort.abort(cancelled());
      },
    });
    await expect(stopped).rejects.toMatchObject({
      kind: "cancelled",
      message: expect.stringMatching(
        /^Cancelled; .* could not be put back: check the file systems/,
      ) as string,
    });
  });
});
