/** What is said of a clone, wherever it is made from: of its source, and of what came of it. */
import type { Text } from "../../system/text.ts";
import type { BuiltStick } from "../build/on-target.ts";
import type { BuildPlan } from "../build/plan.ts";
import { say } from "./messages.ts";
import type { CloneSource } from "./source.ts";

/** Bytes of the files that come along. */
export function usedBytesOf({ files }: CloneSource): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Its name, and how much is copied. */
export function describeSource(source: CloneSource): Text {
  return say.source(source.stick.manifest.name, source.files.length, usedBytesOf(source));
}

export function describeClone(
  { stick }: CloneSource,
  { target, name }: BuildPlan,
  { entries }: BuiltStick,
): Text {
  return say.isClone(target.path, stick.path, name, entries);
}
