/** What is to be followed, and from that a plan: as `lifeboat sync --dry-run` makes it. */
import { findMounted } from "../../disks/unmount.ts";
import { STICK_SAFETY } from "../../stick/target.ts";
import { failureOf } from "../../system/errors.ts";
import { openStick } from "../../stick/stick.ts";
import { openSource } from "../../stick/sync/open.ts";
import type { SyncPlan } from "../../stick/sync/plan.ts";
import { prepareSync } from "../../stick/sync/sync.ts";
import type { App } from "../app.ts";

export interface SyncOrder {
  /** Of the stick. */
  readonly path: string;
  /** A folder or an address. */
  readonly from: string;
  /** A file of this computer; empty: the source's own rules. */
  readonly rules: string;
}

/** True where it would be refused for nothing but that it is mounted, and lifeboat can unmount it. */
export async function isMounted({ path }: SyncOrder, { disks }: App): Promise<boolean> {
  if (process.platform !== "linux") return false;
  try {
    return (await findMounted(path, STICK_SAFETY, disks)) !== undefined;
  } catch (error) {
    // What is amiss with the stick itself is said where it is planned.
    failureOf(error);
    return false;
  }
}

/** @throws LifeboatError what opening either side and `prepareSync` throw. Writes nothing. */
export async function planOrder(
  { path, from, rules }: SyncOrder,
  app: App,
  signal: AbortSignal,
): Promise<SyncPlan> {
  const source = await openSource(from, path, signal);
  const stick = await openStick(path);
  try {
    const job = { report: () => {}, signal };
    return await prepareSync(stick, source, rules || undefined, app.run, job);
  } finally {
    await stick.disk.close();
  }
}
