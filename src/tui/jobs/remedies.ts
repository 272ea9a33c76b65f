/** What can be done at once about a job that failed: the way on is on the screen that says what is wrong. */
import type { LifeboatError } from "../../system/errors.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import type { Button, Control } from "../frame/view.ts";
import { kitJob } from "../kit/kit-job.ts";
import { backButton } from "./job-screen.ts";
import { jobSay } from "./messages.ts";
import { unmountButton, unmountJob } from "./unmount-job.ts";

/** @param path what the job was about. @param again the job anew. */
export function remediesFor(
  app: App,
  path: string,
  again: () => Screen,
): (error: LifeboatError, go: (go: Go) => void) => readonly Control[] {
  return ({ code }, go) => {
    const after = backButton(go);
    const remedies = remedyButtons(app, path, code, again, go);
    return [{ ...after, buttons: [...remedies, ...after.buttons] }];
  };
}

function remedyButtons(
  app: App,
  path: string,
  code: string,
  again: () => Screen,
  go: (go: Go) => void,
): Button[] {
  if (code === "mounted" && process.platform === "linux") {
    return [unmountButton(() => go({ instead: unmountJob(app, path, again) }))];
  }
  if (code === "no-kit") {
    const press = () => go({ instead: kitJob(app, again) });
    return [{ id: "kit", label: jobSay.getKit(), note: jobSay.getKitNote(), press }];
  }
  return [{ id: "again", label: jobSay.again(), press: () => go({ instead: again() }) }];
}
