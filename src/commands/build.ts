import type { Kit } from "../boot/kit/kit.ts";
import { formatSize, parseSize } from "../system/sizes.ts";
import type { BuildPlan } from "../stick/build/plan.ts";
import type { Text } from "../system/text.ts";
import { counted } from "../system/text.ts";
import type { Register } from "./common.ts";
import type { MediaTests, TargetOptions } from "./build-steps.ts";
import { askFirst, examineForBuild, testFirst, testJson } from "./build-steps.ts";
import { buildChain, isChainBuild } from "./build-chain.ts";
import { buildVentoy, isVentoyBuild } from "./build-ventoy.ts";
import { builtInRecipes, collect } from "./common.ts";
import { ALLOW_FIXED, ALLOW_LARGE, DRY_RUN, NO_SECURE_BOOT, UNMOUNT, YES } from "./options.ts";
import { describeLayout, planJson } from "./plan-words.ts";
import type { Shell } from "./shell.ts";
import { expectedSerials, outcomeJson, reportFailures } from "./targets.ts";
import { VENTOY_MENUS } from "./ventoy-menu.ts";

interface BuildCommandOptions extends TargetOptions {
  readonly iso: string[];
  readonly fs: "exfat" | "ntfs" | "ext4" | "fat32";
  readonly scheme: "gpt" | "mbr";
  readonly secureBoot: boolean;
  readonly windowsSize?: number;
  readonly label: string;
}

export const registerBuild: Register = (program, open) => {
  program
    .command("build <target...>")
    .about({
      en: "make a stick, or several at once: partitions, boot stage, ISOs, menu; everything on the targets is lost",
      zh: "制作 U 盘，可同时制作多个：分区、启动程序、ISO、菜单；目标上的内容将全部丢失",
    })
    .value(
      "--size <size>",
      { en: "make an image file of this size: 512M, 8G", zh: "创建此大小的映像文件：512M、8G" },
      size,
    )
    .value(
      "--iso <file...>",
      {
        en: "ISOs to put on it; after the target, or before another option",
        zh: "要放入的 ISO；写在目标之后，或写在另一选项之前",
      },
      collect,
      [],
    )
    .choice(
      "--fs <name>",
      { en: "file system of the data partition", zh: "数据分区的文件系统" },
      ["exfat", "ntfs", "ext4", "fat32"],
      "exfat",
    )
    .choice("--scheme <name>", { en: "partition table", zh: "分区表类型" }, ["gpt", "mbr"], "gpt")
    .flag(...NO_SECURE_BOOT)
    .value(
      "--windows-size <size>",
      { en: "also a partition for Windows To Go", zh: "另建一个供 Windows To Go 使用的分区" },
      size,
    )
    .value(
      "--label <label>",
      {
        en: "label of the data partition; of a Ventoy stick: Ventoy",
        zh: "数据分区的卷标；Ventoy U 盘默认为 Ventoy",
      },
      undefined,
      "LIFEBOAT",
    )
    .value("--ventoy <archive>", {
      en: "instead a Ventoy stick, as Ventoy's own installer makes it, from this release: ventoy-X.Y.Z-linux.tar.gz or -windows.zip, or `kit` for the one in the kit; GPT without --scheme mbr",
      zh: "改为用此发行包制作 Ventoy U 盘，与 Ventoy 自带的安装程序所做相同：ventoy-X.Y.Z-linux.tar.gz 或 -windows.zip，或用 `kit` 表示 kit 中的发行包；不加 --scheme mbr 时使用 GPT",
    })
    .value("--ventoy-chain <archive>", {
      en: "a lifeboat stick with this release of Ventoy behind its menu, for ISOs that only Ventoy starts",
      zh: "在 lifeboat U 盘的菜单之后附带此 Ventoy 发行包，用于只有 Ventoy 能启动的 ISO",
    })
    .value("--ventoy-sums <file>", {
      en: "the release's sha256.txt, in which the archive must be; without it, the one beside the archive counts",
      zh: "该版本的 sha256.txt，其中须列有该发行包；不指定时使用发行包旁的 sha256.txt",
    })
    .choice(
      "--menu <name>",
      {
        en: "with --ventoy: lifeboat's menu too, beside Ventoy's; it opens with F6 or first",
        zh: "与 --ventoy 同用：同时放入 lifeboat 菜单，按 F6 打开或开机直接打开",
      },
      VENTOY_MENUS,
    )
    .value(
      "--reserve <size>",
      {
        en: "with --ventoy and --ventoy-chain: leave this much free at the end, in whole MiB, for partitions of your own",
        zh: "与 --ventoy 或 --ventoy-chain 同用：在末尾预留此大小的空间（整数 MiB），供自建分区使用",
      },
      size,
    )
    .flag(...YES)
    .value(
      "--expect-serial <serial>",
      {
        en: "refuse a disk with another serial number; once for each target, in their order",
        zh: "磁盘序列号与此不符时拒绝执行；每个目标写一次，顺序与目标一致",
      },
      collect,
      [],
    )
    .flag(...ALLOW_FIXED)
    .flag(...ALLOW_LARGE)
    .flag("--test-media", {
      en: "first the quick test of test-media; stop where the medium is bad",
      zh: "先执行 test-media 的快速检测；介质有问题则停止",
    })
    .flag(...UNMOUNT)
    .flag(...DRY_RUN)
    .examples(
      "lifeboat build stick.img --size 8G --iso debian-live.iso --yes",
      "lifeboat build /dev/sdb --iso debian-live.iso memtest.iso",
      "lifeboat build /dev/sdb /dev/sdc /dev/sdd --iso debian-live.iso",
      "lifeboat build /dev/sdb --ventoy ventoy-1.1.17-linux.tar.gz --reserve 8G",
      "lifeboat build /dev/sdb --ventoy-chain ventoy-1.1.17-linux.tar.gz --iso debian-live.iso",
    )
    .action(async (paths: string[], options: BuildCommandOptions, command) => {
      const shell = open(command);
      const isGiven = (name: string) => command.getOptionValueSource(name) !== "default";
      if (isChainBuild(options)) return buildChain(paths, options, shell);
      if (isVentoyBuild(options)) return buildVentoy(paths, options, isGiven, shell);
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
      if (options.dryRun) {
        const [first] = plans;
        const json = plans.map((plan) => planJson(plan, shell));
        const lines = plans.flatMap((plan) => describePlan(plan, shell));
        shell.result(first && plans.length === 1 ? json[0] : { targets: json }, lines);
        return;
      }
      // A missing kit is told before anything is asked.
      const { openKit } = await import("../boot/kit/kit.ts");
      const kit = await openKit();
      await askFirst(plans, (plan) => describePlan(plan, shell), options, shell);
      const tested = await testFirst(plans, options, shell);
      const [only] = plans;
      if (only !== undefined && plans.length === 1) await execute(only, kit, tested, shell);
      else await executeAll(plans, kit, tested, shell);
    });
};

