/** The stick that is copied, kept open while its screen is: what the plan says is what is copied then. */
import type { PlannedClone } from "../../stick/clone/plan-each.ts";
import { planEach } from "../../stick/clone/plan-each.ts";
import type { CloneSource } from "../../stick/clone/source.ts";
import { readSource } from "../../stick/clone/source.ts";
import { openStick } from "../../stick/stick.ts";
import type { App } from "../app.ts";
import type { ChosenTarget } from "../targets/target.ts";
import { examineChosen } from "../targets/target.ts";

export interface CloneLook {
  readonly source: CloneSource;
  /** In the order of the targets. */
  readonly planned: readonly PlannedClone<ChosenTarget>[];
}

export interface LookOrder {
  readonly path: string;
  readonly targets: readonly ChosenTarget[];
  readonly emptyWindows: boolean;
}

/** One look after the other; the stick of the last one is open until the next one, or until `close`. */
export class CloneLooks {
  #close: (() => Promise<void>) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws LifeboatError what `openStick` and `readSource` throw: `windows-not-empty`. */
  async look(order: LookOrder, app: App): Promise<CloneLook> {
    const next = this.#last.then(async () => this.#lookNow(order, app));
    this.#last = next.catch(() => undefined);
    return next;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#closeLast();
  }

  /** Once, even where it fails: a stick that was pulled out must not keep the next from being looked at. */
  async #closeLast(): Promise<void> {
    const close = this.#close;
    this.#close = undefined;
    await close?.();
  }

  async #lookNow({ path, targets, emptyWindows }: LookOrder, app: App): Promise<CloneLook> {
    await this.#closeLast();
    const stick = await openStick(path);
    this.#close = async () => stick.disk.close();
    const source = await readSource(stick, { emptyWindows }, app.run);
    const examine = async (target: ChosenTarget) => examineChosen(target, app);
    return { source, planned: await planEach(source, targets, examine, app.run) };
  }
}
