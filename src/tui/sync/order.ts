/** What is to be followed, and from that a plan: as `lifeboat sync --dry-run` makes it. */
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
