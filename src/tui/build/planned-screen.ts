/** One of several targets: what it becomes, or why it can't, and what can be done about that. */
import { LifeboatError } from "../../system/errors.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Button } from "../frame/view.ts";
import { unmountJob } from "../jobs/unmount-job.ts";
import type { PlannedTarget } from "./draft.ts";
import { isMounted } from "./draft.ts";
import { buildSay } from "./messages.ts";
import { planBlocks } from "./plan-blocks.ts";

/** @param leaveOut takes it off the list of targets. */
export function plannedScreen(
  planned: PlannedTarget,
  app: App,
  leaveOut: (path: string) => void,
): Screen {
  const { target, plan } = planned;
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => {
      const unmount: Button[] = isMounted(planned)
        ? [
            {
              id: "unmount",
              label: buildSay.unmount(),
              note: buildSay.unmountNote(),
              press: () => go({ instead: unmountJob(app, target.path) }),
            },
          ]
        : [];
      return {
        title: target.path,
        help: [buildSay.plannedHelp()],
        body: [
          ...planBlocks(plan),
          {
            kind: "buttons",
            id: "do",
            buttons: [
              ...unmount,
              { id: "back", label: buildSay.back(), press: () => go("back") },
              {
                id: "out",
                label: buildSay.leaveOut(),
                ...(plan instanceof LifeboatError && { note: buildSay.leaveOutNote() }),
                press: () => {
                  leaveOut(target.path);
                  go("back");
                },
              },
            ],
          },
        ],
      };
    },
  });
}
