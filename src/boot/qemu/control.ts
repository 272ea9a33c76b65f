/** QEMU's control connection: the QEMU Machine Protocol, one JSON object a line (docs/interop/qmp-spec in QEMU's sources). */
import type { Socket } from "node:net";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";

interface Reply {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

interface Waiting {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: LifeboatError) => void;
}

export class MachineControl {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #unread = "";
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => this.#take(text));
    socket.on("close", () => this.#end());
  }

  /** Negotiates with the QEMU at the other end; it takes commands after that. */
  static async over(socket: Socket): Promise<MachineControl> {
    const control = new MachineControl(socket);
    await control.execute("qmp_capabilities");
    return control;
  }

  /** @throws LifeboatError `qemu-control` when QEMU refuses the command, or ends before it has answered. */
  async execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    if (this.#closed) throw new LifeboatError("qemu-control", say.controlClosed());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { command, resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  #take(text: string): void {
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() === "") continue;
      // The greeting and events have no id; nothing here waits for them.
      const reply = JSON.parse(line) as Reply;
      const waiting = reply.id === undefined ? undefined : this.#waiting.get(reply.id);
      if (reply.id === undefined || waiting === undefined) continue;
      this.#waiting.delete(reply.id);
      if (reply.error === undefined) waiting.resolve(reply.return);
      else {
        const refused = say.controlFailed(waiting.command, reply.error.desc);
        waiting.reject(new LifeboatError("qemu-control", refused));
      }
    }
  }

  #end(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) {
      reject(new LifeboatError("qemu-control", say.controlClosed()));
    }
    this.#waiting.clear();
  }
}
