import type { Check, CheckGroup } from "../stick/doctor/check.ts";
import type { Examination } from "../stick/doctor/examine.ts";
import { EXIT_STATUS } from "../system/errors.ts";
import type { LifeboatCommand } from "./command.ts";
import type { Register } from "./common.ts";
import type { Shell } from "./shell.ts";

export const registerDoctor: Register = (program, open) => {
  program
    .command("doctor")
    .about({
      en: "what of this computer lifeboat needs: what is there, and what is missing for what",
      zh: "检查本机是否具备 lifeboat 所需的条件：已有什么，缺少什么，影响什么",
    })
    .examples("lifeboat doctor", "lifeboat doctor --json")
    .action(async (_options: object, command: LifeboatCommand) => {
      const shell = open(command);
      const { run } = await import("../system/run.ts");
      const { examineComputer } = await import("../stick/doctor/examine.ts");
      const { isUtf8 } = await import("../stick/doctor/terminal.ts");
      const { stdout } = process;
      const terminal = stdout.isTTY
        ? { columns: stdout.columns, rows: stdout.rows, colourBits: stdout.getColorDepth() }
        : undefined;
      const found = await examineComputer(run, terminal);
      const signs = isUtf8(process.env) ? SIGNS : PLAIN_SIGNS;
      shell.result(toJson(found, shell), describe(found, signs, shell));
      if (!found.ok) process.exitCode = EXIT_STATUS.missing;
    });
};

type Signs = Readonly<Record<Check["level"], string>>;

const SIGNS: Signs = { ok: "✓", warning: "!", error: "✘" };

/** For terminals that can show no others. */
const PLAIN_SIGNS: Signs = { ok: "+", warning: "!", error: "x" };

function toJson({ ok, groups, packages }: Examination, shell: Shell) {
  return {
    ok,
    groups: groups.map(({ id, title, checks }) => ({
      id,
      title: shell.say(title),
      checks: checks.map(({ id, level, what, neededFor, fix, package: brings }) => ({
        id,
        level,
        what: shell.say(what),
        neededFor: shell.say(neededFor),
        fix: fix === undefined ? null : shell.say(fix),
        package: brings ?? null,
      })),
    })),
    packages,
  };
}

function describe({ ok, groups, packages }: Examination, signs: Signs, shell: Shell): string[] {
  return [
    ...groups.flatMap((group) => [...describeGroup(group, signs, shell), ""]),
    ...(packages.length === 0
      ? []
      : [
          shell.say({
            en: `To install what is missing: sudo apt-get install ${packages.join(" ")}`,
            zh: `安装所缺的软件包：sudo apt-get install ${packages.join(" ")}`,
          }),
        ]),
    shell.say(
      ok
        ? {
            en: "What building and keeping sticks needs is there",
            zh: "制作和维护 U 盘所需的条件已具备",
          }
        : {
            en: `Building and keeping sticks lacks what is marked with ${signs.error}`,
            zh: `制作和维护 U 盘缺少标有 ${signs.error} 的项目`,
          },
    ),
  ];
}

function describeGroup({ title, checks }: CheckGroup, signs: Signs, shell: Shell): string[] {
  return [
    shell.say(title),
    ...checks.flatMap(({ level, what, neededFor, fix }) => {
      const wanted = shell.say(neededFor);
      const use = shell.say({ en: `for: ${wanted}`, zh: `用于：${wanted}` });
      const line = `  ${signs[level]} ${shell.say(what)}`;
      if (level === "ok") return [line];
      return [line, `      ${use}`, ...(fix === undefined ? [] : [`      ${shell.say(fix)}`])];
    }),
  ];
}
