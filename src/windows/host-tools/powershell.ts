import type { z } from "zod";
import { LifeboatError } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import { say } from "./messages.ts";

/**
 * What a script prints as JSON. From standard input each statement is run on its own: one that fails ends itself and not the script, so
 * what it was to set is missing in the answer, and `schema` must not take that for an answer.
 * @throws LifeboatError `host-unreadable`, and as `run` does.
 */
export async function askPowerShell<T>(run: Run, script: string, schema: z.ZodType<T>): Promise<T> {
  const options = ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "-"];
  // From standard input PowerShell takes a block that goes over several lines only when an empty one ends it.
  const { stdout } = await run("powershell.exe", options, { input: `${script}\nexit\n` });
  try {
    return schema.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new LifeboatError("host-unreadable", say.hostUnreadable(), { cause });
  }
}
