/** Waiting with an end: until something is there, the time is up, or the machine has ended. */
import { setTimeout as sleep } from "node:timers/promises";

/** How often a machine is looked at. Its serial line costs nothing to look at. */
const INTERVAL_MS = 50;

export class Watch {
  readonly #deadline: number;
  #machineEnded = false;

  /** @param ended resolves when the machine ends; nothing is waited for after that. */
  constructor(timeoutMs: number, ended: Promise<unknown>) {
    this.#deadline = Date.now() + timeoutMs;
    void ended.then(() => (this.#machineEnded = true));
  }

  get over(): boolean {
    return this.#machineEnded || Date.now() >= this.#deadline;
  }

  /** Asks `probe` again and again until it answers; undefined when it was in vain. `atMostMs` shortens the wait. */
  async until<T>(
    probe: () => T | undefined | Promise<T | undefined>,
    atMostMs = Infinity,
  ): Promise<T | undefined> {
    const limit = Date.now() + atMostMs;
    for (;;) {
      // Looked at before asking: what came with the machine's last breath still counts.
      const last = this.over || Date.now() >= limit;
      const answer = await probe();
      if (answer !== undefined || last) return answer;
      await sleep(INTERVAL_MS);
    }
  }
}
