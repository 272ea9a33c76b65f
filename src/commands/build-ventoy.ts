/** `build --ventoy`: a stick as Ventoy's own installer makes it, from a release that the user brings. */
import type { VentoyRelease } from "../boot/ventoy/release/release.ts";
import type { TargetOutcome } from "../stick/build/on-targets.ts";
import type { InstalledVentoy } from "../stick/ventoy/install/install.ts";
import type { VentoyPlan } from "../stick/ventoy/install/plan.ts";
import { LifeboatError } from "../system/errors.ts";
import { formatSize } from "../system/sizes.ts";
import type { Text } from "../system/text.ts";
import type { MediaTests, TargetOptions } from "./build-steps.ts";
import { askFirst, examineForBuild, testFirst, testJson } from "./build-steps.ts";
import { describeLayout, planJson } from "./plan-words.ts";
import type { Shell } from "./shell.ts";
import type { VentoyMenu } from "./ventoy-menu.ts";
import { howToOpen, menuToolsFor } from "./ventoy-menu.ts";
import type { MenuOnTargetTools } from "../stick/ventoy/menu/on-target.ts";
import { expectedSerials, outcomeName, reportFailures } from "./targets.ts";

interface VentoyCommandOptions extends TargetOptions {
  readonly ventoy: string;
  readonly ventoySums?: string;
  readonly reserve?: number;
  readonly iso: string[];
  readonly fs: string;
  readonly scheme: "gpt" | "mbr";
  readonly secureBoot: boolean;
  readonly windowsSize?: number;
  readonly label: string;
  readonly menu?: VentoyMenu;
}

/**
 * @throws LifeboatError `usage` where an option of a Ventoy stick stands there alone.
 */
export function isVentoyBuild<Options extends object>(
  options: Options,
): options is Options & VentoyCommandOptions {
  const { ventoy, ...rest } = options as Partial<VentoyCommandOptions>;
  if (ventoy !== undefined) return true;
  const flags = { ventoySums: "--ventoy-sums", reserve: "--reserve", menu: "--menu" } as const;
  const given = Object.entries(flags).find(
    ([name]) => rest[name as keyof typeof flags] !== undefined,
  );
  if (given === undefined) return false;
  const [, alone] = given;
  throw new LifeboatError("usage", say.needsVentoy(alone), {
    kind: "usage",
    hint: say.needsVentoyHint(),
  });
}

/** @param isGiven whether an option stands on the command line. */
export async function buildVentoy(
  paths: readonly string[],
  options: VentoyCommandOptions,
  isGiven: (name: string) => boolean,
  shell: Shell,
): Promise<void> {
  refuseOthers(options);
  const { run } = await import("../system/run.ts");
  const { refuseSameDisk } = await import("../stick/distinct.ts");
  const { openVentoyRelease } = await import("../boot/ventoy/release/release.ts");
  const serials = expectedSerials(paths, options.expectSerial);
  if (paths.length > 1) await refuseSameDisk(paths, undefined, run);
  // All of it is read and checked before anything is asked, unmounted or written.
  const sums = options.ventoySums;
  const release = await openVentoyRelease(options.ventoy, sums === undefined ? {} : { sums });
  if (release.checked === "none") shell.warn(say.unchecked(options.ventoy));
  // A missing kit is told before anything is asked, and by a plan as well.
  const menuTools = options.menu === undefined ? undefined : await menuToolsFor();
  const sources = { release, menuTools };
  const plans: VentoyPlan[] = [];
  for (const [index, path] of paths.entries()) {
    const plan = await planOne(path, serials[index], sources, options, isGiven, shell);
    for (const note of plan.notes) shell.warn(note);
    for (const { text } of plan.target.findings) shell.warn(text);
    plans.push(plan);
  }
  const describe = (plan: VentoyPlan) => describePlan(plan, shell);
  if (options.dryRun) {
    const json = plans.map((plan) => ventoyJson(plan, shell));
    shell.result(plans.length === 1 ? json[0] : { targets: json }, plans.flatMap(describe));
    return;
  }
  await askFirst(plans, describe, options, shell);
  const tested = await testFirst(plans, options, shell);
  const [only] = plans;
  if (only !== undefined && plans.length === 1) await execute(only, sources, tested, shell);
  else await executeAll(plans, sources, tested, shell);
}

