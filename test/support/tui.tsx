/** The screens as a user has them: keys go in at ink's end, and what is asked is what stands on the screen. */
import { render } from "ink-testing-library";
import { expect, vi } from "vitest";
import type { Disk } from "../../src/disks/disk.ts";
import type { Language } from "../../src/system/text.ts";
import { run } from "../../src/system/run.ts";
import type { App } from "../../src/tui/app.ts";
import { ChooserFolder } from "../../src/tui/files/paths.ts";
import { Page } from "../../src/tui/frame/ink.tsx";
import { textOf } from "../../src/tui/frame/layout/line.ts";
import { pageLines } from "../../src/tui/frame/layout/page.ts";
import type { LanguageSwitch } from "../../src/tui/frame/runtime.ts";
import { Runtime } from "../../src/tui/frame/runtime.ts";
import type { Screen } from "../../src/tui/frame/screen.ts";
import { themeOf } from "../../src/tui/frame/theme.ts";
import { testKit } from "./kit.ts";
import { stands } from "./wrapped.ts";

export const KEYS = {
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  enter: "\r",
  escape: "\u001b",
  tab: "\t",
  backTab: "\u001b[Z",
  "page-up": "\u001b[5~",
  "page-down": "\u001b[6~",
  backspace: "\u007f",
  stop: "\u0003",
} as const;

export type KeyName = keyof typeof KEYS;

export interface Terminal {
  readonly runtime: Runtime;
  /** One after the other, each when the one before has been drawn. */
  readonly press: (...keys: KeyName[]) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  /** Goes to the first button whose name begins so, whichever row of buttons it stands in, and presses it. */
  readonly button: (name: string) => Promise<void>;
  /** Goes down the list that has the keys to the first line that begins so, and chooses it. */
  readonly line: (name: string) => Promise<void>;
  /** Waits until it stands on the screen. @throws with the screen where it never does. */
  readonly see: (text: string | RegExp, timeoutMs?: number) => Promise<void>;
  readonly screen: () => string;
  readonly resize: (columns: number, rows: number) => void;
  readonly close: () => void;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly language?: Language;
}

const WAIT_MS = 30_000;
const MOST_CONTROLS = 8;

/** The computer of the tests: its disks are what the test says, everything else is real. */
export function testApp(folder: string, disks: readonly Disk[] = []) {
  return {
    run,
    disks: { list: async () => [...disks] },
    openKit: async () => testKit(),
    folder,
    chooser: new ChooserFolder(folder),
    now: () => performance.now(),
  };
}

export async function openTerminal(
  computer: Omit<App, keyof LanguageSwitch>,
  first: (app: App) => Screen,
  { columns = 80, rows = 24, language = "en" }: TerminalOptions = {},
): Promise<Terminal> {
  const runtime = new Runtime(language, (frame) => [first({ ...computer, ...frame })]);
  const ink = render(<Page runtime={runtime} theme={themeOf("none")} />);
  let size = { columns, rows };
  const resize = (wide: number, high: number) => {
    size = { columns: wide, rows: high };
    Object.defineProperty(ink.stdout, "columns", { value: wide, configurable: true });
    Object.defineProperty(ink.stdout, "rows", { value: high, configurable: true });
    ink.stdout.emit("resize");
  };
  const screen = () => ink.lastFrame() ?? "";
  const send = async (text: string) => {
    ink.stdin.write(text);
    // A lone escape may be the beginning of a longer sequence: ink waits for the rest.
    await new Promise((resolve) => {
      setTimeout(resolve, text === KEYS.escape ? 60 : 5);
    });
  };
  await vi.waitFor(() => expect(ink.stdin.listenerCount("readable")).toBeGreaterThan(0));
  resize(columns, rows);
  /** As it will be drawn: ink draws a little later, on a busy machine much later. */
  const drawn = () => pageLines(runtime.snapshot, size).map(textOf).join("\n");
  /** Whether a key changes what stands on the screen. */
  const moves = async (key: KeyName) => {
    const before = drawn();
    await send(KEYS[key]);
    return drawn() !== before;
  };
  const isOn = (name: string) => drawn().includes(`❯ ${name}`);
  return {
    runtime,
    screen,
    resize,
    press: async (...keys) => {
      for (const key of keys) await send(KEYS[key]);
    },
    button: async (name) => {
      for (let controls = 0; controls < MOST_CONTROLS; controls++) {
        while (await moves("left"));
        do {
          if (isOn(name)) return send(KEYS.enter);
        } while (await moves("right"));
        await moves("tab");
      }
      throw new Error(`no button ${name}:\n${screen()}`);
    },
    line: async (name) => {
      do {
        if (isOn(name)) return send(KEYS.enter);
      } while (await moves("down"));
      throw new Error(`no line ${name}:\n${screen()}`);
    },
    type: send,
    see: async (text, timeout = WAIT_MS) => {
      await vi
        .waitFor(() => expect(stands(screen(), text)).toBe(true), { timeout, interval: 20 })
        .catch(() => {
          throw new Error(`${String(text)} is not on the screen:\n${screen()}`);
        });
    },
    close: () => ink.unmount(),
  };
}
