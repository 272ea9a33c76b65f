import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { SEED_BYTES } from "../../../../src/disks/media-test/block-contents.ts";
import { testMediaFull } from "../../../../src/disks/media-test/full.ts";
import { testMediaQuick } from "../../../../src/disks/media-test/quick.ts";
import type { MediaTestMode, MediaTestResult } from "../../../../src/disks/media-test/types.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import type { ProgressEvent } from "../../../../src/system/progress.ts";
import type { Fake } from "../../../support/fake-media.ts";

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

export interface TestOptions {
  /** What stands in front of the fake: a cache, worn places. */
  readonly through?: (medium: ByteRange) => ByteRange;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly report?: (event: ProgressEvent) => void;
}

/** Runs a test on a fake, by the fake's own clock. */
export async function testFake(
  { medium }: Fake,
  mode: MediaTestMode,
  options: TestOptions = {},
): Promise<MediaTestResult> {
  const { through = (range) => range, seed = 1 } = options;
  const test = mode === "quick" ? testMediaQuick : testMediaFull;
  return test(
    through(medium),
    {
      seed: Buffer.alloc(SEED_BYTES, seed),
      now: medium.now,
      beforeReadBack: async () => {},
    },
    {
      report: options.report ?? (() => {}),
      signal: options.signal ?? new AbortController().signal,
    },
  );
}

export function codesOf({ findings }: MediaTestResult): string[] {
  return findings.map(({ code }) => code);
}

/** What Ctrl-C aborts with. */
export function cancelled(): LifeboatError {
  return new LifeboatError("cancelled", { en: "Cancelled", zh: "已取消" }, { kind: "cancelled" });
}
