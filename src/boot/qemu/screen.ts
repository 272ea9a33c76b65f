/** What stands on a machine's screen, as text. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import type { MachineControl } from "./control.ts";
import { lineShows, loadFont, parsePpm, textOfPicture } from "./picture.ts";
import type { Font } from "./picture.ts";

/** VGA text mode: 80×25 cells of a character and an attribute byte each (IBM VGA, mode 3). */
const TEXT_BUFFER = 0xb8000;
const COLUMNS = 80;
const ROWS = 25;
const CELL_BYTES = 2;

/** The size of the picture that QEMU makes of that mode; no graphics mode has it. */
const TEXT_MODE = { width: 720, height: 400 };

/** The screen is looked at at most so often: unlike the serial line, it costs something. */
const INTERVAL_MS = 700;

/** The screen of a machine that may end at any moment: then its last text stays. */
export class Screen {
  text = "";
  readonly #control: MachineControl;
  readonly #folder: string;
  #font: Font | undefined;
  #readAt = 0;
  #old = new Set<string>();

  /** @param folder where QEMU leaves pictures for a moment. */
  constructor(control: MachineControl, folder: string) {
    this.#control = control;
    this.#folder = folder;
  }

  async read(): Promise<void> {
    this.#readAt = Date.now();
    try {
      const picture = parsePpm(await this.#file("screendump", "picture", {}));
      if (picture.width === TEXT_MODE.width && picture.height === TEXT_MODE.height) {
        const buffer = { val: TEXT_BUFFER, size: COLUMNS * ROWS * CELL_BYTES };
        this.text = screenText(await this.#file("pmemsave", "cells", buffer));
      } else {
        this.#font ??= await loadFont();
        this.text = textOfPicture(picture, this.#font);
      }
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
    }
  }

  /** From now on, lines that stand there already don't count. */
  async forget(): Promise<void> {
    await this.read();
    this.#old = new Set(this.text.split("\n"));
  }

  async shows(wanted: string): Promise<boolean> {
    if (Date.now() - this.#readAt >= INTERVAL_MS) await this.read();
    return this.text.split("\n").some((line) => !this.#old.has(line) && lineShows(line, wanted));
  }

  /** Leaves a picture at `path`: PNG where the name ends in `.png`, else PPM. None where the machine has ended. */
  async keepPicture(path: string): Promise<void> {
    const format = path.endsWith(".png") ? { format: "png" } : {};
    await this.#control
      .execute("screendump", { filename: path, ...format })
      .catch((error: unknown) => {
        if (!(error instanceof LifeboatError)) throw error;
      });
  }

  async #file(
    command: string,
    name: string,
    args: Readonly<Record<string, unknown>>,
  ): Promise<Buffer> {
    const filename = join(this.#folder, name);
    await this.#control.execute(command, { ...args, filename });
    const bytes = await readFile(filename);
    await rm(filename, { force: true });
    return bytes;
  }
}

/** The lines of a text buffer, ends trimmed. Outside ASCII, code page 437's box drawing and the like become spaces. */
export function screenText(cells: Uint8Array): string {
  const lines: string[] = [];
  for (let row = 0; row < ROWS; row++) {
    let line = "";
    for (let column = 0; column < COLUMNS; column++) {
      const code = cells[(row * COLUMNS + column) * CELL_BYTES] ?? 0;
      line += code >= 0x20 && code < 0x7f ? String.fromCodePoint(code) : " ";
    }
    lines.push(line.trimEnd());
  }
  return lines.join("\n").trimEnd();
}
