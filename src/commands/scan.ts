import { basename } from "node:path";
import type { IsoReport } from "../iso/types.ts";
import { LifeboatError } from "../system/errors.ts";
import type { Register } from "./common.ts";
import { builtInRecipes, examples } from "./common.ts";
import type { Shell } from "./shell.ts";

export const registerScan: Register = (program, open) => {
  program
    .command("scan <iso...>")
    .description("what each ISO is, how it boots, and what can't work and why")
    .addHelpText("after", examples("lifeboat scan debian-live.iso", "lifeboat scan --json *.iso"))
    .action(async (files: string[], _options, command) => {
      const shell = open(command);
      const { openTarget } = await import("../block/device.ts");
      const { inspectIso } = await import("../iso/inspect.ts");
      const recipes = await (await builtInRecipes()).load();
      const scanFile = async (file: string): Promise<IsoReport> => {
        // A drive with a disc in it will do as well.
        const range = await openTarget(file);
        try {
          return await inspectIso(range, basename(file), recipes);
        } finally {
          await range.close();
        }
      };
      const reports: (IsoReport & { file: string })[] = [];
      const failures: LifeboatError[] = [];
      for (const file of files) {
        try {
          reports.push({ file, ...(await scanFile(file)) });
        } catch (error) {
          if (!(error instanceof LifeboatError) || error.kind === "cancelled") throw error;
          failures.push(error);
          reports.push({ file, ...unreadable(file, error) });
        }
      }
      // Where there is nothing to tell, the error is what is told.
      if (failures.length === files.length) throw failures[0];
      const isos = reports.map((report) => scanJson(report, shell));
      shell.result(
        { isos },
        reports.flatMap((report) => describe(report, shell)),
      );
    });
};

/** One of several files can't be read: the others are reported all the same. */
function unreadable(file: string, { text }: LifeboatError): IsoReport {
  return {
    size: 0,
    volumeId: "",
    uuid: "",
    family: "unknown",
    name: basename(file),
    version: "",
    arch: [],
    firmware: [],
    entries: [],
    problems: [{ id: "unreadable", severity: "error", text }],
  };
}

/** By the contract of `scan --json`. */
export function scanJson(report: IsoReport & { file: string }, shell: Shell) {
  return {
    ...report,
    entries: report.entries.map(({ title, method, via, firmware, secureBoot }) => ({
      title,
      kernel: "kernel" in method ? method.kernel : "path" in method ? method.path : "",
      initrd: "initrd" in method ? method.initrd : [],
      args: "args" in method ? method.args : "",
      via,
      firmware,
      secureBoot,
    })),
    problems: report.problems.map(({ id, severity, text }) => ({
      id,
      severity,
      what: shell.say(text),
    })),
  };
}

function describe(report: IsoReport & { file: string }, shell: Shell): string[] {
  const title = [report.name, report.version].filter(Boolean).join(" ") || report.volumeId;
  const lines = [
    report.file,
    `  ${title}  [${report.family}]  ${report.arch.join(" ")}  ${report.firmware.join(" ")}`,
    ...report.entries.map(({ title, via, firmware, secureBoot }) => {
      const secure = secureBoot === "unsigned" || secureBoot === "other-vendor" ? secureBoot : "";
      return `  • ${title}  (${[via, firmware.join("/"), secure].filter(Boolean).join(", ")})`;
    }),
    ...report.problems.map(({ severity, text }) => `  ${severity}: ${shell.say(text)}`),
  ];
  return lines;
}
