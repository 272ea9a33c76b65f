/**
 * What the tools' failures mean. DISM ends with an error code of Windows (winerror.h) and prints it; bcdboot prints it in its log;
 * diskpart has words alone, which are known here in English and Chinese. What isn't known is told in the tool's own words.
 */
import { LifeboatError } from "../../system/errors.ts";
import type { FailureDetails } from "../../system/errors.ts";
import type { RunResult } from "../../system/run.ts";
import type { Text } from "../../system/text.ts";
import { say } from "./messages.ts";
import type { HostPlan } from "./plan.ts";
import type { HostCall, HostTool } from "./steps.ts";

type Meaning =
  | "missing"
  | "permission"
  | "not-an-image"
  | "damaged"
  | "write-protected"
  | "medium"
  | "in-use"
  | "parameter"
  | "no-space"
  | "unsupported"
  | "no-index"
  | "unsigned-driver"
  | "removable"
  | "letter"
  | "no-disk";

/** System error codes; as HRESULTs they are 0x8007 and the code. */
const SYSTEM_CODES: Readonly<Record<number, Meaning>> = {
  2: "missing", // ERROR_FILE_NOT_FOUND
  3: "missing", // ERROR_PATH_NOT_FOUND
  5: "permission", // ERROR_ACCESS_DENIED
  11: "not-an-image", // ERROR_BAD_FORMAT
  13: "damaged", // ERROR_INVALID_DATA
  19: "write-protected", // ERROR_WRITE_PROTECT
  21: "medium", // ERROR_NOT_READY
  23: "medium", // ERROR_CRC
  32: "in-use", // ERROR_SHARING_VIOLATION
  33: "in-use", // ERROR_LOCK_VIOLATION
  39: "no-space", // ERROR_HANDLE_DISK_FULL
  50: "unsupported", // ERROR_NOT_SUPPORTED
  87: "parameter", // ERROR_INVALID_PARAMETER
  112: "no-space", // ERROR_DISK_FULL
  433: "medium", // ERROR_NO_SUCH_DEVICE
  740: "permission", // ERROR_ELEVATION_REQUIRED
  1117: "medium", // ERROR_IO_DEVICE
  1167: "medium", // ERROR_DEVICE_NOT_CONNECTED
  1168: "no-index", // ERROR_NOT_FOUND
  1314: "permission", // ERROR_PRIVILEGE_NOT_HELD
  1392: "damaged", // ERROR_FILE_CORRUPT
};

const OTHER_CODES: Readonly<Record<number, Meaning>> = {
  0x800f_022f: "unsigned-driver", // SPAPI_E_NO_CATALOG_FOR_OEM_INF
  0x800f_024b: "unsigned-driver", // SPAPI_E_FILE_HASH_NOT_IN_CATALOG
  0xc151_0111: "permission", // DISM's own, for images without write permission
};

/** diskpart ends with 1 to 5, whatever happened. */
const WORDS: readonly [pattern: RegExp, meaning: Meaning][] = [
  [/write[- ]protected|写保护|写入保护/i, "write-protected"],
  [/access is denied|elevation|拒绝访问|权限/i, "permission"],
  [/removable media|not supported by the object|可移动(?:媒体|介质|磁盘)|对象不支持/i, "removable"],
  [/no usable free|not enough (?:usable )?(?:free )?space|没有足够|可用空间/i, "no-space"],
  [/letter is not free|letter.*in use|驱动器号.*(?:使用|占用)/i, "letter"],
  [/disk you specified is not valid|no disk selected|磁盘无效|没有(?:选择|选定)磁盘/i, "no-disk"],
  [/I\/O (?:device )?error|cyclic redundancy|not ready|循环冗余|I\/O 设备错误/i, "medium"],
];

