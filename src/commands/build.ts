import { InvalidArgumentError } from "commander";
import type { Kit } from "../boot/kit/kit.ts";
import { LifeboatError } from "../system/errors.ts";
import { formatSize, parseSize } from "../system/sizes.ts";
import type { BuildPlan } from "../stick/build/plan.ts";
import type { Text } from "../system/text.ts";
import type { Register } from "./common.ts";
import { builtInRecipes, collect, examples } from "./common.ts";
import { confirmLoss } from "./confirm.ts";
import type { Shell } from "./shell.ts";
import { UNMOUNT_OPTION, offerUnmount } from "./unmount.ts";

interface BuildCommandOptions {
  readonly size?: number;
  readonly iso: string[];
  readonly fs: "exfat" | "ntfs" | "ext4" | "fat32";
  readonly scheme: "gpt" | "mbr";
  readonly secureBoot: boolean;
  readonly windowsSize?: number;
  readonly label: string;
  readonly yes?: boolean;
  readonly expectSerial?: string;
  readonly allowFixed?: boolean;
  readonly allowLarge?: boolean;
  readonly testMedia?: boolean;
  readonly unmount?: boolean;
  readonly dryRun?: boolean;
}

export const registerBuild: Register = (program, open) => {
  program
    .command("build <target>")
    .description(
      "make a stick: partitions, boot stage, ISOs, menu; everything on the target is lost",
    )
    .option("--size <size>", "make an image file of this size: 512M, 8G", size)
    .option(
      "--iso <file...>",
      "ISOs to put on it; after the target, or before another option",
      collect,
      [],
    )
    .option(
      "--fs <name>",
      "file system of the data partition: exfat, ntfs, ext4, fat32",
      oneOf("exfat", "ntfs", "ext4", "fat32"),
      "exfat",
    )
    .option("--scheme <name>", "partition table: gpt, mbr", oneOf("gpt", "mbr"), "gpt")
    .option("--no-secure-boot", "Debian's unsigned GRUB instead of shim and the signed one")
    .option("--windows-size <size>", "also a partition for Windows To Go", size)
    .option("--label <label>", "label of the data partition", "LIFEBOAT")
    .option("--yes", "don't ask")
    .option("--expect-serial <serial>", "refuse a disk with another serial number")
    .option("--allow-fixed", "allow a disk that isn't removable (never the system's)")
    .option("--allow-large", "allow a disk of more than 2 TiB")
    .option("--test-media", "first the quick test of test-media; stop where the medium is bad")
    .option(...UNMOUNT_OPTION)
    .option("--dry-run", "show the plan and write nothing")
    .addHelpText(
      "after",
      examples(
        "lifeboat build stick.img --size 8G --iso debian-live.iso --yes",
        "lifeboat build /dev/sdb --iso debian-live.iso memtest.iso",
      ),
    )
    .action(async (path: string, options: BuildCommandOptions, command) => {
      const shell = open(command);
      const { run } = await import("../system/run.ts");
      const { examineTarget } = await import("../stick/target.ts");
      const { planBuild } = await import("../stick/build/plan.ts");
      const { randomGuid } = await import("../disks/guid.ts");
      const { expectSerial, allowFixed = false, allowLarge = false } = options;
      const safety = {
        allowFixed,
        allowLarge,
        ...(expectSerial !== undefined && { expectSerial }),
      };
      if (!options.dryRun) await offerUnmount(path, options.unmount ?? false, safety, shell);
      const target = await examineTarget(path, options.size, safety, run);
      const plan = await planBuild(
        target,
        {
          isos: options.iso,
          fileSystem: options.fs,
          scheme: options.scheme,
          secureBoot: options.secureBoot,
          windowsBytes: options.windowsSize ?? 0,
          label: options.label,
          language: shell.language,
        },
        randomGuid,
      );
      for (const note of plan.notes) shell.warn(note);
      for (const { text } of target.findings) shell.warn(text);
      if (options.dryRun) {
        shell.result(planJson(plan, shell), describePlan(plan, shell));
        return;
      }
      // A missing kit is told before anything is asked.
      const { openKit } = await import("../boot/kit/kit.ts");
      const kit = await openKit();
      await askFirst(plan, options, shell);
      const tested = options.testMedia === true ? await testFirst(plan, shell) : undefined;
      await execute(plan, kit, tested, shell);
    });
};

