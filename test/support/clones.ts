/** Clones as the program makes them, and what any two sticks' data partitions hold, as other programs read it. */
import { createHash } from "node:crypto";
import type { BuildPlan } from "../../src/stick/build/plan.ts";
import type { CloneResult } from "../../src/stick/clone/clone.ts";
import { cloneStick } from "../../src/stick/clone/clone.ts";
import { planClone } from "../../src/stick/clone/plan.ts";
import type { CloneSource, SourceOptions } from "../../src/stick/clone/source.ts";
import { readSource } from "../../src/stick/clone/source.ts";
import { openStick } from "../../src/stick/stick.ts";
import { examineTarget } from "../../src/stick/target.ts";
import { randomGuid } from "../../src/disks/guid.ts";
import { walk } from "../../src/filesystems/walk.ts";
import { readBytes } from "../../src/block/byte-range.ts";
import { openDataToRead } from "../../src/stick/stick.ts";
import type { JobContext } from "../../src/system/progress.ts";
import { run } from "../../src/system/run.ts";
import { quietJob } from "./jobs.ts";
import { MIB, refreshTools } from "./sticks.ts";

export interface CloneOptions extends SourceOptions {
  /** Default: image files of 384 MiB are made. 0: those that are there. */
  readonly sizeBytes?: number;
  /** By target; default: one that keeps quiet. */
  readonly jobs?: readonly JobContext[];
}

export async function withSource<T>(
  image: string,
  use: (source: CloneSource) => Promise<T>,
  options: SourceOptions = {},
): Promise<T> {
  const stick = await openStick(image);
  try {
    return await use(await readSource(stick, options, run));
  } finally {
    await stick.disk.close();
  }
}

export async function planClones(
  source: CloneSource,
  targets: readonly string[],
  sizeBytes = 384 * MIB,
): Promise<BuildPlan[]> {
  const plans: BuildPlan[] = [];
  for (const path of targets) {
    const target = await examineTarget(path, sizeBytes || undefined, {}, run);
    plans.push(await planClone(source, target, randomGuid));
  }
  return plans;
}

export async function cloneImages(
  image: string,
  targets: readonly string[],
  options: CloneOptions = {},
): Promise<CloneResult & { readonly plans: BuildPlan[] }> {
  return withSource(
    image,
    async (source) => {
      const plans = await planClones(source, targets, options.sizeBytes);
      const jobs = plans.map((plan, index) => ({ plan, job: options.jobs?.[index] ?? quietJob() }));
      return { plans, ...(await cloneStick(source, jobs, await refreshTools())) };
    },
    options,
  );
}

/** Path → kind, SHA-256 and time of everything on the data partition, by lifeboat's own readers. */
export async function contentsOf(image: string): Promise<Map<string, string>> {
  const stick = await openStick(image);
  try {
    const volume = await openDataToRead(stick, run);
    const found = new Map<string, string>();
    for await (const { path, kind, modified } of walk(volume)) {
      if (path === "/lost+found") continue;
      if (kind !== "file") {
        found.set(path, kind);
        continue;
      }
      const file = await volume.open(path);
      const hash = createHash("sha256");
      for (let at = 0; at < file.size; at += 4 * MIB) {
        hash.update(await readBytes(file, at, Math.min(4 * MIB, file.size - at)));
      }
      found.set(path, `${hash.digest("hex")} ${modified?.toISOString()}`);
    }
    return found;
  } finally {
    await stick.disk.close();
  }
}
