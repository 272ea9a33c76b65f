/**
 * The screens while a stick is built at full speed: how long a key waits for its answer, and what the screens cost against
 * `build --quiet`. In tmux, which is asked for the screen as often as it answers.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TmuxTerminal } from "../support/tmux.ts";

const ROUNDS = 3;
const SIZE = "6G";

interface Round {
  readonly quietSeconds: number;
  readonly screenSeconds: number;
  readonly answersMs: readonly number[];
}

/** @param iso in a folder of its own. */
export async function measureScreens(
  program: string,
  folder: string,
  iso: string,
): Promise<string> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const quietSeconds = buildQuietly(program, join(folder, "quiet.img"), iso);
    rounds.push({ quietSeconds, ...(await buildOnScreen(folder)) });
  }
  const answers = rounds.flatMap(({ answersMs }) => answersMs).toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(answers[Math.floor((answers.length - 1) * share)] ?? 0);
  const ratios = rounds.map(({ quietSeconds, screenSeconds }) => screenSeconds / quietSeconds);
  const middle = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0;
  return [
    "| the screens during a build | |",
    "| --- | --- |",
    `| keys answered | ${answers.length} |`,
    `| answer to a key, ms: median, 95 %, longest | ${at(0.5)}, ${at(0.95)}, ${at(1)} |`,
    `| seconds of \`build --quiet\`, of the build on the screens | ${rounds.map(({ quietSeconds, screenSeconds }) => `${quietSeconds.toFixed(1)}, ${screenSeconds.toFixed(1)}`).join("; ")} |`,
    `| median of the ratios | ${middle.toFixed(2)} |`,
  ].join("\n");
}

function buildQuietly(program: string, image: string, iso: string): number {
  rmSync(image, { force: true });
  const began = performance.now();
  const args = [program, "build", image, "--size", SIZE, "--iso", iso, "--yes", "--quiet"];
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
  if (status !== 0) throw new Error(`build --quiet ended with ${String(status)}`);
  const seconds = (performance.now() - began) / 1000;
  rmSync(image, { force: true });
  return seconds;
}

/** The clock runs from the key that begins it to the words that end it. */
async function buildOnScreen(folder: string): Promise<Omit<Round, "quietSeconds">> {
  rmSync(join(folder, "stick.img"), { force: true });
  const env = { LANG: "en_US.UTF-8", LIFEBOAT_KIT: process.env["LIFEBOAT_KIT"] ?? "" };
  const terminal = await TmuxTerminal.open({ columns: 100, rows: 30, folder, env });
  try {
    await terminal.see("Make a stick");
    await terminal.press("Tab", "Enter");
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
    await terminal.press("Right", "Enter");
    await terminal.see("large.iso");
    await terminal.type("large");
    await terminal.press("Enter", "Tab", "Enter");
    await terminal.see("Images (1)");
    await terminal.press("Left", "Left");
    const began = performance.now();
    await terminal.press("Enter");
    const answersMs: number[] = [];
    for (;;) {
      const screen = await terminal.screen();
      if (screen.includes("is a rescue stick")) break;
      if (performance.now() - began > 600_000) throw new Error(screen);
      if (screen.includes("Copying") || screen.includes("Reading back")) {
        answersMs.push(await answerTo(terminal, "?", "close help"));
        answersMs.push(await answerTo(terminal, "Escape", "Ctrl-C stop"));
      }
      await delay(150);
    }
    return { screenSeconds: (performance.now() - began) / 1000, answersMs };
  } finally {
    await terminal.close();
    rmSync(join(folder, "stick.img"), { force: true });
  }
}

/** Milliseconds from the key to its answer on the screen, with the time that tmux takes for both. */
async function answerTo(terminal: TmuxTerminal, key: string, answer: string): Promise<number> {
  const began = performance.now();
  await terminal.send(key);
  while (!(await terminal.screen()).includes(answer)) {
    if (performance.now() - began > 10_000) throw new Error(`no answer to ${key}`);
  }
  return performance.now() - began;
}
