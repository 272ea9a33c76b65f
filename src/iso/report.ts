/** A report on an image as it is begun: nothing known but its name and size. */
import type { Text } from "../system/text.ts";
import { imageName } from "./images/kinds.ts";
import type { IsoProblem, IsoReport } from "./types.ts";

export function emptyReport(size: number, fileName: string): IsoReport {
  return {
    size,
    volumeId: "",
    uuid: "",
    family: "unknown",
    name: imageName(fileName),
    version: "",
    arch: [],
    firmware: [],
    entries: [],
    problems: [],
  };
}

/** The report with an error in it. */
export function withProblem(report: IsoReport, id: string, text: Text): IsoReport {
  report.problems.push(problem(id, "error", text));
  return report;
}

export function problem(id: string, severity: IsoProblem["severity"], text: Text): IsoProblem {
  return { id, severity, text };
}
