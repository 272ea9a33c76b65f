/** What use cases want from their caller, for tests. */
import type { JobContext, ProgressEvent } from "../../src/system/progress.ts";
import { LifeboatError } from "../../src/system/errors.ts";

export function quietJob(): JobContext {
  return { report: () => {}, signal: new AbortController().signal };
}

/** Keeps what is reported. */
export function listeningJob(): { job: JobContext; events: ProgressEvent[] } {
  const events: ProgressEvent[] = [];
  const job = {
    report: (event: ProgressEvent) => events.push(event),
    signal: new AbortController().signal,
  };
  return { job, events };
}

/** Cancelled, as Ctrl-C does it, at the first event that `when` takes. */
export function cancelledJob(when: (event: ProgressEvent) => boolean): JobContext {
  const abort = new AbortController();
  const reason = new LifeboatError(
    "cancelled",
    { en: "Cancelled", zh: "已取消" },
    { kind: "cancelled" },
  );
  return {
    report: (event) => {
      if (when(event)) abort.abort(reason);
    },
    signal: abort.signal,
  };
}
