/** What can be done at once about a job that failed: the way on is on the screen that says what is wrong. */
import { unmountAll, findMounted } from "../../disks/unmount.ts";
import { STICK_SAFETY } from "../../stick/target.ts";
import type { LifeboatError } from "../../system/errors.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import type { Button, Control } from "../frame/view.ts";
import { kitJob } from "../kit/kit-job.ts";
import { backButton, jobScreen } from "./job-screen.ts";
import { jobSay } from "./messages.ts";

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
    const press = () => go({ instead: unmountJob(app, path, again) });
    return [{ id: "unmount", label: jobSay.unmount(), note: jobSay.unmountNote(), press }];
  }
  if (code === "no-kit") {
    const press = () => go({ instead: kitJob(app, again) });
    return [{ id: "kit", label: jobSay.getKit(), note: jobSay.getKitNote(), press }];
  }
  return [{ id: "again", label: jobSay.again(), press: () => go({ instead: again() }) }];
}

/** What is mounted of a target, as the message that led here named it. */
function unmountJob(app: App, path: string, next: () => Screen): Screen {
  return jobScreen(
    {
      title: jobSay.unmounting(),
      names: [path],
      question: jobSay.stopUnmounting(),
      help: [],
      carryOut: async () => {
        const mounted = await findMounted(path, STICK_SAFETY, app.disks);
        if (mounted !== undefined) await unmountAll(mounted, app.run);
      },
      done: (_result, go) => [
        { kind: "text", text: jobSay.unmounted(path), tone: "good" },
        {
          kind: "buttons",
          id: "after",
          buttons: [
            { id: "on", label: jobSay.goOn(), press: () => go({ instead: next() }) },
            { id: "back", label: jobSay.back(), press: () => go("back") },
          ],
        },
      ],
    },
    app,
  );
}
