/**
 * The independent judges: real programs run on what lifeboat wrote. A missing one fails the test with the package to
 * install; it is never skipped (`npm test` installs them first).
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "../../src/system/run.ts";

/** Runs a judge; returns what it printed. Exit codes outside `accept` fail the test with its output. */
export async function judge(
  program: string,
  args: readonly string[],
  options: { accept?: readonly number[]; input?: string | Uint8Array; cwd?: string } = {},
): Promise<string> {
  const result = await run(program, args, options).catch(async (error: unknown) => {
    if (!isCrashOfXorriso(error)) throw error;
    return run(program, args, options);
  });
  return result.stdout + result.stderr;
}

/** Once in some thousand calls, on a busy machine, xorriso 1.5.4 ends by a segmentation fault of its own; the same call works then. */
function isCrashOfXorriso(error: unknown): boolean {
  return error instanceof Error && /^\s*UNIX-SIGNAL: +SIGSEGV/m.test(String(error.cause));
}

/** A folder of the test's own, removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lifeboat-test-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}
