/** A target as it is chosen on the screens, and looked at as the commands look at it. Plain data and pure functions but for the look. */
import { join } from "node:path";
import type { SafetyOptions } from "../../disks/safety.ts";
import type { Target } from "../../stick/target.ts";
import { examineTarget } from "../../stick/target.ts";
import { parseSize } from "../../system/sizes.ts";
import type { App } from "../app.ts";

export type ChosenTarget =
  | { readonly kind: "device"; readonly path: string }
  /** Of the size that was typed; an image that is there already keeps its own where none was. */
  | { readonly kind: "image"; readonly path: string; readonly size: string };

/** @throws LifeboatError what `examineTarget` throws; `bad-size`. */
export async function examineChosen(
  target: ChosenTarget,
  { run }: Pick<App, "run">,
  safety: SafetyOptions = {},
): Promise<Target> {
  const size = target.kind === "image" && target.size !== "" ? parseSize(target.size) : undefined;
  return examineTarget(target.path, size, safety, run);
}

/** In place of one of the same path, else at the end. */
export function withTarget(
  targets: readonly ChosenTarget[],
  target: ChosenTarget,
): readonly ChosenTarget[] {
  const isThere = targets.some(({ path }) => path === target.path);
  if (!isThere) return [...targets, target];
  return targets.map((one) => (one.path === target.path ? target : one));
}

export function withoutTarget(
  targets: readonly ChosenTarget[],
  path: string,
): readonly ChosenTarget[] {
  return targets.filter((one) => one.path !== path);
}

/** `stick.img`, `stick-2.img`, …: the first that isn't among `taken`. */
export function freeImageName(folder: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? "stick.img" : `stick-${number}.img`);
    if (!taken.includes(path)) return path;
  }
}
