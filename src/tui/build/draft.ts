/** Sticks in the making: what the user has chosen so far, and what it comes to. Plain data and pure functions. */
import type { SafetyOptions } from "../../disks/safety.ts";
import type { IsoReport } from "../../iso/types.ts";
import type { BuildPlan } from "../../stick/build/plan.ts";
import { isTestable } from "../../stick/build/test-first.ts";
import type { DataFileSystem, Scheme } from "../../stick/layout.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { ChosenTarget } from "../targets/target.ts";

export interface DraftIso {
  readonly path: string;
  /** Undefined while it is looked at. */
  readonly report: IsoReport | LifeboatError | undefined;
}

export interface DraftOptions {
  readonly fileSystem: DataFileSystem;
  readonly scheme: Scheme;
  readonly secureBoot: boolean;
  readonly label: string;
  /** Of the partition for Windows To Go, as it was typed; empty: none. */
  readonly windowsSize: string;
  /** The medium gets the quick test before anything is written. */
  readonly testFirst: boolean;
  readonly allowFixed: boolean;
  readonly allowLarge: boolean;
}

export interface Draft {
  readonly targets: readonly ChosenTarget[];
  readonly options: DraftOptions;
  readonly isos: readonly DraftIso[];
}

/** One target with what it would become, or why it can't. */
export interface PlannedTarget {
  readonly target: ChosenTarget;
  readonly plan: BuildPlan | LifeboatError;
}

export const DEFAULT_OPTIONS: DraftOptions = {
  fileSystem: "exfat",
  scheme: "gpt",
  secureBoot: true,
  label: "LIFEBOAT",
  windowsSize: "",
  testFirst: false,
  allowFixed: false,
  allowLarge: false,
};

export function safetyOf({ allowFixed, allowLarge }: DraftOptions): SafetyOptions {
  return { allowFixed, allowLarge };
}

/** Takes over what was found out of the images that were chosen before. */
export function withIsos(draft: Draft, paths: readonly string[]): Draft {
  const isos = paths.map(
    (path) => draft.isos.find((iso) => iso.path === path) ?? { path, report: undefined },
  );
  return { ...draft, isos };
}

export function withReport(draft: Draft, path: string, report: DraftIso["report"]): Draft {
  const isos = draft.isos.map((iso) => (iso.path === path ? { path, report } : iso));
  return { ...draft, isos };
}

/** The plans, where there is one for every target: what can't be made is taken off or mended first. */
export function allPlans(
  planned: readonly PlannedTarget[] | undefined,
): readonly BuildPlan[] | undefined {
  if (planned === undefined || planned.length === 0) return undefined;
  const plans = planned.flatMap(({ plan }) => (plan instanceof LifeboatError ? [] : [plan]));
  return plans.length === planned.length ? plans : undefined;
}

/** What has to be typed before they are carried out; empty where nothing is lost. */
export function toBeTyped(plans: readonly BuildPlan[]): string[] {
  return plans.flatMap(({ target }) => (target.exists ? [target.path] : []));
}

/** Whether the quick test has anything to say: of real media, as `build` offers it. */
export function canBeTested(plans: readonly BuildPlan[]): boolean {
  return plans.some(({ target }) => target.kind === "device" && isTestable(target));
}

/** Nothing else is in the way than that it is mounted, and lifeboat can unmount it. */
export function isMounted({ plan }: PlannedTarget): boolean {
  return plan instanceof LifeboatError && plan.code === "mounted" && process.platform === "linux";
}
