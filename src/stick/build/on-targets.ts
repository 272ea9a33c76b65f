/**
 * Builds on several targets at once: each is a job of its own, with its own progress and its own end, and what fails on one stops no
 * other. What they copy is read once for all of them.
 */
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import type { JobContext } from "../../system/progress.ts";
import { CHUNK_BYTES } from "../data/copy.ts";
import type { PutOptions } from "../data/put-file.ts";
import { SharedSource } from "../data/shared-source.ts";
import type { OpenSource } from "../data/source-file.ts";
import type { StickContent } from "./content.ts";
import type { BuiltStick, TargetTools } from "./on-target.ts";
import { buildOnTarget } from "./on-target.ts";
import { say } from "./messages.ts";
import type { BuildPlan } from "./plan.ts";

export interface TargetJob {
  readonly plan: BuildPlan;
  readonly job: JobContext;
}

/** How one of them ended: built, or not. */
export type TargetOutcome<Plan = BuildPlan, Built = BuiltStick> =
  | { readonly plan: Plan; readonly built: Built }
  | { readonly plan: Plan; readonly error: unknown };

/** All of them together hold about so much of what they copy: each three chunks, two to write and one to read back. */
const BUFFER_BYTES = 40 * MIB;
/** Flash likes nothing shorter. */
const LEAST_CHUNK_BYTES = MIB / 4;

/**
 * @param open of what is copied.
 * @param contentOf gives each target its content, read through what it is given.
 * @returns in the order of `jobs`. Nothing is thrown that belongs to one target.
 */
export async function buildOnTargets(
  jobs: readonly TargetJob[],
  tools: Omit<TargetTools, "content">,
  open: OpenSource,
  contentOf: (
    plan: BuildPlan,
    options: Required<Pick<PutOptions, "open" | "chunkBytes">>,
  ) => StickContent,
): Promise<TargetOutcome[]> {
  const chunkBytes = chunkBytesFor(jobs.length);
  const shared = jobs.length > 1 ? new SharedSource(open, chunkBytes) : undefined;
  const all = jobs.map((one) => {
    return { ...one, reader: shared?.join() ?? { open, leave: async () => {} } };
  });
  return Promise.all(
    all.map(async ({ plan, job, reader }): Promise<TargetOutcome> => {
      try {
        const content = contentOf(plan, { open: reader.open, chunkBytes });
        const built = await buildOnTarget(plan, { ...tools, content }, job);
        job.report({ kind: "step", text: say.finished(built.entries) });
        return { plan, built };
      } catch (error) {
        if (error instanceof LifeboatError) {
          job.report({ kind: "step", text: say.givenUp(error.text) });
        }
        return { plan, error };
      } finally {
        await reader.leave();
      }
    }),
  );
}

/** A power of two. */
function chunkBytesFor(targets: number): number {
  let bytes = CHUNK_BYTES;
  while (bytes > LEAST_CHUNK_BYTES && bytes * targets * 3 > BUFFER_BYTES) bytes /= 2;
  return bytes;
}