/** @param result of a call that ended with something else than 0. */
export function hostFailure(call: HostCall, result: RunResult, plan: HostPlan): LifeboatError {
  const { exitCode, stdout, stderr } = result;
  const words = lastWords(`${stdout}\n${stderr}`);
  const meaning = meaningOf(call.tool, result);
  const failure = (code: string, text: Text, details: FailureDetails = {}) =>
    new LifeboatError(code, text, { cause: { exitCode, stdout, stderr }, ...details });
  const isApply = call.args.includes("/Apply-Image");
  const isDrivers = call.args.includes("/Add-Driver");
  switch (meaning) {
    case "missing":
      if (isApply) {
        const hint = { kind: "usage", hint: say.imageMissingHint() } as const;
        return failure("wim-not-found", say.imageMissing(plan.image.path), hint);
      }
      if (isDrivers) {
        return failure("drivers-missing", say.driversMissing(plan.drivers ?? ""), {
          kind: "usage",
        });
      }
      break;
    case "no-index":
    case "parameter":
      if (isApply && (meaning === "no-index" || /\bindex\b|specified image|索引/i.test(words))) {
        const text = say.imageUnknown(plan.image.path, plan.image.index);
        return failure("wim-image-unknown", text, { kind: "usage", hint: say.imageUnknownHint() });
      }
      if (meaning === "parameter") {
        return failure("host-too-old", say.optionUnknown(call.tool, words), {
          hint: say.hostTooOldHint(),
        });
      }
      break;
    case "unsupported":
      return failure("host-too-old", say.notSupported(call.tool, words), {
        hint: say.hostTooOldHint(),
      });
    case "not-an-image":
      if (isApply) return failure("not-a-wim", say.notAnImage(plan.image.path), { kind: "usage" });
      break;
    case "damaged":
      if (isApply) {
        const hint = { kind: "damaged", hint: say.imageDamagedHint() } as const;
        return failure("wim-damaged", say.imageDamaged(plan.image.path), hint);
      }
      break;
    case "permission":
      return failure("needs-permission", say.accessDenied(call.tool), {
        kind: "refused",
        hint: say.accessDeniedHint(),
      });
    case "write-protected":
      return failure("write-protected", say.writeProtected(plan.disk.path), {
        kind: "refused",
        hint: say.writeProtectedHint(),
      });
    case "medium":
      return failure("medium-failed", say.mediumFailed(call.tool, words), {
        hint: say.mediumFailedHint(),
      });
    case "in-use":
      return failure("in-use", say.inUse(call.tool, words), { hint: say.inUseHint() });
    case "no-space":
      return failure("no-space", say.noSpace(call.tool), { hint: say.noSpaceHint() });
    case "unsigned-driver":
      return failure("driver-unsigned", say.unsignedDriver(words), {
        hint: say.unsignedDriverHint(),
      });
    case "removable":
      return failure("removable-old-host", say.removableOldHost(), {
        kind: "refused",
        hint: say.removableOldHostHint(),
      });
    case "letter":
      return failure("letter-taken", say.letterTaken(Object.values(plan.letters).join(", ")), {
        kind: "refused",
      });
    case "no-disk":
      return failure("identity-changed", say.diskGone(plan.disk.path), { kind: "refused" });
    case undefined:
      break;
  }
  return failure("tool-failed", say.failed(call.tool, exitCode, words), {
    hint: say.failedHint(call.tool),
  });
}

/**
 * Where the program couldn't be started at all. Windows refuses to start what must run as administrator; Node calls that EACCES.
 * Other errors are given back as they are.
 */
export function startFailure(error: unknown, tool: HostTool): unknown {
  if (!(error instanceof LifeboatError)) return error;
  const { cause } = error;
  const isRefused =
    typeof cause === "object" && cause !== null && "code" in cause && cause.code === "EACCES";
  if (isRefused) {
    return new LifeboatError("needs-permission", say.accessDenied(tool), {
      kind: "refused",
      hint: say.notElevatedHint(),
      cause: error,
    });
  }
  if (error.code !== "tool-missing") return error;
  // apt-get, which `run` advises, is not Windows'.
  return new LifeboatError("tool-missing", say.toolMissing(tool), {
    kind: "missing",
    cause: error,
  });
}

function meaningOf(tool: HostTool, { exitCode, stdout, stderr }: RunResult): Meaning | undefined {
  const said = `${stdout}\n${stderr}`;
  if (tool === "diskpart") return WORDS.find(([pattern]) => pattern.test(said))?.[1];
  // bcdboot ends with codes of its own, and names the system's in its log.
  const named = [...said.matchAll(NAMED_CODE)].map(([, hex, decimal]) =>
    hex === undefined ? Number(decimal) : Number.parseInt(hex, 16),
  );
  const codes = tool === "bcdboot" ? named : [exitCode, ...named];
  return codes.map(meaningOfCode).find((meaning) => meaning !== undefined);
}

const NAMED_CODE = /\b(?:Error|Last Error|Error code)\s*[:=]\s*(?:0x([0-9a-f]{1,8})|(\d{1,5}))\b/gi;

function meaningOfCode(code: number): Meaning | undefined {
  const unsigned = code >>> 0;
  const system = unsigned >>> 16 === 0x8007 ? unsigned & 0xffff : unsigned;
  return SYSTEM_CODES[system] ?? OTHER_CODES[unsigned];
}

const LONGEST_WORDS = 300;

/** Of a tool's output, what follows its last bar of progress and its greeting, in one line. */
function lastWords(output: string): string {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^\[=* *\d/.test(line) && !/log file|日志文件/i.test(line));
  // oxlint-disable-next-line no-control-regex -- a terminal would obey them
  const words = lines
    .slice(-3)
    .join(" · ")
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, "");
  return words.length > LONGEST_WORDS ? `…${words.slice(-LONGEST_WORDS)}` : words;
}
