/**
 * What wimlib-imagex's exit codes and words mean. The codes are wimlib's own (enum wimlib_error_code in wimlib.h), which it ends with;
 * where one of them has several causes, what it printed tells them apart.
 */
import { LifeboatError } from "../../../system/errors.ts";
import type { FailureDetails } from "../../../system/errors.ts";
import type { RunResult } from "../../../system/run.ts";
import type { Text } from "../../../system/text.ts";
import { backendSay } from "../backend-messages.ts";
import { say } from "../messages.ts";

/** WIMLIB_ERR_… of damaged files. */
const DAMAGED: ReadonlySet<number> = new Set([
  2, // DECOMPRESSION
  10, // IMAGE_COUNT
  13, // INTEGRITY
  17, // INVALID_HEADER
  19, // INVALID_INTEGRITY_TABLE
  20, // INVALID_LOOKUP_TABLE_ENTRY
  21, // INVALID_METADATA_RESOURCE
  25, // INVALID_PART_NUMBER
  26, // INVALID_PIPABLE_WIM
  28, // INVALID_RESOURCE_HASH
  36, // METADATA_NOT_FOUND
  65, // UNEXPECTED_END_OF_FILE
  67, // UNKNOWN_VERSION
  73, // XML
]);

const CODES = {
  insufficientPrivileges: 12,
  invalidImage: 18,
  isSplit: 33,
  notAWim: 43,
  ntfs: 46,
  open: 47,
  pathDoesNotExist: 49,
  resourceNotFound: 55,
  splitInvalid: 62,
  unsupported: 68,
  readOnly: 71,
  endOfFile: 65,
  encrypted: 74,
} as const;

/** @param path of the WIM. @param target where it was applied to. */
export function wimlibFailure(
  { exitCode, stdout, stderr }: RunResult,
  path: string,
  target: string,
  platform: NodeJS.Platform,
): LifeboatError {
  const words = `${stderr}\n${stdout.slice(-4096)}`;
  const cause = { exitCode, stderr };
  const failure = (code: string, text: Text, details: FailureDetails = {}) =>
    new LifeboatError(code, text, { cause, ...details });
  if (/No space left on device/i.test(words)) {
    return failure("no-space", backendSay.noSpace(target), { hint: backendSay.noSpaceHint() });
  }
  if (exitCode === CODES.unsupported && /NTFS-3G/i.test(words)) {
    const hint =
      platform === "darwin" ? backendSay.noNtfsOnMacos() : backendSay.noNtfsHint("wimtools");
    return failure("wimlib-no-ntfs", backendSay.noNtfs(), { kind: "missing", hint });
  }
  if (exitCode === CODES.ntfs && /Failed to mount/i.test(words)) {
    const why = reasonIn(words);
    return failure("not-ntfs", backendSay.notNtfs(target, why), {
      hint: backendSay.notNtfsHint(),
    });
  }
  if (exitCode === CODES.invalidImage) {
    return failure("wim-image-unknown", backendSay.imageUnknown(path), { kind: "usage" });
  }
  if (
    exitCode === CODES.isSplit ||
    exitCode === CODES.splitInvalid ||
    (exitCode === CODES.resourceNotFound && /split WIM/i.test(words))
  ) {
    return failure("wim-part-missing", backendSay.partMissing(path), {
      kind: "usage",
      hint: say.partsMissingHint("install.swm"),
    });
  }
  if (exitCode === CODES.encrypted) {
    return failure("wim-encrypted", say.encrypted(), { kind: "usage", hint: say.encryptedHint() });
  }
  const [, absent] = /Can't open "(.*?)" read-\w+: No such file/.exec(words) ?? [];
  if (exitCode === CODES.open && absent !== undefined) {
    return failure("wim-not-found", backendSay.wimNotFound(absent), { kind: "usage" });
  }
  // Shorter than a header.
  const tooShort = exitCode === CODES.endOfFile && /Error reading header/.test(words);
  if (exitCode === CODES.notAWim || tooShort) {
    return failure("not-a-wim", say.notAWim(), { kind: "usage", hint: say.notAWimHint() });
  }
  if (exitCode === CODES.pathDoesNotExist) {
    const [, missing = ""] = /(?:path pattern|Path|rename) "(.*?)"/.exec(words) ?? [];
    return failure("wim-path-missing", backendSay.pathMissing(missing), { kind: "usage" });
  }
  if (exitCode === CODES.readOnly) {
    return failure("wim-read-only", backendSay.readOnly(path), { kind: "refused" });
  }
  if (exitCode === CODES.insufficientPrivileges || /Permission denied/i.test(words)) {
    return failure("needs-permission", backendSay.needsPermission(target), {
      hint: backendSay.needsPermissionHint(),
    });
  }
  if (DAMAGED.has(exitCode) || exitCode === CODES.resourceNotFound) {
    return failure("wim-damaged", backendSay.damaged(path, reasonIn(words)), {
      kind: "damaged",
      hint: say.damagedHint(),
    });
  }
  return failure("tool-failed", backendSay.failed("wimlib-imagex", exitCode, reasonIn(words)));
}

/** Its last own sentence before the one that only repeats the exit code. */
function reasonIn(words: string): string {
  const lines = words.split(/[\r\n]+/).map((line) => line.trim());
  const said = lines.filter((line) => /^\[?ERROR\]?:? /.test(line) && !/Exiting with/.test(line));
  const reason = said.at(-1) ?? lines.findLast((line) => line !== "") ?? "";
  return reason.replace(/^\[?ERROR\]?:? +/, "");
}
