import { formatSize } from "../system/sizes.ts";
import type { UpgradePlan } from "../stick/upgrade/plan.ts";
import type { UpgradeResult } from "../stick/upgrade/upgrade.ts";
import { LifeboatError } from "../system/errors.ts";
import type { Register } from "./common.ts";
import { builtInRecipes } from "./common.ts";
import { DRY_RUN, UNMOUNT, YES } from "./options.ts";
import { describeRefresh } from "./refresh.ts";
import { confirmChange } from "./confirm.ts";
import type { Shell } from "./shell.ts";
import { offerUnmount } from "./unmount.ts";
import { archiveNeeded, upgradeVentoyStick } from "./upgrade-ventoy.ts";

interface UpgradeCommandOptions {
  readonly yes?: boolean;
  readonly unmount?: boolean;
  readonly dryRun?: boolean;
  readonly backup?: string;
  readonly ventoy?: string;
  readonly ventoySums?: string;
  readonly secureBoot?: boolean;
}

export const registerUpgrade: Register = (program, open) => {
  program
    .command("upgrade <stick>")
    .about({
      en: "give the stick the boot stage of the present kit, or a Ventoy stick another release; its data is not written",
      zh: "将 U 盘的启动程序更新为当前 kit 的版本，或将 Ventoy U 盘更新为另一版本；不写入数据",
    })
    .value("--ventoy <archive>", {
      en: "Ventoy's release archive, for a Ventoy stick: ventoy-X.Y.Z-linux.tar.gz or -windows.zip, or `kit` for the one in the kit",
      zh: "用于 Ventoy U 盘的 Ventoy 发行包：ventoy-X.Y.Z-linux.tar.gz 或 -windows.zip，或用 `kit` 表示 kit 中的发行包",
    })
    .value("--ventoy-sums <file>", {
      en: "the release's sha256.txt: the archive is held against it",
      zh: "该版本的 sha256.txt：用于校验发行包",
    })
    .flag("--secure-boot", {
      en: "with Ventoy's files for Secure Boot; default: as the stick has it",
      zh: "包含 Ventoy 的 Secure Boot 文件；默认：与 U 盘现状相同",
    })
    .flag("--no-secure-boot", {
      en: "without Ventoy's files for Secure Boot",
      zh: "不含 Ventoy 的 Secure Boot 文件",
    })
    .flag(...YES)
    .value("--backup <file>", {
      en: "where the old boot stage is saved; default: beside an image, in your own folder for a device",
      zh: "旧启动程序的保存位置；默认：映像保存在其旁边，设备保存在您的个人目录中",
    })
    .flag(...UNMOUNT)
    .flag(...DRY_RUN)
    .examples(
      "lifeboat upgrade /dev/sdb",
      "lifeboat upgrade stick.img --dry-run",
      "lifeboat upgrade /dev/sdb --ventoy ventoy-1.1.10-linux.tar.gz",
    )
    .action(async (path: string, options: UpgradeCommandOptions, command) => {
      const shell = open(command);
      const { ventoy } = options;
      if (ventoy !== undefined) return upgradeVentoyStick(path, { ...options, ventoy }, shell);
      refuseVentoyOptions(options);
      const { run } = await import("../system/run.ts");
      const { openKit } = await import("../boot/kit/kit.ts");
      const { openStick } = await import("../stick/stick.ts");
      const { STICK_SAFETY, dropCaches, openStickToWrite } = await import("../stick/target.ts");
      const { planUpgrade } = await import("../stick/upgrade/plan.ts");
      const { upgradeStick } = await import("../stick/upgrade/upgrade.ts");
      const { backupPathFor } = await import("../stick/boot-backup/save.ts");
      const { isDevice } = await import("../block/file.ts");
      const { VERSION } = await import("../system/version.ts");
      const tools = {
        kit: await openKit(),
        recipes: await builtInRecipes(),
        run,
        version: VERSION,
      };
      if (!options.dryRun) {
        await offerUnmount(path, options.unmount ?? false, STICK_SAFETY, shell);
      }
      const opening = options.dryRun ? openStick(path) : openStickToWrite(path, run, shell.job);
      const stick = await opening.catch(async (error: unknown) => {
        const isNone = error instanceof LifeboatError && error.code === "not-a-stick";
        throw (isNone ? await archiveNeeded(path) : undefined) ?? error;
      });
      try {
        const prepared = await planUpgrade(stick, tools, shell.job);
        const { plan } = prepared;
        for (const note of plan.notes) shell.warn(note);
        if (options.dryRun) {
          shell.result(planJson(plan, shell), describePlan(plan, shell));
          return;
        }
        if (!plan.upToDate) await askFirst(plan, options.yes ?? false, shell);
        const now = new Date();
        const kind = (await isDevice(path)) ? "device" : "image";
        const backupFile = options.backup ?? backupPathFor(path, kind, now);
        const beforeReadBack = async () => dropCaches(path, run);
        const result = await upgradeStick(
          stick,
          prepared,
          { ...tools, now, backupFile, beforeReadBack },
          shell.job,
        );
        shell.result({ ...planJson(plan, shell), ...result }, describeResult(plan, result, shell));
      } finally {
        await stick.disk.close();
      }
    });
};

