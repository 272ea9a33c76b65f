/** A job on a screen, stopped by Ctrl-C and Enter in the middle: at the event that is asked for, and not when a test happens to get there. */
import type { Language } from "../../src/system/text.ts";
import { named } from "../../src/tui/frame/key.ts";
import type { Terminal } from "./tui.tsx";
import { say } from "../../src/tui/frame/words.ts";

export interface Stopping<Computer> {
  readonly computer: Computer;
  /**
   * From now on the `count`th event of a job stops it.
   * @returns what was asked then; empty while it hasn't come to that.
   */
  readonly arm: (terminal: Terminal, count: number, language?: Language) => () => string;
}

/** Every event of a job asks the computer for the time. */
export function stopping<Computer extends { readonly now: () => number }>(
  computer: Computer,
): Stopping<Computer> {
  let atEvent = (): void => {};
  const now = () => {
    atEvent();
    return computer.now();
  };
  const arm = ({ runtime }: Terminal, count: number, language: Language = "en") => {
    let left = count;
    let asked = "";
    atEvent = () => {
      left--;
      if (left > 0) return;
      atEvent = () => {};
      const question = runtime.snapshot.view.running?.question;
      asked = question === undefined ? "" : say(question, language);
      runtime.stop();
      runtime.press(named("enter"));
    };
    return () => asked;
  };
  return { computer: { ...computer, now }, arm };
}
