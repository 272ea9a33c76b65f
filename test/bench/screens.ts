/**
 * The screens while a stick is built at full speed: what they cost against `build --quiet`, and, in builds of their own, how long a key
 * waits for its answer. In tmux, which hands on what the program writes as it writes it, so that nobody asks it for the screen.
 */
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TmuxTerminal } from "../support/tmux.ts";

const ROUNDS = 7;
const ROUNDS_WITH_KEYS = 2;
const SIZE = "6G";
const ENV = { LANG: "en_US.UTF-8", LIFEBOAT_KIT: process.env["LIFEBOAT_KIT"] ?? "" };

/** @param iso in a folder of its own. */
export async function measureScreens(folder: string, iso: string): Promise<string> {
  const pairs: { readonly quiet: number; readonly screen: number }[] = [];
  // The first build of a round finds the caches as the last one left them: the order changes.
  for (let round = 0; round < ROUNDS; round++) {
    const quietFirst = round % 2 === 0 ? await buildQuietly(folder, iso) : 0;
    const { seconds: screen } = await buildOnScreen(folder, false);
    const quiet = quietFirst || (await buildQuietly(folder, iso));
    pairs.push({ quiet, screen });
  }
  const answers: number[] = [];
  for (let round = 0; round < ROUNDS_WITH_KEYS; round++) {
    answers.push(...(await buildOnScreen(folder, true)).answersMs);
  }
  const ratios = pairs.map(({ quiet, screen }) => screen / quiet);
  const total = (which: "quiet" | "screen") =>
    pairs.reduce((sum, pair) => sum + pair[which], 0).toFixed(1);
  const ms = (share: number) => shareOf(answers, share).toFixed(0);
  return [
    "| the screens during a build | |",
    "| --- | --- |",
    `| keys answered | ${answers.length} |`,
    `| answer to a key, ms: median, 95 %, longest | ${ms(0.5)}, ${ms(0.95)}, ${ms(1)} |`,
    `| seconds of \`build --quiet\`, of the build on the screens | ${pairs.map(({ quiet, screen }) => `${quiet.toFixed(1)}, ${screen.toFixed(1)}`).join("; ")} |`,
    `| all of them | ${total("quiet")}, ${total("screen")} |`,
    `| ratio: least, median, most | ${[0, 0.5, 1].map((share) => shareOf(ratios, share).toFixed(2)).join(", ")} |`,
  ].join("\n");
}

function shareOf(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}

/** In a terminal of the same kind, which is watched in the same way: what tmux and the watching take, both take. */
async function buildQuietly(folder: string, iso: string): Promise<number> {
  const image = join(folder, "quiet.img");
  rmSync(image, { force: true });
  const args = ["build", image, "--size", SIZE, "--iso", iso, "--yes", "--quiet"];
  const began = performance.now();
  const terminal = await TmuxTerminal.open({ columns: 100, rows: 30, folder, env: ENV, args });
  const log = join(folder, "written.log");
  try {
    await terminal.copyOutput(log);
    const written = new Written(log, 50);
    await written.see(["left with 0"], 0, 600_000);
    written.close();
    return (performance.now() - began) / 1000;
  } finally {
    await terminal.close();
    rmSync(image, { force: true });
  }
}

/** The clock runs from the key that begins it to the words that end it. */
async function buildOnScreen(
  folder: string,
  withKeys: boolean,
): Promise<{ readonly seconds: number; readonly answersMs: readonly number[] }> {
  rmSync(join(folder, "stick.img"), { force: true });
  const terminal = await TmuxTerminal.open({ columns: 100, rows: 30, folder, env: ENV });
  const log = join(folder, "written.log");
  rmSync(log, { force: true });
  try {
    await chooseAll(terminal);
    await terminal.copyOutput(log);
    const written = new Written(log, withKeys ? 5 : 50);
    const began = performance.now();
    await terminal.press("Enter");
    const answersMs = withKeys ? await answersDuring(terminal, written) : [];
    await written.see([DONE], 0, 600_000);
    const seconds = (performance.now() - began) / 1000;
    written.close();
    return { seconds, answersMs };
  } finally {
    await terminal.close();
    rmSync(join(folder, "stick.img"), { force: true });
  }
}

/** From the first screen to the one on which Enter begins. */
async function chooseAll(terminal: TmuxTerminal): Promise<void> {
  await terminal.see("Make a stick");
  await terminal.button("Make a stick");
  await terminal.see("not chosen yet");
  await terminal.press("Enter");
  await terminal.see("An image file");
  await terminal.press("Enter");
  await terminal.see("Size: 8G");
  await terminal.press("Down", "BSpace", "BSpace");
  await terminal.type(SIZE);
  await terminal.press("Enter");
  await terminal.see("Take 1 target");
  await terminal.press("Tab", "Enter");
  await terminal.see("None yet");
  await terminal.button("Images");
  await terminal.see("large.iso");
  await terminal.type("large");
  await terminal.press("Enter", "Tab", "Enter");
  await terminal.see("Images (1)");
  await terminal.press("Left", "Left", "Left", "Left");
  await terminal.see("❯ Make the stick");
}

const DONE = "is a rescue stick";

/** The help is opened and closed as long as images are copied and read back. */
async function answersDuring(terminal: TmuxTerminal, written: Written): Promise<number[]> {
  const keys = terminal.openKeys();
  const answersMs: number[] = [];
  /** @returns whether the build still runs. */
  const answer = async (key: string, sign: string): Promise<boolean> => {
    const from = written.text.length;
    const began = performance.now();
    keys.send(key);
    await written.see([sign, DONE], from, 10_000);
    const ms = performance.now() - began;
    if (written.text.includes(DONE)) return false;
    answersMs.push(ms);
    await delay(100);
    return true;
  };
  await written.see(["Copying"], 0, 120_000);
  while ((await answer("?", "close help")) && (await answer("Escape", "Ctrl-C")));
  keys.close();
  // Where the help lay over the screen when the build came to its end.
  await terminal.press("Escape");
  return answersMs;
}

/** What the program wrote to its terminal, as it comes. */
class Written {
  readonly #file: number;
  readonly #buffer = Buffer.alloc(1 << 16);
  readonly #everyMs: number;
  #text = "";

  /** @param everyMs how often it is looked at: that takes from what is measured. */
  constructor(log: string, everyMs: number) {
    this.#everyMs = everyMs;
    this.#file = openSync(log, "r");
  }

  get text(): string {
    for (;;) {
      const length = readSync(this.#file, this.#buffer);
      if (length === 0) return this.#text;
      this.#text += this.#buffer.toString("utf8", 0, length);
    }
  }

  /** Waits for one of the signs behind a place in the text. @throws Error where none comes. */
  async see(signs: readonly string[], from: number, timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const text = this.text.slice(from);
      if (signs.some((sign) => text.includes(sign))) return;
      if (performance.now() > end) throw new Error(`${signs.join()} was not written:\n${text}`);
      await delay(this.#everyMs);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
