/**
 * The frame without a screen: each view is said line by line, everything that can be chosen has a number, and an answer is a line. For
 * screen readers, dumb terminals and slow serial lines.
 */
import { formatSize } from "../../system/sizes.ts";
import type { Language, Text } from "../../system/text.ts";
import type { DiskPicture } from "./disk-picture.ts";
import type { JobProgress } from "./job-progress.ts";
import { frameSay } from "./messages.ts";
import { named } from "./key.ts";
import type { Runtime } from "./runtime.ts";
import type { Block, Control, FieldControl, View } from "./view.ts";
import { controlsOf } from "./view.ts";
import type { Words } from "./words.ts";
import { say } from "./words.ts";

/** What the line mode needs of a terminal: tests bring their own. */
export interface LineTerminal {
  readonly write: (line: string) => void;
  /** Undefined at the end of the input. */
  readonly ask: (prompt: string, hidden?: boolean) => Promise<string | undefined>;
}

interface Numbered {
  readonly text: string;
  readonly act: () => void | Promise<void>;
}

/** Until the user leaves, or the input ends. @throws what no screen expected. */
export async function runPlain(runtime: Runtime, terminal: LineTerminal): Promise<void> {
  await Promise.race([runtime.over, new PlainMode(runtime, terminal).run()]);
}

class PlainMode {
  readonly #runtime: Runtime;
  readonly #terminal: LineTerminal;
  #said = "";

  constructor(runtime: Runtime, terminal: LineTerminal) {
    this.#runtime = runtime;
    this.#terminal = terminal;
  }

  async run(): Promise<void> {
    for (;;) {
      await this.#settled();
      const { view, language } = this.#runtime.snapshot;
      this.#describe(view, language);
      const numbered = this.#offer(view, language);
      const answer = await this.#terminal.ask(say(frameSay.linePrompt(), language));
      if (answer === undefined) return;
      await this.#answer(answer.trim(), numbered);
    }
  }

