import { EXIT_STATUS, LifeboatError } from "../system/errors.ts";
import { formatSize } from "../system/sizes.ts";
import type { Register } from "./common.ts";
import { confirmLoss } from "./confirm.ts";
import { ALLOW_FIXED, ALLOW_LARGE, EXPECT_SERIAL, UNMOUNT, YES } from "./options.ts";
import { reportMedium } from "./media-report.ts";
import { offerUnmount } from "./unmount.ts";

interface TestMediaOptions {
  readonly quick?: boolean;
  readonly full?: boolean;
  readonly yes?: boolean;
  readonly expectSerial?: string;
  readonly allowFixed?: boolean;
  readonly allowLarge?: boolean;
  readonly unmount?: boolean;
}

export const registerTestMedia: Register = (program, open) => {
  program
    .command("test-media <target>")
    .about({
      en: "find sticks that lie about their size, and slow or failing ones",
      zh: "检测虚标容量、速度慢或有故障的 U 盘",
    })
    .flag("--quick", {
      en: "under a minute, and what is on it is kept (the default)",
      zh: "用时不到一分钟，保留其内容（默认）",
    })
    .flag("--full", {
      en: "write and read every sector; everything on the target is lost",
      zh: "写入并读取每个扇区；目标上的内容将全部丢失",
    })
    .flag(...YES)
    .value(...EXPECT_SERIAL)
    .flag(...ALLOW_FIXED)
    .flag(...ALLOW_LARGE)
    .flag(...UNMOUNT)
    .examples("lifeboat test-media /dev/sdb", "lifeboat test-media /dev/sdb --full")
    .action(async (path: string, options: TestMediaOptions, command) => {
      const shell = open(command);
      if (options.quick === true && options.full === true) throw both();
      const mode = options.full === true ? "full" : "quick";
      const { run } = await import("../system/run.ts");
      const { examineTarget } = await import("../stick/target.ts");
      const { testTarget } = await import("../stick/test-target.ts");
      const { expectSerial, allowFixed = false, allowLarge = false } = options;
      const safety = {
        allowFixed,
        allowLarge,
        ...(expectSerial !== undefined && { expectSerial }),
      };
      await offerUnmount(path, options.unmount ?? false, safety, shell);
      const target = await examineTarget(path, undefined, safety, run);
      for (const { text } of target.findings) shell.warn(text);
      if (mode === "full" && options.yes !== true) {
        const about = [formatSize(target.sizeBytes), target.model, target.serial].filter(Boolean);
        await confirmLoss([target.path], [`${target.path}  ${about.join("  ")}`], shell);
      }
      const result = await testTarget(target, mode, run, shell.job);
      const report = reportMedium(target.path, result, shell);
      const gone = shell.say({
        en: "Its contents and its partition table are gone: it is full of test blocks. lifeboat build makes a stick of it",
        zh: "其内容与分区表均已清除，现在全是测试块。可用 lifeboat build 将其制作成 U 盘",
      });
      shell.result(report.json, mode === "full" ? [...report.lines, `  ${gone}`] : report.lines);
      if (!report.ok) process.exitCode = EXIT_STATUS.damaged;
    });
};

function both(): LifeboatError {
  return new LifeboatError(
    "usage",
    { en: "--quick and --full exclude each other", zh: "--quick 与 --full 不能同时使用" },
    { kind: "usage", hint: { en: "Take one of them", zh: "请只选其一" } },
  );
}
