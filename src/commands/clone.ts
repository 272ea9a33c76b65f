import { parseSize } from "../system/sizes.ts";
import type { BuildPlan } from "../stick/build/plan.ts";
import { describeClone, describeSource, usedBytesOf } from "../stick/clone/describe.ts";
import type { CloneSource } from "../stick/clone/source.ts";
import { describeLayout, planJson } from "./plan-words.ts";
import type { Register } from "./common.ts";
import { builtInRecipes } from "./common.ts";
import { confirmLoss } from "./confirm.ts";
import { ALLOW_FIXED, ALLOW_LARGE, DRY_RUN, UNMOUNT, YES } from "./options.ts";
import type { Shell } from "./shell.ts";
import { expectedSerials, outcomeJson, reportFailures } from "./targets.ts";
import { offerUnmount } from "./unmount.ts";

interface CloneCommandOptions {
  readonly size?: number;
  readonly emptyWindows?: boolean;
  readonly yes?: boolean;
  readonly expectSerial?: string[];
  readonly allowFixed?: boolean;
  readonly allowLarge?: boolean;
  readonly unmount?: boolean;
  readonly dryRun?: boolean;
}

export const registerClone: Register = (program, open) => {
  program
    .command("clone <stick> <target...>")
    .about({
      en: "copy a stick to others, several at once: only what is used, with identifiers of their own; everything on the targets is lost",
      zh: "将 U 盘克隆到其他 U 盘，可同时克隆多个：只复制已用部分，各有自己的标识；目标上的内容将全部丢失",
    })
    .value(
      "--size <size>",
      { en: "make image files of this size: 512M, 8G", zh: "创建此大小的映像文件：512M、8G" },
      (value) => parseSize(value),
    )
    .flag("--empty-windows", {
      en: "leave the contents of a Windows To Go partition behind",
      zh: "不复制 Windows To Go 分区的内容",
    })
    .flag(...YES)
    .value("--expect-serial <serial...>", {
      en: "refuse disks with other serial numbers; one for each target, in their order",
      zh: "磁盘序列号与此不符时拒绝执行；每个目标一个，顺序与目标一致",
    })
    .flag(...ALLOW_FIXED)
    .flag(...ALLOW_LARGE)
    .flag(...UNMOUNT)
    .flag(...DRY_RUN)
    .examples(
      "lifeboat clone /dev/sdb /dev/sdc /dev/sdd /dev/sde",
      "lifeboat clone /dev/sdb stick.img --size 32G",
      "lifeboat clone stick.img /dev/sdb --yes --expect-serial 4C530001230",
    )
    .action(async (path: string, targets: string[], options: CloneCommandOptions, command) => {
      const shell = open(command);
      const { run } = await import("../system/run.ts");
      const { refuseSameDisk } = await import("../stick/distinct.ts");
      const { openStick } = await import("../stick/stick.ts");
      const { readSource } = await import("../stick/clone/source.ts");
      await refuseSameDisk(targets, path, run);
      const stick = await openStick(path);
      try {
        const { emptyWindows = false } = options;
        const source = await readSource(stick, { emptyWindows }, run);
        await clone(source, targets, options, shell);
      } finally {
        await stick.disk.close();
      }
    });
};

async function clone(
  source: CloneSource,
  targets: readonly string[],
  options: CloneCommandOptions,
  shell: Shell,
): Promise<void> {
  const plans: BuildPlan[] = [];
  const serials = expectedSerials(targets, options.expectSerial ?? []);
  for (const [index, target] of targets.entries()) {
    plans.push(await planOne(source, target, serials[index], options, shell));
  }
  for (const note of plans[0]?.notes ?? []) shell.warn(note);
  for (const { target } of plans) for (const { text } of target.findings) shell.warn(text);
  if (options.dryRun) {
    const json = plans.map((plan) => {
      const { files: _files, ...rest } = planJson(plan, shell);
      return rest;
    });
    const { folders, files } = source;
    shell.result({ source: { ...sourceJson(source), folders, files }, targets: json }, [
      ...aboutSource(source, shell),
      ...plans.flatMap(describeLayout),
    ]);
    return;
  }
  const lost = plans.filter(({ target }) => target.exists);
  if (options.yes !== true && lost.length > 0) {
    const about = [...aboutSource(source, shell), ...plans.flatMap(describeLayout)];
    await confirmLoss(
      lost.map(({ target }) => target.path),
      about,
      shell,
    );
  }
  await execute(source, plans, shell);
}

async function planOne(
  source: CloneSource,
  path: string,
  expectSerial: string | undefined,
  options: CloneCommandOptions,
  shell: Shell,
): Promise<BuildPlan> {
  const { run } = await import("../system/run.ts");
  const { examineTarget } = await import("../stick/target.ts");
  const { planClone } = await import("../stick/clone/plan.ts");
  const { randomGuid } = await import("../disks/guid.ts");
  const { allowFixed = false, allowLarge = false } = options;
  const safety = { allowFixed, allowLarge, ...(expectSerial !== undefined && { expectSerial }) };
  if (!options.dryRun) await offerUnmount(path, options.unmount ?? false, safety, shell);
  const target = await examineTarget(path, options.size, safety, run);
  return planClone(source, target, randomGuid);
}

async function execute(
  source: CloneSource,
  plans: readonly BuildPlan[],
  shell: Shell,
): Promise<void> {
  const { run } = await import("../system/run.ts");
  const { cloneStick } = await import("../stick/clone/clone.ts");
  const jobs = plans.length === 1 ? [shell.job] : shell.jobs(plans.map((plan) => plan.target.path));
  const { outcomes, damaged } = await cloneStick(
    source,
    plans.flatMap((plan, index) => {
      const job = jobs[index];
      return job === undefined ? [] : [{ plan, job }];
    }),
    { recipes: await builtInRecipes(), run },
  );
  const built = outcomes.flatMap((outcome) => ("built" in outcome ? [outcome] : []));
  const files = built[0]?.built.files ?? [];
  shell.result(
    {
      source: sourceJson(source),
      targets: outcomes.map((outcome) => outcomeJson(outcome, shell)),
      files,
      damaged,
    },
    [
      ...files.map(({ path, sha256 }) => `${sha256}  ${path}`),
      ...built.map(({ plan, built: stick }) => shell.say(describeClone(source, plan, stick))),
    ],
  );
  reportFailures(outcomes, shell, damaged.length > 0);
}

function sourceJson(source: CloneSource) {
  const { path, manifest } = source.stick;
  return { path, name: manifest.name, usedBytes: usedBytesOf(source) };
}

function aboutSource(source: CloneSource, shell: Shell): string[] {
  return [`${source.stick.path}  ${shell.say(describeSource(source))}`];
}
