/** The quick test of the media before anything of a stick is written: where one is bad, none of them is made one. */
import { describeMedium } from "../../disks/media-test/describe.ts";
import type { MediaTestResult } from "../../disks/media-test/types.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import type { Target } from "../target.ts";
import { testTarget } from "../test-target.ts";
import { say } from "./messages.ts";

interface TestJob {
  readonly plan: { readonly target: Target };
  readonly job: JobContext;
}

/** What there is to test: an image file that is made anew has no medium to it that shows. */
export function isTestable({ exists, create }: Target): boolean {
  return exists && !create;
}

/**
 * One after the other: at once they would slow each other down, and their speed is told.
 * @returns by the target's path, what was found.
 * @throws LifeboatError `bad-medium`; what `testTarget` throws.
 */
export async function testBeforeBuild(
  jobs: readonly TestJob[],
  run: Run,
): Promise<ReadonlyMap<string, MediaTestResult>> {
  const tests = new Map<string, MediaTestResult>();
  for (const { plan, job } of jobs) {
    const { target } = plan;
    if (!isTestable(target)) continue;
    const result = await testTarget(target, "quick", run, job);
    // Stopped at its very end, when what was there is back: nothing more is written.
    job.signal.throwIfAborted();
    const { ok, summary } = describeMedium(result);
    if (!ok) {
      throw new LifeboatError("bad-medium", say.badMedium(target.path, summary), {
        kind: "damaged",
        hint: say.badMediumHint(target.path),
      });
    }
    job.report({ kind: "note", level: "info", text: summary });
    tests.set(target.path, result);
  }
  return tests;
}
