/**
 * The running front end without its face: the stack of screens, where the user is on each, what lies over them (help, the question
 * before a job is stopped), and what a key does. Knows no terminal; ink and the line mode listen to it.
 */
import type { Language } from "../../system/text.ts";
import type { Answer, Focus } from "./focus.ts";
import { NO_FOCUS, keyPressed } from "./focus.ts";
import type { Key } from "./key.ts";
import type { Go, MountedScreen, Screen } from "./screen.ts";
import type { View, Words } from "./view.ts";

/** What lies over the screen and takes the keys. */
export type Overlay = "none" | "help" | "stop" | "leave";

/** All there is to draw. */
export interface Snapshot {
  readonly language: Language;
  /** Titles from the first screen to this one. */
  readonly path: readonly Words[];
  readonly view: View;
  readonly focus: Focus;
  readonly overlay: Overlay;
  /** What would be lost if the program were left now. */
  readonly unsaved?: Words | undefined;
}

/** What screens may know and change of the frame. */
export interface LanguageSwitch {
  readonly language: () => Language;
  readonly setLanguage: (language: Language) => void;
  /** Gives the terminal to another program while `work` is going on, and draws the screen anew behind it. */
  readonly outside: <T>(work: () => Promise<T>) => Promise<T>;
}

/** How a front end gives up its terminal; what it returns takes it again. */
export type GiveUp = () => Promise<() => void>;

interface Layer {
  readonly screen: MountedScreen;
  focus: Focus;
}

export class Runtime {
  #language: Language;
  readonly #layers: Layer[] = [];
  readonly #listeners = new Set<() => void>();
  /** Comes when the user leaves; @throws what no screen expected. */
  readonly over: Promise<void>;
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #overlay: Overlay = "none";
  /** Set by a front end that holds its terminal. */
  giveUp: GiveUp = async () => () => {};
  #snapshot: Snapshot | undefined;

  /** @param first makes the screens that are open at the beginning, the last on top. */
  constructor(language: Language, first: (frame: LanguageSwitch) => readonly Screen[]) {
    this.#language = language;
    this.over = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    const screens = first({
      language: () => this.#language,
      setLanguage: (chosen) => {
        this.#language = chosen;
        this.#changed();
      },
      outside: async (work) => {
        const takeAgain = await this.giveUp();
        try {
          return await work();
        } finally {
          takeAgain();
        }
      },
    });
    for (const screen of screens) this.#push(screen);
  }

  get language(): Language {
    return this.#language;
  }

  /** The same object until something changes. */
  get snapshot(): Snapshot {
    this.#snapshot ??= this.#draw();
    return this.#snapshot;
  }

  /** @returns what ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  press(key: Key): void {
    if (this.#overlay !== "none") this.#pressOver(this.#overlay, key);
    else if (key.kind === "named" && key.name === "stop") this.stop();
    else this.#pressOnScreen(key);
  }

  /** Ctrl-C, or a signal: a running job is asked about, everything else is left. */
  stop(): void {
    const { running } = this.#top().screen.view();
    if (running === undefined) {
      // Said twice, it is meant: a signal has nobody to answer a question.
      if (this.#unsaved() === undefined || this.#overlay === "leave") return this.#go("quit");
      this.#overlay = "leave";
      return this.#changed();
    }
    if (running.stopping) return;
    this.#overlay = "stop";
    this.#changed();
  }

  #unsaved(): Words | undefined {
    return this.#layers.map(({ screen }) => screen.view().unsaved).find(Boolean);
  }

  #pressOnScreen(key: Key): void {
    const layer = this.#top();
    const view = layer.screen.view();
    const answer: Answer = keyPressed(view, layer.focus, key, this.#language);
    layer.focus = answer.focus;
    if (answer.unused === true) this.#pressUnused(view, key);
    answer.act?.();
    this.#changed();
  }

  #pressUnused(view: View, key: Key): void {
    if (key.kind === "text") {
      if (key.text === "?") this.#overlay = "help";
      return;
    }
    if (key.name !== "escape") return;
    if (view.running !== undefined) this.stop();
    else if (view.back !== undefined) view.back();
    else this.#go("back");
  }

  #pressOver(overlay: "help" | "stop" | "leave", key: Key): void {
    if (overlay === "help") this.#overlay = "none";
    else if (overlay === "leave") {
      const name = key.kind === "named" ? key.name : undefined;
      if (name === "enter" || name === "stop") return this.#go("quit");
      if (name === "escape") this.#overlay = "none";
    } else if (key.kind === "named" && key.name === "enter") {
      this.#overlay = "none";
      this.#top().screen.view().running?.stop();
    } else if (key.kind === "named" && key.name === "escape") this.#overlay = "none";
    this.#changed();
  }

  #go(go: Go): void {
    if (go === "quit") {
      for (const { screen } of this.#layers) screen.leave();
      this.#finish();
      return;
    }
    if (go === "back" || go === "home") {
      // From the first screen there is nowhere to go back to.
      const down = go === "home" ? this.#layers.length - 1 : Math.min(1, this.#layers.length - 1);
      for (let count = 0; count < down; count++) this.#layers.pop()?.screen.leave();
      if (down > 0) this.#top().screen.returned();
    } else if ("to" in go) this.#push(go.to);
    else {
      this.#layers.pop()?.screen.leave();
      this.#push(go.instead);
    }
    this.#overlay = "none";
    this.#changed();
  }

  #push(screen: Screen): void {
    const mounted: MountedScreen = screen.mount({
      changed: () => this.#changed(),
      go: (go) => {
        // What a screen below the top asks for (a list that came late) mustn't move the one that is looked at.
        if (this.#top().screen === mounted) this.#go(go);
      },
      failed: (error) => this.#fail(error),
    });
    this.#layers.push({ screen: mounted, focus: NO_FOCUS });
  }

  #top(): Layer {
    const top = this.#layers.at(-1);
    if (top === undefined) throw new Error("no screen is open");
    return top;
  }

  #changed(): void {
    this.#snapshot = undefined;
    for (const listener of this.#listeners) listener();
  }

  #draw(): Snapshot {
    const { screen, focus } = this.#top();
    const path = this.#layers.map((layer) => layer.screen.view().title);
    // A job that came to its end by itself has nothing left to stop.
    const view = screen.view();
    if (this.#overlay === "stop" && view.running === undefined) this.#overlay = "none";
    const unsaved = this.#unsaved();
    if (this.#overlay === "leave" && unsaved === undefined) this.#overlay = "none";
    return { language: this.#language, path, view, focus, overlay: this.#overlay, unsaved };
  }
}
