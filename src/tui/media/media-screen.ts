/** Testing a medium: the quick test keeps what is on it, the full one fills it. */
import { describeMedium } from "../../disks/media-test/describe.ts";
import type { MediaTestMode, MediaTestResult } from "../../disks/media-test/types.ts";
import { examineTarget } from "../../stick/target.ts";
import { testTarget } from "../../stick/test-target.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block } from "../frame/view.ts";
import { typeToConfirm } from "../jobs/confirm.ts";
import { backButton, jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import { mediaSay } from "./messages.ts";

export function mediaScreen(app: App, path: string): Screen {
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => ({
      title: mediaSay.title(),
      help: [mediaSay.help()],
      body: [
        { kind: "text", text: mediaSay.about(path) },
        {
          kind: "choices",
          id: "mode",
          items: [
            {
              id: "quick",
              label: mediaSay.quick(),
              note: mediaSay.quickNote(),
              choose: () => go({ instead: mediaJob(app, path, "quick") }),
            },
            {
              id: "full",
              label: mediaSay.full(),
              note: mediaSay.fullNote(),
              choose: () => go({ instead: confirmFull(app, path) }),
            },
          ],
        },
      ],
    }),
  });
}

function confirmFull(app: App, path: string): Screen {
  return typeToConfirm({
    title: mediaSay.full(),
    word: path,
    about: [{ kind: "text", text: mediaSay.allIsLost(path), tone: "bad" }],
    next: () => mediaJob(app, path, "full"),
  });
}

function mediaJob(app: App, path: string, mode: MediaTestMode): Screen {
  return jobScreen<MediaTestResult>(
    {
      title: mode === "quick" ? mediaSay.quick() : mediaSay.full(),
      names: [path],
      question: mode === "quick" ? mediaSay.stopQuick() : mediaSay.stopFull(),
      help: [mediaSay.help()],
      carryOut: async (jobs) => {
        const job = onlyJob(jobs);
        const target = await examineTarget(path, undefined, {}, app.run);
        return testTarget(target, mode, app.run, job);
      },
      done: (result, go) => {
        const { ok, summary, details } = describeMedium(result);
        return [
          { kind: "text", text: mediaSay.verdict(path, summary), tone: ok ? "good" : "bad" },
          ...details.map((text): Block => ({ kind: "text", text })),
          backButton(go),
        ];
      },
      failed: remediesFor(app, path, () => mediaJob(app, path, mode)),
    },
    app,
  );
}
