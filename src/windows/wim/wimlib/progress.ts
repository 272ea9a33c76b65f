/** What wimlib-imagex prints while it works: `Extracting file data: 2016 KiB of 4188 KiB (48%) done`, a line over the line before. */
import type { Report } from "../../../system/progress.ts";
import type { Text } from "../../../system/text.ts";
import { backendSay } from "../backend-messages.ts";

const PHASES: readonly (readonly [RegExp, () => Text])[] = [
  [/^Extracting file data$/, backendSay.unpacking],
  [/^Creating files$/, backendSay.creatingFiles],
  [/^Applying metadata to files$/, backendSay.applyingMetadata],
  [/^Archiving file data$/, backendSay.packing],
  [/^Verifying file data$/, backendSay.verifying],
  [/^Verifying integrity of /, backendSay.checkingIntegrity],
  [/^Calculating integrity table/, backendSay.makingIntegrity],
];

/** Units as imagex.c has them; files are counted without. */
const UNITS: Readonly<Record<string, number>> = {
  bytes: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

const LINE =
  /^(?<phase>.+): (?<done>\d+)(?: (?<unit>bytes|KiB|MiB|GiB))? of (?<total>\d+)(?: (?:bytes|KiB|MiB|GiB))? \((?<percent>\d+)%\) done$/;

/** No line of its is longer, paths among them. */
const LONGEST_LINE = 16_384;

/** @returns what takes the pieces of its output. */
export function wimlibProgress(report: Report): (piece: string) => void {
  let line = "";
  let told = "";
  let step: Text | undefined;
  const tellOnce: Report = (event) => {
    if (event.kind === "step" && event.text.en === step?.en) return;
    step = event.kind === "step" ? event.text : undefined;
    report(event);
  };
  return (piece) => {
    const lines = (line + piece).split(/[\r\n]/);
    line = (lines.pop() ?? "").slice(-LONGEST_LINE);
    // It writes the end of a line at the beginning of the next one: what stands there whole is told at once.
    for (const one of [...lines, line]) {
      if (one !== told) tell(one, tellOnce);
      told = one;
    }
  };
}

function tell(line: string, report: Report): void {
  const { phase = "", done, unit, total, percent } = LINE.exec(line)?.groups ?? {};
  const text = PHASES.find(([name]) => name.test(phase))?.[1]();
  if (text === undefined) return;
  const size = Number(total) * (UNITS[unit ?? ""] ?? 1);
  if (unit === undefined) {
    // Files: a part of the whole that has no bytes.
    report({ kind: "step", text });
    return;
  }
  // In GiB the numbers are coarse, and the percentage is finer.
  const exact = Number(done) * (UNITS[unit] ?? 1);
  const doneBytes = Math.min(size, Math.max(exact, Math.floor((size * Number(percent)) / 100)));
  report({ kind: "bytes", text, doneBytes, totalBytes: size });
}