async function planOne(
  path: string,
  expectSerial: string | undefined,
  options: BuildCommandOptions,
  shell: Shell,
): Promise<BuildPlan> {
  const { planBuild } = await import("../stick/build/plan.ts");
  const { randomGuid } = await import("../disks/guid.ts");
  const target = await examineForBuild(path, expectSerial, options, shell);
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

async function execute(plan: BuildPlan, kit: Kit, tests: MediaTests, shell: Shell): Promise<void> {
  const { buildOnTarget } = await import("../stick/build/on-target.ts");
  const result = await buildOnTarget(plan, await buildTools(kit), shell.job);
  const done = shell.say(isAStick(plan, result.entries));
  const { entries, files } = result;
  const json = { ...planJson(plan, shell), entries, files, ...testJson(plan, tests) };
  shell.result(json, [...files.map(({ path, sha256 }) => `${sha256}  ${path}`), done]);
}

async function executeAll(
  plans: readonly BuildPlan[],
  kit: Kit,
  tests: MediaTests,
  shell: Shell,
): Promise<void> {
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
  const targets = outcomes.map((outcome) => {
    return { ...outcomeJson(outcome, shell), ...testJson(outcome.plan, tests) };
  });
  shell.result({ targets, files }, [
    ...files.map(({ path, sha256 }) => `${sha256}  ${path}`),
    ...built.map((outcome) => shell.say(isAStick(outcome.plan, outcome.built.entries))),
  ]);
  reportFailures(outcomes, shell);
}

function isAStick({ target }: BuildPlan, entries: number): Text {
  return {
    en: `${target.path} is a rescue stick: ${counted(entries, "entry starts", "entries start")} an ISO`,
    zh: `${target.path} 已是救援 U 盘：${entries} 个条目可启动 ISO`,
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

function size(value: string): number {
  return parseSize(value);
}
