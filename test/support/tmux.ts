/** The compiled program in a real terminal: tmux draws what it writes, sends keys, and says what stands on the screen. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { packageRoot } from "../../src/system/places.ts";
import { judge } from "./tools.ts";

export interface TmuxOptions {
  readonly columns: number;
  readonly rows: number;
  /** Where the program is started. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

let servers = 0;

export class TmuxTerminal {
  readonly #server: string;

  private constructor(server: string) {
    this.#server = server;
  }

  static async open({ columns, rows, folder, env, args = [] }: TmuxOptions): Promise<TmuxTerminal> {
    const terminal = new TmuxTerminal(`lifeboat-${process.pid}-${servers++}`);
    const variables = Object.entries({ LC_ALL: "C.UTF-8", ...env }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const program = [process.execPath, join(packageRoot(), "lifeboat"), ...args];
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
      const flat = screen.replaceAll(/\s+/g, " ");
      if (typeof wanted === "string" ? flat.includes(wanted) : wanted.test(flat)) return;
      if (Date.now() > end) throw new Error(`${String(wanted)} is not on the screen:\n${screen}`);
      await delay(100);
    }
  }

  async close(): Promise<void> {
    await this.#tmux("kill-server");
  }

  async #tmux(...args: readonly string[]) {
    return judge("tmux", ["-L", this.#server, ...args], { accept: [0, 1] });
  }
}
