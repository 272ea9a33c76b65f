/** Collecting the boot files that sticks are made from. */
import { buildKit } from "../../boot/kit/build.ts";
import type { Kit } from "../../boot/kit/kit.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { kitSay } from "./messages.ts";

/** @param next what it was wanted for, if it was wanted for something. */
export function kitJob(app: App, next?: () => Screen): Screen {
  return jobScreen<Kit>(
    {
      title: kitSay.collecting(),
      names: ["kit"],
      question: kitSay.stop(),
      help: [kitSay.help()],
      carryOut: async (jobs) => {
        const job = onlyJob(jobs);
        return buildKit(app.run, job);
      },
      done: ({ folder, manifest }, go: (go: Go) => void) => [
        { kind: "text", text: kitSay.collected(manifest.files.length, folder), tone: "good" },
        {
          kind: "buttons",
          id: "after",
          buttons: [
            ...(next === undefined
              ? []
              : [{ id: "on", label: kitSay.goOn(), press: () => go({ instead: next() }) }]),
            { id: "back", label: kitSay.back(), press: () => go("back") },
          ],
        },
      ],
    },
    app,
  );
}
