/** Saving what starts a disk: where to, and then the job. */
import { isDevice } from "../../block/file.ts";
import { saveBootOf } from "../../stick/boot-backup/on-target.ts";
import { backupPathFor } from "../../stick/boot-backup/save.ts";
import { LifeboatError } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import { VERSION } from "../../system/version.ts";
import type { App } from "../app.ts";
import type { Screen } from "../frame/screen.ts";
import { typedPath } from "../files/paths.ts";
import { askFor } from "../jobs/ask.ts";
import { backButton, jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import { bootBackupSay } from "./messages.ts";

/** First a look at what the target is: beside an image, in the user's own folder for a device. */
export function saveScreen(app: App, path: string): Screen {
  return jobScreen<string>(
    {
      title: bootBackupSay.save(),
      names: [path],
      question: bootBackupSay.stopSave(),
      help: [bootBackupSay.saveNote()],
      carryOut: async () => {
        const kind = (await isDevice(path)) ? "device" : "image";
        return backupPathFor(path, kind, new Date());
      },
      next: (file) => ({ instead: fileQuestion(app, path, file) }),
    },
    app,
  );
}

function fileQuestion(app: App, path: string, file: string): Screen {
  return askFor({
    title: bootBackupSay.save(),
    about: [{ kind: "text", text: bootBackupSay.saveAbout(path) }],
    label: bootBackupSay.file(),
    value: file,
    note: bootBackupSay.enterSaves(),
    mistake: (typed) =>
      typed.trim() === "" ? new LifeboatError("no-file", bootBackupSay.noFile()) : undefined,
    next: (typed) => saveJob(app, path, typedPath(typed)),
  });
}

function saveJob(app: App, path: string, file: string): Screen {
  return jobScreen(
    {
      title: bootBackupSay.save(),
      names: [path],
      question: bootBackupSay.stopSave(),
      help: [bootBackupSay.saveNote()],
      carryOut: async (jobs) => {
        const about = { version: VERSION, now: new Date() };
        return saveBootOf(path, file, about, onlyJob(jobs));
      },
      done: ({ fileBytes }, go) => [
        { kind: "text", text: bootBackupSay.saved(formatSize(fileBytes)), tone: "good" },
        { kind: "text", text: file, tone: "strong" },
        { kind: "text", text: bootBackupSay.bringBackLater(), tone: "faint" },
        backButton(go),
      ],
      // Another name, mostly.
      failed: remediesFor(app, path, () => fileQuestion(app, path, file)),
    },
    app,
  );
}
