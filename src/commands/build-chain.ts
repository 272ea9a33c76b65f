/** `build --ventoy-chain`: a lifeboat stick with Ventoy behind its menu, from a release that the user brings. */
import type { VentoyRelease } from "../boot/ventoy/release/release.ts";
import type { BuiltStick } from "../stick/build/on-target.ts";
import type { TargetOutcome } from "../stick/build/on-targets.ts";
import type { ChainTools } from "../stick/ventoy/chain/on-target.ts";
import type { ChainPlan } from "../stick/ventoy/chain/plan.ts";
import { LifeboatError } from "../system/errors.ts";
import { formatSize } from "../system/sizes.ts";
import type { Text } from "../system/text.ts";
import { counted } from "../system/text.ts";
import type { TargetOptions } from "./build-steps.ts";
import { askFirst, examineForBuild, testFirst, testJson } from "./build-steps.ts";
import { say as sayVentoy } from "./build-ventoy.ts";
import { builtInRecipes } from "./common.ts";
import { describeLayout, planJson } from "./plan-words.ts";
import { openRelease } from "./ventoy-release.ts";
import type { Shell } from "./shell.ts";
import { expectedSerials, outcomeName, reportFailures } from "./targets.ts";

interface ChainCommandOptions extends TargetOptions {
  readonly ventoyChain: string;
  readonly ventoy?: string;
  readonly ventoySums?: string;
  readonly menu?: string;
  readonly reserve?: number;
  readonly iso: string[];
  readonly fs: string;
  readonly scheme: "gpt" | "mbr";
  readonly secureBoot: boolean;
  readonly windowsSize?: number;
  readonly label: string;
}

export function isChainBuild<Options extends object>(
  options: Options,
): options is Options & ChainCommandOptions {
  return (options as Partial<ChainCommandOptions>).ventoyChain !== undefined;
}

/** @throws LifeboatError `usage`; what reading the archive, planning and building throw. */
export async function buildChain(
  paths: readonly string[],
  options: ChainCommandOptions,
  shell: Shell,
): Promise<void> {
  refuseOthers(options);
  const { run } = await import("../system/run.ts");
  const { refuseSameDisk } = await import("../stick/distinct.ts");
  const { chainImages } = await import("../stick/ventoy/chain/parts.ts");
  const serials = expectedSerials(paths, options.expectSerial);
  if (paths.length > 1) await refuseSameDisk(paths, undefined, run);
  // All of it is read and checked before anything is asked, unmounted or written.
  const { ventoyChain: ventoy, ...rest } = options;
  const release = await openRelease({ ...rest, ventoy }, shell);
  const images = chainImages(release, options.secureBoot);
  const tools = await chainTools();
  const plans: ChainPlan[] = [];
  for (const [index, path] of paths.entries()) {
    const plan = await planOne(path, serials[index], release, options, shell);
    for (const note of plan.notes) shell.warn(note);
    for (const { text } of plan.target.findings) shell.warn(text);
    plans.push(plan);
  }
  const describe = (plan: ChainPlan) => describePlan(plan, shell);
  if (options.dryRun) {
    const json = plans.map((plan) => chainJson(plan, shell));
    shell.result(plans.length === 1 ? json[0] : { targets: json }, plans.flatMap(describe));
    return;
  }
  await askFirst(plans, describe, options, shell);
  const tests = await testFirst(plans, options, shell);
  const outcomes = await buildAll(plans, images, tools, shell);
  const [first] = outcomes;
  if (first !== undefined && outcomes.length === 1) {
    if ("error" in first) throw first.error;
    const { plan, built } = first;
    const json = { ...chainJson(plan, shell), ...built, ...testJson(plan, tests) };
    shell.result(json, [...sumLines(built.files), shell.say(isAStick(plan, built.entries))]);
    return;
  }
  const made = outcomes.flatMap((outcome) => ("built" in outcome ? [outcome] : []));
  const files = made[0]?.built.files ?? [];
  const targets = outcomes.map((outcome) => {
    return { ...outcomeName(outcome, shell), ...testJson(outcome.plan, tests) };
  });
  shell.result({ targets, files }, [
    ...sumLines(files),
    ...made.map(({ plan, built }) => shell.say(isAStick(plan, built.entries))),
  ]);
  reportFailures(outcomes, shell);
}

/** A missing kit is told before anything is asked, and by a plan as well. */
async function chainTools(): Promise<ChainTools> {
  const { openKit } = await import("../boot/kit/kit.ts");
  const { run } = await import("../system/run.ts");
  const { VERSION } = await import("../system/version.ts");
  const { kitStage } = await import("../stick/build/stage-source.ts");
  const kit = await openKit();
  return { kit, stage: kitStage(kit, VERSION), recipes: await builtInRecipes(), run };
}

async function planOne(
  path: string,
  expectSerial: string | undefined,
  release: VentoyRelease,
  options: ChainCommandOptions,
  shell: Shell,
): Promise<ChainPlan> {
  const { planChain } = await import("../stick/ventoy/chain/plan.ts");
  const { randomGuid } = await import("../disks/guid.ts");
  const target = await examineForBuild(path, expectSerial, options, shell);
  const wanted = {
    isos: options.iso,
    scheme: options.scheme,
    reserveBytes: options.reserve ?? 0,
    secureBoot: options.secureBoot,
    label: options.label,
    language: shell.language,
  };
  return planChain(target, release, wanted, randomGuid);
}

