import { counted } from "../system/text.ts";
import { formatSize } from "../system/sizes.ts";
import type { AdoptPlan } from "../stick/adopt/plan.ts";
import { LifeboatError } from "../system/errors.ts";
import { adoptToVentoyStick } from "./adopt-ventoy.ts";
import type { Register } from "./common.ts";
import { builtInRecipes } from "./common.ts";
import { confirmChange } from "./confirm.ts";
import {
  ALLOW_FIXED,
  ALLOW_LARGE,
  DRY_RUN,
  EXPECT_SERIAL,
  NO_SECURE_BOOT,
  UNMOUNT,
  YES,
} from "./options.ts";
import { describeLayout, planJson } from "./plan-words.ts";
import type { Shell } from "./shell.ts";
import { offerUnmount } from "./unmount.ts";
import type { BesideOptions, VentoyMenu } from "./ventoy-menu.ts";
import { VENTOY_MENUS, putMenuBesideVentoy } from "./ventoy-menu.ts";

interface AdoptCommandOptions extends Omit<BesideOptions, "menu"> {
  readonly menu?: VentoyMenu;
  readonly ventoy?: string;
  readonly ventoySums?: string;
}

export const registerAdopt: Register = (program, open) => {
  program
    .command("adopt <target>")
    .about({
      en: "make a stick with ISOs on it (Ventoy's, or one partition) a lifeboat stick, or a lifeboat stick Ventoy's; its files stay",
      zh: "将已有 ISO 的 U 盘（Ventoy 制作的，或只有一个分区的）转为 lifeboat U 盘，或将 lifeboat U 盘转为 Ventoy U 盘；文件保留",
    })
    .value("--ventoy <archive>", {
      en: "the other way: a lifeboat stick becomes a Ventoy stick, from this release archive, or `kit` for the one in the kit",
      zh: "反向转换：用此发行包（`kit` 表示 kit 中的发行包）将 lifeboat U 盘转为 Ventoy U 盘",
    })
    .value("--ventoy-sums <file>", {
      en: "the release's sha256.txt: the archive is held against it",
      zh: "该版本的 sha256.txt：用于校验发行包",
    })
    .flag(...NO_SECURE_BOOT)
    .value("--backup <file>", {
      en: "where what starts the stick now is saved; default: beside an image, in your own folder for a device",
      zh: "现有启动程序的保存位置；默认：映像保存在其旁边，设备保存在您的个人目录中",
    })
    .choice(
      "--menu <name>",
      {
        en: "Ventoy stays, or comes with --ventoy: lifeboat's menu is put beside its own, and opens with F6 or first",
        zh: "保留 Ventoy（或与 --ventoy 一起使用）：将 lifeboat 菜单与其菜单并排放入，按 F6 打开或开机直接打开",
      },
      VENTOY_MENUS,
    )
    .flag(...YES)
    .value(...EXPECT_SERIAL)
    .flag(...ALLOW_FIXED)
    .flag(...ALLOW_LARGE)
    .flag(...UNMOUNT)
    .flag(...DRY_RUN)
    .examples(
      "lifeboat adopt /dev/sdb",
      "lifeboat adopt stick.img --dry-run",
      "lifeboat adopt /dev/sdb --menu f6",
      "lifeboat adopt /dev/sdb --ventoy ventoy-1.1.10-linux.tar.gz",
    )
    .action(async (path: string, options: AdoptCommandOptions, command) => {
      const shell = open(command);
      const { menu, ventoy } = options;
      refuseSumsAlone(options);
      if (ventoy !== undefined) return adoptToVentoyStick(path, { ...options, ventoy }, shell);
      if (menu !== undefined) return putMenuBesideVentoy(path, { ...options, menu }, shell);
      const { run } = await import("../system/run.ts");
      const { openKit } = await import("../boot/kit/kit.ts");
      const { kitStage } = await import("../stick/build/stage-source.ts");
      const { planAdoptionOf, adoptTarget } = await import("../stick/adopt/on-target.ts");
      const { backupPathFor } = await import("../stick/boot-backup/save.ts");
      const { VERSION } = await import("../system/version.ts");
      const { expectSerial, allowFixed = false, allowLarge = false } = options;
      const safety = {
        allowFixed,
        allowLarge,
        ...(expectSerial !== undefined && { expectSerial }),
      };
      const tools = { stage: kitStage(await openKit(), VERSION), run };
      if (!options.dryRun) await offerUnmount(path, options.unmount ?? false, safety, shell);
      const wanted = { secureBoot: options.secureBoot, language: shell.language };
      const plan = await planAdoptionOf(path, safety, wanted, tools, shell.job);
      for (const note of plan.notes) shell.warn(note);
      for (const { text } of plan.target.findings) shell.warn(text);
      if (options.dryRun) {
        shell.result(planJson(plan, shell), describePlan(plan, shell));
        return;
      }
      await askFirst(plan, options.yes ?? false, shell);
      const now = new Date();
      const backupFile = options.backup ?? backupPathFor(path, plan.target.kind, now);
      const recipes = await builtInRecipes();
      const all = { ...tools, recipes, version: VERSION, now, backupFile };
      const result = await adoptTarget(plan, all, shell.job);
      shell.result({ ...planJson(plan, shell), ...result }, [
        shell.say({
          en: `${path} is a lifeboat stick: ${counted(result.isos, "ISO", "ISOs")} in the menu, ${counted(result.entries, "entry starts", "entries start")} one. What was there: ${result.savedTo}`,
          zh: `${path} 已是 lifeboat U 盘：菜单中有 ${result.isos} 个 ISO，${result.entries} 个条目可启动。原有内容：${result.savedTo}`,
        }),
      ]);
    });
};

function refuseSumsAlone({ ventoy, ventoySums }: AdoptCommandOptions): void {
  if (ventoySums === undefined || ventoy !== undefined) return;
  const text = { en: "--ventoy-sums belongs to --ventoy", zh: "--ventoy-sums 仅用于 --ventoy" };
  throw new LifeboatError("without-ventoy", text, { kind: "usage" });
}

async function askFirst(plan: AdoptPlan, yes: boolean, shell: Shell): Promise<void> {
  if (yes) return;
  const { target, ventoy } = plan;
  const { path } = target;
  const question = {
    en: `${path} becomes a lifeboat stick; its files stay${ventoy ? ", and Ventoy doesn't start from it any more" : ""}. Type ${path} to go on:`,
    zh: `${path} 将成为 lifeboat U 盘；文件会保留${ventoy ? "，但不再启动 Ventoy" : ""}。请输入 ${path} 以继续：`,
  };
  await confirmChange([path], question, describePlan(plan, shell), shell);
}

function describePlan(plan: AdoptPlan, shell: Shell): string[] {
  return [
    ...describeLayout(plan, plan.data.sectorsBefore),
    ...plan.notes.map((note) => `  ${shell.say(note)}`),
    ...plan.moves.map(({ path, sizeBytes }) => `    ${path}  ${formatSize(sizeBytes)}`),
  ];
}