/** What Ventoy's installer doesn't do. */
function refuseOthers({ fs, windowsSize }: VentoyCommandOptions): void {
  if (fs !== "exfat") {
    throw new LifeboatError("usage", say.onlyExfat(fs), {
      kind: "usage",
      hint: say.onlyExfatHint(),
    });
  }
  if (windowsSize !== undefined) {
    throw new LifeboatError("usage", say.noWindows(), {
      kind: "usage",
      hint: say.noWindowsHint(),
    });
  }
}

async function planOne(
  path: string,
  expectSerial: string | undefined,
  { release, menuTools }: Sources,
  options: VentoyCommandOptions,
  isGiven: (name: string) => boolean,
  shell: Shell,
): Promise<VentoyPlan> {
  const { DEFAULT_LABEL, planVentoy } = await import("../stick/ventoy/install/plan.ts");
  const { randomGuid } = await import("../disks/guid.ts");
  const target = await examineForBuild(path, expectSerial, options, shell);
  const wanted = {
    isos: options.iso,
    scheme: options.scheme,
    reserveBytes: options.reserve ?? 0,
    secureBoot: options.secureBoot,
    label: isGiven("label") ? options.label : DEFAULT_LABEL,
    ...(menuTools && { menu: await plannedMenu(options.menu === "first", menuTools, shell) }),
  };
  return planVentoy(target, release, wanted, randomGuid);
}

async function plannedMenu(first: boolean, { kit }: MenuOnTargetTools, { language }: Shell) {
  const { roomForMenu } = await import("../stick/ventoy/menu/beside.ts");
  return { language, first, bytes: await roomForMenu(kit, language, LARGEST_CLUSTER_BYTES) };
}

/** Of a data partition as Ventoy's installer makes it. */
const LARGEST_CLUSTER_BYTES = 128 * 1024;

interface Sources {
  readonly release: VentoyRelease;
  readonly menuTools: MenuOnTargetTools | undefined;
}

async function execute(
  plan: VentoyPlan,
  { release, menuTools }: Sources,
  tests: MediaTests,
  shell: Shell,
): Promise<void> {
  const { run } = await import("../system/run.ts");
  const { installOnTarget } = await import("../stick/ventoy/install/on-target.ts");
  const built = await installOnTarget(plan, release, run, shell.job, menuTools);
  const { files } = built;
  const json = { ...ventoyJson(plan, shell), ...built, ...testJson(plan, tests) };
  shell.result(json, [...sumLines(files), shell.say(isAStick(plan))]);
}

/** Side by side: each target reads what it copies by itself. */
async function executeAll(
  plans: readonly VentoyPlan[],
  { release, menuTools }: Sources,
  tests: MediaTests,
  shell: Shell,
): Promise<void> {
  const { run } = await import("../system/run.ts");
  const { installOnTarget } = await import("../stick/ventoy/install/on-target.ts");
  const jobs = shell.jobs(plans.map(({ target }) => target.path));
  const outcomes = await Promise.all(
    plans.map(async (plan, index): Promise<TargetOutcome<VentoyPlan, InstalledVentoy>> => {
      try {
        const job = jobs[index] ?? shell.job;
        return { plan, built: await installOnTarget(plan, release, run, job, menuTools) };
      } catch (error) {
        return { plan, error };
      }
    }),
  );
  const built = outcomes.flatMap((outcome) => ("built" in outcome ? [outcome] : []));
  const files = built[0]?.built.files ?? [];
  const targets = outcomes.map((outcome) => {
    return { ...outcomeName(outcome, shell), ...testJson(outcome.plan, tests) };
  });
  shell.result({ targets, files }, [
    ...sumLines(files),
    ...built.map(({ plan }) => shell.say(isAStick(plan))),
  ]);
  reportFailures(outcomes, shell);
}