/** What is destroyed is shown, and for a real medium, that it can be tested. */
async function askFirst(plan: BuildPlan, options: BuildCommandOptions, shell: Shell) {
  const { target } = plan;
  if (options.yes === true || !target.exists) return;
  const about = describePlan(plan, shell);
  if (target.kind === "device" && options.testMedia !== true) {
    about.push(
      shell.say({
        en: "  Many sticks hold less than they say: --test-media looks first, in under a minute",
        zh: "  许多 U 盘的实际容量低于标称值：加 --test-media 可先行检查，用时不到一分钟",
      }),
    );
  }
  await confirmLoss(target.path, about, shell);
}

/** @throws LifeboatError `bad-medium`, before anything of the stick is written. */
async function testFirst({ target }: BuildPlan, shell: Shell): Promise<object | undefined> {
  if (!target.exists || target.create) return undefined;
  const { run } = await import("../system/run.ts");
  const { testTarget } = await import("../stick/test-target.ts");
  const { reportMedium } = await import("./media-report.ts");
  const result = await testTarget(target, "quick", run, shell.job);
  const report = reportMedium(target.path, result, shell);
  if (!report.ok) throw badMedium(target.path, report.summary);
  shell.report({ kind: "note", level: "info", text: report.summary });
  return report.json;
}

function badMedium(path: string, summary: Text): LifeboatError {
  return new LifeboatError(
    "bad-medium",
    {
      en: `${path} was tested and not made a stick. It is ${summary.en}`,
      zh: `${path} 经测试后未制作成 U 盘。结果为${summary.zh}`,
    },
    {
      kind: "damaged",
      hint: {
        en: `For the details: lifeboat test-media ${path}`,
        zh: `详情请运行：lifeboat test-media ${path}`,
      },
    },
  );
}

async function execute(
  plan: BuildPlan,
  kit: Kit,
  tested: object | undefined,
  shell: Shell,
): Promise<void> {
  const { run } = await import("../system/run.ts");
  const { buildOnTarget } = await import("../stick/build/on-target.ts");
  const { VERSION } = await import("../system/version.ts");
  const recipes = await builtInRecipes();
  const result = await buildOnTarget(plan, { kit, recipes, run, version: VERSION }, shell.job);
  const done = shell.say({
    en: `${plan.target.path} is a rescue stick: ${result.entries} entries start an ISO`,
    zh: `${plan.target.path} 已是救援 U 盘：${result.entries} 个条目可启动 ISO`,
  });
  const { entries, files } = result;
  shell.result({ ...planJson(plan, shell), entries, files, ...(tested && { mediaTest: tested }) }, [
    ...files.map(({ path, sha256 }) => `${sha256}  ${path}`),
    done,
  ]);
}

function planJson(plan: BuildPlan, shell: Shell) {
  const { identity: _identity, findings, ...target } = plan.target;
  return {
    ...plan,
    target: {
      ...target,
      findings: findings.map(({ code, text }) => ({ code, what: shell.say(text) })),
    },
    notes: plan.notes.map((note) => shell.say(note)),
  };
}

function describePlan(plan: BuildPlan, shell: Shell): string[] {
  const { target, layout } = plan;
  const about = [target.model, target.serial].filter(Boolean).join(" · ");
  return [
    `${target.path}  ${formatSize(target.sizeBytes)}  ${about}`.trimEnd(),
    `  ${layout.scheme}, ${plan.name}, ${plan.secureBoot ? "Secure Boot" : "no Secure Boot"}`,
    ...layout.partitions.map(({ number, role, startLba, sectors }) => {
      const fs =
        role === "data"
          ? plan.fileSystem
          : role === "esp"
            ? "fat32"
            : role === "windows"
              ? "ntfs"
              : "";
      const bytes = formatSize(sectors * layout.sectorSize).padStart(9);
      return `  ${number}  ${role.padEnd(9)}  LBA ${String(startLba).padEnd(12)}  ${bytes}  ${fs}`;
    }),
    ...plan.files.map(
      ({ source, path, sizeBytes }) => `  ${source} → ${path}  ${formatSize(sizeBytes)}`,
    ),
    ...plan.notes.map((note) => `  ${shell.say(note)}`),
  ];
}

function size(value: string): number {
  return parseSize(value);
}

function oneOf<T extends string>(...allowed: readonly T[]) {
  return (value: string): T => {
    const found = allowed.find((name) => name === value);
    if (found === undefined) throw new InvalidArgumentError(`It is one of ${allowed.join(", ")}.`);
    return found;
  };
}
