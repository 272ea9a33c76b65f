/** What is done to a stick now and then; what is done daily stands on its own page. */
import type { App } from "../app.ts";
import { cloneLine } from "../clone/clone-screen.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Choice } from "../frame/view.ts";
import { mediaScreen } from "../media/media-screen.ts";
import { settingsLine } from "../settings/settings-screen.ts";
import { syncLine } from "../sync/sync-screen.ts";
import { stickSay } from "./messages.ts";
import { upgradeJob } from "./stick-jobs.ts";

/** @param open the screen of a stick: of one that was made here. */
export function moreScreen(app: App, path: string, open: (path: string) => Screen): Screen {
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => ({
      title: stickSay.more(),
      help: [stickSay.moreHelp()],
      body: [{ kind: "choices", id: "jobs", label: path, items: jobsOf(app, path, open, go) }],
    }),
  });
}

function jobsOf(
  app: App,
  path: string,
  open: (path: string) => Screen,
  go: (go: Go) => void,
): Choice[] {
  return [
    settingsLine(app, path, go),
    cloneLine(app, path, open, go),
    syncLine(app, path, go),
    {
      id: "upgrade",
      label: stickSay.upgrade(),
      note: stickSay.upgradeNote(),
      choose: () => go({ to: upgradeJob(app, path) }),
    },
    {
      id: "media",
      label: stickSay.testMedia(),
      note: stickSay.testMediaNote(),
      choose: () => go({ to: mediaScreen(app, path) }),
    },
  ];
}
