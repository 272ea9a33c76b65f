import { InvalidArgumentError } from "commander";
import type { Kit } from "../boot/kit/kit.ts";
import { formatSize, parseSize } from "../system/sizes.ts";
import type { Text } from "../system/text.ts";
import type { BuildPlan } from "../stick/build/plan.ts";
import type { Register } from "./common.ts";
import { builtInRecipes, collect, examples } from "./common.ts";
import type { Shell } from "./shell.ts";
import { askBeforeLoss, expectedSerials, outcomeJson, reportFailures } from "./targets.ts";

interface BuildCommandOptions {
  readonly size?: number;
  readonly iso: string[];
  readonly fs: "exfat" | "ntfs" | "ext4" | "fat32";
  readonly scheme: "gpt" | "mbr";
  readonly secureBoot: boolean;
  readonly windowsSize?: number;
  readonly label: string;
  readonly yes?: boolean;
  readonly expectSerial: string[];
  readonly allowFixed?: boolean;
  readonly allowLarge?: boolean;
  readonly dryRun?: boolean;
}

export const registerBuild: Register = (program, open) => {
  program
    .command("build <target...>")
    .description(
      "make a stick, or several at once: partitions, boot stage, ISOs, menu; everything on the targets is lost",
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
    .option(
      "--expect-serial <serial>",
      "refuse a disk with another serial number; once for each target, in their order",
      collect,
      [],
    )
    .option("--allow-fixed", "allow a disk that isn't removable (never the system's)")
    .option("--allow-large", "allow a disk of more than 2 TiB")
    .option("--dry-run", "show the plan and write nothing")
    .addHelpText(
      "after",
      examples(
        "lifeboat build stick.img --size 8G --iso debian-live.iso --yes",
        "lifeboat build /dev/sdb --iso debian-live.iso memtest.iso",
        "lifeboat build /dev/sdb /dev/sdc /dev/sdd --iso debian-live.iso",
      ),
    )
    .action(async (paths: string[], options: BuildCommandOptions, command) => {
      const shell = open(command);
      const { run } = await import("../system/run.ts");
      const { refuseSameDisk } = await import("../stick/distinct.ts");
      if (paths.length > 1) await refuseSameDisk(paths, undefined, run);
      const plans: BuildPlan[] = [];
      const serials = expectedSerials(paths, options.expectSerial);
      for (const [index, path] of paths.entries()) {
        const plan = await planOne(path, serials[index], options, shell);
        for (const note of plan.notes) shell.warn(note);
        for (const { text } of plan.target.findings) shell.warn(text);
        plans.push(plan);
      }
      const shown = plans.map((plan) => ({ plan, shown: describePlan(plan, shell) }));
      if (options.dryRun) {
        const [first] = plans;
        const json = plans.map((plan) => planJson(plan, shell));
        const lines = shown.flatMap((one) => one.shown);
        shell.result(first && plans.length === 1 ? json[0] : { targets: json }, lines);
        return;
      }
      // A missing kit is told before anything is asked.
      const { openKit } = await import("../boot/kit/kit.ts");
      const kit = await openKit();
      await askBeforeLoss(shown, options.yes ?? false, shell);
      const [only] = plans;
      if (only !== undefined && plans.length === 1) await execute(only, kit, shell);
      else await executeAll(plans, kit, shell);
    });
};

async function planOne(
  path: string,
  expectSerial: string | undefined,
  options: BuildCommandOptions,
  shell: Shell,
): Promise<BuildPlan> {
  const { run } = await import("../system/run.ts");
  const { examineTarget } = await import("../stick/target.ts");
  const { planBuild } = await import("../stick/build/plan.ts");
  const { randomGuid } = await import("../disks/guid.ts");
  const { allowFixed = false, allowLarge = false } = options;
  const safety = {
    allowFixed,
    allowLarge,
    ...(expectSerial !== undefined && { expectSerial }),
  };
  const target = await examineTarget(path, options.size, safety, run);
  const wanted = {
    isos: options.iso,
    fileSystem: options.fs,
    scheme: options.scheme,
    secureBoot: options.secureBoot,
    windowsBytes: options.windowsSize ?? 0,
    label: options.label,
    language: shell.language,
  };
  return planBuild(target, wanted, randomGuid);
}

async function buildTools(kit: Kit) {
  const { run } = await import("../system/run.ts");
  const { VERSION } = await import("../system/version.ts");
  const { kitStage } = await import("../stick/build/stage-source.ts");
  return { stage: kitStage(kit, VERSION), recipes: await builtInRecipes(), run };
}

async function execute(plan: BuildPlan, kit: Kit, shell: Shell): Promise<void> {
  const { buildOnTarget } = await import("../stick/build/on-target.ts");
  const result = await buildOnTarget(plan, await buildTools(kit), shell.job);
  const done = shell.say(isAStick(plan, result.entries));
  shell.result({ ...planJson(plan, shell), entries: result.entries, files: result.files }, [
    ...result.files.map(({ path, sha256 }) => `${sha256}  ${path}`),
    done,
  ]);
}

async function executeAll(plans: readonly BuildPlan[], kit: Kit, shell: Shell): Promise<void> {
  const { openFile } = await import("../block/file.ts");
  const { buildOnTargets } = await import("../stick/build/on-targets.ts");
  const { plannedContent } = await import("../stick/build/content.ts");
  const jobs = shell.jobs(plans.map(({ target }) => target.path));
  const outcomes = await buildOnTargets(
    plans.flatMap((plan, index) => {
      const job = jobs[index];
      return job === undefined ? [] : [{ plan, job }];
    }),
    await buildTools(kit),
    openFile,
    (plan, options) => plannedContent(plan, new Date(), options),
  );
  const built = outcomes.flatMap((outcome) => ("built" in outcome ? [outcome] : []));
  const files = built[0]?.built.files ?? [];
  shell.result({ targets: outcomes.map((outcome) => outcomeJson(outcome, shell)), files }, [
    ...files.map(({ path, sha256 }) => `${sha256}  ${path}`),
    ...built.map((outcome) => shell.say(isAStick(outcome.plan, outcome.built.entries))),
  ]);
  reportFailures(outcomes, shell);
}

function isAStick({ target }: BuildPlan, entries: number): Text {
  return {
    en: `${target.path} is a rescue stick: ${entries} entries start an ISO`,
    zh: `${target.path} 已是救援 U 盘：${entries} 个条目可启动 ISO`,
  };
}

/** What a plan is in `--json`. */
export function planJson(plan: BuildPlan, shell: Shell) {
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
  return [
    ...describeLayout(plan),
    ...plan.files.map(
      ({ source, path, sizeBytes }) => `  ${source} → ${path}  ${formatSize(sizeBytes)}`,
    ),
    ...plan.notes.map((note) => `  ${shell.say(note)}`),
  ];
}

/** The target and its partitions. */
export function describeLayout(plan: BuildPlan): string[] {
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