function sumLines(files: InstalledVentoy["files"]): string[] {
  return files.map(({ path, sha256 }) => `${sha256}  ${path}`);
}

function ventoyJson(plan: VentoyPlan, shell: Shell) {
  const { secureBoot, release } = plan;
  const versions = { ventoy: release.version };
  return { ...planJson(plan, shell), bootStage: { kind: "ventoy", versions, secureBoot } };
}

function describePlan(plan: VentoyPlan, shell: Shell): string[] {
  const { release, reserveBytes, files, notes } = plan;
  const reserved = reserveBytes === 0 ? [] : [shell.say(say.reserved(formatSize(reserveBytes)))];
  return [
    ...describeLayout({ ...plan, espFileSystem: "fat16" }),
    ...reserved.map((line) => `  ${line}`),
    `  ${release.archive}  ${release.archiveSha256}`,
    ...(plan.menu === undefined ? [] : [`  ${shell.say(say.menuToo())}`]),
    ...files.map(({ source, path, sizeBytes }) => {
      return `  ${source} → ${path}  ${formatSize(sizeBytes)}`;
    }),
    ...notes.map((note) => `  ${shell.say(note)}`),
  ];
}

function isAStick({ target, release, menu }: VentoyPlan): Text {
  const also = menu === undefined ? { en: "", zh: "" } : howToOpen(menu.first);
  return {
    en: `${target.path} is a Ventoy ${release.version} stick${also.en}`,
    zh: `${target.path} 已是 Ventoy ${release.version} U 盘${also.zh}`,
  };
}

export const say = {
  needsVentoy: (flag: string): Text => ({
    en: `${flag} is for Ventoy sticks`,
    zh: `${flag} 仅用于 Ventoy U 盘`,
  }),
  needsVentoyHint: (): Text => ({
    en: "Name the release as well: --ventoy ventoy-X.Y.Z-linux.tar.gz",
    zh: "请同时指定发行包：--ventoy ventoy-X.Y.Z-linux.tar.gz",
  }),
  onlyExfat: (fs: string): Text => ({
    en: `Ventoy's own installer makes exFAT, not ${fs}`,
    zh: `Ventoy 自带的安装程序使用 exFAT，而非 ${fs}`,
  }),
  onlyExfatHint: (): Text => ({
    en: "Leave --fs out; partition 1 can be formatted anew afterwards, Ventoy reads NTFS, FAT32 and ext4 too",
    zh: "请去掉 --fs；之后可自行重新格式化分区 1，Ventoy 也能读取 NTFS、FAT32 和 ext4",
  }),
  noWindows: (): Text => ({
    en: "A Ventoy stick has two partitions and none for Windows To Go",
    zh: "Ventoy U 盘只有两个分区，没有供 Windows To Go 使用的分区",
  }),
  noWindowsHint: (): Text => ({
    en: "Leave room for it with --reserve SIZE, and make the partition yourself",
    zh: "请用 --reserve 大小 预留空间，然后自行创建该分区",
  }),
  unchecked: (archive: string): Text => ({
    en: `${archive} was held against no checksum: --ventoy-sums takes the release's sha256.txt`,
    zh: `未校验 ${archive} 的校验和：可用 --ventoy-sums 指定该版本的 sha256.txt`,
  }),
  menuToo: (): Text => ({
    en: "lifeboat's menu beside Ventoy's, in /lifeboat of partition 1",
    zh: "lifeboat 菜单与 Ventoy 菜单并排，位于分区 1 的 /lifeboat",
  }),
  reserved: (size: string): Text => ({
    en: `${size} stay free behind partition 2`,
    zh: `分区 2 之后预留 ${size}`,
  }),
};
