/** Syncs as the command makes them, and what lies on the stick afterwards. */
import { utimes, writeFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SyncResult } from "../../src/stick/sync/carry-out.ts";
import { carryOut } from "../../src/stick/sync/carry-out.ts";
import { openFolderSource } from "../../src/stick/sync/folder.ts";
import type { SyncPlan } from "../../src/stick/sync/plan.ts";
import type { SyncSource } from "../../src/stick/sync/source.ts";
import { prepareSync } from "../../src/stick/sync/sync.ts";
import { openStick, openDataToRead } from "../../src/stick/stick.ts";
import { findIsos } from "../../src/stick/data/collect.ts";
import type { JobContext } from "../../src/system/progress.ts";
import { run } from "../../src/system/run.ts";
import { quietJob } from "./jobs.ts";
import { refreshTools, withStick } from "./sticks.ts";

/** `action path reason`, one a line. */
export function brief({ actions }: SyncPlan): string[] {
  return actions.map(({ action, path, reason }) => `${action} ${path} ${reason}`);
}

export async function planOf(
  image: string,
  source: SyncSource | string,
  rules?: string,
): Promise<SyncPlan> {
  const from = typeof source === "string" ? await openFolderSource(source, image) : source;
  const stick = await openStick(image);
  try {
    return await prepareSync(stick, from, rules, run, quietJob());
  } finally {
    await stick.disk.close();
  }
}

export async function syncImage(
  image: string,
  source: SyncSource | string,
  job: JobContext = quietJob(),
  rules?: string,
): Promise<SyncResult & { readonly plan: SyncPlan }> {
  const from = typeof source === "string" ? await openFolderSource(source, image) : source;
  return withStick(image, async (stick) => {
    const plan = await prepareSync(stick, from, rules, run, job);
    const tools = { ...(await refreshTools()), now: new Date("2026-03-04T05:06:08Z") };
    return { ...(await carryOut(plan, from, stick, tools, job)), plan };
  });
}

/** Paths of the images on the data partition. */
export async function imagesOn(image: string): Promise<string[]> {
  return withStick(image, async (stick) => {
    const found = await findIsos(await openDataToRead(stick, run));
    return found.map(({ path }) => path).toSorted();
  });
}

/** A file of a library; its folder is made. @param time of its last change. */
export async function lay(
  folder: string,
  path: string,
  content: Uint8Array | string,
  time = "2025-01-02T03:04:06Z",
): Promise<string> {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, content);
  await utimes(whole, new Date(time), new Date(time));
  return whole;
}
