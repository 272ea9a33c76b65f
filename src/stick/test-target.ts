/** `test-media`: opens a target so that the medium itself answers, and tests it. */
import { randomBytes } from "node:crypto";
import type { Finding } from "../disks/finding.ts";
import { warningFinding } from "../disks/finding.ts";
import { SEED_BYTES } from "../disks/media-test/block-contents.ts";
import { testMediaFull } from "../disks/media-test/full.ts";
import { mediaTestSay } from "../disks/media-test/messages.ts";
import { testMediaQuick } from "../disks/media-test/quick.ts";
import type { MediaTestMode, MediaTestResult } from "../disks/media-test/types.ts";
import { LifeboatError } from "../system/errors.ts";
import type { JobContext } from "../system/progress.ts";
import type { Run } from "../system/run.ts";
import type { OpenedTarget, Target } from "./target.ts";
import { dropCaches, openPlanned } from "./target.ts";

/**
 * @param target that `examineTarget` let pass.
 * @throws LifeboatError what `openPlanned`, `testMediaQuick` and `testMediaFull` throw.
 */
export async function testTarget(
  target: Target,
  mode: MediaTestMode,
  run: Run,
  job: JobContext,
): Promise<MediaTestResult> {
  const { opened, cached } = await openPastCaches(target, run, job);
  const tools = {
    seed: randomBytes(SEED_BYTES),
    now: () => performance.now(),
    beforeReadBack: async () => {
      if (cached) await dropCaches(opened.path, run);
    },
  };
  try {
    const test = mode === "quick" ? testMediaQuick : testMediaFull;
    const result = await test(opened.disk, tools, job);
    return { ...result, findings: [...result.findings, ...limits(target, cached)] };
  } finally {
    await opened.finish();
  }
}

/** Some drivers don't take direct accesses; then Linux's cache is dropped before something is read back. */
async function openPastCaches(
  target: Target,
  run: Run,
  job: JobContext,
): Promise<{ readonly opened: OpenedTarget; readonly cached: boolean }> {
  try {
    return { opened: await openPlanned(target, run, job, true, true), cached: false };
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== "no-direct-access") throw error;
    return { opened: await openPlanned(target, run, job, true), cached: true };
  }
}

function limits(target: Target, cached: boolean): Finding[] {
  if (target.kind === "image") return [warningFinding("image-file", mediaTestSay.imageFile())];
  return cached ? [warningFinding("cached", mediaTestSay.cached())] : [];
}