/** Side by side: each target reads what it copies by itself. */
async function buildAll(
  plans: readonly ChainPlan[],
  images: VentoyRelease,
  tools: ChainTools,
  shell: Shell,
): Promise<TargetOutcome<ChainPlan>[]> {
  const { buildChainOnTarget } = await import("../stick/ventoy/chain/on-target.ts");
  const jobs = plans.length === 1 ? [] : shell.jobs(plans.map(({ target }) => target.path));
  return Promise.all(
    plans.map(async (plan, index): Promise<TargetOutcome<ChainPlan>> => {
      try {
        const job = jobs[index] ?? shell.job;
        return { plan, built: await buildChainOnTarget(plan, images, tools, job) };
      } catch (error) {
        return { plan, error };
      }
    }),
  );
}

function refuseOthers({ ventoy, menu, fs, windowsSize }: ChainCommandOptions): void {
  const usage = (text: Text, hint: Text) =>
    new LifeboatError("usage", text, { kind: "usage", hint });
  if (ventoy !== undefined) throw usage(say.oneOfBoth(), say.oneOfBothHint());
  if (menu !== undefined) throw usage(say.noMenu(), say.noMenuHint());
  if (fs !== "exfat") throw usage(sayVentoy.onlyExfat(fs), say.onlyExfatHint());
  if (windowsSize !== undefined) throw usage(say.noWindows(), say.noWindowsHint());
}

function chainJson(plan: ChainPlan, shell: Shell) {
  return {
    ...planJson(plan, shell),
    bootStage: { kind: "grub", secureBoot: plan.secureBoot, ventoyChain: true },
  };
}

function sumLines(files: BuiltStick["files"]): string[] {
  return files.map(({ path, sha256 }) => `${sha256 ?? ""}  ${path}`);
}

function describePlan(plan: ChainPlan, shell: Shell): string[] {
  const { ventoy, files, notes } = plan;
  const { version, archive, archiveSha256, reserveBytes } = ventoy;
  const about = [say.menuFirst(version)];
  if (reserveBytes > 0) about.push(say.reserved(formatSize(reserveBytes)));
  return [
    ...describeLayout(plan),
    ...about.map((line) => `  ${shell.say(line)}`),
    `  ${archive}  ${archiveSha256}`,
    ...files.map(({ source, path, sizeBytes }) => {
      return `  ${source} → ${path}  ${formatSize(sizeBytes)}`;
    }),
    ...notes.map((note) => `  ${shell.say(note)}`),
  ];
}

function isAStick({ target, ventoy }: ChainPlan, entries: number): Text {
  const { path } = target;
  return {
    en: `${path} is a rescue stick: ${counted(entries, "entry starts", "entries start")} an ISO, with Ventoy ${ventoy.version} behind its menu`,
    zh: `${path} 已是救援 U 盘：${entries} 个条目可启动 ISO，菜单之后附带 Ventoy ${ventoy.version}`,
  };
}

const say = {
  menuFirst: (version: string): Text => ({
    en: `lifeboat's menu comes first, from partition 3; Ventoy ${version} is behind it`,
    zh: `先启动分区 3 的 lifeboat 菜单，Ventoy ${version} 在其后`,
  }),
  reserved: (size: string): Text => ({
    en: `${size} stay free at the end`,
    zh: `末尾预留 ${size}`,
  }),
  oneOfBoth: (): Text => ({
    en: "--ventoy and --ventoy-chain are two kinds of stick: in one Ventoy starts first, in the other lifeboat",
    zh: "--ventoy 与 --ventoy-chain 是两种不同的 U 盘：前者由 Ventoy 先启动，后者由 lifeboat 先启动",
  }),
  oneOfBothHint: (): Text => ({ en: "Leave one of them out", zh: "请去掉其中一个" }),
  noMenu: (): Text => ({
    en: "With --ventoy-chain lifeboat's menu comes first in any case",
    zh: "使用 --ventoy-chain 时总是先显示 lifeboat 菜单",
  }),
  noMenuHint: (): Text => ({
    en: "Leave --menu out; to have Ventoy start first: --ventoy ARCHIVE --menu f6",
    zh: "请去掉 --menu；如需由 Ventoy 先启动：--ventoy 发行包 --menu f6",
  }),
  onlyExfatHint: (): Text => ({ en: "Leave --fs out", zh: "请去掉 --fs" }),
  noWindows: (): Text => ({
    en: "A stick with Ventoy behind lifeboat's menu has no partition for Windows To Go",
    zh: "菜单之后附带 Ventoy 的 U 盘没有供 Windows To Go 使用的分区",
  }),
  noWindowsHint: (): Text => ({
    en: "Leave room for it with --reserve SIZE on a GPT, and make the partition yourself",
    zh: "请在 GPT 上用 --reserve 大小 预留空间，然后自行创建该分区",
  }),
};