  /** Nothing is asked while something is going on, but whether to stop it: what it does is said as it comes. */
  async #settled(): Promise<void> {
    const said = new Map<string, string>();
    for (;;) {
      const { view, overlay, unsaved } = this.#runtime.snapshot;
      if (overlay === "leave" && unsaved !== undefined) {
        await this.#askLeave(unsaved);
        continue;
      }
      if (view.running === undefined && view.waiting !== true) return;
      if (overlay === "stop") {
        await this.#askStop(view);
        continue;
      }
      for (const part of view.body) {
        if (part.kind === "progress") for (const job of part.jobs) this.#follow(job, said);
      }
      await this.#change();
    }
  }

  async #change(): Promise<void> {
    return new Promise((resolve) => {
      const end = this.#runtime.subscribe(() => {
        end();
        resolve();
      });
    });
  }

  async #askStop({ running }: View): Promise<void> {
    const { language } = this.#runtime;
    if (running !== undefined) this.#terminal.write(say(running.question, language));
    const answer = await this.#terminal.ask(say(frameSay.lineStop(), language));
    this.#runtime.press(named(answer?.trim() === "s" ? "enter" : "escape"));
  }

  async #askLeave(unsaved: Words): Promise<void> {
    const { language } = this.#runtime;
    this.#terminal.write(say(unsaved, language));
    const answer = await this.#terminal.ask(say(frameSay.lineLeave(), language));
    this.#runtime.press(named(answer?.trim() === "q" ? "enter" : "escape"));
  }

  /** A line a step, not one a megabyte. */
  #follow({ name, now }: JobProgress, said: Map<string, string>): void {
    if (now === undefined || said.get(name) === now.text.en) return;
    said.set(name, now.text.en);
    const total = now.bytes === undefined ? "" : ` (${formatSize(now.bytes.total)})`;
    this.#terminal.write(`${say(now.text, this.#runtime.language)}${total}`);
  }

  #describe(view: View, language: Language): void {
    const lines = [
      "",
      `== ${say(view.title, language)} ==`,
      ...view.body.flatMap((part) => describePart(part, language)),
    ];
    const text = lines.join("\n");
    // What hasn't changed isn't read aloud again.
    if (text !== this.#said) for (const line of lines) this.#terminal.write(line);
    this.#said = text;
  }

  #offer(view: View, language: Language): Numbered[] {
    const numbered = controlsOf(view).flatMap((control) => this.#numberedOf(control, language));
    for (const [index, { text }] of numbered.entries()) {
      this.#terminal.write(`${index + 1}. ${text}`);
    }
    return numbered;
  }

  #numberedOf(control: Control, language: Language): Numbered[] {
    const words = (label: string | Text) => say(label, language);
    switch (control.kind) {
      case "field": {
        const value =
          control.hidden === true ? control.value.replaceAll(/./gs, "•") : control.value;
        const text = `${words(control.label)} ${words(value)}`;
        return [{ text, act: async () => this.#fill(control) }];
      }
      case "buttons":
        return control.buttons.flatMap(({ label, press }) =>
          press === undefined ? [] : [{ text: words(label), act: press }],
        );
      case "choices":
        return control.items.flatMap(({ label, detail, ticked, choose }) => {
          if (choose === undefined) return [];
          const state = ticked === undefined ? "" : `${words(frameSay.ticked(ticked))} `;
          const end = detail === undefined ? "" : `, ${words(detail)}`;
          return [{ text: `${state}${words(label)}${end}`, act: choose }];
        });
    }
  }

  async #fill(control: FieldControl): Promise<void> {
    const label = say(control.label, this.#runtime.language);
    const value = await this.#terminal.ask(label, control.hidden);
    if (value === undefined) return;
    control.change(value);
    // With the new value the field's Enter may mean something else.
    const { view } = this.#runtime.snapshot;
    const now = controlsOf(view).find(({ id }) => id === control.id);
    if (now?.kind === "field") now.submit?.();
  }

  async #answer(answer: string, numbered: readonly Numbered[]): Promise<void> {
    const { view, language } = this.#runtime.snapshot;
    if (answer === "q") return this.#runtime.press(named("stop"));
    if (answer === "b") return this.#runtime.press(named("escape"));
    if (answer === "?") {
      for (const words of view.help) this.#terminal.write(say(words, language));
      return;
    }
    const chosen = numbered[Number(answer) - 1];
    if (chosen === undefined) this.#terminal.write(say(frameSay.noSuchNumber(answer), language));
    else await chosen.act();
  }
}

function describePart(part: Block | Control, language: Language): string[] {
  switch (part.kind) {
    case "text":
      return [say(part.text, language)];
    case "facts":
      return part.facts.map(
        ({ label, value }) => `${say(label, language)}: ${say(value, language)}`,
      );
    case "disk":
      return describeDisk(part.picture, language);
    case "before-after":
      return [
        say(frameSay.before(), language),
        ...describeDisk(part.before, language),
        say(frameSay.after(), language),
        ...describeDisk(part.after, language),
      ];
    case "progress":
      return part.jobs.flatMap(({ notes }) => notes.map(({ text }) => say(text, language)));
    case "choices": {
      const unusable = part.items.filter(({ choose }) => choose === undefined);
      return [
        ...(part.label === undefined ? [] : [say(part.label, language)]),
        ...(part.items.length === 0 && part.empty !== undefined ? [say(part.empty, language)] : []),
        ...unusable.map(({ label, detail, note }) =>
          [label, detail, note]
            .flatMap((words) => (words === undefined ? [] : [say(words, language)]))
            .join(", "),
        ),
      ];
    }
    case "field":
      return part.note === undefined ? [] : [say(part.note, language)];
    case "buttons":
    case "gap":
      return [];
  }
}

function describeDisk({ parts, damaged }: DiskPicture, language: Language): string[] {
  const wrong = damaged !== undefined && damaged.length > 0;
  return [
    ...parts.map(({ label, bytes }) => `${say(label, language)}: ${formatSize(bytes)}`),
    ...(wrong ? [say(frameSay.damaged(), language)] : []),
  ];
}
