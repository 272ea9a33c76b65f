import type { VerifyFinding } from "../stick/verify/finding.ts";
import { EXIT_STATUS, LifeboatError } from "../system/errors.ts";
import type { Run } from "../system/run.ts";
import type { Register } from "./common.ts";
import { builtInRecipes } from "./common.ts";
import { UNMOUNT } from "./options.ts";
import type { Shell } from "./shell.ts";
import { offerUnmount } from "./unmount.ts";
import { openRelease } from "./ventoy-release.ts";

interface VerifyCommandOptions {
  readonly deep?: boolean;
  readonly fix?: boolean;
  readonly unmount?: boolean;
  readonly ventoy?: string;
  readonly ventoySums?: string;
}

export const registerVerify: Register = (program, open) => {
  program
    .command("verify <stick>")
    .about({
      en: "hold the stick against what lifeboat knows of it",
      zh: "按 lifeboat 的记录校验 U 盘",
    })
    .flag("--deep", { en: "also read and hash every ISO", zh: "同时读取每个 ISO 并计算哈希" })
    .flag("--fix", {
      en: "mend what can be mended: tables, file systems, boot stage, menu",
      zh: "修复可修复的部分：分区表、文件系统、启动程序、菜单",
    })
    .value("--ventoy <archive>", {
      en: "hold a Ventoy stick against this release, byte for byte; `kit` for the one in the kit",
      zh: "按此发行包逐字节校验 Ventoy U 盘；`kit` 表示 kit 中的发行包",
    })
    .value("--ventoy-sums <file>", {
      en: "the release's sha256.txt: the archive is held against it",
      zh: "该版本的 sha256.txt：用于校验发行包",
    })
    .flag(...UNMOUNT)
    .examples(
      "lifeboat verify /dev/sdb --deep",
      "lifeboat verify stick.img --fix",
      "lifeboat verify /dev/sdb --ventoy ventoy-1.1.10-linux.tar.gz",
    )
    .action(async (path: string, options: VerifyCommandOptions, command) => {
      const shell = open(command);
      refuseVentoyOptions(options);
      const { run } = await import("../system/run.ts");
      const result = options.fix
        ? await fix(path, options, run, shell)
        : await look(path, options, run, shell);
      if (!result.ok) process.exitCode = EXIT_STATUS.damaged;
    });
};

/** What would be ignored: somebody may take the answer for that of a check which wasn't made. */
function refuseVentoyOptions({ ventoy, ventoySums }: VerifyCommandOptions): void {
  if (ventoySums === undefined || ventoy !== undefined) return;
  const text = { en: "--ventoy-sums belongs to --ventoy", zh: "--ventoy-sums 仅用于 --ventoy" };
  throw new LifeboatError("without-ventoy", text, { kind: "usage" });
}

interface Looked {
  readonly ok: boolean;
}

async function look(
  path: string,
  options: VerifyCommandOptions,
  run: Run,
  shell: Shell,
): Promise<Looked> {
  const { verifyTarget } = await import("../stick/verify/on-target.ts");
  const ventoy = await releaseFor(options, shell);
  const recipes = await builtInRecipes();
  const how = { deep: options.deep ?? false, recipes, ...(ventoy && { ventoy }) };
  const result = await verifyTarget(path, how, run, shell.job);
  const lines = linesOf(result.findings, shell);
  const canFix = result.findings.some(({ repair }) => repair !== undefined);
  shell.result({ ok: result.ok, findings: saidOf(result.findings, shell) }, [
    ...lines,
    ...(result.ok ? [summary(result.findings, shell)] : []),
    ...(canFix ? [shell.say(CAN_FIX)] : []),
  ]);
  return result;
}

async function releaseFor({ ventoy, ...options }: VerifyCommandOptions, shell: Shell) {
  return ventoy === undefined ? undefined : openRelease({ ...options, ventoy }, shell);
}

const CAN_FIX = {
  en: "lifeboat verify --fix mends what is marked with +",
  zh: "lifeboat verify --fix 可修复标有 + 的项目",
};

async function fix(
  path: string,
  options: VerifyCommandOptions,
  run: Run,
  shell: Shell,
): Promise<Looked> {
  const { STICK_SAFETY } = await import("../stick/target.ts");
  const { fixTarget } = await import("../stick/verify/on-target.ts");
  const { openKit } = await import("../boot/kit/kit.ts");
  const { VERSION } = await import("../system/version.ts");
  // A boot stage that is whole needs no kit.
  const kit = await openKit().catch((error: unknown) => {
    if (error instanceof LifeboatError && error.kind === "missing") return undefined;
    throw error;
  });
  const recipes = await builtInRecipes();
  const ventoy = await releaseFor(options, shell);
  const tools = { kit, recipes, run, version: VERSION, now: new Date() };
  await offerUnmount(path, options.unmount ?? false, STICK_SAFETY, shell);
  const how = { deep: options.deep ?? false, recipes, ...(ventoy && { ventoy }) };
  const { ok, findings, fixed } = await fixTarget(path, how, tools, shell.job);
  const mended = shell.say({ en: "mended", zh: "已修复" });
  shell.result({ ok, findings: saidOf(findings, shell), fixed: saidOf(fixed, shell) }, [
    ...fixed.map(({ what }) => `${mended}: ${shell.say(what)}`),
    ...linesOf(findings, shell),
    ...(ok ? [summary(findings, shell)] : []),
  ]);
  return { ok };
}

function saidOf(findings: readonly VerifyFinding[], shell: Shell) {
  return findings.map(({ repair, ...finding }) => ({
    ...finding,
    what: shell.say(finding.what),
    fix: shell.say(finding.fix),
    repair: repair ?? null,
  }));
}

function linesOf(findings: readonly VerifyFinding[], shell: Shell): string[] {
  const stop = shell.say({ en: ". ", zh: "。" });
  return findings.map(({ severity, what, where, fix: todo, repair }) => {
    const mark = repair === undefined ? "" : " +";
    const said = shell.say(what);
    // What is said of an image in the words of `scan` doesn't name it.
    const path = where.startsWith("/") && !said.includes(where.slice(1)) ? `${where}: ` : "";
    return `${severity}${mark}: ${path}${said}${stop}${shell.say(todo)}`;
  });
}

/** A warning is no damage; but a stick with warnings isn't all as it should be. */
function summary(findings: readonly VerifyFinding[], shell: Shell): string {
  const warnings = findings.filter(({ severity }) => severity === "warning").length;
  return warnings === 0
    ? shell.say({ en: "The stick is as it should be", zh: "U 盘一切正常" })
    : shell.say({
        en: `The stick is whole; see the ${warnings === 1 ? "warning" : `${warnings} warnings`} above`,
        zh: `U 盘完好；请查看上面的 ${warnings} 条警告`,
      });
}
