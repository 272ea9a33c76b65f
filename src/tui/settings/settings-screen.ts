/** A stick's settings, `lifeboat/stick.yaml`: all of them, or those of one image. They are read before the first page is shown. */
import type { LifeboatError } from "../../system/errors.ts";
import { asLifeboatError } from "../../system/errors.ts";
import type { App } from "../app.ts";
import type { Effect, Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Choice } from "../frame/view.ts";
import { backButton, errorBlocks } from "../jobs/job-screen.ts";
import { imagePage } from "./image-page.ts";
import { menuPage } from "./menu-page.ts";
import { settingsSay } from "./messages.ts";
import { pageScreen } from "./page-screen.ts";
import type { Page } from "./page.ts";
import { faint } from "./page.ts";
import { readAbout } from "./read-about.ts";

/** A line of what can be done to a stick. */
export function settingsLine(app: App, path: string, go: (go: Go) => void): Choice {
  return {
    id: "settings",
    label: settingsSay.open(),
    note: settingsSay.openNote(),
    choose: () => go({ to: settingsScreen(app, path) }),
  };
}

export function settingsScreen(app: App, path: string): Screen {
  return reading(app, path, menuPage());
}

/** @param image its path on the data partition. */
export function imageSettingsScreen(app: App, path: string, image: string): Screen {
  return reading(app, path, imagePage(image));
}

type Message =
  | { readonly kind: "failed"; readonly error: LifeboatError }
  | { readonly kind: "go"; readonly go: Go };

function reading(app: App, path: string, page: Page): Screen {
  const read: Effect<Message> = async (send) => {
    try {
      const { about, draft } = await readAbout(path, app.run, app.language());
      send({ kind: "go", go: { instead: pageScreen(page, { app, about }, draft) } });
    } catch (error) {
      send({ kind: "failed", error: asLifeboatError(error) });
    }
  };
  return defineScreen<LifeboatError | undefined, Message>({
    start: () => ({ state: undefined, effects: [read] }),
    update: (state, message) =>
      message.kind === "failed" ? { state: message.error } : { state, go: message.go },
    view: (error, send) => ({
      title: page.title,
      help: [page.help],
      waiting: error === undefined,
      body:
        error === undefined
          ? [faint(settingsSay.reading())]
          : [...errorBlocks(error), backButton((go) => send({ kind: "go", go }))],
    }),
  });
}
