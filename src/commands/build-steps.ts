/** What `build` does around the writing, whatever kind of stick it makes: looking at targets, asking, testing media. */
import type { Target } from "../stick/target.ts";
import type { JobContext } from "../system/progress.ts";
import { confirmLoss } from "./confirm.ts";
import type { Shell } from "./shell.ts";
import { offerUnmount } from "./unmount.ts";

/** Options about targets, the same for every kind of stick. */
export interface TargetOptions {
  readonly size?: number;
  readonly yes?: boolean;
  readonly expectSerial: string[];
  readonly allowFixed?: boolean;
  readonly allowLarge?: boolean;
  readonly testMedia?: boolean;
  readonly unmount?: boolean;
  readonly dryRun?: boolean;
}

interface Planned {
  readonly target: Target;
}

/** Looks at a target; what is mounted of it is unmounted first, where somebody agrees. */
export async function examineForBuild(
  path: string,
  expectSerial: string | undefined,
  options: TargetOptions,
  shell: Shell,
): Promise<Target> {
  const { run } = await import("../system/run.ts");
  const { examineTarget } = await import("../stick/target.ts");
  const { allowFixed = false, allowLarge = false } = options;
  const safety = {
    allowFixed,
    allowLarge,
    ...(expectSerial !== undefined && { expectSerial }),
  };
  if (!options.dryRun) await offerUnmount(path, options.unmount ?? false, safety, shell);
  return examineTarget(path, options.size, safety, run);
}

/** What is destroyed is shown, and for real media, that they can be tested. @param about says what a plan does. */
export async function askFirst<Plan extends Planned>(
  plans: readonly Plan[],
  about: (plan: Plan) => string[],
  options: TargetOptions,
  shell: Shell,
): Promise<void> {
  const lost = plans.map(({ target }) => target).filter(({ exists }) => exists);
  if (options.yes === true || lost.length === 0) return;
  const lines = plans.flatMap(about);
  if (lost.some(({ kind }) => kind === "device") && options.testMedia !== true) {
    lines.push(
      shell.say({
        en: "  Many sticks hold less than they say: --test-media looks first, in under a minute",
        zh: "  许多 U 盘的实际容量低于标称值：加 --test-media 可先行检查，用时不到一分钟",
      }),
    );
  }
  await confirmLoss(
    lost.map(({ path }) => path),
    lines,
    shell,
  );
}

/** By the target's path, what was found. */
export type MediaTests = ReadonlyMap<string, object>;

/** Nothing, without `--test-media`. @throws LifeboatError `bad-medium`, before anything of a stick is written. */
export async function testFirst(
  plans: readonly Planned[],
  options: TargetOptions,
  shell: Shell,
): Promise<MediaTests> {
  if (options.testMedia !== true) return new Map();
  const { run } = await import("../system/run.ts");
  const { testBeforeBuild } = await import("../stick/build/test-first.ts");
  const { reportMedium } = await import("./media-report.ts");
  const jobs = plans.map((plan): { plan: Planned; job: JobContext } => ({ plan, job: shell.job }));
  const tests = await testBeforeBuild(jobs, run);
  return new Map(
    [...tests].map(([path, result]) => [path, reportMedium(path, result, shell).json]),
  );
}

/** What `--json` tells of a target's test. */
export function testJson({ target }: Planned, tests: MediaTests): { mediaTest?: object } {
  const test = tests.get(target.path);
  return test === undefined ? {} : { mediaTest: test };
}
