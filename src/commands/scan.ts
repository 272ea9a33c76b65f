import { basename } from "node:path";
import { say as sayIso } from "../iso/messages.ts";
import type { Explanation } from "../iso/recipes/explain.ts";
import type { RecipeSet } from "../iso/recipes/load.ts";
import { secureBootOf } from "../iso/secure-boot-summary.ts";
import type { IsoReport } from "../iso/types.ts";
import { LifeboatError, failureOf } from "../system/errors.ts";
import type { Register } from "./common.ts";
import { builtInRecipes } from "./common.ts";
import type { Shell } from "./shell.ts";

interface ScanOptions {
  readonly explain?: boolean;
  readonly stick?: string;
}

type Scanned = IsoReport & { readonly file: string; readonly explanation?: Explanation };

export const registerScan: Register = (program, open) => {
  program
    .command("scan <iso...>")
    .about({
      en: "what each ISO is, how it boots, and what can't work and why",
      zh: "说明每个 ISO 是什么、如何启动，以及什么不能用及其原因",
    })
    .flag("--explain", {
      en: "say which recipe fits and why, and what the near ones lack",
      zh: "说明匹配的配方及其依据，以及相近的配方缺少什么",
    })
    .value("--stick <stick>", {
      en: "with the user's recipes on this stick",
      zh: "同时使用此 U 盘上的用户配方",
    })
    .examples("lifeboat scan debian-live.iso", "lifeboat scan --explain *.iso")
    .action(async (files: string[], options: ScanOptions, command) => {
      const shell = open(command);
      const { openTarget } = await import("../block/device.ts");
      const { explainIso } = await import("../iso/inspect.ts");
      const { inspectImage } = await import("../iso/images/inspect.ts");
      const recipes = await recipesFor(options.stick, shell);
      const scanFile = async (file: string): Promise<Scanned> => {
        // A drive with a disc in it will do as well.
        const range = await openTarget(file);
        try {
          const report = await inspectImage(range, basename(file), recipes);
          if (options.explain !== true) return { file, ...report };
          const explanation = await explainIso(range, basename(file), recipes);
          return { file, ...report, ...(explanation === undefined ? {} : { explanation }) };
        } finally {
          await range.close();
        }
      };
      const reports: Scanned[] = [];
      const failures: LifeboatError[] = [];
      for (const file of files) {
        try {
          reports.push(await scanFile(file));
        } catch (error) {
          const failure = failureOf(error);
          failures.push(failure);
          reports.push({ file, ...unreadable(file, failure) });
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

/** Those that come with lifeboat, and those on the stick before them. */
async function recipesFor(path: string | undefined, shell: Shell): Promise<RecipeSet> {
  const builtIn = await builtInRecipes();
  if (path === undefined) return builtIn.load();
  const { openDataToRead, openStick } = await import("../stick/stick.ts");
  const { recipesForJob } = await import("../stick/data/own-recipes.ts");
  const { run } = await import("../system/run.ts");
  const stick = await openStick(path);
  try {
    const data = await openDataToRead(stick, run);
    return await (await recipesForJob(builtIn, data, shell.job)).load();
  } finally {
    await stick.disk.close();
  }
}

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
export function scanJson(report: Scanned, shell: Shell) {
  return {
    ...report,
    secureBoot: secureBootOf(report.entries),
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

/** The editions of Windows on it. */
export function editionLines({ editions = [] }: Pick<IsoReport, "editions">): string[] {
  return editions.map(({ index, name, editionId, architecture, version, languages }) => {
    const facts = [editionId, architecture, version, languages.join(" ")].filter(Boolean);
    return `  ${index}  ${[name, ...facts].join("  ")}`;
  });
}

function describe(report: Scanned, shell: Shell): string[] {
  const title = [report.name, report.version].filter(Boolean).join(" ") || report.volumeId;
  const lines = [
    report.file,
    `  ${title}  [${report.family}]  ${report.arch.join(" ")}  ${report.firmware.join(" ")}`,
    ...editionLines(report),
    ...report.entries.map(({ title, via, firmware, secureBoot }) => {
      const secure = /^(unsigned|other-vendor|own-loader)$/.test(secureBoot) ? secureBoot : "";
      return `  • ${title}  (${[shell.say(sayIso.via(via)), firmware.join("/"), secure].filter(Boolean).join(", ")})`;
    }),
    ...(report.entries.length === 0
      ? []
      : [`  ${shell.say(sayIso.secureBoot(secureBootOf(report.entries)))}`]),
    ...report.problems.map(({ severity, text }) => `  ${severity}: ${shell.say(text)}`),
    ...(report.explanation === undefined ? [] : explain(report.explanation, shell)),
  ];
  return lines;
}

function explain({ chosen, alsoFit, near }: Explanation, shell: Shell): string[] {
  const lines: string[] = [];
  if (chosen === undefined) lines.push(`  ${shell.say(sayIso.noRecipe())}`);
  else {
    lines.push(`  ${shell.say(sayIso.chosenRecipe(chosen.family, chosen.recipe, chosen.refines))}`);
    for (const part of chosen.because) lines.push(`    ${shell.say(sayIso.conditionPart(part))}`);
  }
  if (alsoFit.length > 0) lines.push(`  ${shell.say(sayIso.alsoFit(alsoFit.join(", ")))}`);
  for (const { family, recipe, lacks } of near) {
    const what = shell.say(sayIso.conditionPart(lacks));
    lines.push(`  ${shell.say(sayIso.didNotFit(family, recipe))} ${what}`);
  }
  return lines;
}
