/** Unmounts what is mounted of a target. */
import { findMounted, unmountAll } from "../../disks/unmount.ts";
import { STICK_SAFETY } from "../../stick/target.ts";
import { failureOf } from "../../system/errors.ts";
import type { App } from "../app.ts";
import type { Screen } from "../frame/screen.ts";
import type { Button } from "../frame/view.ts";
import { jobScreen } from "./job-screen.ts";
import { jobSay } from "./messages.ts";

/** True where a stick would be refused for nothing but that it is mounted, and lifeboat can unmount it. */
export async function isMounted(path: string, { disks }: Pick<App, "disks">): Promise<boolean> {
  if (process.platform !== "linux") return false;
  try {
    return (await findMounted(path, STICK_SAFETY, disks)) !== undefined;
  } catch (error) {
    // What is amiss with the stick itself is said by whoever opens it.
    failureOf(error);
    return false;
  }
}

/** For a row of buttons. @param press leads to `unmountJob`. */
export function unmountButton(press: () => void): Button {
  return { id: "unmount", label: jobSay.unmount(), note: jobSay.unmountNote(), press };
}

/**
 * What is mounted of it now: the screen that led here named it.
 * @param next what can be gone on with; without it there is only the way back.
 */
export function unmountJob(app: App, path: string, next?: () => Screen): Screen {
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
      done: (_result, go) => {
        const on: Button[] =
          next === undefined
            ? []
            : [{ id: "on", label: jobSay.goOn(), press: () => go({ instead: next() }) }];
        const back: Button = { id: "back", label: jobSay.back(), press: () => go("back") };
        return [
          { kind: "text", text: jobSay.unmounted(path), tone: "good" },
          { kind: "buttons", id: "after", buttons: [...on, back] },
        ];
      },
    },
    app,
  );
}
