/** A page to be read: all of what a list has no room for. */
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Words } from "../frame/view.ts";
import { backButton } from "./job-screen.ts";

export function pageScreen(title: Words, body: readonly Block[]): Screen {
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => ({ title, help: [], body: [...body, backButton(go)] }),
  });
}
