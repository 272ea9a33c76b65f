/** What is done to a stick now and then; what is done daily stands on its own page. */
import { STICK_SAFETY } from "../../stick/target.ts";
import type { App } from "../app.ts";
import { cloneLine } from "../clone/clone-screen.ts";
import { bootBackupSay } from "../boot-backup/messages.ts";
import { restoreScreen } from "../boot-backup/restore-screen.ts";
import { saveScreen } from "../boot-backup/save-screen.ts";
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
    ...bootBackupChoices(app, path, go),
    {
      id: "media",
      label: stickSay.testMedia(),
      note: stickSay.testMediaNote(),
      choose: () => go({ to: mediaScreen(app, path) }),
    },
  ];
}

function bootBackupChoices(app: App, path: string, go: (go: Go) => void): Choice[] {
  return [
    {
      id: "save-boot",
      label: bootBackupSay.save(),
      note: bootBackupSay.saveNote(),
      choose: () => go({ to: saveScreen(app, path) }),
    },
    {
      id: "restore-boot",
      label: bootBackupSay.restore(),
      note: bootBackupSay.restoreNote(),
      choose: () => go({ to: restoreScreen(app, path, STICK_SAFETY) }),
    },
  ];
}
