/** The frame on a terminal, drawn by ink: a page of lines, and keys. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { Box, Text, render, useInput, useStdout } from "ink";
import type { Key as InkKey } from "ink";
import type { ReactElement } from "react";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { Key, NamedKey } from "./key.ts";
import { named, typed } from "./key.ts";
import type { Line } from "./layout/line.ts";
import type { PageSize } from "./layout/page.ts";
import { pageLines } from "./layout/page.ts";
import type { Runtime } from "./runtime.ts";
import { ScreenWriter } from "./screen-writer.ts";
import type { Theme } from "./theme.ts";

export interface InkProps {
  readonly runtime: Runtime;
  readonly theme: Theme;
}

export function Page({ runtime, theme }: InkProps): ReactElement {
  const snapshot = useSyncExternalStore(
    (listener) => runtime.subscribe(listener),
    () => runtime.snapshot,
  );
  const size = useSize();
  useInput((input, key) => {
    for (const pressed of keysFrom(input, key)) runtime.press(pressed);
  });
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows}>
      {pageLines(snapshot, size).map((line, index) => (
        // A line has no other identity than its place.
        <Row key={String(index)} line={line} theme={theme} />
      ))}
    </Box>
  );
}

function Row({ line, theme }: { readonly line: Line; readonly theme: Theme }): ReactElement {
  return (
    <Text wrap="truncate-end">
      {line.length === 0 ? " " : ""}
      {line.map(({ text, style }, index) => (
        <Text key={String(index)} {...theme[style]}>
          {text}
        </Text>
      ))}
    </Text>
  );
}

function useSize(): PageSize {
  const { stdout } = useStdout();
  const measure = (): PageSize => ({
    columns: stdout.columns || 80,
    rows: stdout.rows || 24,
  });
  const [size, setSize] = useState(measure);
  useEffect(() => {
    const resized = () => setSize(measure());
    stdout.on("resize", resized);
    return () => {
      stdout.off("resize", resized);
    };
  }, [stdout]);
  return size;
}

const NAMED: readonly (readonly [keyof InkKey, NamedKey])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "page-up"],
  ["pageDown", "page-down"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["backspace", "backspace"],
  // Terminals send DEL for the backspace key, which ink calls delete.
  ["delete", "backspace"],
];

/** What ink heard at once may be several keys: pasted text, or what was typed while the program was busy. */
export function keysFrom(input: string, key: InkKey): Key[] {
  if (key.ctrl && input === "c") return [named("stop")];
  if (key.ctrl && input === "u") return [named("clear")];
  if (key.tab) return [named(key.shift ? "back-tab" : "tab")];
  const found = NAMED.find(([flag]) => key[flag]);
  if (found !== undefined) return [named(found[1])];
  if (key.ctrl || key.meta || input === "") return [];
  return input
    .split(CONTROL)
    .filter((part) => part !== "")
    .map((part) => {
      const control = CONTROLS[part];
      return control === undefined ? typed(part) : named(control);
    });
}

const CONTROL = /(\r\n|[\u0000-\u001f\u007f])/;

/** What stands between characters that came in at once. */
const CONTROLS: Readonly<Record<string, NamedKey>> = {
  "\r\n": "enter",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\b": "backspace",
  "\u007f": "backspace",
  "\u001b": "escape",
  "\u0003": "stop",
};

/** Draws until the user leaves. @throws what no screen expected. */
export async function runInk(runtime: Runtime, theme: Theme): Promise<void> {
  let drawing = openScreen(runtime, theme);
  const restore = () => drawing.restore();
  // An exit that nobody awaits (a second signal) must leave a usable terminal, too.
  process.once("exit", restore);
  const stop = () => runtime.stop();
  const leave = () => {
    runtime.stop();
    // Nobody is there to say whether unsaved changes are to be lost.
    if (runtime.snapshot.overlay === "leave") runtime.stop();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, signal === "SIGINT" ? stop : leave);
  runtime.giveUp = async () => {
    drawing.close();
    await stopReading();
    // Ctrl-C is the other program's then, and reaches this one as a signal.
    process.off("SIGINT", stop);
    return () => {
      process.on("SIGINT", stop);
      drawing = openScreen(runtime, theme);
    };
  };
  try {
    await runtime.over;
  } finally {
    for (const signal of signals) process.off(signal, signal === "SIGINT" ? stop : leave);
    process.off("exit", restore);
    drawing.close();
  }
}

function openScreen(runtime: Runtime, theme: Theme) {
  const screen = new ScreenWriter(process.stdout);
  const app = render(<Page runtime={runtime} theme={theme} />, {
    // A stream in all that ink uses of it.
    stdout: screen as unknown as NodeJS.WriteStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    restore: () => screen.close(),
    close: () => {
      app.unmount();
      screen.close();
    },
  };
}

/** Node goes on to read what nobody listens to any more: another program would miss some of its keys. */
async function stopReading(): Promise<void> {
  const { stdin } = process;
  // Ink takes its listener off, and raw mode, a turn later.
  await nextTurn();
  // A stream that was never told to flow can't be told to pause.
  stdin.resume();
  stdin.pause();
  await nextTurn();
}