/** They say nothing about lifeboat's own boot stage, which upgrading leaves with or without Secure Boot as it was. */
function refuseVentoyOptions({ ventoySums, secureBoot }: UpgradeCommandOptions): void {
  if (ventoySums === undefined && secureBoot === undefined) return;
  const option = ventoySums === undefined ? "--[no-]secure-boot" : "--ventoy-sums";
  throw new LifeboatError(
    "without-ventoy",
    {
      en: `${option} belongs to --ventoy`,
      zh: `${option} 仅用于 --ventoy`,
    },
    { kind: "usage" },
  );
}

/** On a terminal. In a script it goes ahead: no data is lost, and what was there can be brought back. */
async function askFirst(plan: UpgradePlan, yes: boolean, shell: Shell): Promise<void> {
  if (yes || !shell.isInteractive) return;
  const { target } = plan;
  const question = {
    en: `The boot stage of ${target} will be replaced. Type ${target} to go on:`,
    zh: `${target} 的启动程序将被替换。请输入 ${target} 以继续：`,
  };
  await confirmChange([target], question, describePlan(plan, shell), shell);
}

function planJson(plan: UpgradePlan, shell: Shell) {
  return { ...plan, notes: plan.notes.map((note) => shell.say(note)) };
}

function describePlan(plan: UpgradePlan, shell: Shell): string[] {
  const { target, name, lifeboat, versions, files, bios } = plan;
  if (plan.upToDate) return [upToDate(plan, shell)];
  const signs = { add: "+", replace: "~", remove: "-" } as const;
  return [
    `${target}  ${name}  lifeboat ${lifeboat.before} → ${lifeboat.after}`,
    ...versions.map((one) => `  ${one.package}  ${one.before ?? "–"} → ${one.after ?? "–"}`),
    ...files.map(({ path, change, sizeBytes }) =>
      `  ${signs[change]} ${path}  ${change === "remove" ? "" : formatSize(sizeBytes)}`.trimEnd(),
    ),
    ...(bios === null ? [] : [`  core.img  LBA ${bios.beforeLba ?? "–"} → ${bios.afterLba}`]),
  ];
}

function describeResult(plan: UpgradePlan, result: UpgradeResult, shell: Shell): string[] {
  if (!result.changed) return [upToDate(plan, shell)];
  return [
    ...describePlan(plan, shell),
    ...(result.refresh?.changed === true ? describeRefresh(result.refresh, shell) : []),
    shell.say({
      en: `${plan.target} has the boot stage of the present kit. The old one: ${result.savedTo ?? ""}`,
      zh: `${plan.target} 已更新为当前 kit 的启动程序。旧的保存在：${result.savedTo ?? ""}`,
    }),
  ];
}

function upToDate({ target }: UpgradePlan, shell: Shell): string {
  return shell.say({
    en: `${target} has the boot stage of the present kit already; nothing was written`,
    zh: `${target} 已是当前 kit 的启动程序；未写入任何内容`,
  });
}
