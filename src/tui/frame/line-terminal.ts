/** The line mode's terminal: readline, which can keep to itself what is typed. */
import type { Interface } from "node:readline/promises";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { GiveUp } from "./runtime.ts";
import type { LineTerminal } from "./plain.ts";

export interface OpenedLines extends LineTerminal {
  readonly close: () => void;
  /** Another program may read the terminal until what this returns is called. */
  readonly giveUp: GiveUp;
}

/** @param interrupted called at Ctrl-C. */
export function openLines(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  interrupted: () => void,
): OpenedLines {
  let muted = false;
  // What readline echoes of a password goes nowhere.
  const echo = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      // Not later, when the terminal has taken what came before: it may not be muted any more then.
      if (!muted) output.write(chunk);
      done();
    },
  });
  const open = (): Interface => {
    // No history: an arrow key would bring back what was typed hidden, in the open.
    const lines = createInterface({ input, output: echo, terminal: output.isTTY, historySize: 0 });
    lines.on("SIGINT", interrupted);
    return lines;
  };
  let lines = open();
  return {
    write: (line) => output.write(`${line}\n`),
    ask: async (prompt, hidden = false) => {
      if (hidden) output.write(`${prompt} `);
      let whenClosed = () => {};
      const closed = new Promise<undefined>((resolve) => {
        whenClosed = () => resolve(undefined);
      });
      const asked = lines.once("close", whenClosed);
      const answer = asked.question(hidden ? "" : `${prompt} `).catch(() => undefined);
      muted = hidden;
      try {
        return await Promise.race([answer, closed]);
      } finally {
        asked.off("close", whenClosed);
        muted = false;
        if (hidden) output.write("\n");
      }
    },
    close: () => lines.close(),
    giveUp: async () => {
      lines.close();
      return () => {
        lines = open();
      };
    },
  };
}
