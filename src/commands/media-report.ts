/** The result of a test of a medium, as JSON and in lines. Used by `test-media` and by `build --test-media`. */
import { describeMedium } from "../disks/media-test/describe.ts";
import type { MediaTestResult } from "../disks/media-test/types.ts";
import type { Text } from "../system/text.ts";
import type { Shell } from "./shell.ts";

export interface MediaReport {
  /** The medium may be used. */
  readonly ok: boolean;
  /** What was found, in one sentence. */
  readonly summary: Text;
  readonly json: object;
  readonly lines: readonly string[];
}

export function reportMedium(path: string, result: MediaTestResult, shell: Shell): MediaReport {
  const { mode, sizeBytes, capacityBytes, speed, badRanges, notPutBack, findings } = result;
  const { ok, verdict, fitFor, summary, details } = describeMedium(result);
  const json = {
    ok,
    target: path,
    mode,
    size: sizeBytes,
    capacity: capacityBytes,
    speed,
    badRanges,
    ...(mode === "quick" && { notPutBack }),
    verdict,
    summary: shell.say(summary),
    fitFor,
    findings: findings.map(({ level, code, text }) => ({ level, code, what: shell.say(text) })),
  };
  const lines = [
    `${path}: ${shell.say(summary)}`,
    ...details.map((text) => `  ${shell.say(text)}`),
  ];
  return { ok, summary, json, lines };
}
