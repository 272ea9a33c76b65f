/** The compiled program in a real terminal: tmux draws what it writes, sends keys, and says what stands on the screen. */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { packageRoot } from "../../src/system/places.ts";
import { judge } from "./tools.ts";
import { stands } from "./wrapped.ts";

export interface TmuxOptions {
  readonly columns: number;
  readonly rows: number;
  /** Where the program is started. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** What goes before the program's command line: another program that starts it. */
  readonly through?: readonly string[];
}

/** No key takes longer, also on a machine with other work. */
const SETTLE_MS = 1000;
const MOST_CONTROLS = 8;

let servers = 0;

export class TmuxTerminal {
  readonly #server: string;

  private constructor(server: string) {
    this.#server = server;
  }

  static async open(options: TmuxOptions): Promise<TmuxTerminal> {
    const { columns, rows, folder, env, args = [], through = [] } = options;
    const terminal = new TmuxTerminal(`lifeboat-${process.pid}-${servers++}`);
    const variables = Object.entries({ LC_ALL: "C.UTF-8", ...env }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const program = [...through, process.execPath, join(packageRoot(), "lifeboat"), ...args];
    // When the program has gone, the screen is still to be looked at.
    const shell = `env "$@"; echo "left with $?"; exec sleep 600`;
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    const command = ["sh", "-c", shell, "sh", ...variables, ...program];
    await terminal.#tmux("-f", "/dev/null", "new-session", "-d", ...size, "-c", folder, ...command);
    return terminal;
  }

  /** Names as tmux has them: Enter, Escape, Tab, Up, C-c; or one character. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.send(key);
      // A key is a key press of somebody's, and no paste.
      await delay(60);
    }
  }

  /** Goes to the first button whose name begins so, whichever row of buttons it stands in, and presses it. */
  async button(name: string): Promise<void> {
    await this.#settle();
    for (let controls = 0; controls < MOST_CONTROLS; controls++) {
      // The bottom line says which keys mean something: in a row of buttons, these.
      if ((await this.screen()).includes("←→")) {
        for (const way of ["Right", "Left"]) {
          do {
            if (await this.#staysOn(name)) return this.press("Enter");
          } while (await this.#moves(way));
        }
      }
      await this.#moves("Tab");
    }
    throw new Error(`no button ${name}:\n${await this.screen()}`);
  }

  /** Goes down the list that has the keys to the first line that begins so, and chooses it. */
  async line(name: string): Promise<void> {
    await this.#settle();
    do {
      if (await this.#staysOn(name)) return this.press("Enter");
    } while (await this.#moves("Down"));
    throw new Error(`no line ${name}:\n${await this.screen()}`);
  }

  /** Whether a key changed what stands on the screen; waits for it, so that no key is still under way when the next is sent. */
  async #moves(key: string): Promise<boolean> {
    const before = await this.screen();
    await this.send(key);
    for (let waited = 0; waited < SETTLE_MS; waited += 50) {
      await delay(50);
      if ((await this.screen()) === before) continue;
      await this.#settle();
      return true;
    }
    return false;
  }

  /** Until nothing changes any more: a list that comes late isn't taken for what a key did. */
  async #settle(): Promise<void> {
    let last = await this.screen();
    for (let waited = 0; waited < SETTLE_MS; waited += 100) {
      await delay(100);
      const now = await this.screen();
      if (now === last) return;
      last = now;
    }
  }

  /** The cursor is there, and no key that is still under way takes it on. */
  async #staysOn(name: string): Promise<boolean> {
    if (!(await this.#isOn(name))) return false;
    await this.#settle();
    return this.#isOn(name);
  }

  async #isOn(name: string): Promise<boolean> {
    return (await this.screen()).includes(`❯ ${name}`);
  }

  /** One key, and no pause behind it. */
  async send(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** @param colours with the sequences that draw them. */
  async screen(colours = false): Promise<string> {
    return this.#tmux("capture-pane", "-p", ...(colours ? ["-e"] : []));
  }

  /** Waits until it stands on the screen, however it is wrapped there. @throws Error with the screen where it never does. */
  async see(wanted: string | RegExp, timeoutMs = 60_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const screen = await this.screen();
      if (stands(screen, wanted)) return;
      if (Date.now() > end) throw new Error(`${String(wanted)} is not on the screen:\n${screen}`);
      await delay(100);
    }
  }

  /** From now on what the program writes is written to a file as well. */
  async copyOutput(path: string): Promise<void> {
    await writeFile(path, "");
    await this.#tmux("pipe-pane", "-o", `cat >> '${path}'`);
  }

  /**
   * A client that is there already when a key is to be sent: no process has to start first, which may take longer than the answer.
   * @returns what sends a key, named as `press` has it, and what ends the client.
   */
  openKeys(): { readonly send: (key: string) => void; readonly close: () => void } {
    const client = spawn("tmux", ["-L", this.#server, "-C", "attach-session", "-f", "no-output"], {
      stdio: ["pipe", "ignore", "inherit"],
    });
    return {
      send: (key) => client.stdin.write(`send-keys '${key}'\n`),
      close: () => client.stdin.end(),
    };
  }

  async close(): Promise<void> {
    await this.#tmux("kill-server");
  }

  async #tmux(...args: readonly string[]) {
    return judge("tmux", ["-L", this.#server, ...args], { accept: [0, 1] });
  }
}
