import { InvalidArgumentError } from "commander";
import type { Kit } from "../boot/kit/kit.ts";
import { LifeboatError } from "../system/errors.ts";
import { formatSize, parseSize } from "../system/sizes.ts";
import type { BuildPlan } from "../stick/build/plan.ts";
import type { Register } from "./common.ts";
import { builtInRecipes, collect, examples } from "./common.ts";
import { withoutControls } from "./plain.ts";
import type { Shell } from "./shell.ts";

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
      await askFirst(plan, options.yes ?? false, shell);
      await execute(plan, kit, shell);
    });
};

/** What is destroyed is named, and the name must be typed; scripts pass --yes. */
async function askFirst(plan: BuildPlan, yes: boolean, shell: Shell): Promise<void> {
  const { target } = plan;
  if (yes || !target.exists) return;
  if (!shell.json) {
    process.stderr.write(`${describePlan(plan, shell).map(withoutControls).join("\n")}\n`);
  }
  const agreed = await shell.confirm(
    {
      en: `Everything on ${target.path} will be lost. Type ${target.path} to go on:`,
      zh: `${target.path} 上的所有内容都将丢失。请输入 ${target.path} 以继续：`,
    },
    target.path,
  );
  if (agreed) return;
  throw new LifeboatError(
    "not-confirmed",
    {
      en: `Not confirmed; nothing was written to ${target.path}`,
      zh: `未确认；未向 ${target.path} 写入任何内容`,
    },
    {
      kind: "refused",
      hint: { en: "In a script, add --yes", zh: "在脚本中请加 --yes" },
    },
  );
}

async function execute(plan: BuildPlan, kit: Kit, shell: Shell): Promise<void> {
  const { run } = await import("../system/run.ts");
  const { buildOnTarget } = await import("../stick/build/on-target.ts");
  const { VERSION } = await import("../system/version.ts");
  const recipes = await builtInRecipes();
  const { kitStage } = await import("../stick/build/stage-source.ts");
  const stage = kitStage(kit, VERSION);
  const result = await buildOnTarget(plan, { stage, recipes, run }, shell.job);
  const done = shell.say({
    en: `${plan.target.path} is a rescue stick: ${result.entries} entries start an ISO`,
    zh: `${plan.target.path} 已是救援 U 盘：${result.entries} 个条目可启动 ISO`,
  });
  shell.result({ ...planJson(plan, shell), entries: result.entries, files: result.files }, [
    ...result.files.map(({ path, sha256 }) => `${sha256}  ${path}`),
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
