/** A job on a screen, stopped by Ctrl-C and Enter in the middle: at the step that is asked for, and not when a test happens to get there. */
import { named } from "../../src/tui/frame/key.ts";
import type { View } from "../../src/tui/frame/view.ts";
import { say } from "../../src/tui/frame/words.ts";
import type { Terminal } from "./tui.tsx";

/**
 * Stops the job that runs next as soon as a step of it begins so.
 * @returns what was asked then; empty while it hasn't come to that.
 */
export function stopAt({ runtime }: Terminal, step: string): () => string {
  let asked = "";
  const end = runtime.subscribe(() => {
    const { view, language } = runtime.snapshot;
    if (view.running === undefined || !stepOf(view).startsWith(step)) return;
    end();
    asked = say(view.running.question, language);
    runtime.stop();
    runtime.press(named("enter"));
  });
  return () => asked;
}

function stepOf({ body }: View): string {
  const progress = body.find(({ kind }) => kind === "progress");
  return progress?.kind === "progress" ? (progress.jobs[0]?.now?.text.en ?? "") : "";
}
