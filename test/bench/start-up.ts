/** How long the program takes to start, compiled and as one executable, against Node that does nothing: whole processes in turn. */
import { join } from "node:path";
import type { Row } from "./measure.ts";
import { measure, sh } from "./measure.ts";

const ROUNDS = 25;

/** Of the time of `node -e 0`. Help loads every command, and `disks` asks lsblk. */
const AIM = 1.6;

/** @param lifeboat the checkout's program. @param executables the folder to make the executable in. */
export function measureStartUp(lifeboat: string, executables: string): Row[] {
  const script = join(import.meta.dirname, "..", "..", "scripts", "executable.mjs");
  sh(process.execPath, [script, "--out", executables]);
  const executable = join(executables, "lifeboat");
  const against = (name: string, aim: number | undefined, program: string, args: string[]): Row =>
    measure({
      name: `${name} against \`node -e 0\``,
      aim,
      rounds: ROUNDS,
      ours: () => sh(program, args),
      theirs: () => sh(process.execPath, ["-e", "0"]),
    });
  const rows: Row[] = [];
  for (const [words, aim] of [["--version", AIM], ["--help"], ["disks"]] as const) {
    rows.push(
      against(`\`lifeboat ${words}\``, aim, process.execPath, [lifeboat, words]),
      against(`the executable's \`${words}\``, aim, executable, [words]),
    );
  }
  return rows;
}
