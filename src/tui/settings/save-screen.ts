/** The last look at what changes, and writing it. */
import { openBuiltInRecipes } from "../../iso/recipes/library.ts";
import type { RefreshResult } from "../../stick/refresh.ts";
import { saveSettings } from "../../stick/settings/save.ts";
import { openStickToWrite } from "../../stick/target.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block } from "../frame/view.ts";
import { backButton, jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import { changeBlocks } from "./change-blocks.ts";
import type { Draft } from "./draft.ts";
import { saved } from "./draft.ts";
import { settingsSay } from "./messages.ts";
import type { StickAbout } from "./read-about.ts";

interface Place {
  readonly app: App;
  readonly about: StickAbout;
}

/** @param done hears the draft as it is on the stick then. */
export function saveScreen(place: Place, draft: Draft, done: (draft: Draft) => void): Screen {
  const { path } = place.about;
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => ({
      title: settingsSay.saveTitle(),
      help: [settingsSay.saveHelp()],
      begin: "do",
      body: [
        { kind: "text", text: settingsSay.willBeWritten(path) },
        ...changeBlocks(draft),
        {
          kind: "buttons",
          id: "do",
          buttons: [
            {
              id: "save",
              label: settingsSay.write(),
              press: () => go({ instead: saveJob(place, draft, done) }),
            },
            { id: "back", label: settingsSay.back(), press: () => go("back") },
          ],
        },
      ],
    }),
  });
}

function saveJob({ app, about }: Place, draft: Draft, done: (draft: Draft) => void): Screen {
  const { path } = about;
  return jobScreen<RefreshResult>(
    {
      title: settingsSay.saveTitle(),
      names: [path],
      question: settingsSay.stopSaving(),
      help: [settingsSay.saveHelp()],
      carryOut: async (jobs) => {
        const job = onlyJob(jobs);
        const recipes = await openBuiltInRecipes();
        const stick = await openStickToWrite(path, app.run, job);
        try {
          const tools = { recipes, run: app.run };
          const before = { stickName: about.name, bytes: draft.onStick };
          const result = await saveSettings(stick, before, draft.now.text, tools, job);
          done(saved(draft));
          return result;
        } finally {
          await stick.disk.close();
        }
      },
      done: ({ changed, entries }, go) => [
        { kind: "text", text: settingsSay.written(), tone: "good" },
        ...(changed
          ? [{ kind: "text", text: settingsSay.menuHas(entries) } satisfies Block]
          : [{ kind: "text", text: settingsSay.menuStays() } satisfies Block]),
        backButton(go),
      ],
      failed: remediesFor(app, path, () => saveJob({ app, about }, draft, done)),
    },
    app,
  );
}
