/** One call of DISM: its progress read from what it draws, its failures from the code that it ends with. */
import { LifeboatError } from "../../../system/errors.ts";
import type { FailureDetails } from "../../../system/errors.ts";
import type { JobContext, Report } from "../../../system/progress.ts";
import type { Run, RunResult } from "../../../system/run.ts";
import type { Text } from "../../../system/text.ts";
import { percentReader } from "../../dism-percent.ts";
import { backendSay } from "../backend-messages.ts";
import { say } from "../messages.ts";

/** What a call is about, for progress and errors. */
export interface DismCall {
  readonly text: Text;
  readonly wim: string;
  readonly target: string;
  /** What 100 % is, where that is known. */
  readonly totalBytes?: number;
}

export async function runDism(
  run: Run,
  options: readonly string[],
  call: DismCall,
  job: JobContext,
): Promise<void> {
  job.report({ kind: "step", text: call.text });
  // Its words are translated on a Windows of another language.
  const result = await run("dism.exe", ["/English", ...options], {
    accept: "any",
    signal: job.signal,
    onOutput: dismProgress(job.report, call),
  });
  if (result.exitCode !== 0) throw dismFailure(result, call);
}

function dismProgress(
  report: Report,
  { text, totalBytes }: Pick<DismCall, "text" | "totalBytes">,
): (piece: string) => void {
  return percentReader((percent) => {
    if (totalBytes === undefined) return;
    report({
      kind: "bytes",
      text,
      doneBytes: Math.floor((totalBytes * percent) / 100),
      totalBytes,
    });
  });
}

/** System error codes (winerror.h); DISM ends with them, and prints `Error: 112`. Those from 0xC142 on are WIMGAPI's and DISM's. */
const CODES = {
  fileNotFound: 2,
  pathNotFound: 3,
  accessDenied: 5,
  badFormat: 11,
  invalidData: 13,
  writeProtect: 19,
  crc: 23,
  handleDiskFull: 39,
  invalidParameter: 87,
  diskFull: 112,
  fileCorrupt: 1392,
  elevationRequired: 740,
  noPermissionToMount: 0xc151_0111,
} as const;

export function dismFailure(result: RunResult, { wim, target }: DismCall): LifeboatError {
  const { exitCode, stdout, stderr } = result;
  const words = reasonIn(stdout) || reasonIn(stderr);
  const failure = (code: string, text: Text, details: FailureDetails = {}) =>
    new LifeboatError(code, text, { cause: { exitCode, stdout, stderr }, ...details });
  switch (exitCode) {
    case CODES.fileNotFound:
    case CODES.pathNotFound:
      return failure("wim-not-found", backendSay.notFound(wim), { kind: "usage" });
    case CODES.accessDenied:
    case CODES.elevationRequired:
    case CODES.noPermissionToMount:
      return failure("needs-permission", backendSay.needsPermission(target), {
        hint: backendSay.needsPermissionHint(),
      });
    case CODES.badFormat:
      return failure("not-a-wim", say.notAWim(), { kind: "usage", hint: say.notAWimHint() });
    case CODES.invalidData:
    case CODES.crc:
    case CODES.fileCorrupt:
      return failure("wim-damaged", backendSay.damaged(wim, words), {
        kind: "damaged",
        hint: say.damagedHint(),
      });
    case CODES.writeProtect:
      return failure("write-protected", backendSay.writeProtected(target), {
        kind: "refused",
        hint: backendSay.writeProtectedHint(),
      });
    case CODES.handleDiskFull:
    case CODES.diskFull:
      return failure("no-space", backendSay.noSpace(target), { hint: backendSay.noSpaceHint() });
    case CODES.invalidParameter:
      if (!/\bindex\b|specified image/i.test(words)) break;
      return failure("wim-image-unknown", backendSay.imageUnknown(wim), { kind: "usage" });
  }
  return failure("tool-failed", backendSay.failed("dism.exe", exitCode, words));
}

/** What stands between `Error: 87` and the line about the log file. */
function reasonIn(output: string): string {
  const [, after = ""] = /^Error: \S+\s*$([\s\S]*)/m.exec(output) ?? [];
  const [before = ""] = after.split(/^The DISM log file/m);
  return before.replaceAll(/\s+/g, " ").trim();
}
