/** Pages and forms of the settings that are left while they work: what comes of it then is taken by nobody. */
import { describe, expect, test } from "vitest";
import type { App } from "../../../src/tui/app.ts";
import { named } from "../../../src/tui/frame/key.ts";
import { Runtime } from "../../../src/tui/frame/runtime.ts";
import type { Screen } from "../../../src/tui/frame/screen.ts";
import { defineScreen } from "../../../src/tui/frame/screen.ts";
import type { Draft } from "../../../src/tui/settings/draft.ts";
import { openDraft } from "../../../src/tui/settings/draft.ts";
import { formScreen } from "../../../src/tui/settings/form-screen.ts";
import { pageScreen } from "../../../src/tui/settings/page-screen.ts";
import { testApp } from "../../support/tui.tsx";

const below: Screen = defineScreen<undefined, never>({
  start: () => ({ state: undefined }),
  update: (state) => ({ state }),
  view: () => ({ title: "below", help: [], body: [] }),
});

const about = {
  path: "stick.img",
  name: "LIFEBOAT-12345678",
  language: "en",
  isos: [],
  folders: [],
  files: [],
  places: [],
} as const;

/** Presses Enter on the screen, perhaps Esc, and then the work that Enter began comes to its end. */
async function enter(
  left: boolean,
  make: (app: App, work: () => Promise<void>, hear: (draft: Draft) => void) => Screen,
): Promise<{ readonly heard: readonly Draft[]; readonly title: unknown }> {
  const heard: Draft[] = [];
  let begun = () => {};
  let end = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = async () => {
    begun();
    await ended;
  };
  const runtime = new Runtime("en", (frame) => [
    below,
    make({ ...testApp("/"), ...frame }, work, (draft) => heard.push(draft)),
  ]);
  runtime.press(named("enter"));
  await hasBegun;
  if (left) runtime.press(named("escape"));
  end();
  // The edits are made in microtasks and the YAML parser's import.
  for (let turn = 0; turn < 100 && heard.length === 0; turn++) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  return { heard, title: runtime.snapshot.path.at(-1) };
}

const EDIT = { path: ["menu", "timeout"], value: 25 } as const;

describe("a form", () => {
  const form = async (left: boolean) => {
    const draft = await openDraft(undefined, "# nothing\n");
    return enter(left, (_app, work, hear) => {
      const edits = async () => {
        await work();
        return [EDIT];
      };
      const field = { id: "value", label: "Value:", value: "25" };
      return formScreen(
        { title: "form", help: "help", about: [], fields: [field], edits },
        draft,
        hear,
      );
    });
  };

  test("that waits is taken, and goes back", async () => {
    const { heard, title } = await form(false);
    expect(heard.map(({ now }) => now.settings)).toEqual([{ menu: { timeout: 25 } }]);
    expect(title).toBe("below");
  });

  test("that Esc has left isn't taken", async () => {
    expect(await form(true)).toEqual({ heard: [], title: "below" });
  });
});

describe("a page", () => {
  const page = async (left: boolean) => {
    const draft = await openDraft(undefined, "# nothing\n");
    return enter(left, (app, work, hear) =>
      pageScreen(
        {
          title: "page",
          help: "help",
          body: ({ rewrite }) => {
            const press = () =>
              rewrite(async () => {
                await work();
                return "menu:\n  timeout: 25\n";
              });
            return [{ kind: "buttons", id: "do", buttons: [{ id: "go", label: "Go", press }] }];
          },
        },
        { app, about },
        draft,
        hear,
      ),
    );
  };

  test("hands what was changed down to the page below", async () => {
    const { heard, title } = await page(false);
    expect(heard.map(({ now }) => now.settings)).toEqual([{ menu: { timeout: 25 } }]);
    expect(title).toBe("page");
  });

  test("that Esc has left hands nothing down: the page below has another draft by then", async () => {
    expect(await page(true)).toEqual({ heard: [], title: "below" });
  });
});
