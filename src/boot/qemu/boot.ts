/** The try-out: a stick in an emulated computer. Writes never reach the stick. */
import { access, constants, copyFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import { start } from "../../system/start.ts";
import type { Child } from "../../system/start.ts";
import { qemuArguments } from "./arguments.ts";
import { SerialConsole } from "./console.ts";
import { MachineControl } from "./control.ts";
import { findFirmware } from "./firmware.ts";
import type { Firmware, FirmwareFiles } from "./firmware.ts";
import { choose } from "./menu.ts";
import type { Choice } from "./menu.ts";
import { say } from "./messages.ts";
import { displayEnvironment, findAccelerator, findDisplay, findQemu } from "./program.ts";
import { Screen } from "./screen.ts";
import { listenAt } from "./socket.ts";
import type { Listener } from "./socket.ts";
import { Watch } from "./watch.ts";
import { makeWorkspace, removeWorkspace } from "./workspace.ts";

export interface BootOptions {
  /** The stick: an image file or a device. */
  readonly image: string;
  readonly firmware: Firmware;
  /** A way through GRUB's menus: an entry of the first, then one of the submenu it opens, … Absent: nothing is pressed. */
  readonly select?: readonly Choice[];
  /** Texts awaited one after the other, after the selection, on the serial line or on the screen. */
  readonly expect?: readonly string[];
  readonly timeoutMs: number;
  /** False: with a window, where there is a display to show it. */
  readonly headless: boolean;
  /** Default: 2048. Under Secure Boot, GRUB runs out of memory with less. */
  readonly memoryMb?: number;
  readonly signal?: AbortSignal;
  /** What the serial line says, as text, as it comes. */
  readonly onSerial?: (text: string) => void;
  /** Where a picture of the screen is left at the end: PNG where the name ends in `.png`, else PPM. */
  readonly screenshot?: string;
}

export interface BootResult {
  /** All that was awaited came; without `expect`, the machine ran to its end or for the time given. */
  readonly ok: boolean;
  /** What was awaited in vain: a text of `expect`, or an entry of `select`. */
  readonly missing?: string;
  /** The whole serial line as text, control sequences taken out. */
  readonly serial: string;
  /** The same with them. */
  readonly rawSerial: string;
  /** The text on the screen at the end, as far as it can be read: see `UNKNOWN` in picture.ts for graphics modes. */
  readonly screen: string;
  readonly seconds: number;
  /** False where none was asked for, and where one was but there is no display. */
  readonly window: boolean;
}

const DEFAULT_MEMORY_MB = 2_048;

/**
 * Starts the stick in QEMU and returns when all is there that was awaited, when the time is up or when the machine has ended.
 * @throws LifeboatError `qemu-missing`, `firmware-missing`, `image-unreadable`, `qemu-failed` (it refused to start).
 *   The signal's reason when it aborts. QEMU has ended by the time this returns or throws.
 */
export async function bootInQemu(options: BootOptions): Promise<BootResult> {
  const image = resolve(options.image);
  await access(image, constants.R_OK).catch((cause: unknown) => {
    const hint = say.imageUnreadableHint();
    throw new LifeboatError("image-unreadable", say.imageUnreadable(image), { hint, cause });
  });
  const qemu = await findQemu();
  const template = await findFirmware(options.firmware);
  const display = options.headless ? "none" : await findDisplay(qemu, process.env);
  const accelerator = await findAccelerator();
  options.signal?.throwIfAborted();

  const folder = await makeWorkspace();
  const listeners: Listener[] = [];
  let child: Child | undefined;
  try {
    const serialSocket = join(folder, "serial");
    const controlSocket = join(folder, "control");
    const serial = await listenAt(serialSocket);
    listeners.push(serial);
    const control = await listenAt(controlSocket);
    listeners.push(control);
    const firmwareFiles = template && (await ownVariables(template, folder));
    const args = qemuArguments({
      image,
      firmware: options.firmware,
      ...(firmwareFiles === undefined ? {} : { firmwareFiles }),
      accelerator,
      memoryMb: options.memoryMb ?? DEFAULT_MEMORY_MB,
      display,
      serialSocket,
      controlSocket,
    });
    child = await start(qemu.program, args, {
      // QEMU puts the overlay of `snapshot=on` there.
      env: { TMPDIR: folder, ...(display === "none" ? {} : displayEnvironment(process.env)) },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const machine = await connect(child, serial, control, options);
    const outcome = await follow(machine, options, folder);
    return { ...outcome, window: display !== "none" };
  } catch (error) {
    // Whatever broke when the machine was taken away, that it was is what the caller must hear.
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    await child?.stop();
    for (const listener of listeners) listener.close();
    await removeWorkspace(folder);
  }
}

async function ownVariables(template: FirmwareFiles, folder: string): Promise<FirmwareFiles> {
  const variables = join(folder, "variables.fd");
  await copyFile(template.variables, variables);
  return { code: template.code, variables };
}

interface Machine {
  readonly child: Child;
  readonly line: SerialConsole;
  readonly control: MachineControl;
  readonly startedAt: number;
}

/** @throws LifeboatError `qemu-failed` when QEMU ends instead of connecting; its last words are in the message. */
async function connect(
  child: Child,
  serial: Listener,
  control: Listener,
  options: BootOptions,
): Promise<Machine> {
  const startedAt = Date.now();
  const failed = child.ended.then(({ exitCode, stderr }) => {
    const reason = stderr.trim().split("\n").slice(-3).join(" · ") || `exit ${exitCode ?? "?"}`;
    throw new LifeboatError("qemu-failed", say.qemuFailed(reason));
  });
  const connecting = async (): Promise<Machine> => {
    const line = new SerialConsole(await serial.connected, options.onSerial);
    return {
      child,
      line,
      control: await MachineControl.over(await control.connected),
      startedAt,
    };
  };
  // When the machine ends later, nobody listens to this promise any more.
  failed.catch(() => undefined);
  // A connection that QEMU closes while it ends says less than QEMU's last words.
  return Promise.race([connecting().catch(async () => failed), failed]);
}

/** Chooses, waits, and tells how it went. */
async function follow(
  machine: Machine,
  options: BootOptions,
  folder: string,
): Promise<Omit<BootResult, "window">> {
  const { child, line, control, startedAt } = machine;
  const watch = new Watch(options.timeoutMs, child.ended);
  const screen = new Screen(control, folder);

  let from = 0;
  let missing: string | undefined;
  for (const choice of options.select ?? []) {
    // What the menu itself shows is not what was awaited from the entry.
    const chosen = await choose(line, choice, from, watch, async () => screen.forget());
    if (chosen === undefined) {
      missing = `menu entry ${choice}`;
      break;
    }
    from = chosen;
  }
  for (const text of missing === undefined ? (options.expect ?? []) : []) {
    const found = await watch.until(async () => {
      const end = line.find(text, from);
      if (end !== undefined) return end;
      return (await screen.shows(text)) ? from : undefined;
    });
    if (found === undefined) {
      missing = text;
      break;
    }
    from = found;
  }
  if (missing === undefined && options.expect === undefined) {
    await watch.until(() => undefined);
  }
  options.signal?.throwIfAborted();

  const seconds = (Date.now() - startedAt) / 1_000;
  await screen.read();
  if (options.screenshot !== undefined) await screen.keepPicture(resolve(options.screenshot));
  return {
    ok: missing === undefined,
    ...(missing === undefined ? {} : { missing }),
    serial: line.text,
    rawSerial: line.raw,
    screen: screen.text,
    seconds,
  };
}
