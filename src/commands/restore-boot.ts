import type { RestorePlan } from "../stick/boot-backup/restore.ts";
import { formatSize } from "../system/sizes.ts";
import type { Register } from "./common.ts";
import { confirmChange } from "./confirm.ts";
import { ALLOW_FIXED, ALLOW_LARGE, DRY_RUN, EXPECT_SERIAL, UNMOUNT, YES } from "./options.ts";
import type { Shell } from "./shell.ts";
import { offerUnmount } from "./unmount.ts";

interface RestoreCommandOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly otherDisk?: boolean;
  readonly expectSerial?: string;
  readonly allowFixed?: boolean;
  readonly allowLarge?: boolean;
  readonly unmount?: boolean;
}

export const registerRestoreBoot: Register = (program, open) => {
  program
    .command("restore-boot <target> <file>")
    .about({
      en: "bring back what backup-boot or upgrade has saved; other partitions are not written",
      zh: "恢复 backup-boot 或 upgrade 保存的内容；不写入其他分区",
    })
    .flag(...YES)
    .flag("--other-disk", {
      en: "also where the file was saved from another disk, or the table is gone",
      zh: "即使文件保存自另一磁盘，或分区表已丢失，也执行恢复",
    })
    .value(...EXPECT_SERIAL)
    .flag(...ALLOW_FIXED)
    .flag(...ALLOW_LARGE)
    .flag(...UNMOUNT)
    .flag(...DRY_RUN)
    .examples("lifeboat restore-boot /dev/sdb stick.lifeboat-boot")
    .action(async (path: string, file: string, options: RestoreCommandOptions, command) => {
      const shell = open(command);
      const { restoreBootOf } = await import("../stick/boot-backup/on-target.ts");
      const { run } = await import("../system/run.ts");
      const { expectSerial, allowFixed = false, allowLarge = false, otherDisk = false } = options;
      const safety = {
        allowFixed,
        allowLarge,
        ...(expectSerial !== undefined && { expectSerial }),
      };
      const checks = { ...safety, otherDisk };
      if (!options.dryRun) await offerUnmount(path, options.unmount ?? false, safety, shell);
      await restoreBootOf(path, file, checks, run, shell.job, async ({ plan, execute }) => {
        if (options.dryRun) {
          shell.result(planJson(plan, shell), describePlan(plan, shell));
          return;
        }
        await askFirst(plan, options.yes ?? false, shell);
        const writtenBytes = await execute(shell.job);
        shell.result({ ...planJson(plan, shell), writtenBytes }, [
          writtenBytes === 0
            ? shell.say({
                en: `${path} is as it was saved already; nothing was written`,
                zh: `${path} 与保存时相同；未写入任何内容`,
              })
            : shell.say({
                en: `The boot stage of ${path} is as it was saved on ${plan.created}`,
                zh: `${path} 的启动程序已恢复为 ${plan.created} 保存时的状态`,
              }),
        ]);
      });
    });
};

async function askFirst(plan: RestorePlan, yes: boolean, shell: Shell): Promise<void> {
  if (yes) return;
  const { target } = plan;
  const question = {
    en: `The boot stage of ${target} will be overwritten. Type ${target} to go on:`,
    zh: `${target} 的启动程序将被覆盖。请输入 ${target} 以继续：`,
  };
  await confirmChange([target], question, describePlan(plan, shell), shell);
}

function planJson(plan: RestorePlan, shell: Shell) {
  return { ...plan, differences: plan.differences.map((text) => shell.say(text)) };
}

function describePlan(plan: RestorePlan, shell: Shell): string[] {
  return [
    `${plan.file} → ${plan.target}`,
    `  ${plan.created}, lifeboat ${plan.lifeboat}`,
    ...plan.places.map(
      ({ kind, start, length }) =>
        `  ${kind.padEnd(12)}  ${String(start).padStart(14)}  ${formatSize(length).padStart(9)}`,
    ),
    ...plan.differences.map((text) => `  ${shell.say(text)}`),
  ];
}
