/** `lifeboat doctor`: what of this computer the jobs need, what is there, and what is missing for what. Changes nothing. */
import { isUdevRunning } from "../../disks/reread.ts";
import type { Run } from "../../system/run.ts";
import type { CheckGroup } from "./check.ts";
import { checkComputer } from "./computer.ts";
import { checkKit } from "./kit.ts";
import { say } from "./messages.ts";
import { checkPrograms } from "./programs.ts";
import type { Terminal } from "./terminal.ts";
import { checkTerminal } from "./terminal.ts";
import { checkTryOut } from "./try-out.ts";

export interface Examination {
  /** Nothing is missing that the main jobs need. */
  readonly ok: boolean;
  readonly groups: readonly CheckGroup[];
  /** Debian packages that bring what is missing. */
  readonly packages: readonly string[];
}

/** @param terminal undefined where the output goes elsewhere. */
export async function examineComputer(
  run: Run,
  terminal: Terminal | undefined,
): Promise<Examination> {
  const { platform, env } = process;
  const groups: CheckGroup[] = [
    { id: "computer", title: say.groupComputer(), checks: await checkComputer(run, platform) },
    {
      id: "programs",
      title: say.groupPrograms(),
      checks: await checkPrograms(run, platform, await isUdevRunning()),
    },
    { id: "kit", title: say.groupKit(), checks: await checkKit() },
    { id: "try-out", title: say.groupTryOut(), checks: await checkTryOut(run) },
    { id: "terminal", title: say.groupTerminal(), checks: checkTerminal(terminal, env, platform) },
  ];
  const checks = groups.flatMap(({ checks }) => checks);
  const packages = new Set(checks.flatMap((check) => check.package ?? []));
  return {
    ok: checks.every(({ level }) => level !== "error"),
    groups,
    packages: [...packages].toSorted((a, b) => (a < b ? -1 : 1)),
  };
}
