/** Testing a medium: the quick test keeps what is on it, the full one fills it. */
import { describeMedium } from "../../disks/media-test/describe.ts";
import type { MediaTestMode, MediaTestResult } from "../../disks/media-test/types.ts";
import type { Target } from "../../stick/target.ts";
import { examineTarget } from "../../stick/target.ts";
import { testTarget } from "../../stick/test-target.ts";
import { formatSize } from "../../system/sizes.ts";
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
              choose: () => go({ instead: quickTest(app, path) }),
            },
            {
              id: "full",
              label: mediaSay.full(),
              note: mediaSay.fullNote(),
              choose: () => go({ instead: fullTest(app, path) }),
            },
          ],
        },
      ],
    }),
  });
}

/** The full test is of the disk that the question shows: another one at its path is refused, and each try asks anew. */
function fullTest(app: App, path: string): Screen {
  return jobScreen<Target>(
    {
      title: mediaSay.examining(),
      names: [path],
      question: mediaSay.stopExamining(),
      help: [mediaSay.help()],
      carryOut: async (jobs) => {
        const target = await examineTarget(path, undefined, {}, app.run);
        onlyJob(jobs).signal.throwIfAborted();
        return target;
      },
      next: (target) => ({ instead: confirmFull(app, target) }),
      failed: remediesFor(app, path, () => fullTest(app, path)),
    },
    app,
  );
}

function confirmFull(app: App, target: Target): Screen {
  const { path, sizeBytes, model, serial, findings } = target;
  const device = [model, serial].filter(Boolean).join(" · ");
  return typeToConfirm({
    title: mediaSay.full(),
    word: path,
    about: [
      { kind: "text", text: mediaSay.allIsLost(path), tone: "bad" },
      {
        kind: "facts",
        facts: [
          { label: mediaSay.target(), value: path },
          { label: mediaSay.size(), value: formatSize(sizeBytes) },
          ...(device === "" ? [] : [{ label: mediaSay.device(), value: device }]),
        ],
      },
      ...findings.map(({ text }): Block => ({ kind: "text", text, tone: "warning" })),
    ],
    next: () =>
      mediaJob(app, path, {
        mode: "full",
        target: async () => target,
        again: () => fullTest(app, path),
      }),
  });
}

function quickTest(app: App, path: string): Screen {
  return mediaJob(app, path, {
    mode: "quick",
    target: async () => examineTarget(path, undefined, {}, app.run),
    again: () => quickTest(app, path),
  });
}

interface MediaTest {
  readonly mode: MediaTestMode;
  readonly target: () => Promise<Target>;
  /** Where another try begins. */
  readonly again: () => Screen;
}

function mediaJob(app: App, path: string, { mode, target, again }: MediaTest): Screen {
  return jobScreen<MediaTestResult>(
    {
      title: mode === "quick" ? mediaSay.quick() : mediaSay.full(),
      names: [path],
      question: mode === "quick" ? mediaSay.stopQuick() : mediaSay.stopFull(),
      help: [mediaSay.help()],
      carryOut: async (jobs) => testTarget(await target(), mode, app.run, onlyJob(jobs)),
      done: (result, go) => {
        const { ok, summary, details } = describeMedium(result);
        return [
          { kind: "text", text: mediaSay.verdict(path, summary), tone: ok ? "good" : "bad" },
          ...details.map((text): Block => ({ kind: "text", text })),
          backButton(go),
        ];
      },
      failed: remediesFor(app, path, again),
    },
    app,
  );
}
